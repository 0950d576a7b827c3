"""Earcons: short soft tones made here, no files. Each is two partials that swell and die away, so that none clicks."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

from voiceguide.events import SAMPLE_RATE, Samples

PEAK = 0.15
"""Softer than speech: a tone must not startle."""
GAP_SECONDS = 0.12
"""Between a tone and the words behind it."""

_NOTES: dict[str, tuple[tuple[float, float], ...]] = {
    "beat": ((660.0, 0.10),),
    "ready": ((495.0, 0.12), (660.0, 0.16)),
    "done": ((660.0, 0.12), (495.0, 0.12), (660.0, 0.20)),
    "missing": ((660.0, 0.12), (495.0, 0.12)),
}
"""Name -> (Hz, seconds) one after the other: low enough for ears of 75, which have lost what is above 2 kHz."""


@cache
def tone(name: str) -> Samples:
    """Read-only, int16 at SAMPLE_RATE. Raises KeyError where there is none of that name."""
    samples = np.concatenate([_note(hertz, seconds) for hertz, seconds in _NOTES[name]])
    tone: Samples = np.round(samples * PEAK * 32767).astype(np.int16)
    tone.flags.writeable = False
    return tone


def silence(seconds: float) -> Samples:
    """So much of nothing."""
    return np.zeros(round(seconds * SAMPLE_RATE), np.int16)


def _note(hertz: float, seconds: float) -> NDArray[np.float64]:
    time = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    swell = np.sin(math.pi * time / seconds) ** 2
    partials = 0.85 * np.sin(2 * math.pi * hertz * time) + 0.15 * np.sin(4 * math.pi * hertz * time)
    note: NDArray[np.float64] = swell * partials
    return note
