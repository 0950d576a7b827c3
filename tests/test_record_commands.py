"""The walk of a volunteer: consent first, what is wrong is said, nothing is lost. Fakes behind the ports."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import FakeMouth, FakeRoom
from voiceguide import paths
from voiceguide.cli import main
from voiceguide.commands import equipment
from voiceguide.commands.content import Content, open_content
from voiceguide.commands.record_commands import carry_out, planned
from voiceguide.commands.recording_walk import Ending
from voiceguide.commands.screen import METER_CELLS, meter
from voiceguide.ears.recorder import TakeRecorder
from voiceguide.events import (
    SAMPLE_RATE,
    Block,
    CompletePhrase,
    Heard,
    Hearing,
    NoInput,
    Phrase,
    Prompt,
    Samples,
    Transcript,
)
from voiceguide.exit_codes import Exit
from voiceguide.recordings.recording_index import SENTENCE, WORD
from voiceguide.recordings.recording_plan import Item, commands, plan
from voiceguide.recordings.recordings import Consent, Recordings
from voiceguide.room import RoomClosed, RoomError
from voiceguide.texts.recording_texts import RecordingTexts

Reply = str | tuple[str, float]
"""What is understood (with its confidence), "" for silence, or one of TAKES."""


def take(dbfs: float) -> Samples:
    """A second of tone in three seconds of a quiet room."""
    room = np.random.default_rng(0).normal(0, 10, 3 * SAMPLE_RATE)
    tone = 46_341 * 10 ** (dbfs / 20) * np.sin(np.arange(SAMPLE_RATE) * 0.12)
    room[SAMPLE_RATE : 2 * SAMPLE_RATE] += tone
    return np.clip(room, -32_768, 32_767).astype(np.int16)


TAKES = {"<good>": take(-20), "<quiet>": take(-50), "<loud>": take(6)}


class FakeRecorder(TakeRecorder):
    """Its takes come from Volunteer."""

    def __init__(self) -> None:
        self.last = TAKES["<good>"]

    @property
    def taken(self) -> Samples:
        return self.last


class Volunteer:
    """Ears that hear one reply a turn, two blocks after the guide has finished; and her keys."""

    def __init__(self, replies: Sequence[Reply], keys: Sequence[tuple[int, str]] = ()) -> None:
        """`keys`: (turn, what is typed when it begins; 0: before the first)."""
        self.recorder = FakeRecorder()
        self._replies = list(replies)
        self._keys = list(keys)
        self._turn = 0
        self._waited = 0
        self._listening = False
        self.questions: list[frozenset[str]] = []

    def prepare(self, phrases: Sequence[Phrase]) -> None:
        self.prepared = {phrase.text for phrase in phrases}

    def listen(self, phrases: Sequence[Phrase], no_input_seconds: float, complete: CompletePhrase) -> None:
        assert {phrase.text for phrase in phrases} <= self.prepared
        self.questions.append(frozenset(phrase.text for phrase in phrases))
        self._turn += 1
        self._waited = 0
        self._listening = True

    def keys(self) -> str:
        if not self._keys or self._keys[0][0] > self._turn:
            return ""
        self._listening = False
        return self._keys.pop(0)[1]

    def hear(self, block: Block, played: Block, speaking: bool) -> Hearing | None:
        if speaking or not self._listening or (self._keys and self._keys[0][0] <= self._turn):
            return None
        self._waited += 1
        if self._waited < 2:
            return None
        self._listening = False
        if not self._replies:
            raise RoomClosed
        reply = self._replies.pop(0)
        text, confidence = reply if isinstance(reply, tuple) else (reply, 1.0)
        if not text:
            return NoInput(8.0)
        if text in TAKES:
            assert not self.questions[-1], "a question was asked, not a take"
            self.recorder.last = TAKES[text]
            text = ""
        return Transcript(text, confidence, 0.0, 0.0)


class Screen:
    """Keeps what is shown."""

    def __init__(self) -> None:
        self.notices: list[str] = []
        self.files: list[str] = []

    def said(self, prompt: Prompt) -> None: ...

    def noticed(self, text: str) -> None:
        self.notices.append(text)

    def heard(self, block: Block) -> None: ...

    def item(self, number: int, total: int, text: str) -> None: ...

    def kept(self, file: str, seconds: float) -> None:
        self.files.append(file)


ITEMS = (
    Item(WORD, "下一步", 3, 1),
    Item(SENTENCE, "外面下雨了", 5, 1),
    Item(WORD, "好了", 2, 1),
    Item(WORD, "下一步", 3, 2),
    Item(WORD, "好了", 2, 2),
)
GOOD = "<good>"


@cache
def opened() -> tuple[Content, RecordingTexts]:
    return open_content(), RecordingTexts.load(paths.prompts())


class Visit:
    """One volunteer's visit, carried out at once."""

    def __init__(
        self,
        folder: Path,
        replies: Sequence[Reply],
        *,
        keys: Sequence[tuple[int, str]] = (),
        room: FakeRoom | None = None,
        speaker: str | None = "7k2pm",
        listen: bool = False,
    ) -> None:
        content, texts = opened()
        self.recordings = Recordings(folder)
        self.mouth, self.screen = FakeMouth(), Screen()
        self.volunteer = Volunteer(replies, keys)
        her = self.volunteer
        ports = (room or FakeRoom(), self.mouth, her, her.recorder, her.keys)
        self.ending = carry_out(
            content, texts, self.recordings, ITEMS, speaker, ports, self.screen, listen=listen
        )

    @property
    def texts(self) -> list[str]:
        return [each.text for each in self.recordings.index()]

    def said(self, name: str) -> int:
        """How often one of the wordings of this name was said."""
        return sum(prompt.text in self.mouth.said for prompt in opened()[1].prompts[name])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "recordings"


