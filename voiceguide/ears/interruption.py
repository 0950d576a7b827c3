"""Whose voice is it, by its loudness? Only hers may stop the guide: no television's, nobody else's in the room.

    as loud as her replies were      it may, at once
    clearly softer                   somebody else: only a whole phrase, surely recognised, stops the guide
    far softer                       a television: surely recognised, and said twice
    nothing known of her yet         it may if it is as loud as somebody who sits close to the machine
    stopped the guide for nothing    she talks to somebody, or it is not she: only a phrase, for a while
    a softer voice was no reply      a television: only what is as loud as she is, for a while

How loud she is, is known from her replies that were understood. A voice that stopped the guide for nothing and is
softer than she moves the line up to halfway between the two. A television says 好了 as clearly as she does, only 10
to 20 dB softer; she who has gone to the other end of the room says it again when nothing happens.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence

import numpy as np

from voiceguide.events import BLOCK_SECONDS

WARY_SECONDS = 30.0
"""So long after the guide has stopped for something that was no reply only a whole phrase stops it, or a talk with
somebody else would never let it finish a sentence; a phrase takes half a second more."""

_AT_THE_MACHINE_DBFS = -24.0
# The loud parts of a voice half a metre from a laptop are about -21; a television is 10 to 20 dB softer.
_LOUD_QUANTILE = 0.8
_LEAST_BLOCKS = 6
_WHOLE_BLOCKS = round(10 / BLOCK_SECONDS)
_REPLIES, _ENOUGH_REPLIES = 5, 3
_SOFTER_DB = 5.0
_MUCH_SOFTER_DB = 7.0
_SURELY_HERS = 0.85
# So sure words must be that are softer than that: she may have turned away.
_FAR_SOFTER_DB, _AGAIN_SECONDS = 10.0, 20.0
# Softer than that she has gone away, and says it again so soon.
_LEAST_ABOVE_NOISE = 0.05
# Of the power measured; what is no louder than the room is not told from it.
_OTHERS_SECONDS = 300.0
_OTHERS = 20
_OF_LAST, _ENOUGH = 10, 4  # a vowel


class Interruption:
    """Feed it every block that is not the guide's alone: how loud, and is somebody speaking?"""

    def __init__(self) -> None:
        self._now_seconds = 0.0
        self._spoken_dbfs: list[float] = []
        self._all_dbfs: deque[float] = deque(maxlen=_WHOLE_BLOCKS)
        self._hers_dbfs: deque[float] = deque(maxlen=_REPLIES)
        self._others: deque[tuple[float, float]] = deque(maxlen=_OTHERS)
        self._for_nothing_seconds = self._behind_seconds = -math.inf
        self._from_afar: tuple[str, float] = ("", 0.0)

    def feed(self, level_dbfs: float, is_speech: bool) -> None:
        """The next 20 ms."""
        self._now_seconds += BLOCK_SECONDS
        self._all_dbfs.append(level_dbfs)
        if is_speech:
            self._spoken_dbfs.append(level_dbfs)

    def begins(self, levels_dbfs: Sequence[float] = ()) -> None:
        """Somebody begins to speak; `levels_dbfs`: what of it has been heard already."""
        self._spoken_dbfs = list(levels_dbfs)
        self._all_dbfs.clear()
        self._all_dbfs.extend(levels_dbfs)

    def ends(self, *, understood: bool, interrupted: bool) -> None:
        """What was said is over. `interrupted`: the guide had stopped for it."""
        known = len(self._spoken_dbfs) >= _LEAST_BLOCKS
        loud_dbfs = float(np.quantile(self._spoken_dbfs, _LOUD_QUANTILE)) if known else -math.inf
        if understood and interrupted:
            self._for_nothing_seconds = -math.inf
        elif interrupted:
            self._for_nothing_seconds = self._now_seconds
        elif not understood and known and loud_dbfs < self._surely_hers_dbfs():
            self._behind_seconds = self._now_seconds
        if understood and known:
            self._hers_dbfs.append(loud_dbfs)
        elif interrupted and known:
            self._others.append((self._now_seconds, loud_dbfs))
        self.begins()

    @property
    def may_be_hers(self) -> bool:
        """May what is being said stop the guide though nobody knows yet what it is?"""
        if self._now_seconds - self._for_nothing_seconds < WARY_SECONDS:
            return False
        newest = self._spoken_dbfs[-_OF_LAST:]
        return sum(level >= self._line_dbfs() for level in newest) >= _ENOUGH

    @property
    def may_be_anybodys(self) -> bool:
        """Is nothing known of her yet, and is this none who sits at the machine?"""
        return not self._hers_dbfs and self._loudest_dbfs(self._spoken_dbfs) < _AT_THE_MACHINE_DBFS

    def is_somebody_elses(self, noise_dbfs: float | None) -> bool:
        """Is all of what is being said much softer than her replies were: a television's, somebody's behind her?
        `noise_dbfs`: the room without anybody, which makes soft voices measure louder; None: not known."""
        return self._softer_db(noise_dbfs) > _MUCH_SOFTER_DB

    def are_hers(self, text: str, confidence: float, noise_dbfs: float | None) -> bool:
        """May what is being said be her own, recognised as these words with such a confidence? ("": none) To be asked
        once of each utterance: far softer words are remembered, and count when they are said again."""
        softer_db = self._softer_db(noise_dbfs)
        if softer_db <= _MUCH_SOFTER_DB:
            return True
        if not text or confidence < _SURELY_HERS:
            return False
        if softer_db <= _FAR_SOFTER_DB:
            return True
        said, at_seconds = self._from_afar
        self._from_afar = (text, self._now_seconds)
        return text == said and self._now_seconds - at_seconds <= _AGAIN_SECONDS

    def _softer_db(self, noise_dbfs: float | None) -> float:
        """By how much; 0 where nothing is known of her, or too little was said."""
        # A soft word of which next to nothing was taken for speech has its loudness all the same.
        levels_dbfs: Sequence[float] = (
            self._spoken_dbfs if len(self._spoken_dbfs) >= _LEAST_BLOCKS else self._all_dbfs
        )
        if not self._hers_dbfs or len(levels_dbfs) < _LEAST_BLOCKS:
            return 0.0
        loudest_dbfs = self._loudest_dbfs(levels_dbfs)
        hers_dbfs = float(np.median(self._hers_dbfs))
        return _above(hers_dbfs, noise_dbfs) - _above(loudest_dbfs, noise_dbfs)

    @staticmethod
    def _loudest_dbfs(levels_dbfs: Sequence[float]) -> float:
        """What was reached in the length of a vowel."""
        return sorted(levels_dbfs)[-_LEAST_BLOCKS] if len(levels_dbfs) >= _LEAST_BLOCKS else -math.inf

    def _line_dbfs(self) -> float:
        if not self._hers_dbfs:
            return _AT_THE_MACHINE_DBFS
        hers_dbfs = self._voice_dbfs()
        behind = self._now_seconds - self._behind_seconds < WARY_SECONDS
        line_dbfs = self._surely_hers_dbfs() if behind else hers_dbfs - _SOFTER_DB
        softer = [
            level
            for at, level in self._others
            if at > self._now_seconds - _OTHERS_SECONDS and level < self._surely_hers_dbfs()
        ]
        return max(line_dbfs, (hers_dbfs + max(softer)) / 2) if softer else line_dbfs

    def _surely_hers_dbfs(self) -> float:
        """As loud as she is, what was not understood is most often hers."""
        return self._voice_dbfs() - _SOFTER_DB / 2 if self._hers_dbfs else _AT_THE_MACHINE_DBFS

    def _voice_dbfs(self) -> float:
        """How loud she is. Of the first replies one may have been a television's, which was softer."""
        few = len(self._hers_dbfs) < _ENOUGH_REPLIES
        return float(np.max(self._hers_dbfs) if few else np.median(self._hers_dbfs))


def _above(level_dbfs: float, noise_dbfs: float | None) -> float:
    """A level without the room's noise in it."""
    if noise_dbfs is None:
        return level_dbfs
    rest = 1.0 - 10.0 ** ((noise_dbfs - level_dbfs) / 10.0)
    return level_dbfs + 10.0 * math.log10(max(rest, _LEAST_ABOVE_NOISE))
