"""What the family's page tells, as values: what she finished, where she got stuck, where time went. Pure.

Counts only. What she said where she got stuck is here where she agreed to that aloud, and only then is it in a profile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from voiceguide.guides.guide import Guide
from voiceguide.notes import Consented
from voiceguide.profile.profile import GuideCounts, Profile, StepCounts

STUCK_MISSES = 3
"""Not understood so often at one step, she is stuck there as much as when she says that it failed."""
MOST_STUCK = 3
"""So many steps are named where she got stuck, the worst first."""
MOST_TIMES = 6
"""So many steps are shown by the time they took, the longest first."""
SOON_DAYS = 31
"""A certification this near stands out."""


class Reached(Enum):
    """How far she is with a step."""

    DONE = "done"
    HERE = "here"
    AHEAD = "ahead"


@dataclass(frozen=True)
class StepRow:
    """One step of a guide, as the picture of the path shows it."""

    number: int
    title: str
    reached: Reached
    counts: StepCounts

    @property
    def stuck(self) -> int:
        """How often she could not go on there; 0: she could."""
        misses = self.counts.misses if self.counts.misses >= STUCK_MISSES else 0
        return self.counts.failed + self.counts.cannot + misses


@dataclass(frozen=True)
class GuidePart:
    """One guide she has begun."""

    title: str
    finished: tuple[date, ...]
    visits: int
    last_visit: date | None
    steps: tuple[StepRow, ...]

    @property
    def here(self) -> StepRow | None:
        """Where she stopped; None: she is not in the middle of it."""
        return next((step for step in self.steps if step.reached is Reached.HERE), None)

    @property
    def stuck(self) -> tuple[StepRow, ...]:
        """Where she got stuck, the worst first."""
        worst = sorted((step for step in self.steps if step.stuck), key=lambda step: -step.stuck)
        return tuple(worst[:MOST_STUCK])

    @property
    def slowest(self) -> tuple[StepRow, ...]:
        """What took her longest, the longest first."""
        longest = sorted(self.steps, key=lambda step: -step.counts.seconds)
        return tuple(step for step in longest[:MOST_TIMES] if step.counts.seconds > 0)

    @property
    def seconds(self) -> float:
        return sum(step.counts.seconds for step in self.steps)


@dataclass(frozen=True)
class Words:
    """What she said at a step."""

    number: int
    title: str
    said: tuple[tuple[str, date | None], ...]
    """Her words and the day, the oldest first."""


@dataclass(frozen=True)
class Exercise:
    """Something she practised."""

    kind: str
    title: str
    times: int
    result: str
    """In Chinese; "" where it has no name."""
    due: date | None
    """When to practise it again."""


@dataclass(frozen=True)
class ExerciseNames:
    """What ids of exercises and results are called."""

    kinds: Mapping[str, str]
    results: Mapping[str, str]
    titles: Mapping[str, str]
    """By the whole id: drill:pension-stops."""


@dataclass(frozen=True)
class FamilyPage:
    """All of it."""

    called: str
    """"" where nobody gave her a name."""
    today: date
    guides: tuple[GuidePart, ...]
    exercises: tuple[Exercise, ...]
    warnings: int
    next_certification: date | None
    consent: Consented | None
    """What she answered when she was asked whether her words may be here; None: nobody has asked."""
    words: tuple[tuple[str, tuple[Words, ...]], ...]
    """Title of a guide, and what she said in it, in the order of its steps."""

    @property
    def finished(self) -> int:
        """How many guides she did to their end."""
        return sum(bool(guide.finished) for guide in self.guides)

    @property
    def visits(self) -> int:
        return sum(guide.visits for guide in self.guides)

    @property
    def days_left(self) -> int | None:
        """Until the next certification; below 0: it is overdue; None: nobody knows when."""
        return None if self.next_certification is None else (self.next_certification - self.today).days

    @property
    def is_soon(self) -> bool:
        return self.days_left is not None and self.days_left <= SOON_DAYS

    @property
    def to_practise(self) -> tuple[Exercise, ...]:
        """What is due to be practised again."""
        return tuple(each for each in self.exercises if each.due is not None and each.due <= self.today)


def family_page(profile: Profile, guides: Sequence[Guide], names: ExerciseNames, today: date) -> FamilyPage:
    """`guides`: all there are; those she never began are left out."""
    return FamilyPage(
        called=profile.called,
        today=today,
        guides=tuple(
            _part(guide, profile)
            for guide in guides
            if guide.id in profile.counts or guide.id in profile.finished or guide.id in profile.steps
        ),
        exercises=tuple(
            Exercise(
                kind=names.kinds.get(_kind(each.exercise), ""),
                title=names.titles.get(each.exercise, ""),
                times=each.times,
                result=names.results.get(each.result, ""),
                due=each.due,
            )
            for _, each in sorted(profile.practised.items())
            if each.times
        ),
        warnings=profile.warnings,
        next_certification=profile.next_certification,
        consent=profile.consent,
        words=tuple((guide.title, said) for guide in guides if (said := _words(guide, profile))),
    )


def _words(guide: Guide, profile: Profile) -> tuple[Words, ...]:
    if not profile.keeps_words:
        return ()
    said = [
        Words(
            number,
            step.title,
            tuple(
                (each.text, each.day)
                for each in profile.sayings
                if (each.guide, each.step) == (guide.id, step.id)
            ),
        )
        for number, step in enumerate(guide.steps, 1)
    ]
    return tuple(each for each in said if each.said)


def _kind(exercise: str) -> str:
    return exercise.partition(":")[0]


def _part(guide: Guide, profile: Profile) -> GuidePart:
    counts = profile.counts.get(guide.id, GuideCounts())
    finished = tuple(profile.finished.get(guide.id, ()))
    known = {step.id for step in guide.steps}
    at = profile.steps.get(guide.id)
    here = guide.position(at) if at in known and at is not None else None
    rows = [
        StepRow(
            number=number + 1,
            title=step.title,
            reached=_reached(number, here, done=bool(finished)),
            counts=counts.steps.get(step.id, StepCounts()),
        )
        for number, step in enumerate(guide.steps)
    ]
    return GuidePart(guide.title, finished, counts.visits, counts.last_visit, tuple(rows))


def _reached(number: int, here: int | None, *, done: bool) -> Reached:
    if here is None:
        return Reached.DONE if done else Reached.AHEAD
    return Reached.HERE if number == here else Reached.DONE if number < here else Reached.AHEAD
