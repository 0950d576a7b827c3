"""Takes the guide's own voice out of what the microphone hears. The port, and its one implementation.

    played -> as late and as slow as the device makes it (alignment, drift) -> Speex's filter -> what the echo must be
    heard ------------------------------------------------------------------- minus that -> cleaned

pyaec is Speex's canceller behind three C functions. Its Python class takes lists; the C entry with numpy's
pointers costs a hundredth. Its preprocessor is left out: it deletes her voice together with the rest of the echo.
"""

from __future__ import annotations

import ctypes
from collections import deque
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from voiceguide.ears.alignment import GLANCE_BLOCKS, LONGEST_SECONDS, DelayFinder
from voiceguide.ears.delay_line import DelayLine
from voiceguide.events import BLOCK_SAMPLES, SAMPLE_RATE, Block, Samples

TAIL_SECONDS = 0.25
"""How long the room answers: what comes later is 19 dB below all of it where a room rings for 0.8 s (0.15 s: 11 dB)."""

_LEAD_SAMPLES = 80  # the filter begins so much before the echo: the delay may shrink by 5 ms
_GLANCES, _AGREEING_SAMPLES = 5, 4
# So many in a row that agree, of what is left as of what was heard: at once in nine of ten slips of an echo of -10 dB,
# and eleven times in some 500 utterances over one that stood still (two in a row, of what is left: 45 in some 200).
_SPREAD_SAMPLES = 240  # and may grow by so much before the filter is begun anew: drift between two clocks


class NoCanceller(Exception):  # noqa: N818 - not a fault of ours: the platform has no wheel
    """Echo cannot be cancelled here; the ears will be deaf while the guide speaks."""


@dataclass(frozen=True)
class Cleaned:
    """One block with as little of the guide in it as possible."""

    block: Block
    echo_of: Block | None
    """What the loudspeaker was given when the echo in this block was made; None: the delay is not known yet."""
    begun: bool = False
    """The filter was begun anew with this block: for a second or two it takes out little."""
    slipped: bool = False
    """It was, though it had been in its place: what was left up to now may have been the echo, and not her."""


class EchoCanceller(Protocol):
    """What the ears need of a canceller."""

    def process(self, heard: Block, played: Block) -> Cleaned:
        """Blocks of the same 20 ms, every one of the session."""

    def still_echo(self) -> bool:
        """Is what was left in the last blocks nothing but the guide, out of place?"""


class SpeexCanceller:
    """Implements EchoCanceller with pyaec."""

    def __init__(self) -> None:
        """Raises NoCanceller."""
        self._library = _load()
        self._finder = DelayFinder()
        self._delay_samples: float | None = None
        self._line = DelayLine(round(LONGEST_SECONDS * SAMPLE_RATE))
        self._left: deque[Block] = deque(maxlen=GLANCE_BLOCKS)
        self._elsewhere: deque[int] = deque(maxlen=_GLANCES)
        self._filter: Any = None

    def process(self, heard: Block, played: Block) -> Cleaned:
        self._line.push(played)
        self._finder.feed(heard, played)
        aligned = self._filter is not None
        begun = self._align()
        if self._delay_samples is None:
            self._left.append(heard)
            return Cleaned(heard, None)
        rate = self._finder.drift.rate
        echo_of = self._line.read(self._delay_samples, rate)
        self._delay_samples += rate * BLOCK_SAMPLES
        cleaned = np.empty(BLOCK_SAMPLES, np.int16)
        arguments = (_pointer(np.ascontiguousarray(heard)), _pointer(echo_of), _pointer(cleaned))
        self._library.AecCancelEcho(self._filter, *arguments, BLOCK_SAMPLES)
        # Her own voice, much louder than the echo, leads the filter astray: then it adds more than it takes out.
        self._left.append(cleaned if _power(cleaned) < _power(heard) else heard)
        return Cleaned(self._left[-1], echo_of, begun, slipped=begun and aligned)

    def still_echo(self) -> bool:
        if len(self._left) < GLANCE_BLOCKS:
            return False
        place = self._finder.glance(np.concatenate(self._left))
        if place is None:
            self._elsewhere.clear()
            return False
        self._suspect(place)
        return True

    def _suspect(self, place: int) -> None:
        """A card that ran empty or over plays everything later or earlier from now on, and only the first syllables of
        it are told apart by themselves: the filter must not wait until the finder's average says the same."""
        known = self._delay_samples is None or self._reaches(place)
        heard = None if known else self._finder.glance(self._finder.heard)
        if heard is None or abs(heard - place) > _AGREEING_SAMPLES:
            self._elsewhere.clear()
            return
        self._elsewhere.append(place)
        if (
            len(self._elsewhere) == _GLANCES
            and max(self._elsewhere) - min(self._elsewhere) <= _AGREEING_SAMPLES
        ):
            self._finder.moved(place)
            self._elsewhere.clear()

    def _align(self) -> bool:
        """Follow the finder; True where that made a new filter necessary."""
        found = self._finder.delay_samples
        if found is None:
            return False
        if self._delay_samples is not None and self._reaches(found):
            return False
        self._delay_samples = float(max(0, found - _LEAD_SAMPLES))
        self.close()
        self._filter = self._library.AecNew(
            BLOCK_SAMPLES, round(TAIL_SECONDS * SAMPLE_RATE), SAMPLE_RATE, False
        )
        return True

    def _reaches(self, delay_samples: int) -> bool:
        """Does the filter, as it stands, see an echo so late?"""
        assert self._delay_samples is not None
        ahead = delay_samples - self._delay_samples
        return min(_LEAD_SAMPLES // 4, delay_samples) <= ahead <= _SPREAD_SAMPLES

    def close(self) -> None:
        """Give the filter's memory back. Idempotent."""
        if self._filter is not None:
            self._library.AecDestroy(self._filter)
            self._filter = None

    def __del__(self) -> None:
        if getattr(self, "_filter", None) is not None:
            self.close()


def load_canceller() -> EchoCanceller:
    """The canceller of this platform. Raises NoCanceller."""
    return SpeexCanceller()


def _power(samples: Samples) -> float:
    return float(np.mean(np.square(samples, dtype=np.float64)))


def _pointer(samples: Samples) -> Any:
    return samples.ctypes.data_as(ctypes.POINTER(ctypes.c_int16))


def _load() -> Any:
    try:
        from pyaec import lib
    except (ImportError, OSError, AttributeError) as error:  # AttributeError: pyaec found no library to bind
        raise NoCanceller(str(error)) from error
    return lib
