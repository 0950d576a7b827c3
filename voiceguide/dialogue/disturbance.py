"""When it is the room that keeps her from being understood: she is asked to do something about it. Pure.

    not understood, and somebody else talks all the time  -> 电视开着，请关小一点, then what is said anyway
    not understood, and she hardly stands out of the noise -> 请把电视和风扇关小。再坐近一点, then what is said anyway
    nothing but somebody else's talk for long              -> the same of the television, once more if need be

She is asked for no word here: 好了, said of the television, would lead her on. For the one she is asked twice at most,
and twice for the other, never within a few turns: she may be unable to, or another one wants to watch.
"""

from __future__ import annotations

from voiceguide.dialogue.adaptation import NOISY_DB
from voiceguide.dialogue.asking import Outcome, is_mute
from voiceguide.dialogue.script import Script
from voiceguide.dialogue.state import Mode, State
from voiceguide.events import Action, Manner, Say
from voiceguide.replacing import replace

MOST_OFTEN = 2
"""So often because of voices, and so often because of noise."""
TURNS_BETWEEN = 5
"""So many answers lie between two of these."""


def asked_for_quiet(script: Script, before: State, after: State, manner: Manner) -> Outcome:
    """The state after one more misunderstanding, if that was one, and what is said first."""
    if after.misses <= before.misses or not _may_ask(after):
        return after, []
    over_db = manner.speech_over_noise_db
    if manner.voices_behind and after.disturbed.voices < MOST_OFTEN:
        return _of_voices(after), [Say(script.vary("disturbed-voices", after.disturbed.voices))]
    if over_db is not None and over_db < NOISY_DB and after.disturbed.noise < MOST_OFTEN:
        noise = after.disturbed.noise
        disturbed = replace(after.disturbed, noise=noise + 1, turn=after.turn)
        return replace(after, disturbed=disturbed), [Say(script.vary("disturbed-noise", noise))]
    return after, []


def drowned(script: Script, state: State) -> Outcome:
    """She waits for an answer, perhaps, or is busy: nobody can tell."""
    say: list[Action] = []
    if _may_ask(state) and not is_mute(state) and state.disturbed.voices < MOST_OFTEN:
        say = [Say(script.vary("drowned", state.disturbed.voices))]
        state = _of_voices(state)
    return state, say


def _may_ask(state: State) -> bool:
    """Not in a pause, which she asked for, and not in the middle of an exercise."""
    exercising = state.mode in (Mode.DRILL, Mode.DRILL_MORE, Mode.PRACTICE)
    waits = state.mode in (Mode.PAUSED, Mode.ENDED)
    return not exercising and not waits and state.turn - state.disturbed.turn > TURNS_BETWEEN


def _of_voices(state: State) -> State:
    disturbed = replace(state.disturbed, voices=state.disturbed.voices + 1, turn=state.turn)
    return replace(state, disturbed=disturbed)
