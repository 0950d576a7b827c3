"""Text → checked audio. The engine runs in a child process (`engine`), because it can hang for ever.

What comes back is looked at before anybody hears it: a readable file of plausible length and level, or a
MouthError. A child that does not answer in time is killed and replaced, and the text is tried once more.
"""

from __future__ import annotations

import json
import logging
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypeAlias

import numpy as np
import soundfile

from voiceguide.events import Samples
from voiceguide.language.phonetics import Readings
from voiceguide.mouth import MouthError
from voiceguide.mouth.loudness import bad_audio, finish
from voiceguide.mouth.pace import PACE, espeak_rate, system_rate
from voiceguide.mouth.pronunciation import hanzi, numbered_pinyin

ON_LINUX = sys.platform.startswith("linux")
VOICE = "sit/cmn+f2" if ON_LINUX else "system"
"""The guide's own voice."""

VOICES = {"man": "sit/cmn+m3", "old-man": "sit/cmn+m8", "young-man": "sit/cmn+m1"}
"""espeak-ng's voices for whom the guide plays (`events.OTHER_VOICES`)."""

PITCHES = {"man": 0.72, "old-man": 0.65, "young-man": 0.8}
"""A system has one Mandarin voice: there others are made of it, so much lower."""

COMMAND = (sys.executable, "-m", "voiceguide.mouth.engine")
"""Starts the engine's process."""

TIME_LIMIT_SECONDS = 10.0
"""A prompt takes about 0.05 s; a Raspberry Pi in trouble may take a hundred times as long."""

_SPACE_NEEDED_BYTES = 8 << 20
_log = logging.getLogger(__name__)
_Request: TypeAlias = dict[str, str | int]


class Renderer:
    """Renders one text at a time; callers in other threads wait for their turn."""

    def __init__(
        self,
        readings: Readings,
        *,
        voice: str = VOICE,
        command: Sequence[str] = COMMAND,
        time_limit_seconds: float = TIME_LIMIT_SECONDS,
    ) -> None:
        """`voice`: "sit/cmn+f2" on Linux (any variant after the +), "system" elsewhere."""
        self._readings = readings
        self._voice = voice
        self._command = [*command, voice]
        self._time_limit_seconds = time_limit_seconds
        self._lock = threading.Lock()
        self._child: _Child | None = None
        self._closing = False

    def start(self) -> str:
        """Have the engine running; returns its name and version. Raises MouthError."""
        with self._lock:
            return self._running().engine

    def engine_text(self, text: str) -> str:
        """What the engine is given for `text`; "" where nothing in it can be spoken."""
        return (numbered_pinyin if ON_LINUX else hanzi)(self._readings, text)

    def identity(self, text: str, *, voice: str = "", pace: int = PACE) -> tuple[str, ...]:
        """All that the sound of a text depends on. Raises MouthError where there is no engine."""
        name, pitch = self._sound_of(voice)
        own = (self.start(), name, str(pace), self.engine_text(text))
        return own if pitch == 1.0 else (*own, f"pitch {pitch}")

    def _sound_of(self, voice: str) -> tuple[str, float]:
        """(the engine's voice, how high its audio is played): "" is the guide's own; else one of OTHER_VOICES, or a
        voice as the engine names it."""
        if voice in VOICES:
            return (VOICES[voice], 1.0) if ON_LINUX else (self._voice, PITCHES[voice])
        return voice or self._voice, 1.0

    def render(self, text: str, *, voice: str = "", pace: int = PACE) -> Samples:
        """Speak `text`: int16 at SAMPLE_RATE, levelled, with silence trimmed. Raises MouthError.

        `voice` as in Prompt, or as the engine names it. `pace` in characters a minute; empty where nothing in the
        text can be spoken.
        """
        name, pitch = self._sound_of(voice)
        engine_text = self.engine_text(text)
        syllables = len(self._readings.toneless(text))
        if not engine_text:
            return np.zeros(0, np.int16)
        spoken_pace = round(pace / pitch)  # played lower it also lasts longer
        rate = espeak_rate(spoken_pace) if ON_LINUX else system_rate(spoken_pace)
        request: _Request = {"text": engine_text, "voice": name, "rate": rate}
        with self._lock:
            try:
                return self._attempt(request, syllables, pace, pitch)
            except MouthError as error:
                if self._closing or error.code not in ("render-timeout", "bad-audio", "no-engine"):
                    raise
                _log.info("rendering failed once (%s), trying again: %s", error.code, text)
                self._stop()
                return self._attempt(request, syllables, pace, pitch)

    def close(self) -> None:
        """Stop the child process, even in the middle of a text. Idempotent; a later render restarts it."""
        self._closing = True
        child = self._child
        if child is not None:
            child.kill()
        with self._lock:
            self._stop()
            self._closing = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # ------------------------------------------------------------------ all below holds the lock

    def _running(self) -> _Child:
        if self._child is None:
            self._child = _Child(self._command, self._time_limit_seconds)
        return self._child

    def _stop(self) -> None:
        if self._child is not None:
            self._child.stop()
            self._child = None

    def _attempt(self, request: _Request, syllables: int, pace: int, pitch: float) -> Samples:
        child = self._running()
        path = child.directory / "prompt.wav"
        try:
            path.unlink(missing_ok=True)
            if shutil.disk_usage(child.directory).free < _SPACE_NEEDED_BYTES:
                raise no_space()
            child.ask({**request, "path": str(path)}, self._time_limit_seconds)
            audio, rate = soundfile.read(path, dtype="float32", always_2d=True)
        except MouthError:
            self._stop_if_dead()
            raise
        except (OSError, soundfile.SoundFileError) as error:
            self._stop()
            raise bad_audio(repr(error)) from error
        return finish(audio.mean(axis=1), round(rate * pitch), syllables=syllables, pace=pace)

    def _stop_if_dead(self) -> None:
        if self._child is not None and not self._child.alive:
            self._stop()


