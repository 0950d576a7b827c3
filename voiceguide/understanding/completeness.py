"""Is what was heard up to now a whole phrase, or might it go on and become something else?

She waits for an answer as long as this says that more may come; what is answered too early was not what she said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

from voiceguide.events import CompletePhrase, Heard, NoMatch, Reading
from voiceguide.understanding.answers import DATE
from voiceguide.understanding.parsing import Parser

Beginnings = Mapping[Reading, frozenset[str]]
"""How a wording may begin -> of which intents."""


class Completeness:
    """By the words of one language and one guide."""

    def __init__(
        self,
        opening: Iterable[str],
        closing: Iterable[str],
        parser: Parser,
        toneless: Callable[[str], Reading],
        understand: Callable[[str, Sequence[str]], Heard | NoMatch],
        is_whole_date: Callable[[str], bool],
    ) -> None:
        """opening: words that may be only the beginning of a reply: 嗯，好的. closing: those that end one: 谢谢你."""
        self._only_opening, self._closing = _strung(opening), re.compile(f"{_strung(closing).pattern}$")
        self._parser, self._toneless, self._understand = parser, toneless, understand
        self._is_whole_date = is_whole_date

    def among(self, expecting: tuple[str, ...], beginnings: Callable[[], Beginnings]) -> CompletePhrase:
        """Where these intents are expected. beginnings: of theirs."""
        expected = frozenset(expecting)

        @lru_cache(maxsize=64)
        def is_complete(heard_so_far: str) -> bool:
            heard = self._understand(heard_so_far, expecting)
            if isinstance(heard, NoMatch) or self._only_opening.fullmatch(heard_so_far):
                return False  # 嗯，好的: more may come
            if heard.intent == DATE:
                return self._is_whole_date(heard_so_far)
            if self._is_closed(heard_so_far, heard.intent, expecting):
                return True
            return not self._may_go_on(self._toneless(heard_so_far), heard.intent, expected, beginnings())

        return is_complete

    def _is_closed(self, text: str, intent: str, expecting: tuple[str, ...]) -> bool:
        """Are there thanks behind what means all of it? 谢谢 … 你 might begin 你再说一遍, and hardly ever does."""
        closing = self._closing.search(text)
        if closing is None:
            return False
        before = self._understand(text[: closing.start()], expecting)
        return isinstance(before, Heard) and before.intent == intent

    def _may_go_on(
        self, said: Reading, intent: str, expected: frozenset[str], beginnings: Beginnings
    ) -> bool:
        """May another wording begin in it that would make something else of it?"""
        paths = self._parser.paths(said, expected)
        pieces = self._parser.wordings_at(said, expected)
        # Within the last wording none begins: the 走 of 往下走 might be that of 走不动路, and hardly ever is.
        last = min(
            (start for start, end, kind in pieces if end == len(said) and kind == intent),
            default=len(said) - 1,
        )
        return any(
            self._parser.combine(before, other) is not None
            for start in range(last + 1)
            for before, _ in paths[start]
            if before in ("", intent)
            for other in beginnings.get(said[start:], frozenset()) - {intent}
        )


def _strung(words: Iterable[str]) -> re.Pattern[str]:
    """One or more of them; of none it matches nothing."""
    return re.compile(f"(?:{'|'.join(map(re.escape, words)) or '(?!)'})+")
