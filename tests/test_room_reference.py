"""What the loudspeaker gave out, handed on at the microphone's pace."""

from __future__ import annotations

import numpy as np
import pytest

from voiceguide.events import BLOCK_SAMPLES, SAMPLE_RATE
from voiceguide.room.reference import Reference


def piece(level: int) -> bytes:
    return np.full(BLOCK_SAMPLES, level, np.int16).tobytes()


def take(reference: Reference, blocks: int) -> list[int]:
    return [int(reference.take()[0]) for _ in range(blocks)]


def test_every_block_comes_once_and_in_order_whatever_the_bursts() -> None:
    reference, taken = Reference(SAMPLE_RATE, 1), []
    for burst in (3, 0, 0, 2, 1, 0, 1, 3, 0, 0):
        for _ in range(burst):
            reference.put(piece(sum(level > 0 for level in taken) + reference_size(reference) + 1))
        taken += take(reference, 1)
    assert taken == list(range(1, 11))
    assert reference.late == 0


def reference_size(reference: Reference) -> int:
    return len(reference._ready) + reference._sounded.qsize()


def test_a_block_that_is_late_is_silence_and_counted() -> None:
    reference = Reference(SAMPLE_RATE, 1)
    assert take(reference, 2) == [0, 0]
    reference.put(piece(7))
    assert take(reference, 2) == [7, 0]
    assert reference.late == 3


def test_what_waits_for_nothing_is_dropped_after_a_second_and_then_left_alone() -> None:
    """The microphone was opened first: the loudspeaker's silence of that time must not stay in between."""
    reference = Reference(SAMPLE_RATE, 1)
    for _ in range(10):
        reference.put(piece(1))
    lags = []
    for _ in range(2000):
        reference.put(piece(1))
        reference.take()
        lags.append(reference_size(reference))
    assert lags[0] == 10
    assert set(lags[60:]) == {lags[60]}, "every drop moves the echo"
    assert lags[60] <= 3


@pytest.mark.thorough
def test_a_loudspeaker_whose_clock_runs_ahead_is_followed() -> None:
    reference = Reference(SAMPLE_RATE, 1)
    most = 0
    for at in range(20_000):
        reference.put(piece(1))
        if at % 100 == 0:
            reference.put(piece(1))
        reference.take()
        most = max(most, reference_size(reference))
    assert most < 20


def test_what_the_microphone_skips_is_skipped_here_and_told_where_it_has_an_echo() -> None:
    reference = Reference(SAMPLE_RATE, 1)
    for level in (0, 0, 0, 4, 5, 6, 7):
        reference.put(piece(level))
    reference.skip(2)
    assert reference.lost == 0
    assert take(reference, 2) == [0, 4]
    reference.skip(2)
    assert reference.lost == 1
    assert take(reference, 1) == [7]


def test_nobody_asking_fills_no_memory() -> None:
    reference = Reference(SAMPLE_RATE, 1)
    for _ in range(5000):
        reference.put(piece(1))
    assert reference_size(reference) <= 500


def test_other_rates_and_channels_become_ours() -> None:
    reference = Reference(48_000, 2)
    for _ in range(20):
        reference.put(np.full(960 * 2, 1000, np.int16).tobytes())
    blocks = [reference.take() for _ in range(15)]
    assert {block.shape for block in blocks} == {(BLOCK_SAMPLES,)}
    assert abs(int(blocks[10].mean()) - 1000) <= 2
