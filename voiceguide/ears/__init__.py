"""The port of listening: blocks in, at most one Hearing out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from voiceguide.errors import ToldError
from voiceguide.events import Block, CompletePhrase, Hearing, Phrase


class EarsError(ToldError):
    """Recognition cannot go on. `code`: no-model, bad-model, wrong-language, no-vosk, no-vad, bad-audio."""


class Ears(Protocol):
    def prepare(self, phrases: Sequence[Phrase]) -> None:
        """Every phrase that may be expected in this session, so that one graph can hold them all."""

    def listen(self, phrases: Sequence[Phrase], no_input_seconds: float, complete: CompletePhrase) -> None:
        """Begin a turn: a new recogniser for these phrases plus rejection. Time counts from the next block
        during which the guide is silent (plus the hold-off)."""

    def hear(self, block: Block, played: Block, speaking: bool) -> Hearing | None:
        """Take the microphone's block and what the loudspeaker played in the same 20 ms.

        `speaking`: the mouth is (still) saying something. Half-duplex ears are deaf meanwhile and for a
        hold-off after it; full-duplex ears use `played` to cancel the echo and may report
        SpeechStarted. A Transcript or NoInput ends the turn: further blocks are ignored until listen().
        Raises EarsError.
        """


@runtime_checkable
class NeedsWholeSound(Protocol):
    """Ears that compare what is heard with what was played. Optional beside Ears."""

    def torn(self) -> None:
        """Sound was lost, on the way in or out: what is known of the echo may not hold."""
