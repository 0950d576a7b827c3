"""Commands over recordings, and commands as whole processes: encodings, pipes, kills, and no network."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.test_conversations import REHEARSED
from voiceguide import paths
from voiceguide.cli import main
from voiceguide.commands import checkup, recognise
from voiceguide.commands.rehearse import PERSON_VOICE
from voiceguide.events import SAMPLE_RATE, Belief, Phrase, Samples
from voiceguide.exit_codes import Exit
from voiceguide.language.phonetics import Readings
from voiceguide.mouth.renderer import Renderer


class Deaf:
    """A recogniser that hears nothing it knows."""

    def prepare(self, phrases: Sequence[Phrase]) -> None:
        self.phrases = phrases

    def turn(self, phrases: Sequence[Phrase]) -> Deaf:
        return self

    def accept(self, samples: Samples) -> None:
        """Whatever it is."""

    def partial(self) -> str:
        return ""

    def result(self, thorough: bool = True) -> Belief:
        return Belief("", 0.0)


@pytest.fixture
def deaf(monkeypatch: pytest.MonkeyPatch) -> Deaf:
    recogniser = Deaf()
    monkeypatch.setattr(recognise, "open_recogniser", lambda model: recogniser)
    return recogniser


def written(path: Path, samples: np.ndarray, rate: int = 16_000) -> str:
    soundfile.write(path, samples, rate)
    return str(path)


@pytest.mark.thorough
@pytest.mark.parametrize(("name", "rate"), [("a.wav", 8_000), ("a.flac", 44_100), ("a.ogg", 48_000)])
def test_silence_in_any_format_is_no_input(
    name: str, rate: int, deaf: Deaf, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path / name, np.zeros(rate * 2, np.float32), rate)
    assert main(["recognise", file]) == 0
    result = json.loads(capsys.readouterr().out)
    assert list(result) == [
        *("file", "outcome", "intent", "transcript", "confidence", "audio_seconds", "compute_seconds")
    ]
    assert (result["file"], result["outcome"], result["intent"]) == (file, "no-input", None)
    assert result["audio_seconds"] == pytest.approx(2.0, abs=0.01)


def test_files_that_are_no_recordings_do_not_stop_the_others(
    deaf: Deaf, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty.wav").touch()
    (tmp_path / "text.wav").write_text("这不是录音")
    good = written(tmp_path / "good.wav", np.zeros(16_000, np.float32))
    bad = [
        str(tmp_path / "empty.wav"),
        str(tmp_path / "text.wav"),
        str(tmp_path / "missing.wav"),
        str(tmp_path),
    ]
    assert main(["recognise", *bad, good]) == Exit.USAGE
    said = capsys.readouterr()
    assert [json.loads(line)["file"] for line in said.out.splitlines()] == [good]
    assert len(said.err.splitlines()) == len(bad)
    assert all(name in said.err for name in bad)


@pytest.mark.thorough
def test_recordings_are_compared_with_what_is_expected_at_the_step(deaf: Deaf, tmp_path: Path) -> None:
    file = written(tmp_path / "a.wav", np.zeros(16_000, np.float32))
    main(["recognise", "--expecting", "12333/log-in", file])
    there = {phrase.text for phrase in deaf.phrases}
    main(["recognise", "--expecting", "12333/why", file])
    elsewhere = {phrase.text for phrase in deaf.phrases}
    assert "忘记密码" in there - elsewhere


@pytest.mark.parametrize("name", ["nowhere", "empty"])
def test_a_model_that_is_none(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    file = written(tmp_path / "a.wav", np.zeros(16_000, np.float32))
    assert main(["recognise", "--model", str(tmp_path / name), file]) == Exit.MODEL
    assert name in capsys.readouterr().err


@pytest.mark.audio
@pytest.mark.parametrize("guide_id", REHEARSED)
def test_a_whole_guide_is_rehearsed_aloud(
    guide_id: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recording = tmp_path / "rehearsal.wav"
    conversation = str(REHEARSED[guide_id])
    assert main(["rehearse", conversation, "--save", str(recording)]) == 0, capsys.readouterr().err
    both, _ = soundfile.read(recording, dtype="int16")
    assert len(both) > 300 * SAMPLE_RATE
    assert (np.abs(both).max(axis=0) > 1_000).all(), "the guide on the left, she on the right"
    assert str(recording) in capsys.readouterr().err


@pytest.mark.audio
def test_a_spoken_word_is_recognised(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Renderer(Readings.load(paths.prompts()), voice=PERSON_VOICE) as renderer:
        file = written(tmp_path / "a.flac", renderer.render("下一步"))
    assert main(["recognise", file]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["outcome"], result["intent"]) == ("heard", "next")


@pytest.mark.audio
def test_the_doctor_finds_voice_and_model_in_order() -> None:
    results = {result.name: result for result in checkup.checkup()}
    assert results["voice"].ok, results["voice"]
    assert results["model"].ok, results["model"]


# ---------------------------------------------------------------------------------------------- processes

COMMAND = [sys.executable, "-m", "voiceguide"]

FORBID_SOCKETS = """
import sys

