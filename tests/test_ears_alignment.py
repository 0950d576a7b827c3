"""Finding by how much the microphone is behind the loudspeaker."""

from __future__ import annotations

import numpy as np
import pytest

from voiceguide.ears.alignment import DelayFinder
from voiceguide.events import BLOCK_SAMPLES, BLOCK_SECONDS, SAMPLE_RATE, Samples


def murmur(seconds: float, seed: int, rms: float = 2000.0) -> Samples:
    """Sound with the unevenness of speech: noise in syllables."""
    random = np.random.default_rng(seed)
    count = round(seconds * SAMPLE_RATE)
    syllables = np.repeat(random.uniform(0, 1, count // 3200 + 1) ** 2, 3200)[:count]
    return np.clip(random.standard_normal(count) * rms * syllables, -32768, 32767).astype(np.int16)


def delayed(samples: Samples, by: int, gain: float = 1.0) -> Samples:
    return (np.concatenate([np.zeros(by), samples])[: samples.size] * gain).astype(np.int16)


def feed(finder: DelayFinder, heard: Samples, played: Samples) -> list[int | None]:
    """The finding after each block."""
    found = []
    for at in range(0, played.size - BLOCK_SAMPLES + 1, BLOCK_SAMPLES):
        finder.feed(heard[at : at + BLOCK_SAMPLES], played[at : at + BLOCK_SAMPLES])
        found.append(finder.delay_samples)
    return found


@pytest.mark.parametrize("delay", [0, 320, 1600, 4000, 11_200])
@pytest.mark.parametrize("gain_db", [-30, 0])
def test_the_delay_is_found_to_the_sample_within_two_seconds(delay: int, gain_db: float) -> None:
    played = murmur(2.0, 1)
    assert feed(DelayFinder(), delayed(played, delay, 10 ** (gain_db / 20)), played)[-1] == delay


def test_somebody_louder_speaking_at_the_same_time_hides_nothing() -> None:
    played = murmur(4.0, 1)
    heard = delayed(played, 1234, 0.3) + murmur(4.0, 2)
    assert feed(DelayFinder(), heard, played)[-1] == 1234


@pytest.mark.thorough
def test_a_room_that_does_not_answer_has_no_delay() -> None:
    """Headphones: whatever the microphone hears is not the guide."""
    played = murmur(20.0, 1)
    assert set(feed(DelayFinder(), murmur(20.0, 2), played)) == {None}


def test_before_anything_was_played_nothing_is_known() -> None:
    assert set(feed(DelayFinder(), murmur(3.0, 2), np.zeros(3 * SAMPLE_RATE, np.int16))) == {None}


def test_a_device_that_comes_back_with_another_delay_is_found_again() -> None:
    played = murmur(12.0, 1)
    half = played.size // 2
    heard = np.concatenate([delayed(played, 800)[:half], delayed(played, 3000)[half:]])
    found = feed(DelayFinder(), heard, played)
    assert found[round(5.9 / BLOCK_SECONDS)] == 800
    assert found[round(8.0 / BLOCK_SECONDS)] == 3000


@pytest.mark.thorough
def test_two_clocks_that_drift_apart_are_followed() -> None:
    """200 ppm, four times what sound cards do: 192 samples in a minute."""
    played = murmur(60.0, 1)
    at = np.arange(played.size) * (1 - 200e-6) - 2000
    heard = np.interp(at, np.arange(played.size), played, left=0).astype(np.int16)
    found = feed(DelayFinder(), heard, played)
    late = found[-1]
    assert late is not None
    assert late == pytest.approx(2000 + 192, abs=6)
