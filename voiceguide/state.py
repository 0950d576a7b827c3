"""What the dialogue remembers, and what stands where she is. No decisions: those are in dialogue.py."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cached_property

from voiceguide.events import Prompt
from voiceguide.guide import QUESTION, TROUBLE, Guide
from voiceguide.notes import NOTHING_KNOWN, Known
from voiceguide.shelf import GUIDE
from voiceguide.spoken_date import SpokenDate


class Spot(Enum):
    """Where she is: on the line, or on which detour."""

    STEP = "step"
    DETAIL = "detail"
    TROUBLE = "trouble"
    ASK = "ask"
    FIX = "fix"
    OTHERWISE = "otherwise"


class Mode(Enum):
    """What lies over the place."""

    OPEN = "open"
    DONE = "done"
    CHOICE = "choice"
    RESUME = "resume"
    RESTART = "restart"
    STOP = "stop"
    CONFIRM = "confirm"
    WHICH = "which"
    CHANGE = "change"
    WHEN = "when"
    WHEN_MONTH = "when-month"
    WHEN_DAY = "when-day"
    WHEN_SURE = "when-sure"
    PAUSED = "paused"
    PRACTICE = "practice"
    """She practises the movements."""
    DRILL = "drill"
    """A swindler waits for her answer."""
    DRILL_MORE = "drill-more"
    """Another one?"""
    ENDED = "ended"


DATED_MODES = (Mode.WHEN, Mode.WHEN_MONTH, Mode.WHEN_DAY, Mode.WHEN_SURE)
"""A day is asked for; see `next_time`."""


@dataclass(frozen=True)
class Place:
    """A spot and what it needs to be found: trouble id, cause and part (both from 0)."""

    spot: Spot = Spot.STEP
    name: str = ""
    cause: int = 0
    part: int = 0


@dataclass(frozen=True)
class Doubt:
    """Something she may have said, and what was asked when she said it."""

    intent: str
    over: Mode
    confidence: float = 0.0
    """How sure the ears were; 0 once she has denied it."""
    other: str = ""
    """It may as well have been this: asked about if it was not."""


class Phase(Enum):
    """Where an exercise stands."""

    MOVING = "moving"
    ASKED = "asked"
    """How did it go?"""
    RESTING = "resting"


@dataclass(frozen=True)
class Practising:
    """The exercise of the movements that she is at."""

    over: Mode
    """What lay over her place when she asked for it."""
    seed: int
    """The order of the movements."""
    lap: int = 0
    """How often she has been through all of them."""
    place: int = 0
    """Which movement of the lap."""
    phase: Phase = Phase.MOVING


@dataclass(frozen=True)
class Drilling:
    """The exercise against swindlers that she is at."""

    drill: str
    over: Mode
    """What lay over her place when she asked for it."""
    pushed: bool = False
    """She hesitated, and the swindler has pushed."""


@dataclass(frozen=True)
class Heeded:
    """What was noticed of her voice and of the room, for the guide's own."""

    slowness: tuple[float, ...] = ()
    """The last things she said: her time over the usual time for so many syllables; 1.0 is usual."""
    noise_turns: int = 0
    """Turns in a row that asked for more loudness (above 0) or for less (below)."""


@dataclass(frozen=True)
class Dating:
    """While she is asked for a day."""

    ends: bool = False
    """The guide is done: when the question is answered, or left, it ends."""
    heard: SpokenDate = SpokenDate()  # noqa: RUF009 - frozen
    """What she said just now."""
    spoken: SpokenDate = SpokenDate()  # noqa: RUF009 - frozen
    """What she has said of it so far."""
    day: date | None = None
    """The day she is asked to agree to."""
    denials: int = 0
    proposed: bool = False
    """The day was the guide's idea."""


@dataclass(frozen=True)
class State:
    """All that is remembered between two turns."""

    step: str
    place: Place = Place()
    mode: Mode = Mode.OPEN
    misses: int = 0
    """No-matches in a row."""
    silences: int = 0
    """No-inputs in a row."""
    wording: int = 0
    """Which of the step's wordings she heard last (0: say, then again)."""
    next_cause: int = 0
    """Where the checklist goes on when it fails once more."""
    turn: int = 0
    """Counts answers, so that two in a row never use the same variant."""
    said: tuple[str, ...] = ()
    """Ids of the prompts of the last answer that had any."""
    doubt: Doubt | None = None
    """What she is asked about in Mode.CONFIRM; afterwards what is not asked about again at once."""
    before: State | None = None
    """Where she stood when the guide last acted on her words: 你听错了 leads back there."""
    complained: tuple[str, Place] | None = None
    """Step and place at which she last said that she was misunderstood."""
    reassured: int = 0
    """How often a silence was answered in words."""
    reassured_here: tuple[str, ...] = ()
    """Ids of what was said into her silences at this step."""
    pace: int = 0
    pace_asked: bool = False
    """The pace is what she asked for, and no longer follows hers."""
    loudness: int = 0
    """What she asked for."""
    raised: int = 0
    """Notches on top of it because the room is noisy."""
    most_raised: int = 2
    """She finds more than this too loud."""
    heeded: Heeded = Heeded()
    practising: Practising | None = None
    """In Mode.PRACTICE."""
    drilling: Drilling | None = None
    """In Mode.DRILL and Mode.DRILL_MORE."""
    drilled: tuple[str, ...] = ()
    """The drills done in this conversation, in order."""
    chosen: bool = True
    """False until she has said which guide; the other fields then tell where this one would begin."""
    page: int = 0
    """Which of the shelf's pages is offered in Mode.WHICH."""
    other: str = ""
    """The guide that she is asked about in Mode.CHANGE."""
    known: Known = NOTHING_KNOWN
    """What is known of her besides; kept up to date by `remembering`."""
    dating: Dating = Dating()


