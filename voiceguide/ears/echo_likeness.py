"""Is what was heard over a prompt the prompt itself? Told from the two sounds alone, whatever the canceller made of it.

An echo that is not cancelled rises and falls in every band as the loudspeaker did some moments before; what she says
does not. A filter that her own loud voice has led astray, or a card that plays everything later from one moment to the
next, lets words of the guide through as clear as hers: 有失败两个字 once moved a simulated person on.

Measured, on 0.6 s and more: echoes of 0 and -10 dB that nobody cancelled, in rooms that ring for 0.2 to 0.8 s, 0.87 to
0.97 in the median (0.80 to 0.84 with a television; 0.68 where noise is nearly as loud as the echo); 25 interruptions,
cleaned, 0.56 at most.
"""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from voiceguide.ears.bands import BandPowers, Power
from voiceguide.events import BLOCK_SECONDS, Block

ECHO_LIKENESS = 0.8
"""What is so alike is the echo. Of 120 words of hers over an echo that nobody cancelled none was so alike where it was
10 dB softer than she (0.76 at most), where it was as loud as she one in five; a canceller takes out 20 dB and more."""

_REMEMBERED_BLOCKS = round(8.0 / BLOCK_SECONDS)
_LATEST_BLOCKS = round(0.5 / BLOCK_SECONDS)
# A loudspeaker lags up to 0.4 s behind the program. At later places her words find something like them.
_RANGE_DB = 40.0
# Below the loudest: softer moments are the room's.
_LEAST_BLOCKS = round(0.6 / BLOCK_SECONDS)
# One syllable is like another: 对 was 0.84.


class EchoLikeness:
    """Feed it every block."""

    def __init__(self) -> None:
        self._powers = BandPowers(2)
        self._heard: deque[Power] = deque(maxlen=_REMEMBERED_BLOCKS)
        self._played: deque[Power] = deque(maxlen=_REMEMBERED_BLOCKS + _LATEST_BLOCKS)

    def feed(self, cleaned: Block, played: Block) -> None:
        """Blocks of the same 20 ms."""
        of_cleaned, of_played = self._powers.feed(cleaned, played)
        self._heard.append(of_cleaned)
        self._played.append(of_played)

    def of_last(self, seconds: float, ended_seconds_ago: float = 0.0) -> float:
        """How alike so much of what was heard, up to then, is to what was played, at the delay at which it is most:
        -1 … 1. 0 for what is too short to tell."""
        end = len(self._heard) - round(ended_seconds_ago / BLOCK_SECONDS)
        count = min(round(seconds / BLOCK_SECONDS), end)
        if count < _LEAST_BLOCKS:
            return 0.0
        heard = _levels(np.array(self._heard)[end - count : end])
        played = np.array(self._played)[: len(self._played) - (len(self._heard) - end)]
        latest = min(_LATEST_BLOCKS, len(played) - count)
        ends = (len(played) - late for late in range(latest + 1))
        return max(_correlation(heard, _levels(played[each - count : each])) for each in ends)


def _levels(powers: NDArray[np.float64]) -> NDArray[np.float64]:
    """(blocks, bands) -> how far above the mean of its band each is, in decibels."""
    decibels = 10 * np.log10(powers + 1.0)
    decibels = np.maximum(decibels, decibels.max() - _RANGE_DB)
    centred: NDArray[np.float64] = decibels - decibels.mean(axis=0)
    return centred


def _correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    scale = float(np.sqrt(np.sum(np.square(one)) * np.sum(np.square(other))))
    return float(np.sum(one * other)) / scale if scale else 0.0
