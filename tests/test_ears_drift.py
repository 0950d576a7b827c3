"""Two clocks: how far apart they run, and the reference that runs with them."""

from __future__ import annotations

import numpy as np
import pytest

from tests.test_ears_alignment import murmur
from voiceguide.ears.delay_line import DelayLine
from voiceguide.ears.drift import ClockDrift
from voiceguide.ears.echo import load_canceller
from voiceguide.events import BLOCK_SAMPLES, SAMPLE_RATE
from voiceguide.room.acoustics import AcousticPath, Acoustics

SILENCE = np.zeros(BLOCK_SAMPLES, np.int16)


def looks(drift: ClockDrift, ppm: float, seconds: float, start_samples: float = 1000.0, since: float = 0.0) -> None:
    """Four a second, each off by a fraction of a sample."""
    random = np.random.default_rng(1)
    for at in np.arange(since, since + seconds, 0.25):
        exactly = start_samples + ppm * 1e-6 * SAMPLE_RATE * (at - since)
        drift.feed(float(at), exactly + float(random.normal(0, 0.2)), SAMPLE_RATE)


@pytest.mark.parametrize("ppm", [-280.0, -60.0, 0.0, 100.0, 300.0])
def test_the_rate_is_known_after_eight_seconds(ppm: float) -> None:
    drift = ClockDrift()
    looks(drift, ppm, 8.0)
    assert drift.rate * 1e6 == pytest.approx(ppm, abs=6)


def test_one_clock_is_left_alone() -> None:
    drift = ClockDrift()
    for at in range(100):
        drift.feed(at / 4, 1000.0, SAMPLE_RATE)
    assert drift.rate == 0.0


def test_a_device_that_drops_something_is_followed_and_a_stray_look_is_not() -> None:
    drift = ClockDrift()
    looks(drift, 200.0, 10.0)
    drift.feed(10.0, 4000.0, SAMPLE_RATE)
    assert drift.rate * 1e6 == pytest.approx(200, abs=5)
    looks(drift, 200.0, 10.0, start_samples=300.0, since=10.25)
    assert drift.rate * 1e6 == pytest.approx(200, abs=5)


def test_what_lies_between_two_samples_is_reckoned() -> None:
    """A tone, read 100.25 samples late and ever later."""
    rate, at = 200e-6, np.arange(100 * BLOCK_SAMPLES)
    tone = (8000 * np.sin(2 * np.pi * 1000 * at / SAMPLE_RATE)).astype(np.int16)
    line, delay = DelayLine(1600), 100.25
    for block in tone.reshape(-1, BLOCK_SAMPLES):
        line.push(block)
        read = line.read(delay, rate)
        delay += rate * BLOCK_SAMPLES
    late = at[-BLOCK_SAMPLES:] * (1 - rate) - 100.25
    wanted = 8000 * np.sin(2 * np.pi * 1000 * late / SAMPLE_RATE)
    assert np.abs(read - wanted).max() < 25


@pytest.mark.thorough
@pytest.mark.parametrize("ppm", [0.0, 200.0])
def test_the_echo_of_a_loudspeaker_with_a_clock_of_its_own_is_taken_out(ppm: float) -> None:
    """12 dB or more in the last four seconds of twelve; without following the clock it is 4 dB at 200 ppm."""
    path = AcousticPath(
        Acoustics(echo_db=0.0, echo_seconds=0.1, echo_drift_ppm=ppm, reverberation_seconds=0.3), seed=1
    )
    canceller, played = load_canceller(), murmur(12.0, 1)
    heard_power = left_power = 0.0
    for number, block in enumerate(played.reshape(-1, BLOCK_SAMPLES)):
        heard = path.through(SILENCE, block)
        left = canceller.process(heard, block).block
        if number * BLOCK_SAMPLES >= 8 * SAMPLE_RATE:
            heard_power += float(np.sum(np.square(heard, dtype=np.float64)))
            left_power += float(np.sum(np.square(left, dtype=np.float64)))
    assert 10 * np.log10(heard_power / left_power) > 12