class _Child:
    """One engine process, its replies, and the directory it writes into."""

    def __init__(self, command: Sequence[str], time_limit_seconds: float) -> None:
        try:
            self.directory = Path(tempfile.mkdtemp(prefix="voiceguide-"))
        except OSError as error:
            raise no_space() from error
        root = str(Path(__file__).parents[2])
        paths = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
        try:
            self._process = subprocess.Popen(
                [*command, str(self.directory)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                encoding="utf-8",
                env={**os.environ, "PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8"},
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            shutil.rmtree(self.directory, ignore_errors=True)
            raise _no_engine(repr(error)) from error
        self._replies: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()
        try:
            self.engine = str(self._reply(time_limit_seconds)["ready"])
        except BaseException:  # also Ctrl-C: no child, no folder is left behind
            self.stop()
            raise

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, request: _Request, time_limit_seconds: float) -> None:
        """Returns when the engine says that it has saved the file. Raises MouthError."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
        except OSError as error:
            self.stop()
            raise _no_engine("the engine has died") from error
        self._reply(time_limit_seconds)

    def kill(self) -> None:
        """End the process; whoever waits for its reply gets a MouthError."""
        self._process.kill()

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError as error:  # what was still to be written to a dead child
                    _log.debug("closing a dead engine: %r", error)
        shutil.rmtree(self.directory, ignore_errors=True)

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._replies.put(line)
        self._replies.put("")

    def _reply(self, time_limit_seconds: float) -> dict[str, str]:
        try:
            line = self._replies.get(timeout=time_limit_seconds)
        except queue.Empty as error:
            self.stop()
            raise MouthError(
                "render-timeout", "合成语音的程序没有反应。", "已把它重新启动；如果总是这样，请重新启动电脑。"
            ) from error
        if not line:
            self.stop()
            raise _no_engine("the engine has died")
        reply: dict[str, str] = json.loads(line)
        if "error" not in reply:
            return reply
        raise _no_voice(reply["detail"]) if reply["error"] == "no-voice" else _no_engine(reply["detail"])


def no_space() -> MouthError:
    return MouthError("no-space", "磁盘满了，或者不能写。", "请删掉一些不用的文件，再试一次。")


def _no_engine(detail: str) -> MouthError:
    return MouthError(
        "no-engine", f"合成语音的程序用不了（{detail}）。", "请运行 script/setup --again，从头装一遍。"
    )


def _no_voice(detail: str) -> MouthError:
    remedy = (
        "请运行 script/setup --again，从头装一遍。"
        if ON_LINUX
        else "请在系统设置的“语音”里添加中文（普通话）语音。"
    )
    return MouthError("no-voice", f"没有会说普通话的声音（{detail}）。", remedy)
