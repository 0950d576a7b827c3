"""Does an utterance have the shape of a question? By its words as written: by sound, 妈 would be 吗."""

from __future__ import annotations

import re
from collections.abc import Iterable

LEAST_CHARACTERS = 4
"""Less is an exclamation: 什么, 怎么了."""
MOST_CHARACTERS = 20
"""More is a conversation with somebody else, or the television."""

_NOT_SPOKEN = re.compile(r"[^\w]")


class Shape:
    """How one language asks."""

    def __init__(
        self, words: Iterable[str], ends: Iterable[str], unless: Iterable[str], between: Iterable[str] = ()
    ) -> None:
        """`words`: make a question wherever they stand, 为什么. `ends`: only at the end, 吗. `unless`: hold such a
        word and ask nothing, 什么都没有. `between`: one hanzi before and after it asks as well, 下不下雨."""
        twice = "|".join(map(re.escape, between)) or r"(?!)"
        self._twice = re.compile(rf"(\w)(?:{twice})\1")
        self._words, self._ends, self._unless = tuple(words), tuple(ends), tuple(unless)

    @staticmethod
    def is_reply(text: str) -> bool:
        """Is it as long as what one says to somebody who waits for an answer?"""
        return LEAST_CHARACTERS <= len(_NOT_SPOKEN.sub("", text)) <= MOST_CHARACTERS

    def asks(self, text: str) -> bool:
        """`text`: as a recogniser writes it; spaces and punctuation do not count."""
        spoken = _NOT_SPOKEN.sub("", text)
        if not self.is_reply(text):
            return False
        if any(word in spoken for word in self._unless):
            return False
        return (
            spoken.endswith(self._ends)
            or bool(self._twice.search(spoken))
            or any(word in spoken for word in self._words)
        )
