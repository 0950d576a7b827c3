"""What a stranger does to every command: whatever is missing, damaged or full, a Chinese sentence and a code."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

import voiceguide
from tests.test_new_guide import checkout as checkout
from voiceguide import faults, paths, refusals
from voiceguide.__main__ import main as program
from voiceguide.bench.workers import leave_ending_to_parent
from voiceguide.checking import linter
from voiceguide.cli import main
from voiceguide.commands import aloud, run
from voiceguide.commands.persons import people
from voiceguide.ears import vosk_library
from voiceguide.exit_codes import Exit
from voiceguide.reminders import reminder_timer
from voiceguide.room import RoomError
from voiceguide.tables import Source

ROOT = Path(__file__).parent.parent
ON_LINUX = sys.platform.startswith("linux")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.ENOENT, errno.ENOTDIR, errno.EROFS, errno.EACCES])
def test_the_system_refuses_in_chinese(number: int) -> None:
    said = refusals.in_words(OSError(number, os.strerror(number), "x"))
    assert not any("a" <= letter.lower() <= "z" for letter in said)


def test_on_windows_a_file_in_use_is_no_lack_of_permission() -> None:
    error = PermissionError(errno.EACCES, "The process cannot access the file", "x")
    error.winerror = 32  # type: ignore[attr-defined,unused-ignore]
    assert refusals.in_words(error) == "别的程序正在用它"
    assert refusals.in_words(OSError(12345, "something new")) == "something new"


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (FileNotFoundError(errno.ENOENT, "No such file", "/away/x"), Exit.NO_SPACE, "/away/x 用不了"),
        (ModuleNotFoundError("No module named 'soundfile'", name="soundfile"), Exit.FAULT, "script/setup --again"),
    ],
)  # fmt: skip
def test_what_is_missing_is_named_with_a_remedy(error: Exception, code: Exit, words: str) -> None:
    told, text = faults.explain(error)
    assert told is code
    assert words in text
    assert not paths.logs().exists()


# ------------------------------------------------------------------------------------- beginning and end


def test_interrupted_while_it_is_still_being_loaded(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Impatient:
        @staticmethod
        def find_spec(name: str, *_: object) -> ModuleSpec | None:
            if name == "voiceguide.cli":
                raise KeyboardInterrupt
            return None

    monkeypatch.delitem(sys.modules, "voiceguide.cli")
    monkeypatch.delattr(voiceguide, "cli")
    monkeypatch.setattr(sys, "meta_path", [Impatient, *sys.meta_path])
    assert program() == Exit.INTERRUPTED
    assert capsys.readouterr().err == "已中断。\n"


@pytest.mark.skipif(not ON_LINUX, reason="/dev/full")
def test_output_to_a_full_disk(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    full = open("/dev/full", "w", encoding="utf-8")  # noqa: SIM115 - closing it is the test
    monkeypatch.setattr(sys, "stdout", full)
    assert main(["understand", "好了"]) == Exit.NO_SPACE
    full.close()  # as Python does at the end, loudly where something is still to be written
    assert "磁盘满了" in capsys.readouterr().err


# --------------------------------------------------------------------------------------------- commands


def test_forget_among_several_says_how_to_name_her(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("王阿姨", "李大爷"):
        people().add(name)
    assert main(["forget", "--yes"]) == Exit.USAGE
    shown = capsys.readouterr().err
    assert "请在 forget 后面写明是哪一位" in shown
    assert "--person" not in shown


def test_an_unknown_meaning_is_refused_before_any_device_is_opened(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["teach", "没有这个意思"]) == Exit.USAGE
    assert "可以教的意思" in capsys.readouterr().err


def test_a_folder_is_no_voicepack(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["voicepack", "import", str(tmp_path)]) == Exit.USAGE
    assert "这是一个文件夹" in capsys.readouterr().err


@pytest.mark.skipif(not ON_LINUX, reason="systemd")
def test_a_timer_that_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(paths, "user_units", lambda: tmp_path / "file" / "user")
    assert main(["remind", "--install-timer"]) == Exit.NO_SPACE
    assert "自动提醒没有装上" in capsys.readouterr().err


def test_a_crontab_line_can_be_pasted() -> None:
    line = reminder_timer.crontab(("/home/她/新 地方/50%/python", "-m", "voiceguide", "remind"), "08:05")
    assert line == "05 08 * * * '/home/她/新 地方/50\\%/python' -m voiceguide remind"


# ---------------------------------------------------------------------------------------------- content


@pytest.mark.thorough
@pytest.mark.parametrize("damage", [None, b'x = "\xff"'], ids=["missing", "not text"])
def test_a_damaged_template_leaves_no_half_of_a_guide(
    damage: bytes | None, checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    template = paths.prompts() / "new-guide" / "conversation.txt"
    template.unlink() if damage is None else template.write_bytes(damage)
    assert main(["new-guide", "bus-card", "--title", "办公交卡"]) in (Exit.USAGE, Exit.NO_SPACE)
    assert "new-guide" in capsys.readouterr().err
    assert not (paths.prompts() / "guides" / "bus-card.toml").exists()


@pytest.mark.thorough
@pytest.mark.parametrize("file", ["doctor.toml", "family.toml"])
def test_the_linter_looks_into_every_file(file: str, checkout: Path) -> None:
    assert not linter.check(paths.prompts())
    (paths.prompts() / file).write_text("nonsense = 1\n", encoding="utf-8")
    assert {finding.file for finding in linter.check(paths.prompts())} == {file}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'good = "x"\n= = bad\n', "第2行第1个字（"),
        (b'good = """x\n', "到末尾还没写完（"),
        (b'x = "\xff"\n', "不是 UTF-8"),
    ],
)
def test_a_damaged_file_says_where_it_is_damaged(content: bytes, words: str, tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_bytes(content)
    (finding,) = Source(tmp_path, "x.toml").findings
    assert words in finding.message


# -------------------------------------------------------------------------- heard where it can be heard


def refusing(code: str) -> Callable[..., object]:
    def opened(*_: object) -> object:
        raise RoomError(code, "没有。", "请接上。")

    return opened


@pytest.mark.thorough
@pytest.mark.parametrize(("code", "heard"), [("no-microphone", ["microphone"]), ("no-speaker", [])])
def test_without_a_microphone_she_is_told_aloud(
    code: str, heard: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(run, "say_what_fails", said.append)
    monkeypatch.setattr(run, "rehearse_aloud", lambda *_, **__: Exit.OK)
    monkeypatch.setattr(run.equipment, "opened_room", refusing(code))
    assert main(["12333"]) == Exit.NO_SOUND
    assert said == heard


@pytest.mark.parametrize(("arguments", "heard"), [([], ["content"]), (["--mouth", "silent"], [])])
def test_bad_content_is_told_aloud(
    arguments: list[str], heard: list[str], checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(run, "say_what_fails", said.append)
    (paths.prompts() / "common.toml").write_text("x = 1\n", encoding="utf-8")
    assert main(["run", "12333", *arguments]) == Exit.CONTENT
    assert said == heard


def test_what_fails_is_said_even_with_damaged_readings(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(aloud, "say_aloud", lambda prompts, *_: said.extend(each.text for each in prompts))
    (paths.prompts() / "readings.toml").write_text("= =", encoding="utf-8")
    aloud.say_what_fails("content")
    assert said == ["指南的内容有错误，请看屏幕上的说明。"]
    (paths.prompts() / "doctor.toml").unlink()
    aloud.say_what_fails("content")  # nothing left to say it with; the error itself is on its way up
    assert len(said) == 1


# ------------------------------------------------------------------------------------------- on Windows


@pytest.mark.parametrize(("folder", "asked"), [("王阿姨/model", "."), ("wang/model", None)])
def test_kaldi_gets_a_path_it_can_open(
    folder: str, asked: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Vosk:
        @staticmethod
        def Model(model_path: str) -> tuple[str, Path]:  # noqa: N802 - vosk's name
            return model_path, Path.cwd()

    model = tmp_path / folder
    model.mkdir(parents=True)
    here = Path.cwd()
    monkeypatch.setattr(vosk_library, "NARROW_PATHS", True)
    assert vosk_library.load_model(Vosk, model) == ((asked, model) if asked else (str(model), here))
    assert Path.cwd() == here


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="a checkout by git")
def test_git_leaves_the_models_line_ends_alone() -> None:
    """Or the checksums would not be those of the files on Windows, and bash would run no script."""
    asked = ["git", "check-attr", "text", "eol", "--", "models/voiceguide-cmn-0.9/conf/mfcc.conf", "script/run"]
    said = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    assert said[0].endswith("text: unset")
    assert said[3].endswith("eol: lf")


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="a terminal that can be closed")
def test_a_closed_terminal_leaves_the_benchs_workers_to_their_parent() -> None:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGHUP)}
    try:
        leave_ending_to_parent()
        os.kill(os.getpid(), signal.SIGHUP)
        assert [signal.getsignal(number) for number in before] == [signal.SIG_IGN] * 2
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
