"""Ears for a person at the keyboard: she types a reply, or only presses Enter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO

from voiceguide.events import BLOCK_SECONDS, Block, CompletePhrase, Hearing, Phrase, Transcript
from voiceguide.room import RoomClosed


class KeyboardEars:
    """The Ears port over lines of bytes. Waits for a line as long as it takes: there is no NoInput."""

    def __init__(self, lines: IO[bytes], enter_text: str) -> None:
        """`enter_text`: what Enter alone stands for, a wording from prompts/ such as 下一步."""
        self._lines = lines
        self._enter_text = enter_text
        self._now_seconds = 0.0
        self._listening = False

    def prepare(self, phrases: Sequence[Phrase]) -> None:
        """Nothing: whatever is typed can be read."""

    def listen(self, phrases: Sequence[Phrase], no_input_seconds: float, complete: CompletePhrase) -> None:
        self._listening = True

    def hear(self, block: Block, played: Block, speaking: bool) -> Hearing | None:
        """One line, as soon as the guide has spoken. Raises RoomClosed at the end of input (Ctrl-D, a
        closed terminal).
        """
        self._now_seconds += BLOCK_SECONDS
        if speaking or not self._listening:
            return None
        line = self._lines.readline()
        if not line:
            raise RoomClosed
        self._listening = False
        text = line.decode("utf-8", errors="replace").strip()
        return Transcript(text or self._enter_text, 1.0, self._now_seconds, self._now_seconds)
