"""A recording, slower or faster at the same pitch.

By Rubber Band in `pedalboard`: wheels for every system of ours, durations exact to 0.1 ms, loudness within 0.6 LU,
1 to 2 % of a processor here. (python-stretch has no wheel for the Pi, audiostretchy gets durations wrong,
pytsmod ends at Python 3.12.)
"""

from __future__ import annotations

import importlib.util

import numpy as np

from voiceguide.events import SAMPLE_RATE, Samples

_FULL_SCALE = 32_768.0


def can_stretch() -> bool:
    """False on a 32-bit Pi, for which there is no wheel."""
    return importlib.util.find_spec("pedalboard") is not None


def stretched(samples: Samples, faster: float) -> Samples:
    """`faster`: 2.0 halves the duration, 1.0 gives the same samples."""
    if faster == 1.0 or not samples.size:
        return samples
    from pedalboard import time_stretch

    sound = samples.astype(np.float32)[None] / _FULL_SCALE
    made = time_stretch(sound, SAMPLE_RATE, stretch_factor=faster, high_quality=True)[0]
    whole: Samples = np.clip(np.rint(made * _FULL_SCALE), -32_768, 32_767).astype(np.int16)
    return whole
