"""A daughter reads in the simulated room; the guide then speaks with her recordings, and synthesises what is missing.

Her voice is a synthetic one that is not the guide's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.test_family_voice import CONSENT
from tests.test_record import TEXTS, Screen
from voiceguide import paths
from voiceguide.cli import main
from voiceguide.commands import equipment
from voiceguide.commands.content import open_content
from voiceguide.commands.reading import TICK_SECONDS
from voiceguide.commands.record import read_aloud
from voiceguide.commands.recording_walk import Ending
from voiceguide.commands.rehearse import PERSON_VOICE
from voiceguide.events import SAMPLE_RATE, Prompt, Samples
from voiceguide.exit_codes import Exit
from voiceguide.mouth.levelling import loudness_lufs
from voiceguide.mouth.pace import PACE
from voiceguide.mouth.renderer import Renderer
from voiceguide.mouth.sentences import sentence_starts
from voiceguide.recordings.family_voice import FamilyVoice
from voiceguide.recordings.voice_plan import reading_plan
from voiceguide.room.acoustics import Acoustics, to_int16
from voiceguide.room.person import ScriptedPerson
from voiceguide.room.simulated import SimulatedRoom
from voiceguide.session.exchange import speak

pytestmark = pytest.mark.audio

LIVING_ROOM = Acoustics(echo_db=-20, noise_dbfs=-55, noise="pink", reverberation_seconds=0.2)
AFTER_THE_COUNT_SECONDS = 1.6
"""She begins when “请念” stands there, not after a tick."""


@pytest.fixture(scope="module")
def her() -> Iterator[Renderer]:
    with Renderer(open_content().readings, voice=PERSON_VOICE) as renderer:
        yield renderer


@pytest.fixture
def voice() -> FamilyVoice:
    voice = FamilyVoice(paths.voices() / "小芳")
    voice.agree(CONSENT)
    return voice


def sits_down(
    her: Renderer, voice: FamilyVoice, prompts: tuple[Prompt, ...], acoustics: Acoustics = LIVING_ROOM,
    level_dbfs: float = -30.0,
) -> tuple[Ending, Screen]:  # fmt: skip
    """She reads these; quieter and louder from one to the next, as people are."""
    said = [her.render(prompt.text, pace=170) for prompt in prompts]
    varied = [to_int16(each * 10 ** ((level_dbfs + 20 + 4 * (n % 3)) / 20)) for n, each in enumerate(said)]
    person = ScriptedPerson(varied, reaction_seconds=AFTER_THE_COUNT_SECONDS, level_dbfs=None)
    room, screen = SimulatedRoom(person, acoustics), Screen()
    assert AFTER_THE_COUNT_SECONDS > TICK_SECONDS
    ending = read_aloud(open_content(), TEXTS, voice, prompts, len(prompts), (room, str), screen, listen=False)
    return ending, screen


def spoken_by_the_guide(prompts: list[Prompt], voice: FamilyVoice | None) -> Samples:
    room = SimulatedRoom(ScriptedPerson([]), LIVING_ROOM)
    with closing(equipment.open_speaker(open_content().readings, PACE, waits=True, voice=voice)) as mouth:
        speak(prompts, mouth, room)
    return room.stereo_recording()[:, 0]


def test_what_she_read_is_played_and_the_rest_synthesised_equally_loud(her: Renderer, voice: FamilyVoice) -> None:
    plan = reading_plan(open_content().script)[:7]
    assert sits_down(her, voice, plan[:6])[0] is Ending.DONE
    takes = voice.takes()
    assert [take.text for take in takes] == [prompt.text for prompt in plan[:6]]
    for take in takes:
        clean = her.render(take.text, pace=170)
        assert take.seconds == pytest.approx(clean.size / SAMPLE_RATE, abs=0.6), "trimmed, and not cut"
        starts = sentence_starts(take.text, voice.samples(take))
        assert len(starts) == len(sentence_starts(take.text, clean)), "she may be interrupted by the sentence"

    heard = spoken_by_the_guide([plan[0], plan[6]], voice)
    first = voice.samples(takes[0])
    assert np.array_equal(heard[: first.size], first), "her recording to the last sample"
    synthetic = spoken_by_the_guide([plan[6]], None)
    sounding = synthetic[: np.flatnonzero(synthetic)[-1] + 1]
    rest = heard[first.size :]
    begins = np.flatnonzero(np.abs(rest.astype(int)) > 0)[0]
    at = begins - np.flatnonzero(sounding)[0]
    assert np.array_equal(rest[at : at + sounding.size], sounding), "the engine's voice for what nobody read"

    engine = np.mean([loudness_lufs(spoken_by_the_guide([prompt], None)) for prompt in plan])
    for take in takes:
        assert loudness_lufs(voice.samples(take)) == pytest.approx(engine, abs=1.0), take.text


@pytest.mark.parametrize(
    ("acoustics", "level_dbfs", "flaw"),
    [
        (Acoustics(noise_dbfs=-80, noise="pink"), -54.0, "quiet"),
        (Acoustics(noise_dbfs=-38, noise="pink"), -30.0, "noisy"),
        (Acoustics(noise_dbfs=-60, noise="pink", microphone_gain_db=34), -30.0, "clipped"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_reason(
    her: Renderer, voice: FamilyVoice, acoustics: Acoustics, level_dbfs: float, flaw: str
) -> None:
    plan = reading_plan(open_content().script)[:1]
    _, screen = sits_down(her, voice, plan, acoustics, level_dbfs)
    assert flaw in screen.remarks
    assert voice.takes() == ()


def test_the_program_speaks_with_the_voice_that_is_there(her: Renderer, voice: FamilyVoice, tmp_path: Path) -> None:
    """`voiceguide run` on files: the greeting is hers, the step that nobody read is the engine's."""
    plan = reading_plan(open_content().script)
    assert sits_down(her, voice, plan[:1])[0] is Ending.DONE
    soundfile.write(tmp_path / "silence.wav", np.zeros(SAMPLE_RATE, np.int16), SAMPLE_RATE)
    command = ["run", "12333", "--ears", str(tmp_path / "silence.wav"), "--mouth", str(tmp_path / "said.wav")]
    greeting = voice.samples(voice.takes()[0])
    for options, hers in (([], True), (["--voice", "合成"], False)):
        assert main([*command, *options]) == Exit.OK
        said, _ = soundfile.read(tmp_path / "said.wav", dtype="int16")
        begins = np.flatnonzero(said)[0] - np.flatnonzero(greeting)[0]
        same = np.array_equal(said[max(0, begins) :][: greeting.size], greeting)
        assert same is hers
        assert np.abs(said[greeting.size + SAMPLE_RATE :].astype(int)).max() > 1000, "and something behind it"
