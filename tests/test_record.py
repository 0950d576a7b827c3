"""`voiceguide record`: consent, what is wrong with a take, retaking, going on another day. Fakes behind the ports."""

from __future__ import annotations

import io
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import FakeRoom
from tests.test_doctor import only
from tests.test_family_voice import CONSENT, NOON, voice_with
from tests.test_family_voice import quick_disk as quick_disk
from tests.test_record_commands import GOOD, TAKES, FakeRecorder, Volunteer, opened, take
from voiceguide import paths
from voiceguide.cli import main
from voiceguide.commands import record
from voiceguide.commands.reading import ATTEMPTS, ReadingWalk, judged
from voiceguide.commands.record import ReadingScreen, large, to_read
from voiceguide.commands.recording_walk import Ending, Microphone
from voiceguide.commands.voices import NONE, plans, speaking_voice
from voiceguide.content import ContentError
from voiceguide.ears.recorder import TakeRecorder
from voiceguide.events import Block, Prompt, Samples
from voiceguide.exit_codes import Exit
from voiceguide.mouth.levelling import TARGET_LUFS, loudness_lufs
from voiceguide.mouth.silent import SilentMouth
from voiceguide.recordings.family_voice import FamilyVoice
from voiceguide.room import RoomError
from voiceguide.room.take import Flaw
from voiceguide.session.talk import Talk
from voiceguide.texts.reading_texts import FLAWS, ReadingTexts

PROMPTS = tuple(Prompt(f"test/{n}", text) for n, text in enumerate(("您好。", "坐好。", "再见。")))
TEXTS = ReadingTexts.load(paths.prompts())


def in_a_noisy_room() -> Samples:
    samples = take(-26).astype(np.float64)
    return (samples + np.random.default_rng(1).normal(0, 250, samples.size)).astype(np.int16)


class Screen:
    """Keeps what is shown."""

    def __init__(self) -> None:
        self.items: list[str] = []
        self.remarks: list[str] = []
        self.counted: list[int] = []
        self.files: list[str] = []

    def said(self, prompt: Prompt) -> None: ...

    def noticed(self, text: str) -> None: ...

    def heard(self, block: Block) -> None: ...

    def item(self, number: int, total: int, text: str) -> None:
        self.items.append(f"{number}/{total} {text}")

    def counting(self, number: int) -> None:
        self.counted.append(number)

    def told(self, text: str) -> None:
        self.remarks.append(next(name for name, each in TEXTS.texts.items() if each == text))

    def kept(self, file: str, seconds: float) -> None:
        self.files.append(file)


class ForgettingRecorder(FakeRecorder):
    """Has nothing until she has read."""

    def forget(self) -> None:
        self.last = np.zeros(0, np.int16)


class Sitting:
    """One sitting, carried out at once. Every take that is kept is heard back: silence there keeps it."""

    def __init__(
        self, folder: Path, replies: Sequence[str], keys: Sequence[tuple[int, str]] = (), *, listen: bool = False
    ) -> None:
        self.screen = Screen()
        self.voice = FamilyVoice(folder)
        self.voice.agree(CONSENT)
        her = Volunteer(replies, keys)
        her.recorder = ForgettingRecorder()
        microphone = Microphone(self.screen)
        back = Prompt("back", "话筒好了。")
        content, _ = opened()
        talk = Talk(FakeRoom(), SilentMouth(), her, content.understanding, her.keys, microphone, back)
        walk = ReadingWalk(
            talk, her.recorder, microphone, TEXTS, self.voice, self.screen, lambda text: len(text) - 1,
            lambda: NOON, listen=listen,
        )  # fmt: skip
        missing, total = to_read(PROMPTS, self.voice, None)
        self.ending = walk.run(missing, total)

    @property
    def read(self) -> list[str]:
        return [take.text for take in self.voice.takes()]


def test_one_text_after_the_other_is_shown_counted_in_and_kept(tmp_path: Path) -> None:
    sitting = Sitting(tmp_path / "小芳", [GOOD] * 3)
    assert sitting.ending is Ending.DONE
    assert sitting.read == ["您好。", "坐好。", "再见。"]
    assert sitting.screen.items == ["1/3 您好。", "2/3 坐好。", "3/3 再见。"]
    assert sitting.screen.counted == [3, 2, 1] * 3
    assert sitting.screen.remarks == ["begin"] * 3 + ["done"]
    first = sitting.voice.takes()[0]
    assert first.pace == pytest.approx(60 * 2 / 1.4, abs=3)  # a second of tone, 0.2 s before it and behind
    assert loudness_lufs(sitting.voice.samples(first)) == pytest.approx(TARGET_LUFS, abs=0.3)


