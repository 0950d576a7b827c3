"""How loud sound is, in decibels below full scale."""

from __future__ import annotations

import math

import numpy as np

from voiceguide.events import Samples

_FULL_SCALE = 32768


def dbfs(samples: Samples) -> float:
    """The root mean square of int16 samples; -inf for none, and for zeros."""
    power = float(np.mean(np.square(samples, dtype=np.float64))) if samples.size else 0.0
    return 10 * math.log10(power / _FULL_SCALE**2) if power else -math.inf
