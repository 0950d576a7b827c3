"""Whole commands made of single syllables: what is in them, how long they last, what is lacking."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests import shipped
from voiceguide.bench.collection import Clip, Collection
from voiceguide.bench.joining import (
    FADE,
    SYLLABLE_SECONDS,
    Voice,
    at_pace,
    level,
    normal,
    resampled,
    stretched,
    trimmed,
    voices,
    wave_of,
)
from voiceguide.events import SAMPLE_RATE

HERTZ = {"xia4": 200, "yi2": 300, "yi4": 900, "bu4": 400, "hao3": 500, "le5": 600, "lv4": 700, "下一": 350}


@pytest.fixture(scope="module")
def readings():
    return shipped.readings()


class Tones(Collection):
    """Every clip is a tone of half a second, named by its text."""

    def __init__(self, *texts, kind="syllable"):
        super().__init__(Path(), [Clip(Path(text), "p", kind, text) for text in texts])

    def samples(self, clip):
        time = np.arange(SAMPLE_RATE // 2) / SAMPLE_RATE
        quiet = np.zeros(SAMPLE_RATE // 10)
        tone = 8000 * np.sin(2 * np.pi * HERTZ[clip.text] * time)
        return np.concatenate([quiet, tone, quiet]).astype(np.int16)


def hertz(wave):
    spectrum = np.abs(np.fft.rfft(wave * np.hanning(len(wave)), 1 << 16))
    return np.argmax(spectrum) * SAMPLE_RATE / (1 << 16)


def voice(readings, *texts, kind="syllable"):
    tones = Tones(*texts, kind=kind)
    return Voice("p", tones.clips, tones, readings)


@pytest.mark.parametrize("seconds", [0.2, 0.5, 1.1])
def test_stretching_keeps_the_pitch_and_hits_the_length(seconds):
    wave = np.sin(2 * np.pi * 250 * np.arange(SAMPLE_RATE // 2) / SAMPLE_RATE).astype(np.float32)
    out = stretched(wave, round(seconds * SAMPLE_RATE))
    assert len(out) == round(seconds * SAMPLE_RATE)
    assert hertz(out[480:-480]) == pytest.approx(250, abs=5)
    assert level(out[480:-960]) == pytest.approx(level(wave), rel=0.1)


@pytest.mark.parametrize("seconds", [0.3, 1.1])
def test_stretching_keeps_the_beginning_and_the_end_where_they_are(seconds):
    time = np.arange(SAMPLE_RATE // 4) / SAMPLE_RATE
    wave = np.concatenate([np.sin(2 * np.pi * hz * time) for hz in (250, 800)]).astype(np.float32)
    out = stretched(wave, round(seconds * SAMPLE_RATE))
    assert hertz(out[: int(len(out) * 0.4)]) == pytest.approx(250, abs=15)
    assert hertz(out[int(len(out) * 0.6) :]) == pytest.approx(800, abs=15)


def test_pace_is_length_upside_down():
    wave = np.sin(np.arange(SAMPLE_RATE) / 10).astype(np.float32)
    assert len(at_pace(wave, 0.7)) == round(SAMPLE_RATE / 0.7)
    assert len(at_pace(wave, 1.3)) == round(SAMPLE_RATE / 1.3)
    assert at_pace(wave, 1.0) is wave


def test_what_is_too_short_to_overlap_still_gets_its_length():
    assert len(stretched(np.ones(300, np.float32), 3_200)) == 3_200
    assert len(resampled(np.ones(300, np.float32), 300, 3_200)) == 3_200


def test_quiet_ends_go_and_speech_stays():
    wave = np.concatenate([np.zeros(2_000), np.ones(4_000), np.zeros(3_000)]).astype(np.float32)
    assert len(trimmed(wave)) == pytest.approx(4_000, abs=200)
    assert len(trimmed(np.zeros(100, np.float32))) == 100
    assert len(trimmed(np.zeros(0, np.float32))) == 0


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("xia4", ("xia", 4)),
        ("lü4", ("lv", 4)),
        ("lu:4", ("lv", 4)),
        ("JV4", ("ju", 4)),
        ("lue4", ("lve", 4)),
        ("le", ("le", 5)),
    ],
)
def test_spellings_of_a_syllable_become_one(written, expected):
    assert normal(written) == expected


def test_a_command_lasts_as_long_as_its_syllables(readings):
    said = voice(readings, "xia4", "yi2", "bu4").say("下一步", np.random.default_rng(1))
    shortest, longest = (3 * 0.85 * SYLLABLE_SECONDS[0], 3 * 1.15 * SYLLABLE_SECONDS[1])
    assert shortest < len(said) / SAMPLE_RATE < longest + 0.02


@pytest.mark.parametrize("pace", [0.7, 1.3])
def test_a_slower_pace_is_longer_by_just_so_much(readings, pace):
    person = voice(readings, "xia4", "yi2", "bu4")
    usual = person.say("下一步", np.random.default_rng(3))
    other = person.say("下一步", np.random.default_rng(3), pace)
    assert (len(other) - FADE) * pace == pytest.approx(len(usual) - FADE, rel=0.01)


def test_the_syllables_come_in_their_order_with_their_tones(readings):
    """一 before a fourth tone is yi2, not yi4; no syllable is louder than another."""
    said = voice(readings, "xia4", "yi4", "yi2", "bu4").say("下一步", np.random.default_rng(1))
    third = len(said) // 3
    parts = [said[i * third + third // 3 : (i + 1) * third - third // 3] for i in range(3)]
    assert [hertz(part) for part in parts] == pytest.approx([200, 300, 400], rel=0.09)
    assert [level(part) for part in parts] == pytest.approx([1, 1, 1], abs=0.25)


def test_a_tone_that_was_not_recorded_is_borrowed_but_a_syllable_is_not(readings):
    assert voice(readings, "xia4", "yi4", "bu4").can_say("下一步")
    assert not voice(readings, "xia4", "yi4").can_say("下一步")
    assert voice(readings, "xia4", "yi4").say("下一步", np.random.default_rng(1)) is None


def test_recorded_words_are_joined_but_never_the_whole_alone(readings):
    tones = Tones("下一", kind="word")
    tones.clips.append(Clip(Path("bu4"), "p", "syllable", "bu4"))
    person = Voice("p", tones.clips, tones, readings)
    said = person.say("下一步", np.random.default_rng(1))
    assert hertz(said[: len(said) // 2]) == pytest.approx(350, rel=0.09)
    assert not person.can_say("下一")


def test_the_same_chance_says_the_same(readings):
    person = voice(readings, "hao3", "le5")
    first, again = (person.say("好了", np.random.default_rng(5)) for _ in range(2))
    other = person.say("好了", np.random.default_rng(6))
    assert np.array_equal(first, again)
    assert len(first) != len(other) or not np.array_equal(first, other)


def test_only_who_recorded_pieces_can_join(readings):
    tones = Tones("hao3")
    tones.clips.append(Clip(Path("好了"), "q", "sentence", "好了"))
    assert [person.name for person in voices(tones, readings)] == ["p"]


def test_full_scale_is_one():
    assert wave_of(np.array([-32768, 16384], np.int16)).tolist() == [-1.0, 0.5]
