"""Words that seemed to have ended: take them now, or look again when more was heard behind them.

certain                                   taken at once
likely, its last sound not yet judged     looked at again in a moment
likely, behind talk that may go on        looked at again, and once it is surely over
not believed                              looked at again, and again: 再说一 … 遍
for DOUBTS_SECONDS nothing better         what was made of it first; or the likeliest of what was seen, to be asked
                                          about: 有短信, spoilt by the talk behind it
"""

from __future__ import annotations

from dataclasses import replace

from voiceguide.endpointer import Endpointer
from voiceguide.events import Transcript

LOOKS_AHEAD_SECONDS, SURE_IN_HASTE = 0.2, 0.9
"""The recogniser judges a sound by what follows in such a time: until then 嗯，好的 … may pass for 嗯，好了, and only
what is so sure is taken."""
DOUBTS_SECONDS = 2.5
"""So long after words that seemed whole and were none they may become a phrase. Not longer: if it is a television that
goes on, she waits for an answer."""


class SecondLook:
    """Of one utterance."""

    def __init__(self) -> None:
        self._first: Transcript | None = None
        self._likeliest: Transcript | None = None
        self._until_seconds = 0.0
        self._was_thorough = False

    def is_thorough(self, endpointer: Endpointer) -> bool:
        """Is what is doubtful heard again now? Not in haste, for it will be looked at once more anyway; then once, and
        when it is surely over. To be asked once of each look."""
        if not endpointer.is_early:
            return True
        if self._was_thorough or endpointer.silence_seconds < LOOKS_AHEAD_SECONDS:
            return False
        self._was_thorough = True
        return True

    def is_due(self, now_seconds: float) -> bool:
        """Is the time over in which it could become a phrase?"""
        return self._first is not None and now_seconds >= self._until_seconds

    def is_wanted(
        self, transcript: Transcript, endpointer: Endpointer, now_seconds: float, amid_talk: bool
    ) -> bool:
        """Is what was made of it no reason yet to take it? `endpointer` has just said that it is finished.
        `amid_talk`: there is speech before it that is no phrase; then the talk may go on, for as long as it likes."""
        if not endpointer.is_early or self.is_due(now_seconds):
            return False
        hasty = amid_talk or endpointer.silence_seconds < LOOKS_AHEAD_SECONDS
        if transcript.text and not (hasty and transcript.confidence < SURE_IN_HASTE):
            return False
        if _asked_about(transcript) > _asked_about(self._likeliest):
            self._likeliest = transcript
        if self._first is None and not amid_talk:
            self._first, self._until_seconds = transcript, now_seconds + DOUBTS_SECONDS
        return True

    def best(self, last: Transcript) -> Transcript:
        """What to take in the end: the last look, or where it sees nothing, or less than an earlier one, that."""
        if last.text:
            return last
        if self._likeliest is not None and _asked_about(self._likeliest) > _asked_about(last):
            guess = self._likeliest.text or self._likeliest.guess
            return replace(last, guess=guess, confidence=self._likeliest.confidence)
        return last if self._first is None or last.guess else self._first


def _asked_about(transcript: Transcript | None) -> float:
    """How sure it is of something to ask about; 0 for nothing."""
    return transcript.confidence if transcript is not None and (transcript.text or transcript.guess) else 0.0
