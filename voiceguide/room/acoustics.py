"""What a room does to sound on its way to the microphone: echo, noise, reverberation, gain, clipping.

Pure arithmetic on blocks; the same seed gives the same samples.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voiceguide.events import BLOCK_SAMPLES, SAMPLE_RATE, Block, Samples

FULL_SCALE = 32_768.0
NOISE_SECONDS = 20  # the made noise repeats after this; longer than any turn of listening
REVERBERANT_DB = -6.0  # energy of the tail against the direct sound: across a small room


@dataclass(frozen=True)
class Acoustics:
    """A room's properties. The default is a silent, dry one: the microphone hears the person exactly."""

    echo_db: float | None = None
    """Gain from the loudspeaker to the microphone; None: headphones."""
    echo_seconds: float = 0.04
    """How much later the loudspeaker arrives, buffers of the sound card included."""
    noise_dbfs: float | None = None
    """RMS of the noise floor; None: none. SNR = the person's dBFS (ScriptedPerson.level_dbfs) minus this."""
    noise: Samples | str = "white"
    """"white", "pink", or a recording to be looped at that level (a television, a street)."""
    reverberation_seconds: float = 0.0
    """RT60; a furnished living room has 0.3 to 0.6."""
    microphone_gain_db: float = 0.0
    """Applied to everything; what exceeds full scale is clipped."""


def dbfs(samples: Samples) -> float:
    """RMS against full scale in dB; -inf for silence or nothing."""
    power = float(np.mean(np.square(samples, dtype=np.float64))) if samples.size else 0.0
    return 20 * float(np.log10(np.sqrt(power) / FULL_SCALE)) if power else float("-inf")


def speech_dbfs(samples: Samples) -> float:
    """As dbfs(), but of the blocks in which something is said (within 30 dB of the loudest block)."""
    whole = samples[: samples.size // BLOCK_SAMPLES * BLOCK_SAMPLES].reshape(-1, BLOCK_SAMPLES)
    if not whole.size:
        return dbfs(samples)
    power = np.mean(np.square(whole, dtype=np.float64), axis=1)
    return dbfs(whole[power >= power.max() / 1000].ravel())


def to_int16(signal: NDArray[np.float64]) -> Samples:
    """Round and clip to the range of int16."""
    return np.clip(np.rint(signal), -32_768, 32_767).astype(np.int16)


class AcousticPath:
    """Sound under way in one room: give it both sides block by block and take what the microphone gets."""

    def __init__(self, acoustics: Acoustics, seed: int) -> None:
        self._acoustics = acoustics
        random = np.random.default_rng(seed)
        delay = round(acoustics.echo_seconds * SAMPLE_RATE)
        self._under_way = np.zeros(delay)
        self._noise = _noise_bed(acoustics, random)
        self._noise_at = 0
        self._response = _impulse_response(acoustics.reverberation_seconds, random)
        self._size = 1 << (self._response.size + BLOCK_SAMPLES - 1).bit_length()
        self._spectrum = np.fft.rfft(self._response, self._size)
        self._tail = np.zeros(self._size)

    def through(self, spoken: Block, played: Block) -> Block:
        """The microphone's block while she says `spoken` and the loudspeaker gives `played`."""
        sound = spoken.astype(np.float64)
        if self._acoustics.echo_db is not None:
            waiting = np.concatenate([self._under_way, played])
            sound += waiting[:BLOCK_SAMPLES] * 10 ** (self._acoustics.echo_db / 20)
            self._under_way = waiting[BLOCK_SAMPLES:]
        if self._response.size > 1:
            self._tail += np.fft.irfft(np.fft.rfft(sound, self._size) * self._spectrum, self._size)
            sound = self._tail[:BLOCK_SAMPLES].copy()
            self._tail = np.concatenate([self._tail[BLOCK_SAMPLES:], np.zeros(BLOCK_SAMPLES)])
        if self._noise is not None:
            sound += self._noise.take(range(self._noise_at, self._noise_at + BLOCK_SAMPLES), mode="wrap")
            self._noise_at = (self._noise_at + BLOCK_SAMPLES) % self._noise.size
        return to_int16(sound * 10 ** (self._acoustics.microphone_gain_db / 20))


def _noise_bed(acoustics: Acoustics, random: np.random.Generator) -> NDArray[np.float64] | None:
    if acoustics.noise_dbfs is None:
        return None
    if isinstance(acoustics.noise, str):
        bed = random.standard_normal(NOISE_SECONDS * SAMPLE_RATE)
        if acoustics.noise == "pink":
            spectrum = np.fft.rfft(bed)
            # 1/f in power above 20 Hz, flat below: no loudspeaker rumbles lower.
            spectrum /= np.sqrt(np.maximum(np.fft.rfftfreq(bed.size, 1 / SAMPLE_RATE), 20.0))
            bed = np.fft.irfft(spectrum, bed.size)
        elif acoustics.noise != "white":
            raise ValueError(f"noise is white, pink or samples, not {acoustics.noise!r}")
    else:
        bed = acoustics.noise.astype(np.float64)
    rms = float(np.sqrt(np.mean(np.square(bed)))) if bed.size else 0.0
    if rms == 0.0:
        raise ValueError("the noise to be looped is silent")
    return bed * (FULL_SCALE * 10 ** (acoustics.noise_dbfs / 20) / rms)


def _impulse_response(rt60_seconds: float, random: np.random.Generator) -> NDArray[np.float64]:
    """The direct sound, 2 ms later an exponential tail of noise."""
    length, gap = round(rt60_seconds * SAMPLE_RATE), round(0.002 * SAMPLE_RATE)
    if length <= gap:
        return np.ones(1)
    tail = random.standard_normal(length - gap) * 10 ** (-3 * np.arange(length - gap) / length)
    tail *= 10 ** (REVERBERANT_DB / 20) / np.sqrt(np.sum(np.square(tail)))
    return np.concatenate([[1.0], np.zeros(gap - 1), tail])