@pytest.fixture
def agreed(folder: Path) -> Path:
    Recordings(folder).consent(Consent("7k2pm", "2026-11-23", ("？",), "好", "spoken"))
    return folder


# ----------------------------------------------------------------------------------------- consent


@pytest.mark.parametrize(
    ("replies", "name"),
    [
        (["不要"], "refused"),
        (["不同意"], "refused"),
        ([("不要", 0.1)], "refused"),
        (["", "", ""], "unclear"),
        ([("好", 0.69), ("同意", 0.69), ("好的", 0.5)], "unclear"),
        (["下一步", "验证码", "好不好"], "unclear"),
        (["", "不要", "好"], "refused"),
    ],
)
def test_without_a_clear_yes_nothing_is_written(folder: Path, replies: list[Reply], name: str) -> None:
    visit = Visit(folder, [*replies, GOOD])
    assert visit.ending is Ending.REFUSED
    assert visit.said(name) == 1
    assert not folder.exists()


@pytest.mark.parametrize("line", ["n", "不同意\n", "\n\n\n不行\n", "q\n\n不\n"])
def test_a_typed_no_is_a_no(folder: Path, line: str) -> None:
    visit = Visit(folder, [], keys=[(1, line)] if line[0] != "q" else [(1, "q\n"), (2, "\n不\n")])
    assert visit.ending is Ending.REFUSED
    assert not folder.exists()


@pytest.mark.parametrize(
    ("replies", "keys", "answer", "how"),
    [
        (["好"], [], "好", "spoken"),
        (["同意"], [], "同意", "spoken"),
        (["", "好的"], [], "好的", "spoken"),
        ([], [(1, "y")], "y", "typed"),
        ([], [(1, "同意\n")], "同意", "typed"),
        (["嗯嗯什么", "好"], [], "好", "spoken"),
        ([], [(1, "tongyi\n"), (2, "y")], "y", "typed"),
    ],
)
def test_a_yes_is_written_down_with_what_she_was_told(
    folder: Path, replies: list[Reply], keys: list[tuple[int, str]], answer: str, how: str
) -> None:
    visit = Visit(folder, [*replies, GOOD], keys=keys)
    assert visit.ending is Ending.CLOSED, "the volunteer has left"
    (consent,) = visit.recordings.consents()
    assert (consent.speaker, consent.answer, consent.how) == ("7k2pm", answer, how)
    assert len(consent.date) == len("2026-11-23")
    explained = [prompt.text for prompt in opened()[1].prompts["explain"]]
    assert list(consent.wording[: len(explained)]) == explained == visit.mouth.said[: len(explained)]
    assert visit.texts == ["下一步"]


