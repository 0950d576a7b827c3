"""A software sound card: one private PulseAudio daemon with its own socket and state, nothing global.

    def test_x(rig):  # the fixture is in conftest.py
        app = rig.python("-m", "voiceguide", wait=False)
        rig.say(samples); rig.recorded(); rig.echo(-12, 40)

`guide_out` is the loudspeaker, `room` is where the person speaks; the monitor of `room` is the microphone.
Programs under test run as subprocesses with `rig.env`, because PortAudio freezes its list of devices when
it starts. Works as root and not, without dbus and systemd. Packages: see PACKAGES.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from voiceguide.events import Samples

PACKAGES = ("alsa-utils", "libasound2-plugins", "libportaudio2", "pulseaudio", "pulseaudio-utils")
SETTLING_SECONDS = 2.5  # an idle null sink runs 2 s ahead of time; the readers hold it at 20 ms after this
READER = ("--rate=16000", "--channels=1", "--format=s16le", "--latency-msec=20", "--raw")
ROOT = Path(__file__).parent.parent


class Rig:
    """Start with start(), end with close(); `rig` below does both."""

    def __init__(self, directory: Path) -> None:
        """`directory`: empty, with a short path (a socket's name ends at 107 bytes)."""
        self._directory = directory
        self._processes: list[subprocess.Popen[bytes]] = []
        (directory / "state").mkdir(mode=0o700)
        directory.chmod(0o700)
        (directory / "asound.conf").write_text(
            "</usr/share/alsa/alsa.conf>\npcm.!default { type pulse }\nctl.!default { type pulse }\n"
        )
        (directory / "rig.pa").write_text(
            f"load-module module-native-protocol-unix socket={directory}/native auth-anonymous=1\n"
            "load-module module-null-sink sink_name=guide_out rate=48000 channels=1 format=s16le\n"
            "load-module module-null-sink sink_name=room rate=48000 channels=1 format=s16le\n"
            "set-default-sink guide_out\nset-default-source room.monitor\n"
        )
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PULSE_")}
        self._outside = inherited | {
            "PULSE_RUNTIME_PATH": str(directory),
            "PULSE_STATE_PATH": f"{directory}/state",
            "PULSE_CONFIG_PATH": f"{directory}/state",
            "PULSE_COOKIE": f"{directory}/cookie",
        }  # fmt: skip
        self.env = self._outside | {
            "PULSE_SERVER": f"unix:{directory}/native",
            "PULSE_SINK": "guide_out",
            "PULSE_SOURCE": "room.monitor",
            "ALSA_CONFIG_PATH": f"{directory}/asound.conf",
        }
        """What a program needs to see this sound card and no other."""

    def start(self) -> None:
        """Start the daemon and the two readers, and let them settle."""
        log = f"--log-target=file:{self._directory}/pulse.log"
        self._start(
            "pulseaudio", "-n", "-F", f"{self._directory}/rig.pa", "--daemonize=no", "--exit-idle-time=-1",
            "--use-pid-file=false", "--realtime=false", "--high-priority=false", log, "--log-level=notice",
            env=self._outside,
        )  # fmt: skip
        for _ in range(100):
            if subprocess.run(["pactl", "info"], env=self.env, capture_output=True).returncode == 0:
                break
            time.sleep(0.05)
        else:
            raise RuntimeError(f"PulseAudio does not start: {self._log()}")
        self._loudspeaker = self._directory / "guide_out.raw"
        self._loudspeaker.unlink(missing_ok=True)
        with self._loudspeaker.open("ab") as out:  # appending, so that forget() may cut it under the reader
            self._start("parec", "-d", "guide_out.monitor", *READER, stdout=out)
        self._start("parec", "-d", "room.monitor", *READER, stdout=subprocess.DEVNULL)
        time.sleep(SETTLING_SECONDS)

    def say(self, speech: Samples | Path, wait: bool = True) -> None:
        """The person speaks into the room; returns when she has finished unless `wait` is False."""
        file = speech if isinstance(speech, Path) else self._directory / f"say-{time.monotonic_ns()}.raw"
        form = ["--raw", "--rate=16000", "--channels=1", "--format=s16le"]
        if not isinstance(speech, Path):
            file.write_bytes(speech.tobytes())
        # 200 ms: at 20 her speech had holes when the machine was busy. It only begins that much later.
        player = self._start(
            "paplay", "--device=room", "--latency-msec=200", *([] if speech is file else form), str(file)
        )
        if wait and player.wait(timeout=120) != 0:
            raise RuntimeError(f"paplay failed: {self._log()}")

    def recorded(self) -> Samples:
        """What the loudspeaker has played since start(), at 16 kHz."""
        raw = self._loudspeaker.read_bytes()
        return np.frombuffer(raw[: len(raw) // 2 * 2], np.int16)

    def forget(self) -> None:
        """Count recorded() from here on."""
        os.truncate(self._loudspeaker, 0)

    def echo(self, gain_db: float, delay_milliseconds: int) -> None:
        """Let the loudspeaker reach the microphone, `gain_db` louder, so much later."""
        module = self._pactl(
            "load-module", "module-loopback", "source=guide_out.monitor", "sink=room",
            f"latency_msec={delay_milliseconds}", "adjust_time=0", "source_dont_move=true",
            "sink_dont_move=true",
        ).strip()  # fmt: skip
        sink_input = ""
        for line in self._pactl("list", "sink-inputs").splitlines():
            if line.startswith("Sink Input #"):
                sink_input = line.removeprefix("Sink Input #")
            elif line.strip() == f"Owner Module: {module}":
                self._pactl("set-sink-input-volume", sink_input, f"{gain_db}dB")
                self._echo = module
                time.sleep(1)
                return
        raise RuntimeError("the loopback has no sink input")

    def no_echo(self) -> None:
        """Take echo() back."""
        self._pactl("unload-module", self._echo)

    @contextmanager
    def stalled(self) -> Iterator[None]:
        """The daemon is alive and does nothing."""
        self._processes[0].send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._processes[0].send_signal(signal.SIGCONT)

    def python(
        self, *arguments: str, wait: bool = True, timeout_seconds: float = 120
    ) -> subprocess.Popen[str] | subprocess.CompletedProcess[str]:
        """Run this Python on the sound card: finished and captured, or (`wait` False) a Popen with pipes."""
        command = [sys.executable, *arguments]
        if wait:
            return subprocess.run(
                command, env=self.env, cwd=ROOT, capture_output=True, text=True, timeout=timeout_seconds
            )
        return subprocess.Popen(
            command, env=self.env, cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def close(self) -> None:
        """Kill the daemon and all who talk to it: what unplugging looks like. start() may follow."""
        for process in reversed(self._processes):
            process.kill()
            process.wait()
        self._processes.clear()
        (self._directory / "native").unlink(missing_ok=True)

    def _start(
        self, *command: str, env: dict[str, str] | None = None, stdout: object = None
    ) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            command, env=env or self.env, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if stdout is None else stdout, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._processes.append(process)
        return process

    def _pactl(self, *arguments: str) -> str:
        return subprocess.run(
            ["pactl", *arguments], env=self.env | {"LC_ALL": "C"}, check=True, capture_output=True, text=True
        ).stdout

    def _log(self) -> str:
        log = self._directory / "pulse.log"
        return log.read_text(errors="replace")[-2000:] if log.exists() else "no log"


def missing_packages() -> str:
    """Why the rig cannot run here, or ""."""
    if not sys.platform.startswith("linux"):
        return "the rig is PulseAudio on Linux"
    commands = [name for name in ("pulseaudio", "pactl", "parec", "paplay") if shutil.which(name) is None]
    plugin = any(Path("/usr/lib").glob("*/alsa-lib/libasound_module_pcm_pulse.so"))
    library = any(Path("/usr/lib").glob("*/libportaudio.so.2"))
    if commands or not plugin or not library:
        return f"no software sound card here; sudo apt install {' '.join(PACKAGES)}"
    return ""


@pytest.fixture(scope="module")
def rig() -> Iterator[Rig]:
    """A settled sound card for one test module; skips, saying what to install, where there can be none."""
    if reason := missing_packages():
        pytest.skip(reason)
    with tempfile.TemporaryDirectory(prefix="rig-") as directory:
        card = Rig(Path(directory))
        try:
            card.start()
            yield card
        finally:
            card.close()
