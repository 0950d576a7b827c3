"""The command line as a person meets it: what it prints, where, and with which exit code."""

from __future__ import annotations

import io
import json
import pickle
import re
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import polib
import pytest

from voiceguide import console, faults, paths
from voiceguide.__main__ import main as program
from voiceguide.checking import linter
from voiceguide.cli import main
from voiceguide.commands import check, run
from voiceguide.commands.content import open_expecting
from voiceguide.content import ContentError, Finding
from voiceguide.ears import EarsError
from voiceguide.exit_codes import Exit
from voiceguide.fetching import FetchError
from voiceguide.mouth import MouthError
from voiceguide.profile.profile_file import People, ProfileError
from voiceguide.rehearsal.conversation import ConversationError
from voiceguide.room import RoomError

ROOT = Path(__file__).parent.parent
COMMANDS = (
    "run", "rehearse", "recognise", "understand", "check", "doctor", "models", "record-commands", "person", "remind",
    "forget", "consent",
)  # fmt: skip
CLICKS_ENGLISH = re.compile(
    r"\b(Usage|Options|Commands|Error|Try|Missing|Invalid|No such|Show|Aborted|Directory|File|Path|does not|"
    r"is not|required|unexpected|requires|OPTIONS|ARGS|COMMAND|TEXT|INTEGER|default|Did you)\b"
)


# ------------------------------------------------------------------------------------------------ words


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS), ("models", "fetch")])
def test_help_is_chinese(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*command, "--help"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("用法：")
    assert not CLICKS_ENGLISH.search(text)


def test_help_names_every_command_and_every_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--help"])
    text = capsys.readouterr().out
    for name in COMMANDS:
        assert f"\n  {name} " in text
    for code in Exit:
        assert re.search(rf"\n +{code.value}  {re.escape(code.meaning)}", text)


MISTAKES = {
    "unknown command": ["rehearsel"],
    "unknown guide": ["12334"],
    "unknown option": ["run", "--loud"],
    "near option": ["rehearse", "--texts"],
    "out of range": ["run", "--pace", "20"],
    "not a number": ["run", "--pace", "fast"],
    "missing value": ["run", "--pace"],
    "flag with a value": ["doctor", "--json=1"],
    "missing argument": ["recognise"],
    "too many arguments": ["check", "prompts", "prompts"],
    "missing folder": ["check", "nowhere"],
    "file for a folder": ["check", __file__],
    "missing conversation": ["rehearse", "nowhere.txt"],
    "folder for a conversation": ["rehearse", str(ROOT)],
    "not a conversation": ["rehearse", "--text", __file__],
    "one recording of nothing": ["rehearse", "--text", "--save", "x.wav"],
    "unknown model": ["models", "fetch", "large"],
    "unknown step": ["understand", "--expecting", "12333/nowhere", "好了"],
    "missing recording": ["run", "--ears", "nowhere.wav", "--mouth", "silent"],
}


@pytest.mark.thorough
@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_gets_a_chinese_sentence_and_code_2(
    mistake: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(MISTAKES[mistake]) == Exit.USAGE
    said = capsys.readouterr()
    assert said.out == ""
    assert re.search(r"[\u4e00-\u9fff]", said.err)
    assert "Traceback" not in said.err
    assert not CLICKS_ENGLISH.search(said.err.replace("--", ""))


@pytest.mark.parametrize(
    "arguments", [["--ears", "keyboard", "--mouth", "spekaer"], ["rehearse", "--save", "spekaer"]]
)
def test_a_mistyped_loudspeaker_becomes_no_file(
    arguments: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == Exit.USAGE
    assert "spekaer" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_mistyped_command_is_recognised(capsys: pytest.CaptureFixture[str]) -> None:
    main(["rehears"])
    assert "rehearse" in capsys.readouterr().err


def test_the_compiled_catalogue_is_that_of_the_text() -> None:
    folder = ROOT / "voiceguide" / "locale" / "zh_CN" / "LC_MESSAGES"
    text, compiled = polib.pofile(str(folder / "click.po")), polib.mofile(str(folder / "click.mo"))
    assert {entry.msgid: (entry.msgstr, entry.msgstr_plural) for entry in compiled} == {
        entry.msgid: (entry.msgstr, entry.msgstr_plural) for entry in text
    }


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert re.fullmatch(r"voiceguide \d+\.\d+\.\d+\n", capsys.readouterr().out)


def test_a_terminal_of_another_encoding_gets_utf_8(monkeypatch: pytest.MonkeyPatch) -> None:
    for encoding in ("ascii", "cp936"):
        raw = io.BytesIO()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding))
        console.prepare()
        print("好了 ǚ", flush=True)
        assert raw.getvalue().decode("utf-8") == "好了 ǚ\n"


@pytest.mark.thorough
def test_closed_standard_streams_are_empty_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)  # `voiceguide <&- >&-`, a window's program on Windows
    assert main(["understand"]) == 0
    assert main(list(ON_PAPER)) == 0
    assert main(["run", "nowhere"]) == Exit.USAGE


