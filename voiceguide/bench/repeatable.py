"""The same words sound the same in every measurement, whatever was said before them.

espeak's flutter runs on from text to text, and which prompts are rendered ahead, in which order, depends on the speed
of the machine: a prompt was a little longer or shorter the next time, and so the conversation took another turn.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from voiceguide.events import Prompt
from voiceguide.language.phonetics import Readings
from voiceguide.mouth.renderer import COMMAND, ON_LINUX, Renderer
from voiceguide.mouth.speaker import Speaker


class RepeatableRenderer(Renderer):
    """Each text by an engine that has said nothing yet. Where there is no espeak: a Renderer."""

    def __init__(self, readings: Readings) -> None:
        command = (sys.executable, "-m", "voiceguide.bench.repeatable_engine") if ON_LINUX else COMMAND
        super().__init__(readings, command=command)


class UnpreparedSpeaker(Speaker):
    """Renders nothing ahead: most of it is never said, and what is takes longer with such a renderer."""

    def prepare(self, prompts: Sequence[Prompt]) -> None:
        """For rooms that wait."""
