"""Noise at an exact distance, rooms of an exact length."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from voiceguide.bench import surroundings
from voiceguide.bench.collection import Collection
from voiceguide.bench.joining import level
from voiceguide.bench.surroundings import NOISES, Surroundings
from voiceguide.events import SAMPLE_RATE


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def voice_like(seconds=1.0, hz=200):
    return (0.1 * np.sin(2 * np.pi * hz * np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE)).astype(
        np.float32
    )


def decibels(ratio):
    return 20 * np.log10(ratio)


@pytest.mark.parametrize("snr_db", [24, 18, 12, 9, 6, 0])
@pytest.mark.parametrize("room", [False, True])
def test_the_distance_from_speech_to_noise_is_exact(rng, snr_db, room):
    speech = voice_like()
    response = surroundings.reverberation(rng) if room else None
    placed = surroundings.padded(surroundings.in_room(speech, response))
    noise = rng.standard_normal(len(placed)).astype(np.float32) * 17
    whole = surroundings.mixed(placed, noise, snr_db)
    start = round(surroundings.BEFORE_SECONDS * SAMPLE_RATE)
    spoken = placed[start : start + len(speech)]
    assert decibels(level(spoken) / level(whole - placed)) == pytest.approx(snr_db, abs=0.05)


def test_the_made_room_falls_by_sixty_decibels_in_its_time(rng):
    response = surroundings.reverberation(rng, 0.35)
    energy = np.cumsum(response[::-1].astype(np.float64) ** 2)[::-1]
    fall_db = 10 * np.log10(energy / energy[0])
    # Schroeder's curve from just after the direct sound to 30 dB below, doubled.
    after = np.flatnonzero(fall_db < fall_db[1] - 5)[0]
    later = np.flatnonzero(fall_db < fall_db[1] - 30)[0]
    assert (later - after) / SAMPLE_RATE * 60 / 25 == pytest.approx(0.35, rel=0.12)


def test_a_room_rings_on_after_the_speech(rng):
    speech = voice_like()
    assert len(surroundings.in_room(speech, None)) == len(speech)
    ringing = surroundings.in_room(speech, surroundings.reverberation(rng))
    assert level(ringing[: len(speech)]) == pytest.approx(1, abs=0.01)
    assert 0.05 < level(ringing[len(speech) : len(speech) + 1_600]) < 1


def test_babble_has_the_level_of_one_person_and_comes_from_those_given(rng):
    crowd = surroundings.babble([voice_like(0.7, 200), voice_like(0.9, 300)], rng)
    assert len(crowd) == surroundings.BABBLE_SECONDS * SAMPLE_RATE
    assert level(crowd) == pytest.approx(1, abs=0.01)
    spectrum = np.abs(np.fft.rfft(crowd)) ** 2
    hertz = np.fft.rfftfreq(len(crowd), 1 / SAMPLE_RATE)
    near = (np.abs(hertz - 200) < 40) | (np.abs(hertz - 300) < 40)
    assert spectrum[near].sum() > 0.9 * spectrum.sum()


def test_a_murmur_swells_and_has_the_colour_of_the_speech(rng):
    noise = surroundings.murmur([voice_like(1.0, 300)], rng)
    assert level(noise) == pytest.approx(1, abs=0.01)
    spectrum = np.abs(np.fft.rfft(noise)) ** 2
    hertz = np.fft.rfftfreq(len(noise), 1 / SAMPLE_RATE)
    assert spectrum[hertz < 600].sum() > 0.8 * spectrum.sum()
    parts = [level(part) for part in np.array_split(noise, 40)]
    assert max(parts) > 1.5 * min(parts)
    assert np.isfinite(surroundings.murmur([], rng)).all()


def test_the_peak_is_where_it_was_asked_for():
    samples = surroundings.recorded(voice_like(), -12)
    assert decibels(np.abs(samples.astype(float)).max() / 32_767) == pytest.approx(-12, abs=0.05)
    assert not surroundings.recorded(np.zeros(10, np.float32), -12).any()


@pytest.mark.parametrize("name", sorted(NOISES))
def test_every_made_sound_sounds_and_is_another_each_time(rng, name):
    first, second = (NOISES[name](rng, SAMPLE_RATE) for _ in range(2))
    assert first.shape == (SAMPLE_RATE,)
    assert np.isfinite(first).all()
    assert level(first) > 1e-3
    assert not np.array_equal(first, second)


def test_the_crowd_next_door_has_lost_its_consonants(rng):
    crowd = rng.standard_normal(SAMPLE_RATE).astype(np.float32)
    heard = surroundings.through_a_wall(crowd)
    spectrum = np.abs(np.fft.rfft(heard)) ** 2
    assert spectrum[1_000:].sum() < 0.05 * spectrum.sum()


def test_recordings_are_used_and_what_is_made_instead_is_told(tmp_path, rng):
    soundfile.write(tmp_path / "tap.wav", voice_like(), SAMPLE_RATE)
    (tmp_path / "broken.wav").write_bytes(b"nothing")
    collection = Collection(Path(), [], noises=[tmp_path / "tap.wav", tmp_path / "broken.wav"])
    around = Surroundings.of(collection, rng)
    assert list(around.noises) == ["tap"]
    assert "broken.wav" in collection.problems[0]
    assert len(around.notes) == 1
    assert "rooms/" in around.notes[0]
    assert len(around.noise(3 * SAMPLE_RATE, rng)) == 3 * SAMPLE_RATE
    assert around.response(rng)[0] == 1.0
