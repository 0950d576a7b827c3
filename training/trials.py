"""Whole commands for measuring, joined from single syllables of voices that training never heard, in rooms
it never heard.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.signal

from training.features import RATE
from training.human import Clip
from training.phones import normalise
from training.surroundings import Surroundings, level

FADE = int(0.02 * RATE)


@dataclass(frozen=True)
class Trial:
    """samples: int16, 16 kHz. phrase: what was said. wanted: whether it is a command."""

    samples: np.ndarray
    phrase: str
    wanted: bool
    voice: str
    condition: str


def stretch(wave: np.ndarray, seconds: float) -> np.ndarray:
    """The same speech in another time at the same pitch (waveform-similarity overlap-add)."""
    window, search = 480, 160
    hop = window // 2
    length = int(seconds * RATE)
    step = (len(wave) - window - search) / max(1, (length - window) / hop)
    if step <= 0:
        return wave
    out = np.zeros(length + 2 * window, np.float32)
    hann = np.hanning(window + 1)[:window].astype(np.float32)
    place, wanted = 0, wave[:window]
    padded = np.pad(wave, (search, 2 * window + search))
    for frame in range(length // hop + 1):
        centre = int(frame * step) + search
        area = padded[max(0, centre - search) : centre + search + window]
        if len(area) < window:
            break
        best = int(np.argmax(np.correlate(area, wanted, "valid"))) + max(0, centre - search)
        out[place : place + window] += hann * padded[best : best + window]
        wanted = padded[best + hop : best + hop + window]
        if len(wanted) < window:
            break
        place += hop
    return out[:length]


def trimmed(wave: np.ndarray) -> np.ndarray:
    """Without the quiet ends."""
    loud = np.convolve(np.abs(wave.astype(np.float32)), np.ones(160) / 160, "same")
    inside = np.flatnonzero(loud > 0.03 * loud.max())
    return wave[inside[0] : inside[-1] + 1] if len(inside) else wave


class Voice:
    """The single syllables of one person."""

    def __init__(self, clips: Sequence[Clip]) -> None:
        self.name = clips[0].speaker
        self.syllables: dict[str, list[tuple[str, np.ndarray]]] = {}
        for clip in clips:
            if clip.kind == "syllable":
                self.syllables.setdefault(clip.syllables[0], []).append((clip.text[-1], clip.samples))

    def say(self, toned: Sequence[str], rng: np.random.Generator) -> np.ndarray | None:
        """Toned pinyin (`xia4`) joined at a natural pace, or None where the voice lacks a syllable."""
        pace = rng.uniform(0.2, 0.35)
        whole = np.zeros(FADE, np.float32)
        ramp = np.linspace(0, 1, FADE, dtype=np.float32)
        for syllable in toned:
            found = self.syllables.get(normalise(syllable))
            if not found:
                return None
            wave = next((w for tone, w in found if tone == syllable[-1]), found[0][1])
            wave = trimmed(wave).astype(np.float32)
            short = (
                pace
                * rng.uniform(0.85, 1.15)
                * (0.7 if syllable[-1] == "5" else 1.0)
                * (1.25 if len(toned) == 1 else 1.0)
            )
            wave = stretch(wave, short)
            wave = wave / level(wave)
            wave[:FADE] *= ramp
            wave[-FADE:] *= ramp[::-1]
            whole[-FADE:] += wave[:FADE]
            whole = np.concatenate([whole, wave[FADE:]])
        return whole


def toned(phrase: str) -> list[str]:
    """A phrase as it is spoken, tone sandhi included; 5 for the neutral tone."""
    from pypinyin import Style, lazy_pinyin

    return lazy_pinyin(phrase, style=Style.TONE3, neutral_tone_with_five=True, tone_sandhi=True, v_to_u=False)


def placed(
    speech: np.ndarray,
    snr_db: float | None,
    surroundings: Surroundings,
    rng: np.random.Generator,
    far: bool = False,
) -> np.ndarray:
    """Speech in a room: 0.4 s before it, 0.8 s after it, noise at `snr_db` below it, at a random level."""
    wave = np.concatenate(
        [np.zeros(int(0.4 * RATE)), speech / level(speech), np.zeros(int(0.8 * RATE))]
    ).astype(np.float32)
    if far and surroundings.rooms:
        response = surroundings.rooms[str(rng.choice(list(surroundings.rooms)))]
        wave = scipy.signal.fftconvolve(wave, response / np.sqrt(np.sum(response**2)))[: len(wave)].astype(
            np.float32
        )
    if snr_db is None:
        wave += rng.standard_normal(len(wave)).astype(np.float32) * 0.002
    else:
        sources = [*surroundings.noises.values(), *surroundings.babble]
        source = sources[int(rng.integers(len(sources)))]
        noise = np.resize(np.roll(source, -int(rng.integers(len(source)))), len(wave))
        wave += noise / level(noise) * np.float32(10 ** (-snr_db / 20))
    return (wave / np.abs(wave).max() * 10 ** (rng.uniform(-20, -1) / 20) * 32000).astype(np.int16)


def condition_name(snr_db: float | None, surroundings: Surroundings) -> str:
    kind = "noise" if surroundings.noises else "babble"
    return "clean" if snr_db is None else f"{kind} {snr_db:g} dB"


def spoken(
    voices: Sequence[Voice],
    phrases: Mapping[str, bool],
    conditions: Sequence[float | None],
    surroundings: Surroundings,
    takes: int,
    seed: int,
) -> Iterator[Trial]:
    """Every phrase (-> whether it is a command) by every voice in every condition (dB of signal to noise;
    None: quiet).
    """
    for number, phrase in enumerate(phrases):
        for voice in voices:
            for take in range(takes):
                rng = np.random.default_rng([seed, number, take])
                speech = voice.say(toned(phrase), rng)
                if speech is None:
                    continue
                for snr in conditions:
                    yield Trial(
                        placed(speech, snr, surroundings, rng, far=bool(take % 2)),
                        phrase,
                        phrases[phrase],
                        voice.name,
                        condition_name(snr, surroundings),
                    )
