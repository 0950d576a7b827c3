"""What is said while the guide speaks: when does it stop the guide?

    a voice that may be hers           at once
    in the first second of an answer   a phrase alone, and so for a voice that goes on from there: 好了 … 谢谢你 goes on
                                       into it, and she cannot object yet to what she has not heard
    a phrase                           when it has stood for a while, and is believed
"""

from __future__ import annotations

STANDS_BLOCKS = 13
"""A phrase that only flits by is gone when the recogniser has taken its next step, a quarter of a second later."""

FIRST_WORDS_BLOCKS = 50
"""The first second of an answer."""


class BargeIn:
    """Of one utterance after the other; feed it every block."""

    def __init__(self) -> None:
        self.over_prompt = False
        """The utterance began while the guide spoke."""
        self.in_first_words = False
        """It began in the first second of that."""
        self.stopped = False
        """The guide has been stopped for it."""
        self._speaking_blocks = 0
        self._goes_on_from_before = False
        self._standing, self._standing_blocks = "", 0

    @property
    def speaking(self) -> bool:
        """Is the guide speaking?"""
        return self._speaking_blocks > 0

    @property
    def may_stop(self) -> bool:
        """Is there something to be stopped?"""
        return self.over_prompt and self.speaking and not self.stopped

    def feed(self, speaking: bool) -> None:
        """The next block. `speaking`: the guide speaks."""
        self._speaking_blocks = self._speaking_blocks + 1 if speaking else 0

    def begins(self) -> None:
        """Somebody begins to speak."""
        self.over_prompt, self._standing = self.speaking, ""
        self.in_first_words = 0 < self._speaking_blocks <= FIRST_WORDS_BLOCKS
        self._goes_on_from_before = False

    def forget(self) -> None:
        """It is over, or was nothing."""
        self.over_prompt = self.stopped = False

    def stops_by_voice(self, hers: bool) -> bool:
        """Is it a voice that may be `hers`, and began when she had heard what the guide says?"""
        first_words = self._speaking_blocks <= FIRST_WORDS_BLOCKS
        self._goes_on_from_before |= hers and first_words
        return hers and not first_words and not self._goes_on_from_before

    def has_stood(self, partial: str) -> bool:
        """Has this phrase just stood long enough? True once of each: then it is worth hearing all of it again. A whole
        phrase is what the recogniser sees in anything, for a moment."""
        self._standing_blocks = self._standing_blocks + 1 if partial == self._standing else 1
        self._standing = partial
        return self._standing_blocks == STANDS_BLOCKS
