"""How loud a block is in eight bands of pitch. Arithmetic on samples."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from voiceguide.events import BLOCK_SAMPLES, SAMPLE_RATE, Block

_EDGES_HERTZ = (150, 300, 500, 800, 1200, 1800, 2600, 3800, 6000)
BANDS = len(_EDGES_HERTZ) - 1

Power = NDArray[np.float64]
"""(BANDS,): of a sample, times `BandPowers.scale`."""


class BandPowers:
    """Of several signals that run side by side."""

    def __init__(self, signals: int) -> None:
        self._window = np.hanning(2 * BLOCK_SAMPLES)
        hertz = np.fft.rfftfreq(2 * BLOCK_SAMPLES, 1 / SAMPLE_RATE)
        self._edges = np.searchsorted(hertz, _EDGES_HERTZ)
        self._widths = np.diff(self._edges)
        self._before = np.zeros((signals, BLOCK_SAMPLES))
        self.scale = float(np.sum(np.square(self._window)))
        """From the power of a sample to that of a band, for white sound."""

    def feed(self, *blocks: Block) -> Power:
        """The next block of each -> mean power in each band over it and the one before: (signals, BANDS)."""
        now = np.array(blocks, np.float64)
        spectra = np.fft.rfft(np.concatenate([self._before, now], axis=1) * self._window, axis=1)
        self._before = now
        power = np.square(spectra.real) + np.square(spectra.imag)
        means: Power = np.add.reduceat(power, self._edges, axis=1)[:, :-1] / self._widths
        return means
