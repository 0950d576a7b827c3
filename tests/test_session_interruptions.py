"""She interrupts: the loop hushes, understands, and goes on where nothing was asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.fakes import QUIET, FakeMouth, FakeRoom
from tests.test_session import Stage
from voiceguide.events import (
    Answered,
    Block,
    CompletePhrase,
    FalseAlarm,
    Heard,
    Hearing,
    Interrupted,
    NoMatch,
    Phrase,
    Prompt,
    Said,
    SpeechStarted,
    Transcript,
    Unsure,
)
from voiceguide.room import RoomClosed


@pytest.fixture(autouse=True)
def no_deaf_greeting(monkeypatch: pytest.MonkeyPatch) -> None:
    """These prompts last three blocks."""
    monkeypatch.setattr("voiceguide.session.exchange.GREETING_BLOCKS", 0)


class InterruptingEars:
    """Hears these over the prompts, one each, in the second block of it; then the room closes."""

    def __init__(self, *hearings: Transcript, started: bool = True) -> None:
        self._hearings = list(hearings)
        self._started = started
        self._pending: Transcript | None = None
        self._speaking_blocks = 0
        self.reference: list[Block] = []

    def prepare(self, phrases: Sequence[Phrase]) -> None: ...

    def listen(self, phrases: Sequence[Phrase], no_input_seconds: float, complete: CompletePhrase) -> None:
        self._speaking_blocks = 0

    def hear(self, block: Block, played: Block, speaking: bool) -> Hearing | None:
        self.reference.append(played)
        if self._pending is not None:
            pending, self._pending = self._pending, None
            return pending
        self._speaking_blocks += speaking
        if not speaking and not self._hearings:
            raise RoomClosed
        if speaking and self._speaking_blocks == 2 and self._hearings:
            if not self._started:
                return self._hearings.pop(0)
            self._pending = self._hearings.pop(0)
            return SpeechStarted(0.0)
        return None


def said(text: str, clearness: float = 1.0) -> Transcript:
    return Transcript(text, 0.9, 0.0, 0.5, clearness=clearness)


def events(stage: Stage) -> list[object]:
    return [entry.event for entry in stage.log if isinstance(entry, Answered)]


def test_a_command_over_a_prompt_stops_it_and_is_answered() -> None:
    stage = Stage([], ears=InterruptingEars(said("等一下")))
    stage.session.run()
    assert events(stage) == [Heard("pause", "等一下", 0.9)]
    assert (stage.mouth.hushed, stage.mouth.resumed) == (1, 0)
    assert [type(entry) for entry in stage.log if not isinstance(entry, Said)][:2] == [Interrupted, Answered]
    assert stage.mouth.said[-1] in {prompt.text for prompt in stage.script.common["paused"]}
    begun = [entry.prompt.text for entry in stage.log if isinstance(entry, Said)]
    assert stage.step(0) not in begun, "what was queued behind it is not said"


@pytest.mark.parametrize("text", ["", "今天天气很好"])
def test_a_false_alarm_stops_it_and_it_goes_on(text: str) -> None:
    stage = Stage([], ears=InterruptingEars(said(text)))
    stage.session.run()
    assert events(stage) == [FalseAlarm(text)]
    assert (stage.mouth.hushed, stage.mouth.resumed) == (1, 1)
    begun = [entry.prompt.text for entry in stage.log if isinstance(entry, Said)]
    assert begun == [stage.script.guide.welcome.text, stage.step(0)], "nothing is lost, nothing said twice"


def test_a_false_alarm_is_no_miss() -> None:
    """Three coughs must not lead to 请说一、二、三."""
    stage = Stage([], ears=InterruptingEars(*[said("")] * 4))
    stage.session.run()
    assert events(stage) == [FalseAlarm("")] * 4
    assert set(stage.mouth.said) == {stage.script.guide.welcome.text, stage.step(0)}


def test_a_word_of_the_prompt_must_be_clearly_hers() -> None:
    """The welcome says 再说一遍 itself."""
    assert "再说一遍" in Stage([]).script.guide.welcome.text
    doubtful = Stage([], ears=InterruptingEars(said("再说一遍", clearness=0.2)))
    doubtful.session.run()
    assert events(doubtful) == [FalseAlarm("再说一遍")]
    clear = Stage([], ears=InterruptingEars(said("再说一遍", clearness=0.9)))
    clear.session.run()
    assert events(clear) == [Heard("repeat", "再说一遍", 0.9)]


@pytest.mark.thorough
@pytest.mark.parametrize(("early", "mode"), [(True, "ask-restart"), (False, "restarted")])
def test_a_yes_to_a_grave_question_that_she_has_not_heard_is_none(early: bool, mode: str) -> None:
    """It was meant for what was asked before; or a television said 不是的 for her."""
    stage = Stage([], ears=InterruptingEars(said("从头开始"), said("是的")))
    stage.mouth.cut_off_early = early
    stage.session.run()
    assert [event.intent for event in events(stage) if isinstance(event, Heard)] == ["restart", "yes"]
    *_, question, answer = [each for each in stage.mouth.said if each != stage.step(0)]
    common = stage.script.common
    assert question in {prompt.text for prompt in common["ask-restart"]}
    assert answer in {prompt.text for prompt in common[mode]} - {question}


@pytest.mark.parametrize(
    ("guess", "early", "event"),
    [
        ("是的", True, FalseAlarm),
        ("不是", True, FalseAlarm),
        ("是的", False, Unsure),
        ("再说一遍", True, Unsure),
    ],
)
def test_a_doubtful_answer_to_what_she_has_not_heard_leaves_nothing_unsaid(
    guess: str, early: bool, event: type
) -> None:
    """Asked whether she had done it, she had never heard what."""
    stage = Stage([], ears=InterruptingEars(replace(said(""), guess=guess, confidence=0.4)))
    stage.mouth.cut_off_early = early
    stage.session.run()
    assert [type(each) for each in events(stage)] == [event]
    assert stage.mouth.resumed == (event is FalseAlarm)


@pytest.mark.parametrize(
    ("first", "again", "intents"),
    [
        ("下一步", said("下一步"), ["next"]),
        ("下一步", said("下一个"), ["next"]),
        ("知道了", said("下一步"), ["yes"]),
        ("下一步", said("停一下"), ["next", "pause"]),
        ("下一步", Transcript("下一步", 0.9, 9.0, 9.5), ["next", "next"]),
        ("下一步", Transcript("下一步", 1.0, 0.1, 0.1), ["next", "next"]),
    ],
    ids=[
        "the same",
        "in other words",
        "that leads to the same",
        "something else",
        "when she has listened",
        "a key pressed twice",
    ],
)
def test_what_she_says_twice_before_she_can_have_heard_the_answer_is_said_once(
    first: str, again: Transcript, intents: list[str]
) -> None:
    """好了 … 好了, while the next step is already being read to her."""
    stage = Stage([], ears=InterruptingEars(said(first), again))
    stage.session.run()
    assert [event.intent for event in events(stage) if isinstance(event, Heard)] == intents
    assert stage.mouth.resumed == 2 - len(intents)


def test_she_may_say_it_three_times() -> None:
    stage = Stage([], ears=InterruptingEars(*[said("下一步")] * 3))
    stage.session.run()
    assert [type(event) for event in events(stage)] == [Heard, FalseAlarm, FalseAlarm]


def test_a_cough_between_the_two_changes_nothing() -> None:
    stage = Stage([], ears=InterruptingEars(said("下一步"), said(""), said("下一步")))
    stage.session.run()
    assert [type(event) for event in events(stage)] == [Heard, FalseAlarm, FalseAlarm]


@pytest.mark.thorough
def test_no_said_again_is_a_no_and_no_complaint() -> None:
    """不是 … 不是: over the next question it would undo what the first has done."""
    stage = Stage([], ears=InterruptingEars(said("从头开始"), said("不是的"), said("不是的")))
    stage.session.run()
    assert [event.intent for event in events(stage) if isinstance(event, Heard)] == ["restart", "no"]


@pytest.mark.thorough
def test_a_word_that_is_not_in_the_prompt_is_no_suspect() -> None:
    stage = Stage([], ears=InterruptingEars(said("停一下", clearness=0.2)))
    stage.session.run()
    assert events(stage) == [Heard("pause", "停一下", 0.9)]


def test_an_answer_that_comes_while_the_guide_speaks_stops_it_too() -> None:
    """Ears that were not sure enough to stop it, and then understood."""
    stage = Stage([], ears=InterruptingEars(said("等一下"), started=False))
    stage.session.run()
    assert events(stage) == [Heard("pause", "等一下", 0.9)]
    assert stage.mouth.hushed == 1


def test_what_is_not_understood_after_the_prompt_is_a_miss_as_ever() -> None:
    stage = Stage(["今天天气很好"])
    stage.session.run()
    assert events(stage) == [NoMatch("今天天气很好")]


def test_the_ears_get_what_the_loudspeaker_gave_out() -> None:
    class LateRoom(FakeRoom):
        sounded: Block = QUIET
        torn = False

        def exchange(self, played: Block) -> Block:
            self.sounded = QUIET + self.exchanged
            return super().exchange(played)

        def cut(self) -> None:
            self.cuts = getattr(self, "cuts", 0) + 1

        def flush(self) -> None:
            raise AssertionError("her word is in what was heard")

    ears, room = InterruptingEars(said("等一下")), LateRoom()
    Stage([], room=room, ears=ears).session.run()
    assert [int(block[0]) for block in ears.reference[:4]] == [0, 1, 2, 3]
    assert room.cuts == 1


def test_the_ears_are_told_of_a_hole_in_the_sound() -> None:
    class TornRoom(FakeRoom):
        sounded: Block = QUIET

        @property
        def torn(self) -> bool:
            return self.exchanged == 3

        def cut(self) -> None: ...

    class Comparing(InterruptingEars):
        told: list[int]

        def torn(self) -> None:
            self.told = [*getattr(self, "told", []), len(self.reference)]

    ears = Comparing(said("等一下"))
    Stage([], room=TornRoom(), ears=ears).session.run()
    assert ears.told == [2], "before the block behind the hole"


def test_a_device_lost_forgets_what_was_interrupted() -> None:
    class Resumable(FakeMouth):
        def say(self, prompt: Prompt) -> None:
            self._cut_off = []
            super().say(prompt)

    room = FakeRoom(lost_at=[4])
    stage = Stage([], room=room, mouth=Resumable(), ears=InterruptingEars(said("")))
    stage.session.run()
    assert stage.mouth.said[2] == stage.script.common["mic-back"][0].text
