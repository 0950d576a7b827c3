"""The exercise of the movements: from any state and back to it, in varied order, with or without a word of hers."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from tests import shipped
from tests.test_session import content
from tests.walk import GUIDES, MISS, SILENCE, heard, live, place_only, says, script
from voiceguide.dialogue.asking import MOVEMENT_QUIET_SECONDS, QUESTION_QUIET_SECONDS
from voiceguide.dialogue.dialogue import expecting, respond, start
from voiceguide.dialogue.repair import uncovered
from voiceguide.dialogue.script import Script
from voiceguide.dialogue.state import Mode, Phase, State
from voiceguide.events import Action, Heard, Listen, Remember, Say, Unsure
from voiceguide.guides.exercise import NOTE
from voiceguide.notes import Known, Practised


@pytest.fixture(params=GUIDES)
def play(request: pytest.FixtureRequest) -> Script:
    return script(request.param)


def begun(play: Script, turn: int = 0) -> tuple[State, list[Action]]:
    return respond(play, replace(start(play)[0], turn=turn), heard("practise"))


def lap(play: Script, state: State, first: list[Action]) -> tuple[State, list[str], list[Action]]:
    """She says nothing until she is asked how it went: (state, movements in order, the question)."""
    done, actions = list[str](), first
    while state.practising is not None and state.practising.phase is Phase.MOVING:
        (movement,) = [each for each in play.guide.exercise.movements if each.rhythm[0].text in says(actions)]
        assert isinstance(actions[-1], Listen)
        assert actions[-1].no_input_seconds == MOVEMENT_QUIET_SECONDS, "time to speak in, then it goes on"
        done.append(movement.id)
        state, actions = respond(play, state, SILENCE)
    return state, done, actions


@pytest.mark.thorough
def test_from_any_state_and_back_to_exactly_there(play: Script) -> None:
    for state in live(play):
        if state.mode is Mode.PRACTICE:
            continue
        new, actions = respond(play, state, heard("practise"))
        assert new.mode is Mode.PRACTICE
        assert (new.step, new.place) == (state.step, state.place)
        assert says(actions)[0] in [prompt.text for prompt in play.guide.exercise.frame["begin"]]
        for last in ("at-ease", "stop"):
            back, _ = respond(play, new, heard(last))
            assert place_only(back) == place_only(uncovered(state)), (state, last)
            assert back.practising is None


def test_every_movement_once_a_lap_the_first_always_first_and_never_in_the_same_order(play: Script) -> None:
    movements = [movement.id for movement in play.guide.exercise.movements]
    assert {"position", "blink", "shake", "mouth", "nod"} <= set(movements)
    orders = set()
    for turn in range(12):
        state, actions = begun(play, turn)
        state, one, _ = lap(play, state, actions)
        assert sorted(one) == sorted(movements)
        assert one[0] == movements[0]
        state, actions = respond(play, state, heard("repeat"))
        _, other, _ = lap(play, state, actions)
        assert sorted(other) == sorted(movements)
        assert other != one, "asked once more, she does them in another order"
        assert begun(play, turn)[0] == begun(play, turn)[0], "no chance: the state decides"
        orders.add(tuple(one))
    assert len(orders) >= 4


def test_another_day_has_another_order(play: Script) -> None:
    def first_lap(times: int) -> list[str]:
        known = Known(practised=(Practised(NOTE, times),))
        state, actions = respond(play, replace(start(play)[0], known=known), heard("practise"))
        return lap(play, state, actions)[1]

    assert len({tuple(first_lap(times)) for times in range(6)}) >= 3


def test_it_counts_slowly_with_a_tone_before_and_silence_behind_each_beat(play: Script) -> None:
    for movement in play.guide.exercise.movements:
        assert len(movement.rhythm) >= 2
        for beat in movement.rhythm:
            assert beat.earcon
            assert beat.pause_seconds >= 0.8, "faster than this the app does not see it"
    _, actions = begun(play)
    said = [action.prompt for action in actions if isinstance(action, Say)]
    first = play.guide.exercise.movements[0]
    assert list(first.rhythm) == said[2 : 2 + len(first.rhythm)]
    assert said[-1] in first.beware, "then what commonly goes wrong"


def test_what_goes_wrong_is_told_in_turn(play: Script) -> None:
    state, _ = begun(play)
    first, told = play.guide.exercise.movements[0], set[str]()
    for _ in range(len(first.beware)):
        state, actions = respond(play, state, heard("repeat"))
        told.add(says(actions)[-1])
    assert told == {prompt.text for prompt in first.beware}


def test_after_a_lap_she_is_asked_and_left_in_peace(play: Script) -> None:
    state, _, actions = lap(play, *begun(play))
    assert says(actions)[0] in [prompt.text for prompt in play.guide.exercise.frame["ask"]]
    assert isinstance(actions[-1], Listen)
    assert actions[-1].no_input_seconds == QUESTION_QUIET_SECONDS
    waited = []
    for _ in range(8):
        state, actions = respond(play, state, SILENCE)
        assert state.mode is Mode.PRACTICE
        assert isinstance(actions[-1], Listen)
        waited.append(actions[-1].no_input_seconds)
    assert waited[-1] == math.inf
    assert sorted(waited) == waited


def test_asked_how_it_went_she_is_asked_again_and_never_told_to_say_what_would_begin_all_of_it(play: Script) -> None:
    state, _, first = lap(play, *begun(play))
    asked = {prompt.text for prompt in play.guide.exercise.frame["ask"]}
    for event in (SILENCE, MISS):
        _, again = respond(play, state, event)
        assert says(again)[0] in asked - {says(first)[0]}
    for _ in range(7):
        state, actions = respond(play, state, SILENCE)
        assert not any("再说" in text or "再讲" in text for text in says(actions))
    _, woken = respond(play, state, heard("where"))
    assert says(woken)[0] in {prompt.text for prompt in play.guide.exercise.frame["where"]}, "not: step 14"


@pytest.mark.thorough
@pytest.mark.parametrize("guide_id", GUIDES)
def test_who_is_dizzy_rests_and_is_told_whom_to_call(guide_id: str) -> None:
    play, understanding = shipped.script(guide_id), shipped.understanding(guide_id)
    state, _ = begun(play)
    for text in ("我头晕", "脖子扭了", "喘不上气"):
        event = understanding.understand(text, expecting(play, state))
        resting, actions = respond(play, state, event)
        assert resting.practising is not None
        assert resting.practising.phase is Phase.RESTING, text
        assert "120" in says(actions)[0]
    resting, actions = respond(play, start(play)[0], heard("question:not-well"))
    assert resting.mode is Mode.PAUSED
    assert "120" in says(actions)[0]


def test_next_and_previous_go_along_the_movements_and_no_and_cannot_do_one_again(play: Script) -> None:
    state, _ = begun(play)
    second, _ = respond(play, state, heard("next"))
    assert second.practising is not None
    assert second.practising.place == 1
    for intent in ("no", "cannot", "failed", "repeat", "practise"):
        same, actions = respond(play, second, heard(intent))
        assert same.practising == second.practising, intent
        assert len(says(actions)) > 3
    assert respond(play, second, heard("previous"))[0].practising == state.practising
    for intent in ("help", "where"):
        told, actions = respond(play, second, heard(intent))
        assert told.practising == second.practising
        assert says(actions)[0] in [prompt.text for prompt in play.guide.exercise.frame[intent]]


def test_she_may_rest_as_long_as_she_likes(play: Script) -> None:
    state, _ = begun(play)
    resting, actions = respond(play, state, heard("pause"))
    assert isinstance(actions[-1], Listen)
    assert actions[-1].no_input_seconds == math.inf
    same, actions = respond(play, resting, MISS)
    assert says(actions) == [], "the television: she asked us to wait"
    assert same.practising == resting.practising
    back, actions = respond(play, resting, heard("resume"))
    assert back.practising == state.practising
    assert len(says(actions)) > 3


def test_a_miss_is_said_and_the_exercise_goes_on(play: Script) -> None:
    state, _ = begun(play)
    for _ in range(4):
        missed, actions = respond(play, state, MISS)
        assert missed.practising == state.practising
        assert len(says(actions)) == 1
        assert isinstance(actions[-1], Listen)
        assert actions[-1].no_input_seconds == MOVEMENT_QUIET_SECONDS
        state = missed


def test_a_guess_is_asked_about_and_a_no_leaves_her_at_the_movement(play: Script) -> None:
    state, _ = begun(play)
    for intent in ("repeat", "stop", "next", "pause"):
        asked, _ = respond(play, state, Unsure(intent, "", 0.4))
        assert asked.mode is Mode.CONFIRM
        assert {"at-ease", "@practising"} <= set(expecting(play, asked)), "what she may say there she may say still"
        denied, actions = respond(play, asked, heard("no"))
        assert (denied.mode, denied.practising) == (Mode.PRACTICE, state.practising)
        assert len(says(actions)) == 2, "sorry, then what she may say"
        straight, _ = respond(play, state, heard(intent))
        agreed, _ = respond(play, asked, heard("yes"))
        assert (agreed.mode, agreed.practising) == (straight.mode, straight.practising), intent
    missed, _ = respond(play, state, Unsure("at-ease", "会了", 0.4))
    assert missed.practising == state.practising


def test_that_she_is_at_ease_is_remembered_and_a_question_or_warning_leaves_her_there(play: Script) -> None:
    state, _ = begun(play)
    for intent in ("fraud", "slower", *(question.intent for question in play.guide.questions[:1])):
        still, _ = respond(play, state, heard(intent))
        assert still.practising == state.practising, intent
    well, actions = respond(play, state, heard("at-ease"))
    assert Remember(Practised(NOTE, 1, "at-ease", 1)) in actions
    again, _ = respond(play, well, heard("practise"))
    left, actions = respond(play, again, heard("stop"))
    assert Remember(Practised(NOTE, 2, "left", 0)) in actions
    assert left.known.of(NOTE).times == 2


def test_what_means_that_she_is_at_ease_means_it_only_there() -> None:
    understanding = content()[1]
    play = script("12333")
    practising, _ = begun(play)
    for text in ("会了", "练好了", "嗯，可以了", "我练会了", "我都会了，谢谢"):
        event = understanding.understand(text, expecting(play, practising))
        assert isinstance(event, Heard), text
        assert event.intent == "at-ease", text
        elsewhere = understanding.understand(text, expecting(play, start(play)[0]))
        assert not (isinstance(elsewhere, Heard) and elsewhere.intent == "at-ease"), text


def test_a_complaint_ends_it_where_it_began(play: Script) -> None:
    at_step = start(play)[0]
    state, _ = respond(play, at_step, heard("practise"))
    back, _ = respond(play, state, heard("complaint"))
    assert (back.mode, back.step, back.place, back.practising) == (Mode.OPEN, at_step.step, at_step.place, None)