@pytest.mark.thorough
def test_what_was_typed_before_the_question_is_no_answer(folder: Path) -> None:
    visit = Visit(folder, ["不要"], keys=[(0, "y")])
    assert visit.ending is Ending.REFUSED


# ----------------------------------------------------------------------------------------- takes


def test_everything_is_recorded_in_order_and_thanked_for(folder: Path) -> None:
    visit = Visit(folder, ["好", *[GOOD] * 5])
    assert visit.ending is Ending.DONE
    assert visit.screen.files == [each.file for each in visit.recordings.index()]
    assert visit.screen.files == [
        *("下一步_7k2pm_01.wav", "oov_7k2pm_01.wav", "好了_7k2pm_01.wav"),
        *("下一步_7k2pm_02.wav", "好了_7k2pm_02.wav"),
    ]
    assert (visit.said("start"), visit.said("done"), visit.said("halfway")) == (1, 1, 1)
    seconds = [each.duration_seconds for each in visit.recordings.index()]
    assert seconds == pytest.approx([1.4] * 5, abs=0.03), "trimmed"


@pytest.mark.thorough
@pytest.mark.parametrize(("bad", "name"), [("<quiet>", "quiet"), ("<loud>", "clipped"), ("", "muted")])
def test_what_was_wrong_is_said_and_it_is_asked_again(agreed: Path, bad: str, name: str) -> None:
    visit = Visit(agreed, [bad, *[GOOD] * 5])
    assert visit.ending is Ending.DONE
    assert visit.said(name) == 1
    assert "请再说，下一步。" in visit.mouth.said
    assert len(visit.texts) == 5


def test_after_three_bad_takes_it_goes_on(agreed: Path) -> None:
    visit = Visit(agreed, [*["<quiet>"] * 3, *[GOOD] * 4])
    assert visit.ending is Ending.DONE
    assert visit.said("skipped") == 1
    assert len(visit.recordings.index()) == 4
    assert Visit(agreed, [GOOD]).texts[-1] == "下一步", "next time it is asked for again"


def test_twice_silent_she_is_asked_whether_to_go_on(agreed: Path) -> None:
    visit = Visit(agreed, ["", "", "不要", GOOD])
    assert visit.ending is Ending.STOPPED
    assert (visit.said("carry-on"), visit.said("stopped")) == (1, 1)
    assert visit.texts == []
    visit = Visit(agreed, ["", "", "好", *[GOOD] * 5])
    assert visit.ending is Ending.DONE


def test_who_leaves_without_a_word_is_not_asked_for_ever(agreed: Path) -> None:
    assert Visit(agreed, [""] * 10).ending is Ending.STOPPED


# ----------------------------------------------------------------------------------------- resuming


def test_interrupted_it_goes_on_with_what_is_missing(folder: Path) -> None:
    first = Visit(folder, ["好", GOOD, GOOD], speaker=None)
    assert first.ending is Ending.CLOSED
    second = Visit(folder, ["是", *[GOOD] * 3], speaker=None)
    assert second.ending is Ending.DONE
    assert second.texts == [item.text for item in ITEMS]
    assert len(second.recordings.speakers()) == 1
    assert (second.said("explain"), second.said("welcome-back")) == (0, 1)


