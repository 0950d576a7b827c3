"""Her profile survives power cuts, bad files, full disks, and the program that kept it otherwise before."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceguide.notes import Consented, NextCertification, Practised, Warned
from voiceguide.profile.profile import GuideCounts, Profile, StepCounts
from voiceguide.profile.profile_file import People, ProfileError, ProfileFile, WhileTalking
from voiceguide.profile.profile_json import VERSION, from_json, to_json
from voiceguide.profile.sayings import Saying
from voiceguide.understanding.personal import PersonalWord

WORD = PersonalWord(
    "晓得哉", "next", (("xiao", "/d e/", "zei"), ("xiao", "de")), "0123456789abcdef", "2026-11-23", 3.0
)
HERS = Profile(
    called="王阿姨",
    pace=-1,
    pace_asked=True,
    loudness=2,
    steps={"12333": "find-entry"},
    finished={"12333": (date(2025, 3, 1), date(2026, 3, 2))},
    words=(WORD, replace(WORD, label="歇搁", intent="stop", ease=0.0)),
    next_certification=date(2027, 3, 15),
    calendar_id="3f8a",
    practised={"drill:link": Practised("drill:link", 2, "gave-in", 0, date(2026, 11, 27))},
    counts={"12333": GuideCounts(3, date(2026, 11, 26), {"find-entry": StepCounts(2, 61.5, 1, 1, 2)})},
    warnings=4,
    consent=Consented(True, date(2026, 11, 20)),
    sayings=(Saying(date(2026, 11, 26), "12333", "find-entry", "我不会弄"),),
)
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions and signals")

DAYS = st.dates(date(2020, 1, 1), date(2099, 12, 31))
IDS = st.text("abz-:1", max_size=6)
COUNTS = st.integers(0, 10**6)
PROFILES = st.builds(
    Profile,
    called=st.text(max_size=4),
    pace=st.integers(-9, 9),
    pace_asked=st.booleans(),
    loudness=st.integers(-9, 9),
    steps=st.dictionaries(IDS, IDS, max_size=3),
    finished=st.dictionaries(IDS, st.lists(DAYS, max_size=2).map(tuple), max_size=2),
    words=st.lists(st.sampled_from("甲乙丙"), unique=True).map(
        lambda labels: tuple(replace(WORD, label=label) for label in labels)
    ),
    next_certification=st.none() | DAYS,
    calendar_id=IDS,
    practised=st.dictionaries(IDS, st.builds(Practised, st.just(""), COUNTS, IDS, COUNTS, st.none() | DAYS)).map(
        lambda table: {name: replace(each, exercise=name) for name, each in table.items()}
    ),
    counts=st.dictionaries(
        IDS,
        st.builds(
            GuideCounts,
            COUNTS,
            st.none() | DAYS,
            st.dictionaries(IDS, st.builds(StepCounts, COUNTS, st.floats(0, 1e9), COUNTS, COUNTS, COUNTS)),
        ),
        max_size=2,
    ),
    warnings=COUNTS,
    consent=st.none() | st.builds(Consented, st.booleans(), st.none() | DAYS),
    sayings=st.lists(st.builds(Saying, st.none() | DAYS, IDS, IDS, IDS), max_size=2).map(tuple),
)


def only(data: Path) -> ProfileFile:
    [file] = People(data).files()
    return file


@pytest.mark.thorough
@given(PROFILES)
def test_every_profile_comes_back_as_it_was(profile: Profile) -> None:
    assert from_json(json.loads(json.dumps(to_json(profile)))) == profile


@POSIX
def test_what_was_saved_is_loaded_and_only_she_can_read_it(tmp_path: Path) -> None:
    file = only(tmp_path / "new")
    assert file.load() == Profile()
    file.save(HERS)
    assert only(tmp_path / "new").load() == HERS
    assert file.notice is None
    assert file.path.stat().st_mode & 0o777 == 0o600


def test_notes_are_taken() -> None:
    profile = Profile()
    for note in (Warned(), Warned(), Consented(True), NextCertification(date(2027, 1, 2)), Practised("x", 1)):
        profile = profile.noting(note)
    assert profile == Profile(
        warnings=2,
        consent=Consented(True),
        next_certification=date(2027, 1, 2),
        practised={"x": Practised("x", 1)},
    )
    assert profile.known(date(2026, 1, 1)).of("x") == Practised("x", 1)
    assert profile.known(None).of("y") == Practised("y")


def stored(path: str = "", value: object = None) -> bytes:
    """HERS as it is stored, with one value changed: "counts.12333.visits"."""
    data: Any = to_json(HERS)
    place = data
    *folders, last = path.split(".") if path else [""]
    for name in folders:
        place = place[int(name) if isinstance(place, list) else name]
    if path:
        place[int(last) if isinstance(place, list) else last] = value
    return json.dumps(data).encode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"[" * 100_000,
        b"\xff\xfe\x00",
        b'{"version": 1}',
        stored("version", "one"),
        stored("version", True),
        stored("pace", "fast"),
        stored("pace_asked", 1),
        stored("steps", ["find-entry"]),
        stored("steps.12333", 7),
        stored("finished.12333.0", "the day before yesterday"),
        stored("next_certification", "2027-02-30"),
        stored("words.0.label", "a b"),
        stored("words.0.label", "歇搁"),
        stored("words.0.intent", None),
        stored("words.0.pronunciations", [[]]),
        stored("words.0.ease", 99),
        stored("words.0", 7),
        stored("practised.drill:link.times", -1),
        stored("counts.12333.steps.find-entry.seconds", float("inf")),
        stored("counts.12333.visits", 1.5),
        stored("consent.to_transcripts", "yes"),
        stored("sayings.0.text", 7),
    ],
)
def test_a_damaged_file_is_set_aside_and_said(tmp_path: Path, content: bytes) -> None:
    file = only(tmp_path)
    file.folder.mkdir(parents=True)
    file.path.write_bytes(content)
    assert file.load() == Profile()
    assert "坏了" in (file.notice or "")
    assert (file.folder / "profile.damaged").read_bytes() == content, "nothing is thrown away"
    file.save(HERS)
    assert file.load() == HERS


def test_a_file_that_cannot_be_read_now_is_not_written_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = only(tmp_path)
    file.save(HERS)
    write_former(tmp_path, words=FORMER_WORDS)
    content, words = file.path.read_bytes(), (tmp_path / "profile" / "words.json").read_bytes()

    def broken(path: Path) -> bytes:
        raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))

    with monkeypatch.context() as context:
        context.setattr(Path, "read_bytes", broken)
        assert file.load() == Profile()
        assert "读不了" in (file.notice or "")
    file.save(Profile(called="王阿姨"))
    assert (file.folder / "profile.unreadable").read_bytes() == content
    assert (tmp_path / "profile" / "words.unreadable").read_bytes() == words


def test_of_a_profile_from_before_she_could_be_asked_nothing_is_lost(tmp_path: Path) -> None:
    data = to_json(HERS)
    del data["consent"], data["sayings"], data["calendar_id"]
    file = only(tmp_path)
    file.folder.mkdir(parents=True)
    file.path.write_text(json.dumps({**data, "version": 1, "transcripts_allowed": False}), encoding="utf-8")
    assert file.load() == replace(HERS, consent=None, sayings=(), calendar_id="")
    assert file.notice is None


def test_the_form_the_damaged_ones_differ_from_is_good(tmp_path: Path) -> None:
    assert from_json(json.loads(stored())) == HERS


def test_a_file_of_a_newer_program_is_set_aside_whole(tmp_path: Path) -> None:
    file = only(tmp_path)
    file.folder.mkdir(parents=True)
    newer = json.dumps({"version": VERSION + 1, "anything": 1}).encode()
    file.path.write_bytes(newer)
    assert file.load() == Profile()
    assert "更新版本" in (file.notice or "")
    assert (file.folder / "profile.newer").read_bytes() == newer


def test_a_folder_that_cannot_be_written_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / "people").write_text("a file where a folder should be")
    with pytest.raises(ProfileError, match="没有存下来"):
        only(tmp_path).save(HERS)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_leaves_the_old_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = only(tmp_path)
    file.save(HERS)
    monkeypatch.setattr(
        "tempfile.mkstemp", lambda **_: (os.open("/dev/full", os.O_WRONLY), str(tmp_path / "x"))
    )
    with pytest.raises(ProfileError):
        file.save(Profile())
    assert file.load() == HERS


WRITER = """
import itertools, sys
from pathlib import Path
from voiceguide.profile.profile import Profile
from voiceguide.profile.profile_file import People
[file] = People(Path(sys.argv[1])).files()
for number in itertools.count():
    file.save(Profile().at_step("12333", f"step-{number}"))
    print(number, flush=True)