def test_the_next_day_begins_where_the_last_one_ended(tmp_path: Path) -> None:
    assert Sitting(tmp_path / "小芳", [GOOD], [(2, "q")]).ending is Ending.STOPPED
    sitting = Sitting(tmp_path / "小芳", [GOOD] * 2)
    assert sitting.screen.items == ["2/3 坐好。", "3/3 再见。"]
    assert len(sitting.read) == 3


@pytest.mark.parametrize(
    ("replies", "keys", "read", "remarks"),
    [
        (["<quiet>", GOOD, "<loud>", GOOD, GOOD], [], "您坐再", ["begin", "quiet", "begin", "begin", "clipped"]),
        (["<quiet>"] * ATTEMPTS + [GOOD] * 2, [], "坐再", ["begin", "quiet"] * ATTEMPTS + ["skipped"]),
        ([GOOD] * 2, [(1, "s")], "坐再", ["begin", "begin"]),
        ([GOOD] * 3, [(1, "r")], "您坐再", ["begin", "begin"]),
        ([GOOD] * 4, [(2, "b")], "坐再您", ["begin", "begin", "begin"]),  # back to 您好, read anew
    ],
)
def test_a_flaw_is_named_and_keys_lead_elsewhere(
    replies: list[str], keys: list[tuple[int, str]], read: str, remarks: list[str], tmp_path: Path
) -> None:
    sitting = Sitting(tmp_path / "小芳", replies, keys)
    assert sitting.ending is Ending.DONE
    assert sorted(text[0] for text in sitting.read) == sorted(read)
    assert sitting.screen.remarks[: len(remarks)] == remarks


def test_who_says_nothing_twice_has_gone(tmp_path: Path) -> None:
    sitting = Sitting(tmp_path / "小芳", [GOOD, "", ""])
    assert sitting.ending is Ending.STOPPED
    assert sitting.screen.remarks[-1] == "silent"
    assert sitting.read == ["您好。"]


@pytest.mark.parametrize(
    ("key", "read", "reviews"), [("\n", 3, 3), ("r", 3, 4), ("p", 3, 4), ("s", 2, 3), ("q", 0, 1)]
)
def test_a_take_is_heard_back_and_kept_unless_she_says_otherwise(
    key: str, read: int, reviews: int, tmp_path: Path
) -> None:
    """Turn 1 is her reading, turn 2 the hearing back; silence there keeps it."""
    replies = {"\n": [GOOD, GOOD, "", GOOD, ""], "s": [GOOD, GOOD, "", GOOD, ""], "q": [GOOD]}.get(
        key, [GOOD, *([GOOD] if key == "r" else []), "", GOOD, "", GOOD, ""]
    )
    sitting = Sitting(tmp_path / "小芳", replies, [(2, key)], listen=True)
    assert len(sitting.read) == read
    assert sitting.screen.remarks.count("review") == reviews


def test_what_would_be_hard_to_follow_is_not_kept() -> None:
    assert judged(TAKES[GOOD], 3).flaw == ""
    assert judged(TAKES[GOOD], 9).flaw == "fast"
    assert judged(TAKES[GOOD], 1).flaw == "slow"
    assert judged(TAKES[GOOD], 40).flaw == "short"
    assert judged(in_a_noisy_room(), 3).flaw == "noisy"


def test_enter_before_a_word_is_nothing_read_and_not_what_was_read_before(tmp_path: Path) -> None:
    sitting = Sitting(tmp_path / "小芳", [GOOD] * 3, [(2, "\n")])
    assert sitting.screen.remarks[:4] == ["begin", "begin", "muted", "begin"]
    assert sitting.read == ["您好。", "坐好。", "再见。"]
    recorder = TakeRecorder()
    recorder.turn(()).accept(TAKES[GOOD])
    recorder.forget()
    assert not recorder.taken.size


def test_the_screen_shows_a_sentence_a_line_with_its_keys(capsys: pytest.CaptureFixture[str]) -> None:
    screen = ReadingScreen("回车：念完了", terminal=True)
    screen.item(3, 4, "看到了吗？看到了，请说，好了。")
    shown = capsys.readouterr().err
    assert [line.split("\x1b")[1].lstrip("[1m　") for line in large("您好。再见。")] == ["您 好 。", "再 见 。"]
    assert "第 3 句，共 4 句" in shown
    assert "看 到 了 吗 ？" in shown
    assert "回车：念完了" in shown


# ----------------------------------------------------------------------------------------- the command


