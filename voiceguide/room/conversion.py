"""Between a device's audio and the program's: channels, sample rates, pieces of any length.

A device gives and takes interleaved int16 at its own rate; the program knows 16 kHz mono only.
"""

from __future__ import annotations

import math

import numpy as np
import soxr
from numpy.typing import NDArray

from voiceguide.events import BLOCK_SAMPLES, BLOCK_SECONDS, SAMPLE_RATE, Block, Samples


def device_block_frames(device_rate: int) -> int:
    """Frames of the device's block that lasts as long as one of ours (20 ms, rounded up)."""
    return math.ceil(device_rate * BLOCK_SECONDS)


class FromDevice:
    """Interleaved int16 bytes of a microphone become Blocks."""

    def __init__(self, device_rate: int, channels: int) -> None:
        self._channels = channels
        self._resampler = _resampler(device_rate, SAMPLE_RATE)
        self._ready: Samples = np.zeros(0, np.int16)

    def push(self, raw: bytes) -> None:
        """Take frames in any number."""
        frames = np.frombuffer(raw, np.int16).reshape(-1, self._channels)
        # A mean of the channels: a laptop's second microphone may be the better one, or be dead.
        mono = frames[:, 0] if self._channels == 1 else frames.mean(axis=1).astype(np.int16)
        if self._resampler is not None:
            mono = _resampled(self._resampler, mono)
        self._ready = np.concatenate([self._ready, mono])

    def pop(self) -> Block | None:
        """One Block, or None until enough has come."""
        if self._ready.size < BLOCK_SAMPLES:
            return None
        block, self._ready = self._ready[:BLOCK_SAMPLES], self._ready[BLOCK_SAMPLES:]
        return block


class ToDevice:
    """Blocks become interleaved int16 bytes in the loudspeaker's own block length."""

    def __init__(self, device_rate: int, channels: int) -> None:
        self.block_frames = device_block_frames(device_rate)
        self._channels = channels
        self._rate = device_rate
        self._resampler = _resampler(SAMPLE_RATE, device_rate)
        self._rest: Samples = np.zeros(0, np.int16)

    def convert(self, block: Block) -> list[bytes]:
        """The device blocks that are complete with this one: none, one or two."""
        mono = block if self._resampler is None else _resampled(self._resampler, block)
        self._rest = np.concatenate([self._rest, mono])
        done = []
        while self._rest.size >= self.block_frames:
            piece, self._rest = self._rest[: self.block_frames], self._rest[self.block_frames :]
            done.append(np.repeat(piece, self._channels).tobytes())
        return done

    def silence(self) -> bytes:
        """One device block of nothing."""
        return bytes(self.block_frames * self._channels * 2)

    def fade_out(self, raw: bytes, fade_seconds: float = 0.005) -> bytes:
        """The device block `raw`, brought to zero in its first 5 ms: a cut without a click."""
        frames: NDArray[np.int16] = np.frombuffer(raw, np.int16).reshape(-1, self._channels)
        fade = np.clip(1 - np.arange(len(frames)) / (fade_seconds * self._rate), 0, 1)
        return (frames * fade[:, None]).astype(np.int16).tobytes()

    def clear(self) -> None:
        """Forget what is under way."""
        self._rest = self._rest[:0]
        if self._resampler is not None:
            self._resampler.clear()


def _resampler(from_rate: int, to_rate: int) -> soxr.ResampleStream | None:
    if from_rate == to_rate:
        return None
    return soxr.ResampleStream(from_rate, to_rate, 1, dtype="float32", quality="HQ")


def _resampled(resampler: soxr.ResampleStream, samples: Samples) -> Samples:
    # In floats: soxr adds dither to int16, and silence would no longer be zeros.
    out: NDArray[np.float32] = resampler.resample_chunk(samples.astype(np.float32))
    return np.clip(np.rint(out), -32_768, 32_767).astype(np.int16)
