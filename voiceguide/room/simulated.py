"""A room in memory: a person, a loudspeaker, a microphone, noise. Faster than real time, and the same
result every time. The session cannot tell it from the sound card, faults included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from voiceguide.events import BLOCK_SAMPLES, BLOCK_SECONDS, Block, Samples
from voiceguide.room import RoomClosed, devices
from voiceguide.room.acoustics import AcousticPath, Acoustics, to_int16
from voiceguide.room.person import Person


@dataclass(frozen=True)
class Unplugged:
    """The device is lost; reopen() works at the `back_after_tries`-th try (inf: never)."""

    at_seconds: float
    back_after_tries: float = 1


@dataclass(frozen=True)
class Overrun:
    """The machine was busy: so many blocks of the microphone never arrive. They have happened all the
    same: time in the room went on, while the program's audio time did not."""

    at_seconds: float
    blocks: int


@dataclass(frozen=True)
class Muted:
    """The microphone delivers zeros (a switch, a wireless headset out of reach)."""

    at_seconds: float
    seconds: float


Fault: TypeAlias = Unplugged | Overrun | Muted


class SimulatedRoom:
    """A Room, and Reopenable."""

    def __init__(
        self,
        person: Person,
        acoustics: Acoustics | None = None,
        *,
        faults: Sequence[Fault] = (),
        seed: int = 0,
        keeps_recording: bool = True,
    ) -> None:
        """Times of `faults` are seconds in the room since it was made. Raises ValueError on bad acoustics.

        `keeps_recording`: False for scenes of hours; an hour of the three tracks takes 345 MB.
        """
        self._person = person
        self._path = AcousticPath(acoustics or Acoustics(), seed)
        self._pending = sorted(faults, key=lambda fault: fault.at_seconds)
        self._unplugged: Unplugged | None = None
        self._tries = 0
        self._muted_until_seconds = 0.0
        self._closed = False
        self._blocks = 0
        self._keeps_recording = keeps_recording
        self._played = bytearray()
        self._spoken = bytearray()
        self._microphone = bytearray()

    @property
    def now_seconds(self) -> float:
        """Seconds of audio since the room was made."""
        return self._blocks * BLOCK_SECONDS

    def exchange(self, played: Block) -> Block:
        """See Room; returns at once. RoomClosed when the person leaves or after close()."""
        if self._closed:
            raise RoomClosed
        while self._pending and self._pending[0].at_seconds <= self.now_seconds:
            self._strike(self._pending.pop(0))
        if self._unplugged is not None:
            raise devices.lost()
        return self._pass_block(played)

    def flush(self) -> None:
        """See Room. Nothing is queued here: what has been played is in the air."""

    def reopen(self) -> bool:
        """See Reopenable; costs no time."""
        if self._unplugged is None:
            return True
        self._tries += 1
        if self._tries < self._unplugged.back_after_tries:
            return False
        self._unplugged, self._tries = None, 0
        return True

    def close(self) -> None:
        """See Room. The recording stays."""
        self._closed = True

    def recording(self) -> Samples:
        """The conversation as a bystander hears it: guide and person mixed, no noise."""
        mixed = _track(self._played).astype(np.float64) + _track(self._spoken)
        return to_int16(mixed)

    def stereo_recording(self) -> NDArray[np.int16]:
        """Shape (n, 2): left what the guide gave to the loudspeaker, right what the microphone got."""
        return np.stack([_track(self._played), _track(self._microphone)], axis=1)

    def _pass_block(self, played: Block) -> Block:
        spoken = self._person.hear_and_speak(played, self.now_seconds)
        heard = self._path.through(spoken, played)
        if self.now_seconds < self._muted_until_seconds:
            heard = np.zeros(BLOCK_SAMPLES, np.int16)
        self._blocks += 1
        if self._keeps_recording:
            self._played += played.tobytes()
            self._spoken += spoken.tobytes()
            self._microphone += heard.tobytes()
        return heard

    def _strike(self, fault: Fault) -> None:
        match fault:
            case Unplugged():
                self._unplugged = fault
            case Muted():
                self._muted_until_seconds = self.now_seconds + fault.seconds
            case Overrun():
                for _ in range(fault.blocks):
                    self._pass_block(np.zeros(BLOCK_SAMPLES, np.int16))


def _track(audio: bytearray) -> Samples:
    return np.frombuffer(bytes(audio), np.int16)
