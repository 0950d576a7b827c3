"""When she says nothing: her hands are busy. The guide waits longer each time, and never leaves.

    quiet, a few words, twice as quiet, a few other words … last words, then mute until she speaks
    she speaks after that -> first where we are, then what her words ask for

Silence never moves her. Nothing is said twice into the silences at one step: when it has no other words left,
the guide is mute sooner.
"""

from __future__ import annotations

from collections.abc import Sequence

from voiceguide.dialogue import drilling, next_time, practising
from voiceguide.dialogue.asking import MUTE_AFTER, Outcome, carry_on, is_yes_no
from voiceguide.dialogue.repair import uncovered
from voiceguide.dialogue.script import Script
from voiceguide.dialogue.state import DATED_MODES, Mode, State
from voiceguide.events import Action, Adjust, Prompt, Say
from voiceguide.replacing import replace


def keep_company(script: Script, state: State) -> Outcome:
    """One more silence, already counted."""
    state = replace(uncovered(state), before=None)
    if state.mode in (Mode.STOP, Mode.RESTART, Mode.CHANGE) and state.silences >= 2:
        return carry_on(script, state)
    if state.mode in DATED_MODES and state.silences >= next_time.MOST_MISSES:
        return next_time.left(script, replace(state, silences=0), "when-given-up")
    if state.mode is Mode.DRILL_MORE and state.silences >= 2:
        return drilling.leave(script, state)
    if state.mode is Mode.PAUSED:
        return replace(state, rested=True), []
    if state.mode is Mode.PRACTICE and (going_on := practising.kept_company(script, state)):
        return going_on
    if state.mode is Mode.PRACTICE:  # the usual words ask for 再说一遍, which would be all of it once more
        state = replace(state, silences=max(state.silences, MUTE_AFTER))
    asked = state.mode is not Mode.OPEN or is_yes_no(state)
    prompt = _unsaid(script, state, "no-input-asked" if asked else "no-input")
    if prompt is None or state.silences >= MUTE_AFTER:
        state = replace(state, silences=max(state.silences, MUTE_AFTER))
        prompt = _unsaid(script, state, "no-input-last")
    if prompt is None or state.silences > MUTE_AFTER:
        return state, []
    heard = (*state.reassured_here, prompt.id)
    return replace(state, reassured=state.reassured + 1, reassured_here=heard), [Say(prompt)]


def woken(script: Script, state: State, actions: Sequence[Action]) -> list[Action]:
    """She speaks after a mute wait: `actions`, with where we are before them, if anything is begun."""
    if not state.chosen:
        return list(actions)
    adjusting = [action for action in actions if isinstance(action, Adjust)]
    rest = [action for action in actions if not isinstance(action, Adjust)]
    where = script.framing("where", state) if state.drilling else script.guide.step(state.step).woken
    if state.practising:
        where = script.around_exercise("where", state)
    return [*adjusting, Say(where), *rest]


def _unsaid(script: Script, state: State, key: str) -> Prompt | None:
    """What she has not heard at this step."""
    variants = script.common[key]
    order = [variants[(state.reassured + number) % len(variants)] for number in range(len(variants))]
    return next((prompt for prompt in order if prompt.id not in state.reassured_here), None)
