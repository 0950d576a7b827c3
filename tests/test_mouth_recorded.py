"""Recordings before the engine: played as they are, slower when she asks, never cached, gaps synthesised."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.test_mouth_sentences import COMMA_SECONDS, STOP_SECONDS, SYLLABLE_SECONDS, levels, says, spoken
from tests.test_mouth_speaker import LEVEL, FakeRenderer, play, prompt
from voiceguide.events import BLOCK_SAMPLES, SAMPLE_RATE, Recorded, Samples
from voiceguide.mouth import recorded as recorded_module
from voiceguide.mouth.cache import PromptCache
from voiceguide.mouth.levelling import TARGET_LUFS, levelled, loudness_lufs
from voiceguide.mouth.pace import PACE, PACE_NOTCH
from voiceguide.mouth.recorded import RecordedFirst, faster
from voiceguide.mouth.sentences import sentence_starts
from voiceguide.mouth.speaker import Speaker
from voiceguide.mouth.stretching import stretched

READ = "一二三四五。六七八九十。"


class Voice:
    """Has read one text, and maybe lost it."""

    def __init__(self) -> None:
        self.samples = spoken(READ)

    def load(self, text: str) -> Recorded | None:
        return Recorded(self.samples, 150) if text == READ and self.samples.size else None


@pytest.fixture
def renderer() -> FakeRenderer:
    return FakeRenderer()


@pytest.fixture
def mouth(renderer: FakeRenderer, tmp_path: Path) -> Iterator[Speaker]:
    mouth = Speaker(RecordedFirst(Voice(), renderer), PromptCache(tmp_path), waits=True)
    yield mouth
    mouth.close()


def test_what_was_read_is_played_and_the_rest_is_synthesised(
    mouth: Speaker, renderer: FakeRenderer, tmp_path: Path
) -> None:
    mouth.say(prompt(READ))
    mouth.say(prompt("没有录的。"))
    heard = play(mouth)
    assert np.array_equal(heard[: Voice().samples.size], Voice().samples)
    assert (heard[-BLOCK_SAMPLES:] == LEVEL).all()
    assert renderer.rendered == [("没有录的。", PACE)]
    assert len(list(tmp_path.glob("*.flac"))) == 1, "a voice that is erased must not live on in the cache"


def test_slower_stretches_a_recording_and_not_its_pitch(mouth: Speaker, renderer: FakeRenderer) -> None:
    mouth.adjust(-2, 0)
    mouth.say(prompt(READ))
    heard = play(mouth)
    expected = Voice().samples.size * PACE / (PACE - 2 * PACE_NOTCH)
    assert heard.size == pytest.approx(expected, abs=BLOCK_SAMPLES)
    assert renderer.rendered == []


def test_without_the_library_who_asks_for_slower_gets_the_engine(
    mouth: Speaker, renderer: FakeRenderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorded_module, "can_stretch", lambda: False)
    mouth.say(prompt(READ))
    assert np.array_equal(play(mouth)[: Voice().samples.size], Voice().samples)
    mouth.adjust(-1, 0)
    mouth.say(prompt(READ))
    assert (play(mouth)[:BLOCK_SAMPLES] == LEVEL).all()


def test_an_interrupted_recording_goes_on_with_the_sentence(mouth: Speaker) -> None:
    mouth.say(prompt(READ))
    says(mouth, 5 * SYLLABLE_SECONDS + STOP_SECONDS + 1.0)
    mouth.hush()
    mouth.next_block()
    mouth.resume()
    assert levels(play(mouth)) == [2]


@pytest.mark.parametrize(
    ("recorded", "pace", "expected"),
    [
        (150, 160, 1.0),
        (200, 160, 1.0),  # the usual pace is hers, whatever it is
        (90, 160, 1.0),
        (250, 160, 1.0),
        (160, 140, 140 / 160),
        (200, 200, 240 / 200),  # no faster than the guide may speak
        (130, 120, 100 / 130),  # nor slower
        (90, 100, 1.0),
        (90, 200, 200 / 160),
    ],
)
def test_pace_is_hers_and_the_wish_on_top(recorded: int, pace: int, expected: float) -> None:
    assert faster(recorded, pace) == pytest.approx(expected)


@pytest.mark.thorough
@pytest.mark.parametrize("times", [0.625, 0.8, 1.25, 1.5])
def test_stretching_is_exact_keeps_the_pitch_and_the_loudness(times: float) -> None:
    seconds = np.arange(4 * SAMPLE_RATE) / SAMPLE_RATE
    tone = np.rint(6000 * np.sin(2 * np.pi * 200 * seconds)).astype(np.int16)
    made = stretched(tone, times)
    assert made.size == pytest.approx(tone.size / times, abs=16)
    spectrum = np.abs(np.fft.rfft(made.astype(np.float64) * np.hanning(made.size)))
    assert spectrum.argmax() * SAMPLE_RATE / made.size == pytest.approx(200, abs=2)
    assert loudness_lufs(made) == pytest.approx(loudness_lufs(tone), abs=1.0)
    assert np.array_equal(stretched(tone, 1.0), tone)


def test_readings_of_any_loudness_are_brought_to_one() -> None:
    rng = np.random.default_rng(1)
    words = np.concatenate([np.hanning(4000) * rng.normal(0, 1, 4000) for _ in range(12)])
    for gain in (0.002, 0.02, 0.2):
        loud = np.clip(words * gain * 32_768, -32_768, 32_767).astype(np.int16)
        assert loudness_lufs(levelled(loud)) == pytest.approx(TARGET_LUFS, abs=0.2)
    spiky = (words * 300).astype(np.int16)
    spiky[::4000] = 9000  # peaks far above the speech are bent, not cut
    made = levelled(spiky)
    assert loudness_lufs(made) == pytest.approx(TARGET_LUFS, abs=0.5)
    assert loudness_lufs(levelled(words[:3000].astype(np.int16) * 0 + 900)) < 0  # shorter than R128 measures
    with pytest.raises(ValueError, match="silence"):
        levelled(np.zeros(SAMPLE_RATE, np.int16))


def noisy(samples: Samples, rms: float) -> Samples:
    return (samples + np.random.default_rng(2).normal(0, rms, samples.size)).astype(np.int16)


def test_sentences_are_found_in_a_room_that_is_not_silent() -> None:
    text = "一二三，四五六。七八九十。上下左右。"
    made = spoken(text)
    padded = np.concatenate([np.zeros(3200, np.int16), made, np.zeros(3200, np.int16)])
    starts = [round(start / SAMPLE_RATE, 1) for start in sentence_starts(text, noisy(padded, 120.0))]
    second = 0.2 + 6 * SYLLABLE_SECONDS + COMMA_SECONDS + STOP_SECONDS - 0.03
    third = second + 4 * SYLLABLE_SECONDS + STOP_SECONDS
    assert starts == [0, pytest.approx(second, abs=0.1), pytest.approx(third, abs=0.1)]
