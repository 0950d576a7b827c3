"""What the loudspeaker really gave out, block by block beside what the microphone heard.

What the session gives to a sound card waits in queues, is stretched by silence, starves or is cut; only the
device's own callback knows what came out. Its pieces are handed on here at the microphone's pace, so that the
delay between the two stays the same for minutes: an echo canceller lives on that.
"""

from __future__ import annotations

import queue

import numpy as np

from voiceguide.events import BLOCK_SAMPLES, Block
from voiceguide.room.conversion import FromDevice

_STARTED_BLOCKS = 50  # a second: the loudspeaker, opened behind the microphone, is under way
_LOOK_BLOCKS = 500  # ten seconds: longer than any burst
_SPARE_BLOCKS = 2  # never fewer waiting in all that time: they are late for nothing
_MOST_SPARE_BLOCKS = 8  # dropping some moves the echo, so it is done rarely: after minutes of drift
_MOST_PIECES = 500  # nobody has asked for ten seconds: the two sides must find each other anew anyhow


class Reference:
    """`put` belongs to the loudspeaker's callback, everything else to the session's thread."""

    def __init__(self, device_rate: int, channels: int) -> None:
        self._sounded: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._conversion = FromDevice(device_rate, channels)
        self._ready: list[Block] = []
        self._fewest = _MOST_PIECES
        self._taken = 0
        self.late = 0
        """Blocks that were not there when they were asked for: each moves the echo."""
        self.lost = 0
        """How often something that sounded was skipped: its echo is still to come, and nobody knows of what."""

    def put(self, raw: bytes) -> None:
        """What the device takes now."""
        if self._sounded.qsize() < _MOST_PIECES:
            self._sounded.put(raw)

    def skip(self, blocks: int) -> None:
        """The microphone has skipped so many."""
        self._convert()
        self.lost += any(block.any() for block in self._ready[:blocks])
        del self._ready[:blocks]

    def take(self) -> Block:
        """The next block; zeros where the device is late (from then on there is one in reserve)."""
        self._convert()
        self._fewest = min(self._fewest, len(self._ready))
        self._taken += 1
        if self._taken == _STARTED_BLOCKS or self._taken % _LOOK_BLOCKS == 0:
            # The loudspeaker's clock runs ahead: without this the echo would come before its reference.
            if self._taken == _STARTED_BLOCKS or self._fewest > _MOST_SPARE_BLOCKS:
                del self._ready[: max(0, self._fewest - _SPARE_BLOCKS)]
            self._fewest = _MOST_PIECES
        if self._ready:
            return self._ready.pop(0)
        self.late += 1
        return np.zeros(BLOCK_SAMPLES, np.int16)

    def _convert(self) -> None:
        while True:
            try:
                self._conversion.push(self._sounded.get_nowait())
            except queue.Empty:
                break
        while (block := self._conversion.pop()) is not None:
            self._ready.append(block)
