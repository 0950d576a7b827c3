"""Her profile while a conversation lasts: what it changes is kept at once, what it counts at the end at the latest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Protocol

from voiceguide.dialogue.state import Mode, State
from voiceguide.events import Event, Heard
from voiceguide.guides.guide import TROUBLE
from voiceguide.notes import Known, Note
from voiceguide.profile import counting
from voiceguide.profile.profile import Profile
from voiceguide.profile.profile_file import ProfileError
from voiceguide.profile.sayings import Saying

OF_THE_STEP = (Mode.OPEN, Mode.DONE, Mode.CHOICE, Mode.CONFIRM, Mode.PAUSED)
"""What she says in these is about her step. Elsewhere it answers a swindler, or is about a day, or an exercise."""


class Keeper(Protocol):
    """Keeps her profile."""

    def load(self) -> Profile: ...

    def save(self, profile: Profile) -> None:
        """Raises ProfileError."""


def is_trouble(intent: str) -> bool:
    """Does she get stuck there?"""
    return intent in ("failed", "cannot") or intent.startswith(TROUBLE)


class Keeping:
    """One conversation's part of it."""

    def __init__(
        self, keeper: Keeper, guide_id: str, today: date | None, tell: Callable[[str], None]
    ) -> None:
        """`today`: the day the conversation begins; None: nothing is remembered with a day. `tell`: what the helper
        should read.
        """
        self._keeper = keeper
        self._guide_id = guide_id
        self._today = today
        self._tell = tell
        self._at = ""
        self._over = Mode.OPEN
        """What lay over her place when she answered."""
        self._saying: Saying | None = None
        """What she said just now, where she got stuck."""
        self._counted_seconds = 0.0
        self._lost = self._untold = False
        """Could it not be kept, the last time? And does she not know yet?"""
        self.profile = self._kept = keeper.load()

    @property
    def step(self) -> str | None:
        """Where she was in this guide; None: nothing begun."""
        return self.profile.steps.get(self._guide_id)

    @property
    def known(self) -> Known:
        """What the dialogue is told of her."""
        return self.profile.known(self._today)

    def begins(self, step: str) -> None:
        """The conversation begins at that step."""
        self._at = step
        self.profile = counting.visited(self.profile, self._guide_id, step, self._today)

    def changes_to(self, guide_id: str, now_seconds: float) -> None:
        """It goes on with another guide; this one is kept where she left it."""
        self.ends(now_seconds)
        self._guide_id, self._at = guide_id, ""

    def note(self, note: Note) -> None:
        """Kept with the answer it belongs to."""
        self.profile = self.profile.noting(note)

    def answered(self, after: State, event: Event, now_seconds: float, *, finished: bool) -> None:
        """The dialogue answered this; `finished`: the guide is done to its end."""
        seconds, self._counted_seconds = now_seconds - self._counted_seconds, now_seconds
        if after.chosen and not self._at:
            self.begins(after.step)
        profile = replace(self.profile, pace=after.pace, pace_asked=after.pace_asked, loudness=after.loudness)
        if self._at:
            profile = self._counted(profile, after, event, seconds, finished=finished or after.dating.ends)
        self.profile, self._over = profile, after.mode
        if replace(profile, counts=self._kept.counts) != self._kept:
            self._save()

    def _counted(
        self, profile: Profile, after: State, event: Event, seconds: float, *, finished: bool
    ) -> Profile:
        """With what happened in the guide she has chosen."""
        profile = counting.answered(profile, self._guide_id, self._at, after.step, event, seconds)
        profile, self._saying = self._with_her_words(profile, event)
        self._at = after.step
        profile = profile.at_step(self._guide_id, None if finished else after.step)
        if finished and self._today is not None:
            profile = profile.having_finished(self._guide_id, self._today)
        return profile

    def _with_her_words(self, profile: Profile, event: Event) -> tuple[Profile, Saying | None]:
        """What she said, where she got stuck; without it, where she says next that she was misheard."""
        if not isinstance(event, Heard):
            return profile, None
        if event.intent == "complaint" and self._saying is not None:
            return profile.not_having_said(self._saying), None
        if self._over not in OF_THE_STEP or not is_trouble(event.intent):
            return profile, None
        saying = Saying(self._today, self._guide_id, self._at, event.transcript)
        return profile.having_said(saying), saying

    def to_be_told(self) -> bool:
        """Does she still have to hear that nothing can be kept? True once each time that begins."""
        untold, self._untold = self._untold, False
        return untold

    def ends(self, now_seconds: float) -> None:
        """The conversation is over, however it ended."""
        seconds, self._counted_seconds = now_seconds - self._counted_seconds, now_seconds
        if self._at:
            self.profile = counting.stayed(self.profile, self._guide_id, self._at, seconds)
        if self.profile != self._kept:
            self._save()

    def _save(self) -> None:
        try:
            self._keeper.save(self.profile)
            self._lost = self._untold = False
        except ProfileError as error:
            self._tell(error.message + error.remedy)
            self._lost, self._untold = True, self._untold or not self._lost
        self._kept = self.profile  # said once; tried again when she moves
