"""What lies between a mouth and the microphone: rooms, noises, other people talking. Exact in dB."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import scipy  # its parts load when they are first used

from voiceguide.bench.collection import Collection
from voiceguide.bench.joining import Wave, level, wave_of
from voiceguide.events import SAMPLE_RATE, Samples
from voiceguide.room import RoomError
from voiceguide.room.files import read_samples

BEFORE_SECONDS, AFTER_SECONDS = 0.4, 0.8
"""Room around what is said."""
REVERBERATION_SECONDS = 0.35
FLOOR_DB = -54.0
"""A quiet room against the speech in it."""
CROWD = (6, 10)
"""Voices in babble."""
BABBLE_SECONDS = 8.0
BABBLES = 12


@dataclass
class Surroundings:
    """Recorded sounds by name, and what was made where recordings lack."""

    noises: dict[str, Wave] = field(default_factory=dict)
    rooms: dict[str, Wave] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    """What was made instead of recorded, in Chinese."""

    @classmethod
    def of(cls, collection: Collection, rng: np.random.Generator) -> Surroundings:
        """Recordings of the collection; coloured noise and a made room where it has none."""
        made = cls()
        for paths, sounds in ((collection.noises, made.noises), (collection.rooms, made.rooms)):
            for path in paths:
                try:
                    sounds[path.stem] = wave_of(read_samples(path))
                except RoomError as error:
                    collection.problems.append(error.message)
        if not made.noises:
            made.notes.append("没有噪声录音（noise/），用合成的有色噪声代替。")
            made.noises = {name: NOISES[name](rng, 20 * SAMPLE_RATE) for name in ("fan", "hiss", "knocks")}
        if not made.rooms:
            made.notes.append("没有房间录音（rooms/），用合成的混响代替。")
            made.rooms = {"synthetic": reverberation(rng)}
        return made

    def noise(self, samples: int, rng: np.random.Generator) -> Wave:
        """A stretch of one of the recordings, looped."""
        source = self.noises[sorted(self.noises)[int(rng.integers(len(self.noises)))]]
        return looped(source, samples, rng)

    def response(self, rng: np.random.Generator) -> Wave:
        """One of the recorded rooms, from its direct sound on."""
        room = self.rooms[sorted(self.rooms)[int(rng.integers(len(self.rooms)))]]
        return room[int(np.argmax(np.abs(room))) :]


def looped(source: Wave, samples: int, rng: np.random.Generator) -> Wave:
    """`samples` of it from a random place on."""
    return np.resize(np.roll(source, -int(rng.integers(len(source)))), samples)


def babble(speech: Sequence[Wave], rng: np.random.Generator) -> Wave:
    """BABBLE_SECONDS of six to ten people talking at once; level 1."""
    total = np.zeros(round(BABBLE_SECONDS * SAMPLE_RATE), np.float32)
    for _ in range(int(rng.integers(CROWD[0], CROWD[1] + 1))):
        line: list[Wave] = []
        while sum(map(len, line)) < len(total):
            line.append(speech[int(rng.integers(len(speech)))])
        talk = np.concatenate(line)[: len(total)]
        talk = np.roll(talk, int(rng.integers(len(talk))))
        total += talk / np.float32(level(talk)) * np.float32(np.exp(rng.normal(0, 0.4)))
    return total / np.float32(level(total))


def murmur(speech: Sequence[Wave], rng: np.random.Generator) -> Wave:
    """Noise with the spectrum of this speech that swells and falls like talk: babble where too few people
    were recorded."""
    samples = round(BABBLE_SECONDS * SAMPLE_RATE)
    spoken = np.concatenate([*speech, np.zeros(512, np.float32)])
    frames = spoken[: len(spoken) // 512 * 512].reshape(-1, 512)
    envelope = np.mean(np.abs(np.fft.rfft(frames)), axis=0) if spoken.any() else np.ones(257)
    white = np.fft.rfft(rng.standard_normal(samples))
    shaped = np.fft.irfft(
        white * np.interp(np.linspace(0, 256, len(white)), np.arange(257), envelope), samples
    )
    slow = scipy.signal.butter(2, 4.0, fs=SAMPLE_RATE, output="sos")
    swell = scipy.signal.sosfilt(slow, rng.standard_normal(samples))
    talk = shaped * np.exp(0.5 * swell / level(swell))
    return np.asarray(talk / level(talk), np.float32)


def reverberation(rng: np.random.Generator, seconds: float = REVERBERATION_SECONDS) -> Wave:
    """A made room: the direct sound, then noise of the same energy that falls by 60 dB in `seconds`."""
    samples = round(seconds * SAMPLE_RATE)
    tail = rng.standard_normal(samples) * 10.0 ** (-3.0 * np.arange(samples) / samples)
    tail[: round(0.002 * SAMPLE_RATE)] = 0.0
    response = tail / np.sqrt(np.sum(tail * tail))
    response[0] = 1.0
    return np.asarray(response, np.float32)


def in_room(speech: Wave, response: Wave | None) -> Wave:
    """Level 1 while the speech lasts; with a response the room rings on after it."""
    if response is None:
        return speech / np.float32(level(speech))
    wet = np.asarray(scipy.signal.fftconvolve(speech, response), np.float32)
    return wet / np.float32(level(wet[: len(speech)]))


def padded(speech: Wave) -> Wave:
    """Quiet before and after."""
    return np.pad(speech, (round(BEFORE_SECONDS * SAMPLE_RATE), round(AFTER_SECONDS * SAMPLE_RATE)))


def mixed(speech: Wave, noise: Wave, snr_db: float) -> Wave:
    """`speech` (level 1 while it lasts, any quiet around it) and noise of the same length exactly `snr_db` below it."""
    return speech + noise * np.float32(10.0 ** (-snr_db / 20) / level(noise))


def recorded(wave: Wave, peak_dbfs: float) -> Samples:
    """As a microphone delivers it, its highest peak at `peak_dbfs`."""
    peak = float(np.max(np.abs(wave))) if len(wave) else 0.0
    scale = 32_767 * 10.0 ** (peak_dbfs / 20) / peak if peak else 0.0
    return np.rint(wave * scale).astype(np.int16)


# ------------------------------------------------------------------------------------- sounds without a word


def _hiss(rng: np.random.Generator, samples: int) -> Wave:
    return rng.standard_normal(samples).astype(np.float32)


def _fan(rng: np.random.Generator, samples: int) -> Wave:
    time = np.arange(samples) / SAMPLE_RATE
    hum = np.zeros(samples)
    for k in range(1, 9):
        hum += np.sin(2 * np.pi * 50 * k * time + rng.uniform(0, 6)) * rng.uniform(0, 1) / k
    rumble = scipy.signal.lfilter([1.0], [1.0, -0.95], rng.standard_normal(samples))
    return np.asarray(hum + 0.2 * rumble, np.float32)


def _knocks(rng: np.random.Generator, samples: int) -> Wave:
    wave = 0.03 * rng.standard_normal(samples)
    for start in rng.integers(0, samples, size=max(1, samples // SAMPLE_RATE)):
        count = min(int(rng.uniform(0.005, 0.08) * SAMPLE_RATE), samples - int(start))
        decay = np.exp(-5 * np.arange(count) / max(1, count))
        wave[start : start + count] += rng.standard_normal(count) * decay * rng.uniform(0.3, 3)
    return wave.astype(np.float32)


def _notes(rng: np.random.Generator, samples: int, voices: int, seconds: tuple[float, float]) -> Wave:
    """Plucked tones of a pentatonic scale, each with its overtones."""
    wave = np.zeros(samples)
    at = 0
    while at < samples:
        count = min(round(rng.uniform(*seconds) * SAMPLE_RATE), samples - at)
        time = np.arange(count) / SAMPLE_RATE
        for _ in range(voices):
            hz = 130.8 * 2.0 ** (int(rng.choice([0, 2, 4, 7, 9, 12, 14, 16, 19, 21])) / 12)
            for overtone in range(1, 6):
                wave[at : at + count] += np.sin(2 * np.pi * hz * overtone * time) / overtone**1.3
        wave[at : at + count] *= np.minimum(1.0, time / 0.01) * np.exp(-1.5 * time)
        at += count
    return wave.astype(np.float32)


def _chords(rng: np.random.Generator, samples: int) -> Wave:
    return _notes(rng, samples, 3, (0.8, 2.0))


def _melody(rng: np.random.Generator, samples: int) -> Wave:
    return _notes(rng, samples, 1, (0.15, 0.6))


def _tone(rng: np.random.Generator, samples: int) -> Wave:
    time = np.arange(samples) / SAMPLE_RATE
    on = (time % rng.uniform(0.8, 2.0)) < rng.uniform(0.2, 0.6)
    return (np.sin(2 * np.pi * rng.uniform(300, 2000) * time) * on).astype(np.float32)


NOISES: Mapping[str, Callable[[np.random.Generator, int], Wave]] = {
    "hiss": _hiss, "fan": _fan, "knocks": _knocks, "chords": _chords, "melody": _melody, "tone": _tone,
}  # fmt: skip
"""Made sounds by name: (rng, samples) -> wave."""


def through_a_wall(wave: Wave) -> Wave:
    """Talk next door: a hum without words."""
    low = scipy.signal.butter(4, 500.0, fs=SAMPLE_RATE, output="sos")
    return np.asarray(scipy.signal.sosfilt(low, wave), np.float32)
