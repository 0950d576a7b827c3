"""The laws of silence: longer and longer, by the step, in words not heard before, and at last mute; any word wakes."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from tests.test_dialogue_repair import told, unsure
from tests.walk import GUIDES, MISS, SILENCE, heard, on_the_way, place_only, says, script, whole
from voiceguide.dialogue.asking import LOOKING_QUIET_SECONDS, MUTE_AFTER, QUESTION_QUIET_SECONDS, is_mute
from voiceguide.dialogue.dialogue import respond, start
from voiceguide.dialogue.script import Script
from voiceguide.dialogue.state import Mode, Spot, State
from voiceguide.events import Event, Listen

pytestmark = pytest.mark.thorough  # the walk through every state is half a minute


@pytest.fixture(params=GUIDES)
def play(request: pytest.FixtureRequest) -> Script:
    return script(request.param)


def waits(play: Script, state: State, *events: Event) -> list[float]:
    """How long the guide waits after each of these."""
    found = []
    for event in events:
        state, actions = respond(play, state, event)
        assert isinstance(actions[-1], Listen)
        found.append(actions[-1].no_input_seconds)
    return found


def muted(play: Script, state: State) -> State:
    return told(play, state, *[SILENCE] * (MUTE_AFTER + 1))[0]


def reassurances(play: Script) -> set[str]:
    keys = ("no-input", "no-input-asked", "no-input-last")
    return {prompt.text for key in keys for prompt in play.common[key]}


@pytest.mark.parametrize("guide_id", GUIDES)
def test_no_step_at_which_her_hands_are_busy_is_broken_in_on_soon(guide_id: str) -> None:
    for step in whole(guide_id).guide.steps:
        assert step.quiet_seconds >= (20 if step.listen_only else 40), step.id
    if guide_id == "12333":
        long = {"install", "log-in", "result", "reminder"}
        assert all(whole(guide_id).guide.step(each).quiet_seconds >= 120 for each in long)


def test_the_first_wait_is_the_steps_own_and_each_next_one_is_twice_as_long(play: Script) -> None:
    for step in play.guide.steps:
        state = State(step.id)
        (first,) = waits(play, state, heard("repeat"))
        assert first == step.quiet_seconds
        found = waits(play, state, *[SILENCE] * (MUTE_AFTER + 2))
        assert found[: MUTE_AFTER - 1] == [step.quiet_seconds * 2**n for n in range(1, MUTE_AFTER)]
        assert set(found[MUTE_AFTER - 1 :]) == {math.inf}


def test_a_question_about_her_phone_is_left_longer_than_another(play: Script) -> None:
    for state in on_the_way(play):
        (wait,) = waits(play, state, heard("fraud"))
        if state.mode is Mode.OPEN and state.place.spot is Spot.ASK:
            assert wait == LOOKING_QUIET_SECONDS
        elif state.mode not in (Mode.OPEN, Mode.PAUSED):
            assert wait == QUESTION_QUIET_SECONDS
    assert LOOKING_QUIET_SECONDS > QUESTION_QUIET_SECONDS > 10


def test_at_one_step_nothing_is_said_twice_into_her_silences(play: Script) -> None:
    for state in on_the_way(play):
        here, heard_so_far = state, list[str]()
        for _ in range(4):  # four times silent for hours, and a word in between that moves nothing
            for _ in range(MUTE_AFTER + 2):
                here, said = told(play, here, SILENCE)
                heard_so_far += [each for each in said if each in reassurances(play)]
            here, _ = told(play, here, heard("where"))
            assert here.step == state.step
        assert len(set(heard_so_far)) == len(heard_so_far), state
        if state.mode is Mode.OPEN and state.place.spot is not Spot.ASK:
            assert len(heard_so_far) >= len(play.common["no-input"])


def test_another_step_is_begun_with_words_not_used_just_now(play: Script) -> None:
    state, first = told(play, State(play.guide.steps[0].id), SILENCE)
    state, second = told(play, state, heard("next"), SILENCE)
    assert first != second


def test_silence_says_only_reassurances_and_moves_nothing(play: Script) -> None:
    for state in on_the_way(play):
        here = state
        for _ in range(MUTE_AFTER + 1):
            here, said = told(play, here, SILENCE)
            assert (here.step, here.place) == (state.step, state.place)
            if here.mode == state.mode:
                assert set(said) <= reassurances(play), state


def test_a_question_whether_to_stop_is_dropped_and_she_is_told_where_they_are(play: Script) -> None:
    for step in play.guide.steps:
        for mode in (Mode.STOP, Mode.RESTART):
            state, said = told(play, State(step.id, mode=mode), SILENCE, SILENCE)
            assert (state.step, state.mode) == (step.id, Mode.OPEN)
            assert said[-1] == step.again[0].text, "in other words than before"


def test_after_a_mute_wait_whatever_she_says_is_answered_with_where_we_are(play: Script) -> None:
    for state in on_the_way(play):
        mute = muted(play, state)
        if state.mode is Mode.PAUSED or not is_mute(mute):
            continue
        woken = play.guide.step(state.step).woken.text
        for event in (MISS, heard("next"), heard("repeat"), heard("slower"), unsure("failed")):
            new, said = told(play, mute, event)
            assert said[0] == woken, (state, event)
            assert len(said) >= 2
            if event == MISS:
                assert place_only(new) == place_only(mute)
                assert new.misses == mute.misses, "nobody was misunderstood: she only spoke up"
            else:
                asked = replace(mute, silences=0)
                assert place_only(new) == place_only(told(play, asked, event)[0]), "and then it is done"
            assert not is_mute(new)


def test_what_wakes_it_is_not_answered_twice(play: Script) -> None:
    mute = muted(play, start(play)[0])
    step = play.guide.steps[0]
    assert told(play, mute, heard("where"))[1] == [step.where.text]
    new, said = told(play, mute, heard("fraud"))
    assert said[0] in {prompt.text for prompt in play.guide.fraud}, "the warning comes first"
    assert step.woken.text not in told(play, new, heard("repeat"))[1]


def test_woken_by_a_strange_word_she_is_asked_in_other_words(play: Script) -> None:
    for step in play.guide.steps:
        _, said = told(play, muted(play, State(step.id)), MISS)
        assert said[-1] == step.again[0].text


def test_a_pause_is_no_silence(play: Script) -> None:
    paused, _ = told(play, start(play)[0], heard("pause"))
    here, actions = respond(play, paused, SILENCE)
    assert says(actions) == []
    assert isinstance(actions[-1], Listen)
    assert actions[-1].no_input_seconds == math.inf
    assert told(play, here, MISS)[1] == []