def forbid(event, arguments):
    if event in {f"socket.{name}" for name in ("connect", "bind", "getaddrinfo", "gethostbyname", "sendto")}:
        raise RuntimeError(f"{event}: {arguments}")

sys.addaudithook(forbid)
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A home of its own, and every socket forbidden in the process and its children."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(FORBID_SOCKETS)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    return {**inherited, "HOME": str(tmp_path), "PYTHONPATH": str(tmp_path / "site")}


def test_the_guard_of_this_file_bites(environment: dict[str, str]) -> None:
    script = "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9')"
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False
    )
    assert "RuntimeError: socket." in done.stderr


@pytest.mark.slow
def test_a_whole_session_and_a_whole_rehearsal_need_no_network(environment: dict[str, str]) -> None:
    script = """
import sys
from voiceguide.cli import main
sys.exit(main(["12333", "--ears", "keyboard", "--mouth", "silent"]) or main(["rehearse", "--text"]))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, input=b"\n" * 60, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.decode("utf-8").count("再见") == 2


@pytest.mark.slow
@pytest.mark.audio
def test_no_command_but_the_download_needs_the_network(environment: dict[str, str], tmp_path: Path) -> None:
    sound = tmp_path / "heard.wav"
    commands = [
        ["12333", "--ears", "keyboard", "--mouth", str(sound)],
        ["rehearse", str(paths.conversations() / "cannot.txt")],
        ["recognise", str(sound)],
        ["person", "add", "王阿姨"],
        ["report", "--no-open"],
        ["consent", "--withdraw"],
        ["remind", "--mouth", "silent"],
        *(["teach", "--list"], ["record", "--list"], ["record-commands", "--list"], ["models"], ["check"]),
        ["doctor", "--json"],
        ["forget", "--yes", "--mouth", "silent"],
    ]
    script = "import sys, json; from voiceguide.cli import main; print(*map(main, json.loads(sys.argv[1])), sep='|')"
    done = subprocess.run(
        [sys.executable, "-c", script, json.dumps(commands)],
        env=environment, input=b"\n", capture_output=True, check=False,
    )  # fmt: skip
    codes = done.stdout.decode("utf-8").splitlines()[-1].split("|")
    assert codes[-2] in "01", "the doctor may miss a sound device here"
    assert [*codes[:-2], codes[-1]] == ["0"] * (len(commands) - 1), done.stderr.decode()
    assert "socket." not in done.stderr.decode()


@pytest.mark.slow
def test_chinese_arrives_as_utf_8_under_any_settings(environment: dict[str, str]) -> None:
    settings = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "gbk"}
    done = subprocess.run(
        [*COMMAND, "understand"],
        env={**environment, **settings},
        input="好了\n".encode(),
        capture_output=True,
        check=False,
    )
    assert json.loads(done.stdout.decode("utf-8"))["transcript"] == "好了"


@pytest.mark.slow
def test_a_reader_that_has_enough_is_no_fault(environment: dict[str, str]) -> None:
    process = subprocess.Popen(
        [*COMMAND, "--help"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.close()
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, b"")


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
def test_interrupted_with_the_keyboard_it_keeps_where_she_was(environment: dict[str, str]) -> None:
    process = subprocess.Popen(
        [*COMMAND, "12333", "--ears", "keyboard", "--mouth", "silent"],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        # A shell's background command ignores Ctrl+C, and so would what it starts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdin is not None
    process.stdin.write(b"\n\n\n")
    process.stdin.flush()
    kept = Path(environment["HOME"]) / ".local" / "share" / "voiceguide" / "people" / "1" / "profile.json"
    _wait_for(lambda: kept.exists() and json.loads(kept.read_text())["steps"] == {"12333": "phone"})
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors.decode()) == (Exit.INTERRUPTED, "\n已中断。\n")


def _wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
