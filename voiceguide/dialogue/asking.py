"""What is asked now: in which words, what may be answered, and how long the guide waits for it. Pure.

A Mode lies over the place while a question is open; what stands at the place itself shows through otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import TypeAlias

from voiceguide.dialogue.script import Script, wordings
from voiceguide.dialogue.state import DATED_MODES, Drilling, Mode, Phase, Place, Practising, Spot, State
from voiceguide.events import Action, Listen, Prompt, Say
from voiceguide.guides.drills import AFTER_DRILL, IN_DRILL, KINDS
from voiceguide.guides.exercise import PRACTISING
from voiceguide.guides.guide import UNKNOWN_QUESTION, Step
from voiceguide.language import numerals
from voiceguide.replacing import replace
from voiceguide.understanding.answers import (
    ABOUT_DAY,
    AFTER_ACTING,
    ASKED_IF_DONE,
    ASKED_TO_GO_ON,
    DATE,
    OF_PROMPT,
)
from voiceguide.understanding.digits import DIGITS
from voiceguide.understanding.wordings import CHOICES, EXERCISE, PRIVACY, UNIVERSAL

Outcome: TypeAlias = tuple[State, list[Action]]
Handler: TypeAlias = Callable[[Script, State], Outcome]

QUESTION_QUIET_SECONDS = 15.0
"""How long an open question waits before the guide says another word."""
LOOKING_QUIET_SECONDS = 30.0
"""The same where she may have to look at her phone for the answer."""
QUIET_GROWTH = 2.0
"""Each silence in a row is left twice as long as the one before; then the guide waits mutely."""
MUTE_AFTER = 5
"""So many silences in a row are answered; after that only she breaks the silence."""

_QUESTIONS = {
    **{Mode.DONE: "ask-done", Mode.CHOICE: "choose"},
    **{Mode.RESTART: "ask-restart", Mode.STOP: "ask-stop"},
    **{Mode.WHEN: "when", Mode.WHEN_MONTH: "when-month", Mode.WHEN_DAY: "when-day"},
}

NOD_SECONDS = 20.0
"""What she agrees with so soon after 好的，歇一歇 is the rest; after a longer silence it is to go on."""
MOVEMENT_QUIET_SECONDS = 4.0
"""So long she may speak between two movements; then the exercise goes on."""

_DAYS = {0: "day-this-year", 1: "day-next-year", 2: "day-after-next-year"}

_INSTEAD = (
    Mode.RESUME, Mode.RESTART, Mode.STOP, Mode.PAUSED, Mode.CONFIRM, Mode.WHICH, Mode.CHANGE, Mode.DRILL_MORE,
    Mode.PRACTICE, *DATED_MODES,
)  # fmt: skip
"""Here the guide has asked something else than what stands at her place."""


CHOICES_AFTER_MISSES = 3
"""In a drill numbers are offered after so many misses."""

_TO_A_SWINDLER = (*(intent for intent in UNIVERSAL if intent != "fraud"), *KINDS, IN_DRILL, DIGITS)
"""Words of fraud are her answers there, and no alarm; and she has no troubles."""

# ------------------------------------------------------------------------------ what may be answered


def expecting(script: Script, state: State) -> tuple[str, ...]:
    """The intents that mean something in this state, and the prompts whose own answers do."""
    private = PRIVACY if state.known.consent else ()
    if state.mode is Mode.DRILL:
        return _TO_A_SWINDLER + private + (CHOICES if state.misses >= CHOICES_AFTER_MISSES else ())
    over = state.doubt.over if state.mode is Mode.CONFIRM and state.doubt else state.mode
    choices = CHOICES if over in (Mode.CHOICE, Mode.RESUME, Mode.WHICH) else ()
    troubles = script.troubles_at[state.step] if state.chosen else ()
    asked = () if state.mode in _INSTEAD else tuple(OF_PROMPT + each.id for each in wordings(script, state))
    acted = (AFTER_ACTING,) if has_just_acted(state) else ()
    done = (ASKED_IF_DONE,) if state.mode is Mode.DONE else ()
    going_on = (ASKED_TO_GO_ON,) if over is Mode.RESUME else ()
    dated = (DATE, ABOUT_DAY) if state.mode in DATED_MODES else ()
    more = (AFTER_DRILL,) if state.mode is Mode.DRILL_MORE else ()
    questions = script.questions if state.chosen else ()
    at_ease = (*EXERCISE, PRACTISING) if over is Mode.PRACTICE else ()
    always = (*UNIVERSAL, DIGITS, *troubles, *questions, *_unknown(state), *script.guide.shelf.intents)
    return always + private + choices + asked + acted + done + going_on + dated + more + at_ease


def _unknown(state: State) -> tuple[str, ...]:
    """While the guide only waits, a question nothing answers is the television's, or for somebody else; asked for a
    day, she thinks aloud: 三月几号来着."""
    waits = state.mode is Mode.PAUSED or is_mute(state) or is_resting(state)
    return () if waits or not state.chosen or state.mode in DATED_MODES else (UNKNOWN_QUESTION,)


def has_just_acted(state: State) -> bool:
    """Would a bare 不对 say that the guide did the wrong thing, rather than no?"""
    asked = state.place.spot is Spot.ASK and state.mode is Mode.OPEN
    return state.before is not None and state.mode in (Mode.OPEN, Mode.PAUSED) and not asked


def is_yes_no(state: State) -> bool:
    """Is a question open that 是 or 不是 answers, other than whether the step is done?"""
    if state.mode is Mode.PRACTICE:
        return False
    modes = (Mode.RESUME, Mode.RESTART, Mode.STOP, Mode.CHANGE, Mode.WHEN_SURE, Mode.DRILL_MORE)
    return state.mode in modes or state.place.spot is Spot.ASK


def quiet_seconds(script: Script, state: State) -> float:
    """How long she is left in peace. `inf`: until she speaks."""
    if state.mode is Mode.PAUSED and not state.rested:
        return NOD_SECONDS
    if state.mode is Mode.PAUSED or is_mute(state) or is_resting(state):
        return math.inf
    if state.mode is Mode.PRACTICE and state.practising and state.practising.phase is Phase.MOVING:
        return MOVEMENT_QUIET_SECONDS
    seconds = LOOKING_QUIET_SECONDS if state.mode in DATED_MODES else QUESTION_QUIET_SECONDS
    if state.mode is Mode.OPEN:
        looking = state.place.spot is Spot.ASK
        seconds = LOOKING_QUIET_SECONDS if looking else script.guide.step(state.step).quiet_seconds
    return float(seconds * QUIET_GROWTH**state.silences)


def is_resting(state: State) -> bool:
    """Did she ask for a pause of the exercise?"""
    return (
        state.mode is Mode.PRACTICE
        and state.practising is not None
        and state.practising.phase is Phase.RESTING
    )


def is_mute(state: State) -> bool:
    """Does the guide wait without a word until she speaks?"""
    return state.silences >= MUTE_AFTER


# ------------------------------------------------------------------------------------- in which words


def current(script: Script, state: State) -> list[Action]:
    """What she was asked last, said once more."""
    if state.mode is Mode.RESUME:
        return [Say(script.guide.step(state.step).resume)]
    if state.mode is Mode.CONFIRM and state.doubt and (asked := script.confirm(state, state.doubt.intent)):
        return [Say(asked)]
    if state.mode is Mode.WHICH:
        return [Say(prompt) for prompt in script.unsaid(script.guide.shelf.pages[state.page].ask, state)]
    if state.mode is Mode.CHANGE:
        return [Say(script.unsaid([[each] for each in script.guide.shelf.offer(state.other).ask], state)[0])]
    if state.mode is Mode.PAUSED:
        return [Say(script.fresh("paused", state))]
    if state.mode is Mode.PRACTICE and state.practising:
        return _exercise(script, state, state.practising)
    if state.mode is Mode.WHEN_SURE:
        return [sure_of_day(script, state)]
    if state.mode is Mode.DRILL and state.drilling:  # never he alone: she may have been somewhere else
        return [Say(script.framing("again", state)), *swindler(script, state.drilling)]
    if state.mode is Mode.DRILL_MORE:
        return [Say(script.framing("more", state))]
    if state.mode is Mode.CHOICE and state.place.spot is Spot.ASK:
        return [Say(script.fresh("choose-yes-no", state))]
    if state.mode in _QUESTIONS:
        return [Say(script.fresh(_QUESTIONS[state.mode], state))]
    variants = wordings(script, state)
    return [Say(variants[state.wording % len(variants)])]


def swindler(script: Script, now: Drilling) -> list[Action]:
    """What he said last."""
    drill = script.guide.drills.drill(now.drill)
    return [Say(prompt) for prompt in ((drill.push,) if now.pushed else drill.say)]


def _exercise(script: Script, state: State, now: Practising) -> list[Action]:
    if now.phase is not Phase.MOVING:
        return [Say(script.around_exercise("ask" if now.phase is Phase.ASKED else "resting", state))]
    movement = script.guide.exercise.movement(now.seed, now.lap, now.place)
    return [Say(prompt) for prompt in movement.spoken(state.turn)]


def sure_of_day(script: Script, state: State, key: str = "when-sure") -> Action:
    """Is it this day?"""
    told = day_words(script, state.dating.day, state.known.today)
    assert state.dating.day is not None
    clearly = script.common["day-by-month"][state.dating.day.month - 1].text.replace("{day}", told)
    return Say(script.filled(key, state, day=told, clearly=clearly))


def day_words(script: Script, day: date | None, today: date | None) -> str:
    """How people say it: 明年三月十五号."""
    assert day is not None
    assert today is not None
    template = script.common[_DAYS.get(day.year - today.year, "day-in-full")][0].text
    digits = "".join(numerals.number(int(digit)) for digit in str(day.year))
    month, number = numerals.number(day.month), numerals.number(day.day)
    return template.replace("{year}", digits).replace("{month}", month).replace("{number}", number)


def other_words(script: Script, state: State) -> State:
    """The next wording of the place, where there is another."""
    return replace(state, wording=(state.wording + 1) % len(wordings(script, state)))


def listen(script: Script, state: State, actions: list[Action]) -> Outcome:
    """Say this, remember it, and listen for what may be answered."""
    if said := tuple(action.prompt.id for action in actions if isinstance(action, Say)):
        state = replace(state, said=said)
    return state, [*actions, listening(script, state, actions)]


def listening(script: Script, state: State, actions: Sequence[Action] = ()) -> Listen:
    """For what, how long, and after which questions."""
    question = tuple(dict.fromkeys((*_spoken(actions), *_standing(script, state))))
    return Listen(expecting(script, state), quiet_seconds(script, state), question)


def _spoken(actions: Sequence[Action]) -> Iterator[str]:
    return (action.prompt.text for action in actions if isinstance(action, Say))


def _standing(script: Script, state: State) -> Iterator[str]:
    """What she was asked before and may still answer, in whichever wording she heard it."""
    if state.mode is Mode.OPEN:
        return (prompt.text for prompt in wordings(script, state))
    return _spoken(current(script, state))


def carry_on(script: Script, state: State) -> Outcome:
    """She did not say whether to stop, or to start over: neither, then, and what was asked before."""
    lead = Say(script.fresh("carry-on", state))
    state = other_words(script, lift(state))
    return state, [lead, *current(script, state)]


def human(script: Script, state: State) -> Prompt:
    """Who can help, in other words than just now."""
    variants = script.guide.human
    order = [variants[(state.turn + number) % len(variants)] for number in range(len(variants))]
    return next((prompt for prompt in order if prompt.id not in state.said), order[0])


# ------------------------------------------------------------------------------------------- moving


def lift(state: State) -> State:
    """No question is open any more, save which guide it is to be where she has chosen none."""
    return replace(state, mode=Mode.OPEN if state.chosen else Mode.WHICH, drilling=None, practising=None)


def go(script: Script, state: State, place: Place, *lead: Prompt) -> Outcome:
    """Move to a place of the same step and say what stands there."""
    state = replace(lift(state), place=place, wording=0)
    return state, [*(Say(prompt) for prompt in lead), *current(script, state)]


def go_step(script: Script, state: State, step: Step, *lead: Prompt) -> Outcome:
    """Move to a step and say it."""
    if step.checklist != script.guide.step(state.step).checklist:
        state = replace(state, next_cause=0)
    return go(script, replace(state, step=step.id), Place(), *lead)
