"""What a room does to sound on its way to the microphone: echo, noise, other sounds, reverberation, gain, clipping.

Pure arithmetic on blocks; the same seed gives the same samples.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from voiceguide.events import BLOCK_SAMPLES, SAMPLE_RATE, Block, Samples
from voiceguide.loudness import dbfs
from voiceguide.room.loudspeaker import Loudspeaker
from voiceguide.room.reverberation import Reverberation, impulse_response

FULL_SCALE = 32_768.0
NOISE_SECONDS = 20  # the made noise repeats after this; longer than any turn of listening


class Dial:
    """The knob of a television: somebody in the room may turn it while time goes on."""

    def __init__(self) -> None:
        self.gain = 1.0
        """1: as it was; 0: off."""


@dataclass(frozen=True)
class Background:
    """A sound that goes on and on: a television, somebody else who talks now and then."""

    samples: Samples
    """Repeated without end."""
    dbfs: float
    """Level at the microphone while it sounds; its pauses do not count (speech_dbfs)."""
    dial: Dial = field(default_factory=Dial)


@dataclass(frozen=True)
class Acoustics:
    """A room's properties. The default is a silent, dry one: the microphone hears the person exactly."""

    echo_db: float | None = None
    """Level of the loudspeaker at the microphone against what was played, its tail included; None: headphones."""
    echo_seconds: float = 0.04
    """How much later the loudspeaker arrives, buffers of the sound card included."""
    echo_drift_ppm: float = 0.0
    """How much slower than the microphone's the loudspeaker's clock is; within one sound card 0, between two
    some tens to hundreds."""
    echo_distortion: float = 0.0
    """See loudspeaker.distorted(): 0 none, 1 a laptop, 4 rattles."""
    noise_dbfs: float | None = None
    """RMS of the noise floor; None: none. SNR = the person's dBFS (ScriptedPerson.level_dbfs) minus this."""
    noise: Samples | str = "white"
    """"white", "pink", or a recording to be looped at that level (a television, a street)."""
    backgrounds: tuple[Background, ...] = ()
    """What else sounds in the room."""
    reverberation_seconds: float = 0.0
    """RT60; a furnished living room has 0.3 to 0.6. Person and loudspeaker stand in different places: each has
    a response of its own."""
    microphone_gain_db: float = 0.0
    """Applied to everything; what exceeds full scale is clipped."""


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
        self._gain = 10 ** (acoustics.microphone_gain_db / 20)
        random = np.random.default_rng(seed)
        noise = _noise_bed(acoustics, random)
        self._beds = [_Bed(bed) for bed in ([] if noise is None else [noise])]
        self._beds += [_Bed(_levelled(each), each.dial) for each in acoustics.backgrounds]
        self._reverberation = Reverberation(impulse_response(acoustics.reverberation_seconds, random))
        self._loudspeaker: Loudspeaker | None = None
        if acoustics.echo_db is not None:
            self._loudspeaker = Loudspeaker(
                acoustics.echo_db,
                acoustics.echo_seconds,
                acoustics.echo_drift_ppm,
                acoustics.echo_distortion,
                impulse_response(acoustics.reverberation_seconds, random),
            )

    def through(self, spoken: Block, played: Block) -> Block:
        """The microphone's block while she says `spoken` and the loudspeaker gives `played`."""
        sound = self._reverberation.through(spoken.astype(np.float64))
        if self._loudspeaker is not None:
            sound = sound + self._loudspeaker.through(played)
        for bed in self._beds:
            sound = sound + bed.next_block()
        return to_int16(sound * self._gain)


class _Bed:
    """A sound that begins anew when it is over."""

    def __init__(self, samples: NDArray[np.float64], dial: Dial | None = None) -> None:
        self._samples = samples
        self._dial = dial or Dial()
        self._at = 0

    def next_block(self) -> NDArray[np.float64]:
        block: NDArray[np.float64] = self._samples.take(
            range(self._at, self._at + BLOCK_SAMPLES), mode="wrap"
        )
        self._at = (self._at + BLOCK_SAMPLES) % self._samples.size
        return block * self._dial.gain


def _levelled(background: Background) -> NDArray[np.float64]:
    level_dbfs = speech_dbfs(background.samples)
    if level_dbfs == float("-inf"):
        raise ValueError("the background to be looped is silent")
    return background.samples.astype(np.float64) * 10 ** ((background.dbfs - level_dbfs) / 20)


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
