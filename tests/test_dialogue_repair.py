"""The laws of misunderstanding, over every reachable state: a doubt asks and never moves, a complaint undoes
exactly, misses escalate and never repeat themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, pairwise

import pytest

from tests.walk import (
    GUIDES,
    MISS,
    QUESTIONS,
    SILENCE,
    heard,
    on_the_way,
    outcomes,
    place_only,
    says,
    script,
)
from voiceguide.dialogue.dialogue import expecting, respond, start
from voiceguide.dialogue.script import Script
from voiceguide.dialogue.state import Mode, Spot, State
from voiceguide.ears.decision import Decision
from voiceguide.ears.hypothesis import UNKNOWN, Hypothesis, Roles, Word
from voiceguide.events import Adjust, End, Event, Listen, NoMatch, Unsure
from voiceguide.guides.guide import UNKNOWN_QUESTION
from voiceguide.understanding.answers import AFTER_ACTING, OF_PROMPT
from voiceguide.understanding.digits import DIGITS

pytestmark = pytest.mark.thorough  # the walk through every state is half a minute

ASKED_ANEW = ("yes", "no", "digits", "choice:1", "choice:2", "choice:3")
"""What answers a question: a guess at it is asked about by asking the question again."""


@pytest.fixture(params=GUIDES)
def play(request: pytest.FixtureRequest) -> Script:
    return script(request.param)


def half_heard(intent: str, confidence: float = 0.55) -> Unsure:
    return Unsure(intent, intent, confidence)


def unsure(intent: str) -> Unsure:
    return Unsure(intent, "", 0.4)


def told(play: Script, state: State, *events: Event) -> tuple[State, list[str]]:
    """The state after these, and what the guide answered to the last."""
    said: list[str] = []
    for event in events:
        state, actions = respond(play, state, event)
        said = says(actions)
    return state, said


def doubts(play: Script, state: State) -> list[str]:
    """The intents that are asked about in this state."""
    expected = [each for each in expecting(play, state) if not each.startswith(OF_PROMPT)]
    if state.mode is Mode.PAUSED:
        return [each for each in expected if each in ("next", "resume")]
    return [each for each in expected if each not in (*ASKED_ANEW, "fraud", UNKNOWN_QUESTION)]


def doubtful(play: Script) -> Iterator[tuple[State, str]]:
    """Every state of the walk with a quarter of what may be doubted there, by turns: every kind of place with all."""
    for number, state in enumerate(on_the_way(play)):
        yield from ((state, intent) for intent in doubts(play, state)[number % 4 :: 4])


def stands(state: State) -> State:
    """Where she is and what is asked, whatever was doubted meanwhile."""
    return place_only(state)


def sentences(said: list[str]) -> set[str]:
    return {each for text in said for each in re.split("[。？！]", text) if each}


# --------------------------------------------------------------------------- what she may have said


def test_a_whole_sentence_that_was_not_understood_may_have_been_a_question(play: Script) -> None:
    """By ear a question that nothing answers is told from nothing else: she learns that, and whom to ask."""
    state = State(play.guide.steps[0].id)
    for event, key in ((MISS, "no-match"), (replace(MISS, at_length=True), "no-match-sentence")):
        new, said = told(play, state, event)
        assert [text for text in said if text in {prompt.text for prompt in play.common[key]}] == said
        assert (new.step, new.misses) == (state.step, 1)
    for prompt in play.common["no-match-sentence"]:
        assert "我不知道，请问" in prompt.text, prompt.text
        assert "别给" in prompt.text, "it may have told of a swindler, and four in five of such sentences come to this"


def test_what_she_may_have_said_is_asked_and_moves_nothing(play: Script) -> None:
    for state, intent in doubtful(play):
        new, actions = respond(play, state, unsure(intent))
        assert new.mode is Mode.CONFIRM, (state, intent)
        assert (new.step, new.place) == (state.step, state.place)
        assert isinstance(actions[-1], Listen)
        question = play.confirm(state, intent)
        assert question is not None, intent
        assert says(actions) == [question.text]
        assert new.misses == state.misses + 1
        assert {"yes", "no", intent} <= set(expecting(play, new))


def test_a_yes_does_what_she_may_have_said(play: Script) -> None:
    for state, intent in doubtful(play):
        done, said = told(play, state, unsure(intent), heard("yes"))
        straight, plain = told(play, replace(state, turn=state.turn + 1), heard(intent))
        assert place_only(done) == place_only(straight), (state, intent)
        assert (done.pace, done.loudness) == (straight.pace, straight.loudness)
        assert len(said) == len(plain)


def test_a_no_leaves_all_as_it_was_and_asks_in_other_words(play: Script) -> None:
    for state, intent in doubtful(play):
        asked, question = told(play, state, unsure(intent))
        for answer in ("no", "complaint"):
            new, said = told(play, asked, heard(answer))
            assert stands(new) == stands(state), (state, intent, answer)
            assert len(said) == 2, "sorry, then once more"
            assert question[0] not in said


def test_the_same_guess_is_not_asked_about_again_at_once(play: Script) -> None:
    for state, intent in doubtful(play):
        if state.mode is not Mode.PAUSED:
            asked, question = told(play, state, unsure(intent))
            again, said = told(play, asked, unsure(intent))
            assert again.mode is not Mode.CONFIRM
            assert (again.step, again.place) == (state.step, state.place)
            assert said, "it is a miss, and answered as one"
            assert question[0] not in said
            denied, _ = told(play, asked, heard("no"))
            again, said = told(play, denied, unsure(intent))
            assert again.mode is not Mode.CONFIRM
            assert (again.step, again.place) == (state.step, state.place)
            assert question[0] not in said


def test_what_was_settled_may_be_asked_about_later(play: Script) -> None:
    state = State(play.guide.steps[1].id)
    later, _ = told(play, state, unsure("cannot"), heard("no"), heard("repeat"))
    assert told(play, later, unsure("cannot"))[0].mode is Mode.CONFIRM


def test_doubts_come_to_an_end_whatever_she_answers(play: Script) -> None:
    guesses = ("next", "repeat", "failed", "cannot", "previous", "slower", "stop", "where")
    for state in on_the_way(play)[::7]:
        if state.mode is Mode.PAUSED:
            continue
        for answer in (None, heard("no"), MISS):
            here, asked = state, 0
            for guess in guesses:
                here, _ = told(play, here, unsure(guess))
                asked += here.mode is Mode.CONFIRM
                assert (here.step, here.place) == (state.step, state.place)
                if answer is not None and here.mode is Mode.CONFIRM:
                    here, _ = told(play, here, answer)
            # A question that is given up in between begins the count anew.
            assert asked <= (4 if state.mode in QUESTIONS else 2), (state, answer)


def test_any_word_that_is_understood_takes_the_place_of_what_was_doubted(play: Script) -> None:
    for state in on_the_way(play):
        if state.mode is Mode.PAUSED:
            continue
        asked, _ = told(play, state, unsure("slower"))
        for intent in ("next", "repeat", "previous", "failed", "cannot", "where", "pause", "stop"):
            new, _ = told(play, asked, heard(intent))
            straight, _ = told(play, state, heard(intent))
            assert place_only(new) == place_only(straight), (state, intent)
            assert new.doubt is None


def test_an_unclear_answer_or_none_drops_the_doubt_and_moves_nothing(play: Script) -> None:
    for state, intent in doubtful(play):
        for event in (MISS, SILENCE):
            new, actions = respond(play, told(play, state, unsure(intent))[0], event)
            assert new.mode is not Mode.CONFIRM
            assert (new.step, new.place) == (state.step, state.place)
            assert isinstance(actions[-1], Listen)
            assert says(actions) or (state.mode is Mode.PAUSED and event == SILENCE)
            if event == SILENCE:
                assert new.mode in (state.mode, Mode.OPEN)


@pytest.mark.parametrize(
    ("said", "mode", "moves"),
    [
        ([half_heard("next"), half_heard("next")], Mode.OPEN, True),
        ([half_heard("next"), MISS, half_heard("next")], Mode.OPEN, True),
        ([half_heard("yes"), half_heard("yes")], Mode.DONE, True),
        ([half_heard("next", 0.3), half_heard("next", 0.6)], Mode.OPEN, False),
        ([half_heard("next"), heard("no"), half_heard("next")], Mode.OPEN, False),
        ([half_heard("next"), half_heard("repeat")], Mode.OPEN, False),
        ([half_heard("next"), heard("repeat"), half_heard("next")], Mode.OPEN, False),
    ],
)
def test_the_same_half_heard_twice_is_heard(
    play: Script, said: list[Event], mode: Mode, moves: bool
) -> None:
    """好了, hardly understood; asked about it she says 好了 again, no clearer."""
    state = State(play.guide.steps[1].id, mode=mode)
    new, _ = told(play, state, *said)
    assert (new.step != state.step) is moves


def test_a_yes_or_no_half_heard_is_enough_where_only_that_is_asked(play: Script) -> None:
    """您是说，做好了，对吗？ A clear 是 would be better; to ask again about the answer would be worse."""
    state = State(play.guide.steps[1].id)
    new, _ = told(play, state, half_heard("next", 0.45), half_heard("yes", 0.31))
    assert new.step != state.step
    new, said = told(play, state, half_heard("next", 0.45), half_heard("no", 0.31))
    assert (new.step, new.mode) == (state.step, Mode.OPEN)
    assert said[0] in {prompt.text for prompt in play.common["sorry"]}


def test_what_was_heard_amid_other_speech_answers_no_doubt_and_wakes_no_pause(play: Script) -> None:
    """A television's 好了, and then its 是的."""
    decision = Decision()
    heard = Hypothesis((Word(UNKNOWN, 1.5, 1.0), Word("是的", 0.4, 1.0)), 0.0)
    amid = decision.judge(decision.weigh(heard, None, Roles(expected=frozenset({"是的"}))))
    assert amid.guess == "是的"
    state = State(play.guide.steps[1].id)
    new, _ = told(play, state, half_heard("next", amid.confidence), half_heard("yes", amid.confidence))
    assert new.step == state.step
    assert told(play, replace(state, mode=Mode.PAUSED), half_heard("next", amid.confidence))[1] == []


