"""Questions that lie over the place, and what their answers do: is it done, start over, stop, go on; a pause. Pure."""

from __future__ import annotations

from voiceguide.dialogue.asking import Handler, Outcome, current, go, lift
from voiceguide.dialogue.script import Script
from voiceguide.dialogue.state import DATED_MODES, Mode, Place, State
from voiceguide.events import End, Resume, Say
from voiceguide.replacing import replace


def question(mode: Mode) -> Handler:
    def handler(script: Script, state: State) -> Outcome:
        of_step = mode in (Mode.DONE, Mode.RESTART)  # nothing to ask about before she has chosen a guide
        state = replace(state, mode=Mode.WHICH if of_step and not state.chosen else mode)
        return state, current(script, state)

    return handler


def repeat_question(script: Script, state: State) -> Outcome:
    # The question of another day has one wording: lead in, so that no two answers are identical.
    once = (Mode.RESUME, *DATED_MODES)
    lead = [Say(script.fresh("again", state))] if state.mode in once else []
    return state, [*lead, *current(script, state)]


def carry_on(key: str) -> Handler:
    def handler(script: Script, state: State) -> Outcome:
        state = lift(state)
        return state, [Say(script.fresh(key, state)), *current(script, state)]

    return handler


def restart(script: Script, state: State) -> Outcome:
    state = replace(state, step=script.guide.steps[0].id, next_cause=0)
    return go(script, state, Place(), script.fresh("restarted", state))


def stop(script: Script, state: State) -> Outcome:
    return replace(state, mode=Mode.ENDED), [Say(script.fresh("stopped", state)), End(finished=False)]


def pause(script: Script, state: State) -> Outcome:
    state = replace(state, mode=Mode.PAUSED, rested=False)
    return state, current(script, state)


def agreed_in_pause(script: Script, state: State) -> Outcome:
    """好的，歇一歇 … 好的: so she only says that she has heard it. Once; after a rest it means that she goes on.
    If it cut the guide short, that says to its end how the pause is ended."""
    return carry_on("resumed")(script, state) if state.rested else (replace(state, rested=True), [Resume()])


def ask_yes_no(script: Script, state: State) -> Outcome:
    """She answered a yes/no question with something else: ask for 是 or 不是, then the question again."""
    return state, [Say(script.fresh("answer-yes-no", state)), *current(script, state)]


def ask_yes_no_once(then: Handler) -> Handler:
    """The same, but whoever has just been asked for it and says 好了 again wants to get on: `then`."""

    def handler(script: Script, state: State) -> Outcome:
        asked = any(prompt.id in state.said for prompt in script.common["answer-yes-no"])
        return then(script, state) if asked else ask_yes_no(script, state)

    return handler
