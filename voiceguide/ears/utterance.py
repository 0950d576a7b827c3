"""Her words on the way through the recogniser, which may lag behind by what was heard before they were noticed."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from voiceguide.events import BLOCK_SECONDS, Belief, Block, Samples, Transcript

_CATCH_UP_BLOCKS = 5
# While the pre-roll is worked off, so many blocks are recognised per block heard: no stall in the
# session's loop.

_PARTIAL_BLOCKS = 2
# How often the recogniser is asked. It advances in steps of its own (--frames-per-chunk); asking costs little.


class Turn(Protocol):
    """One utterance being recognised."""

    def accept(self, samples: Samples) -> None:
        """The next samples, any number."""

    def partial(self) -> str:
        """What has been heard up to now, without spaces; "" where nothing expected."""

    def result(self, thorough: bool = True) -> Belief:
        """What is made of it once all has been accepted. `thorough`: however long that takes."""


class Utterance:
    """From the first block that may be hers to the transcript."""

    def __init__(self, turn: Turn, pre_roll: Sequence[Block], start_seconds: float) -> None:
        self._turn = turn
        self._waiting = deque(pre_roll)
        self._heard: list[Block] = []
        self._start_seconds = start_seconds
        self._compute_seconds = 0.0
        self._partial = ""
        self._blocks_since_partial = 0
        self._speech_blocks = self._clear_blocks = 0

    def add(self, block: Block) -> None:
        """The next block heard."""
        self._waiting.append(block)
        self._recognise(_CATCH_UP_BLOCKS)

    def weigh(self, clear: bool) -> None:
        """A block of speech: did it stand clear of the echo?"""
        self._speech_blocks += 1
        self._clear_blocks += clear

    @property
    def has_voice(self) -> bool:
        """Was any of it taken for speech?"""
        return self._speech_blocks > 0

    def partial(self) -> str:
        """What the recogniser has made of it up to now."""
        if self._blocks_since_partial >= _PARTIAL_BLOCKS:
            began = time.thread_time()
            self._partial = self._turn.partial()
            self._compute_seconds += time.thread_time() - began
            self._blocks_since_partial = 0
        return self._partial

    @property
    def seconds(self) -> float:
        """How much of it the recogniser has heard, the pre-roll included."""
        return len(self._heard) * BLOCK_SECONDS

    def again(self, turn: Turn) -> Utterance:
        """The same from its beginning, for a turn that has not ended."""
        self._waiting.extendleft(reversed(self._heard))
        again = Utterance(turn, self._waiting, self._start_seconds)
        again._compute_seconds = self._compute_seconds
        again._speech_blocks, again._clear_blocks = self._speech_blocks, self._clear_blocks
        return again

    def believed(self, turn: Turn) -> Belief:
        """What a new turn of the recogniser makes of all this, were it over now; in haste, for the guide speaks."""
        began = time.thread_time()
        turn.accept(np.concatenate(self._heard))
        belief = turn.result(thorough=False)
        self._compute_seconds += time.thread_time() - began
        return belief

    def transcript(self, end_seconds: float, thorough: bool = True) -> Transcript:
        """The end: nothing may be added any more. `thorough`: there is time to hear again what is doubtful."""
        self._recognise(len(self._waiting))
        began = time.thread_time()
        belief = self._turn.result(thorough)
        self._compute_seconds += time.thread_time() - began
        clearness = self._clear_blocks / self._speech_blocks if self._speech_blocks else 1.0
        return Transcript(
            belief.text,
            belief.confidence,
            self._start_seconds,
            max(end_seconds, self._start_seconds + BLOCK_SECONDS),
            self._compute_seconds,
            belief.guess,
            clearness=clearness,
        )

    def _recognise(self, at_most_blocks: int) -> None:
        count = min(at_most_blocks, len(self._waiting))
        if count:
            began = time.thread_time()
            blocks = [self._waiting.popleft() for _ in range(count)]
            self._heard += blocks
            self._turn.accept(np.concatenate(blocks))
            self._compute_seconds += time.thread_time() - began
            self._blocks_since_partial += count
