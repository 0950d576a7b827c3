"""A room's answer to a sound: an impulse response, laid over a stream of blocks. Pure arithmetic."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from voiceguide.events import BLOCK_SAMPLES, SAMPLE_RATE

REVERBERANT_DB = -6.0  # energy of the tail against the direct sound: across a small room
_GAP_SECONDS = 0.002


def impulse_response(
    rt60_seconds: float, random: np.random.Generator, reverberant_db: float = REVERBERANT_DB
) -> NDArray[np.float64]:
    """The direct sound, 2 ms later an exponential tail of noise, `reverberant_db` against it."""
    length, gap = round(rt60_seconds * SAMPLE_RATE), round(_GAP_SECONDS * SAMPLE_RATE)
    if length <= gap:
        return np.ones(1)
    tail = random.standard_normal(length - gap) * 10 ** (-3 * np.arange(length - gap) / length)
    tail *= 10 ** (reverberant_db / 20) / np.sqrt(np.sum(np.square(tail)))
    return np.concatenate([[1.0], np.zeros(gap - 1), tail])


class Reverberation:
    """A response over a stream: nothing is lost between two blocks."""

    def __init__(self, response: NDArray[np.float64]) -> None:
        self._response = response
        self._size = 1 << (response.size + BLOCK_SAMPLES - 1).bit_length()
        self._spectrum = np.fft.rfft(response, self._size)
        self._tail = np.zeros(self._size)
        self._rings_samples = 0

    def through(self, block: NDArray[np.float64]) -> NDArray[np.float64]:
        """(BLOCK_SAMPLES,) in, (BLOCK_SAMPLES,) out."""
        if self._response.size == 1:
            scaled: NDArray[np.float64] = block * self._response[0]
            return scaled
        if block.any():
            self._tail += np.fft.irfft(np.fft.rfft(block, self._size) * self._spectrum, self._size)
            self._rings_samples = self._response.size + BLOCK_SAMPLES
        elif self._rings_samples <= 0:
            return np.zeros(BLOCK_SAMPLES)  # most of the time in a conversation this path is silent
        self._rings_samples -= BLOCK_SAMPLES
        out = self._tail[:BLOCK_SAMPLES].copy()
        self._tail[:-BLOCK_SAMPLES] = self._tail[BLOCK_SAMPLES:]
        self._tail[-BLOCK_SAMPLES:] = 0.0
        return out