@dataclass(frozen=True)
class Script:
    """A guide and the prompts that all guides share (key -> variants)."""

    guide: Guide
    common: Mapping[str, tuple[Prompt, ...]]

    @cached_property
    def troubles_at(self) -> Mapping[str, tuple[str, ...]]:
        """Step id -> the intents of what she may report there."""
        guide = self.guide
        return {step.id: tuple(each.intent for each in guide.troubles_at(step.id)) for step in guide.steps}

    @cached_property
    def questions(self) -> tuple[str, ...]:
        """The intents of what she may ask anywhere."""
        return tuple(question.intent for question in self.guide.questions)

    def vary(self, key: str, count: int) -> Prompt:
        variants = self.common[key]
        return variants[count % len(variants)]

    def fresh(self, key: str, state: State) -> Prompt:
        """A variant that was not said in the last answer, where there is one."""
        return self.unsaid([[variant] for variant in self.common[key]], state)[0]

    def framing(self, key: str, state: State) -> Prompt:
        """The same of what the guide says around a drill."""
        return self.unsaid([[variant] for variant in self.guide.drills.frame[key]], state)[0]

    @staticmethod
    def unsaid(variants: Sequence[Sequence[Prompt]], state: State) -> Sequence[Prompt]:
        """The same of variants that are made of several prompts."""
        order = [variants[(state.turn + number) % len(variants)] for number in range(len(variants))]
        return next((each for each in order if each[0].id not in state.said), order[0])

    def filled(self, key: str, state: State, **fill: str) -> Prompt:
        """A fresh variant with its placeholders filled: {day}."""
        prompt = self.fresh(key, state)
        text = prompt.text
        for placeholder, value in fill.items():
            text = text.replace("{" + placeholder + "}", value)
        return Prompt(prompt.id, text)

    def around_exercise(self, key: str, state: State) -> Prompt:
        """The same of what is said around the movements."""
        return self.unsaid([[variant] for variant in self.guide.exercise.frame[key]], state)[0]

    def confirm(self, state: State, intent: str) -> Prompt | None:
        """Did she say this? None where there is no such question: what answers a question is asked anew."""
        if intent.startswith(GUIDE):
            return self.guide.shelf.offer(intent.removeprefix(GUIDE)).confirm
        if intent.startswith(TROUBLE):
            return self.guide.trouble(state.step, intent.removeprefix(TROUBLE)).confirm
        if intent in self.questions:
            return self.guide.question(intent.removeprefix(QUESTION)).confirm
        return next(iter(self.common.get(f"confirm-{intent}", ())), None)


def wordings(script: Script, state: State) -> tuple[Prompt, ...]:
    """The prompt of the place she is at, in all its wordings."""
    guide, place = script.guide, state.place
    step = guide.step(state.step)
    match place.spot:
        case Spot.STEP:
            return (step.say, *step.again)
        case Spot.DETAIL:
            return (step.detail[place.part],)
        case Spot.TROUBLE:
            return (guide.trouble(state.step, place.name).parts[place.part],)
        case Spot.ASK:
            return (guide.checklists[place.name].causes[place.cause].ask,)
        case Spot.FIX:
            return (guide.checklists[place.name].causes[place.cause].fix[place.part],)
        case Spot.OTHERWISE:
            return (guide.checklists[place.name].otherwise[place.part],)


def parts(script: Script, state: State) -> int:
    """How many parts the present detour has."""
    guide, place = script.guide, state.place
    match place.spot:
        case Spot.DETAIL:
            return len(guide.step(state.step).detail)
        case Spot.TROUBLE:
            return len(guide.trouble(state.step, place.name).parts)
        case Spot.FIX:
            return len(guide.checklists[place.name].causes[place.cause].fix)
        case Spot.OTHERWISE:
            return len(guide.checklists[place.name].otherwise)
        case _:
            return 1


def prompts(script: Script) -> Iterator[Prompt]:
    """Everything that can be said in this guide, in about the order in which it is needed."""
    guide = script.guide
    yield guide.welcome
    yield from guide.shelf.prompts
    for step in guide.steps:
        yield from (step.say, *step.again, *step.detail)
        for trouble in step.troubles:
            yield from trouble.parts
    for variants in script.common.values():
        yield from (prompt for prompt in variants if "{" not in prompt.text)
    yield from (*guide.fraud, *guide.human)
    for trouble in guide.troubles:
        yield from trouble.parts
    for question in guide.questions:
        yield from question.say
    for checklist in guide.checklists.values():
        yield checklist.intro
        for cause in checklist.causes:
            yield from (cause.ask, *cause.fix)
        yield from checklist.otherwise
    for variants in guide.exercise.frame.values():
        yield from variants
    for movement in guide.exercise.movements:
        yield from (*movement.say, *movement.rhythm, *movement.beware)
    for step in guide.steps:
        yield from (step.where, step.resume, step.woken, step.shortly)
    yield guide.goodbye
    for variants in guide.drills.frame.values():
        yield from variants
    for drill in guide.drills.drills:
        yield from (drill.scene, *drill.say, drill.push, *drill.replies.values(), drill.instead)
    yield from (trouble.confirm for step in guide.steps for trouble in step.troubles)
    yield from (trouble.confirm for trouble in guide.troubles)
    yield from (question.confirm for question in guide.questions)
