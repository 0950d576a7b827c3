"""Saying, and asking, aloud from a command that is no guide: here its ports are opened."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

from voiceguide import paths
from voiceguide.commands import equipment
from voiceguide.commands.content import Content, library
from voiceguide.commands.equipment import KEYBOARD, MICROPHONE, SPEAKER
from voiceguide.commands.screen import Screen
from voiceguide.content import ContentError
from voiceguide.ears.keys import terminal_keys
from voiceguide.events import Prompt
from voiceguide.language.phonetics import Readings, ReadingsError
from voiceguide.mouth import MouthError
from voiceguide.mouth.pace import PACE
from voiceguide.room import RoomClosed, RoomError
from voiceguide.session.exchange import speak
from voiceguide.session.talk import Talk, echoes
from voiceguide.session.typed import Keys
from voiceguide.texts import doctor_texts


def say_aloud(prompts: Sequence[Prompt], mouth_name: str, readings: Readings | None = None) -> None:
    """These to their end, listening to nothing. `readings`: those of the content where they are left out. Raises
    RoomError, MouthError, ContentError."""
    readings = readings or library().readings
    with (
        equipment.opened_room(KEYBOARD, mouth_name) as room,
        closing(equipment.open_mouth(mouth_name, readings, PACE, waits=mouth_name != SPEAKER)) as mouth,
    ):
        speak(prompts, mouth, room)


def say_what_fails(name: str) -> None:
    """What the doctor says of it, where that can still be heard: whoever waits for the guide may not be able to read.
    An error is on its way up, and that is the one to report."""
    with suppress(RoomError, RoomClosed, MouthError, ContentError):
        say_aloud([doctor_texts.load(paths.prompts())[name]], SPEAKER, readings_left())


def readings_left() -> Readings:
    """The content's own, or those of the dictionary where it is damaged."""
    try:
        return Readings.load(paths.prompts())
    except (OSError, ReadingsError):
        return Readings({})


@contextmanager
def opened_talk(
    content: Content, questions: Sequence[Prompt], back: Prompt, model: Path | None
) -> Iterator[Talk]:
    """Questions aloud, answered into the microphone, or with a key where somebody sits at a keyboard. `questions`: all
    that will be asked. `back`: see Talk. Raises RoomError, MouthError, EarsError."""
    with ExitStack() as stack:
        room = stack.enter_context(equipment.opened_room(MICROPHONE, SPEAKER))
        mouth = stack.enter_context(
            closing(equipment.open_mouth(SPEAKER, content.readings, PACE, waits=False))
        )
        ears = equipment.open_ears(MICROPHONE, model, "")
        keys: Keys = stack.enter_context(terminal_keys()) if sys.stdin.isatty() else str
        understanding = content.understanding
        also = echoes(understanding, questions)
        yield Talk(room, mouth, ears, understanding, keys, Screen(meter=False), back, also)
