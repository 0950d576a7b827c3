"""Somebody says, or reads, one thing after the other, and may go back or stop: the way through the list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from typing import TypeVar

Item = TypeVar("Item")


class Next(Enum):
    """Where to go after an item."""

    ON = "on"
    BACK = "back"
    STOP = "stop"
    GONE = "gone"
    """She has stopped without a word."""


def one_by_one(
    items: Sequence[Item], total: int, show: Callable[[int, int, Item], None], one: Callable[[Item], Next]
) -> Next:
    """Until all are done (ON), or what she did instead (STOP, GONE).

    `total` counts what was done before, too. `show`: number, total, item; then `one` asks for it.
    """
    before, place = total - len(items), 0
    while place < len(items):
        show(before + place + 1, total, items[place])
        match one(items[place]):
            case Next.ON:
                place += 1
            case Next.BACK:
                place = max(0, place - 1)
            case ended:
                return ended
    return Next.ON
