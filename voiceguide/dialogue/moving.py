"""Along the line of steps, and onto the detours and back: where each answer leads from a place. Pure.

STEP --advance--> next STEP        --go_back--> the STEP before
DETAIL, TROUBLE, FIX, OTHERWISE    --next_part--> … --> the line, where the detour ends
ask_causes                         ASK one cause after the other --fix--> FIX, or OTHERWISE
"""

from __future__ import annotations

from voiceguide.dialogue import next_time
from voiceguide.dialogue.asking import Handler, Outcome, current, go, go_step, human, lift, other_words
from voiceguide.dialogue.script import Script, parts, wordings
from voiceguide.dialogue.state import Mode, Place, Spot, State
from voiceguide.events import End, Say
from voiceguide.guides.guide import BACK
from voiceguide.replacing import replace

# ------------------------------------------------------------------------------- along the line


def advance(script: Script, state: State) -> Outcome:
    here = script.guide.position(state.step)
    if here + 1 == len(script.guide.steps):
        if script.guide.certifies and state.known.today is not None:
            return next_time.at_the_end(script, state)
        return replace(state, mode=Mode.ENDED), [Say(script.guide.goodbye), End(finished=True)]
    return go_step(script, state, script.guide.steps[here + 1])


def go_back(script: Script, state: State) -> Outcome:
    here = script.guide.position(state.step)
    if here == 0:
        return go(script, state, Place(), script.fresh("first-step", state))
    return go_step(script, state, script.guide.steps[here - 1])


def say_again(script: Script, state: State) -> Outcome:
    """Other words where the author wrote some; else a lead-in, so that no two answers are identical."""
    state = lift(state)
    variants = wordings(script, state)
    state = other_words(script, state)
    lead = [] if len(variants) > 1 else [Say(script.fresh("again", state))]
    return state, [*lead, *current(script, state)]


def show_detail(script: Script, state: State) -> Outcome:
    if not script.guide.step(state.step).detail:
        return lift(state), [Say(script.fresh("no-detail", state)), Say(human(script, state))]
    return go(script, state, Place(Spot.DETAIL))


def offer_human(key: str) -> Handler:
    def handler(script: Script, state: State) -> Outcome:
        return lift(state), [Say(script.fresh(key, state)), Say(human(script, state))]

    return handler


# ---------------------------------------------------------------------------------- on a detour


def next_part(script: Script, state: State) -> Outcome:
    place = state.place
    if place.part + 1 < parts(script, state):
        return go(script, state, replace(place, part=place.part + 1))
    guide = script.guide
    back = script.fresh("back", state)
    match place.spot:
        case Spot.DETAIL:
            return advance(script, state)
        case Spot.FIX:
            retry = guide.step(guide.checklists[place.name].retry)
            state = replace(state, step=retry.id, next_cause=place.cause + 1)
            return go(script, state, Place(), script.fresh("retry", state))
        case Spot.TROUBLE:
            then = guide.trouble(state.step, place.name).then
            if then != BACK:
                return go_step(script, state, guide.step(then))
            return go(script, state, Place(), back)
        case _:
            return go(script, state, Place(), back)


def previous_part(script: Script, state: State) -> Outcome:
    place = state.place
    if place.part > 0:
        return go(script, state, replace(place, part=place.part - 1))
    if place.spot is Spot.FIX:
        return go(script, state, replace(place, spot=Spot.ASK))
    return go(script, state, Place(), script.fresh("back", state))


def enter_trouble(script: Script, state: State, trouble_id: str) -> Outcome:
    """What to do about it; where she was told that just now, what comes after it, and at last who can help."""
    place = state.place
    if place.spot is Spot.TROUBLE and place.name == trouble_id:
        if place.part + 1 < parts(script, state):
            return go(script, state, replace(place, part=place.part + 1))
        return offer_human("cannot-more")(script, state)
    return go(script, state, Place(Spot.TROUBLE, trouble_id))


# ------------------------------------------------------------------- the checklist after 失败了


def ask_causes(script: Script, state: State) -> Outcome:
    name = script.guide.step(state.step).checklist
    if name is None:
        return offer_human("failed-here")(script, state)
    checklist = script.guide.checklists[name]
    if state.next_cause >= len(checklist.causes):
        return go(script, replace(state, next_cause=0), Place(Spot.OTHERWISE, name))
    lead = (checklist.intro,) if state.next_cause == 0 else ()
    return go(script, state, Place(Spot.ASK, name, state.next_cause), *lead)


def failed_on_detour(script: Script, state: State) -> Outcome:
    """What she was told did not help: what else may be wrong at this step, or who can help."""
    asked = script.guide.step(state.step).checklist is not None
    return (ask_causes if asked else offer_human("cannot-more"))(script, state)


def next_cause(script: Script, state: State) -> Outcome:
    """It was not this cause, or its fix did not help."""
    name, cause = state.place.name, state.place.cause + 1
    if cause >= len(script.guide.checklists[name].causes):
        return go(script, replace(state, next_cause=0), Place(Spot.OTHERWISE, name))
    return go(script, replace(state, next_cause=cause), Place(Spot.ASK, name, cause))


def previous_cause(script: Script, state: State) -> Outcome:
    if state.place.cause == 0:
        return go(script, state, Place(), script.fresh("back", state))
    return go(script, state, replace(state.place, cause=state.place.cause - 1))


def fix(script: Script, state: State) -> Outcome:
    return go(script, state, replace(state.place, spot=Spot.FIX, part=0))