@pytest.mark.parametrize("intent", ["stop", "restart"])
def test_what_ends_or_restarts_is_never_believed_half_heard(play: Script, intent: str) -> None:
    new, _ = told(play, State(play.guide.steps[1].id), half_heard(intent), half_heard(intent))
    assert new.mode not in (Mode.STOP, Mode.RESTART)
    new, _ = told(play, State(play.guide.steps[1].id), half_heard(intent), half_heard("yes"))
    assert new.mode not in (Mode.STOP, Mode.RESTART)
    asked = State(play.guide.steps[1].id, mode=Mode.STOP)
    assert told(play, asked, half_heard("yes"), half_heard("yes"))[0].mode is not Mode.ENDED


def test_two_yeses_are_needed_before_a_guess_ends_or_restarts(play: Script) -> None:
    for state in on_the_way(play):
        for intent, mode in (("stop", Mode.STOP), ("restart", Mode.RESTART)):
            if state.mode in (mode, Mode.PAUSED):
                continue
            new, actions = respond(play, told(play, state, unsure(intent))[0], heard("yes"))
            assert new.mode is mode
            assert (new.step, new.place) == (state.step, state.place)
            assert not any(isinstance(action, End) for action in actions)


def test_a_guess_of_fraud_is_warned_about_at_once(play: Script) -> None:
    for state in on_the_way(play):
        guessed, known = respond(play, state, unsure("fraud")), respond(play, state, heard("fraud"))
        assert guessed == known
        asked = told(play, state, unsure("next"))[0]
        warned, said = told(play, asked, unsure("fraud"))
        assert stands(warned) == stands(asked), "then the question stands as it stood"
        assert warned.doubt == asked.doubt
        assert said[0] in {prompt.text for prompt in play.guide.fraud}