# --------------------------------------------------------------------------------------------- commands


def lines_of_json(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_understand_tells_what_written_words_mean(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["understand", "好了", "不好了", " "]) == 0
    heard, missed, silent = lines_of_json(capsys.readouterr().out)
    keys = ["file", "outcome", "intent", "transcript", "confidence", "audio_seconds", "compute_seconds"]
    assert list(heard) == keys
    assert (heard["outcome"], heard["intent"], heard["transcript"]) == ("heard", "next", "好了")
    assert (missed["outcome"], missed["intent"]) == ("no-match", None)
    assert (silent["outcome"], silent["intent"], silent["confidence"]) == ("no-input", None, 0.0)


def test_understand_reads_lines(typed: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    typed("上一步", "失败了")
    assert main(["understand"]) == 0
    assert [line["intent"] for line in lines_of_json(capsys.readouterr().out)] == ["previous", "failed"]


@pytest.mark.thorough
def test_understand_expects_what_the_step_expects(capsys: pytest.CaptureFixture[str]) -> None:
    main(["understand", "--expecting", "12333/log-in", "忘记密码"])
    main(["understand", "--expecting", "12333/why", "忘记密码"])
    at_its_step, elsewhere = lines_of_json(capsys.readouterr().out)
    assert str(at_its_step["intent"]).startswith("trouble:")
    assert str(elsewhere["intent"]).startswith("question:")


def test_numbers_are_not_expected_unless_they_are_offered() -> None:
    content, expecting = open_expecting("all")
    assert {*content.understanding.universal} < {*expecting}
    assert not {*content.understanding.choices} & {*expecting}


def test_check_is_content_where_nothing_is_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(linter, "check", lambda directory: [])
    assert main(["check"]) == 0
    assert capsys.readouterr().out == ""


def test_check_prints_each_finding(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path)]) == Exit.NEGATIVE
    assert "common.toml" in capsys.readouterr().out


@pytest.mark.thorough
def test_the_whole_guide_is_rehearsed_in_writing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rehearse", "--text"]) == 0
    said = capsys.readouterr()
    for intent in ("failed", "cannot", "fraud"):
        assert f"→ {intent}\n" in said.out
    assert "演练完成" in said.err


def test_a_rehearsal_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rehearse", "--text", "--json"]) == 0
    entries = lines_of_json(capsys.readouterr().out)
    assert entries[0]["type"] == "said"
    assert {"next", "fraud", "yes", "no"} <= {
        entry["intent"] for entry in entries if entry["type"] == "answered"
    }


