"""Several people on one machine, what is due, and forgetting: the commands as a person meets them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from icalendar import Calendar, Event

from tests.fakes import FakeMouth, FakeRoom, ScriptedEars
from tests.test_profile_file import FORMER_WORDS, WORD, write_former
from voiceguide import paths
from voiceguide.cli import main
from voiceguide.commands import aloud, appointments
from voiceguide.commands.asking_who import Prompts, ask_who, named
from voiceguide.commands.content import open_content
from voiceguide.events import Said, Transcript
from voiceguide.exit_codes import Exit
from voiceguide.profile.profile import Profile
from voiceguide.profile.profile_file import People, ProfileFile
from voiceguide.reminders import calendar_file, reminder_timer
from voiceguide.room import RoomError

ON_PAPER = ("--ears", "keyboard", "--mouth", "silent")
TODAY = date.today()


def people() -> People:
    return People(paths.data())


def hers(called: str) -> Profile:
    [profile] = [each for file in people().files() if (each := file.load()).called == called]
    return profile


@pytest.fixture
def two() -> None:
    assert main(["person", "add", "王阿姨"]) == Exit.OK
    assert main(["person", "add", "李大爷"]) == Exit.OK


# ------------------------------------------------------------------------------------------ who is it


@pytest.mark.thorough
def test_the_first_name_is_given_to_whoever_was_here_already(capsys: pytest.CaptureFixture[str]) -> None:
    people().files()[0].save(Profile(words=(WORD,)))
    for name in ("王阿姨", "李大爷"):
        assert main(["person", "add", name]) == Exit.OK
    assert "原来的那一位，以后叫王阿姨" in capsys.readouterr().out
    assert hers("王阿姨").words == (WORD,)
    assert main(["person", "list"]) == Exit.OK
    listed = capsys.readouterr().out.splitlines()
    assert ["王阿姨" in listed[0], "李大爷" in listed[1]] == [True, True]


@pytest.mark.parametrize("name", ["Anna", "王 阿姨", "", "一个名字太长的人", "汪阿姨", "王", "12", "万阿姨", "倪大爷"])
def test_a_name_that_cannot_be_said_or_told_apart_is_refused(name: str, two: None) -> None:
    assert main(["person", "add", name]) == Exit.USAGE
    assert len(people().files()) == 2


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("answers", "who"),
    [
        (["李大爷"], "李大爷"),
        (["我是王阿姨"], "王阿姨"),
        (["第二个"], "李大爷"),
        (["今天天气很好", "", "王阿姨"], "王阿姨"),
        (["王阿姨和李大爷", "第三个", "好了"], None),
        (["我不是王阿姨", "不是王阿姨，是李大爷"], "李大爷"),
    ],
)
def test_she_says_who_she_is(answers: Sequence[str], who: str | None) -> None:
    content, mouth = open_content(), FakeMouth()
    log: list[object] = []
    names = {"王阿姨": "王阿姨", "李大爷": "李大爷"}
    ports = (FakeRoom(), mouth, ScriptedEars(answers))
    got = ask_who(names, Prompts(content.script.common), content.understanding, ports, log.append)
    assert got == who
    assert mouth.said[:3] == [
        "您好，您是哪一位？",
        "王阿姨，请说，王阿姨，或者，第一个。",
        "李大爷，请说，李大爷，或者，第二个。",
    ]
    assert mouth.said[-1] == (f"{who}，您好。" if who else content.script.common["who-guest"][0].text)
    assert [entry.prompt.text for entry in log if isinstance(entry, Said)] == mouth.said
    ears = ports[2]
    assert all({"王阿姨", "李大爷", "第一个"} <= set(phrases) for phrases in ears.expected)


@pytest.mark.parametrize(
    ("answers", "who", "greeted"),
    [
        (["李大爷"], "李大爷", ["李大爷"]),
        (["李大爷", "不是我", "王阿姨"], "王阿姨", ["李大爷", "王阿姨"]),
        (["李大爷", "我不是李大爷", "第一个"], "王阿姨", ["李大爷", "王阿姨"]),
        (["李大爷", "不是，我是王阿姨"], "王阿姨", ["李大爷", "王阿姨"]),
        (["李大爷", "我是李大爷"], "李大爷", ["李大爷"]),
        (["李大爷", "今天天气很好"], "李大爷", ["李大爷"]),
        (["李大爷", "不是", "李大爷", "错了", "李大爷", "不是我"], None, ["李大爷"] * 3),
        (["李大爷", "王阿姨", "李大爷", "王阿姨", "谁", "谁"], None, ["李大爷", "王阿姨", "李大爷"]),
    ],
)
def test_who_was_taken_for_somebody_else_says_so(answers: list[str], who: str | None, greeted: list[str]) -> None:
    """Heard, and not typed: so it may have been misheard."""
    content, mouth = open_content(), FakeMouth()
    names = {"王阿姨": "王阿姨", "李大爷": "李大爷"}
    spoken = [Transcript(answer, 0.9, 0.0, 1.0) for answer in answers]
    ears = ScriptedEars([*spoken, ""])
    ports = (FakeRoom(), mouth, ears)
    assert ask_who(names, Prompts(content.script.common), content.understanding, ports, print) == who
    assert [text.removesuffix("，您好。") for text in mouth.said[1:] if text.endswith("，您好。")] == greeted
    assert mouth.said.count("不是您，请说，不是我。") == len(greeted)


def test_of_two_names_one_within_the_other_each_is_found() -> None:
    names = ["王阿姨", "大王阿姨"]
    for name in names:
        assert named(f"我是{name}", names, open_content().understanding) == name


def test_more_than_three_are_told_apart_by_name_alone() -> None:
    content, mouth = open_content(), FakeMouth()
    names = {name: name for name in ("王阿姨", "李大爷", "张奶奶", "陈爷爷")}
    ports = (FakeRoom(), mouth, ScriptedEars(["陈爷爷"]))
    assert ask_who(names, Prompts(content.script.common), content.understanding, ports, print) == "陈爷爷"
    assert not any("个" in text for text in mouth.said)


@pytest.mark.thorough
def test_each_has_a_step_of_her_own(
    two: None, typed: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    typed("李大爷", "好了", "好了")
    assert main(["12333", *ON_PAPER]) == Exit.OK
    assert hers("王阿姨").steps == {}
    left_at = hers("李大爷").steps["12333"]
    capsys.readouterr()
    typed()
    assert main(["run", "12333", "--person", "李大爷", *ON_PAPER]) == Exit.OK
    shown = capsys.readouterr().out
    assert "您是哪一位" not in shown, "she was named: nobody asks"
    assert "上次" in shown
    typed("谁", "谁", "谁", "好了")
    assert main(["12333", *ON_PAPER]) == Exit.OK
    assert (hers("王阿姨").steps, hers("李大爷").steps) == ({}, {"12333": left_at}), "a guest leaves no trace"
    typed()
    assert main(["12333", *ON_PAPER]) == Exit.OK, "the terminal was closed before she answered"


def test_the_only_one_is_asked_nothing(typed: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    main(["person", "add", "王阿姨"])
    typed()
    assert main(["12333", *ON_PAPER]) == Exit.OK
    assert "您是哪一位" not in capsys.readouterr().out


def test_a_command_that_cannot_ask_wants_the_name(two: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["teach", "--list"]) == Exit.USAGE
    assert "--person" in capsys.readouterr().err
    assert main(["teach", "--list", "--person", "王大妈"]) == Exit.USAGE
    assert main(["teach", "--list", "--person", "王阿姨"]) == Exit.OK


# --------------------------------------------------------------------------------------- what is due


@pytest.mark.thorough
def test_a_day_told_in_the_conversation_becomes_a_calendar_file(
    typed: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    typed("下次什么时候", "一年以后", "是的")
    assert main(["12333", *ON_PAPER]) == Exit.OK
    [profile] = [file.load() for file in people().files()]
    day = profile.next_certification
    assert day is not None
    path = paths.calendars() / "下次认证.ics"
    assert str(path) in capsys.readouterr().out
    [event] = Calendar.from_ical(path.read_bytes()).walk("VEVENT")
    assert event.decoded("dtstart") == day
    [alarm] = event.walk("VALARM")
    assert alarm.decoded("trigger") == timedelta(days=-3, hours=9), "three days ahead, at nine in the morning"
    assert event["uid"] == profile.calendar_id == str(uuid.UUID(profile.calendar_id))
    typed()
    assert main(["12333", *ON_PAPER]) == Exit.OK
    assert str(path) not in capsys.readouterr().out, "told once"


@pytest.mark.thorough
def test_the_calendar_file_takes_her_name_with_her(typed: Callable[..., None]) -> None:
    typed("下次什么时候", "一年以后", "是的")
    assert main(["12333", *ON_PAPER]) == Exit.OK
    assert main(["person", "add", "王阿姨"]) == Exit.OK
    assert [path.name for path in paths.calendars().iterdir()] == ["下次认证-王阿姨.ics"]
    assert main(["forget", "王阿姨", "--yes", "--mouth", "silent"]) == Exit.OK
    assert not [*paths.calendars().glob("*.ics")]


@pytest.mark.thorough
def test_a_damaged_file_is_told_of_where_somebody_is_looked_for(two: None, capsys: pytest.CaptureFixture[str]) -> None:
    people().files()[0].path.write_bytes(b"{")
    assert main(["report", "--no-open", "--person", "李大爷"]) == Exit.OK
    assert "坏了" in capsys.readouterr().err


def test_the_calendar_file_is_what_the_standard_wants_letter_by_letter() -> None:
    made = datetime(2026, 11, 26, 9, 30, tzinfo=timezone(timedelta(hours=8)))
    content = calendar_file.calendar("王阿姨", "3f8a", date(2027, 3, 15), made)
    lines = content.decode().split("\r\n")
    assert content.count(b"\n") == content.count(b"\r\n")
    assert max(len(line.encode()) for line in lines) <= 75
    unfolded = content.decode().replace("\r\n ", "").split("\r\n")
    assert (unfolded[0], unfolded[-2:]) == ("BEGIN:VCALENDAR", ["END:VCALENDAR", ""])
    assert {
        "VERSION:2.0", "UID:3f8a", "DTSTAMP:20261126T013000Z",
        "DTSTART;VALUE=DATE:20270315", "DTEND;VALUE=DATE:20270316", "SUMMARY:王阿姨：养老金资格认证",
        "TRANSP:TRANSPARENT", "BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-P2DT15H",
        "DESCRIPTION:王阿姨：养老金资格认证，还有三天",
    } <= set(unfolded)  # fmt: skip


def test_a_new_day_takes_the_place_of_the_old_one_and_of_nobody_elses(two: None) -> None:
    first, second = people().files()

    def event_of(file: ProfileFile) -> Event:
        appointments.told_calendar(file)
        path = paths.calendars() / calendar_file.file_name(file.load().called)
        [event] = Calendar.from_ical(path.read_bytes()).walk("VEVENT")
        assert isinstance(event, Event)
        return event

    for file in (first, second):
        file.save(replace(file.load(), next_certification=date(2027, 3, 15)))
    old, other = event_of(first), event_of(second)
    assert old["uid"] != other["uid"], "both may be imported into one telephone"
    first.save(replace(first.load(), next_certification=date(2027, 4, 1)))
    new = event_of(first)
    assert (new["uid"], new.decoded("dtstart")) == (old["uid"], date(2027, 4, 1))
    assert int(new["sequence"]) >= int(old["sequence"])


def test_remind_names_whoever_is_due_and_nobody_else(two: None, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = people().files()
    first.save(Profile("王阿姨", next_certification=TODAY + timedelta(2)))
    second.save(Profile("李大爷", next_certification=TODAY + timedelta(30)))
    capsys.readouterr()
    assert main(["remind", "--mouth", "silent"]) == Exit.OK
    shown = capsys.readouterr().out
    assert "王阿姨，告诉您一件事，还有两天" in shown
    assert "李大爷，" not in shown
    first.save(Profile("王阿姨"))
    assert main(["remind", "--mouth", "silent"]) == Exit.OK
    assert "没有快到日子的" in capsys.readouterr().out


@pytest.mark.parametrize(("days", "word"), [(0, "今天"), (-9, "过了")])
def test_remind_says_it_aloud(days: int, word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    people().files()[0].save(Profile(next_certification=TODAY + timedelta(days)))
    mouth = FakeMouth()
    monkeypatch.setattr(aloud.equipment, "open_mouth", lambda *_, **__: mouth)
    monkeypatch.setattr(aloud.equipment, "_room", lambda *_: FakeRoom())
    assert main(["remind"]) == Exit.OK
    assert [word in text for text in mouth.said] == [True], "and nothing that asks for an answer: nobody listens"


@pytest.fixture
def systemctl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Path]:
    """A systemctl that notes what it was asked and ends with this code; nothing else is found."""

    def provide(code: int) -> Path:
        folder = tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        program = folder / "systemctl"
        program.write_text(f'#!/bin/sh\necho "$@" >> {folder}/asked\necho Failed to connect >&2\nexit {code}\n')
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/bin")
        return folder / "asked"

    return provide


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="systemd")
def test_the_timer_is_installed_started_and_removed(
    systemctl: Callable[[int], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = systemctl(0)
    monkeypatch.setenv("XDG_DATA_HOME", "/home/她的")
    assert main(["remind", "--install-timer", "--at", "08:30"]) == Exit.OK
    timer, service = (paths.user_units() / f"{reminder_timer.NAME}.{kind}" for kind in ("timer", "service"))
    assert "OnCalendar=*-*-* 08:30:00\n" in timer.read_text()
    command = f'ExecStart=/usr/bin/env "XDG_DATA_HOME=/home/她的" "{sys.executable}" "-m" "voiceguide" "remind"\n'
    assert command in service.read_text(encoding="utf-8")
    assert "Persistent=true\n" in timer.read_text(), "the machine was off in the morning: told when it is on again"
    assert asked.read_text().splitlines()[-1] == "--user enable --now voiceguide-remind.timer"
    assert main(["remind", "--remove-timer"]) == Exit.OK
    assert not timer.exists()
    assert not service.exists()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="systemd")
@pytest.mark.parametrize("there", [True, False])
def test_where_the_timer_cannot_be_started_it_says_why(
    there: bool,
    systemctl: Callable[[int], Path],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if there:
        systemctl(1)
    else:
        monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["remind", "--install-timer"]) == Exit.NEGATIVE
    shown = capsys.readouterr().err
    assert ("Failed to connect" if there else "没有 systemd") in shown
    assert "crontab" in shown


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
@pytest.mark.parametrize("name", ["guide", '王 b$X%y"z\\w'])
def test_systemd_itself_takes_the_units(name: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    folder.mkdir()
    program = (str(folder / "python"), "100%", "$HOME")
    units = reminder_timer.unit_files(program, folder, "09:00", {"XDG_DATA_HOME": name})
    for file, content in units.items():
        (tmp_path / file).write_text(content, encoding="utf-8")
    seen = subprocess.run(
        ["systemd-analyze", "verify", "--user", tmp_path / f"{reminder_timer.NAME}.timer"],
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)}, capture_output=True, text=True,
    )  # fmt: skip
    assert (seen.returncode, seen.stderr) == (0, "")
    service = units[f"{reminder_timer.NAME}.service"]
    assert '"100%%" "$$HOME"' in service
    assert "TimeoutStartSec=600\n" in service, "a sound card that hangs does not silence it for good"


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_where_there_is_no_systemd_it_says_what_to_do_instead(
    platform: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert main(["remind", "--install-timer"]) == Exit.USAGE
    told = capsys.readouterr().err
    assert str(paths.calendars()) in told
    assert ".ics" in told
    assert not paths.user_units().exists()


# ----------------------------------------------------------------------------------------- forgetting


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    folder = tmp_path / "cache"
    for name in ("prompts", "vocabularies"):
        (folder / name).mkdir(parents=True)
        (folder / name / "hers").write_text("王阿姨")
    monkeypatch.setattr(paths, "cache", lambda: folder)
    return folder


def everything_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.thorough
def test_forget_erases_everything_of_hers_and_nothing_of_others(
    two: None, cache: Path, own_folders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = people().files()
    first.save(Profile("王阿姨", words=(WORD,), next_certification=TODAY + timedelta(300)))
    first.recordings.mkdir()
    (first.recordings / "晓得哉_1.wav").write_bytes(b"RIFF")
    main(["report", "--no-open", "--person", "王阿姨"])
    main(["remind", "--install-timer"])
    for kept in (paths.logs() / "fault-20261126-101112.log", paths.volunteers() / "index.tsv"):
        kept.parent.mkdir(parents=True)
        kept.write_text("王阿姨")
    assert main(["remind", "--mouth", "silent"]) == Exit.OK
    assert len(everything_in(paths.calendars())) == 1
    assert main(["forget", "王阿姨", "--yes", "--mouth", "silent"]) == Exit.OK
    told = capsys.readouterr().out
    assert "忘掉了" in told
    assert "voiceguide record-commands --delete" in told, "nobody knows whose those are"
    timer = [paths.user_units() / f"{reminder_timer.NAME}.{kind}" for kind in ("timer", "service")]
    assert {*everything_in(own_folders)} == {second.path, paths.volunteers() / "index.tsv", *timer}
    assert everything_in(cache) == []


def test_of_somebody_whose_profile_is_damaged_nothing_is_left(two: None, cache: Path, own_folders: Path) -> None:
    first, second = people().files()
    for file in (first, second):
        file.save(replace(file.load(), next_certification=TODAY + timedelta(300)))
        appointments.told_calendar(file)
    first.path.write_bytes(b"{")
    strangers, half = paths.calendars() / "下次认证-家里.ics", paths.calendars() / "下次认证-王阿姨.icsx1.part"
    strangers.write_text("BEGIN:VCALENDAR")
    half.write_text("")
    assert main(["forget", "王阿姨", "--yes", "--mouth", "silent"]) == Exit.USAGE, "nobody knows who that is any more"
    assert main(["forget", "1", "--yes", "--mouth", "silent"]) == Exit.OK
    hers = calendar_file.file_name("李大爷")
    assert sorted(everything_in(own_folders)) == sorted([second.path, strangers, paths.calendars() / hers])


def test_whose_profile_is_damaged_keeps_her_calendar_when_another_is_forgotten(two: None, cache: Path) -> None:
    first, _ = people().files()
    first.save(replace(first.load(), next_certification=TODAY + timedelta(300)))
    appointments.told_calendar(first)
    first.path.write_bytes(b"{")
    assert main(["forget", "李大爷", "--yes", "--mouth", "silent"]) == Exit.OK
    assert [path.name for path in paths.calendars().iterdir()] == ["下次认证-王阿姨.ics"]


def test_the_only_one_needs_no_name_and_what_was_kept_before_goes_too(cache: Path, own_folders: Path) -> None:
    write_former(paths.data(), words=FORMER_WORDS, _12333="{")
    main(["remind", "--install-timer"])
    assert main(["forget", "--yes", "--mouth", "silent"]) == Exit.OK
    assert everything_in(own_folders) == []


@pytest.mark.parametrize(("answer", "code"), [("y", Exit.OK), ("n", Exit.NEGATIVE), ("", Exit.NEGATIVE)])
def test_forget_asks_first(typed: Callable[..., None], cache: Path, answer: str, code: Exit) -> None:
    people().files()[0].save(Profile("王阿姨"))
    typed(answer)
    assert main(["forget", "--mouth", "silent"]) == code
    assert people().files()[0].path.exists() == (code is Exit.NEGATIVE)


@pytest.mark.parametrize("silent", [False, True])
def test_forget_says_so_aloud_where_there_is_a_voice(
    silent: bool, cache: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    people().files()[0].save(Profile("王阿姨"))
    mouth = FakeMouth()

    def room(*_: object) -> FakeRoom:
        if silent:
            raise RoomError("no-device", "没有找到声音设备。", "请接上。")
        return FakeRoom()

    monkeypatch.setattr(aloud.equipment, "open_mouth", lambda *_, **__: mouth)
    monkeypatch.setattr(aloud.equipment, "_room", room)
    assert main(["forget", "--yes"]) == Exit.OK
    assert mouth.said == ([] if silent else ["我都忘掉了，什么也没有留下。"])
    assert ("没能说出来" in capsys.readouterr().err) == silent
    assert not people().files()[0].path.exists()
