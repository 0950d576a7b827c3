"""The same words sound the same in every measurement, whatever was said before them.

espeak's flutter runs on from text to text, and which prompts are rendered ahead, in which order, depends on the speed
of the machine: a prompt was a little longer or shorter the next time, and so the conversation took another turn.
"""

from __future__ import annotations

from collections.abc import Sequence

from voiceguide.events import Prompt, Samples
from voiceguide.mouth.pace import PACE
from voiceguide.mouth.renderer import Renderer
from voiceguide.mouth.speaker import Speaker


class RepeatableRenderer(Renderer):
    """Each text by an engine that has said nothing yet, which takes a quarter of a second more."""

    _engine_name = ""

    def start(self) -> str:
        self._engine_name = self._engine_name or super().start()
        return self._engine_name

    def render(self, text: str, *, voice: str = "", pace: int = PACE) -> Samples:
        try:
            return super().render(text, voice=voice, pace=pace)
        finally:
            self.close()


class UnpreparedSpeaker(Speaker):
    """Renders nothing ahead: most of it is never said, and with such a renderer it would take minutes."""

    def prepare(self, prompts: Sequence[Prompt]) -> None:
        """For rooms that wait."""
