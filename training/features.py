"""The features Vosk computes, in numpy, with two additions for training: any frame hop and a warped frequency axis.

Kaldi's MFCC with 40 of 40 coefficients is the 40 log mel energies turned by an invertible matrix. Training
works on the energies, where masks and channel curves mean something; the export folds the inverse of that
matrix into the first layer.
"""

from functools import lru_cache

import numpy as np
import scipy.fft

RATE = 16000
HOP = 160
WINDOW = 400
BANDS = 40
LOW_HZ, HIGH_HZ = 40.0, 7800.0
SUBSAMPLING = 3
CEPSTRAL_LIFTER = 22.0

# What conf/mfcc.conf must say so that Vosk computes the same.
MFCC_CONF = (
    "--use-energy=false\n--sample-frequency=16000\n--num-mel-bins=40\n"
    "--num-ceps=40\n--low-freq=40\n--high-freq=-200\n--dither=0\n"
)


def mel_scale(hz: np.ndarray | float) -> np.ndarray:
    return 1127.0 * np.log(1.0 + np.asarray(hz) / 700.0)


@lru_cache(maxsize=64)
def filters(warp_percent: int, bends: tuple[float, ...] = ()) -> np.ndarray:
    """Triangular mel filters (257 x 40); warp 110 hears a vocal tract that is 10 % shorter as if it were
    an average one. bends: in mel, how far the middle, the quarters, … of the axis are moved besides: mouths differ
    in shape, not only in length.
    """
    edges = np.linspace(mel_scale(LOW_HZ), mel_scale(HIGH_HZ), BANDS + 2)
    bins = mel_scale(np.arange(257) * (RATE / 512) * 100.0 / warp_percent)[:, None]
    phase = np.pi * np.minimum(bins / edges[-1], 1.0)
    bins = bins + sum(bend * np.sin((k + 1) * phase) for k, bend in enumerate(bends))
    rising = (bins - edges[None, :-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[None, 2:] - bins) / (edges[2:] - edges[1:-1])
    filters = np.maximum(0.0, np.minimum(rising, falling)).astype(np.float32)
    filters[256] = 0.0  # Kaldi leaves the Nyquist bin out
    return filters


@lru_cache(maxsize=1)
def _povey_window() -> np.ndarray:
    return ((0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / (WINDOW - 1))) ** 0.85).astype(np.float32)


def log_mel(
    wave: np.ndarray, places: np.ndarray | None = None, mel_filters: np.ndarray | None = None
) -> np.ndarray:
    """Log mel energies (frames x 40) of 16 kHz samples in int16 scale.

    places: the first sample of each frame (default: every 160th). Closer ones give more frames, so slower speech with
    pitch and formants untouched; wider ones faster speech.
    """
    wave = np.ascontiguousarray(wave, dtype=np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(wave, WINDOW)
    frames = windows[::HOP] if places is None else windows[places]
    frames = frames - frames.mean(axis=1, keepdims=True)
    emphasised = np.empty_like(frames)
    emphasised[:, 1:] = frames[:, 1:] - 0.97 * frames[:, :-1]
    emphasised[:, 0] = frames[:, 0] * 0.03
    spectrum = scipy.fft.rfft(emphasised * _povey_window(), 512, axis=1)
    power = spectrum.real**2 + spectrum.imag**2
    shapes = filters(100) if mel_filters is None else mel_filters
    return np.log(np.maximum(power @ shapes, np.finfo(np.float32).eps)).astype(np.float32)


@lru_cache(maxsize=1)
def mfcc_matrix() -> np.ndarray:
    """MFCC = matrix @ log mel energies (Kaldi's DCT and cepstral lifter)."""
    n = np.arange(BANDS)
    dct = np.sqrt(2.0 / BANDS) * np.cos(np.pi / BANDS * np.outer(n, n + 0.5))
    dct[0] = np.sqrt(1.0 / BANDS)
    lifter = 1.0 + 0.5 * CEPSTRAL_LIFTER * np.sin(np.pi * n / CEPSTRAL_LIFTER)
    return lifter[:, None] * dct
