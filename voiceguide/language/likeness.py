"""How alike two strings of the model's sounds are. Arithmetic on names of sounds, no words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

_NEAR = (
    {"zh", "z", "j"}, {"ch", "c", "q"}, {"sh", "s", "x"}, {"b", "p"}, {"d", "t"}, {"g", "k"}, {"g", "h"}, {"k", "h"},
    {"n", "l", "r"}, {"f", "h"}, {"b", "m"}, {"N", "G"}, {"a", "A", "@"}, {"e", "@", "o"}, {"E", "i", "Y"}, {"E", "a"},
    {"u", "U", "o", "W"}, {"i", "v"}, {"ir", "iz", "e"}, {"er", "e"},
)  # fmt: skip
"""Sounds that accents and microphones make one of."""

NEAR = 0.4
"""What it takes to hear one sound as another of its group; as any other: 1."""
LOST = 0.8
"""What it takes to miss a sound, or to hear one too many."""


def distance(one: Sequence[str], other: Sequence[str], at_most: float = 1.0) -> float:
    """0 the same … 1 nothing in common: what it takes to hear one as the other, per sound of the longer.

    Beyond `at_most` the exact value does not matter: any value above it is given.
    """
    longer = max(len(one), len(other))
    if longer == 0:
        return 0.0
    if LOST * abs(len(one) - len(other)) > at_most * longer:
        return 1.0
    row = [LOST * column for column in range(len(other) + 1)]
    for index, sound in enumerate(one, 1):
        previous, row = row, [LOST * index]
        for column, against in enumerate(other, 1):
            changed = previous[column - 1] + _apart(sound, against)
            row.append(min(changed, previous[column] + LOST, row[-1] + LOST))
        if min(row) > at_most * longer:
            return 1.0
    return min(1.0, row[-1] / longer)


@lru_cache(maxsize=4096)
def _apart(one: str, other: str) -> float:
    if one == other:
        return 0.0
    return NEAR if any({one, other} <= group for group in _NEAR) else 1.0
