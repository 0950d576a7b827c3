"""Tables checked in one test each, for a test of its own costs more than most rows: every wrong row is named."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

Row = TypeVar("Row")


def hold(rows: Iterable[tuple[Row, object]], got: Callable[[Row], object]) -> None:
    """`got` gives for each row what is wanted beside it."""
    wrong = [f"{row}: {found!r}, not {wanted!r}" for row, wanted in rows if (found := got(row)) != wanted]
    assert not wrong, "\n" + "\n".join(wrong)


def none_of(wrong: Iterable[object]) -> None:
    """These are the wrong ones."""
    found = [str(each) for each in wrong]
    assert not found, "\n" + "\n".join(found)
