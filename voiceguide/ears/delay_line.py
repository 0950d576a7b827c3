"""What was played, handed on as late as the microphone hears it, and as slowly as the loudspeaker's clock runs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from voiceguide.events import BLOCK_SAMPLES, Block, Samples

_REACH = 16  # samples on either side of the one between two that is wanted
_PHASES = 512  # to a thousandth of a sample: 60 dB


def _between() -> NDArray[np.float32]:
    """Windowed sinc, one row a fraction: (_PHASES + 1, 2 * _REACH)."""
    fraction = np.arange(_PHASES + 1)[:, None] / _PHASES
    away = np.arange(1 - _REACH, _REACH + 1)[None, :] - fraction
    window = np.cos(np.pi * away / (2 * (_REACH + 1))) ** 2
    return np.asarray(np.sinc(away) * window, np.float32)


_BETWEEN = _between()


class DelayLine:
    """`push` every block that was played, then `read`."""

    def __init__(self, longest_samples: int) -> None:
        self._played: Samples = np.zeros(longest_samples + 2 * BLOCK_SAMPLES, np.int16)

    def push(self, played: Block) -> None:
        """The newest block."""
        self._played = np.concatenate([self._played[BLOCK_SAMPLES:], played])

    def read(self, delay_samples: float, rate: float) -> Block:
        """The block that was played `delay_samples` before the newest one, growing later by `rate` samples a sample."""
        if rate == 0.0:
            end = self._played.size - round(delay_samples)
            return np.ascontiguousarray(self._played[end - BLOCK_SAMPLES : end])
        first = self._played.size - BLOCK_SAMPLES - delay_samples
        places = first + np.arange(BLOCK_SAMPLES) * (1.0 - rate)
        whole = np.floor(places).astype(np.intp)
        phase = np.rint((places - whole) * _PHASES).astype(np.intp)
        # Of what is still to be played nothing is known.
        padded = np.concatenate([self._played, np.zeros(_REACH + 1, np.int16)]).astype(np.float32)
        taps = padded[whole[:, None] + np.arange(1 - _REACH, _REACH + 1)[None, :]]
        summed = np.einsum("ij,ij->i", taps, _BETWEEN[phase])
        block: Block = np.clip(np.rint(summed), -32_768, 32_767).astype(np.int16)
        return block
