"""Who sits in the simulated room: the port, and a person who speaks by a script or when told to."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np

from voiceguide.events import BLOCK_SAMPLES, BLOCK_SECONDS, SAMPLE_RATE, Block, Samples
from voiceguide.room import RoomClosed
from voiceguide.room.acoustics import speech_dbfs, to_int16

PERSON_DBFS = -23.0  # an ordinary voice half a metre from a laptop
AUDIBLE_PEAK = 64  # below this she takes the loudspeaker for silent


LOSES_PATIENCE_SECONDS = 900.0
"""A guide that has been silent for so long will not say what her next line answers."""


class Person(Protocol):
    def hear_and_speak(self, played: Block, now_seconds: float) -> Block:
        """Hear the loudspeaker for 20 ms and say 20 ms (zeros: she is silent).

        `now_seconds`: when this block begins. Raises RoomClosed when she has left.
        """


@dataclass(frozen=True)
class Silence:
    """Spoken to, she says nothing until the guide has been silent for `seconds` in sum, whatever it says
    meanwhile; the next line follows when it is next her turn."""

    seconds: float


@dataclass(frozen=True)
class Reply:
    """She says this once the guide has spoken and been silent for her time of reaction."""

    samples: Samples
    after_seconds: float | None = None
    """Her time of reaction, where it is not the usual one."""
    interrupts: bool = False
    """Instead: while the guide speaks, `after_seconds` after it began."""
    unasked: bool = False
    """Instead: nobody has spoken to her since her last word; `after_seconds` after it she speaks again."""


@dataclass(frozen=True)
class Spoken:
    """When she spoke: session seconds of the first and behind the last sample."""

    start_seconds: float
    end_seconds: float


Line: TypeAlias = Samples | Reply | Silence


class ScriptedPerson:
    """Says the lines one after the other, each in answer to something the guide said; then say() for more."""

    def __init__(
        self,
        script: Sequence[Line] = (),
        *,
        reaction_seconds: float = 0.8,
        level_dbfs: float | None = PERSON_DBFS,
        stays_seconds: float = 120.0,
    ) -> None:
        """`level_dbfs`: every reply is brought to this level; None: as it is.

        `stays_seconds`: with nothing left to say she leaves after so much silence, hers and the guide's.
        """
        self._script: deque[Reply | Silence] = deque(_as_line(line) for line in script)
        self._told: deque[tuple[Reply, float]] = deque()
        self._reaction_seconds = reaction_seconds
        self._level_dbfs = level_dbfs
        self._stays_seconds = stays_seconds
        self._saying: Samples = np.zeros(0, np.int16)
        self._leaving = False
        self._was_spoken_to = False
        self._guide_silent_seconds = 0.0
        self._guide_speaking_seconds = 0.0
        self._quiet_seconds = 0.0
        self._all_quiet_seconds = 0.0
        """Since the last sound of the guide's or hers."""
        self._now_seconds = 0.0
        self.spoken: list[Spoken] = []
        """Everything she has begun to say."""

    @property
    def speaking(self) -> bool:
        """True while something she says is not yet out."""
        return bool(self._saying.size)

    @property
    def waiting(self) -> int:
        """Lines and replies not yet begun."""
        return len(self._script) + len(self._told)

    def say(self, samples: Samples, after_seconds: float = 0.8, interrupts: bool = False) -> None:
        """Beside the script: speak once `after_seconds` have passed from now *and* the guide has been
        silent for as long; with `interrupts` as soon as they have passed, whatever the guide does."""
        self._told.append((Reply(samples, after_seconds, interrupts), self._now_seconds + after_seconds))

    def leave(self) -> None:
        """Finish the word and go: RoomClosed."""
        self._leaving = True

    def hear_and_speak(self, played: Block, now_seconds: float) -> Block:
        """See Person."""
        self._now_seconds = now_seconds
        self._listen(played)
        if not self.speaking:
            patience_seconds = LOSES_PATIENCE_SECONDS if self.waiting else self._stays_seconds
            if self._leaving or self._all_quiet_seconds > patience_seconds:
                raise RoomClosed
            self._begin()
        block = np.zeros(BLOCK_SAMPLES, np.int16)
        piece, self._saying = self._saying[:BLOCK_SAMPLES], self._saying[BLOCK_SAMPLES:]
        block[: piece.size] = piece
        return block

    def _listen(self, played: Block) -> None:
        self._all_quiet_seconds = 0.0 if self.speaking else self._all_quiet_seconds + BLOCK_SECONDS
        if np.abs(played.astype(np.int32)).max() >= AUDIBLE_PEAK:
            self._guide_silent_seconds = self._all_quiet_seconds = 0.0
            self._guide_speaking_seconds += BLOCK_SECONDS
            if not self.speaking:  # what she talks over is no question to her
                self._was_spoken_to = True
        else:
            self._guide_silent_seconds += BLOCK_SECONDS
            self._quiet_seconds += BLOCK_SECONDS if self._was_spoken_to else 0.0
            if self._guide_silent_seconds > self._reaction_seconds:  # not a breath between two sentences
                self._guide_speaking_seconds = 0.0

    def _begin(self) -> None:
        if self._told:
            reply, earliest_seconds = self._told[0]
            silent = reply.interrupts or self._guide_silent_seconds >= (reply.after_seconds or 0.0)
            if silent and self._now_seconds >= earliest_seconds:
                self._told.popleft()
                self._speak(reply)
            return
        if self._script and isinstance(self._script[0], Silence):
            if self._quiet_seconds < self._script[0].seconds:
                return
            self._script.popleft()
            self._quiet_seconds = 0.0
        if self._script and isinstance(self._script[0], Reply) and self._is_time_for(self._script[0]):
            self._speak(self._script[0])
            self._script.popleft()

    def _is_time_for(self, reply: Reply) -> bool:
        after = self._reaction_seconds if reply.after_seconds is None else reply.after_seconds
        if reply.interrupts:
            return self._guide_speaking_seconds >= after
        if reply.unasked:
            return self._all_quiet_seconds >= after
        return self._was_spoken_to and self._guide_silent_seconds >= after

    def _speak(self, reply: Reply) -> None:
        samples = reply.samples
        if self._level_dbfs is not None and samples.any():
            samples = to_int16(
                samples.astype(np.float64) * 10 ** ((self._level_dbfs - speech_dbfs(samples)) / 20)
            )
        self._saying = samples
        self._was_spoken_to = False
        self._guide_speaking_seconds = self._quiet_seconds = 0.0
        self.spoken.append(Spoken(self._now_seconds, self._now_seconds + samples.size / SAMPLE_RATE))


def _as_line(line: Line) -> Reply | Silence:
    return Reply(line) if isinstance(line, np.ndarray) else line