def answers(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def microphone(monkeypatch: pytest.MonkeyPatch, *there: bool) -> None:
    """At each opening, whether one is there; none afterwards."""
    openings = iter(there)

    def opened(ears: str, mouth: str) -> AbstractContextManager[None]:
        if next(openings, False):
            return nullcontext()
        raise RoomError("no-microphone", "没有话筒。", "也可以加上 --ears keyboard。")

    monkeypatch.setattr(record.equipment, "opened_room", opened)


@pytest.mark.thorough
def test_where_nothing_can_be_recorded_she_is_not_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    microphone(monkeypatch)
    answers(monkeypatch, "y\n")
    assert main(["record", "--voice", "小芳"]) == Exit.NO_SOUND
    assert not paths.voices().exists()
    shown = capsys.readouterr().err
    assert TEXTS.explain[0] not in shown
    assert "--ears" not in shown, "this command has no such option"


def test_without_her_consent_nothing_is_written(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    microphone(monkeypatch, True, True)
    answers(monkeypatch, "n\n")
    assert main(["record", "--voice", "小芳"]) == Exit.NEGATIVE
    assert not paths.voices().exists()
    answers(monkeypatch, "y\n")
    assert main(["record", "--voice", "小芳"]) == Exit.NO_SOUND
    manifest = FamilyVoice(paths.voices() / "小芳").manifest()
    assert manifest is not None
    assert manifest.consent.wording[:-1] == TEXTS.explain
    shown = capsys.readouterr().err
    assert all(line in shown for line in TEXTS.explain)
    assert main(["record"]) == Exit.NO_SOUND, "she is not asked twice, and her name is known"


def test_changed_and_damaged_takes_are_listed_and_the_doctor_knows(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["record", "--list"]) == Exit.OK
    plan = plans()["12333"]
    voice = voice_with(paths.voices() / "小芳", plan[0].text, plan[1].text)
    assert main(["record", "--list"]) == Exit.OK
    assert "12333：2 句" in capsys.readouterr().out
    voice.keep(plan[2].id, "以前的话。", TAKES[GOOD], 150, NOON)
    assert main(["record", "--list"]) == Exit.NEGATIVE
    shown = capsys.readouterr().out
    assert "以前的话。" in shown
    assert plan[2].text in shown
    flagged = only(monkeypatch, "recordings")
    assert flagged.ok, "no fault of this machine"
    assert "1 句的文字改过" in flagged.detail
    broken = next(take for take in voice.takes() if take.text == plan[1].text)
    (voice.folder / broken.file).write_bytes(b"x")
    assert main(["record", "--list"]) == Exit.NEGATIVE
    assert "文件坏了" in capsys.readouterr().out
    assert not only(monkeypatch, "recordings").ok
    missing, total = to_read(plan, voice, None)
    assert (missing[:2], total) == ((plan[1], plan[2]), len(plan)), "what is damaged is asked for again"
    chosen, count = to_read(plan, voice, plan[0].text[:5])
    assert plan[0] in chosen
    assert count == len(chosen) < len(plan)


def test_one_voice_is_erased_after_a_question(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("小芳", "大明"):
        voice_with(paths.voices() / name, "您好。")
    answers(monkeypatch, "n\n")
    assert main(["record", "--delete", "--voice", "小芳"]) == Exit.NEGATIVE
    answers(monkeypatch, "y\n")
    assert main(["record", "--delete", "--voice", "小芳"]) == Exit.OK
    assert [path.name for path in paths.voices().iterdir()] == ["大明"]


def test_who_speaks_is_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    plan = plans()["12333"]
    assert speaking_voice(None, plan) is None
    voice_with(paths.voices() / "小芳", plan[0].text)
    voice_with(paths.voices() / "大明", plan[0].text, plan[1].text)
    for name, expected in ((None, "大明"), ("小芳", "小芳"), (NONE, None)):
        voice = speaking_voice(name, plan)
        assert (voice and voice.name) == expected
    (paths.voices() / "大明" / "voice.json").write_bytes(b"x")
    left = speaking_voice(None, plan)
    assert left is not None
    assert left.name == "小芳"
    assert "读不懂" in capsys.readouterr().err
    assert main(["run", "--voice", "大明", "--ears", "keyboard", "--mouth", "silent"]) == Exit.USAGE


@pytest.mark.parametrize(
    "arguments", [["--list", "--delete"], ["--voice", "../x"], ["--voice", NONE], ["--guide", "nothing"]]
)
def test_a_mistake_in_the_command_is_told(arguments: list[str]) -> None:
    assert main(["record", *arguments]) == Exit.USAGE


def test_every_flaw_has_its_words(tmp_path: Path) -> None:
    assert {flaw.value for flaw in Flaw} < set(FLAWS)
    with pytest.raises(ContentError):
        ReadingTexts.load(tmp_path)
