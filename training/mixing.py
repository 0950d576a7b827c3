"""Noise, microphones and codecs, added to speech as energies in mel bands.

Adding energies instead of waves costs a tenth of the time, so that every drawn piece of speech is heard several
times, each time in another place: most of the training's time goes into the network.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.signal

from training.examples import frame_labels
from training.features import BANDS, HIGH_HZ, LOW_HZ, RATE, WINDOW, filters, log_mel, mel_scale
from training.surroundings import Surroundings, level, synthetic_noise

Array = np.ndarray

_CENTRES_HZ = 700 * (np.exp(np.linspace(mel_scale(LOW_HZ), mel_scale(HIGH_HZ), BANDS + 2)[1:-1] / 1127) - 1)
# Independent FFT bins in each band: the window ties neighbours together.
_BINS = np.maximum(1.0, filters(100).sum(0) / 1.2)
_BEAT = np.sqrt(0.5 / _BINS).astype(np.float32)
FULL_SCALE = 32768.0


@dataclass(frozen=True)
class Noise:
    """mel: log mel energies (frames, 40), float16; power: mean square of the samples of each frame.
    least_snr_db: louder than this it would be a second talker rather than a noise.
    """

    mel: Array
    power: Array
    least_snr_db: float = 0.0

    @classmethod
    def of(cls, wave: Array, least_snr_db: float = 0.0) -> "Noise":
        wave = np.asarray(wave, np.float32)
        wave = wave / level(wave)
        frames = np.lib.stride_tricks.sliding_window_view(wave, WINDOW)[:: RATE // 100]
        return cls(log_mel(wave).astype(np.float16), np.square(frames).mean(1), least_snr_db)


class Noises:
    """A stock of noises by kind: recorded, babble, a television (one to three talkers), made."""

    def __init__(
        self, surroundings: Surroundings, voices: Sequence[Sequence[Array]], rng: np.random.Generator
    ) -> None:
        """voices: what each person says, in pieces; all are heard equally often, however much each has recorded."""
        self.kinds: list[tuple[float, list[Noise]]] = []
        self._add(0.3, [Noise.of(wave) for wave in surroundings.noises.values()])
        if voices:
            crowds = [_talk(voices, rng, int(rng.integers(5, 11)), 12.0) for _ in range(150)]
            crowds[::2] = [_away(wave, surroundings.room(rng)) for wave in crowds[::2]]
            self._add(0.3, [Noise.of(wave) for wave in crowds])
            few = [_talk(voices, rng, int(rng.integers(1, 4)), 12.0) for _ in range(80)]
            self._add(0.15, [Noise.of(_away(wave, surroundings.room(rng)), 7.0) for wave in few])
        self._add(0.25, [Noise.of(synthetic_noise(rng, 6 * RATE)) for _ in range(60)])

    def _add(self, share: float, noises: list[Noise]) -> None:
        if noises:
            self.kinds.append((share, noises))

    def draw(self, rng: np.random.Generator, frames: int) -> tuple[Array, float]:
        """(energies (frames, 40) of noise at level 1, the least signal-to-noise ratio in dB that it may have)."""
        shares = np.array([share for share, _ in self.kinds])
        noises = self.kinds[int(rng.choice(len(shares), p=shares / shares.sum()))][1]
        noise = noises[int(rng.integers(len(noises)))]
        index = (int(rng.integers(len(noise.mel))) + np.arange(frames)) % len(noise.mel)
        mel = noise.mel[index].astype(np.float32) + smooth_curve(rng, 0.5)
        if rng.random() < 0.25:  # comes and goes
            mel += np.interp(np.arange(frames), np.linspace(0, frames, 8), rng.normal(0, 1.4, 8))[:, None]
        return np.exp(mel) / (float(noise.power[index].mean()) + 1e-6), noise.least_snr_db


def mix(mel: Array, noises: Noises, rng: np.random.Generator) -> Array:
    """Speech at level 1 (log mel energies, frames x 40) -> what a microphone of some kind makes of it somewhere."""
    background, least_snr_db = noises.draw(rng, len(mel))
    snr_db = rng.uniform(max(0.0, least_snr_db), 25) if rng.random() < 0.75 else rng.uniform(25, 60)
    both = together(np.exp(mel + smooth_curve(rng, 0.35)), background * 10 ** (-snr_db / 10), rng)
    return _microphone(both, rng, level_db=rng.uniform(-52, -12))


def together(one: Array, other: Array, rng: np.random.Generator) -> Array:
    """Energies of the sum of two waves from the energies of each: they add, and beat."""
    beat = np.clip(rng.standard_normal(one.shape, np.float32) * _BEAT, -0.9, 0.9)
    sum_of_both: Array = one + other + 2 * beat * np.sqrt(one * other)
    return sum_of_both


def nobody(noises: Noises, rng: np.random.Generator) -> tuple[Array, Array]:
    """Noise alone, and its labels: silence."""
    frames = int(rng.uniform(60, 250))
    background, _ = noises.draw(rng, frames)
    return _microphone(background, rng, level_db=rng.uniform(-80, -20)), silence_labels(frames)


def silence_labels(frames: int) -> Array:
    return frame_labels(np.array([0]), np.array([0]), frames)


def _microphone(energies: Array, rng: np.random.Generator, level_db: float) -> Array:
    """A recording at `level_db` below full scale, with its band limits, its codec, its response, its rounding."""
    if rng.random() < 0.2:
        low, high = rng.uniform(50, 350), rng.uniform(3200, 7700)
        steep = rng.uniform(2, 30)
        with np.errstate(over="ignore"):
            passed = 1 / (1 + (low / _CENTRES_HZ) ** steep) / (1 + (_CENTRES_HZ / high) ** steep)
        energies = energies * passed.astype(np.float32)
    if rng.random() < 0.1:  # a codec throws away what a louder neighbour hides
        hidden = energies < energies.max(1, keepdims=True) * 10 ** -rng.uniform(2.2, 4.5)
        energies = np.where(hidden, energies * 0.01, energies)
    recorded = energies * (FULL_SCALE * 10 ** (level_db / 20)) ** 2 + _rounding()
    mel = np.log(recorded).astype(np.float32) + smooth_curve(rng, 0.9)
    if rng.random() < 0.5:
        width, start = int(rng.integers(1, 7)), int(rng.integers(0, BANDS - 7))
        mel[:, start : start + width] = mel.mean()
    if rng.random() < 0.4:
        width, start = int(rng.integers(2, 9)), int(rng.integers(0, max(1, len(mel) - 9)))
        mel[start : start + width] = mel.mean()
    return mel


def smooth_curve(rng: np.random.Generator, size: float) -> Array:
    """A smooth frequency response, natural log of energy per band."""
    axis = np.linspace(0, np.pi, BANDS, dtype=np.float32)
    waves = np.stack([np.cos(k * axis) / k for k in range(1, 5)])
    return (rng.normal(0, size, 4).astype(np.float32) @ waves).astype(np.float32)


_ROUNDING: list[Array] = []


def _rounding() -> Array:
    """Energy per band of rounding to 16 bits."""
    if not _ROUNDING:
        noise = np.random.default_rng(0).uniform(-0.5, 0.5, 3 * RATE)
        _ROUNDING.append(np.exp(log_mel(noise)).mean(0))
    return _ROUNDING[0]


def _talk(voices: Sequence[Sequence[Array]], rng: np.random.Generator, talkers: int, seconds: float) -> Array:
    """Several people talking at once, without listening to one another. Each is somebody known in another body: his
    pitch and formants moved together.
    """
    total = np.zeros(int(seconds * RATE), np.float32)
    for _ in range(talkers):
        pieces = voices[int(rng.integers(len(voices)))]
        line = np.concatenate([pieces[int(rng.integers(len(pieces)))] for _ in range(16)]).astype(np.float32)
        line = scipy.signal.resample_poly(line, int(rng.integers(85, 118)), 100).astype(np.float32)
        line = np.roll(np.resize(line, len(total)), int(rng.integers(len(total))))
        total += line / level(line) * np.float32(np.exp(rng.normal(0, 0.4)))
    return total / level(total)


def _away(wave: Array, room: Array) -> Array:
    """The same in a room."""
    heard: Array = scipy.signal.fftconvolve(wave, room)[: len(wave)]
    return heard
