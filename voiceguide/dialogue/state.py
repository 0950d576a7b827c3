"""What the dialogue remembers between two turns. No decisions: those are in dialogue.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from voiceguide.notes import NOTHING_KNOWN, Known
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
class Disturbed:
    """What she was asked to do about the room, so that she is not asked for ever."""

    voices: int = 0
    """How often to turn the television down."""
    noise: int = 0
    """How often to come nearer."""
    turn: int = -100
    """When last; below 0: never."""


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
    unheard: int = 0
    """What was said in this pause and was nothing: no misses, for mostly it was not said to the guide."""
    rested: bool = False
    """In this pause: she has been quiet for a while, or has said 好的 to it."""
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
    disturbed: Disturbed = Disturbed()
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
