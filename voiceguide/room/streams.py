"""The two PortAudio streams of the sound card: what was heard waits here, what will be said waits here.

Law of the callbacks: they copy and enqueue, nothing else. `sd` is the sounddevice module throughout,
handed in by soundcard.py. The wall clock is used for one thing: to notice that a device has stopped
calling back, since PortAudio says nothing when it dies.
"""

from __future__ import annotations

import math
import queue
import time
from typing import Any

from voiceguide.events import BLOCK_SECONDS, SAMPLE_RATE, Block
from voiceguide.room import devices
from voiceguide.room.conversion import FromDevice, ToDevice, device_block_frames
from voiceguide.room.reference import Reference

INPUT_LATENCY_SECONDS = 0.1
OUTPUT_LATENCY_SECONDS = 0.1  # 'low' under-runs under load, and ALSA says so only on stderr
WATCHDOG_SECONDS = 1.5  # no callback for so long while we wait: the device is gone
STARTING_SECONDS = 2.5  # a sound server that has just come up may take so long until the first callback
CUSHION_BLOCKS = 4  # waiting for the loudspeaker while nothing is said: what the microphone's bursts may eat
RESAMPLING_BLOCKS = 4  # so many more where a resampler works: it holds back up to 54 ms and gives it at once
AHEAD_BLOCKS = (
    8  # waiting at most beyond the cushion; a session that has fallen behind and catches up is held here
)
LATE_BLOCKS = 10  # heard and not yet taken when the guide speaks: more than the bursts of any driver
BACKLOG_BLOCKS = 500  # heard and not yet taken: 10 s, more than any pause of a live session


class _Line:
    """One direction: a stream and the signs that it lives."""

    def __init__(self) -> None:
        self.stream: Any = None
        self.called_at = self._checked_at = time.monotonic()
        self._watching_since = self.called_at + STARTING_SECONDS
        self.finished = False

    def on_finished(self) -> None:
        """PortAudio's finished_callback."""
        self.finished = True

    def check(self) -> None:
        """Raises RoomError("device-lost")."""
        now = time.monotonic()
        if now - self._checked_at > 0.5:
            self._watching_since = (
                now  # nobody looked (a suspended laptop, a busy session): no proof of death
            )
        self._checked_at = now
        if self.finished or now - max(self.called_at, self._watching_since) > WATCHDOG_SECONDS:
            raise devices.lost()

    def wait(self, waiting: queue.SimpleQueue[Any]) -> Any:
        """The next thing from `waiting`. Raises RoomError("device-lost") instead of waiting for ever."""
        while True:
            try:
                return waiting.get(timeout=0.1)
            except queue.Empty:
                self.check()

    @property
    def alive(self) -> bool:
        """It has called back just now."""
        return not self.finished and time.monotonic() - self.called_at < WATCHDOG_SECONDS / 3

    def close(self) -> None:
        """Stop and release the stream, dead or alive."""
        self.stream.abort(ignore_errors=True)
        self.stream.close(ignore_errors=True)


