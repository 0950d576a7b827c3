"""Rooms to train in: those that are calculated, and how often each kind is drawn."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("pyroomacoustics", reason="training needs pyroomacoustics: script/setup --dev")

from training.features import RATE
from training.rooms import simulated
from training.surroundings import Surroundings

SOME = range(24)


def decibels(energy: float) -> float:
    return float(10 * np.log10(energy))


def direct_to_rest_db(response: np.ndarray) -> float:
    """Energy of the first 2.5 ms against all that follows."""
    first = round(0.0025 * RATE)
    return decibels(np.sum(response[:first] ** 2) / np.sum(response[first:] ** 2))


def decay_seconds(response: np.ndarray) -> float:
    """To 60 dB less, as its fall from 5 to 25 dB says (Schroeder 1965)."""
    left = np.cumsum(response[::-1] ** 2)[::-1]
    fallen = 10 * np.log10(left / left[0])
    return float(3 * (np.argmax(fallen < -25) - np.argmax(fallen < -5)) / RATE)


def test_a_room_is_the_same_room_again() -> None:
    first = simulated(7).copy()
    simulated.cache_clear()
    assert np.array_equal(simulated(7), first)
    assert not np.array_equal(simulated(8)[:100], first[:100])


@pytest.mark.thorough
@pytest.mark.parametrize("number", SOME)
def test_the_sound_begins_with_what_came_straight_and_has_energy_one(number: int) -> None:
    response = simulated(number)
    assert abs(decibels(np.sum(response**2))) < 0.01
    # Half of the filter that the library draws a reflection with lies before its middle.
    assert np.max(np.abs(response[:4])) > 0.3 * np.max(np.abs(response))


@pytest.mark.thorough
def test_they_are_as_different_as_rooms_at_home() -> None:
    distances = [direct_to_rest_db(simulated(number)) for number in SOME]
    assert min(distances) < -3  # across the room
    assert max(distances) > 6  # in her hand
    decays = [decay_seconds(simulated(number)) for number in SOME]
    assert min(decays) < 0.2
    assert max(decays) > 0.5


@pytest.mark.thorough
def test_high_sounds_mostly_fade_sooner() -> None:
    def fading(response: np.ndarray) -> float:
        """How much higher than the first 50 ms its tail sounds: a ratio of their spectral centres."""

        def centre(part: np.ndarray) -> float:
            power = np.abs(np.fft.rfft(part)) ** 2
            return float(np.sum(power * np.arange(len(power))) / np.sum(power) / len(power))

        cut = round(0.05 * RATE)
        return centre(response[cut:]) / centre(response[:cut])

    duller = [fading(simulated(number)) < 1 for number in SOME]
    assert np.mean(duller) > 0.7


@pytest.mark.thorough
def test_measured_rooms_are_drawn_beside_calculated_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.surroundings.ROOMS", len(SOME))
    measured = np.zeros(1600, np.float32)
    measured[100], measured[101] = 1.0, 0.5
    around = Surroundings(rooms={"bathroom": measured})
    rng = np.random.default_rng(0)
    drawn = [around.room(rng) for _ in range(200)]
    assert 0.15 < np.mean([len(each) == 1500 for each in drawn]) < 0.35
    known = {simulated(number).tobytes() for number in SOME}
    assert 0.4 < np.mean([each.tobytes() in known for each in drawn]) < 0.6