def test_another_person_is_asked_for_her_own_consent(folder: Path) -> None:
    Visit(folder, ["好", GOOD], speaker=None)
    second = Visit(folder, ["不是", "不要"], speaker=None)
    assert second.ending is Ending.REFUSED
    assert len(second.recordings.consents()) == 1
    third = Visit(folder, ["", "", "好", *[GOOD] * 5], speaker=None)
    assert third.ending is Ending.DONE, "who does not say that she is the same is another"
    assert len(third.recordings.speakers()) == 2
    assert len(third.texts) == 6


def test_who_has_finished_is_not_asked_after(folder: Path) -> None:
    Visit(folder, ["好", *[GOOD] * 5], speaker=None)
    assert Visit(folder, ["不要"], speaker=None).said("same-person") == 0


# ----------------------------------------------------------------------------------------- keys


def test_keys_skip_and_stop(agreed: Path) -> None:
    visit = Visit(agreed, [GOOD, GOOD], keys=[(2, "s"), (4, "Q")])
    assert visit.ending is Ending.STOPPED
    assert visit.texts == ["下一步", "好了"]


def test_r_goes_back_to_the_take_before(agreed: Path) -> None:
    visit = Visit(agreed, [GOOD] * 7, keys=[(1, "r"), (3, "r")])
    assert visit.ending is Ending.DONE
    assert visit.screen.files[:3] == ["下一步_7k2pm_01.wav", "下一步_7k2pm_01.wav", "oov_7k2pm_01.wav"]
    assert len(visit.texts) == 5


def test_a_take_played_back_may_be_said_again(agreed: Path) -> None:
    """Turns: take, review (r), take, review (Enter), take, review (nothing: kept), take, review (q)."""
    replies = [GOOD, GOOD, GOOD, "", GOOD]
    visit = Visit(agreed, replies, keys=[(2, "r"), (4, "\n"), (8, "q")], listen=True)
    assert visit.ending is Ending.STOPPED
    assert visit.texts == ["下一步", "外面下雨了"]
    assert "请再说，下一步。" in visit.mouth.said


# ----------------------------------------------------------------------------------------- devices, disk


def test_a_lost_microphone_costs_the_current_take_only(agreed: Path) -> None:
    visit = Visit(agreed, [GOOD] * 5, room=FakeRoom(lost_at=[6], tries_until_back=3))
    assert visit.ending is Ending.DONE
    assert visit.said("mic-back") == 1
    assert visit.screen.notices == ["声音断了。请插好。"]
    assert len(visit.texts) == 5


def test_a_microphone_that_stays_lost_ends_it(agreed: Path) -> None:
    with pytest.raises(RoomError) as error:
        Visit(agreed, [GOOD] * 5, room=FakeRoom(lost_at=[15], tries_until_back=1 << 30))
    assert error.value.code == "device-lost"
    assert len(Recordings(agreed).index()) >= 1


# ----------------------------------------------------------------------------------------- what is asked for


def test_sixty_commands_hold_every_universal_intent_and_all_that_is_offered() -> None:
    content, texts = opened()
    items = planned(content, texts, 60, 2, other_speech=True)
    words = [item.text for item in items if item.kind == WORD]
    assert len(words) == 120
    assert words[:60] == words[60:], "everything once before anything twice"
    understanding = content.understanding
    for intent in (*understanding.universal, *understanding.choices):
        assert {phrase.text for phrase in understanding.phrases((intent,))} & set(words), intent
    assert {"好了", "再说一遍", "失败了", "退出", "下一步", "找不到", "有人要验证码"} <= set(words)
    assert words[0] == "好了", "what the guide asks for most often"
    sentences = [item.text for item in items if item.kind == SENTENCE]
    assert len(sentences) == len(texts.sentences) >= 20
    assert items[-61].kind == SENTENCE or SENTENCE in {item.kind for item in items[40:82]}, "spread"


def test_every_wording_can_be_asked_for() -> None:
    content, texts = opened()
    items = planned(content, texts, 10_000, 1, other_speech=False)
    assert len({item.text for item in items}) == len(items) > 1_000
    assert all(item.syllables > 0 for item in items)


