"""The echo's way: its level, its delay, its clock, its loudspeaker; and what else sounds in a room."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from voiceguide.events import BLOCK_SAMPLES, SAMPLE_RATE, Block, Samples
from voiceguide.loudness import dbfs
from voiceguide.room.acoustics import AcousticPath, Acoustics, Background
from voiceguide.room.loudspeaker import SLIP_SECONDS, Loudspeaker, distorted
from voiceguide.room.person import ScriptedPerson
from voiceguide.room.simulated import SimulatedRoom

QUIET = np.zeros(BLOCK_SAMPLES, np.int16)


def hiss(seconds: float, peak: int = 6000, seed: int = 5) -> Samples:
    random = np.random.default_rng(seed)
    return (random.standard_normal(round(seconds * SAMPLE_RATE)) * peak / 4).astype(np.int16)


def clicks(seconds: float, every_seconds: float) -> Samples:
    train = np.zeros(round(seconds * SAMPLE_RATE), np.int16)
    train[:: round(every_seconds * SAMPLE_RATE)] = 20_000
    return train


def echo_of(played: Samples, acoustics: Acoustics, seed: int = 0) -> Samples:
    path = AcousticPath(acoustics, seed)
    return np.concatenate([path.through(QUIET, block) for block in played.reshape(-1, BLOCK_SAMPLES)])


def peaks(heard: Samples, least: int = 3000) -> NDArray[np.int64]:
    """Where single clicks arrive."""
    loud = np.flatnonzero(np.abs(heard.astype(int)) >= least)
    return loud[np.concatenate([[True], np.diff(loud) > 50])]


@pytest.mark.thorough
@pytest.mark.parametrize("echo_db", [-30.0, -20.0, -10.0, 0.0])
@pytest.mark.parametrize("reverberation_seconds", [0.0, 0.2, 0.8])
def test_the_echo_has_exactly_the_level_asked_for(echo_db: float, reverberation_seconds: float) -> None:
    played = hiss(12.0, 12_000)
    heard = echo_of(played, Acoustics(echo_db=echo_db, reverberation_seconds=reverberation_seconds))
    assert dbfs(heard[2 * SAMPLE_RATE :]) - dbfs(played) == pytest.approx(echo_db, abs=0.25)


@pytest.mark.parametrize("delay_seconds", [0.02, 0.055, 0.25])
def test_the_echo_arrives_exactly_when_asked_for(delay_seconds: float) -> None:
    heard = echo_of(clicks(4.0, 1.0), Acoustics(echo_db=-6, echo_seconds=delay_seconds))
    late = round(delay_seconds * SAMPLE_RATE)
    assert list(peaks(heard)) == [late + second * SAMPLE_RATE for second in range(4)]


@pytest.mark.thorough
@pytest.mark.parametrize("drift_ppm", [300.0, 50.0, -300.0])
def test_the_clocks_drift_apart_exactly(drift_ppm: float) -> None:
    acoustics = Acoustics(echo_db=-6, echo_seconds=0.25, echo_drift_ppm=drift_ppm)
    arrivals = peaks(echo_of(clicks(60.0, 5.0), acoustics))
    late = arrivals - np.arange(arrivals.size) * 5 * SAMPLE_RATE
    expected = 0.25 * SAMPLE_RATE + np.arange(arrivals.size) * 5 * SAMPLE_RATE * drift_ppm * 1e-6
    np.testing.assert_allclose(late, expected, atol=2)


@pytest.mark.thorough
@pytest.mark.parametrize("drift_ppm", [2000.0, -2000.0])
def test_a_card_whose_buffer_runs_over_or_empty_slips_and_stays_near_its_delay(drift_ppm: float) -> None:
    acoustics = Acoustics(echo_db=0, echo_seconds=0.06, echo_drift_ppm=drift_ppm)
    arrivals = peaks(echo_of(clicks(120.0, 1.0), acoustics))
    late_seconds = (arrivals / SAMPLE_RATE) % 1.0
    assert 118 <= arrivals.size <= 120  # one may fall into a slip
    assert late_seconds.max() <= 0.06 + SLIP_SECONDS + 0.01
    assert late_seconds.min() >= 0.025


def test_a_drifting_clock_changes_nothing_of_the_level() -> None:
    played = hiss(8.0)
    low = np.convolve(played, np.ones(8) / 8, "same").astype(np.int16)  # speech has little above 4 kHz
    heard = echo_of(low, Acoustics(echo_db=-12, echo_drift_ppm=200))
    assert dbfs(heard[SAMPLE_RATE:]) - dbfs(low) == pytest.approx(-12, abs=0.3)


def test_a_bad_loudspeaker_adds_harmonics_and_a_good_one_none() -> None:
    at = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    tone = 12_000 * np.sin(2 * np.pi * 500 * at)

    def harmonics(drive: float) -> float:
        spectrum = np.abs(np.fft.rfft(distorted(tone, drive)))
        return float(np.sqrt(np.sum(spectrum[1000:6000:500] ** 2)) / spectrum[500])

    assert harmonics(0.0) < 1e-9
    assert 0.01 < harmonics(1.0) < 0.05
    assert harmonics(4.0) > 0.1


def test_person_and_loudspeaker_stand_in_different_places() -> None:
    """A canceller that learns the one response must not get the other for nothing."""
    acoustics = Acoustics(echo_db=0, echo_seconds=0.0, reverberation_seconds=0.3)
    click = np.zeros(SAMPLE_RATE // 2, np.int16)
    click[0] = 20_000
    path = AcousticPath(acoustics, 0)
    spoken = np.concatenate([path.through(block, QUIET) for block in click.reshape(-1, BLOCK_SAMPLES)])
    echo = echo_of(click, acoustics)
    assert abs(float(np.corrcoef(spoken[100:4000], echo[100:4000])[0, 1])) < 0.1


def test_silence_in_is_silence_out_after_the_tail() -> None:
    speaker = Loudspeaker(0.0, 0.02, 0.0, 0.0, np.array([1.0, *([0.0] * 700), 0.5]))
    blocks: list[Block] = [np.full(BLOCK_SAMPLES, 1000, np.int16), *([QUIET] * 20)]
    out = np.concatenate([speaker.through(block) for block in blocks])
    assert out[320:640].any()
    assert out[320 + 701 : 640 + 701].any()
    assert np.abs(out[640 + 701 :]).max() < 1e-6


def test_a_television_has_its_level_while_it_speaks() -> None:
    talk = np.concatenate([hiss(2.0, 900), np.zeros(SAMPLE_RATE * 2, np.int16)])
    acoustics = Acoustics(backgrounds=(Background(talk, -40.0),))
    heard = echo_of(np.zeros(SAMPLE_RATE * 8, np.int16), acoustics)
    assert dbfs(heard[: 2 * SAMPLE_RATE]) == pytest.approx(-40, abs=0.2)
    assert not heard[round(2.1 * SAMPLE_RATE) : round(3.9 * SAMPLE_RATE)].any()
    np.testing.assert_array_equal(heard[: 4 * SAMPLE_RATE], heard[4 * SAMPLE_RATE :])


def test_noise_and_television_add_up() -> None:
    both = Acoustics(noise_dbfs=-40, backgrounds=(Background(hiss(3.0), -40.0),))
    heard = echo_of(np.zeros(SAMPLE_RATE * 6, np.int16), both)
    assert dbfs(heard) == pytest.approx(-37, abs=0.3)


def test_a_silent_television_is_refused() -> None:
    with pytest.raises(ValueError, match="background"):
        AcousticPath(Acoustics(backgrounds=(Background(np.zeros(100, np.int16), -40.0),)), 0)


def test_a_scene_of_hours_need_not_be_kept() -> None:
    room = SimulatedRoom(ScriptedPerson(stays_seconds=1e9), keeps_recording=False)
    for _ in range(500):
        room.exchange(np.full(BLOCK_SAMPLES, 500, np.int16))
    assert room.recording().size == 0
    assert room.stereo_recording().shape == (0, 2)
    assert room.now_seconds == pytest.approx(10.0)
