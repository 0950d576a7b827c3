"""Whole commands joined from pieces one person recorded: single syllables, and words where they fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import soxr
from numpy.typing import NDArray

from voiceguide.bench.collection import Clip, Collection
from voiceguide.events import SAMPLE_RATE, Samples
from voiceguide.language.phonetics import Readings
from voiceguide.language.sandhi import NEUTRAL, Syllable

Wave: TypeAlias = NDArray[np.float32]
"""Mono at SAMPLE_RATE, shape (n,)."""

FADE = round(0.02 * SAMPLE_RATE)
SYLLABLE_SECONDS = (0.2, 0.35)
"""How long a syllable of running speech lasts; recorded alone they last two to three times as long."""
_WINDOW, _SEARCH = 480, 160


def level(wave: NDArray[np.generic]) -> float:
    """Root mean square, never zero."""
    return float(np.sqrt(np.mean(np.square(wave, dtype=np.float64)))) + 1e-9


def wave_of(samples: Samples) -> Wave:
    """Full scale is 1."""
    return samples.astype(np.float32) / np.float32(32_768)


def resampled(wave: Wave, rate_in: float, rate_out: float) -> Wave:
    """len(wave) * rate_out / rate_in samples."""
    return np.asarray(soxr.resample(wave, rate_in, rate_out), np.float32)


def stretched(wave: Wave, samples: int) -> Wave:
    """The same speech in `samples` samples at the same pitch: waveform-similarity overlap-add.

    Libraries gave wrong durations (audiostretchy) or have no wheels for ARM (python-stretch).
    """
    hop = _WINDOW // 2
    step = (len(wave) - _WINDOW - _SEARCH) / max(1.0, (samples - _WINDOW) / hop)
    if step <= 0:  # too short for a single window
        return np.resize(resampled(wave, len(wave), samples), samples)
    out = np.zeros(samples + 2 * _WINDOW, np.float32)
    hann = np.hanning(_WINDOW + 1)[:_WINDOW].astype(np.float32)
    padded = np.pad(wave, (_SEARCH, 2 * _WINDOW + _SEARCH))
    wanted = wave[:_WINDOW]
    for frame in range(samples // hop + 1):
        centre = int(frame * step) + _SEARCH
        first = max(0, centre - _SEARCH)
        area = padded[first : centre + _SEARCH + _WINDOW]
        if len(area) < _WINDOW:
            break
        best = int(np.argmax(np.correlate(area, wanted, "valid"))) + first
        place = frame * hop
        out[place : place + _WINDOW] += hann * padded[best : best + _WINDOW]
        wanted = padded[best + hop : best + hop + _WINDOW]
        if len(wanted) < _WINDOW:
            break
    return out[:samples]


def at_pace(wave: Wave, pace: float) -> Wave:
    """`pace` 0.7: slower, so longer by 1 / 0.7."""
    return wave if pace == 1.0 else stretched(wave, round(len(wave) / pace))


def trimmed(wave: Wave) -> Wave:
    """Without the quiet ends."""
    if not len(wave):
        return wave
    loud = np.convolve(np.abs(wave), np.ones(160, np.float32) / 160, "same")
    inside = np.flatnonzero(loud > 0.03 * loud.max())
    return wave[inside[0] : inside[-1] + 1] if len(inside) else wave


def normal(syllable: str) -> tuple[str, int]:
    """`lü4`, `lu:4`, `LV4` -> ("lv", 4); without a digit the tone is neutral."""
    text = syllable.strip().lower().replace("u:", "v").replace("ü", "v")
    tone = int(text[-1]) if text[-1:] in tuple("12345") else NEUTRAL
    plain = text.rstrip("012345")
    if plain in ("lue", "nue"):
        plain = f"{plain[0]}ve"
    return (plain.replace("v", "u") if plain[:1] in ("j", "q", "x", "y") else plain), tone


@dataclass(frozen=True)
class _Piece:
    """What is said in one go: a syllable or a recorded word."""

    wave: Wave
    syllables: Sequence[Syllable]


class Voice:
    """The syllables and words of one person."""

    def __init__(self, name: str, clips: Sequence[Clip], collection: Collection, readings: Readings) -> None:
        self.name = name
        self._collection, self._readings = collection, readings
        self._syllables: dict[str, list[tuple[int, Clip]]] = {}
        self._words: dict[str, list[Clip]] = {}
        for clip in clips:
            if clip.kind == "syllable":
                plain, tone = normal(clip.text)
                self._syllables.setdefault(plain, []).append((tone, clip))
            elif clip.kind == "word":
                self._words.setdefault(clip.text, []).append(clip)
        self._longest = max(map(len, self._words), default=0)
        self._wave = lru_cache(maxsize=4_096)(self._read)

    def say(self, text: str, rng: np.random.Generator, pace: float = 1.0) -> Wave | None:
        """`text` at a natural pace times `pace`, its pitch a little off the recorded one; None where a
        piece is lacking."""
        syllables = [each for each in self._readings.read(text) if isinstance(each, Syllable)]
        pieces = self._pieces(syllables, rng)
        if not pieces:
            return None
        seconds = rng.uniform(*SYLLABLE_SECONDS) / pace
        pitch = float(np.clip(np.exp(rng.normal(0, 0.03)), 0.93, 1.07))
        whole = np.zeros(FADE, np.float32)
        ramp = np.linspace(0, 1, FADE, dtype=np.float32)
        for piece in pieces:
            factor = sum(0.7 if each.tone == NEUTRAL else 1.0 for each in piece.syllables)
            factor *= 1.25 if len(syllables) == 1 else 1.0
            lasts = seconds * rng.uniform(0.85, 1.15) * factor
            wave = resampled(piece.wave, SAMPLE_RATE, SAMPLE_RATE / pitch)
            wave = stretched(wave, round(lasts * SAMPLE_RATE) + FADE)
            wave = (wave / level(wave)).astype(np.float32)
            wave[:FADE] *= ramp
            wave[-FADE:] *= ramp[::-1]
            whole[-FADE:] += wave[:FADE]
            whole = np.concatenate([whole, wave[FADE:]])
        return whole

    def can_say(self, text: str) -> bool:
        """Whether it has recorded every piece."""
        syllables = [each for each in self._readings.read(text) if isinstance(each, Syllable)]
        return bool(self._pieces(syllables, np.random.default_rng(0)))

    def _pieces(self, syllables: Sequence[Syllable], rng: np.random.Generator) -> list[_Piece] | None:
        """The longest recorded words first, but never the whole alone: that is a recording, not a join."""
        pieces: list[_Piece] = []
        at = 0
        while at < len(syllables):
            longest = min(self._longest, len(syllables) - at, max(1, len(syllables) - 1))
            for count in range(longest, 0, -1):
                found = self._words.get("".join(each.hanzi for each in syllables[at : at + count]))
                if found:
                    wave = self._wave(found[int(rng.integers(len(found)))])
                    break
            else:
                count, wave = 1, self._syllable(syllables[at], rng)
            if wave is None:
                return None
            pieces.append(_Piece(wave, syllables[at : at + count]))
            at += count
        return pieces

    def _syllable(self, wanted: Syllable, rng: np.random.Generator) -> Wave | None:
        found = self._syllables.get(normal(wanted.pinyin)[0])
        if not found:
            return None
        takes = [clip for tone, clip in found if tone == wanted.tone] or [clip for _, clip in found]
        return self._wave(takes[int(rng.integers(len(takes)))])

    def _read(self, clip: Clip) -> Wave | None:
        samples = self._collection.samples(clip)
        return None if samples is None else trimmed(wave_of(samples))


def voices(collection: Collection, readings: Readings) -> list[Voice]:
    """Everybody who recorded syllables, or words enough to join some."""
    found = []
    for speaker in collection.speakers():
        clips = [clip for clip in collection.clips if clip.speaker == speaker]
        if any(clip.kind in ("syllable", "word") for clip in clips):
            found.append(Voice(speaker, clips, collection, readings))
    return found