"""


@pytest.mark.slow
@POSIX
def test_kill_minus_nine_at_any_moment_loses_at_most_the_step_being_written(tmp_path: Path) -> None:
    for kill_after in (1, 7, 20):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        for _ in range(kill_after):
            last = int(writer.stdout.readline())
        writer.send_signal(signal.SIGKILL)
        written = [int(line) for line in writer.stdout.read().split()]
        writer.wait()
        last = max([last, *written])
        file = only(tmp_path)
        assert file.load().steps["12333"] in (f"step-{last}", f"step-{last + 1}")
        assert file.notice is None


# ------------------------------------------------------------------------- what was kept before profiles


def write_former(data: Path, *, words: object = None, **progress: object) -> None:
    """As version 0.1 kept it: one file a guide, one of words."""
    for guide, each in progress.items():
        path = data / "progress" / f"{guide.lstrip('_')}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(each) if not isinstance(each, str) else each, encoding="utf-8")
    if words is not None:
        path = data / "profile" / "words.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(words), encoding="utf-8")


FORMER_WORDS = {"version": 1, "words": [asdict(WORD)]}


def test_what_was_kept_before_is_folded_in_and_removed(tmp_path: Path) -> None:
    write_former(
        tmp_path,
        words=FORMER_WORDS,
        _12333={"version": 1, "step": "find-app", "pace": -2, "loudness": 1, "pace_asked": False},
        bus={"version": 1, "step": None, "pace": 0, "loudness": 0},
    )
    os.utime(tmp_path / "progress" / "bus.json", (1, 1))
    (tmp_path / "profile" / "recordings").mkdir()
    (tmp_path / "profile" / "recordings" / "晓得哉_1.wav").write_bytes(b"RIFF")
    file = only(tmp_path)
    expected = Profile(pace=-2, loudness=1, steps={"12333": "find-app"}, words=(WORD,))
    assert file.load() == expected
    assert file.notice is None
    assert [path.name for path in file.recordings.iterdir()] == ["晓得哉_1.wav"]
    assert [path.name for path in tmp_path.iterdir()] == ["people"]
    assert only(tmp_path).load() == expected


@pytest.mark.parametrize(("pace", "asked"), [(0, False), (-1, True), (2, True)])
def test_a_file_from_before_the_pace_followed_hers_holds_what_she_asked_for(
    tmp_path: Path, pace: int, asked: bool
) -> None:
    write_former(tmp_path, _12333={"version": 1, "step": "find-app", "pace": pace, "loudness": 0})
    assert only(tmp_path).load().pace_asked == asked


@pytest.mark.parametrize("failing", ["save", "remove"])
def test_a_power_cut_while_folding_in_loses_nothing(
    tmp_path: Path, failing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_former(
        tmp_path, words=FORMER_WORDS, _12333={"version": 1, "step": "find-app", "pace": -2, "loudness": 1}
    )

    class PowerCut(BaseException):
        pass

    def cut(*_: object) -> None:
        raise PowerCut

    with monkeypatch.context() as context:
        owner = "ProfileFile.save" if failing == "save" else "FormerFiles.remove"
        context.setattr(f"voiceguide.profile.profile_file.{owner}", cut)
        with pytest.raises(PowerCut):
            only(tmp_path).load()
    assert only(tmp_path).load() == Profile(
        pace=-2, pace_asked=True, loudness=1, steps={"12333": "find-app"}, words=(WORD,)
    )


def test_what_can_still_be_read_is_kept_beside_what_cannot(tmp_path: Path) -> None:
    write_former(tmp_path, words={"version": 9, "people": {}}, _12333="{")
    write_former(tmp_path, bus={"version": 1, "step": "pay", "pace": 0, "loudness": 0})
    file = only(tmp_path)
    assert file.load() == Profile(steps={"bus": "pay"})
    assert "坏了" in (file.notice or "")
    assert "更新版本" in (file.notice or "")
    assert (tmp_path / "progress" / "12333.damaged").read_text(encoding="utf-8") == "{"
    assert (tmp_path / "profile" / "words.newer").exists()


def test_where_it_cannot_be_saved_it_is_used_all_the_same(tmp_path: Path) -> None:
    write_former(tmp_path, words=FORMER_WORDS)
    (tmp_path / "people").write_text("a file where a folder should be")
    file = only(tmp_path)
    assert file.load().words == (WORD,)
    assert "没有存下来" in (file.notice or "")
    assert (tmp_path / "profile" / "words.json").exists()


# ------------------------------------------------------------------------------------ several people


def test_the_first_name_is_for_whoever_was_here_the_next_for_somebody_new(tmp_path: Path) -> None:
    only(tmp_path).save(Profile(pace=-1))
    people = People(tmp_path)
    people.add("王阿姨")
    people.add("李大爷")
    assert [file.load() for file in people.files()] == [Profile("王阿姨", pace=-1), Profile("李大爷")]
    people.files()[0].erase()
    assert [file.load().called for file in people.files()] == ["李大爷"]
    people.add("王阿姨")
    assert [file.load() for file in people.files()] == [Profile("李大爷"), Profile("王阿姨")]


def test_nobody_gets_the_folder_of_somebody_whose_file_was_damaged(tmp_path: Path) -> None:
    people = People(tmp_path)
    people.add("王阿姨")
    people.add("李大爷").path.write_text("{")
    assert people.files()[1].load() == Profile()
    assert people.add("张奶奶").folder not in [file.folder for file in people.files()[:2]]


def test_a_conversation_changes_only_what_is_its_matter(tmp_path: Path) -> None:
    file = only(tmp_path)
    file.save(HERS)
    talking = WhileTalking(file)
    loaded = talking.load()
    file.save(replace(loaded, words=(), called="王奶奶"))
    talking.save(replace(loaded, pace=3))
    assert file.load() == replace(HERS, words=(), called="王奶奶", pace=3)
    no = Consented(False, date(2026, 11, 27))
    file.save(file.load().noting(no))
    talking.save(loaded.having_said(Saying(None, "12333", "phone", "没信号")))
    assert (file.load().consent, file.load().sayings) == (no, ()), "she was asked again meanwhile, and said no"
    file.save(file.load().noting(Consented(True)))
    talking.save(loaded.noting(no))
    assert file.load().consent == no, "she took it back in this conversation"
    file.erase()
    talking.save(replace(loaded, pace=2))
    assert not file.path.exists(), "forgotten while the guide was running: it stays so"


def test_two_conversations_at_once_lose_nothing_of_each_other(tmp_path: Path) -> None:
    file = only(tmp_path)
    file.save(HERS)
    one, other = WhileTalking(file), WhileTalking(file)
    mine, theirs = one.load(), other.load()
    one.save(mine.at_step("12333", None).having_finished("12333", date(2026, 11, 27)))
    other.save(replace(theirs, next_certification=date(2027, 6, 1)).at_step("wechat", "unlock"))
    left = file.load()
    assert left.steps == {"wechat": "unlock"}
    assert (len(left.finished["12333"]), left.next_certification) == (3, date(2027, 6, 1))
    assert (left.words, left.counts, left.sayings) == (HERS.words, HERS.counts, HERS.sayings)


def test_a_file_damaged_under_her_hands_is_written_anew(tmp_path: Path) -> None:
    file = only(tmp_path)
    file.save(HERS)
    talking = WhileTalking(file)
    loaded = talking.load()
    file.path.write_bytes(b"{")
    talking.save(replace(loaded, pace=3))
    assert file.load() == replace(HERS, pace=3)
    assert (file.folder / "profile.damaged").exists()


CHANGER = """
import sys
from dataclasses import replace
from pathlib import Path
from voiceguide.profile.profile_file import People, WhileTalking
[file] = People(Path(sys.argv[1])).files()
talking, mine = WhileTalking(file), None
mine = talking.load()
for number in range(40):
    if sys.argv[2] == "talks":
        mine = mine.at_step(f"guide-{number}", "here")
        talking.save(mine)
    else:
        file.change(lambda profile: replace(profile, finished={**profile.finished, f"guide-{number}": ()}))
"""


@pytest.mark.thorough
@POSIX
def test_two_processes_that_change_it_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    only(tmp_path).save(HERS)
    at_once = [subprocess.Popen([sys.executable, "-c", CHANGER, str(tmp_path), how]) for how in ("talks", "changes")]
    assert [process.wait() for process in at_once] == [0, 0]
    left = only(tmp_path).load()
    assert (len(left.steps), len(left.finished)) == (41, 41)


def test_days_are_counted_once(tmp_path: Path) -> None:
    today = date(2026, 11, 26)
    profile = Profile().having_finished("12333", today).having_finished("12333", today)
    assert profile.finished == {"12333": (today,)}
    later = today + timedelta(1)
    assert profile.having_finished("12333", later).finished == {"12333": (today, later)}
