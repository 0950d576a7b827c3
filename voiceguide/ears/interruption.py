"""Whose voice is it, by its loudness? Only hers may stop the guide: no television's, nobody else's in the room.

    as loud as her replies were      it may, at once
    clearly softer                   somebody else: only a whole phrase, surely recognised, stops the guide
    nothing known of her yet         it may if it is as loud as people are who sit at the machine
    for nothing, again and again     she talks to somebody: only a phrase, for a while

How loud she is, is known from her replies that were understood. A voice that stopped the guide for nothing and is
softer than she moves the line up to halfway between the two.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import numpy as np

from voiceguide.events import BLOCK_SECONDS

WARY_AFTER, WARY_SECONDS = 3, 30.0
"""After so many interruptions within such a time that were no reply only a whole phrase stops the guide, or a talk
with somebody else would never let it finish a sentence."""

_AT_THE_MACHINE_DBFS = -30.0
# The loud parts of a voice half a metre from a laptop are about -21; a television is 10 to 20 dB softer.
_LOUD_QUANTILE = 0.8
_LEAST_BLOCKS = 6
_REPLIES = 5
_SOFTER_DB = 5.0
_MUCH_SOFTER_DB = 7.0
_OTHERS_SECONDS = 300.0
_OTHERS = 20
_OF_LAST, _ENOUGH = 10, 4  # a vowel


class Interruption:
    """Feed it every block that is not the guide's alone: how loud, and is somebody speaking?"""

    def __init__(self) -> None:
        self._now_seconds = 0.0
        self._spoken_dbfs: list[float] = []
        self._hers_dbfs: deque[float] = deque(maxlen=_REPLIES)
        self._others: deque[tuple[float, float]] = deque(maxlen=_OTHERS)
        self._for_nothing: deque[float] = deque(maxlen=WARY_AFTER)

    def feed(self, level_dbfs: float, is_speech: bool) -> None:
        """The next 20 ms."""
        self._now_seconds += BLOCK_SECONDS
        if is_speech:
            self._spoken_dbfs.append(level_dbfs)

    def begins(self, levels_dbfs: Sequence[float] = ()) -> None:
        """Somebody begins to speak; `levels_dbfs`: what of it has been heard already."""
        self._spoken_dbfs = list(levels_dbfs)

    def ends(self, *, understood: bool, interrupted: bool) -> None:
        """What was said is over. `interrupted`: the guide had stopped for it."""
        if interrupted and not understood:
            self._for_nothing.append(self._now_seconds)
        if understood:
            self._for_nothing.clear()
        if len(self._spoken_dbfs) >= _LEAST_BLOCKS:
            loud_dbfs = float(np.quantile(self._spoken_dbfs, _LOUD_QUANTILE))
            if understood:
                self._hers_dbfs.append(loud_dbfs)
            elif interrupted:
                self._others.append((self._now_seconds, loud_dbfs))
        self._spoken_dbfs = []

    @property
    def may_be_hers(self) -> bool:
        """May what is being said stop the guide though nobody knows yet what it is?"""
        recent = [at for at in self._for_nothing if at > self._now_seconds - WARY_SECONDS]
        if len(recent) >= WARY_AFTER:
            return False
        newest = self._spoken_dbfs[-_OF_LAST:]
        return sum(level >= self._line_dbfs() for level in newest) >= _ENOUGH

    @property
    def is_somebody_elses(self) -> bool:
        """Is all of what is being said much softer than her replies were: a television's, somebody's behind her?"""
        if not self._hers_dbfs or len(self._spoken_dbfs) < _LEAST_BLOCKS:
            return False
        loudest = sorted(self._spoken_dbfs)[-_LEAST_BLOCKS]
        return loudest < float(np.median(self._hers_dbfs)) - _MUCH_SOFTER_DB

    def _line_dbfs(self) -> float:
        if not self._hers_dbfs:
            return _AT_THE_MACHINE_DBFS
        hers_dbfs = float(np.median(self._hers_dbfs))
        line_dbfs = hers_dbfs - _SOFTER_DB
        softer = [
            level
            for at, level in self._others
            if at > self._now_seconds - _OTHERS_SECONDS and level < hers_dbfs - _SOFTER_DB / 2
        ]
        return max(line_dbfs, (hers_dbfs + max(softer)) / 2) if softer else line_dbfs
