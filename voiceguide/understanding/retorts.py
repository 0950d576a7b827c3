"""What she answers a swindler, told by the classes of words that meet in a part of what she says. Pure.

The first rule of drills.toml that holds in any part tells it: 你要这个干啥？反正我不说 refuses, though it asks as well.
Where no part tells, all of it together may: 老大说了，这种事都要先告诉他.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from voiceguide.guides.drills import ASKS, Retort
from voiceguide.language.concepts import Concepts

_PAUSES = re.compile(r"[，。！,!；;…、]|(?<=[？?])")
_ASKED = ("？", "?")


class Retorts:
    """All rules, the first goes before."""

    def __init__(self, rules: Sequence[Retort], concepts: Concepts, asks: Callable[[str], bool]) -> None:
        """`asks`: has a text the shape of a question?"""
        self._rules, self._concepts, self._asks = tuple(rules), concepts, asks

    def kind(self, text: str) -> str:
        """One of drills.KINDS; "" where no rule tells."""
        parts = [part for part in _PAUSES.split(text) if part.strip()]
        return self._told([self._spoken(part) for part in parts]) or self._told([self._spoken(text)])

    def _told(self, parts: Sequence[set[str]]) -> str:
        return next(
            (rule.kind for rule in self._rules if any(rule.holds(spoken) for spoken in parts)), ""
        )

    def _spoken(self, text: str) -> set[str]:
        asks = text.rstrip().endswith(_ASKED) or self._asks(text)
        return {mention.name for mention in self._concepts.mentions(text)[0]} | ({ASKS} if asks else set())
