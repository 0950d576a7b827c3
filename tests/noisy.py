"""Speech in the noise of a fan, which has the spectrum of a voice."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from voiceguide.events import SAMPLE_RATE, Samples


def noisy(speech: Samples, snr_db: float, rng: np.random.Generator) -> Samples:
    """With half a second of the fan before and behind it."""
    wave = np.concatenate(
        [np.zeros(SAMPLE_RATE // 2), speech / np.sqrt(np.mean(np.square(speech, dtype=float)))]
    )
    wave = np.concatenate([wave, np.zeros(SAMPLE_RATE // 2)])
    hiss = rng.standard_normal(len(wave) + 8)
    fan = np.convolve(hiss, np.ones(9) / 9, "valid")
    fan *= 10 ** (-snr_db / 20) / np.sqrt(np.mean(fan**2))
    mixed: Samples = np.clip(1500 * (wave + fan), -32_768, 32_767).astype(np.int16)
    return mixed


def with_pauses(pieces: Sequence[Samples], seconds: float) -> Samples:
    """One after the other."""
    pause = np.zeros(round(seconds * SAMPLE_RATE), np.int16)
    return np.concatenate([part for piece in pieces for part in (piece, pause)])
