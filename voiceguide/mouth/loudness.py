"""From the engine's raw audio to prompts that all sound alike: checked, trimmed, levelled, at our rate."""

from __future__ import annotations

import numpy as np
import soxr
from numpy.typing import NDArray

from voiceguide.events import SAMPLE_RATE, Samples
from voiceguide.mouth import MouthError

_FULL_SCALE = 32768.0
_FRAME_SECONDS = 0.01
_SILENCE_DB = -50.0
_QUIETEST_DB = -45.0
_SPEECH_DB = -20.0
_SHORTEST_SECONDS = 0.15  # a syllable, at however slow a pace
_PEAK = 0.89
_KNEE = 0.7
_LEAD_SECONDS = 0.03
_TAIL_SECONDS = 0.08
_FADE_SECONDS = 0.005


def finish(audio: NDArray[np.float32], rate: int, *, syllables: int, pace: int) -> Samples:
    """One spoken text, −1 … 1 at `rate` Hz, as a prompt at SAMPLE_RATE: about −20 dBFS while it speaks.

    Raises MouthError("bad-audio") where this cannot be `syllables` at `pace` characters a minute.
    """
    voiced = np.flatnonzero(_levels_db(audio, rate) > _SILENCE_DB)
    if not voiced.size:
        raise bad_audio("silence")
    frame = int(rate * _FRAME_SECONDS)
    first = max(0, int(voiced[0]) * frame - int(rate * _LEAD_SECONDS))
    last = (int(voiced[-1]) + 1) * frame + int(rate * _TAIL_SECONDS)
    speech = audio[first:last]
    expected_seconds = syllables * 60 / pace
    seconds = (int(voiced[-1]) + 1 - int(voiced[0])) * _FRAME_SECONDS
    # One syllable lasts 0.2 … 0.7 s at 160, and no longer at 100 where one or two are all; pauses may double a short
    # text of many sentences.
    least_seconds = min(0.4 * expected_seconds, _SHORTEST_SECONDS * syllables)
    if not least_seconds <= seconds <= 2.0 * expected_seconds + 1.5:
        raise bad_audio(f"{seconds:.2f} s for {syllables} syllables")
    if np.mean(np.abs(speech) >= 0.9999) > 0.001:
        raise bad_audio("clipped")
    levels = _levels_db(speech, rate)
    level_db = 10 * float(np.log10(np.mean(10 ** (levels[levels > _SILENCE_DB] / 10))))
    if level_db < _QUIETEST_DB:
        raise bad_audio(f"{level_db:.0f} dBFS")
    ours = soxr.resample(speech, rate, SAMPLE_RATE) if rate != SAMPLE_RATE else speech
    gain = 10 ** ((_SPEECH_DB - level_db) / 20)
    gain = min(gain, _PEAK / max(float(np.max(np.abs(ours))), 1e-6))
    return _faded(ours * gain)


def amplified(samples: Samples, gain_db: float) -> Samples:
    """Louder or softer; what would clip is bent, not cut."""
    if gain_db == 0:
        return samples
    level = samples.astype(np.float32) / _FULL_SCALE * 10 ** (gain_db / 20)
    over = np.abs(level) > _KNEE
    bent = _KNEE + (1 - _KNEE) * np.tanh((np.abs(level[over]) - _KNEE) / (1 - _KNEE))
    level[over] = np.copysign(bent, level[over])
    return _to_int16(level)


def bad_audio(detail: str) -> MouthError:
    return MouthError("bad-audio", f"合成出来的声音不对（{detail}）。", "请再试一次；总是这样，请重新安装。")


def _levels_db(audio: NDArray[np.float32], rate: int) -> NDArray[np.float64]:
    frame = int(rate * _FRAME_SECONDS)
    whole = audio[: audio.size // frame * frame].reshape(-1, frame).astype(np.float64)
    levels: NDArray[np.float64] = 10 * np.log10(np.mean(whole**2, axis=1) + 1e-10)
    return levels


def _faded(level: NDArray[np.float32]) -> Samples:
    edge = int(SAMPLE_RATE * _FADE_SECONDS)
    ramp = np.linspace(0, 1, edge, dtype=np.float32)
    level[:edge] *= ramp
    level[-edge:] *= ramp[::-1]
    return _to_int16(level)


def _to_int16(level: NDArray[np.float32]) -> Samples:
    return np.clip(np.round(level * _FULL_SCALE), -32768, 32767).astype(np.int16)
