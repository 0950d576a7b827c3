"""Speech detection: what the gate lets through, what level Silero gets, what becomes of its answers."""

import math

import numpy as np
import pytest

from voiceguide.ears.speech import CHUNK_SAMPLES, SpeechDetector
from voiceguide.events import BLOCK_SAMPLES, SAMPLE_RATE

RNG = np.random.default_rng(3)


class Silero:
    """Says what it is told, and remembers what it was asked."""

    def __init__(self, answer=lambda samples: 0.9):
        self.answer = answer
        self.peaks = []
        self.resets = 0

    def process_samples(self, samples):
        assert len(samples) == CHUNK_SAMPLES
        self.peaks.append(max(abs(sample) for sample in samples))
        return self.answer(samples)

    def reset(self):
        self.resets += 1


def noise(seconds, rms):
    return np.clip(np.rint(RNG.normal(0, rms, round(seconds * SAMPLE_RATE))), -32768, 32767).astype(np.int16)


def feed(detector, samples):
    blocks = samples[: len(samples) // BLOCK_SAMPLES * BLOCK_SAMPLES].reshape(-1, BLOCK_SAMPLES)
    return [detector.feed(block) for block in blocks]


def test_silence_is_never_asked_about():
    silero = Silero()
    assert not any(feed(SpeechDetector(silero), noise(5.0, 0.0)))
    assert silero.peaks == []


def test_a_steady_room_is_soon_no_longer_asked_about():
    silero = Silero(lambda samples: 0.0)
    detector = SpeechDetector(silero)
    feed(detector, noise(5.0, 300))
    silero.peaks.clear()
    feed(detector, noise(5.0, 300))
    assert silero.peaks == []


def test_a_voice_5_db_above_the_noise_is_asked_about():
    silero = Silero(lambda samples: 0.0)
    detector = SpeechDetector(silero)
    feed(detector, noise(8.0, 300))
    silero.peaks.clear()
    feed(detector, noise(0.1, math.hypot(300, 300 * 10 ** (5 / 20))))
    assert silero.peaks


def test_silero_hears_what_came_before_the_gate_opened():
    silero = Silero(lambda samples: 0.0)
    detector = SpeechDetector(silero)
    feed(detector, noise(8.0, 10))
    silero.peaks.clear()
    feed(detector, noise(0.04, 3000))
    assert len(silero.peaks) == pytest.approx(10, abs=2)
    assert silero.peaks[0] < silero.peaks[-1] / 50


@pytest.mark.parametrize("rms", [40, 100, 1000])
def test_quiet_microphones_are_turned_up(rms):
    silero = Silero()
    feed(SpeechDetector(silero), noise(1.0, rms))
    assert max(silero.peaks[-20:]) == pytest.approx(10_000 / 32_768, rel=0.2)


def test_loud_ones_are_left_alone():
    silero = Silero()
    feed(SpeechDetector(silero), noise(1.0, 6000))
    assert silero.peaks[-1] > 0.4


def test_speech_begins_surely_and_ends_surely():
    answers = iter([0.3, 0.4, 0.6, 0.3, 0.25, 0.1, 0.3, 0.9])
    detector = SpeechDetector(Silero(lambda samples: next(answers)))
    chunk = noise(CHUNK_SAMPLES / SAMPLE_RATE * 8, 1000).reshape(-1, CHUNK_SAMPLES)
    # Whole chunks, so that each feed is one answer.
    assert [detector.feed(part) for part in chunk] == [False, False, True, True, True, False, False, True]


def test_a_new_turn_begins_without_speech():
    detector = SpeechDetector(Silero())
    assert feed(detector, noise(0.5, 1000))[-1]
    detector.reset()
    assert not detector.feed(noise(0.02, 1000))


def test_her_level_and_the_rooms_are_told_apart():
    silero = Silero(lambda samples: 0.0)
    detector = SpeechDetector(silero)
    feed(detector, noise(3.0, 100))
    assert detector.noise_dbfs == pytest.approx(20 * math.log10(100 / 32768), abs=1.5)
    assert detector.speech_dbfs is None
    silero.answer = lambda samples: 0.9
    feed(detector, noise(2.9, 3000))  # a sentence so long that the quiet before it is forgotten
    assert detector.speech_dbfs == pytest.approx(20 * math.log10(3000 / 32768), abs=1.5)
    assert detector.noise_dbfs == pytest.approx(20 * math.log10(100 / 32768), abs=1.5)
    detector.reset()
    assert detector.speech_dbfs is None, "the next turn is hers anew"
    assert detector.noise_dbfs is not None, "the room is the same"


def test_a_room_not_heard_yet_has_no_level():
    detector = SpeechDetector(Silero(lambda samples: 0.0))
    assert detector.noise_dbfs is None
    feed(detector, noise(0.3, 100))
    assert detector.noise_dbfs is None


@pytest.mark.parametrize("rms", [0, 1, 30, 1000])
def test_real_silero_calls_noise_no_speech(rms):
    assert sum(feed(SpeechDetector(), noise(4.0, rms))) * 0.02 < 0.2


def test_how_much_of_it_was_a_voice_is_told_by_its_loud_moments():
    answers = iter([0.9] * 10 + [0.1] * 10 + [0.9] * 100)
    detector = SpeechDetector(Silero(lambda samples: next(answers)))
    loud, soft = noise(10 * CHUNK_SAMPLES / SAMPLE_RATE, 1000), noise(10 * CHUNK_SAMPLES / SAMPLE_RATE, 10)
    feed(detector, loud)
    feed(detector, soft)
    assert detector.voice_share(1.0) > 0.85, "a pause takes nothing off"
    detector.reset()
    assert detector.voice_share(1.0) == 0.0
    answers = iter([0.9] * 10 + [0.1] * 10)
    feed(detector, np.concatenate([loud, loud]))
    assert detector.voice_share(1.0) == pytest.approx(0.5, abs=0.05)
    assert detector.voice_share(5 * CHUNK_SAMPLES / SAMPLE_RATE) == pytest.approx(0.1)
