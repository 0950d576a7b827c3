"""Judging and trimming one take: signals whose level, place and length are known."""

from __future__ import annotations

import numpy as np
import pytest

from voiceguide.events import SAMPLE_RATE, Samples
from voiceguide.room.take import MARGIN_SECONDS, Flaw, judge, nothing_heard

QUIET_DBFS = -65.0


def noise(seconds: float, dbfs: float, seed: int = 0) -> Samples:
    rms = 32_768 * 10 ** (dbfs / 20)
    signal = np.random.default_rng(seed).normal(0, rms, round(seconds * SAMPLE_RATE))
    return np.clip(np.rint(signal), -32_768, 32_767).astype(np.int16)


def tone(seconds: float, dbfs: float, hertz: float = 300.0) -> Samples:
    """A sine of this RMS; beyond -3 dBFS it clips."""
    peak = 32_768 * 10 ** (dbfs / 20) * np.sqrt(2)
    wave = peak * np.sin(2 * np.pi * hertz * np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE)
    return np.clip(np.rint(wave), -32_768, 32_767).astype(np.int16)


def heard(*pieces: tuple[float, Samples], length: float = 3.0, floor_dbfs: float = QUIET_DBFS) -> Samples:
    """A room of this noise with sounds at these seconds."""
    whole = noise(length, floor_dbfs).astype(np.int32)
    for at, piece in pieces:
        start = round(at * SAMPLE_RATE)
        whole[start : start + piece.size] += piece
    return np.clip(whole, -32_768, 32_767).astype(np.int16)


def test_speech_is_kept_with_a_margin_and_the_rest_cut_off() -> None:
    take = judge(heard((1.0, tone(0.8, -23))), syllables=3)
    assert take.flaw is None
    assert take.samples.size / SAMPLE_RATE == pytest.approx(0.8 + 2 * MARGIN_SECONDS, abs=0.03)
    inside = take.samples[round(0.22 * SAMPLE_RATE) : round(0.9 * SAMPLE_RATE)]
    outside = take.samples[: round(0.18 * SAMPLE_RATE)]
    assert np.abs(inside.astype(int)).max() > 3_000 > 500 > np.abs(outside.astype(int)).max()
    assert take.speech_dbfs == pytest.approx(-23, abs=0.5)
    assert take.noise_dbfs == pytest.approx(QUIET_DBFS, abs=1)


def test_a_pause_inside_the_words_stays() -> None:
    take = judge(heard((0.6, tone(0.4, -23)), (1.5, tone(0.5, -23))), syllables=3)
    assert take.flaw is None
    assert take.samples.size / SAMPLE_RATE == pytest.approx(1.4 + 2 * MARGIN_SECONDS, abs=0.03)


def test_a_click_before_the_words_is_not_part_of_them() -> None:
    take = judge(heard((0.2, tone(0.02, -10)), (1.2, tone(0.6, -23))), syllables=2)
    assert take.flaw is None
    assert take.samples.size / SAMPLE_RATE == pytest.approx(0.6 + 2 * MARGIN_SECONDS, abs=0.03)


def test_a_rustle_far_below_the_words_is_not_part_of_them() -> None:
    take = judge(heard((0.3, tone(0.3, -70)), (1.2, tone(0.6, -20)), floor_dbfs=-100), syllables=2)
    assert take.samples.size / SAMPLE_RATE == pytest.approx(0.6 + 2 * MARGIN_SECONDS, abs=0.03)


@pytest.mark.parametrize(
    ("flaw", "samples"),
    [
        (Flaw.CLIPPED, heard((1.0, tone(0.8, 3)))),
        (Flaw.CUT, heard((0.0, tone(0.8, -23)))),
        (Flaw.CUT, heard((2.2, tone(0.8, -23)))),
        (Flaw.SHORT, heard((1.0, tone(0.15, -23)))),
        (Flaw.QUIET, heard((1.0, tone(0.8, -50)), floor_dbfs=-90)),
        (Flaw.NOISY, heard((1.0, tone(0.8, -23)), floor_dbfs=-32.5)),
        (Flaw.NOISY, noise(3.0, -30)),
        (Flaw.QUIET, noise(3.0, -80)),
        (Flaw.QUIET, np.zeros(0, np.int16)),
        (None, heard((1.0, tone(0.8, -4)))),
        (None, heard((0.1, tone(0.8, -23)))),
        (None, heard((2.1, tone(0.8, -23)))),
        (None, heard((1.0, tone(0.25, -23)))),
        (None, heard((1.0, tone(0.8, -43)), floor_dbfs=-90)),
        (None, heard((1.0, tone(0.8, -23)), floor_dbfs=-36)),
    ],
)
def test_what_is_wrong_with_a_take(flaw: Flaw | None, samples: Samples) -> None:
    assert judge(samples, syllables=3).flaw is flaw


def test_a_single_syllable_may_be_shorter_than_three() -> None:
    short = heard((1.0, tone(0.15, -23)))
    assert judge(short, syllables=1).flaw is None
    assert judge(short, syllables=3).flaw is Flaw.SHORT


def test_nothing_said_is_not_a_dead_microphone() -> None:
    assert nothing_heard(noise(2.0, -60)) is Flaw.NOTHING
    assert nothing_heard(np.zeros(32_000, np.int16)) is Flaw.MUTED
    assert nothing_heard(np.zeros(0, np.int16)) is Flaw.NOTHING
