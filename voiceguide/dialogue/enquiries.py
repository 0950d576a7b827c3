"""What she asks in between: answered from the guide's own content, and then she stands where she stood. Pure.

at a step            the answer, then in a few words where she was: 刚才做到第三步，准备手机 …
anywhere else        the answer, then what she was asked last
再说一遍             the same answer once more
nothing answers it   it does not know, says so, and names who does
"""

from __future__ import annotations

from voiceguide.dialogue.asking import Outcome, current
from voiceguide.dialogue.script import Script
from voiceguide.dialogue.state import Mode, Spot, State
from voiceguide.events import Action, Say
from voiceguide.guides.guide import QUESTION


def answer(script: Script, state: State, intent: str) -> Outcome:
    """Asked again at once, she hears the next answer, or the only one with a lead-in."""
    return state, [*told(script, state, intent), *shortly(script, state)]


def told(script: Script, state: State, intent: str) -> list[Action]:
    """The answer alone."""
    answers = script.guide.question(intent.removeprefix(QUESTION)).say
    heard = [number for number, prompt in enumerate(answers) if prompt.id in state.said]
    lead = [Say(script.fresh("again", state))] if heard and len(answers) == 1 else []
    return [*lead, Say(answers[(heard[-1] + 1) % len(answers)] if heard else answers[0])]


def answer_again(script: Script, state: State) -> Outcome | None:
    """再说一遍 right after an answer means the answer; None where the last words were none."""
    for question in script.guide.questions:
        for prompt in question.say:
            if prompt.id in state.said:
                return state, [Say(script.fresh("again", state)), Say(prompt), *shortly(script, state)]
    return None


def unknown(script: Script, state: State) -> Outcome:
    """Nothing answers it."""
    return state, [Say(script.fresh("unknown-question", state)), *shortly(script, state)]


def shortly(script: Script, state: State) -> list[Action]:
    """Where she was, in fewer words than when she came there."""
    if state.mode is Mode.OPEN and state.place.spot is Spot.STEP:
        return [Say(script.guide.step(state.step).shortly)]
    return current(script, state)
