"""What she said where she got stuck, as it was understood: written down only where she agreed to it aloud, only so much
of it, and nothing with a number in it. Values, no I/O.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

MOST = 30
"""So many are kept; the oldest go."""
LONGEST = 40
"""Characters of one; what is longer is a story, and no trouble with a step."""


@dataclass(frozen=True)
class Saying:
    """One of them."""

    day: date | None
    guide: str
    """Its id."""
    step: str
    """Its id."""
    text: str


def with_another(sayings: Sequence[Saying], saying: Saying) -> tuple[Saying, ...]:
    """With this one at the end, where it may be kept; what she says in the same place day after day, once."""
    if not may_be_kept(saying.text):
        return tuple(sayings)
    others = [each for each in sayings if replace(each, day=saying.day) != saying]
    return (*others, saying)[-MOST:]


def may_be_kept(text: str) -> bool:
    """Two digits side by side may be a part of a code, however it was said: 一二三, 12."""
    numbers = [unicodedata.numeric(sign, None) is not None for sign in text]
    return 0 < len(text) <= LONGEST and not any(one and two for one, two in pairwise(numbers))
