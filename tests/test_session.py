"""The loop adds nothing and loses nothing: real dialogue and understanding, fakes behind the ports."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

import pytest

from tests import shipped
from tests.fakes import FakeKeeper, FakeMouth, FakeRoom, ScriptedEars
from voiceguide.dialogue.script import Script
from voiceguide.ears import Ears, EarsError
from voiceguide.events import (
    BLOCK_SECONDS,
    Answered,
    Block,
    Entry,
    Heard,
    Hearing,
    NoInput,
    NoMatch,
    Noticed,
    Phrase,
    Said,
    Transcript,
    Unsure,
)
from voiceguide.profile.profile import Profile
from voiceguide.room import RoomError
from voiceguide.session.session import Outcome, Session
from voiceguide.understanding.intents import Understanding

GUIDE = "12333"


def content(guide_id: str = GUIDE) -> tuple[Script, Understanding]:
    return shipped.script(guide_id), shipped.understanding(guide_id)


def her(step: str | None = None, **more: int) -> Profile:
    """As an earlier conversation left her."""
    return Profile(**more).at_step(GUIDE, step)


class Stage:
    """A session with everything around it on record."""

    def __init__(
        self,
        replies: Sequence[str | Transcript],
        *,
        room: FakeRoom | None = None,
        mouth: FakeMouth | None = None,
        keeper: FakeKeeper | None = None,
        ears: Ears | None = None,
    ) -> None:
        self.script, understanding = content()
        self.room = room or FakeRoom()
        self.mouth = mouth or FakeMouth()
        self.keeper = keeper or FakeKeeper()
        self.ears = ears or ScriptedEars(replies)
        self.log: list[Entry] = []
        self.session = Session(
            self.script, understanding, self.room, self.ears, self.mouth, self.keeper, self.log.append
        )

    def step(self, number: int) -> str:
        return self.script.guide.steps[number].say.text

    @property
    def kept(self) -> list[Profile]:
        """What was saved, but for the counts."""
        uncounted = [replace(profile, counts={}) for profile in self.keeper.saved]
        return [each for each, _ in groupby(uncounted)]


@pytest.mark.thorough
def test_the_whole_line_from_welcome_to_goodbye() -> None:
    steps = len(content()[0].guide.steps)
    stage = Stage(["好了"] * steps)
    assert stage.session.run() is Outcome.FINISHED
    guide = stage.script.guide
    assert stage.mouth.said == [
        guide.welcome.text,
        *(step.say.text for step in guide.steps),
        guide.goodbye.text,
    ]
    assert stage.kept[-1].steps == {}, "next time she begins anew"


@pytest.mark.thorough
def test_the_last_words_are_spoken_before_the_session_ends() -> None:
    stage = Stage(["退出", "是"])
    assert stage.session.run() is Outcome.STOPPED
    assert not stage.mouth.speaking
    said = [entry.prompt.text for entry in stage.log if isinstance(entry, Said)]
    assert said == stage.mouth.said


@pytest.mark.thorough
def test_the_log_has_everything_in_order_and_audio_time() -> None:
    stage = Stage(["再说一遍", "", "今天天气很好", "好了", "退出", "是"])
    stage.session.run()
    events = [entry.event for entry in stage.log if isinstance(entry, Answered)]
    assert [type(event) for event in events] == [Heard, NoInput, NoMatch, Heard, Heard, Heard]
    times = [entry.at_seconds for entry in stage.log]
    assert times == sorted(times)
    assert times[-1] > 0


@pytest.mark.thorough
def test_progress_is_kept_after_every_move() -> None:
    stage = Stage(["好了", "再说一遍", "慢一点", "好了"])
    assert stage.session.run() is Outcome.CLOSED
    steps = [step.id for step in stage.script.guide.steps]
    assert stage.kept == [
        her(steps[1]),
        her(steps[1], pace=-1, pace_asked=True),
        her(steps[2], pace=-1, pace_asked=True),
    ]


@pytest.mark.thorough
def test_coming_back_goes_on_at_the_step_and_at_her_pace_and_loudness() -> None:
    keeper = FakeKeeper(her(content()[0].guide.steps[4].id, pace=-2, loudness=1))
    stage = Stage(["是"], keeper=keeper)
    stage.session.run()
    assert stage.mouth.adjusted == [(-2, 1)]
    assert stage.mouth.said[0] == stage.script.guide.steps[4].resume.text
    assert stage.mouth.said[-1] == stage.step(4)


def said(text: str, seconds: float = 0.0, **more: float | str) -> Transcript:
    return replace(Transcript(text, 1.0, 100.0, 100.0 + seconds), **more)


@pytest.mark.thorough
def test_a_guess_is_asked_about_and_done_after_a_yes() -> None:
    stage = Stage([said("", guess="好了"), "是的"])
    stage.session.run()
    question = stage.script.common["confirm-next"][0].text
    assert stage.mouth.said[2:] == [question, stage.step(1)]
    events = [entry.event for entry in stage.log if isinstance(entry, Answered)]
    assert [type(event) for event in events] == [Unsure, Heard]


@pytest.mark.thorough
def test_her_pace_is_followed_and_kept_as_found() -> None:
    slow = [said("再说一遍", 4.0)] * 3
    stage = Stage(slow)
    stage.session.run()
    assert stage.mouth.adjusted == [(0, 0), (-1, 0)]
    assert stage.kept[-1] == her(stage.script.guide.steps[0].id, pace=-1)
    again = Stage(slow, keeper=FakeKeeper(stage.keeper.saved[-1]))
    again.session.run()
    assert again.mouth.adjusted == [(-1, 0), (-1, 0)]
    asked = Stage(slow, keeper=FakeKeeper(her(pace=-1, pace_asked=True)))
    asked.session.run()
    assert asked.mouth.adjusted == [(-1, 0)]


@pytest.mark.thorough
def test_a_noisy_room_is_spoken_up_in_and_that_is_not_kept() -> None:
    drowned = said("再说一遍", speech_dbfs=-30.0, noise_dbfs=-35.0)
    stage = Stage([drowned] * 4)
    stage.session.run()
    assert stage.mouth.adjusted == [(0, 0), (0, 1), (0, 1)]
    assert {profile.loudness for profile in stage.keeper.saved} <= {0}


def test_a_pace_out_of_range_is_brought_back_into_it() -> None:
    stage = Stage([], keeper=FakeKeeper(her(pace=999, loudness=-999)))
    stage.session.run()
    assert stage.mouth.adjusted == [(4, -4)]


def test_a_step_that_no_longer_exists_begins_anew() -> None:
    stage = Stage([], keeper=FakeKeeper(her("a-step-of-last-year")))
    stage.session.run()
    assert stage.mouth.said[0] == stage.script.guide.welcome.text


def test_a_full_disk_is_told_once_and_never_stops_her() -> None:
    stage = Stage(["好了", "好了"], keeper=FakeKeeper(full=1))
    stage.session.run()
    assert [entry.text for entry in stage.log if isinstance(entry, Noticed)] == [
        "没有存下来。请清理磁盘。"
    ]
    assert stage.mouth.said[-1] == stage.step(2)
    assert stage.kept == [her(stage.script.guide.steps[2].id)]


def test_while_nothing_can_be_kept_she_hears_it_once_and_the_words_to_say_come_last() -> None:
    stage = Stage(["好了", "好了", "好了"], keeper=FakeKeeper(full=9))
    stage.session.run()
    told = stage.script.common["trouble-keeping"][0].text
    assert stage.mouth.said[1:] == [stage.step(0), stage.step(1), told, stage.step(2), stage.step(3)]


@pytest.mark.thorough
def test_a_prompt_that_cannot_be_spoken_is_shown_and_the_guide_goes_on() -> None:
    script, _ = content()
    stage = Stage(["好了", "好了"], mouth=FakeMouth(unspeakable=[script.guide.steps[1].say.id]))
    stage.session.run()
    shown = [entry.prompt.text for entry in stage.log if isinstance(entry, Said)]
    assert stage.step(1) in shown
    assert stage.step(1) not in stage.mouth.said
    assert any(isinstance(entry, Noticed) for entry in stage.log)
    assert stage.mouth.said[-1] == stage.step(2)


@pytest.mark.thorough
def test_a_device_lost_in_mid_sentence_comes_back_and_the_sentence_is_said_again() -> None:
    room = FakeRoom(lost_at=[10], tries_until_back=3)
    stage = Stage(["好了", "好了"], room=room)
    assert stage.session.run() is Outcome.CLOSED
    assert room.tries == 3
    back = stage.script.common["mic-back"][0].text
    where = stage.mouth.said.index(back)
    assert stage.mouth.said[where + 1] in {stage.step(0), stage.step(1)}
    assert stage.mouth.hushed == 1


@pytest.mark.thorough
def test_a_device_that_stays_lost_ends_the_session_with_progress_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("voiceguide.session.exchange.REOPEN_ATTEMPTS", 5)
    stage = Stage(["好了"], room=FakeRoom(lost_at=[10], tries_until_back=99))
    with pytest.raises(RoomError) as error:
        stage.session.run()
    assert error.value.code == "device-lost"
    assert stage.room.tries == 5
    assert stage.kept == [her(stage.script.guide.steps[1].id)]


def test_when_recognition_breaks_she_is_told_before_the_error_goes_up() -> None:
    stage = Stage([], ears=ScriptedEars(["好了"], failing_turn=2))
    with pytest.raises(EarsError):
        stage.session.run()
    assert stage.mouth.said[-1] == stage.script.common["trouble-sound"][0].text
    assert not stage.mouth.speaking, "the sentence was spoken to its end"


def test_when_the_vocabulary_cannot_be_made_she_is_told_before_the_error_goes_up() -> None:
    class Broken(ScriptedEars):
        def prepare(self, phrases: Sequence[Phrase]) -> None:
            raise EarsError("no-space", "识别词表写不进磁盘。", "请清理磁盘。")

    stage = Stage([], ears=Broken([]))
    with pytest.raises(EarsError):
        stage.session.run()
    assert stage.mouth.said[-1] == stage.script.common["trouble-sound"][0].text
    assert not stage.mouth.speaking


def test_the_model_loads_behind_the_greeting() -> None:
    """She hears the first words at once; nothing is listened to before the ears are ready."""
    room = FakeRoom()

    class Slow(ScriptedEars):
        def prepare(self, phrases: Sequence[Phrase]) -> None:
            assert greeted.wait(20), "the greeting must not wait for the ears"
            super().prepare(phrases)

    class Greeting(FakeMouth):
        def next_block(self) -> Block:
            if self.said and room.exchanged >= 2:
                greeted.set()
            return super().next_block()

    greeted = threading.Event()
    stage = Stage(["好了"], room=room, mouth=Greeting(), ears=Slow(["好了"]))
    stage.session.run()
    assert stage.mouth.said[-1] == stage.step(1)


@pytest.mark.parametrize("fault", ["mouth", "room", "end"])
def test_what_broke_first_is_what_is_reported(fault: str) -> None:
    """Telling her may fail too; the helper needs the cause."""
    room = FakeRoom()

    class Breaking(ScriptedEars):
        def hear(self, block: Block, played: Block, speaking: bool) -> Hearing | None:
            if fault == "room":
                room.lost_at = set(range(5000))
            elif fault == "end":
                room.most_blocks = 0
            raise EarsError("bad-model", "识别模型坏了。", "请重新安装。")

    sorry = content()[0].common["trouble-sound"][0].id
    mouth = FakeMouth(unspeakable=[sorry] if fault == "mouth" else [])
    with pytest.raises(EarsError):
        Stage([], room=room, mouth=mouth, ears=Breaking([])).session.run()


@pytest.mark.thorough
def test_a_device_lost_during_the_goodbye_ends_the_session_as_it_was_ending() -> None:
    steps = len(content()[0].guide.steps)
    undisturbed = Stage(["好了"] * steps)
    undisturbed.session.run()
    room = FakeRoom(lost_at=[undisturbed.room.exchanged - 1])
    stage = Stage(["好了"] * steps, room=room)
    assert stage.session.run() is Outcome.FINISHED
    assert stage.mouth.said[-1] == stage.script.guide.goodbye.text
    assert stage.kept[-1].steps == {}


@pytest.mark.thorough
def test_everything_that_can_be_said_is_prepared_the_first_words_first() -> None:
    stage = Stage([])
    stage.session.run()
    texts = [prompt.text for prompt in stage.mouth.prepared]
    assert texts[:2] == [stage.script.guide.welcome.text, stage.step(0)]
    assert {step.say.text for step in stage.script.guide.steps} <= set(texts)


@pytest.mark.thorough
def test_numbers_are_expected_only_while_they_are_offered() -> None:
    stage = Stage(["今天天气很好"] * 3 + ["一"])
    stage.session.run()
    assert ["第一个" in phrases or "一" in phrases for phrases in stage.ears.expected] == [
        False,
        False,
        False,
        True,
        False,
    ]


@pytest.mark.thorough
def test_what_the_ears_tell_is_in_session_time_though_they_miss_the_greeting() -> None:
    class Clock(ScriptedEars):
        """Tells when it heard, by the blocks it was given."""

        def __init__(self) -> None:
            super().__init__(["好了"])
            self.blocks = 0

        def hear(self, block: Block, played: Block, speaking: bool) -> Hearing | None:
            self.blocks += 1
            hearing = super().hear(block, played, speaking)
            now = self.blocks * BLOCK_SECONDS
            return replace(hearing, start_seconds=now, end_seconds=now) if isinstance(hearing, Transcript) else hearing

    stage = Stage([], ears=Clock())
    stage.session.run()
    [answered] = [entry for entry in stage.log if isinstance(entry, Answered)]
    assert isinstance(answered.hearing, Transcript)
    assert answered.hearing.end_seconds == pytest.approx(answered.at_seconds)
