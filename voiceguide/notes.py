"""What a conversation leaves to be remembered of her, and what it knows of her from before. Values, no I/O.

Never her words: only what she did, which day, how often. (Her words, where she agreed to that: `sayings`.)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

REMINDED_DAYS = 3
"""So many days ahead of her certification she is reminded: aloud, and by the calendar."""


@dataclass(frozen=True)
class Practised:
    """How it stands with one exercise. As a note it takes the place of what was known of that exercise."""

    exercise: str
    """Its id, with its kind before it: "drill:pension-stops"; or its kind alone: "movements"."""
    times: int = 0
    """How often it was done."""
    result: str = ""
    """How it went the last time, in a word of the exercise's own: "held", "fell", "at-ease"."""
    well_in_a_row: int = 0
    """So many times at the end it went well: what spaced repetition counts."""
    due: date | None = None
    """On this day or later it should come back; None: whenever she asks."""


@dataclass(frozen=True)
class NextCertification:
    """When the certification is due; None: she does not know any more."""

    day: date | None


@dataclass(frozen=True)
class Warned:
    """She heard a warning of fraud."""


@dataclass(frozen=True)
class Consented:
    """She said aloud whether her family may read what she said where she got stuck."""

    to_transcripts: bool
    day: date | None = None
    """When she said it."""


Note: TypeAlias = Practised | NextCertification | Warned | Consented


@dataclass(frozen=True)
class Known:
    """What a conversation knows of her when it begins, and keeps up to date while it lasts."""

    today: date | None = None
    """None: nobody told; then nothing can be said of days."""
    called: str = ""
    """How she is addressed; "" where nobody said."""
    next_certification: date | None = None
    practised: tuple[Practised, ...] = ()
    """At most one of each exercise."""
    consent: Consented | None = None
    """What she answered when she was asked whether her words may be written down; None: nobody has asked."""

    @property
    def keeps_words(self) -> bool:
        """May what she says where she gets stuck be written down?"""
        return self.consent is not None and self.consent.to_transcripts

    def of(self, exercise: str) -> Practised:
        """How it stands with it; one never done where nothing is known."""
        return next((each for each in self.practised if each.exercise == exercise), Practised(exercise))


NOTHING_KNOWN = Known()
