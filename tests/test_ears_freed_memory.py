"""Freed memory goes back to the system while she talks for hours."""

import ctypes

import pytest

from voiceguide.bench.soak import rss_mb
from voiceguide.ears import freed_memory
from voiceguide.ears.freed_memory import EVERY_SECONDS, FreedMemory

PIECES, PIECE_BYTES = 40_000, 1_000
MB = 1024**2


def scattered(libc):
    """Of 40 MB all but one piece in a hundred freed again: what the C library keeps. The pieces kept."""
    libc.malloc.restype = ctypes.c_void_p
    libc.free.argtypes = [ctypes.c_void_p]
    pieces = [libc.malloc(PIECE_BYTES) for _ in range(PIECES)]
    for piece in pieces:
        ctypes.memset(piece, 1, PIECE_BYTES)
    for number, piece in enumerate(pieces):
        if number % 100:
            libc.free(piece)
    return pieces[::100]


@pytest.mark.skipif(freed_memory._malloc_trim() is None, reason="glibc's")
def test_what_is_freed_between_what_is_kept_is_given_back():
    libc = ctypes.CDLL(None)
    kept = scattered(libc)
    before = rss_mb()
    FreedMemory().give_back(EVERY_SECONDS)
    assert rss_mb() < before - 0.8 * PIECES * PIECE_BYTES / MB
    for piece in kept:
        libc.free(piece)


def test_it_is_given_back_once_a_minute(monkeypatch):
    given = []
    monkeypatch.setattr(freed_memory, "_malloc_trim", lambda: given.append)
    memory = FreedMemory()
    for seconds in range(round(3.5 * EVERY_SECONDS)):
        memory.give_back(seconds)
    assert len(given) == 3


def test_where_nothing_can_be_given_back_nothing_happens(monkeypatch):
    monkeypatch.setattr(freed_memory, "_malloc_trim", lambda: None)
    FreedMemory().give_back(2 * EVERY_SECONDS)
