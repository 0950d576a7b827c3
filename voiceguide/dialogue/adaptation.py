"""How fast and how loud the guide speaks: what she asks for, and what it gathers from her voice and the room.

    她说 慢一点, 快一点                  -> one notch, and from then on the pace is hers to set; remembered
    she speaks slowly, again and again   -> a notch slower, then another; back to the default, never beyond it
    她说 大声一点, 小声一点              -> one notch; remembered
    the room drowns her, twice running   -> a notch louder, at most two; back when it is quiet again

Pure: what was gathered stands in the state.
"""

from __future__ import annotations

from statistics import median

from voiceguide.dialogue.asking import Handler, Outcome, current
from voiceguide.dialogue.script import Script
from voiceguide.dialogue.state import State
from voiceguide.events import Action, Adjust, Manner, Say
from voiceguide.replacing import replace

PACE_NOTCHES = (-3, 4)
"""From 100 to 240 characters a minute around 160, 20 a notch."""
PACE_PER_NOTCH = 1 / 8
"""One notch as a part of the default pace."""
LOUDNESS_NOTCHES = (-4, 3)
"""3 dB a notch around the level at which the guide starts."""

LEAST_SYLLABLES = 3
"""Fewer tell nothing of her pace."""
USUAL_SECONDS = 0.39
"""A phrase of n syllables usually takes USUAL_SECONDS + n * USUAL_SECONDS_A_SYLLABLE, as speech detection sees it:
fitted to 70 words and sentences of 3 to 10 syllables of ../shared/speech, 5th to 95th percentile 0.72 to 1.23."""
USUAL_SECONDS_A_SYLLABLE = 0.21
LEAST_PHRASES = 3
"""So many are heard out before the pace moves a notch, and before it moves another."""
MOST_PHRASES = 5
"""What she said longer ago is forgotten."""
PACE_MARGIN = 0.75
"""The pace follows when hers asks for so many notches more or less."""

NOISY_DB = 14.0
"""Her words stand out so little: a notch louder …"""
DROWNED_DB = 8.0
"""… or two."""
QUIET_MARGIN_DB = 4.0
"""So much quieter it must be before the notch is taken back."""
NOISE_TURNS = 2
"""So many turns in a row must agree."""


# ------------------------------------------------------------------------------ what she asks for


def wish(pace: int, loudness: int, done: str, limit: str) -> Handler:
    """The answer to 慢一点 and its like; she hears the difference at once."""

    def handler(script: Script, state: State) -> Outcome:
        new = _faster(state, pace) if pace else _louder(state, loudness)
        if not (changed := change(state, new)):
            return new, [Say(script.fresh(limit, state)), *current(script, new)]
        return new, [*changed, Say(script.fresh(done, state)), *current(script, new)]

    return handler


def _faster(state: State, notches: int) -> State:
    return replace(state, pace=within(state.pace + notches, PACE_NOTCHES), pace_asked=True)


def _louder(state: State, notches: int) -> State:
    if notches < 0 and state.raised > 0:  # it was the noise that made it louder: not so much, then
        return replace(state, raised=state.raised - 1, most_raised=state.raised - 1)
    if notches > 0 and spoken_loudness(state) == LOUDNESS_NOTCHES[1]:
        return state
    return replace(state, loudness=within(state.loudness + notches, LOUDNESS_NOTCHES))


# --------------------------------------------------------------------- what it gathers by itself


def follow(state: State, manner: Manner) -> tuple[State, list[Action]]:
    """A step after her pace and the room's noise, at most one notch of each."""
    new = _follow_noise(_follow_pace(state, manner), manner)
    return new, [] if new is state else change(state, new)


def _follow_pace(state: State, manner: Manner) -> State:
    if state.pace_asked or manner.syllables < LEAST_SYLLABLES:
        return state
    usual_seconds = USUAL_SECONDS + manner.syllables * USUAL_SECONDS_A_SYLLABLE
    slowness = (*state.heeded.slowness, manner.speaking_seconds / usual_seconds)[-MOST_PHRASES:]
    state = replace(state, heeded=replace(state.heeded, slowness=slowness))
    if len(slowness) < LEAST_PHRASES:
        return state
    wanted = (1 / median(slowness) - 1) / PACE_PER_NOTCH
    step = -1 if wanted <= state.pace - PACE_MARGIN else 1 if wanted >= state.pace + PACE_MARGIN else 0
    pace = within(state.pace + step, (PACE_NOTCHES[0], 0))
    if pace == state.pace:
        return state
    return replace(state, pace=pace, heeded=replace(state.heeded, slowness=()))


def _follow_noise(state: State, manner: Manner) -> State:
    over_db = manner.speech_over_noise_db
    if over_db is None:
        return state
    up = _notches(over_db) > state.raised
    down = _notches(over_db - QUIET_MARGIN_DB) < state.raised
    before = state.heeded.noise_turns
    turns = max(before, 0) + 1 if up else min(before, 0) - 1 if down else 0
    state = replace(state, heeded=replace(state.heeded, noise_turns=turns))
    if abs(turns) < NOISE_TURNS:
        return state
    most = min(state.most_raised, LOUDNESS_NOTCHES[1] - state.loudness)
    raised = within(state.raised + (1 if up else -1), (0, max(most, 0)))
    return replace(state, raised=raised, heeded=replace(state.heeded, noise_turns=0))


def _notches(over_db: float) -> int:
    return 2 if over_db < DROWNED_DB else 1 if over_db < NOISY_DB else 0


# ------------------------------------------------------------------------------------- what it is


def spoken_loudness(state: State) -> int:
    """In notches, with what the noise adds."""
    return within(state.loudness + state.raised, LOUDNESS_NOTCHES)


def change(old: State, new: State) -> list[Action]:
    """What the mouth is told."""
    pace, loudness = new.pace - old.pace, spoken_loudness(new) - spoken_loudness(old)
    return [Adjust(pace, loudness)] if pace or loudness else []


def within(value: int, ends: tuple[int, int]) -> int:
    return min(max(value, ends[0]), ends[1])
