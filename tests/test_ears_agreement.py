"""The same utterance heard as from several mouths: what is said of it together."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from tests.shipped import understanding
from voiceguide.commands import equipment
from voiceguide.commands.rehearse import PERSON_VOICE
from voiceguide.ears.agreement import SPEEDS, agreed, at_speed
from voiceguide.ears.decision import Decision, Weighed
from voiceguide.ears.hypothesis import Roles
from voiceguide.ears.second_look import LOOKS_AHEAD_SECONDS, SecondLook
from voiceguide.ears.turn import VoskTurn
from voiceguide.endpointer import Endpointer, Verdict
from voiceguide.events import SAMPLE_RATE
from voiceguide.mouth.renderer import Renderer

ROLES = Roles(chatter=frozenset({"嗯"}), meanings={"好了": "next", "弄好了": "next", "停": "pause"})


def heard(text: str, confidence: float) -> Weighed:
    return Weighed((text,), confidence)


def sure(*hearings: Weighed | None, allowance: float = 0.0) -> tuple[str, float]:
    weighed = agreed(hearings, ROLES, allowance)
    return ("", 0.0) if weighed is None else (weighed.text, weighed.confidence)


def test_what_all_hear_is_as_sure_as_they_are_in_the_mean() -> None:
    assert sure(heard("好了", 0.5), heard("好了", 0.5)) == ("好了", pytest.approx(0.5))
    assert sure(heard("好了", 0.2), heard("好了", 0.8)) == ("好了", pytest.approx(0.5))
    assert sure(heard("好了", 0.5), allowance=2.0)[1] == pytest.approx(0.881, abs=0.001)


def test_one_that_hears_something_else_or_nothing_speaks_against_it() -> None:
    together = sure(heard("好了", 0.9), heard("好了", 0.9))[1]
    for other in (heard("停", 0.3), None):
        text, confidence = sure(heard("好了", 0.9), heard("好了", 0.9), other)
        assert text == "好了"
        assert confidence < 0.5 < together


def test_the_surest_wording_stands_for_all_of_the_same_meaning() -> None:
    assert sure(heard("好了", 0.5), heard("弄好了", 0.7), heard("停", 0.8))[0] == "弄好了"
    assert sure(heard("好了", 0.5), heard("弄好了", 0.5))[1] == pytest.approx(0.5)


def test_said_twice_it_is_still_the_same_meaning() -> None:
    text, confidence = sure(Weighed(("弄好了", "好了"), 0.6), heard("弄好了", 0.6))
    assert confidence == pytest.approx(0.6)
    assert text in ("弄好了好了", "弄好了")


def test_chatter_beside_it_makes_no_difference() -> None:
    text, confidence = sure(Weighed(("嗯", "好了"), 0.5), heard("弄好了", 0.5))
    assert confidence == pytest.approx(0.5)
    assert text in ("嗯好了", "弄好了")
    assert sure(heard("嗯", 0.5), heard("嗯", 0.5)) == ("嗯", pytest.approx(0.5)), "alone it is what she says"


def test_nothing_but_words_amid_speech_is_nothing() -> None:
    assert sure(None, Weighed(("骗子",), 0.9, spotted=True), Weighed(("好了",), 0.9, amid_speech=True)) == (
        "",
        0.0,
    )


def test_what_is_sure_and_what_is_none_is_not_heard_again() -> None:
    decision = Decision(least_to_hear_again=0.1)
    doubtful = [each / 100 for each in range(101) if decision.is_doubtful(heard("好了", each / 100))]
    assert (min(doubtful), max(doubtful)) == (0.1, 0.89)
    assert not Decision().is_doubtful(heard("好了", 0.5)), "another maker's model"
    for other in (None, Weighed(("骗子",), 0.5, spotted=True), Weighed(("好了",), 0.5, amid_speech=True)):
        assert not decision.is_doubtful(other)


@pytest.mark.parametrize("speed", SPEEDS)
def test_a_smaller_mouth_speaks_higher_and_faster(speed: float) -> None:
    tone = (8000 * np.sin(2 * np.pi * 500 * np.arange(SAMPLE_RATE) / SAMPLE_RATE)).astype(np.int16)
    moved = at_speed(tone, speed)
    assert len(moved) == pytest.approx(SAMPLE_RATE / speed, rel=0.001)
    spectrum = np.abs(np.fft.rfft(moved))
    assert np.argmax(spectrum) * SAMPLE_RATE / len(moved) == pytest.approx(500 * speed, rel=0.01)
    assert not at_speed(np.zeros(320, np.int16), speed).any()


def turns(text: str, *noises_db: float) -> Iterator[tuple[VoskTurn, VoskTurn]]:
    """The same word in each of these noises, twice."""
    known = understanding()
    phrases = known.word_list(known.universal)
    recogniser = equipment.open_recogniser(None)
    recogniser.prepare(phrases)
    with Renderer(known.readings, voice=PERSON_VOICE) as voice:
        said = voice.render(text, pace=170).astype(float)
    rms = float(np.sqrt(np.mean(np.square(said))))
    for db in noises_db:
        whole = np.pad(said, SAMPLE_RATE // 2)
        whole += np.random.default_rng(1).standard_normal(len(whole)) * rms * 10 ** (-db / 20)
        both = recogniser.turn(phrases), recogniser.turn(phrases)
        for turn in both:
            turn.accept(np.clip(whole / 2, -32768, 32767).astype(np.int16))
        yield both


def test_the_ears_take_their_time_once_and_when_she_has_surely_finished() -> None:
    look, endpointer = SecondLook(), Endpointer(60.0)
    endpointer.process(0.6, True, False)
    looked = []
    for _ in range(75):
        if endpointer.process(0.02, False, complete=True) is Verdict.FINISHED:
            looked.append((round(endpointer.silence_seconds, 2), look.is_thorough(endpointer)))
            endpointer.listen_on()
    silences = [silence for silence, thorough in looked if thorough]
    assert any(silence < LOOKS_AHEAD_SECONDS for silence, _ in looked), "in haste"
    assert len(looked) > len(silences) == 2
    assert LOOKS_AHEAD_SECONDS <= silences[0] < silences[1] == looked[-1][0]


@pytest.mark.audio
def test_doubtful_words_are_surer_when_the_hearings_agree() -> None:
    """In which noise they are doubtful depends on the model."""
    gained = []
    for text in ("好了", "上一步", "慢一点", "退出"):
        for first, again in turns(text, 9, 3, -3, -6):
            hasty = first.result(thorough=False)
            if hasty.text == text and hasty.confidence < 0.9:
                thorough = again.result()
                gained.append(thorough.text == text and thorough.confidence > hasty.confidence + 0.05)
    assert len(gained) >= 3, "hardly ever doubtful: other noises are needed"
    assert np.mean(gained) > 0.7, "some are lost: what is heard so badly is no longer believed"


@pytest.mark.audio
@pytest.mark.parametrize("text", ["快递到了", "开始刮风了", "眨眼就过去三年", "上班迟到了", "腰疼了好几天"])
def test_other_words_are_not_believed_for_being_heard_more_often(text: str) -> None:
    [(_, thorough)] = turns(text, 12)
    assert thorough.result().text == ""
