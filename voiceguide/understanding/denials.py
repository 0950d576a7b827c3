"""How what a prompt asks for is denied: 登录了 - 没登录, 还没登录.

They must be listened for beside what they deny. Whoever said 没登录 in a noisy kitchen was heard to say 登录了, the
likeliest phrase that the recogniser knew, and the guide went on without her.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

DENIED = ("next", "yes")
"""The intents whose wordings have denials, and NO, what those mean."""
NO = "no"


class Denials:
    """How one language denies that something is done."""

    def __init__(self, before: Iterable[str], endings: Iterable[str], unless: Collection[str]) -> None:
        """`before`: 没. `endings`: 了, which falls away. `unless`: 可以, which is denied in another way."""
        self._before, self._endings, self._unless = tuple(before), tuple(endings), frozenset(unless)

    def of(self, text: str) -> Iterator[str]:
        """All denials of a wording: none where it says of nothing that it is done."""
        for ending in self._endings:
            stem = text.removesuffix(ending)
            if stem and stem != text and stem not in self._unless and not text.startswith(self._before):
                yield from (before + stem for before in self._before)
