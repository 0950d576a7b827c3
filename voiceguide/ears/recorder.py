"""Hears a volunteer as the program does, and keeps what the recogniser would have got."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from voiceguide.ears.listener import Recognises
from voiceguide.ears.utterance import Turn
from voiceguide.events import Belief, Phrase, Samples


class TakeRecorder:
    """Stands before a recogniser. A turn for no phrases is not recognised but recorded: see `taken`."""

    def __init__(self, recogniser: Recognises | None = None) -> None:
        """Without a recogniser every turn is only recorded."""
        self._recogniser = recogniser
        self._recorded = _Recorded()

    @property
    def taken(self) -> Samples:
        """What the last turn for no phrases has heard, with the time before the speech and after it."""
        return np.concatenate([np.zeros(0, np.int16), *self._recorded.pieces])

    def forget(self) -> None:
        """Before a take that may never come."""
        self._recorded = _Recorded()

    def prepare(self, phrases: Sequence[Phrase]) -> None:
        if self._recogniser is not None:
            self._recogniser.prepare(phrases)

    def turn(self, phrases: Sequence[Phrase]) -> Turn:
        self._recorded = _Recorded()
        recogniser = self._recogniser if phrases else None
        return self._recorded if recogniser is None else recogniser.turn(phrases)


class _Recorded:
    """A turn that is kept, not understood."""

    def __init__(self) -> None:
        self.pieces: list[Samples] = []

    def accept(self, samples: Samples) -> None:
        self.pieces.append(samples)

    def partial(self) -> str:
        return ""

    def result(self, thorough: bool = True) -> Belief:
        return Belief("", 0.0)