def test_a_rehearsal_that_was_left_at_a_step_that_is_no_more_begins_anew(tmp_path: Path) -> None:
    file = tmp_path / "old.txt"
    file.write_text("guide 12333\nsaved step-of-last-year\n<< …\n<< …\n", encoding="utf-8")
    assert main(["rehearse", "--text", str(file)]) == Exit.OK


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process at once")
def test_a_request_to_end_is_an_interruption(monkeypatch: pytest.MonkeyPatch) -> None:
    """The terminal is put right, the engine stopped, the recording finished."""
    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(check.paths, "prompts", lambda: signal.raise_signal(signal.SIGTERM))
    monkeypatch.setattr(sys, "argv", ["voiceguide", "check"])
    try:
        assert program() == Exit.INTERRUPTED
    finally:
        signal.signal(signal.SIGTERM, before)


def test_a_rehearsal_that_differs_says_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "differs.txt"
    file.write_text("guide 12333\n<< …\n<< …\n>> 好了\n<< 这句话指南不会说。\n", encoding="utf-8")
    assert main(["rehearse", "--text", str(file)]) == Exit.NEGATIVE
    assert f"{file}:5" in capsys.readouterr().err


def test_all_rehearsals_are_carried_out_though_one_differs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    differs, fine = tmp_path / "a.txt", tmp_path / "b.txt"
    differs.write_text("guide 12333\n<< 不会这么说。\n", encoding="utf-8")
    fine.write_text("guide 12333\n<< …\n<< …\n", encoding="utf-8")
    assert main(["rehearse", "--text", str(differs), str(fine)]) == Exit.NEGATIVE
    assert "b.txt" in capsys.readouterr().err


# -------------------------------------------------------------------------------------------------- run

ON_PAPER = ("--ears", "keyboard", "--mouth", "silent")


def progress_step() -> str | None:
    return People(paths.data()).files()[0].load().steps.get("12333")


