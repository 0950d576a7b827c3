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
_MEASURED_PACES = (90.5, 96.8, 108.5, 120.5, 132.2, 145.3, 158.1, 169.5, 183.5, 203.7, 235.2, 261.4, 305.5)
"""espeak-ng 1.52, sit/cmn+f2, 47 prompts of the 12333 guide as we spell them: rate → characters a minute."""


def espeak_rate(pace: int) -> int:
    """The engine's rate for so many characters a minute (a single prompt differs by up to 15 %)."""
    return round(float(np.interp(pace, _MEASURED_PACES, _MEASURED_RATES)))


def system_rate(pace: int) -> int:
    """The same for the voices of Windows and macOS: not measured; their 200 is about 250 characters."""
    return round(pace * 0.8)


def clamp_pace(pace: int) -> int:
    return min(max(pace, PACE_RANGE[0]), PACE_RANGE[1])


def clamp_loudness(notches: int) -> int:
    return min(max(notches, LOUDNESS_RANGE[0]), LOUDNESS_RANGE[1])