def test_other_speech_is_no_command() -> None:
    content, texts = opened()
    everything = (*content.understanding.universal, *content.understanding.choices)
    everything += tuple(trouble.intent for trouble in content.script.guide.troubles)
    for step in content.script.guide.steps:
        everything += tuple(trouble.intent for trouble in step.troubles)
    for text in texts.sentences:
        heard = content.understanding.understand(text, tuple(dict.fromkeys(everything)))
        assert not isinstance(heard, Heard), heard


def test_intents_take_turns_and_what_is_offered_comes_first() -> None:
    def phrases(*texts: str) -> list[Phrase]:
        return [Phrase(text, tuple(text)) for text in texts]

    ordered = commands(
        {"a": phrases("甲", "乙", "丙"), "b": phrases("丁", "戊")},
        {"t": phrases("己", "庚")},
        ["戊", "戊", "乙"],
    )
    assert "".join(phrase.text for phrase in ordered) == "戊乙丁己甲庚丙"
    made = plan(ordered[:2], phrases("辛"), 2)
    assert [(item.text, item.take) for item in made] == [
        ("戊", 1),
        ("乙", 1),
        ("辛", 1),
        ("戊", 2),
        ("乙", 2),
    ]


# ----------------------------------------------------------------------------------------- the command


@pytest.fixture
def full(agreed: Path) -> Path:
    Visit(agreed, [GOOD] * 5)
    return agreed


def test_the_list_says_who_and_how_much(full: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["record-commands", str(full), "--list"]) == 0
    shown = capsys.readouterr().out
    assert "7k2pm　命令 4 句，别的话 1 句，共 7 秒，2026-11-23 同意" in shown


def test_deleting_asks_first(
    full: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for typed, code in (("n", Exit.NEGATIVE), ("y", Exit.OK)):
        monkeypatch.setattr("click.termui.visible_prompt_func", lambda text, typed=typed: typed)
        assert main(["record-commands", str(full), "--delete", "--speaker", "7k2pm"]) == code
        assert ("删掉了" in capsys.readouterr().out) is (code is Exit.OK)
        assert bool(Recordings(full).index()) is (code is Exit.NEGATIVE)
    assert list(full.iterdir()) == []
    assert main(["record-commands", str(full), "--delete"]) == Exit.NEGATIVE


@pytest.mark.parametrize(
    "arguments",
    [["--speaker", "a_b"], ["--speaker", "../x"], ["--count", "0"], ["--takes", "x"], ["--list", "--delete"]],
)
def test_mistakes(arguments: list[str], folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["record-commands", str(folder), *arguments]) == Exit.USAGE
    assert "Traceback" not in capsys.readouterr().err


def test_a_missing_microphone_and_a_bad_folder(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def none(ears: str, mouth: str) -> None:
        raise RoomError("no-microphone", "没有找到话筒。", "加上 --ears keyboard。")

    monkeypatch.setattr(equipment, "_room", none)
    assert main(["record-commands", str(folder)]) == Exit.NO_SOUND
    said = capsys.readouterr().err
    assert "没有找到话筒。" in said
    assert "--ears" not in said, "that would not help here"
    assert str(folder) in said
    assert not folder.exists()
    (tmp_path / "file").touch()
    assert main(["record-commands", str(tmp_path / "file")]) == Exit.USAGE
    assert "不是文件夹" in capsys.readouterr().err


def test_the_default_folder_is_among_her_data(own_folders: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["record-commands", "--list"]) == 0
    assert str(own_folders / "data" / "recordings") in capsys.readouterr().out


def test_the_meter_goes_from_silence_to_clipping() -> None:
    assert [meter(dbfs).count("▮") for dbfs in (float("-inf"), -60.0, -33.0, -6.0, 0.0)] == [0, 0, 12, 24, 24]
    assert METER_CELLS == 24