def test_a_guess_of_digits_is_enough_to_forget_them(play: Script) -> None:
    for state in on_the_way(play):
        assert respond(play, state, unsure(DIGITS)) == respond(play, state, heard(DIGITS))


def test_politeness_alone_is_no_miss_save_to_a_swindler(play: Script) -> None:
    for state in on_the_way(play):
        thanks = NoMatch("谢谢你", polite=True)
        new, said = told(play, state, thanks)
        if state.mode is Mode.DRILL:
            assert (new, said) == told(play, state, replace(thanks, polite=False))
        else:
            assert not said
            assert (new.misses, stands(new)) == (state.misses, stands(state))


def test_what_a_television_says_is_no_answer_in_any_state(play: Script) -> None:
    for state in on_the_way(play):
        new, said = told(play, state, NoMatch("工作人员", overheard=True))
        assert not said
        assert replace(new, turn=state.turn) == state


def test_a_guess_at_an_answer_or_at_what_is_not_expected_is_a_miss(play: Script) -> None:
    for state in on_the_way(play):
        for intent in ({*ASKED_ANEW} - {DIGITS}) | {"trouble:nowhere"}:
            new, said = told(play, state, unsure(intent))
            missed, words = told(play, state, MISS)
            assert (replace(new, doubt=missed.doubt), said) == (missed, words), (state, intent)


