"""All that is remembered of one person from one day to the next. Values, no I/O; `profile_file` keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeAlias

from voiceguide.notes import Consented, Known, NextCertification, Note, Practised, Warned
from voiceguide.profile import sayings
from voiceguide.profile.sayings import Saying
from voiceguide.understanding.personal import PersonalWord


@dataclass(frozen=True)
class StepCounts:
    """What happened at one step, over all days."""

    visits: int = 0
    """How often she came to it."""
    seconds: float = 0.0
    """Audio time spent there."""
    misses: int = 0
    """How often she was not understood there."""
    failed: int = 0
    """How often she said that it failed."""
    cannot: int = 0
    """How often she said that she cannot do it."""


@dataclass(frozen=True)
class GuideCounts:
    """What happened in one guide."""

    visits: int = 0
    """Conversations begun."""
    last_visit: date | None = None
    steps: Mapping[str, StepCounts] = field(default_factory=dict)
    """Step id -> its counts."""


Finished: TypeAlias = tuple[date, ...]
"""The days on which a guide was done to its end, the earliest first."""


@dataclass(frozen=True)
class Profile:
    """One person. Empty mappings where nothing was done."""

    called: str = ""
    """How she is addressed, in hanzi: 王阿姨. "" while she is the only one here and nobody gave a name."""
    pace: int = 0
    """Notches; see `adaptation`."""
    pace_asked: bool = False
    """The pace is what she asked for; otherwise it was found by listening to her, and goes on following her."""
    loudness: int = 0
    """Notches."""
    steps: Mapping[str, str] = field(default_factory=dict)
    """Guide id -> the step she was at. Not there: nothing begun, or done to its end."""
    finished: Mapping[str, Finished] = field(default_factory=dict)
    """Guide id -> when she did it to its end."""
    words: tuple[PersonalWord, ...] = ()
    """What she taught the guide, in that order."""
    next_certification: date | None = None
    calendar_id: str = ""
    """What calendars know the day of it by, nowhere else in the world the same; "": no calendar was told yet."""
    practised: Mapping[str, Practised] = field(default_factory=dict)
    """Exercise id -> how it stands with it."""
    counts: Mapping[str, GuideCounts] = field(default_factory=dict)
    """Guide id -> what happened there."""
    warnings: int = 0
    """How often she heard a warning of fraud."""
    consent: Consented | None = None
    """What she answered when she was asked whether her family may read her words; None: nobody has asked."""
    sayings: tuple[Saying, ...] = ()
    """Those words. Empty unless she agreed."""

    @property
    def keeps_words(self) -> bool:
        """See Known."""
        return self.known(None).keeps_words

    def known(self, today: date | None) -> Known:
        """As a conversation is told it."""
        practised = tuple(self.practised.values())
        return Known(today, self.called, self.next_certification, practised, self.consent)

    def noting(self, note: Note) -> Profile:
        """With this remembered."""
        match note:
            case Practised(exercise=exercise):
                return replace(self, practised={**self.practised, exercise: note})
            case NextCertification(day=day):
                return replace(self, next_certification=day)
            case Warned():
                return replace(self, warnings=self.warnings + 1)
            case Consented(to_transcripts=allowed):
                return replace(self, consent=note, sayings=self.sayings if allowed else ())

    def having_said(self, saying: Saying) -> Profile:
        """She said this where she got stuck; forgotten at once unless she agreed."""
        return replace(self, sayings=sayings.with_another(self.sayings, saying)) if self.keeps_words else self

    def not_having_said(self, saying: Saying) -> Profile:
        """She was misheard."""
        return replace(self, sayings=tuple(each for each in self.sayings if each != saying))

    def at_step(self, guide_id: str, step: str | None) -> Profile:
        """She is at that step of that guide now; None: there is nothing to go on with."""
        others = {guide: at for guide, at in self.steps.items() if guide != guide_id}
        return replace(self, steps=others if step is None else {**others, guide_id: step})

    def having_finished(self, guide_id: str, day: date) -> Profile:
        """She did it to its end that day."""
        days = tuple(sorted({*self.finished.get(guide_id, ()), day}))
        return replace(self, finished={**self.finished, guide_id: days})