@pytest.mark.thorough
def test_she_may_press_enter_all_the_way(
    typed: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    typed(*[""] * 60)
    assert main(["12333", *ON_PAPER]) == 0
    assert "再见" in capsys.readouterr().out.splitlines()[-1]
    assert progress_step() is None


@pytest.mark.thorough
def test_she_is_asked_to_go_on_where_the_terminal_was_closed(
    typed: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    typed("", "", "好了")
    assert main(["12333", *ON_PAPER]) == 0
    left_at = progress_step()
    assert left_at is not None
    capsys.readouterr()
    typed()
    assert main(["run", "12333", *ON_PAPER]) == 0
    assert "上次" in capsys.readouterr().out.splitlines()[0]
    assert progress_step() == left_at


def test_a_damaged_profile_is_set_aside_and_said(
    typed: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    file = People(paths.data()).files()[0].path
    file.parent.mkdir(parents=True)
    file.write_text("{")
    typed()
    assert main(["12333", *ON_PAPER]) == 0
    assert "档案坏了" in capsys.readouterr().err
    assert file.with_suffix(".damaged").read_text() == "{"


def room_without(code: str) -> Callable[..., object]:
    def refuse(*_: object) -> object:
        raise RoomError(code, "没有找到声音设备。", "请接上话筒和音箱，再试一次。")

    return refuse


@pytest.fixture
def rehearsed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Path | None]:
    """The recordings of the rehearsals that were carried out."""
    recordings: list[Path | None] = []

    def rehearse(path: Path, model: Path | None, save: Path | None, *, as_json: bool) -> Exit:
        recordings.append(save)
        return Exit.OK

    monkeypatch.setattr(run, "rehearse_aloud", rehearse)
    monkeypatch.setattr(paths, "cache", lambda: tmp_path / "cache")
    return recordings


@pytest.mark.parametrize("code", ["no-portaudio", "no-device", "no-microphone", "no-speaker"])
def test_without_a_sound_device_it_says_so_and_shows_a_rehearsal(
    code: str,
    rehearsed: list[Path | None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(run.equipment, "opened_room", room_without(code))
    assert main([]) == Exit.NO_SOUND
    assert capsys.readouterr().err.startswith("没有找到声音设备。请接上话筒和音箱，再试一次。\n")
    assert rehearsed == [tmp_path / "cache" / "rehearsal.wav"]


def test_a_rehearsal_that_cannot_be_recorded_is_carried_out_all_the_same(
    rehearsed: list[Path | None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(paths, "cache", lambda: tmp_path / "file" / "cache")
    monkeypatch.setattr(run.equipment, "opened_room", room_without("no-device"))
    assert main([]) == Exit.NO_SOUND
    assert str(tmp_path / "file" / "cache") in capsys.readouterr().err
    assert rehearsed == [None]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["--ears", "mic"], "no-device"), (["--mouth", "speaker"], "no-device"), ([], "device-busy")],
)
def test_no_rehearsal_for_who_asked_for_a_device_or_has_one(
    arguments: list[str], code: str, rehearsed: list[Path | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run.equipment, "opened_room", room_without(code))
    assert main(arguments) == Exit.NO_SOUND
    assert rehearsed == []


# ----------------------------------------------------------------------------------------------- faults

FINDING = Finding("guides/12333.toml", "steps.why.say", "long-prompt", "这段话太长。", "请缩短。")
FAULTS = {
    RoomError("no-device", "一", "二"): Exit.NO_SOUND,
    RoomError("device-lost", "一", "二"): Exit.NO_SOUND,
    RoomError("bad-file", "一", "二"): Exit.USAGE,
    RoomError("no-space", "一", "二"): Exit.NO_SPACE,
    EarsError("bad-model", "一", "二"): Exit.MODEL,
    EarsError("no-space", "一", "二"): Exit.NO_SPACE,
    MouthError("no-voice", "一", "二"): Exit.VOICE,
    MouthError("no-space", "一", "二"): Exit.NO_SPACE,
    ContentError([FINDING]): Exit.CONTENT,
    FetchError("no-network", "一", "二"): Exit.MODEL,
    FetchError("no-space", "一", "二"): Exit.NO_SPACE,
    ProfileError("read-only", "一", "二"): Exit.NO_SPACE,
    ConversationError(Path("x.txt"), 3, "一"): Exit.USAGE,
    OSError(28, "No space left on device"): Exit.NO_SPACE,
    PermissionError(13, "Permission denied", "x"): Exit.NO_SPACE,
    OSError(30, "Read-only file system", "x"): Exit.NO_SPACE,
    KeyboardInterrupt(): Exit.INTERRUPTED,
}


def test_an_error_arrives_whole_from_another_process() -> None:
    sent = EarsError("bad-model", "一。", "二。")
    arrived = pickle.loads(pickle.dumps(sent))
    assert (type(arrived), str(arrived)) == (EarsError, "一。二。")
    assert (arrived.code, arrived.message, arrived.remedy) == (sent.code, sent.message, sent.remedy)


@pytest.mark.parametrize("fault", FAULTS, ids=repr)
def test_every_fault_has_its_exit_code_and_no_traceback(
    fault: BaseException,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    own_folders: Path,
) -> None:
    def fail(*_: object) -> None:
        raise fault

    monkeypatch.setattr(check.paths, "prompts", fail)
    assert main(["check"]) == FAULTS[fault]
    said = capsys.readouterr().err
    assert re.search(r"[\u4e00-\u9fff]", said)
    assert "Traceback" not in said
    assert not (own_folders / "logs").exists(), "a user's trouble is not our fault"


def test_an_unexpected_fault_is_logged_where_the_helper_finds_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], own_folders: Path
) -> None:
    monkeypatch.setattr(check.paths, "prompts", lambda: 1 // 0)
    assert main(["check"]) == Exit.FAULT
    (log,) = (own_folders / "logs").iterdir()
    said = capsys.readouterr().err
    assert str(log) in said
    assert "Traceback" not in said
    assert "ZeroDivisionError" in log.read_text(encoding="utf-8")


def test_a_fault_that_cannot_be_logged_is_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(faults.paths, "logs", lambda: tmp_path / "file" / "logs")
    monkeypatch.setattr(check.paths, "prompts", lambda: 1 // 0)
    assert main(["check"]) == Exit.FAULT
    assert "ZeroDivisionError" in capsys.readouterr().err
