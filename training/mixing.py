"""Noise, microphones and codecs, added to speech as energies in mel bands.

Adding energies instead of waves costs a tenth of the time, so that every drawn piece of speech is heard several
times, each time in another place: most of the training's time goes into the network. Whole batches are mixed at once,
where the network is: on a GPU that costs next to nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.signal
import torch

from training.chance import Chance, placed_once
from training.features import BANDS, HIGH_HZ, LOW_HZ, RATE, WINDOW, filters, log_mel, mel_scale
from training.surroundings import Surroundings, level, synthetic_noise

Array = np.ndarray

Tensor = torch.Tensor

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


class Stock:
    """Noises end to end in one tensor, where the network is."""

    def __init__(self, noises: Noises, device: torch.device) -> None:
        every = [noise for _, kind in noises.kinds for noise in kind]
        sizes = [len(kind) for _, kind in noises.kinds]
        lengths = [len(noise.mel) for noise in every]

        def column(values: Array | Sequence[float]) -> Tensor:
            return torch.as_tensor(np.asarray(values), device=device)

        self._mel = column(np.concatenate([noise.mel for noise in every]))
        self._power = column(np.concatenate([noise.power for noise in every]).astype(np.float32))
        self._lengths, self._begins = column(lengths), column(np.cumsum([0, *lengths[:-1]]))
        self._least_snr_db = column(np.array([noise.least_snr_db for noise in every], np.float32))
        self._sizes, self._firsts = column(sizes), column(np.cumsum([0, *sizes[:-1]]))
        self._shares = column(np.array([share for share, _ in noises.kinds], np.float32))

    def draw(self, lengths: Tensor, frames: int, chance: Chance) -> tuple[Tensor, Tensor]:
        """For each of so many pieces of `lengths` frames: (energies (batch, frames, 40) of noise at level 1, the least
        signal-to-noise ratio in dB that it may have (batch,)).
        """
        batch = len(lengths)
        kind = torch.multinomial(self._shares, batch, replacement=True, generator=chance.generator)
        noise = self._firsts[kind] + chance.below(self._sizes[kind])
        own = self._lengths[noise][:, None]
        at = chance.below(own) + torch.arange(frames, device=lengths.device)
        index = self._begins[noise][:, None] + at % own
        mel = self._mel[index].float() + smooth_curves(chance, batch, 0.5)
        swings = chance.normal(batch, 1, 8) * 1.4 * chance.happens(0.25, batch, 1, 1)  # comes and goes
        mel += torch.nn.functional.interpolate(swings, frames, mode="linear", align_corners=True)[
            :, 0, :, None
        ]
        power = _mean_within(self._power[index], lengths)
        return torch.exp(mel) / (power[:, None, None] + 1e-6), self._least_snr_db[noise]


def mix(mel: Tensor, lengths: Tensor, spoken: Tensor, stock: Stock, chance: Chance) -> Tensor:
    """Speech at level 1 (log mel energies, batch x frames x 40, of which `lengths` count) -> what a microphone of some
    kind makes of it somewhere. spoken: whether there is speech at all, or noise alone (batch,).
    """
    batch, frames, _ = mel.shape
    background, least_snr_db = stock.draw(lengths, frames, chance)
    noisy = chance.uniform(0.0, 1.0, batch) * (25 - least_snr_db) + least_snr_db
    snr_db = torch.where(chance.happens(0.75, batch), noisy, chance.uniform(25.0, 60.0, batch))
    snr_db = torch.where(spoken, snr_db, 0.0)
    speech = torch.exp(mel + smooth_curves(chance, batch, 0.35)) * spoken[:, None, None]
    both = together(speech, background * (10 ** (-snr_db / 10))[:, None, None], chance)
    level_db = torch.where(spoken, chance.uniform(-52.0, -12.0, batch), chance.uniform(-80.0, -20.0, batch))
    return _microphone(both, lengths, level_db, chance)


def together(one: Tensor, other: Tensor, chance: Chance) -> Tensor:
    """Energies of the sum of two waves from the energies of each: they add, and beat."""
    beat = (chance.normal(*one.shape) * _beat(one.device)).clamp(-0.9, 0.9)
    return one + other + 2 * beat * torch.sqrt(one * other)


def _microphone(energies: Tensor, lengths: Tensor, level_db: Tensor, chance: Chance) -> Tensor:
    """Recordings at `level_db` below full scale, with their band limits, codecs, responses and rounding."""
    batch, frames, _ = energies.shape

    def each(probability: float) -> Tensor:
        return chance.happens(probability, batch, 1, 1)

    centres = _centres_hz(energies.device)
    low, high = chance.uniform(50.0, 350.0, batch, 1, 1), chance.uniform(3200.0, 7700.0, batch, 1, 1)
    steep = chance.uniform(2.0, 30.0, batch, 1, 1)
    passed = 1 / (1 + (low / centres) ** steep) / (1 + (centres / high) ** steep)
    energies = energies * torch.where(each(0.2), passed, 1.0)
    # A codec throws away what a louder neighbour hides.
    least = energies.amax(2, keepdim=True) * 10 ** -chance.uniform(2.2, 4.5, batch, 1, 1)
    energies = torch.where(each(0.1) & (energies < least), energies * 0.01, energies)
    gain = (FULL_SCALE * 10 ** (level_db / 20)) ** 2
    recorded = energies * gain[:, None, None] + _rounding(energies.device)
    mel = torch.log(recorded) + smooth_curves(chance, batch, 0.9)
    usual = _mean_within(mel.mean(2), lengths)[:, None, None]
    band = torch.arange(BANDS, device=mel.device)
    start = chance.below(torch.full((batch, 1, 1), BANDS - 7, device=mel.device))
    width = 1 + chance.below(torch.full((batch, 1, 1), 6, device=mel.device))
    mel = torch.where(each(0.5) & (band >= start) & (band < start + width), usual, mel)
    frame = torch.arange(frames, device=mel.device)[:, None]
    start = chance.below((lengths - 9).clamp_min(1)[:, None, None])
    width = 2 + chance.below(torch.full((batch, 1, 1), 7, device=mel.device))
    return torch.where(each(0.4) & (frame >= start) & (frame < start + width), usual, mel)


def _mean_within(values: Tensor, lengths: Tensor) -> Tensor:
    """Mean over the frames that count: (batch, frames) -> (batch,)."""
    inside = torch.arange(values.shape[1], device=values.device) < lengths[:, None]
    return (values * inside).sum(1) / lengths


def smooth_curves(chance: Chance, batch: int, size: float) -> Tensor:
    """Smooth frequency responses (batch, 1, 40), natural log of energy per band."""
    axis = torch.linspace(0, np.pi, BANDS, device=chance.device)
    waves = torch.stack([torch.cos(k * axis) / k for k in range(1, 5)])
    return (size * chance.normal(batch, 4) @ waves)[:, None]


@placed_once
def _centres_hz() -> Array:
    """Of the mel bands."""
    inner: Array = np.linspace(mel_scale(LOW_HZ), mel_scale(HIGH_HZ), BANDS + 2)[1:-1]
    return 700 * (np.exp(inner / 1127) - 1)


@placed_once
def _beat() -> Array:
    """How much two waves in one band beat. The window ties neighbouring FFT bins together: so many are independent."""
    bins = np.maximum(1.0, filters(100).sum(0) / 1.2)
    return np.sqrt(0.5 / bins)


@placed_once
def _rounding() -> Array:
    """Energy per band of rounding to 16 bits."""
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, 3 * RATE)
    return np.exp(log_mel(noise)).mean(0)


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
