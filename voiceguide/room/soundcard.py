"""The real room: PortAudio through sounddevice, which nothing else in the package imports.

The microphone and the loudspeaker are two streams, because the default devices may be two machines with
two clocks; the microphone's blocks are the clock of the program, and the pauses of speech take up the
difference. Without a microphone the loudspeaker's consumption is the clock.
"""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from voiceguide.events import BLOCK_SAMPLES, Block
from voiceguide.room import RoomError, devices
from voiceguide.room.devices import Device
from voiceguide.room.streams import LoudspeakerStream, MicrophoneStream

RETRY_SECONDS = 1.0
_SILENCE = np.zeros(BLOCK_SAMPLES, np.int16)


@dataclass(frozen=True)
class DeviceTrouble:
    """What has gone wrong quietly since the devices were opened; for the doctor."""

    input_overflows: int
    """Times PortAudio lost microphone audio because nobody took it."""
    dropped_blocks: int
    """Device blocks of the microphone thrown away because the session was late."""
    output_underflows: int
    """Times PortAudio reported that the loudspeaker ran dry."""
    starved_blocks: int
    """Device blocks played as silence because the session had given none."""


def portaudio() -> Any:
    """The sounddevice module. Raises RoomError("no-portaudio")."""
    try:
        import sounddevice
    except Exception as error:  # an OSError: the Linux wheel has no PortAudio in it; else it does not start
        linux = sys.platform.startswith("linux")
        remedy = "sudo apt install libportaudio2" if linux else "pip install --force-reinstall sounddevice"
        raise RoomError(
            "no-portaudio", "电脑里缺少声音组件 PortAudio，或者它启动不了。", f"请在终端运行：{remedy}。"
        ) from error
    return sounddevice


def microphones() -> tuple[Device, ...]:
    """All devices that can record. Raises RoomError("no-portaudio")."""
    return devices.every(portaudio(), "input")


def speakers() -> tuple[Device, ...]:
    """All devices that can play. Raises RoomError("no-portaudio")."""
    return devices.every(portaudio(), "output")


class SoundCard:
    """A Room of real devices, and Reopenable."""

    def __init__(
        self, *, microphone: bool = True, speaker: bool = True,
        microphone_name: str | None = None, speaker_name: str | None = None,
    ) -> None:  # fmt: skip
        """Open the default devices, or those named (a part of the name will do).

        Without a microphone exchange() gives zeros at the loudspeaker's pace; without a speaker what is
        played is dropped. Raises RoomError: no-portaudio, no-device, no-microphone, no-speaker,
        device-busy, bad-rate.
        """
        if not (microphone or speaker):
            raise ValueError("a sound card needs a microphone or a speaker; see files.NullRoom")
        self._wanted = {"input": microphone, "output": speaker}
        self._asked = {"input": microphone_name, "output": speaker_name}
        self._names: dict[str, str] = {}
        self._microphone: MicrophoneStream | None = None
        self._loudspeaker: LoudspeakerStream | None = None
        self.sounded: Block = _SILENCE
        """See TellsWhatSounded."""
        self.torn = False
        """See TellsWhatSounded."""
        self._holes = 0
        self._sd = portaudio()
        self._open()

    def exchange(self, played: Block) -> Block:
        """See Room. Raises RoomError("device-lost") within about two seconds of a device's end."""
        if self._wanted["input"] and self._microphone is None:
            raise devices.lost()
        if self._loudspeaker is not None:
            self._loudspeaker.check()
            self._loudspeaker.play(played)
        elif self._wanted["output"]:
            raise devices.lost()
        if self._microphone is None:
            return _SILENCE
        if played.any():
            self._skip(self._microphone.catch_up())
        heard = self._microphone.take()
        if self._loudspeaker is not None:
            reference = self._loudspeaker.sounded
            self.sounded = reference.take()
            holes = reference.late + reference.lost + self._loudspeaker.underflows
            holes += self._microphone.dropped + self._microphone.overflows
            self.torn, self._holes = holes != self._holes, holes
        return heard

    def cut(self) -> None:
        """See TellsWhatSounded. What PortAudio already holds (about 0.1 s) is still played."""
        if self._loudspeaker is not None:
            self._loudspeaker.flush()

    def flush(self) -> None:
        """See Room. What PortAudio already holds (about 0.1 s) is still played."""
        self.cut()
        if self._microphone is not None:
            self._skip(self._microphone.flush())

    def reopen(self) -> bool:
        """See Reopenable. Finds the devices by name again, since numbers move when one is plugged in."""
        self.close()
        # The list of devices is frozen while PortAudio is initialised; after a failed try it is not.
        with suppress(self._sd.PortAudioError):
            self._sd._terminate()
        try:
            self._sd._initialize()
            self._open()
        except (RoomError, self._sd.PortAudioError):
            time.sleep(RETRY_SECONDS)
            return False
        return True

    def close(self) -> None:
        """See Room. What was given to exchange() is played to its end first (about 0.2 s)."""
        for line in (self._microphone, self._loudspeaker):
            if line is not None:
                line.close()
        self._microphone = self._loudspeaker = None

    @property
    def trouble(self) -> DeviceTrouble:
        """Counters since the devices were opened."""
        heard, said = self._microphone, self._loudspeaker
        return DeviceTrouble(
            heard.overflows if heard else 0, heard.dropped + heard.skipped if heard else 0,
            said.underflows if said else 0, said.starved if said else 0,
        )  # fmt: skip

    @property
    def names(self) -> dict[str, str]:
        """The devices in use: {"input": …, "output": …}."""
        return dict(self._names)

    def _skip(self, blocks: int) -> None:
        """So many are not heard any more: what sounded beside them would be taken for what sounds now."""
        if self._loudspeaker is not None:
            self._loudspeaker.sounded.skip(blocks)

    def _open(self) -> None:
        numbers: dict[str, int] = {}
        try:
            for kind in (kind for kind, wanted in self._wanted.items() if wanted):
                numbers[kind], self._names[kind] = devices.find(
                    self._sd, kind, self._asked[kind], self._names.get(kind)
                )
            if "input" in numbers:
                self._microphone = MicrophoneStream(self._sd, numbers["input"])
            if "output" in numbers:
                self._loudspeaker = LoudspeakerStream(self._sd, numbers["output"], "input" not in numbers)
        except self._sd.PortAudioError as error:
            self.close()
            raise devices.refused(error) from error