def test_in_a_pause_only_a_word_to_go_on_is_asked_about(play: Script) -> None:
    paused, _ = told(play, start(play)[0], heard("pause"))
    for intent in ("repeat", "stop", "where", "cannot", "yes"):
        new, said = told(play, paused, unsure(intent))
        assert (new.mode, said) == (Mode.PAUSED, [])
    for before in ([], [MISS] * 4):  # however much a television has said
        asked, _ = told(play, paused, *before, unsure("resume"))
        assert asked.mode is Mode.CONFIRM
        back, said = told(play, asked, heard("yes"))
        assert back.mode is Mode.OPEN
        assert said[-1] == play.guide.steps[0].say.text


# --------------------------------------------------------------------------------------- complaints


def test_a_complaint_leads_back_to_exactly_where_she_was(play: Script) -> None:
    sorry = {prompt.text for prompt in play.common["sorry"]}
    for state, event, new, _ in islice(outcomes(play), 0, None, 3):
        if new.mode is Mode.ENDED or event in (MISS, SILENCE, heard("complaint"), heard(UNKNOWN_QUESTION)):
            continue
        back, said = told(play, new, heard("complaint"))
        assert place_only(back) == place_only(state), (state, event)
        assert said[0] in sorry
        assert len(said) >= 2, "then she is asked again"


def test_a_complaint_does_not_bring_back_what_was_doubted(play: Script) -> None:
    for state in on_the_way(play)[::3]:
        if state.mode is Mode.PAUSED:
            continue
        for answer in ("yes", "repeat"):
            done, _ = told(play, state, unsure("where"), heard(answer))
            back, _ = told(play, done, heard("complaint"))
            assert stands(back) == stands(state), (state, answer)


def test_her_pace_and_the_checklist_go_back_as_well(play: Script) -> None:
    for here in on_the_way(play)[::5]:
        state = replace(here, next_cause=1, pace=-1, loudness=1)
        for intent in ("next", "failed", "slower", "faster", "louder", "softer", "restart"):
            new, _ = respond(play, state, heard(intent))
            if new.mode is Mode.ENDED:
                continue
            back, actions = respond(play, new, heard("complaint"))
            assert (back.next_cause, back.pace, back.pace_asked, back.loudness) == (1, -1, False, 1)
            change = Adjust(state.pace - new.pace, state.loudness - new.loudness)
            assert (change in actions) == (change != Adjust())


