"""Is somebody speaking in the room, or is this what is left of the guide's own voice?

In eight bands of pitch it is learnt how loud what is left has been against what the loudspeaker was given, over
the last eight seconds of the guide's speech. A block is hers where it is louder than that in three bands and as
a whole; she is believed after five such blocks out of seven. Nothing here knows words.

Measured over an hour of prompts at echoes of -30 to 0 dB: what is left of the echo stays below +6 dB in the
third band (99.99 %), a person as loud as the echo is above +9 dB within 0.35 s in 19 of 20 interruptions.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from voiceguide.ears.bands import BANDS, BandPowers, Power
from voiceguide.ears.echo import Cleaned
from voiceguide.events import BLOCK_SECONDS, Block

_BANDS_CLEAR = 3
_BAND_RATIO = 4.0  # 6 dB
_WHOLE_RATIO = 1.6  # 2 dB
_OF_LAST, _ENOUGH = 7, 5
BELIEVED_SECONDS = _ENOUGH * BLOCK_SECONDS
"""So much of her speech has passed when it is believed."""
_LEARNT_BLOCKS = 400
_LEAST_LEARNT = 25
_LEARNT_QUANTILE = 0.9
_SPREAD = 6.0  # 8 dB
_FALLING = 10**-0.12  # a block: 60 dB a second, what a reverberant room does
_UNALIGNED_BLOCKS = 40  # while the delay is not known the echo may be so late
_FLOOR_BLOCKS = 200
_FLOOR_QUANTILE = 0.1
_FLOOR_RATIO = 2.0
_PLAYING_POWER = 200.0**2  # of a sample: softer parts of a prompt teach nothing about its echo
_AT_IT = 0.1
_BEST_FILTER = 0.002  # 27 dB: it may take out more for minutes, and then at the onset of a word it does not
_LEAST_RMS = 8.0  # int16: softer than a whisper across the room, where there is no noise at all
_ASTRAY = 0.1  # of her loudness against the echo
_CALMING = (
    10**-0.015
)  # a block, 7.5 dB a second: in a room that rings for 0.8 s it had found 8 to 14 dB after three
_MUTED_BLOCKS = 5  # the loudspeaker may have fallen silent just now
_AUDIBLE_RATIO = 0.01  # echo 20 dB below the room's own noise is not there


class NearEnd:
    """Feed it every block, as heard and as cleaned."""

    def __init__(self) -> None:
        self._powers = BandPowers(3)  # cleaned, heard, played
        self._scale = self._powers.scale
        self._envelope: Power = np.zeros(BANDS)
        self._late: deque[Power] = deque(maxlen=_UNALIGNED_BLOCKS)
        self._left: deque[Power] = deque(maxlen=_LEARNT_BLOCKS)
        self._envelopes: deque[Power] = deque(maxlen=_LEARNT_BLOCKS)
        self._whole_echo: deque[Power] = deque(maxlen=_LEARNT_BLOCKS)
        self._floor_of: deque[Power] = deque(maxlen=_FLOOR_BLOCKS)
        self._floor: Power = np.full(BANDS, _LEAST_RMS**2 * self._scale)
        self._coupling: Power = np.ones(BANDS)
        self._uncancelled: Power = np.ones(BANDS)
        self._shaken = 1.0  # what the filter may have forgotten, as a share of the whole echo
        self._disturbance = 0.0
        self._recent: deque[bool] = deque(maxlen=_OF_LAST)
        self._blocks = 0
        self._learnt_anew = False
        self._nothing_blocks = 0
        self.near = False
        """The last block stood clear of all that may be left of the echo."""
        self.echo_audible = False
        """The guide may still be heard in the last block."""
        self.muted = False
        """The microphone gave nothing at all where there must have been an echo: there is nothing to learn."""

    @property
    def speaking(self) -> bool:
        """Somebody in the room has made sound for 100 ms. False while nothing is known of the echo."""
        return sum(self._recent) >= _ENOUGH

    def feed(self, heard: Block, played: Block, cleaned: Cleaned) -> None:
        """Blocks of the same 20 ms."""
        self._blocks += 1
        reference = played if cleaned.echo_of is None else cleaned.echo_of
        of_cleaned, of_heard, of_played = self._powers.feed(cleaned.block, heard, reference)
        if cleaned.begun:
            self._shaken = 1.0
            if self._late:  # what was learnt at no certain delay holds for no other
                self._late.clear()
                self._left.clear()
                self._envelopes.clear()
                self._whole_echo.clear()
        if cleaned.echo_of is None:
            self._late.append(of_played)
            self._envelope = np.max(self._late, axis=0)
        else:
            self._envelope = np.maximum(of_played, self._envelope * _FALLING)
        self._nothing_blocks = 0 if heard.any() else self._nothing_blocks + 1
        self.muted = self._nothing_blocks >= _MUTED_BLOCKS and self._must_be_heard(of_played)
        if self.muted:
            self._shaken = 1.0  # the filter learns all the same, that there is no echo
        else:
            self._learn(of_cleaned, of_heard, of_played)
        coupling = np.maximum(self._coupling, max(self._shaken, _BEST_FILTER) * self._uncancelled)
        bound = coupling * self._envelope + _FLOOR_RATIO * self._floor
        ratio = of_cleaned / bound
        self.near = bool(
            len(self._whole_echo) >= _LEAST_LEARNT
            and np.count_nonzero(ratio >= _BAND_RATIO) >= _BANDS_CLEAR
            and of_cleaned.sum() >= _WHOLE_RATIO * bound.sum()
        )
        self.echo_audible = bool(np.any(coupling * self._envelope > _AUDIBLE_RATIO * self._floor))
        self._recent.append(self.near)
        self._remember_disturbance(of_cleaned, of_played)

    def _remember_disturbance(self, of_cleaned: Power, of_played: Power) -> None:
        """Her voice over the prompt leads the filter astray, the louder the farther; it counts when she has
        finished, so that it does not make herself doubtful."""
        if self.speaking and self._at_it(of_played):
            echo = float((self._uncancelled * self._envelope).sum())
            self._disturbance = max(self._disturbance, _ASTRAY * float(of_cleaned.sum()) / (echo + 1.0))
        elif self._disturbance and not any(self._recent):
            self._shaken = min(1.0, max(self._shaken, self._disturbance))
            self._disturbance = 0.0

    def _at_it(self, of_played: Power) -> bool:
        """Is the loudspeaker at it now? Beside an echo that is fading anything looks large."""
        return bool(of_played.sum() > max(_PLAYING_POWER * self._scale, _AT_IT * self._envelope.sum()))

    def _must_be_heard(self, of_played: Power) -> bool:
        """Is the loudspeaker at it, and was its echo louder than the room's noise until now?"""
        known = len(self._whole_echo) >= _LEAST_LEARNT and self._at_it(of_played)
        return known and bool(np.any(self._uncancelled * self._envelope > self._floor))

    def _learn(self, of_cleaned: Power, of_heard: Power, of_played: Power) -> None:
        self._floor_of.append(of_cleaned)
        if self._at_it(of_played):
            noise = _FLOOR_RATIO * self._floor
            self._left.append(np.maximum(of_cleaned - noise, 0.0) / (self._envelope + 1.0))
            self._envelopes.append(self._envelope.copy())
            self._whole_echo.append(np.maximum(of_heard - noise, 0.0) / (self._envelope + 1.0))
            self._shaken *= _CALMING
            self._learnt_anew = True
        if self._blocks % 5:
            return
        if len(self._floor_of) >= _LEAST_LEARNT:
            lowest = np.quantile(np.array(self._floor_of), _FLOOR_QUANTILE, axis=0)
            self._floor = np.maximum(lowest, _LEAST_RMS**2 * self._scale)
        if self._learnt_anew and len(self._left) >= _LEAST_LEARNT:
            self._learnt_anew = False
            left, envelopes = np.array(self._left), np.array(self._envelopes)
            self._coupling = np.quantile(left, _LEARNT_QUANTILE, axis=0)
            # A television is there whether the guide is loud or soft, and it pauses: the echo is always there.
            loud = np.where(envelopes >= np.median(envelopes, axis=0), left, np.nan)
            self._coupling = np.minimum(self._coupling, _SPREAD * np.nanmedian(loud, axis=0))
            self._uncancelled = np.quantile(np.array(self._whole_echo), _LEARNT_QUANTILE, axis=0)
