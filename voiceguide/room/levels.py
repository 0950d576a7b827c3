"""How loud a microphone is: for the doctor, through any Room."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from voiceguide.events import BLOCK_SAMPLES, BLOCK_SECONDS, Samples
from voiceguide.loudness import dbfs
from voiceguide.room import Room

MUTED_DBFS = -75.0  # a live microphone in the quietest room has more noise than this
CLIPPED_SHARE = 0.001
FULL_SCALE_PEAK = 32_700


@dataclass(frozen=True)
class MicrophoneLevel:
    """What was measured; dBFS values are -inf for pure zeros."""

    rms_dbfs: float
    peak_dbfs: float
    clipped_share: float
    """Share of samples at full scale, 0 … 1."""

    @property
    def muted(self) -> bool:
        """Zeros, or next to nothing: switched off, or the wrong device."""
        return self.rms_dbfs < MUTED_DBFS

    @property
    def clipped(self) -> bool:
        """Turned up so far that speech is cut off at full scale."""
        return self.clipped_share >= CLIPPED_SHARE


def measure(room: Room, seconds: float = 2.0) -> MicrophoneLevel:
    """Listen for `seconds` of audio while playing silence. Raises what the room raises."""
    room.flush()
    silence = np.zeros(BLOCK_SAMPLES, np.int16)
    return level(np.concatenate([room.exchange(silence) for _ in range(round(seconds / BLOCK_SECONDS))]))


def level(samples: Samples) -> MicrophoneLevel:
    """The figures of samples already taken, at least one."""
    loudness = np.abs(samples.astype(np.int32))
    return MicrophoneLevel(
        dbfs(samples),
        dbfs(samples[loudness.argmax() :][:1]),
        float(np.mean(loudness >= FULL_SCALE_PEAK)),
    )
