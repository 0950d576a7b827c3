"""Memory that the recogniser has freed and the C library keeps: given back to the system.

What Kaldi frees lies scattered between what is in use. In a session of hours that grew by 9 MB an hour, though what
was in use did not.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable

EVERY_SECONDS = 60.0
"""Of audio, at the most. It takes 3 ms on a laptop, and what is given back has to be asked for again."""


class FreedMemory:
    """Of this process."""

    def __init__(self) -> None:
        self._give: Callable[[int], int] | None = _malloc_trim()
        self._given_seconds = 0.0

    def give_back(self, now_seconds: float) -> None:
        """`now_seconds`: of the ears' audio. To be called when what she said has been recognised."""
        if self._give is None or now_seconds - self._given_seconds < EVERY_SECONDS:
            return
        self._given_seconds = now_seconds
        self._give(0)


def _malloc_trim() -> Callable[[int], int] | None:
    """None where the C library is not glibc."""
    if not sys.platform.startswith("linux"):
        return None
    trim: Callable[[int], int] | None = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return trim