class MicrophoneStream(_Line):
    """The input side. Raises sd.PortAudioError where the device refuses."""

    def __init__(self, sd: Any, device: int) -> None:
        super().__init__()
        rate, channels = devices.settings(sd, device, "input")
        self.overflows = self.dropped = self.skipped = 0
        self._heard: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._conversion = FromDevice(rate, channels)
        self.stream = sd.RawInputStream(
            samplerate=rate, blocksize=device_block_frames(rate), device=device, channels=channels,
            dtype="int16", latency=INPUT_LATENCY_SECONDS,
            callback=self._callback, finished_callback=self.on_finished,
        )  # fmt: skip
        self.stream.start()

    def _callback(self, indata: Any, _frames: int, _when: Any, status: Any) -> None:
        self.called_at = time.monotonic()
        self.overflows += bool(status.input_overflow)
        if self._heard.qsize() < BACKLOG_BLOCKS:
            self._heard.put(bytes(indata))
        else:
            self.dropped += 1

    def take(self) -> Block:
        """The next block, when it is there. Raises RoomError("device-lost")."""
        while (block := self._conversion.pop()) is None:
            self._conversion.push(self.wait(self._heard))
        return block

    def catch_up(self) -> int:
        """Skip what was heard long ago, so that the guide's echo does not arrive when it has fallen silent. Returns how
        many blocks."""
        if self._heard.qsize() < LATE_BLOCKS:
            return 0
        skipped = self.flush()
        self.skipped += skipped
        return skipped

    def flush(self) -> int:
        """Forget what was heard and not taken, in whole blocks, and tell how many."""
        # Converted all the same: what a resampler holds back would be lost besides, and nobody could say how much.
        for raw in _drain(self._heard):
            self._conversion.push(raw)
        blocks = 0
        while self._conversion.pop() is not None:
            blocks += 1
        return blocks


class LoudspeakerStream(_Line):
    """The output side; `is_clock`: nothing else gives the time. Raises sd.PortAudioError."""

    def __init__(self, sd: Any, device: int, is_clock: bool) -> None:
        super().__init__()
        rate, channels = devices.settings(sd, device, "output")
        self.underflows = self.starved = 0
        self._is_clock = is_clock
        self._conversion = ToDevice(rate, channels)
        self._silence = self._conversion.silence()
        self.sounded = Reference(rate, channels)
        self._waiting: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        # One token a free place: put() blocks on it, the callback gives it back. No lock in the callback.
        self._free: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._cushion = CUSHION_BLOCKS + (0 if rate == SAMPLE_RATE else RESAMPLING_BLOCKS)
        for _ in range(self._cushion + (0 if is_clock else AHEAD_BLOCKS)):
            self._free.put(None)
        self.stream = sd.RawOutputStream(
            samplerate=rate, blocksize=self._conversion.block_frames, device=device, channels=channels,
            dtype="int16", latency=OUTPUT_LATENCY_SECONDS,
            callback=self._callback, finished_callback=self.on_finished,
        )  # fmt: skip
        self.stream.start()

    def _callback(self, outdata: Any, _frames: int, _when: Any, status: Any) -> None:
        self.called_at = time.monotonic()
        self.underflows += bool(status.output_underflow)
        try:
            piece = self._waiting.get_nowait()
            self._free.put(None)
        except queue.Empty:
            piece = self._silence
            self.starved += 1
        outdata[:] = piece
        self.sounded.put(piece)

    def play(self, block: Block) -> None:
        """Enqueue a block; waits while too much is waiting. Raises RoomError("device-lost")."""
        copies = 1
        if not self._is_clock and not block.any():
            # Silence is elastic: here the two clocks meet again, and a late session catches up.
            copies = max(0, self._cushion - self._waiting.qsize())
        for _ in range(copies):
            for piece in self._conversion.convert(block):
                self.wait(self._free)
                self._waiting.put(piece)

    def flush(self) -> None:
        """Forget what waits, with a fade of 5 ms in place of a click."""
        unplayed = _drain(self._waiting)
        self._conversion.clear()
        for _ in unplayed[1:]:
            self._free.put(None)
        if unplayed:
            self._waiting.put(self._conversion.fade_out(unplayed[0]))

    def close(self) -> None:
        """Play the last words to their end (where the device still takes them), then release it."""
        # Silence behind them as long as the device's buffer: stop() was measured to lose the last 80 ms.
        for _ in range(math.ceil(self.stream.latency / BLOCK_SECONDS) + 1):
            self._waiting.put(self._silence)
        while self._waiting.qsize() and self.alive:
            time.sleep(0.01)
        super().close()


def _drain(waiting: queue.SimpleQueue[bytes]) -> list[bytes]:
    taken = []
    try:
        while True:
            taken.append(waiting.get_nowait())
    except queue.Empty:
        return taken
