"""What stands between the microphone and the question "is it speech?": the guide's own voice must not pass.

HalfDuplex is deaf while the guide speaks and a little longer. FullDuplex cancels the echo and tells which blocks
hold somebody else's sound; where no canceller can be loaded the ears are half-duplex.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from voiceguide.ears.echo import EchoCanceller
from voiceguide.ears.echo_likeness import ECHO_LIKENESS, EchoLikeness
from voiceguide.ears.near_end import NearEnd
from voiceguide.events import BLOCK_SECONDS, Block

HOLD_OFF_SECONDS = 0.6
"""Deaf for so long after the guide has spoken: the room still rings, and a loudspeaker lags up to 0.4 s behind
the program.
"""

DOUBTFUL_SECONDS = 2.0
"""After a hole in the sound: as long as it takes to find the echo again and to learn what the filter leaves. A
machine too slow for its sound card is half-duplex by this."""

_NEAR_HANGOVER_BLOCKS = 10
# Her speech has weak places, too: so long after a clear block what follows it is still hers.


@dataclass(frozen=True)
class Sound:
    """One block that may hold her voice."""

    block: Block
    echo: bool = False
    """The guide may still be heard in it."""
    near: bool = True
    """It stands clear of the echo, or stood a moment ago."""
    clear: bool = True
    """It stands clear of it itself."""
    sure: bool = True
    """Somebody in the room has made sound long enough to be believed."""


class Front(Protocol):
    """The ears' first stage."""

    def take(self, heard: Block, played: Block, speaking: bool) -> Sound | None:
        """Blocks of the same 20 ms; None: deaf."""

    def is_echo(self, seconds: float, ended_seconds_ago: float = 0.0) -> bool:
        """Is so much of what was heard, up to then, the guide's own voice, whatever `take` made of it?"""

    def torn(self) -> None:
        """Sound was lost before the next block."""


class HalfDuplex:
    """Hears the guide or her, never both."""

    def __init__(self, hold_off_seconds: float = HOLD_OFF_SECONDS) -> None:
        self._hold_off_seconds = hold_off_seconds
        self._deaf_seconds = 0.0

    def take(self, heard: Block, played: Block, speaking: bool) -> Sound | None:
        """See Front."""
        if speaking:
            self._deaf_seconds = self._hold_off_seconds
            return None
        if self._deaf_seconds > BLOCK_SECONDS / 2:
            self._deaf_seconds -= BLOCK_SECONDS
            return None
        return Sound(heard)

    def is_echo(self, seconds: float, ended_seconds_ago: float = 0.0) -> bool:
        """Nothing is heard while there is one."""
        return False

    def torn(self) -> None:
        """It does not matter."""


class FullDuplex:
    """Hears her while the guide speaks."""

    def __init__(self, canceller: EchoCanceller, near_end: NearEnd | None = None) -> None:
        self._canceller = canceller
        self._near_end = near_end or NearEnd()
        self._likeness = EchoLikeness()
        self._since_near_blocks = _NEAR_HANGOVER_BLOCKS
        self._doubtful_seconds = 0.0

    def is_echo(self, seconds: float, ended_seconds_ago: float = 0.0) -> bool:
        """See Front."""
        return self._likeness.of_last(seconds, ended_seconds_ago) >= ECHO_LIKENESS

    def torn(self) -> None:
        """See Front."""
        self._doubtful_seconds = DOUBTFUL_SECONDS

    def take(self, heard: Block, played: Block, speaking: bool) -> Sound | None:
        """See Front; deaf to the end of an echo that may have been torn."""
        cleaned = self._canceller.process(heard, played)
        self._near_end.feed(heard, played, cleaned)
        self._likeness.feed(cleaned.block, played)
        if self._near_end.muted or cleaned.slipped:
            # When it is switched on again the whole echo is there, and the filter knows of none. And where the echo
            # has slipped, what was taken for her in the meantime may have been the guide.
            self.torn()
        self._since_near_blocks = 0 if self._near_end.near else self._since_near_blocks + 1
        echo = speaking or self._near_end.echo_audible
        self._doubtful_seconds = max(0.0, self._doubtful_seconds - BLOCK_SECONDS)
        if echo and self._doubtful_seconds > 0:
            return None
        return Sound(
            cleaned.block,
            echo=echo,
            near=self._since_near_blocks < _NEAR_HANGOVER_BLOCKS,
            clear=not echo or self._near_end.near,
            sure=self._near_end.speaking and not self._canceller.still_echo(),
        )
