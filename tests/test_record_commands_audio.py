"""A synthetic volunteer in the simulated room hears the prompts, agrees, and says the commands; what is kept of her
is understood by the program. Her voice was kept out of training (training/splits.toml)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.test_record_commands import Screen
from voiceguide import paths
from voiceguide.cli import main
from voiceguide.commands import equipment
from voiceguide.commands.content import open_content
from voiceguide.commands.record_commands import carry_out, planned, recording_ears
from voiceguide.commands.recording_walk import Ending
from voiceguide.commands.rehearse import PERSON_VOICE
from voiceguide.ears.recorder import TakeRecorder
from voiceguide.events import SAMPLE_RATE, Samples
from voiceguide.mouth.renderer import Renderer
from voiceguide.recordings.recording_index import SENTENCE
from voiceguide.recordings.recording_plan import Item
from voiceguide.recordings.recordings import Recordings
from voiceguide.room.acoustics import Acoustics
from voiceguide.room.person import ScriptedPerson, Silence
from voiceguide.room.simulated import Muted, SimulatedRoom
from voiceguide.texts.recording_texts import RecordingTexts

pytestmark = pytest.mark.audio

KITCHEN = Acoustics(echo_db=-12, noise_dbfs=-50, noise="pink", reverberation_seconds=0.2)
"""Its loudspeaker is heard by its microphone, as always."""


@pytest.fixture(scope="module")
def voice() -> Iterator[Renderer]:
    with Renderer(open_content().readings, voice=PERSON_VOICE) as renderer:
        yield renderer


def record(room: SimulatedRoom, folder: Path, items: tuple[Item, ...]) -> Ending:
    content, texts = open_content(), RecordingTexts.load(paths.prompts())
    recorder = TakeRecorder(equipment.open_recogniser(None))
    with closing(equipment.open_speaker(content.readings, 200, waits=True)) as mouth:
        ports = (room, mouth, recording_ears(recorder), recorder, str)
        return carry_out(content, texts, Recordings(folder), items, "7k2pm", ports, Screen())


def said(voice: Renderer, text: str) -> Samples:
    return voice.render(text, pace=170)


def test_what_a_volunteer_says_is_kept_and_understood(
    voice: Renderer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = RecordingTexts.load(paths.prompts())
    items = planned(open_content(), texts, 12, 1, other_speech=True)[:14]
    her_words = {item.text: said(voice, item.text) for item in items}
    person = ScriptedPerson([said(voice, "好的"), *(her_words[item.text] for item in items)], level_dbfs=-26)
    room = SimulatedRoom(person, KITCHEN)
    assert record(room, tmp_path, items) is Ending.DONE

    index = Recordings(tmp_path).index()
    assert [each.text for each in index] == [item.text for item in items]
    for each in index:
        _, rate = soundfile.read(tmp_path / each.file, dtype="int16")
        assert rate == SAMPLE_RATE
        spoken_seconds = np.count_nonzero(np.abs(her_words[each.text].astype(int)) > 100) / SAMPLE_RATE
        assert 0.3 < each.duration_seconds < her_words[each.text].size / SAMPLE_RATE + 1.0, each
        assert each.duration_seconds > spoken_seconds, f"{each} was cut"

    assert main(["recognise", *(str(tmp_path / each.file) for each in index)]) == 0
    results = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    words = [result for result, each in zip(results, index, strict=True) if each.kind != SENTENCE]
    wrong = [result for result in words if result["outcome"] != "heard"]
    assert len(wrong) <= max(1, len(words) // 6), wrong
    others = [result for result, each in zip(results, index, strict=True) if each.kind == SENTENCE]
    assert others
    assert not [result for result in others if result["outcome"] == "heard"]


@pytest.mark.parametrize("answer", ["不要", "不同意", "今天天气不错"])
def test_a_spoken_no_or_something_else_writes_nothing(voice: Renderer, tmp_path: Path, answer: str) -> None:
    room = SimulatedRoom(ScriptedPerson([said(voice, answer)] * 3), KITCHEN)
    assert record(room, tmp_path / "new", (Item("word", "下一步", 3, 1),)) is Ending.REFUSED
    assert not (tmp_path / "new").exists()


def test_who_falls_silent_is_asked_and_may_stop(voice: Renderer, tmp_path: Path) -> None:
    lines = [said(voice, "好的"), said(voice, "好了"), Silence(18.0), said(voice, "不要")]
    room = SimulatedRoom(ScriptedPerson(lines), KITCHEN)
    items = (Item("word", "好了", 2, 1), Item("word", "下一步", 3, 1))
    assert record(room, tmp_path, items) is Ending.STOPPED
    assert [each.text for each in Recordings(tmp_path).index()] == ["好了"]


def test_a_muted_microphone_is_noticed(voice: Renderer, tmp_path: Path) -> None:
    room = SimulatedRoom(ScriptedPerson([said(voice, "好的")]), faults=[Muted(60.0, 1e6)])
    assert record(room, tmp_path, (Item("word", "好了", 2, 1),)) is Ending.STOPPED
    assert Recordings(tmp_path).index() == ()
