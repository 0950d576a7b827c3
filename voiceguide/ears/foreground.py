"""Whose voice stands in front: hers, or a television's behind her?

Speech detection tells speech from noise, not one speaker from another: with a television on, a turn would begin with
the television's words and end when the television pauses. What goes on for a while without being understood is
taken for somebody behind her; a voice that then stands well above it is hers, and she has finished when it has
sunk most of the way back. Until somebody has been heard behind her speech detection decides, however loud or soft
she speaks; only what is far softer than her own words a moment ago is not hers.

Levels are those of the loudest block of the last moments, so that a weak consonant ends nobody's word. How long a
moment, and how far back, was chosen on commands joined from the syllables of a dev voice over sentences 10 to 16 dB
softer: with these nobody was cut off at 16 dB and a quarter at 12 dB, where 120 ms and halfway cut off nearly all.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from voiceguide.events import BLOCK_SECONDS, Block
from voiceguide.loudness import dbfs

_BEGINS_BLOCKS, _ENDS_BLOCKS = 6, 16
_END_SHARE = 0.3
# Of the way from the one behind up to her loudest: below it she is silent.
_KNOWN_BLOCKS = round(2.5 / BLOCK_SECONDS)
# So much speech must have come from behind: more than a hesitation before her own word.
_CERTAIN_BLOCKS = round(6.0 / BLOCK_SECONDS)
# So much, and it is nobody who said something to the guide and was not understood.
_REMEMBERED_BLOCKS = round(10 / BLOCK_SECONDS)
_FORGOTTEN_SECONDS = 60.0
_GOES_ON_BLOCKS, _GOES_ON_SECONDS = round(8.0 / BLOCK_SECONDS), 30.0
# So much of so long a time: her own replies that nobody understood are a second or two after each question.
_ABOVE_DB = 7.0
_STILL_BEHIND_DB = 4.0
_FAR_SOFTER_DB = 10.0
_VOWEL_BLOCKS = 6
# Her loudest: what was reached in so many blocks of the turn, so that no click is.
_OF_LAST, _ENOUGH = 6, 4
_LOUD_QUANTILE = 0.75


@dataclass(frozen=True)
class Layer:
    """Where the sound of one block stands."""

    onset: bool = False
    """A voice has just come to the front: what was heard before is not hers."""
    front: bool = True
    """Not known to be behind: for her turn it counts as speech."""
    behind: bool = False
    """As soft as one who has long been talking behind her."""


class Foreground:
    """Feed it every block, and whether it is speech."""

    def __init__(self) -> None:
        self._recent_dbfs: deque[float] = deque(maxlen=_ENDS_BLOCKS)
        self._behind: deque[tuple[float, float]] = deque(maxlen=_REMEMBERED_BLOCKS)
        self._turn_blocks = 0  # of the last of these, which may turn out to be hers
        self._above: deque[bool] = deque(maxlen=_OF_LAST)
        self._hers_dbfs: float | None = None
        self._loudest_dbfs: list[float] = []
        self._now_seconds = 0.0

    def feed(self, block: Block, is_speech: bool) -> Layer:
        """The next 20 ms."""
        self._now_seconds += BLOCK_SECONDS
        self._recent_dbfs.append(dbfs(block))
        level_dbfs = max(list(self._recent_dbfs)[-_BEGINS_BLOCKS:])
        behind_dbfs = self._behind_dbfs()
        if self._hers_dbfs is not None and behind_dbfs is not None:
            self._hers_dbfs = max(self._hers_dbfs, level_dbfs)
            end_dbfs = behind_dbfs + _END_SHARE * (self._hers_dbfs - behind_dbfs)
            return Layer(front=max(self._recent_dbfs) > end_dbfs)
        if not is_speech:
            self._above.append(False)
            return Layer()
        self._loudest_dbfs = sorted([*self._loudest_dbfs, self._recent_dbfs[-1]])[-_VOWEL_BLOCKS:]
        above = behind_dbfs is not None and level_dbfs > behind_dbfs + _ABOVE_DB
        self._above.append(above)
        if sum(self._above) >= _ENOUGH:
            self._hers_dbfs = level_dbfs
            return Layer(onset=True)
        if not above:  # what rises out of it teaches nothing about it
            self._behind.append((self._now_seconds, level_dbfs))
            self._turn_blocks += 1
        soft = behind_dbfs is not None and level_dbfs < behind_dbfs + _STILL_BEHIND_DB
        return Layer(front=self._may_be_hers(), behind=soft and len(self._behind) >= _CERTAIN_BLOCKS)

    def _may_be_hers(self) -> bool:
        known = len(self._loudest_dbfs) == _VOWEL_BLOCKS
        return not known or max(self._recent_dbfs) > self._loudest_dbfs[0] - _FAR_SOFTER_DB

    @property
    def voices_behind(self) -> bool:
        """Has somebody been talking all the time just now?"""
        since_seconds = self._now_seconds - _GOES_ON_SECONDS
        return sum(at >= since_seconds for at, _ in self._behind) >= _GOES_ON_BLOCKS

    def turn_over(self, *, understood: bool) -> None:
        """A turn has ended. `understood`: what was heard was hers, so it was not somebody behind her."""
        if understood and self._hers_dbfs is None:
            for _ in range(min(self._turn_blocks, len(self._behind))):
                self._behind.pop()
        self._turn_blocks = 0
        self._hers_dbfs = None
        self._loudest_dbfs = []
        self._above.clear()

    def _behind_dbfs(self) -> float | None:
        """How loud the one behind is in his louder moments; None: nobody known."""
        while self._behind and self._behind[0][0] < self._now_seconds - _FORGOTTEN_SECONDS:
            self._behind.popleft()
        if len(self._behind) < _KNOWN_BLOCKS:
            return None
        return float(np.quantile([level for _, level in self._behind], _LOUD_QUANTILE))
