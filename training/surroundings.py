"""What lies between a mouth and the recogniser, as recordings: rooms and noises."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import scipy.signal

from training.features import RATE
from training.human import SPLITS, sounds
from training.rooms import ROOMS, simulated

Array = np.ndarray


def level(wave: Array) -> float:
    """Root mean square, never zero."""
    return float(np.sqrt(np.mean(np.square(wave, dtype=np.float32))) + 1e-6)


@dataclass
class Surroundings:
    """Recorded noises and rooms by name. All float32 at 16 kHz."""

    noises: dict[str, Array] = field(default_factory=dict)
    rooms: dict[str, Array] = field(default_factory=dict)

    @classmethod
    def recorded(cls, speech: Path) -> "Surroundings":
        """The recordings in the speech collection but those kept for measuring."""
        split = SPLITS["surroundings"]
        return cls(
            {n: s for n, s in sounds(speech / "noise").items() if n not in split["test_noises"]},
            {n: s for n, s in sounds(speech / "rooms").items() if n not in split["test_rooms"]},
        )

    def room(self, rng: np.random.Generator) -> Array:
        """A room's impulse response, its direct sound at the start, energy 1: measured, calculated, or noise that
        dies away exponentially.
        """
        kind = rng.random()
        if self.rooms and kind < 0.25:
            response = self.rooms[str(rng.choice(list(self.rooms)))]
            response = response[int(np.argmax(np.abs(response))) :][: int(0.7 * RATE)].copy()
            response[1:] *= rng.uniform(0.2, 1.2)
        elif kind < 0.75:
            return simulated(int(rng.integers(ROOMS)))
        else:
            decay = rng.uniform(0.08, 0.7)
            n = int(decay * RATE)
            response = rng.standard_normal(n).astype(np.float32) * np.exp(-6.9 * np.arange(n) / n).astype(
                np.float32
            )
            response[: int(rng.uniform(0.001, 0.02) * RATE)] = 0.0
            response *= rng.uniform(0.1, 1.3) / (np.sqrt(np.sum(response**2)) + 1e-6)
            response[0] = 1.0
        return (response / np.sqrt(np.sum(response**2))).astype(np.float32)


def synthetic_noise(rng: np.random.Generator, samples: int) -> Array:
    """Hiss, a fan, mains hum, or knocks and rattles."""
    white = rng.standard_normal(samples).astype(np.float32)
    kind = rng.integers(4)
    if kind == 0:
        return white
    if kind == 1:
        return scipy.signal.lfilter([1.0], [1.0, -rng.uniform(0.5, 0.98)], white).astype(np.float32)
    if kind == 2:  # mains hum and a fan
        time = np.arange(samples) / RATE
        hum = sum(
            np.sin(2 * np.pi * 50 * k * time + rng.uniform(0, 6)) * rng.uniform(0, 1) / k for k in range(1, 9)
        )
        return (hum + 0.2 * scipy.signal.lfilter([1.0], [1.0, -0.9], white)).astype(np.float32)
    # Knocks and rattles: short bursts over a quiet floor.
    bursts = np.zeros(samples, np.float32)
    for start in rng.integers(0, samples, size=int(rng.integers(1, 5)) * (1 + samples // RATE)):
        n = min(int(rng.uniform(0.003, 0.08) * RATE), samples - int(start))
        bursts[start : start + n] += white[:n] * np.exp(-5 * np.arange(n) / max(n, 1)) * rng.uniform(0.3, 3)
    return bursts + 0.05 * white