def test_she_is_asked_in_other_words_after_a_complaint(play: Script) -> None:
    for step in play.guide.steps[:-1]:
        _, said = told(play, State(step.id), heard("next"), heard("complaint"))
        assert said[1] == step.again[0].text


def test_a_second_complaint_about_a_place_offers_choices_and_a_third_names_who_helps(play: Script) -> None:
    people = {prompt.text for prompt in play.guide.human}
    for step in play.guide.steps[:-1]:
        for between in ((), (heard("next"),)):
            state, _ = told(play, State(step.id), heard("next"), heard("complaint"), *between)
            state, said = told(play, state, heard("complaint"))
            assert (state.step, state.mode) == (step.id, Mode.CHOICE)
            assert said[-1] in {prompt.text for prompt in play.common["choose"]}
            state, said = told(play, state, heard("complaint"))
            assert said[-1] in people
            assert state.step == step.id


def test_complaints_are_forgotten_once_she_let_two_answers_pass(play: Script) -> None:
    state = State(play.guide.steps[1].id)
    state, _ = told(play, state, heard("next"), heard("complaint"), heard("repeat"), heard("repeat"))
    state, said = told(play, state, heard("next"), heard("complaint"))
    assert state.mode is Mode.OPEN
    assert said[-1] not in {prompt.text for prompt in play.common["choose"]}


def test_a_complaint_never_moves_her_where_nothing_was_done(play: Script) -> None:
    for state in on_the_way(play):
        assert state.before is None
        new, actions = respond(play, state, heard("complaint"))
        if state.place.spot is Spot.ASK and state.mode in (Mode.OPEN, Mode.CHOICE):
            assert place_only(new) == place_only(respond(play, state, heard("no"))[0]), "an answer"
        elif state.mode is Mode.RESUME:
            assert new.mode is Mode.RESTART, "an answer"
        else:
            assert (new.step, new.place) == (state.step, state.place)
        assert not isinstance(actions[-1], End)


def test_a_miss_in_between_does_not_spoil_a_complaint_but_a_silence_ends_its_time(play: Script) -> None:
    first, second = play.guide.steps[1].id, play.guide.steps[2].id
    moved, _ = told(play, State(first), heard("next"))
    assert told(play, moved, MISS, heard("complaint"))[0].step == first
    assert told(play, moved, SILENCE, heard("complaint"))[0].step == second


def test_a_bare_no_is_a_complaint_only_right_after_the_guide_acted(play: Script) -> None:
    for state in on_the_way(play):
        assert AFTER_ACTING not in expecting(play, state)
        for intent in ("repeat", "stop", "failed"):
            new, _ = respond(play, state, heard(intent))
            question = new.mode is not Mode.PAUSED and (
                new.mode is not Mode.OPEN or new.place.spot is Spot.ASK
            )
            assert (AFTER_ACTING in expecting(play, new)) != question
            assert AFTER_ACTING not in expecting(play, respond(play, new, SILENCE)[0])


# ------------------------------------------------------------------------------------------- misses


def test_misses_in_a_row_share_no_sentence_and_end_at_a_person(play: Script) -> None:
    people = {prompt.text for prompt in play.guide.human}
    for state in on_the_way(play):
        if state.mode is Mode.PAUSED:
            continue
        here, said = state, []
        for _ in range(8):
            here, last = told(play, here, MISS)
            said.append(last)
        for before, after in pairwise(said):
            assert not sentences(before) & sentences(after), (state, before, after)
        assert any(people & set(each) for each in said), state


def test_after_one_miss_she_is_offered_long_words(play: Script) -> None:
    """Of one syllable each, they are the ones heard worst."""
    for key in ("no-match", "no-match-sentence", "pardon", "clarify", "choose", "answer-yes-no"):
        for prompt in play.common[key]:
            offered = re.findall("请说，([^，。？]+)", prompt.text)
            assert len(offered) in (2, 3), prompt.text
            assert min(map(len, offered)) >= 2, prompt.text
            assert prompt.text.endswith(offered[-1] + "。"), "the words to say come last"
