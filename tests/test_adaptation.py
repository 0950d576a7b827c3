"""The guide's own voice: her wishes, her pace, the noise of the room. Pure, and within the limits."""

from __future__ import annotations

import itertools

import pytest

from tests.walk import heard, says, script
from voiceguide.dialogue.adaptation import (
    DROWNED_DB,
    LEAST_PHRASES,
    LOUDNESS_NOTCHES,
    NOISY_DB,
    PACE_NOTCHES,
    USUAL_SECONDS,
    USUAL_SECONDS_A_SYLLABLE,
    follow,
    spoken_loudness,
)
from voiceguide.dialogue.dialogue import respond, start
from voiceguide.dialogue.script import Script
from voiceguide.dialogue.state import State
from voiceguide.events import NO_MANNER, Adjust, Manner, NoMatch

STEP = "phone"


@pytest.fixture
def play() -> Script:
    return script("12333")


def spoken(slowness: float, syllables: int = 4) -> Manner:
    """So many syllables in so many times the usual time."""
    usual = USUAL_SECONDS + USUAL_SECONDS_A_SYLLABLE * syllables
    return Manner(syllables, slowness * usual)


def over_noise(db: float) -> Manner:
    return Manner(speech_over_noise_db=db)


def after(state: State, manner: Manner, times: int) -> State:
    for _ in range(times):
        state, _ = follow(state, manner)
    return state


# ------------------------------------------------------------------------------------- her pace


def test_who_speaks_slowly_is_spoken_to_slowly_one_notch_at_a_time() -> None:
    state = State(STEP)
    paces = []
    for _ in range(30):
        new, actions = follow(state, spoken(1.7))
        assert abs(new.pace - state.pace) <= 1
        assert actions == ([Adjust(pace=-1)] if new.pace < state.pace else [])
        state = new
        paces.append(state.pace)
    assert paces[: LEAST_PHRASES - 1] == [0] * (LEAST_PHRASES - 1), "one slow word is no slow woman"
    assert paces.index(-2) - paces.index(-1) >= LEAST_PHRASES, "and it is heard out anew after each notch"
    assert paces[-1] == -3


@pytest.mark.parametrize(
    ("slowness", "pace"), [(0.5, 0), (1.0, 0), (1.08, 0), (1.2, -1), (1.4, -2), (3.0, -3)]
)
def test_the_pace_settles_where_hers_is_and_never_beyond_the_default(slowness: float, pace: int) -> None:
    assert after(State(STEP), spoken(slowness), 40).pace == pace
    assert after(State(STEP, pace=-3), spoken(slowness), 40).pace in (pace, pace - 1), (
        "from below it stops a notch short"
    )


def test_a_single_slow_or_quick_word_changes_nothing() -> None:
    manners = [spoken(1.0), spoken(1.0), spoken(3.0), spoken(1.0), spoken(0.3)] * 6
    state = State(STEP)
    for manner in manners:
        state, actions = follow(state, manner)
        assert actions == []


def test_around_a_border_it_does_not_go_to_and_fro() -> None:
    for one, other in itertools.pairwise([1.0, 1.05, 1.1, 1.15, 1.2, 1.25, 1.3, 1.35, 1.4, 1.5, 1.6]):
        state, changes = State(STEP), 0
        for _ in range(60):
            for manner in (spoken(one), spoken(other)):
                new, _ = follow(state, manner)
                changes += new.pace != state.pace
                state = new
        assert changes <= 3, (one, other, "it goes down and stays")


@pytest.mark.parametrize("manner", [NO_MANNER, spoken(3.0, syllables=2), spoken(3.0, syllables=1)])
def test_what_was_not_understood_or_is_short_tells_nothing_of_her_pace(manner: Manner) -> None:
    assert after(State(STEP), manner, 20) == State(STEP)


@pytest.mark.parametrize("intent", ["slower", "faster"])
def test_her_own_wish_wins_and_stays(play: Script, intent: str) -> None:
    state, _ = start(play)
    state, _ = respond(play, state, heard(intent), spoken(1.0))
    wished = state.pace
    assert state.pace_asked
    for _ in range(20):
        state, actions = respond(play, state, heard("repeat"), spoken(3.0))
        assert not any(isinstance(action, Adjust) for action in actions)
    assert state.pace == wished


def test_a_wish_at_the_limit_is_a_wish(play: Script) -> None:
    state, _ = start(play, pace=-3)
    state, _ = respond(play, state, heard("slower"))
    assert (state.pace, state.pace_asked) == (-3, True)


def test_a_wish_is_carried_out_by_one_notch_even_when_the_pace_was_about_to_follow(play: Script) -> None:
    state, _ = start(play)
    for _ in range(LEAST_PHRASES - 1):
        state, _ = respond(play, state, heard("repeat"), spoken(2.0))
    state, actions = respond(play, state, heard("slower"), spoken(2.0))
    assert state.pace == -1
    assert [action for action in actions if isinstance(action, Adjust)] == [Adjust(pace=-1)]


