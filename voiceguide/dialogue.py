"""What happens when she says 好了: everything that decides what comes next, and nothing else.

Rule 1: every change of state is made in this file; no other module knows what an intent leads to.
Rule 2: no I/O, no clock, no randomness. respond(script, state, event) -> (state', actions) is a function.
Rule 3: one table, ANSWERS, says which handler answers which intent where. It is read in three rows:
        the open question (Mode), then the place (Spot), then anywhere (None). The first entry wins.

How a conversation moves (details in the handlers):

    STEP --next--> next STEP … last STEP --next--> End
      |--cannot--> DETAIL 1 --next--> DETAIL 2 … --next--> next STEP
      |--trouble:x--> TROUBLE part 1 --next--> … --next--> back to the STEP (or where `then` says)
      |--failed--> ASK cause 1 --no--> ASK cause 2 … --no--> OTHERWISE … --next--> back to the STEP
                       `--yes--> FIX part 1 --next--> … --next--> the checklist's `retry` STEP

    A Mode lies over the place while a question is open (is it done? stop? start over? one, two, three?)
    or while she asked for a pause; answering or saying anything else understood lifts it.

What holds everywhere: a miss never moves her; silence never moves her; the fraud warning is given from any
state and then the conversation stands where it stood; only End ends, and only after she agreed or finished.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from voiceguide.answers import OF_PROMPT
from voiceguide.events import (
    Action,
    Adjust,
    End,
    Event,
    FalseAlarm,
    Heard,
    Listen,
    NoInput,
    NoMatch,
    Prompt,
    Resume,
    Say,
)
from voiceguide.guide import BACK, Step
from voiceguide.state import Mode, Place, Script, Spot, State, parts, prompts, wordings
from voiceguide.wordings import CHOICES, UNIVERSAL

_INSTEAD = (Mode.RESUME, Mode.RESTART, Mode.STOP, Mode.PAUSED)
"""Here the guide has asked something else than what stands at her place."""

PACE_NOTCHES = (-3, 4)
"""From 100 to 240 characters a minute around 160, 20 a notch."""
LOUDNESS_NOTCHES = (-4, 3)
"""3 dB a notch around the level at which the guide starts."""

QUESTION_QUIET_SECONDS = 12.0
"""How long an open question waits before the guide says another word."""
QUIET_GROWTH = 2.0
"""Each silence in a row is left twice as long as the one before; then the guide waits mutely."""


Outcome: TypeAlias = tuple[State, list[Action]]
Handler: TypeAlias = Callable[[Script, State], Outcome]


# ------------------------------------------------------------------------------ the two entrances


def start(script: Script, step: str | None = None, pace: int = 0, loudness: int = 0) -> Outcome:
    """The first words. `step`: where she was last time; the guide asks before it goes on there."""
    first = script.guide.steps[0].id
    state = State(step or first, pace=_within(pace, PACE_NOTCHES), loudness=_within(loudness, LOUDNESS_NOTCHES))
    if step is None or step == first:
        lead = Say(script.guide.welcome)
        return _listen(script, state, [lead, *_current(script, state)])
    state = replace(state, mode=Mode.RESUME)
    return _listen(script, state, _current(script, state))


def respond(script: Script, state: State, event: Event) -> Outcome:
    """Answer one event. Whatever the state, the actions end in Listen or End."""
    if state.mode is Mode.ENDED:
        return state, []
    state = replace(state, turn=state.turn + 1)
    match event:
        case NoInput():
            state, actions = _no_input(script, replace(state, silences=state.silences + 1))
        case NoMatch():
            state, actions = _no_match(script, replace(state, misses=state.misses + 1, silences=0))
        case FalseAlarm():
            actions = [Resume()]  # nothing was asked and nothing missed: the sentence is said to its end
        case Heard(intent=intent):
            state, actions = _answer(script, state, intent)
    return (state, actions) if state.mode is Mode.ENDED else _listen(script, state, actions)


def expecting(script: Script, state: State) -> tuple[str, ...]:
    """The intents that mean something in this state, and the prompts whose own answers do."""
    choices = CHOICES if state.mode in (Mode.CHOICE, Mode.RESUME) else ()
    asked = () if state.mode in _INSTEAD else tuple(OF_PROMPT + each.id for each in wordings(script, state))
    return UNIVERSAL + script.troubles_at[state.step] + choices + asked


def again(script: Script, state: State) -> Outcome:
    """The sound was gone for a while: what she was asked last, said once more."""
    return _listen(script, state, _current(script, state))


def intents(script: Script) -> tuple[str, ...]:
    """Every intent of this guide, in any state."""
    guide = script.guide
    owners = [trouble for step in guide.steps for trouble in step.troubles]
    return (*UNIVERSAL, *CHOICES, *dict.fromkeys(trouble.intent for trouble in (*owners, *guide.troubles)))


def answers(script: Script) -> tuple[str, ...]:
    """What `expecting` may hold besides `intents`."""
    return tuple(OF_PROMPT + prompt.id for prompt in prompts(script))


def _answer(script: Script, state: State, intent: str) -> Outcome:
    if intent not in expecting(script, state):
        return _no_match(script, replace(state, misses=state.misses + 1, silences=0))
    state = replace(state, misses=0, silences=0)
    if intent.startswith("trouble:"):
        return _enter_trouble(script, _lift(state), intent.removeprefix("trouble:"))
    for row in (state.mode, state.place.spot, None):
        handler = ANSWERS.get((row, intent))
        if handler is not None:
            return handler(script, state)
    raise AssertionError(f"no answer to {intent!r}: the table must have a row for every intent")


def _listen(script: Script, state: State, actions: list[Action]) -> Outcome:
    return state, [*actions, Listen(expecting(script, state), _quiet_seconds(script, state))]


def _quiet_seconds(script: Script, state: State) -> float:
    if state.mode is Mode.PAUSED or state.silences >= len(script.common["no-input"]):
        return math.inf
    asked = state.mode is not Mode.OPEN or state.place.spot is Spot.ASK
    seconds = QUESTION_QUIET_SECONDS if asked else script.guide.step(state.step).quiet_seconds
    return float(seconds * QUIET_GROWTH**state.silences)


# ------------------------------------------------------------------------- what is said at a place


_QUESTIONS = {
    **{Mode.DONE: "ask-done", Mode.CHOICE: "choose"},
    **{Mode.RESTART: "ask-restart", Mode.STOP: "ask-stop"},
}


def _current(script: Script, state: State) -> list[Action]:
    """What she was asked last, said once more."""
    if state.mode is Mode.RESUME:
        return [Say(script.guide.step(state.step).resume)]
    if state.mode is Mode.PAUSED:
        return [Say(script.vary("paused", state.turn))]
    if state.mode is Mode.CHOICE and state.place.spot is Spot.ASK:
        return [Say(script.vary("choose-yes-no", state.turn))]
    if state.mode in _QUESTIONS:
        return [Say(script.vary(_QUESTIONS[state.mode], state.turn))]
    variants = wordings(script, state)
    return [Say(variants[state.wording % len(variants)])]


def _lift(state: State) -> State:
    return replace(state, mode=Mode.OPEN)


def _go(script: Script, state: State, place: Place, *lead: Prompt) -> Outcome:
    """Move to a place of the same step and say what stands there."""
    state = replace(_lift(state), place=place, wording=0)
    return state, [*(Say(prompt) for prompt in lead), *_current(script, state)]


def _go_step(script: Script, state: State, step: Step, *lead: Prompt) -> Outcome:
    if step.checklist != script.guide.step(state.step).checklist:
        state = replace(state, next_cause=0)
    state = replace(state, step=step.id)
    return _go(script, state, Place(), *lead)


def _agree(script: Script, state: State) -> Outcome:
    """嗯, 知道了: enough where she only had to listen. Where she had to do something: is it done?"""
    place, step = state.place, script.guide.step(state.step)
    of_step = place.spot in (Spot.STEP, Spot.DETAIL) and step.listen_only
    of_trouble = place.spot is Spot.TROUBLE and script.guide.trouble(step.id, place.name).listen_only
    return _answer(script, state, "next") if of_step or of_trouble else _question(Mode.DONE)(script, state)


def _tell(key: str) -> Handler:
    """An answer that changes nothing but lifts an open question."""

    def handler(script: Script, state: State) -> Outcome:
        return _lift(state), [Say(script.vary(key, state.turn))]

    return handler


# ------------------------------------------------------------------------------- along the line


def _advance(script: Script, state: State) -> Outcome:
    here = script.guide.position(state.step)
    if here + 1 == len(script.guide.steps):
        return replace(state, mode=Mode.ENDED), [Say(script.guide.goodbye), End(finished=True)]
    return _go_step(script, state, script.guide.steps[here + 1])


def _go_back(script: Script, state: State) -> Outcome:
    here = script.guide.position(state.step)
    if here == 0:
        return _go(script, state, Place(), script.vary("first-step", state.turn))
    return _go_step(script, state, script.guide.steps[here - 1])


def _say_again(script: Script, state: State) -> Outcome:
    """Other words where the author wrote some; else a lead-in, so that no two answers are identical."""
    state = _lift(state)
    variants = wordings(script, state)
    state = replace(state, wording=(state.wording + 1) % len(variants))
    lead = [] if len(variants) > 1 else [Say(script.vary("again", state.turn))]
    return state, [*lead, *_current(script, state)]


def _show_detail(script: Script, state: State) -> Outcome:
    if not script.guide.step(state.step).detail:
        return _lift(state), [Say(script.vary("no-detail", state.turn)), Say(_human(script, state))]
    return _go(script, state, Place(Spot.DETAIL))


def _human(script: Script, state: State) -> Prompt:
    return script.guide.human[state.turn % len(script.guide.human)]


def _offer_human(key: str) -> Handler:
    def handler(script: Script, state: State) -> Outcome:
        return _lift(state), [Say(script.vary(key, state.turn)), Say(_human(script, state))]

    return handler


# ---------------------------------------------------------------------------------- on a detour


def _next_part(script: Script, state: State) -> Outcome:
    place = state.place
    if place.part + 1 < parts(script, state):
        return _go(script, state, replace(place, part=place.part + 1))
    guide = script.guide
    back = script.vary("back", state.turn)
    match place.spot:
        case Spot.DETAIL:
            return _advance(script, state)
        case Spot.FIX:
            retry = guide.step(guide.checklists[place.name].retry)
            state = replace(state, step=retry.id, next_cause=place.cause + 1)
            return _go(script, state, Place(), script.vary("retry", state.turn))
        case Spot.TROUBLE:
            then = guide.trouble(state.step, place.name).then
            if then != BACK:
                return _go_step(script, state, guide.step(then))
            return _go(script, state, Place(), back)
        case _:
            return _go(script, state, Place(), back)


def _previous_part(script: Script, state: State) -> Outcome:
    place = state.place
    if place.part > 0:
        return _go(script, state, replace(place, part=place.part - 1))
    if place.spot is Spot.FIX:
        return _go(script, state, replace(place, spot=Spot.ASK))
    return _go(script, state, Place(), script.vary("back", state.turn))


def _enter_trouble(script: Script, state: State, trouble_id: str) -> Outcome:
    """What to do about it; where she was told that just now, what comes after it, and at last who can help."""
    place = state.place
    if place.spot is Spot.TROUBLE and place.name == trouble_id:
        if place.part + 1 < parts(script, state):
            return _go(script, state, replace(place, part=place.part + 1))
        return _offer_human("cannot-more")(script, state)
    return _go(script, state, Place(Spot.TROUBLE, trouble_id))


# ------------------------------------------------------------------- the checklist after 失败了


def _ask_causes(script: Script, state: State) -> Outcome:
    name = script.guide.step(state.step).checklist
    if name is None:
        return _offer_human("failed-here")(script, state)
    checklist = script.guide.checklists[name]
    if state.next_cause >= len(checklist.causes):
        return _go(script, replace(state, next_cause=0), Place(Spot.OTHERWISE, name))
    lead = (checklist.intro,) if state.next_cause == 0 else ()
    return _go(script, state, Place(Spot.ASK, name, state.next_cause), *lead)


def _failed_on_detour(script: Script, state: State) -> Outcome:
    """What she was told did not help: what else may be wrong at this step, or who can help."""
    asked = script.guide.step(state.step).checklist is not None
    return (_ask_causes if asked else _offer_human("cannot-more"))(script, state)


def _next_cause(script: Script, state: State) -> Outcome:
    """It was not this cause, or its fix did not help."""
    name, cause = state.place.name, state.place.cause + 1
    if cause >= len(script.guide.checklists[name].causes):
        return _go(script, replace(state, next_cause=0), Place(Spot.OTHERWISE, name))
    return _go(script, replace(state, next_cause=cause), Place(Spot.ASK, name, cause))


def _previous_cause(script: Script, state: State) -> Outcome:
    if state.place.cause == 0:
        return _go(script, state, Place(), script.vary("back", state.turn))
    return _go(script, state, replace(state.place, cause=state.place.cause - 1))


def _fix(script: Script, state: State) -> Outcome:
    return _go(script, state, replace(state.place, spot=Spot.FIX, part=0))


def _ask_yes_no(script: Script, state: State) -> Outcome:
    """She answered a yes/no question with something else: ask for 是 or 不是, then the question again."""
    return state, [Say(script.vary("answer-yes-no", state.turn)), *_current(script, state)]


# ----------------------------------------------------------------------------- questions over it


def _question(mode: Mode) -> Handler:
    def handler(script: Script, state: State) -> Outcome:
        state = replace(state, mode=mode)
        return state, _current(script, state)

    return handler


def _as(intent: str) -> Handler:
    """Whatever `intent` means at this place."""

    def handler(script: Script, state: State) -> Outcome:
        return _answer(script, _lift(state), intent)

    return handler


def _repeat_question(script: Script, state: State) -> Outcome:
    # The question of another day has one wording: lead in, so that no two answers are identical.
    lead = [Say(script.vary("again", state.turn))] if state.mode is Mode.RESUME else []
    return state, [*lead, *_current(script, state)]


def _carry_on(key: str) -> Handler:
    def handler(script: Script, state: State) -> Outcome:
        state = _lift(state)
        return state, [Say(script.vary(key, state.turn)), *_current(script, state)]

    return handler


def _restart(script: Script, state: State) -> Outcome:
    state = replace(state, step=script.guide.steps[0].id, next_cause=0)
    return _go(script, state, Place(), script.vary("restarted", state.turn))


def _stop(script: Script, state: State) -> Outcome:
    return replace(state, mode=Mode.ENDED), [Say(script.vary("stopped", state.turn)), End(finished=False)]


def _pause(script: Script, state: State) -> Outcome:
    state = replace(state, mode=Mode.PAUSED)
    return state, _current(script, state)


# --------------------------------------------------------------------------- from any state at all


def _warn(script: Script, state: State) -> Outcome:
    """The warning, then the conversation stands where it stood."""
    warning = script.guide.fraud[state.turn % len(script.guide.fraud)]
    lead = [] if state.mode is Mode.PAUSED else [Say(script.vary("after-fraud", state.turn))]
    return state, [Say(warning), *lead, *_current(script, state)]


def _where(script: Script, state: State) -> Outcome:
    return _lift(state), [Say(script.guide.step(state.step).where)]


def _within(value: int, ends: tuple[int, int]) -> int:
    return min(max(value, ends[0]), ends[1])


def _adjust(pace: int, loudness: int, done: str, limit: str) -> Handler:
    def handler(script: Script, state: State) -> Outcome:
        new = replace(
            state,
            pace=_within(state.pace + pace, PACE_NOTCHES),
            loudness=_within(state.loudness + loudness, LOUDNESS_NOTCHES),
        )
        if new == state:
            return state, [Say(script.vary(limit, state.turn)), *_current(script, state)]
        change = Adjust(new.pace - state.pace, new.loudness - state.loudness)
        return new, [change, Say(script.vary(done, state.turn)), *_current(script, new)]

    return handler


# ------------------------------------------------------------------------ when nothing was heard


def _no_input(script: Script, state: State) -> Outcome:
    """Silence is normal: her hands are busy. Never moves, only reassures; then waits mutely."""
    if state.mode in (Mode.STOP, Mode.RESTART) and state.silences >= 2:
        return _carry_on("carry-on")(script, state)
    variants = script.common["no-input"]
    if state.silences > len(variants):
        return state, []
    say: list[Action] = [Say(variants[state.silences - 1])]
    asked = state.mode not in (Mode.OPEN, Mode.PAUSED) or state.place.spot is Spot.ASK
    return state, say + (_current(script, state) if asked else [])


def _no_match(script: Script, state: State) -> Outcome:
    """One miss: other words. Two: a question to answer with 是. Three: numbers. Then: who can help."""
    if state.mode is Mode.PAUSED:
        return state, []  # the television, or somebody else in the room: she asked us to wait
    asked = state.mode in (Mode.RESUME, Mode.RESTART, Mode.STOP) or state.place.spot is Spot.ASK
    if state.mode in (Mode.RESTART, Mode.STOP) and state.misses >= 3:
        return _carry_on("carry-on")(script, replace(state, misses=0))
    if state.misses == 1:
        key = "answer-yes-no" if asked else "no-match"
        return state, [Say(script.vary(key, state.turn))]
    if state.misses == 2:
        if asked:
            return state, [Say(script.vary("answer-yes-no", state.turn)), *_current(script, state)]
        state = replace(state, mode=Mode.DONE)
        return state, [Say(script.vary("clarify", state.turn))]
    if state.misses % 2 == 1:
        if state.mode is Mode.RESUME:
            return state, [Say(script.vary("choose-yes-no", state.turn))]
        state = replace(state, mode=Mode.CHOICE)
        return state, _current(script, state)
    return state, [Say(script.guide.human[state.misses // 2 % len(script.guide.human)])]


# ---------------------------------------------------------------------------------- the one table


_DETOUR = {"next": _next_part, "previous": _previous_part, "cannot": _offer_human("cannot-more")}

_PLACES: dict[Spot, dict[str, Handler]] = {
    Spot.STEP: {"next": _advance, "previous": _go_back, "cannot": _show_detail, "failed": _ask_causes},
    Spot.DETAIL: {**_DETOUR, "failed": _ask_causes},
    Spot.TROUBLE: {**_DETOUR, "failed": _failed_on_detour},
    Spot.FIX: {**_DETOUR, "failed": _next_cause},
    Spot.OTHERWISE: {**_DETOUR, "failed": _offer_human("cannot-more")},
    Spot.ASK: {
        **{"yes": _fix, "cannot": _fix, "no": _next_cause, "previous": _previous_cause},
        **{"next": _ask_yes_no, "failed": _ask_yes_no, "resume": _ask_yes_no},
        **{"choice:1": _fix, "choice:2": _next_cause, "choice:3": _fix},
    },
}

_MODES: dict[Mode, dict[str, Handler]] = {
    Mode.DONE: {"yes": _as("next"), "resume": _as("next"), "no": _tell("not-done")},
    Mode.RESUME: {
        **dict.fromkeys(("yes", "resume", "next", "choice:1"), _carry_on("resume-yes")),
        **{
            "no": _question(Mode.RESTART),
            "choice:2": _restart,
            "repeat": _repeat_question,
            "help": _ask_yes_no,
        },
    },
    Mode.RESTART: {
        **{"yes": _restart, "restart": _restart},
        **dict.fromkeys(("no", "resume"), _carry_on("carry-on")),
        **{"next": _ask_yes_no, "repeat": _repeat_question, "help": _ask_yes_no},
    },
    Mode.STOP: {
        **{"yes": _stop, "stop": _stop},
        **dict.fromkeys(("no", "resume"), _carry_on("carry-on")),
        **{"next": _ask_yes_no, "repeat": _repeat_question, "help": _ask_yes_no},
    },
    Mode.PAUSED: {
        **{"resume": _carry_on("resumed"), "yes": _carry_on("resumed"), "next": _question(Mode.DONE)},
        **{"no": _repeat_question},
    },
}

_ANYWHERE: dict[str, Handler] = {
    **{"yes": _agree, "resume": _question(Mode.DONE), "no": _tell("not-done")},
    **{"repeat": _say_again, "help": _tell("help"), "where": _where, "pause": _pause, "fraud": _warn},
    **{"restart": _question(Mode.RESTART), "stop": _question(Mode.STOP)},
    **{"slower": _adjust(-1, 0, "slower", "slowest"), "faster": _adjust(+1, 0, "faster", "fastest")},
    **{"louder": _adjust(0, +1, "louder", "loudest"), "softer": _adjust(0, -1, "softer", "softest")},
    **{"choice:1": _as("next"), "choice:2": _as("repeat"), "choice:3": _as("cannot")},
}

ANSWERS: dict[tuple[Mode | Spot | None, str], Handler] = {
    **{(mode, intent): handler for mode, row in _MODES.items() for intent, handler in row.items()},
    **{(spot, intent): handler for spot, row in _PLACES.items() for intent, handler in row.items()},
    **{(None, intent): handler for intent, handler in _ANYWHERE.items()},
}
