"""The port of speaking: prompts in, blocks out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from voiceguide.errors import ToldError
from voiceguide.events import Block, Prompt


class MouthError(ToldError):
    """Speech cannot be made. `code`: no-voice, no-engine, render-timeout, bad-audio, no-space."""


class Mouth(Protocol):
    def prepare(self, prompts: Sequence[Prompt]) -> None:
        """These may be said soon: have them rendered (in the order given) before they are needed."""

    def say(self, prompt: Prompt) -> None:
        """Queue a prompt; it starts within one block of the previous one's end. Raises MouthError."""

    def next_block(self) -> Block:
        """The loudspeaker's next 20 ms: speech, or zeros when there is nothing to say."""

    def hush(self) -> None:
        """Fade out within one block and say nothing more; `resume` may go on with it until something else is
        said."""

    def resume(self) -> None:
        """Go on with what `hush` cut off, from the start of the interrupted sentence, and then with what was
        queued behind it; nothing where nothing was cut off, or something else has been said since."""

    def adjust(self, pace_notches: int, loudness_notches: int) -> None:
        """Slower/faster, softer/louder from the next prompt on; clamps at the ends of the range."""

    def begun(self) -> Sequence[Prompt]:
        """The prompts that began to be heard since this was last asked, those that failed included."""

    @property
    def cut_off_early(self) -> bool:
        """Was the last of what `hush` cut off still to come, or in its first sentence? Then she cannot have heard what
        it is about. False where nothing was cut off."""

    @property
    def speaking(self) -> bool:
        """True while a prompt is being played or waits to be."""

    def close(self) -> None:
        """Stop the renderer. Idempotent."""
