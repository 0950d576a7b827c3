"""espeak may die while it draws; the training goes on."""

from __future__ import annotations

import faulthandler
import os
import signal
import time
from collections.abc import Iterator

import pytest

from training.supervised import supervised

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing can be forked here")


def killed() -> None:
    faulthandler.disable()  # pytest's would print a page
    os.kill(os.getpid(), signal.SIGSEGV)


def test_a_process_that_is_killed_is_replaced(capfd: pytest.CaptureFixture[str]) -> None:
    def make(deaths: int) -> Iterator[tuple[int, int]]:
        for number in range(3):
            if deaths < 2 and number == 2:
                killed()
            yield deaths, number

    assert list(supervised(make)) == [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1), (2, 2)]
    assert capfd.readouterr().err.count("another goes on") == 2


def test_half_an_item_is_none() -> None:
    def make(deaths: int) -> Iterator[bytes | int]:
        yield os.getpid()
        yield bytes(10_000_000 if not deaths else 3)

    items = supervised(make)
    child = next(items)
    assert isinstance(child, int)
    time.sleep(0.2)  # by now it waits for somebody to read all of the second
    os.kill(child, signal.SIGKILL)
    assert list(items)[1:] == [bytes(3)]


def test_a_mistake_is_told_and_not_repeated() -> None:
    def make(deaths: int) -> Iterator[int]:
        yield 1
        raise KeyError("no such syllable")

    items = supervised(make)
    assert next(items) == 1
    with pytest.raises(RuntimeError, match="no such syllable"):
        next(items)


def test_what_always_dies_is_no_accident() -> None:
    def make(deaths: int) -> Iterator[int]:
        killed()
        yield 1

    with pytest.raises(RuntimeError, match="3 processes died"):
        list(supervised(make))


def test_whoever_has_enough_leaves_nobody_behind() -> None:
    def make(deaths: int) -> Iterator[int]:
        while True:
            yield os.getpid()

    items = supervised(make)
    child = next(items)
    items.close()  # type: ignore[attr-defined]
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)
