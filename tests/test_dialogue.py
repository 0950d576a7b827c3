"""The dialogue's laws, walked over every reachable (state, event) of every shipped guide."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import replace
from itertools import pairwise

import pytest

from tests.walk import (
    GUIDES,
    MISS,
    QUESTIONS,
    SILENCE,
    heard,
    is_moving,
    is_resting,
    live,
    on_the_way,
    outcomes,
    place_only,
    says,
    script,
    walk,
    whole,
)
from voiceguide.dialogue import repair
from voiceguide.dialogue.asking import NOD_SECONDS
from voiceguide.dialogue.dialogue import LOUDNESS_NOTCHES, PACE_NOTCHES, expecting, respond, start
from voiceguide.dialogue.script import Script, wordings
from voiceguide.dialogue.state import Mode, Place, Spot, State
from voiceguide.events import Adjust, Change, End, Heard, Listen, Remember, Resume
from voiceguide.guides.exercise import PRACTISING
from voiceguide.guides.guide import UNKNOWN_QUESTION
from voiceguide.notes import Consented, Known
from voiceguide.understanding.answers import ASKED_IF_DONE, ASKED_TO_GO_ON, OF_PROMPT
from voiceguide.understanding.wordings import CHOICES, NO_WORDS, UNIVERSAL

pytestmark = pytest.mark.thorough  # the walk through every state is half a minute


@pytest.fixture(params=GUIDES)
def play(request: pytest.FixtureRequest) -> Script:
    return script(request.param)


def test_every_step_and_every_detour_is_reached(play: Script) -> None:
    reached = {(state.step, state.place) for state in live(play)}
    for step in play.guide.steps:
        wanted = [Place(), *(Place(Spot.DETAIL, part=part) for part in range(len(step.detail)))]
        for trouble in (*step.troubles, *play.guide.troubles):
            wanted += [Place(Spot.TROUBLE, trouble.id, part=part) for part in range(len(trouble.parts))]
        if step.checklist is not None:
            checklist = play.guide.checklists[step.checklist]
            for number, cause in enumerate(checklist.causes):
                wanted.append(Place(Spot.ASK, checklist.id, number))
                wanted += [Place(Spot.FIX, checklist.id, number, part) for part in range(len(cause.fix))]
            wanted += [
                Place(Spot.OTHERWISE, checklist.id, part=part) for part in range(len(checklist.otherwise))
            ]
        missing = [place for place in wanted if (step.id, place) not in reached]
        assert not missing, f"{step.id}: {missing}"


def test_every_answer_ends_in_listening_or_in_the_end(play: Script) -> None:
    for state, event, new, actions in outcomes(play):
        assert isinstance(actions[-1], Listen | End | Change), (state, event)
        assert isinstance(actions[-1], End | Change) == (new.mode is Mode.ENDED)
        assert sum(isinstance(action, Listen | End | Change) for action in actions) == 1


def test_everything_heard_is_answered_aloud(play: Script) -> None:
    for state, event, _, actions in outcomes(play):
        nods = state.mode is Mode.PAUSED and not state.rested and isinstance(event, Heard) and event.intent == "yes"
        assert says(actions) or nods or not isinstance(event, Heard), (state, event)


def test_all_universal_intents_are_expected_everywhere(play: Script) -> None:
    for state in live(play):
        assert set(UNIVERSAL) <= set(expecting(play, state))


def test_next_on_the_line_moves_exactly_one_step(play: Script) -> None:
    for state in live(play):
        if state.place.spot is not Spot.STEP or state.mode not in (Mode.OPEN, Mode.DONE, Mode.CHOICE):
            continue
        new, actions = respond(play, state, heard("next"))
        here = play.guide.position(state.step)
        if here + 1 == len(play.guide.steps):
            assert actions[-1] == End(finished=True)
            assert says(actions) == [play.guide.goodbye.text]
        else:
            assert play.guide.position(new.step) == here + 1
            assert new.place == Place()
            assert says(actions) == [play.guide.steps[here + 1].say.text]


def test_previous_on_the_line_moves_one_step_back_and_never_forward(play: Script) -> None:
    for state in on_the_way(play):
        new, actions = respond(play, state, heard("previous"))
        here, there = play.guide.position(state.step), play.guide.position(new.step)
        assert there <= here
        if state.place.spot is Spot.STEP:
            assert there == max(here - 1, 0)
            assert says(actions)[-1] == play.guide.steps[there].say.text


def test_repeat_moves_nothing_and_never_uses_the_same_words_twice_running(play: Script) -> None:
    for state in live(play):
        new, first = respond(play, state, heard("repeat"))
        assert (new.step, new.place) == (state.step, state.place)
        _, second = respond(play, new, heard("repeat"))
        if state.mode is not Mode.RESUME:  # a template with one wording
            assert says(first) != says(second), state


def test_nothing_she_says_twice_running_is_answered_twice_in_the_same_words(play: Script) -> None:
    for state, event, new, actions in outcomes(play):
        if new.mode is Mode.ENDED or not isinstance(event, Heard) or event.intent not in expecting(play, new):
            continue
        _, second = respond(play, new, event)
        assert says(second) != says(actions), (state, event)


def test_misses_and_silences_never_move_her_and_never_end(play: Script) -> None:
    for state in live(play):
        for event in (MISS, SILENCE):
            here = state
            for _ in range(7):
                here, actions = respond(play, here, event)
                assert (here.step, here.place) == (state.step, state.place), state
                assert isinstance(actions[-1], Listen)


def test_misses_in_a_row_never_get_the_same_words(play: Script) -> None:
    for state in live(play):
        if state.mode is Mode.PAUSED or is_resting(state):
            continue
        said: list[list[str]] = []
        here = state
        for _ in range(4):
            here, actions = respond(play, here, MISS)
            said.append(says(actions))
        assert all(said), state
        for before, after in pairwise(said):
            assert before != after, (state, before)


def test_two_misses_open_a_yes_no_question_and_three_offer_numbers(play: Script) -> None:
    state, _ = start(play)
    state, _ = respond(play, state, MISS)
    state, _ = respond(play, state, MISS)
    assert state.mode is Mode.DONE
    state, _ = respond(play, state, MISS)
    assert state.mode is Mode.CHOICE
    assert set(CHOICES) <= set(expecting(play, state))
    here = state.step
    for choice, intent in zip(CHOICES, ("next", "repeat", "cannot"), strict=True):
        chosen, _ = respond(play, state, heard(choice))
        straight, _ = respond(play, replace(state, mode=Mode.OPEN), heard(intent))
        assert (chosen.step, chosen.place) == (straight.step, straight.place), (here, choice)


def test_somebody_who_can_help_is_named_after_many_misses(play: Script) -> None:
    state, _ = start(play)
    said: list[str] = []
    for _ in range(4):
        state, actions = respond(play, state, MISS)
        said = says(actions)
    assert said[0] in {prompt.text for prompt in play.guide.human}


def test_silence_is_left_longer_each_time_and_at_last_for_ever(play: Script) -> None:
    for state in live(play):
        if is_moving(state):
            continue  # the exercise goes on by itself
        waits = []
        here = state
        for _ in range(len(play.common["no-input"]) + 2):
            here, actions = respond(play, here, SILENCE)
            assert isinstance(actions[-1], Listen)
            waits.append(actions[-1].no_input_seconds)
            if here.mode is not state.mode:
                break  # a question about stopping is dropped, not waited out
        else:
            assert all(after > before for before, after in pairwise(waits) if before < math.inf), state
            assert waits[-1] == math.inf


def test_whatever_is_understood_clears_the_counters(play: Script) -> None:
    for state in live(play):
        troubled = replace(state, misses=2, silences=2)
        for intent in ("next", "repeat", "cannot", "failed", "help", "fraud", "where", "yes", "no"):
            new, _ = respond(play, troubled, heard(intent))
            assert (new.misses, new.silences) == (0, 0), (state, intent)


def test_fraud_is_warned_of_from_any_state_which_then_stands_as_it_stood(play: Script) -> None:
    warnings = {prompt.text for prompt in play.guide.fraud}
    for state in live(play):
        new, actions = respond(play, state, heard("fraud"))
        assert says(actions)[0] in warnings
        assert place_only(new) == place_only(state)
        assert len(says(actions)) >= 2, "then she is told where they were"


def test_her_words_are_forgotten_from_any_state_which_then_stands_as_it_stood(play: Script) -> None:
    taken_back = {prompt.text for prompt in play.common["no-words"]}
    for state in live(play):
        assert NO_WORDS not in expecting(play, state), "where nobody asked her, nothing listens for it"
        agreed = replace(state, known=Known(consent=Consented(True)))
        new, actions = respond(play, agreed, heard(NO_WORDS))
        assert actions[0] == Remember(Consented(False))
        assert says(actions)[0] in taken_back
        assert says(actions)[1:], "then she is told where they were"
        assert place_only(new) == place_only(repair.uncovered(state))
        assert not new.known.keeps_words


def test_a_question_is_answered_from_any_state_which_then_stands_as_it_stood(play: Script) -> None:
    for state in live(play):
        for question in play.guide.questions:
            asked = replace(state, misses=2, silences=2)
            new, actions = respond(play, asked, heard(question.intent))
            assert says(actions)[0] == question.say[0].text
            assert place_only(new) == place_only(repair.uncovered(state)), (state, question.id)
            assert (new.misses, new.silences) == (0, 0)
            assert says(actions)[1:], "then she is told where they were"


def test_where_she_was_is_told_shortly_and_moves_nothing(play: Script) -> None:
    if not play.guide.questions:
        return
    for state in live(play):
        _, actions = respond(play, state, heard(play.guide.questions[0].intent))
        if state.place.spot is Spot.STEP and state.mode in (Mode.OPEN, Mode.CONFIRM):
            assert says(actions)[-1] == play.guide.step(state.step).shortly.text
        elif state.mode is not Mode.PRACTICE:
            stands = [*play.guide.fraud, *wordings(play, state), *(p for v in play.common.values() for p in v)]
            assert says(actions)[-1] in [play.guide.step(state.step).resume.text, *(p.text for p in stands)]


@pytest.mark.parametrize("guide_id", GUIDES)
def test_every_question_asked_again_is_answered_in_other_words(guide_id: str) -> None:
    play = whole(guide_id)
    for question in play.guide.questions:
        state, told = State(play.guide.steps[1].id), list[list[str]]()
        for _ in range(len(question.say) + 2):
            state, actions = respond(play, state, heard(question.intent))
            told.append(says(actions))
        assert all(before != after for before, after in pairwise(told)), question.id
        answers = {prompt.text for prompt in question.say}
        assert answers <= {text for texts in told for text in texts}
        again, actions = respond(play, state, heard("repeat"))
        assert says(actions)[1] in answers, "she wants to hear the answer again, not the step"
        assert again.step == state.step


def test_what_nothing_answers_is_said_to_be_unknown_then_taken_for_a_miss(play: Script) -> None:
    honest = {prompt.text for prompt in play.common["unknown-question"]}
    for state in live(play):
        if UNKNOWN_QUESTION not in expecting(play, state):
            assert state.mode is Mode.PAUSED or is_resting(state), "only while the guide merely waits"
            continue
        here, told = state, list[str]()
        for _ in range(2):
            here, actions = respond(play, here, heard(UNKNOWN_QUESTION))
            assert (here.step, here.place) == (state.step, state.place)
            assert says(actions)[0] in honest - set(told)
            told.append(says(actions)[0])
        assert here.misses == 2
        _, actions = respond(play, here, heard(UNKNOWN_QUESTION))
        assert not honest & set(says(actions))


def test_every_warning_is_given_in_turn(play: Script) -> None:
    state, _ = start(play)
    given = set()
    for _ in play.guide.fraud:
        state, actions = respond(play, state, heard("fraud"))
        given.add(says(actions)[0])
    assert given == {prompt.text for prompt in play.guide.fraud}


def test_stop_and_restart_ask_first(play: Script) -> None:
    for state in live(play):
        if state.mode is Mode.PRACTICE:
            left, _ = respond(play, state, heard("stop"))
            assert (left.step, left.place, left.mode) == (state.step, state.place, Mode.OPEN), "only the exercise"
        elif state.mode is not Mode.STOP:
            asked, _ = respond(play, state, heard("stop"))
            assert asked.mode is Mode.STOP
            assert (asked.step, asked.place) == (state.step, state.place)
            assert respond(play, asked, heard("yes"))[1][-1] == End(finished=False)
            kept, _ = respond(play, asked, heard("no"))
            assert (kept.step, kept.place, kept.mode) == (state.step, state.place, Mode.OPEN)
        if state.mode is not Mode.RESTART:
            asked, _ = respond(play, state, heard("restart"))
            assert (asked.step, asked.place, asked.mode) == (state.step, state.place, Mode.RESTART)
            begun, _ = respond(play, asked, heard("yes"))
            assert (begun.step, begun.place) == (play.guide.steps[0].id, Place())
            kept, _ = respond(play, asked, heard("no"))
            assert (kept.step, kept.place) == (state.step, state.place)


def test_only_the_end_of_the_line_and_an_agreed_stop_end_it(play: Script) -> None:
    last = play.guide.steps[-1].id
    for state, event, _, actions in outcomes(play):
        match actions[-1]:
            case End(finished=True):
                assert state.step == last
            case End(finished=False):
                assert state.mode is Mode.STOP
                assert event in (heard("yes"), heard("stop"))


@pytest.mark.parametrize("intent", ["next", "failed", "resume"])
def test_whoever_answers_a_question_with_something_else_twice_gets_on(play: Script, intent: str) -> None:
    """A simulated person was asked 是不是太暗 twelve times, said 好了 twelve times and gave up."""
    for state in live(play):
        evades = state.mode in QUESTIONS and intent == "next"
        if (state.mode is Mode.OPEN and state.place.spot is Spot.ASK) or evades:
            asked, actions = respond(play, state, heard(intent))
            assert (asked.mode, asked.place) == (state.mode, state.place)
            assert says(actions)[0] in [prompt.text for prompt in play.common["answer-yes-no"]]
            on, _ = respond(play, asked, heard(intent))
            assert (on.mode, on.place) != (state.mode, state.place), state


def test_the_end_can_be_reached_from_everywhere(play: Script) -> None:
    answers = {Mode.RESUME: "yes", Mode.PAUSED: "resume", **dict.fromkeys(QUESTIONS, "no")}
    outcome = walk(play.guide.id)

    def answer(state: State) -> Heard:
        """What somebody says who only wants to get on."""
        asked = state.place.spot is Spot.ASK and state.mode not in answers
        return heard(answers.get(state.mode, "no" if asked else "next"))

    ends = {state for state in live(play) if isinstance(outcome[state, answer(state)][1][-1], End)}
    before: dict[State, list[State]] = {}
    for state in live(play):
        before.setdefault(place_only(outcome[state, answer(state)][0]), []).append(state)
    queue = deque(ends)
    while queue:
        for state in before.get(queue.popleft(), []):
            if state not in ends:
                ends.add(state)
                queue.append(state)
    assert not set(live(play)) - ends


def test_a_yes_or_a_go_on_at_a_step_asks_and_does_not_advance(play: Script) -> None:
    for step in play.guide.steps[:-1]:
        state = State(step.id)
        for intent in ("resume",) if step.listen_only else ("yes", "resume"):
            asked, _ = respond(play, state, heard(intent))
            assert (asked.step, asked.place, asked.mode) == (state.step, state.place, Mode.DONE)
            done, _ = respond(play, asked, heard("yes"))
            assert play.guide.position(done.step) == play.guide.position(step.id) + 1
            not_done, _ = respond(play, asked, heard("no"))
            assert not_done.step == state.step


def test_a_yes_is_enough_where_she_only_had_to_listen(play: Script) -> None:
    steps = [step for step in play.guide.steps if step.listen_only]
    troubles = [trouble for trouble in play.guide.troubles if trouble.listen_only]
    for step in steps:
        for place in (Place(), *(Place(Spot.DETAIL, part=part) for part in range(len(step.detail)))):
            state = State(step.id, place)
            assert respond(play, state, heard("yes"))[0] == respond(play, state, heard("next"))[0]
    for trouble in troubles:
        state = State(play.guide.steps[1].id, Place(Spot.TROUBLE, trouble.id))
        assert respond(play, state, heard("yes"))[0] == respond(play, state, heard("next"))[0]
    if play.guide.id == "12333":
        assert steps
        assert troubles


def test_the_same_trouble_again_goes_on_and_ends_at_a_person(play: Script) -> None:
    for step in play.guide.steps:
        for trouble in (*step.troubles, *play.guide.troubles):
            state = State(step.id)
            for prompt in trouble.parts:
                state, actions = respond(play, state, heard(trouble.intent))
                assert says(actions) == [prompt.text]
            there = state.place
            state, actions = respond(play, state, heard(trouble.intent))
            assert state.place == there
            assert says(actions)[-1] in [prompt.text for prompt in play.guide.human]


def test_what_answers_a_prompt_is_expected_only_while_that_prompt_stands(play: Script) -> None:
    for state in live(play):
        expected = expecting(play, state)
        places = [
            each
            for each in expected
            if each.startswith(OF_PROMPT) and each not in (PRACTISING, ASKED_IF_DONE, ASKED_TO_GO_ON)
        ]
        assert (ASKED_TO_GO_ON in expected) is (state.mode is Mode.RESUME)
        assert (ASKED_IF_DONE in expected) is (state.mode is Mode.DONE)
        instead = state.mode in (Mode.RESUME, Mode.PAUSED, Mode.PRACTICE, *QUESTIONS)
        asked = [] if instead else wordings(play, state)
        assert places == [OF_PROMPT + prompt.id for prompt in asked]


def test_cannot_walks_through_the_smaller_actions_and_then_on(play: Script) -> None:
    for step in play.guide.steps:
        state = State(step.id)
        state, actions = respond(play, state, heard("cannot"))
        for number, prompt in enumerate(step.detail):
            assert state.place == Place(Spot.DETAIL, part=number)
            assert says(actions) == [prompt.text]
            state, actions = respond(play, state, heard("next"))
        if step.detail and step != play.guide.steps[-1]:
            assert play.guide.position(state.step) == play.guide.position(step.id) + 1


@pytest.mark.parametrize("guide_id", GUIDES)
def test_a_trouble_ends_where_its_author_says(guide_id: str) -> None:
    play = whole(guide_id)
    for step in play.guide.steps:
        for trouble in (*step.troubles, *play.guide.troubles):
            state, actions = respond(play, State(step.id), heard(trouble.intent))
            for part in trouble.parts:
                assert says(actions)[-1] == part.text
                state, actions = respond(play, state, heard("next"))
            wanted = step.id if trouble.then == "back" else trouble.then
            assert (state.step, state.place) == (wanted, Place())


def test_a_second_failure_asks_for_the_next_cause_and_the_last_names_who_helps(play: Script) -> None:
    for step in play.guide.steps:
        if step.checklist is None:
            continue
        checklist = play.guide.checklists[step.checklist]
        state = State(step.id)
        for number, cause in enumerate(checklist.causes):
            state, actions = respond(play, state, heard("failed"))
            assert state.place == Place(Spot.ASK, checklist.id, number)
            assert says(actions)[-1] == cause.ask.text
            state, actions = respond(play, state, heard("yes"))
            for part in cause.fix:
                assert says(actions)[-1] == part.text
                state, actions = respond(play, state, heard("next"))
            assert (state.step, state.place) == (checklist.retry, Place())
        state, actions = respond(play, state, heard("failed"))
        assert state.place.spot is Spot.OTHERWISE
        assert says(actions) == [checklist.otherwise[0].text]


def test_in_a_pause_only_she_ends_the_pause(play: Script) -> None:
    state, actions = respond(play, start(play)[0], heard("pause"))
    assert isinstance(actions[-1], Listen)
    assert (actions[-1].expecting, actions[-1].no_input_seconds) == (expecting(play, state), NOD_SECONDS)
    same, actions = respond(play, state, MISS)
    assert says(actions) == []
    assert same.mode is Mode.PAUSED
    back, actions = respond(play, state, heard("resume"))
    assert back.mode is Mode.OPEN
    assert says(actions)[-1] == play.guide.steps[0].say.text


def test_in_a_pause_a_yes_is_a_nod_until_she_has_rested(play: Script) -> None:
    paused, _ = respond(play, start(play)[0], heard("pause"))
    nodded, actions = respond(play, paused, heard("yes"))
    assert (nodded.mode, says(actions)) == (Mode.PAUSED, [])
    assert isinstance(actions[0], Resume), "how to end the pause is said to its end"
    rested, actions = respond(play, paused, SILENCE)
    assert says(actions) == []
    assert isinstance(actions[-1], Listen)
    assert actions[-1].no_input_seconds == math.inf
    for state in (nodded, rested):
        assert respond(play, state, heard("yes"))[0].mode is Mode.OPEN
    once_more, _ = respond(play, respond(play, rested, heard("yes"))[0], heard("pause"))
    assert respond(play, once_more, heard("yes"))[0].mode is Mode.PAUSED, "another pause, another nod"


def test_who_calls_in_vain_in_a_pause_is_told_how_to_end_it_ever_more_rarely(play: Script) -> None:
    state, _ = respond(play, start(play)[0], heard("pause"))
    spoke = []
    for number in range(1, 25):
        state, actions = respond(play, state, MISS)
        assert state.mode is Mode.PAUSED
        if said := says(actions):
            spoke.append(number)
            assert said[0] in {prompt.text for prompt in play.common["paused-unheard"]}
    assert spoke == [3, 6, 12, 24]
    back, actions = respond(play, state, heard("resume"))
    assert (back.mode, back.unheard) == (Mode.OPEN, 0)


def test_pace_and_loudness_change_by_notches_and_stop_at_the_ends(play: Script) -> None:
    intents = (("slower", -1, 0), ("faster", 1, 0), ("louder", 0, 1), ("softer", 0, -1))
    for intent, pace, loudness in intents:
        state, _ = start(play)
        for _ in range(10):
            before = (state.pace, state.loudness)
            state, actions = respond(play, state, heard(intent))
            changed = (state.pace, state.loudness) != before
            assert (Adjust(pace, loudness) in actions) == changed
            assert says(actions)[-1] == play.guide.steps[0].say.text, "she hears the difference"
        limits = (*PACE_NOTCHES, *LOUDNESS_NOTCHES)
        assert state.pace in (0, *limits)
        assert state.loudness in (0, *limits)
        assert (state.pace, state.loudness) != (0, 0)


def test_coming_back_another_day_asks_before_going_on(play: Script) -> None:
    for step in play.guide.steps[1:]:
        state, actions = start(play, step.id)
        assert state.mode is Mode.RESUME
        assert says(actions) == [step.resume.text]
        yes, actions = respond(play, state, heard("yes"))
        assert (yes.step, yes.mode) == (step.id, Mode.OPEN)
        assert says(actions)[-1] == step.say.text
        # 还没好 is a no as well, and to start over would lose all she has done.
        no, _ = respond(play, state, heard("no"))
        assert (no.step, no.mode) == (step.id, Mode.RESTART)
        sure, _ = respond(play, no, heard("yes"))
        assert sure.step == play.guide.steps[0].id
        kept, _ = respond(play, no, heard("no"))
        assert (kept.step, kept.mode) == (step.id, Mode.OPEN)


def test_an_intent_that_is_not_expected_is_a_miss(play: Script) -> None:
    state, _ = start(play)
    for intent in ("choice:1", "trouble:nowhere"):
        new, _ = respond(play, state, heard(intent))
        assert (new.step, new.place, new.misses) == (state.step, state.place, 1)


def test_after_the_end_nothing_happens(play: Script) -> None:
    ended = replace(start(play)[0], mode=Mode.ENDED)
    for event in (heard("next"), MISS, SILENCE):
        assert respond(play, ended, event) == (ended, [])
