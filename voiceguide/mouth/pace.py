"""How fast and how loud the guide may speak, and what that is for the engine."""

from __future__ import annotations

import numpy as np

PACE = 160
"""Default, in characters a minute, pauses included."""
PACE_RANGE = (100, 240)
"""Slower than 100 is slower than natural, and harder to follow for everybody."""
PACE_NOTCH = 20

LOUDNESS_RANGE = (-4, 3)
"""Notches from the rendered loudness."""
LOUDNESS_NOTCH_DB = 3.0

_MEASURED_RATES = (80, 90, 100, 110, 120, 130, 140, 150, 160, 175, 200, 220, 250)
_MEASURED_PACES = (90.6, 97.0, 108.7, 120.9, 132.7, 146.1, 159.1, 170.7, 184.9, 205.5, 237.7, 264.9, 310.1)
"""espeak-ng 1.52, sit/cmn+f2, 47 prompts of the 12333 guide as we spell them: rate → characters a minute."""


def espeak_rate(pace: int) -> int:
    """The engine's rate for so many characters a minute (±10 % on a prompt of two sentences)."""
    return round(float(np.interp(pace, _MEASURED_PACES, _MEASURED_RATES)))


def system_rate(pace: int) -> int:
    """The same for the voices of Windows and macOS: not measured; their 200 is about 250 characters."""
    return round(pace * 0.8)


def clamp_pace(pace: int) -> int:
    return min(max(pace, PACE_RANGE[0]), PACE_RANGE[1])


def clamp_loudness(notches: int) -> int:
    return min(max(notches, LOUDNESS_RANGE[0]), LOUDNESS_RANGE[1])
