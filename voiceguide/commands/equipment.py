"""Ears, mouths and rooms as the options name them: here the adapters are chosen, and nowhere else."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from voiceguide import paths
from voiceguide.content import did_you_mean
from voiceguide.ears import Ears
from voiceguide.language.phonetics import Readings
from voiceguide.mouth import Mouth
from voiceguide.mouth.pace import PACE
from voiceguide.recordings.family_voice import FamilyVoice, PlayableVoice
from voiceguide.room import Room

if TYPE_CHECKING:
    from voiceguide.ears.front import Front
    from voiceguide.ears.recogniser import Recogniser
    from voiceguide.mouth.speaker import Speaker
    from voiceguide.room.soundcard import SoundCard

Name = TypeVar("Name", str, Path)
MICROPHONE, KEYBOARD = "mic", "keyboard"
SPEAKER, SILENT = "speaker", "silent"
MICROPHONE_NAME, SPEAKER_NAME = "VOICEGUIDE_MICROPHONE", "VOICEGUIDE_SPEAKER"
"""In the environment: a part of the device's name, as `doctor` lists it. Left out: the system's default."""

MODEL_OPTION = click.option(
    "--model",
    metavar="文件夹",
    type=click.Path(path_type=Path),
    help="指定识别模型；默认用现有最好的（见 voiceguide models）。",
)


def named_recording(_ctx: click.Context, _parameter: click.Parameter, value: Name | None) -> Name | None:
    """A file to be written must be called .wav: a mistyped `speaker` or a text is not written over."""
    if value is None or value in (SPEAKER, SILENT) or str(value).lower().endswith(".wav"):
        return value
    raise click.BadParameter(
        f"录音文件的名字要以 .wav 结尾，不是「{value}」。{did_you_mean(str(value), (SPEAKER, SILENT))}"
    )


MOUTH_OPTION = click.option(
    "--mouth",
    metavar="speaker|silent|文件.wav",
    default=SPEAKER,
    callback=named_recording,
    help="往哪里说：speaker 音箱（默认），silent 只显示文字，或者写进一个 WAV。",
)


def model_folders() -> tuple[Path, ...]:
    """Where models lie: those fetched, those shipped."""
    return paths.fetched_models(), paths.shipped_models()


def open_recogniser(model: Path | None) -> Recogniser:
    """The model named, or the best one present. Raises EarsError."""
    from voiceguide.ears.models import find
    from voiceguide.ears.recogniser import Recogniser

    return Recogniser(find(model, model_folders()), paths.cache())


def open_ears(ears: str, model: Path | None, enter_text: str) -> Ears:
    """`ears`: mic, keyboard or a recording's name. `enter_text`: what Enter alone means. Raises EarsError."""
    if ears == KEYBOARD:
        from voiceguide.ears.keyboard import KeyboardEars

        return KeyboardEars(sys.stdin.buffer, enter_text)
    from voiceguide.ears.listener import MicrophoneEars

    return MicrophoneEars(open_recogniser(model), front=open_front())


def open_front() -> Front:
    """Full duplex, or half duplex where this platform has no echo canceller (`doctor` tells)."""
    from voiceguide.ears.echo import NoCanceller, load_canceller
    from voiceguide.ears.front import FullDuplex, HalfDuplex

    try:
        return FullDuplex(load_canceller())
    except NoCanceller:
        return HalfDuplex()


def open_mouth(
    mouth: str, readings: Readings, pace: int, *, waits: bool, voice: FamilyVoice | None = None
) -> Mouth:
    """`mouth`: speaker, silent or the name of a WAV. `waits`: see Speaker. Raises MouthError, FamilyVoiceError."""
    if mouth == SILENT:
        from voiceguide.mouth.silent import SilentMouth

        return SilentMouth()
    return open_speaker(readings, pace, waits=waits, voice=voice)


def open_speaker(readings: Readings, pace: int, *, waits: bool, voice: FamilyVoice | None = None) -> Speaker:
    """The mouth that speaks; `voice`: whose recordings go first. Raises MouthError, FamilyVoiceError."""
    from voiceguide.mouth.cache import PromptCache
    from voiceguide.mouth.rendered import Renders
    from voiceguide.mouth.renderer import Renderer
    from voiceguide.mouth.speaker import Speaker

    renderer: Renders = Renderer(readings)
    if voice is not None:
        from voiceguide.mouth.recorded import RecordedFirst

        renderer = RecordedFirst(PlayableVoice(voice), renderer)
    return Speaker(renderer, PromptCache(paths.cache() / "prompts"), pace=pace, waits=waits)


def bench_ears(model: Path) -> Ears:
    """The ears of `voiceguide run`, for a measurement. Raises EarsError."""
    return open_ears(MICROPHONE, model, "")


def waiting_mouth(readings: Readings) -> Mouth:
    """The mouth of `voiceguide run` in a room whose clock would run away from it. Raises MouthError."""
    return open_speaker(readings, PACE, waits=True)


def bench_mouth(readings: Readings) -> Mouth:
    """The same, and it sounds the same every time. Raises MouthError."""
    from voiceguide.bench.repeatable import RepeatableRenderer, UnpreparedSpeaker
    from voiceguide.mouth.cache import PromptCache

    return UnpreparedSpeaker(RepeatableRenderer(readings), PromptCache(bench_cache() / "prompts"), waits=True)


def bench_cache() -> Path:
    """Measurements keep their own prompts: those of the program sound a little otherwise each time they are made."""
    return paths.cache() / "bench"


@contextmanager
def opened_room(ears: str, mouth: str) -> Iterator[Room]:
    """The room that serves these ears and this mouth. Raises RoomError."""
    room = _room(ears, mouth)
    try:
        yield room
    finally:
        room.close()


def sound_card(*, microphone: bool = True, speaker: bool = True) -> SoundCard:
    """The default devices, or those that the environment names: the same for every command, and for what starts with
    the machine. Raises RoomError."""
    from voiceguide.room.soundcard import SoundCard

    named = {}
    if microphone and (name := os.environ.get(MICROPHONE_NAME)):
        named["microphone_name"] = name
    if speaker and (name := os.environ.get(SPEAKER_NAME)):
        named["speaker_name"] = name
    return SoundCard(microphone=microphone, speaker=speaker, **named)


def _room(ears: str, mouth: str) -> Room:
    from voiceguide.room.files import FileRoom, NullRoom, RecordingRoom, read_samples

    microphone, speaker = ears == MICROPHONE, mouth == SPEAKER
    recording = None if ears in (MICROPHONE, KEYBOARD) else read_samples(Path(ears))
    room: Room = NullRoom()
    if microphone or speaker:
        room = sound_card(microphone=microphone, speaker=speaker)
    if recording is not None:
        room = FileRoom(recording, room, waits_for_guide=mouth != SILENT)
    if mouth not in (SPEAKER, SILENT):
        room = RecordingRoom(room, Path(mouth))
    return room
