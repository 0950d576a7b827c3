"""How much later the microphone hears what the loudspeaker was given: found in the sound itself.

The two directions run through buffers of 20 to 700 ms that nobody reports reliably, the delay changes when a
device comes back, and two devices have two clocks. The cross-correlation of the last half second, whitened
(GCC-PHAT) and averaged over about a second, has one sharp peak at the delay as soon as the guide has spoken for
half a second; it survives her speaking at the same time, noise and reverberation.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from voiceguide.ears.drift import ClockDrift
from voiceguide.events import BLOCK_SAMPLES, BLOCK_SECONDS, SAMPLE_RATE, Block, Samples

LONGEST_SECONDS = 0.8
"""The largest delay that is looked for."""

GLANCE_BLOCKS = 8
"""As much as has to be heard before somebody is believed to speak, and as short as what is asked of `glance`."""

_WINDOW = 8_192  # half a second: what is compared at once
_EVERY_BLOCKS = 12  # about a quarter of a second: how often it is looked
_MEMORY = 0.8  # of the average, each time
_CERTAIN = 12.0  # the peak against the rest of the correlation; noise alone was never above 7
_AGREEING_SAMPLES = 8  # two looks in a row that differ by no more mean the same place
_GLANCE = GLANCE_BLOCKS * BLOCK_SAMPLES
_GLANCE_CERTAIN = (
    12.0  # a voice over what is left of the echo: 12 at most in 19 of 20; echo out of place: 12 to 38
)
_AUDIBLE_RMS = 100.0  # int16: quieter prompts tell nothing


class DelayFinder:
    """Feed it every block of both directions; `delay_samples` is the newest finding."""

    def __init__(self) -> None:
        self._longest = round(LONGEST_SECONDS * SAMPLE_RATE)
        self._size = 1 << (_WINDOW + self._longest - 1).bit_length()
        self._played: NDArray[np.float32] = np.zeros(_WINDOW + self._longest, np.float32)
        self.heard: NDArray[np.float32] = np.zeros(_WINDOW, np.float32)
        """The last half second."""
        self._cross: NDArray[np.complex128] = np.zeros(self._size // 2 + 1, np.complex128)
        self._blocks = 0
        self._last_look: int | None = None
        self.delay_samples: int | None = None
        """Samples from played to heard; None while nothing is certain."""
        self.drift = ClockDrift()

    def feed(self, heard: Block, played: Block) -> None:
        """Blocks of the same 20 ms."""
        self._played = np.concatenate([self._played[BLOCK_SAMPLES:], played.astype(np.float32)])
        self.heard = np.concatenate([self.heard[BLOCK_SAMPLES:], heard.astype(np.float32)])
        self._blocks += 1
        if self._blocks % _EVERY_BLOCKS == 0:
            # All the way back: at a long delay the echo is of what was played before this window.
            rms = float(np.sqrt(np.mean(np.square(self._played[-_WINDOW:]))))
            if rms >= _AUDIBLE_RMS and self.heard.any():
                self._look()

    def glance(self, sound: Samples | NDArray[np.float32]) -> int | None:
        """How long ago the last 0.16 s of `sound` were played, if that is what they are: an echo that is not
        taken out because the delay has just changed. `sound` ends with the last block fed."""
        of_played = np.fft.rfft(self._played, self._size)
        of_sound = np.fft.rfft(sound[-_GLANCE:].astype(np.float32), self._size)
        cross = of_played * np.conj(of_sound)
        strength = np.abs(cross)
        # Whitened by half: what is left of a well cancelled echo, all treble, must not outweigh her voice.
        likeness = np.fft.irfft(cross / np.sqrt(strength + 1e-3 * float(strength.max()) + 1e-9), self._size)
        first = self._played.size - _GLANCE  # where it would begin had it been played just now
        likeness = likeness[first - self._longest : first + 1][::-1]
        place = int(np.argmax(np.abs(likeness)))
        certain = abs(likeness[place]) > _GLANCE_CERTAIN * float(np.sqrt(np.mean(np.square(likeness))))
        return place if certain else None

    def moved(self, delay_samples: int) -> None:
        """It has just been found there, by `glance`: what was heard before tells nothing any more."""
        self._cross[:] = 0.0
        self.delay_samples = self._last_look = delay_samples

    def _look(self) -> None:
        of_played = np.fft.rfft(self._played, self._size)
        of_heard = np.fft.rfft(self.heard, self._size)
        now = of_played * np.conj(of_heard)
        self._cross = _MEMORY * self._cross + now
        _, exactly, certain = self._peak(now)  # an average would lag behind two clocks, now more and now less
        if certain:
            self.drift.feed(self._blocks * BLOCK_SECONDS, exactly, SAMPLE_RATE)
        place, _, certain = self._peak(self._cross)
        agreed = self._last_look is not None and abs(place - self._last_look) <= _AGREEING_SAMPLES
        if certain and agreed:
            self.delay_samples = place
        self._last_look = place if certain else None

    def _peak(self, cross: NDArray[np.complex128]) -> tuple[int, float, bool]:
        """(the delay, the same with its fraction, is it one?)"""
        strength = np.abs(cross)
        whitened = cross / (strength + 1e-3 * float(strength.max()) + 1e-9)
        # heard[i] is played[i + longest - delay]; turned round, so that the index is the delay.
        likeness = np.fft.irfft(whitened, self._size)[: self._longest + 1][::-1]
        place = int(np.argmax(likeness))
        certain = likeness[place] > _CERTAIN * float(np.sqrt(np.mean(np.square(likeness))))
        fraction = 0.0
        if 0 < place < self._longest:  # the top of the parabola through the three
            before, top, behind = (float(each) for each in likeness[place - 1 : place + 2])
            fraction = 0.5 * (before - behind) / (before - 2 * top + behind)
        return place, place + fraction, bool(certain)
