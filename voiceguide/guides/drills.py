"""What an exercise against swindlers is (防骗演练). Frozen values without I/O; `drill_library` makes them.

A drill is one scenario: the guide sets the scene, a swindler says his piece in another voice, she answers freely, and
the guide says what it makes of her answer. Who hesitates is pushed once more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from voiceguide.events import Prompt
from voiceguide.notes import Known, Practised

DRILL = "drill"
"""The intent of asking for the exercise; before a colon, the answers she gives in it."""

REFUSE, HANG_UP, ASK_CHILDREN, CALL = "drill:refuse", "drill:hang-up", "drill:ask-children", "drill:call"
HESITATE, GIVE_IN = "drill:hesitate", "drill:give-in"
KINDS = (HANG_UP, CALL, ASK_CHILDREN, REFUSE, HESITATE, GIVE_IN)
"""What she may answer a swindler, the best first: of several in one utterance that one counts."""

IN_DRILL = "@drill"
"""Expected while a swindler waits for her answer: what means something only then."""
AFTER_DRILL = "@drill-more"
"""Expected while the guide asks whether to go on with another."""

LEAST_WORDINGS = 12
"""Of each answer, as elders give it."""

ASKS = "?"
"""Among the classes of a rule: it has to ask, or must not."""

SPACED_BY = 2
"""So many other drills lie between one she fell for and the same again."""


HELD, HESITATED, FELL = "held", "hesitated", "fell"
"""How she came out of a drill, as her profile keeps it. Who held after a push hesitated."""

DAYS_AFTER = {FELL: 1, HESITATED: 3}
DAYS_HELD = 7
"""What she held comes back after so many days, then after twice as many, and so on …"""
MOST_DAYS = 180


@dataclass(frozen=True)
class Drill:
    """One scenario. `say`, `push` are the swindler's, the rest is the guide's."""

    id: str
    title: str
    scene: Prompt
    say: tuple[Prompt, ...]
    push: Prompt
    replies: Mapping[str, Prompt]
    """One of KINDS -> praise, or kind words about what was wrong."""
    instead: Prompt
    """What to say the next time …"""
    words: str
    """… without the words around it."""

    @property
    def exercise(self) -> str:
        """Its name in her profile."""
        return f"{DRILL}:{self.id}"


@dataclass(frozen=True)
class Answers:
    """Wordings of one answer."""

    heard: tuple[str, ...]
    """The recogniser listens for them."""
    also: tuple[str, ...] = ()
    """Understood besides."""
    made: tuple[tuple[tuple[str, ...], ...], ...] = ()
    """As `also`: put together from parts, one text of each."""
    told: tuple[str, ...] = ()
    """As people answer: what resembles it is understood."""


@dataclass(frozen=True)
class Retort:
    """One rule."""

    kind: str
    """One of drills.KINDS."""
    all: tuple[tuple[str, ...], ...]
    """One class of every group is spoken of."""
    unless: tuple[str, ...] = ()
    """Calls it off."""

    def holds(self, spoken: set[str]) -> bool:
        """`spoken`: the classes spoken of."""
        return not spoken & {*self.unless} and all(spoken & {*group} for group in self.all)


NOBODY = Answers(())


@dataclass(frozen=True)
class Drills:
    """All scenarios of a language, in the order in which they come at first, and what they share."""

    drills: tuple[Drill, ...] = ()
    frame: Mapping[str, tuple[Prompt, ...]] = field(default_factory=dict)
    """begin, more, ended, next, miss, choose, help, where, again -> wordings."""
    answers: Mapping[str, Answers] = field(default_factory=dict)
    """One of KINDS -> its wordings."""
    stop: Answers = NOBODY
    """Enough of the exercise."""
    go_on: Answers = NOBODY
    """Another one."""
    retorts: tuple[Retort, ...] = ()
    """What she answers in words that stand nowhere, …"""
    classes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """… by these classes of words …"""
    said_as: Mapping[str, str] = field(default_factory=dict)
    """… and other words for the same."""

    @property
    def by_place(self) -> Mapping[str, Mapping[str, Answers]]:
        """What is expected -> what she means -> its wordings."""
        return {
            IN_DRILL: {**self.answers, "stop": self.stop, DRILL: self.go_on},
            AFTER_DRILL: {"yes": self.go_on, "no": self.stop},
        }

    def drill(self, drill_id: str) -> Drill:
        """The drill of that id. Raises KeyError."""
        for drill in self.drills:
            if drill.id == drill_id:
                return drill
        raise KeyError(drill_id)

    def following(self, known: Known, drilled: Sequence[str]) -> Drill:
        """The drill to do now. `drilled`: those done in this conversation, in order.

        What she fell for comes first, then where she hesitated, then what is due again, then what is new, then what
        she held, least often first; but nothing comes again before SPACED_BY others (as far as there are so many).
        """
        order = [drill.id for drill in self.drills]
        apart = min(SPACED_BY, len(order) - 1)
        recent = set(drilled[-apart:]) if apart else set()
        last = {drill_id: place for place, drill_id in enumerate(drilled)}

        def urgency(drill: Drill) -> tuple[int, int, int]:
            rank = _rank(known.of(drill.exercise), known.today)
            return rank, last.get(drill.id, -1), order.index(drill.id)

        return min((drill for drill in self.drills if drill.id not in recent), key=urgency)


def _rank(before: Practised, today: date | None) -> int:
    if before.result in (FELL, HESITATED):
        return (FELL, HESITATED).index(before.result)
    if not before.times:
        return 3
    due = before.due is not None and today is not None and before.due <= today
    return 2 if due else 3 + before.well_in_a_row


def after(before: Practised, result: str, today: date | None) -> Practised:
    """What is known of a drill once it has been done again."""
    held = before.well_in_a_row + 1 if result == HELD else 0
    days = DAYS_AFTER.get(result) or min(DAYS_HELD * 2 ** (held - 1), MOST_DAYS)
    due = today + timedelta(days=days) if today else None
    return Practised(before.exercise, before.times + 1, result, held, due)