def test_what_was_asked_for_last_time_does_not_follow_and_what_was_found_does(play: Script) -> None:
    asked, _ = start(play, pace=-2, pace_asked=True)
    found, _ = start(play, pace=-2)
    assert after(asked, spoken(1.0), 30).pace == -2
    assert after(found, spoken(1.0), 30).pace > -2


def test_the_mouth_is_told_before_the_answer_is_said(play: Script) -> None:
    state, _ = start(play)
    for _ in range(LEAST_PHRASES):
        state, actions = respond(play, state, heard("repeat"), spoken(2.0))
    assert actions[0] == Adjust(pace=-1)
    assert says(actions)


# -------------------------------------------------------------------------------- the room's noise


def test_in_a_noisy_room_it_speaks_up_and_comes_back_when_it_is_quiet() -> None:
    state = after(State(STEP), over_noise(NOISY_DB - 1), 10)
    assert (state.raised, spoken_loudness(state), state.loudness) == (1, 1, 0)
    state = after(state, over_noise(DROWNED_DB - 1), 10)
    assert state.raised == 2, "two notches at most"
    state = after(state, over_noise(30.0), 1)
    assert state.raised == 2, "one quiet turn is not yet a quiet room"
    state = after(state, over_noise(30.0), 10)
    assert (state.raised, spoken_loudness(state)) == (0, 0)


def test_noise_about_the_border_does_not_make_it_louder_and_softer_by_turns() -> None:
    state, changes = State(STEP), 0
    for db in (NOISY_DB - 1, NOISY_DB + 2) * 30:
        new, _ = follow(state, over_noise(db))
        changes += new.raised != state.raised
        state = new
    for db in (NOISY_DB - 1, NOISY_DB - 1, NOISY_DB + 2, NOISY_DB + 2) * 30:
        new, _ = follow(state, over_noise(db))
        changes += new.raised != state.raised
        state = new
    assert changes <= 1


def test_noise_is_heard_where_nothing_is_understood_too(play: Script) -> None:
    state, _ = start(play)
    for _ in range(3):
        state, _ = respond(play, state, NoMatch(""), over_noise(3.0))
    assert state.raised == 1


def test_unknown_levels_change_nothing() -> None:
    assert after(State(STEP), NO_MANNER, 20) == State(STEP)


def test_it_never_leaves_the_limits_of_her_own_wishes() -> None:
    for loudness in range(LOUDNESS_NOTCHES[0], LOUDNESS_NOTCHES[1] + 1):
        state = after(State(STEP, loudness=loudness), over_noise(0.0), 20)
        assert spoken_loudness(state) == min(loudness + 2, LOUDNESS_NOTCHES[1])
        assert spoken_loudness(after(state, over_noise(40.0), 20)) == loudness


def test_louder_and_softer_mean_a_notch_of_what_she_hears(play: Script) -> None:
    state = after(State(STEP), over_noise(0.0), 20)
    louder, actions = respond(play, state, heard("louder"))
    assert Adjust(loudness=1) in actions
    assert (louder.loudness, spoken_loudness(louder)) == (1, 3)
    assert says(respond(play, louder, heard("louder"))[1])[0] in {p.text for p in play.common["loudest"]}
    softer, actions = respond(play, state, heard("softer"))
    assert Adjust(loudness=-1) in actions
    assert (softer.loudness, spoken_loudness(softer)) == (0, 1), (
        "it is the noise that was answered too loudly"
    )
    assert spoken_loudness(after(softer, over_noise(0.0), 20)) == 1, "and that is not done again"
    assert spoken_loudness(after(softer, over_noise(40.0), 20)) == 0


@pytest.mark.thorough
def test_every_pace_and_loudness_reached_is_within_the_limits(play: Script) -> None:
    manners = [spoken(2.0), spoken(0.5), Manner(4, 3.0, 3.0), Manner(4, 0.8, 40.0)]
    intents = ["slower", "faster", "louder", "softer", "repeat", "complaint"]
    state, _ = start(play)
    heard_pace = heard_loudness = 0
    for number in range(2000):
        intent = intents[number * number % 7 % 6 if number % 5 else number // 5 % 6]
        state, actions = respond(play, state, heard(intent), manners[number // 40 % 4])
        for action in actions:
            if isinstance(action, Adjust):
                heard_pace += action.pace
                heard_loudness += action.loudness
        assert (heard_pace, heard_loudness) == (state.pace, spoken_loudness(state)), (
            "the mouth knows all of it"
        )
        assert PACE_NOTCHES[0] <= state.pace <= PACE_NOTCHES[1]
        assert LOUDNESS_NOTCHES[0] <= spoken_loudness(state) <= LOUDNESS_NOTCHES[1]
