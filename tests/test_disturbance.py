"""In a loud room she is asked to do something about it: at most twice, never amid what she asked for, and it moves
nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from tests.walk import GUIDES, MISS, SILENCE, heard, live, place_only, says, script
from voiceguide.dialogue.dialogue import respond, start
from voiceguide.dialogue.disturbance import MOST_OFTEN, TURNS_BETWEEN
from voiceguide.dialogue.script import Script
from voiceguide.dialogue.state import Mode
from voiceguide.events import NO_MANNER, Event, Manner, NoInput, Unsure
from voiceguide.replacing import replace

TELEVISION = Manner(voices_behind=True)
KITCHEN = Manner(speech_over_noise_db=7.0)
DROWNED = NoInput(12.0, voices_behind=True)
UNSURE = Unsure("next", "好了", 0.4)


@pytest.fixture(params=GUIDES)
def play(request: pytest.FixtureRequest) -> Script:
    return script(request.param)


def keys_said(play: Script, said: Sequence[str]) -> list[str]:
    keys = ("disturbed-voices", "disturbed-noise", "drowned")
    return [key for text in said for key in keys if text in {each.text for each in play.common[key]}]


def talk(play: Script, *events: tuple[Event, Manner]) -> list[list[str]]:
    """What she is asked of the room in each answer."""
    state, _ = start(play)
    asked = []
    for event, manner in events:
        state, actions = respond(play, state, event, manner)
        asked.append(keys_said(play, says(actions)))
    return asked


@pytest.mark.parametrize("event", [MISS, UNSURE])
@pytest.mark.parametrize(
    ("manner", "asked"),
    [
        (TELEVISION, ["disturbed-voices"]),
        (KITCHEN, ["disturbed-noise"]),
        (Manner(speech_over_noise_db=7.0, voices_behind=True), ["disturbed-voices"]),
        (Manner(speech_over_noise_db=25.0), []),
        (NO_MANNER, []),
    ],
)
def test_who_was_not_understood_in_a_loud_room_is_asked_to_make_it_quiet(
    play: Script, event: Event, manner: Manner, asked: list[str]
) -> None:
    state, actions = respond(play, start(play)[0], event, manner)
    said = says(actions)
    assert keys_said(play, said[:1]) == asked
    assert said[len(asked) :] == says(respond(play, start(play)[0], event)[1]), "what is said anyway comes last"
    assert state.misses == 1


def test_who_was_understood_is_asked_for_nothing(play: Script) -> None:
    assert talk(play, (heard("next"), TELEVISION), (heard("repeat"), KITCHEN)) == [[], []]


def test_she_is_asked_twice_at_most_in_other_words_and_not_at_once_again(play: Script) -> None:
    state, asked, said = start(play)[0], list[int](), list[str]()
    for turn in range(60):
        event = MISS if turn % 2 else heard("repeat")
        state, actions = respond(play, state, event, TELEVISION)
        if keys_said(play, says(actions)):
            asked.append(turn)
            said.append(says(actions)[0])
    assert len(asked) == MOST_OFTEN
    assert len(set(said)) == MOST_OFTEN
    assert asked[1] - asked[0] > TURNS_BETWEEN


def test_a_television_alone_is_answered_twice_and_then_no_more(play: Script) -> None:
    asked = talk(play, *[(DROWNED, NO_MANNER)] * 30)
    assert [each for each in asked if each] == [["drowned"]] * MOST_OFTEN


def test_a_complaint_does_not_begin_it_anew(play: Script) -> None:
    """She is led back to where she was, not to when."""
    turns = [(heard("next"), NO_MANNER), *[(MISS, TELEVISION), (heard("complaint"), NO_MANNER)] * 20]
    assert sum(map(len, talk(play, *turns))) == MOST_OFTEN


@pytest.mark.thorough
def test_it_moves_nothing_and_nothing_is_asked_in_a_pause_or_an_exercise(play: Script) -> None:
    quiet = (Mode.PAUSED, Mode.DRILL, Mode.DRILL_MORE, Mode.PRACTICE)
    for state in live(play):
        drowned, actions = respond(play, state, DROWNED)
        if state.mode is not Mode.PRACTICE:
            assert place_only(drowned) == place_only(state)
            assert drowned.silences == state.silences, "it is no silence of hers"
        missed, _ = respond(play, state, MISS, TELEVISION)
        assert place_only(missed) == place_only(respond(play, state, MISS)[0])
        said = keys_said(play, says(actions)) + keys_said(play, says(respond(play, state, MISS, TELEVISION)[1]))
        if state.mode in quiet:
            assert said == []


@pytest.mark.thorough
def test_an_exercise_goes_on_though_a_television_is_on(play: Script) -> None:
    exercising = [state for state in live(play) if state.mode is Mode.PRACTICE]
    assert exercising
    for state in exercising:
        assert respond(play, state, DROWNED) == respond(play, state, SILENCE)


def test_a_guide_that_waits_mutely_stays_mute(play: Script) -> None:
    state = replace(start(play)[0], silences=9)
    assert says(respond(play, state, DROWNED)[1]) == []


def test_it_asks_for_no_word(play: Script) -> None:
    """好了, said of the television, would lead her on."""
    for key in ("disturbed-voices", "disturbed-noise", "drowned"):
        assert not any(re.search("请说，", prompt.text) for prompt in play.common[key])
