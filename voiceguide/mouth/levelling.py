"""A person's reading as loud as the guide's own voice, by EBU R128. Only where something is recorded."""

from __future__ import annotations

import numpy as np

from voiceguide.events import SAMPLE_RATE, Samples
from voiceguide.mouth.loudness import amplified

TARGET_LUFS = -20.4
"""What the synthetic voice has: mean of 91 prompts, from -20.9 to -20.0."""

_FULL_SCALE = 32_768.0
_GATE_SECONDS = 0.4
"""R128 measures in pieces of this length."""
_ROUNDS = 3
_CLOSE_ENOUGH_DB = 0.1


def loudness_lufs(samples: Samples) -> float:
    """Integrated loudness; -inf for silence."""
    import pyloudnorm  # brings scipy: not where the guide only speaks

    sound = samples.astype(np.float64) / _FULL_SCALE
    missing = max(0, round(_GATE_SECONDS * SAMPLE_RATE) + 1 - sound.size)
    return float(pyloudnorm.Meter(SAMPLE_RATE).integrated_loudness(np.pad(sound, (0, missing))))


def levelled(samples: Samples) -> Samples:
    """At TARGET_LUFS; peaks that would clip are bent, and the loudness they lose is given back.

    Raises ValueError for silence.
    """
    gain_db = 0.0
    made = samples
    for _ in range(_ROUNDS):
        missing_db = TARGET_LUFS - loudness_lufs(made)
        if not np.isfinite(missing_db):
            raise ValueError("silence cannot be levelled")
        if abs(missing_db) < _CLOSE_ENOUGH_DB:
            break
        gain_db += missing_db
        made = amplified(samples, gain_db)
    return made
