"""What she answers a swindler in words that stand nowhere: told by the answers that hers resembles. Pure.

Only asked where nothing else is understood. She is praised, or comforted, for what she said; taken for giving in though
she did not she would be hurt, so that takes more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from voiceguide.guides.drills import GIVE_IN, Answers
from voiceguide.understanding.resemblance import Resemblance

ALIKE = 0.4
"""So much (0 … 1.3) must hers resemble others of a kind, …"""
APART, APART_FROM_GIVING_IN = 0.1, 0.2
"""… and so much more than those of any other kind."""


class FreeAnswers:
    """Her answers, by kind."""

    def __init__(
        self, answers: Mapping[str, Answers], others: Iterable[str], parts: Callable[[str], frozenset[str]]
    ) -> None:
        """`others`: what is no answer at all; `parts`: see Resemblance."""
        told = [
            (kind, text) for kind, each in answers.items() for text in (*each.heard, *each.also, *each.told)
        ]
        self.written: Mapping[str, str] = {text: kind for kind, text in told}
        """An answer that was written down -> its kind."""
        self._resemblance = Resemblance([*told, *(("", text) for text in others)], parts)

    def kind(self, text: str) -> str:
        """One of drills.KINDS; "" where it is none of them clearly."""
        alike = sorted(self._resemblance.meanings(text).items(), key=lambda each: (-each[1], each[0]))
        (kind, most), (second, next_most) = (*alike, *[("", 0.0)] * 2)[:2]
        apart = APART_FROM_GIVING_IN if GIVE_IN in (kind, second) else APART
        return kind if most >= ALIKE and most - next_most >= apart else ""
