"""A mouth that says nothing and takes no time: for tests, and for a guide that is only read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from voiceguide.events import BLOCK_SAMPLES, Block, Prompt


class SilentMouth:
    """Every prompt is over as soon as it is said."""

    speaking = cut_off_early = False

    def __init__(self) -> None:
        self._begun: list[Prompt] = []

    def prepare(self, prompts: Sequence[Prompt]) -> None:
        """Nothing to prepare."""

    def say(self, prompt: Prompt) -> None:
        """Over already."""
        self._begun.append(prompt)

    def next_block(self) -> Block:
        """Zeros."""
        return np.zeros(BLOCK_SAMPLES, np.int16)

    def begun(self) -> Sequence[Prompt]:
        """Everything said since it was last asked."""
        begun, self._begun = self._begun, []
        return begun

    def hush(self) -> None:
        """It is."""

    def resume(self) -> None:
        """Everything was said at once."""

    def adjust(self, pace_notches: int, loudness_notches: int) -> None:
        """Silence has neither."""

    def close(self) -> None:
        """Nothing is open."""
