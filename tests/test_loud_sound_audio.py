"""A low voice in a room, which the detector takes for none, is heard all the same; a knock is not answered."""

from __future__ import annotations

from collections.abc import Callable
from math import inf

import numpy as np
import pytest

from tests.listening import listening_at
from tests.test_session import content
from voiceguide.ears.listener import MicrophoneEars
from voiceguide.events import BLOCK_SAMPLES, SAMPLE_RATE, Samples, Transcript
from voiceguide.mouth.renderer import Renderer
from voiceguide.room.acoustics import AcousticPath, Acoustics, speech_dbfs, to_int16

pytestmark = [pytest.mark.audio, pytest.mark.slow]

STEP = "log-in"
LOW_VOICES = ("sit/cmn+Andy", "sit/cmn+grandpa")
PERSON_DBFS, NOISE_DBFS, LOUD_NOISE_DBFS = -28.0, -52.0, -34.0

Hear = Callable[..., list[object]]


@pytest.fixture(scope="module")
def heard_in() -> Hear:
    """A sound, the room's reverberation in seconds and its number -> what the ears report of it."""
    understanding, recogniser, expecting, phrases = listening_at(STEP)

    def heard(
        sound: Samples, reverberation_seconds: float, number: int, noise_dbfs: float = NOISE_DBFS
    ) -> list[object]:
        ears = MicrophoneEars(recogniser)
        ears.listen(phrases, inf, understanding.complete(expecting))
        acoustics = Acoustics(
            noise_dbfs=noise_dbfs, noise="pink", reverberation_seconds=reverberation_seconds
        )
        path = AcousticPath(acoustics, number)
        loud = sound * 10 ** ((PERSON_DBFS - speech_dbfs(sound)) / 20)
        quiet = np.zeros(3 * SAMPLE_RATE)
        said = to_int16(np.concatenate([quiet, loud, quiet]))
        silence = np.zeros(BLOCK_SAMPLES, np.int16)
        blocks = said[: len(said) // BLOCK_SAMPLES * BLOCK_SAMPLES].reshape(-1, BLOCK_SAMPLES)
        reports = (ears.hear(path.through(block, silence), silence, speaking=False) for block in blocks)
        return [report for report in reports if report is not None]

    return heard


@pytest.mark.parametrize("voice", LOW_VOICES)
@pytest.mark.parametrize("reverberation_seconds", [0.2, 0.4])
def test_a_low_voice_in_a_room_is_heard(heard_in: Hear, voice: str, reverberation_seconds: float) -> None:
    with Renderer(content()[1].readings, voice=voice) as renderer:
        spoken = renderer.render("好了", pace=143)
    for number in (1, 2, 38):
        reports = heard_in(spoken, reverberation_seconds, number)
        assert [report.text for report in reports if isinstance(report, Transcript)] == ["好了"], number


@pytest.mark.parametrize("voice", LOW_VOICES)
def test_a_low_voice_in_a_noisy_room_is_heard(heard_in: Hear, voice: str) -> None:
    with Renderer(content()[1].readings, voice=voice) as renderer:
        spoken = renderer.render("好了", pace=143)
    reports = [report for number in range(8) for report in heard_in(spoken, 0.8, number, LOUD_NOISE_DBFS)]
    texts = [report.text for report in reports if isinstance(report, Transcript)]
    assert texts.count("好了") >= 6


@pytest.mark.parametrize("decay_seconds", [pytest.param(0.03, id="knocks"), pytest.param(0.15, id="clatter")])
def test_what_is_no_phrase_is_not_answered(heard_in: Hear, decay_seconds: float) -> None:
    at = np.arange(SAMPLE_RATE // 2) / SAMPLE_RATE
    knocks = np.random.default_rng(2).standard_normal(at.size) * np.exp(-at / decay_seconds)
    assert heard_in(to_int16(6_000 * np.tile(knocks, 3)), 0.2, 1) == []
