"""The port to the outside: a microphone and a loudspeaker that run in step.

Adapters: `soundcard` (PortAudio through sounddevice), `simulated` (a person, a room and noise,
in memory), `files` (WAV in place of either side). The session cannot tell them apart.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from voiceguide.errors import ToldError
from voiceguide.events import Block


class RoomError(ToldError):
    """Sound cannot go on. `code` is stable for machines; the message is Chinese for the person.

    Codes: no-portaudio, no-device, no-microphone, no-speaker, device-busy, bad-rate, device-lost,
    bad-file, no-space.
    """


class RoomClosed(Exception):  # noqa: N818 - not an error: the recording or the scene is over
    """No more audio will come (a file ended, the simulated person left)."""


class Room(Protocol):
    def exchange(self, played: Block) -> Block:
        """Give the loudspeaker its next block and take the microphone's; blocks until it is there.

        Both are (BLOCK_SAMPLES,) int16. This call is the clock of the whole program.
        Raises RoomError when the device is gone, RoomClosed when the scene is over.
        """

    def flush(self) -> None:
        """Forget audio that is queued in either direction (an interruption, a hold-off)."""

    def close(self) -> None:
        """Release the device. Idempotent."""


@runtime_checkable
class Reopenable(Protocol):
    """A room that can come back after RoomError("device-lost"). Optional beside Room."""

    def reopen(self) -> bool:
        """Try once to get the devices back; False when they are still gone.

        A failed try takes about a second inside the adapter, so a caller counts tries and needs no clock.
        """


@runtime_checkable
class TellsWhatSounded(Protocol):
    """A room with buffers, that knows what its loudspeaker really gave out. Optional beside Room.

    Without it, what was given to exchange() counts as the reference for cancelling echo: right where nothing is
    ever dropped, stretched or cut.
    """

    @property
    def sounded(self) -> Block:
        """What went to the loudspeaker in step with the block that exchange() returned last: always late (or
        early) by the same time, as long as nothing goes wrong."""

    @property
    def torn(self) -> bool:
        """Something did go wrong since the exchange before: sound was lost, or came late."""

    def cut(self) -> None:
        """Forget what waits for the loudspeaker, and keep what was heard: she is interrupting."""
