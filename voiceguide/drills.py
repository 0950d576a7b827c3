"""What an exercise against swindlers is (防骗演练). Frozen values without I/O; `drill_library` makes them.

A drill is one scenario: the guide sets the scene, a swindler says his piece in another voice, she answers freely, and
the guide says what it makes of her answer. Who hesitates is pushed once more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from voiceguide.events import Prompt

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

SPACED_BY = 2
"""So many other drills lie between one she fell for and the same again."""


class Result(Enum):
    """How she came out of a drill."""

    HELD = "held"
    HESITATED = "hesitated"
    """She held after a push, or did not know what to say."""
    FELL = "fell"


@dataclass(frozen=True)
class Done:
    """One drill done, and how."""

    drill: str
    result: Result


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
    """What to say the next time."""


@dataclass(frozen=True)
class Answers:
    """Wordings of one answer."""

    heard: tuple[str, ...]
    """The recogniser listens for them."""
    also: tuple[str, ...] = ()
    """Understood besides."""
    made: tuple[tuple[tuple[str, ...], ...], ...] = ()
    """As `also`: put together from parts, one text of each."""


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

    def drill(self, drill_id: str) -> Drill:
        """The drill of that id. Raises KeyError."""
        for drill in self.drills:
            if drill.id == drill_id:
                return drill
        raise KeyError(drill_id)

    def following(self, done: Sequence[Done]) -> Drill:
        """The drill to do now, after these, oldest first.

        What she fell for comes first, then where she hesitated, then what is new, then what she held longest ago and
        least often; but nothing comes again before SPACED_BY others (as far as there are so many).
        """
        order = [drill.id for drill in self.drills]
        known = [each for each in done if each.drill in order]
        apart = min(SPACED_BY, len(order) - 1)
        recent = {each.drill for each in known[-apart:]} if apart else set()
        last = {each.drill: place for place, each in enumerate(known)}

        def urgency(drill_id: str) -> tuple[int, int, int]:
            return (_box(drill_id, known), last.get(drill_id, -1), order.index(drill_id))

        return self.drill(min((each for each in order if each not in recent), key=urgency))


def _box(drill_id: str, done: Sequence[Done]) -> int:
    """0: she fell for it last time; 1: hesitated; 2: new; above: held so often in a row."""
    held = 0
    for each in reversed(done):
        if each.drill != drill_id:
            continue
        if each.result is not Result.HELD:
            return 2 + held if held else (0 if each.result is Result.FELL else 1)
        held += 1
    return 2 + held
