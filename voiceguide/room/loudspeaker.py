"""The way of the guide's voice into the microphone: a loudspeaker that distorts, buffers that delay it, a clock
that is not the microphone's, the room's answer.

    played -> distortion -> clock drift -> device delay -> response of the room -> gain
"""

from __future__ import annotations

import numpy as np
import soxr
from numpy.typing import NDArray

from voiceguide.events import BLOCK_SAMPLES, SAMPLE_RATE, Block
from voiceguide.room.reverberation import Reverberation

_FULL_SCALE = 32_768.0
SLIP_SECONDS = 0.1
"""A drifting clock fills or empties the sound card's buffer; so far off, the card drops or pads at once."""


def distorted(played: NDArray[np.float64], drive: float) -> NDArray[np.float64]:
    """What a small loudspeaker makes of it: the cone gives way where it is loud, more on one side than the other.

    `drive` 0: nothing; 1: a cheap laptop at its usual volume (a loud vowel gets about 3 % of harmonics); 4: rattles.
    """
    if drive == 0.0:
        return played
    x = played / _FULL_SCALE * drive
    bent: NDArray[np.float64] = (np.tanh(x + 0.15 * np.square(x))) / drive * _FULL_SCALE
    return bent


class Loudspeaker:
    """One direction only: what is played comes out later, changed, as the microphone gets it."""

    def __init__(
        self,
        gain_db: float,
        delay_seconds: float,
        drift_ppm: float,
        drive: float,
        response: NDArray[np.float64],
    ) -> None:
        """`response` is brought to energy 1, so that `gain_db` is the level of the echo, tail and all.

        `drift_ppm` > 0: the loudspeaker's clock is slow, its delay grows by so many millionths.
        """
        self._gain = 10 ** (gain_db / 20)
        self._drive = drive
        self._delay_samples = round(delay_seconds * SAMPLE_RATE)
        self._under_way = np.zeros(self._delay_samples)
        self._reverberation = Reverberation(response / np.sqrt(np.sum(np.square(response))))
        self._drifting: soxr.ResampleStream | None = None
        if drift_ppm:
            # Quick (cubic): the better filters hold back 30 ms and more, longer than the shortest delay.
            rate = SAMPLE_RATE * (1 + drift_ppm * 1e-6)
            self._drifting = soxr.ResampleStream(SAMPLE_RATE, rate, 1, dtype="float64", quality="QQ")

    def through(self, played: Block) -> NDArray[np.float64]:
        """The echo in the microphone's block while the loudspeaker is given `played`."""
        sound = distorted(played.astype(np.float64), self._drive)
        if self._drifting is not None:
            sound = self._drifting.resample_chunk(sound)
            self._slip(sound.size)
        waiting = np.concatenate([self._under_way, sound])
        self._under_way = waiting[BLOCK_SAMPLES:]
        return self._reverberation.through(waiting[:BLOCK_SAMPLES]) * self._gain

    def _slip(self, coming_samples: int) -> None:
        """Keep the delay near the one asked for, as a card does that overruns or underruns."""
        beyond = self._under_way.size + coming_samples - BLOCK_SAMPLES - self._delay_samples
        most = round(SLIP_SECONDS * SAMPLE_RATE)
        if beyond > most:
            self._under_way = self._under_way[most:]
        elif beyond < -min(most, self._delay_samples // 2):
            self._under_way = np.concatenate([np.zeros(-beyond), self._under_way])
