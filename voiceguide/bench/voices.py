"""How a simulated elder sounds: a voice the recogniser never heard, her pace and pitch, her accent, her pauses."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import soxr
from numpy.typing import NDArray

from voiceguide.bench.elders import Elder
from voiceguide.bench.joining import Voice
from voiceguide.bench.phrasing import Phrased
from voiceguide.bench.plan import rng_for
from voiceguide.bench.repeatable import RepeatableRenderer
from voiceguide.events import SAMPLE_RATE, Samples
from voiceguide.language.accents import accented
from voiceguide.mouth import MouthError
from voiceguide.mouth.cache import PromptCache
from voiceguide.mouth.renderer import ON_LINUX, VOICE
from voiceguide.room.acoustics import speech_dbfs, to_int16

NATURAL_PACE = 218.0
"""Characters a minute of a joined voice at pace 1 (joining.SYLLABLE_SECONDS)."""
SLOWER, LEAST_PACE = 0.85, 80
"""What a voice swallows at her pace it is tried with at so much of it, again and again down to this."""
AUDIBLE_DB = -35.0
"""So far below her loudest sample a sound has ended."""
_SYLLABLE = re.compile(r"([a-z]+)([1-5])")


class AccentedRenderer(RepeatableRenderer):
    """The engine, speaking with the habits of whoever speaks just now."""

    habits: tuple[str, ...] = ()

    def engine_text(self, text: str) -> str:
        """See Renderer. Voices that read hanzi have no accent."""
        plain = super().engine_text(text)
        if not (ON_LINUX and self.habits):
            return plain
        return _SYLLABLE.sub(lambda found: accented(found[1], self.habits) + found[2], plain)


class ElderVoice:
    """One elder's voice."""

    def __init__(
        self, elder: Elder, renderer: AccentedRenderer, cache: PromptCache, human: Voice | None
    ) -> None:
        """`human`: speaks for her where she is one of those with a recorded voice."""
        self._elder, self._renderer, self._cache = elder, renderer, cache
        self._human = human if elder.human else None
        self.name = self._human.name if self._human else elder.voice
        """Whose voice it is."""

    def can_say(self, text: str) -> bool:
        return self._human is None or self._human.can_say(text)

    def say(self, phrased: Phrased) -> Samples:
        """All of it, at her loudness. Raises MouthError."""
        parts: list[Samples] = []
        for piece in phrased.pieces:
            parts += [self._piece(piece.text), np.zeros(round(piece.pause_seconds * SAMPLE_RATE), np.int16)]
        return self._at_her_level(np.concatenate(parts))

    def cough(self, number: int) -> Samples:
        """Two bursts of breath, as loud as she speaks."""
        rng = rng_for(self._elder.seed, "cough", self._elder.number, number)
        bursts = []
        for seconds in rng.uniform(0.12, 0.25, 2):
            at = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
            shape = np.minimum(1.0, at / 0.008) * np.exp(-at / (seconds / 4))
            hiss = np.convolve(rng.standard_normal(at.size), np.ones(4) / 4, "same")
            bursts += [shape * hiss, np.zeros(round(rng.uniform(0.05, 0.2) * SAMPLE_RATE))]
        return self._at_her_level(to_int16(np.concatenate(bursts) * 6000))

    def _piece(self, text: str) -> Samples:
        human = self._human
        if human is not None and human.can_say(text):
            return self._joined(human, text)
        elder, renderer = self._elder, self._renderer
        renderer.habits = elder.accent
        voice = f"sit/cmn+{elder.voice}" if ON_LINUX else VOICE
        pace = round(elder.pace / elder.pitch)
        identity = (*renderer.identity(text, voice=voice, pace=pace), f"pitch {elder.pitch}")
        samples = self._cache.load(identity)
        if samples is None:
            # A syllable by itself is so short in some voices that the mouth's guard takes it for a fault.
            alone = len(text) == 1
            plain = self._rendered(f"{text}，{text}" if alone else text, voice, pace).astype(np.float32)
            plain = _first_sound(plain) if alone else plain
            samples = to_int16(
                soxr.resample(plain, SAMPLE_RATE, SAMPLE_RATE / elder.pitch).astype(np.float64)
            )
            self._cache.store(identity, samples)
        return samples

    def _rendered(self, text: str, voice: str, pace: int) -> Samples:
        """Slower where the voice swallows half of it at her pace."""
        try:
            return self._renderer.render(text, voice=voice, pace=pace)
        except MouthError as error:
            slower = round(SLOWER * pace)
            if error.code != "bad-audio" or slower < LEAST_PACE:
                raise
            return self._rendered(text, voice, slower)

    def _joined(self, voice: Voice, text: str) -> Samples:
        pace = self._elder.pace / NATURAL_PACE
        identity = ("joined", voice.name, text, f"{pace:.3f}", str(self._elder.seed), str(self._elder.number))
        samples = self._cache.load(identity)
        if samples is None:
            wave = voice.say(text, rng_for(self._elder.seed, "say", self._elder.number, text), pace)
            assert wave is not None, "can_say() has said so"
            samples = to_int16(wave.astype(np.float64) * 2_000)
            self._cache.store(identity, samples)
        return samples

    def _at_her_level(self, samples: Samples) -> Samples:
        gain = 10 ** ((self._elder.level_dbfs - speech_dbfs(samples)) / 20)
        return to_int16(samples.astype(np.float64) * gain)


def _first_sound(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Up to the first pause behind a sound."""
    frame = SAMPLE_RATE // 50
    loud = (
        np.abs(samples[: samples.size // frame * frame].reshape(-1, frame)).max(axis=1)
        > 0.02 * np.abs(samples).max()
    )
    begins = int(np.argmax(loud))
    pauses = np.flatnonzero(~loud[begins:])
    return samples[: (begins + int(pauses[0]) + 1) * frame] if pauses.size else samples


def louder(samples: Samples, gain_db: float) -> Samples:
    """By so much."""
    return to_int16(samples.astype(np.float64) * 10 ** (gain_db / 20)) if gain_db else samples


def last_sound(samples: Samples) -> int:
    """One behind the last sample that can be heard: where a phrase ends, its fading tail not counted."""
    loud = np.abs(samples.astype(np.int32))
    heard = np.flatnonzero(loud > loud.max() * 10 ** (AUDIBLE_DB / 20)) if loud.size else loud
    return int(heard[-1]) + 1 if heard.size else 0


def talk(pieces: Iterable[Samples], pause_seconds: Iterable[float]) -> Samples:
    """Sentences with their pauses, one after the other: a television, a second person."""
    parts = []
    for piece, seconds in zip(pieces, pause_seconds, strict=True):
        parts += [piece, np.zeros(round(seconds * SAMPLE_RATE), np.int16)]
    return np.concatenate(parts)


def stranger(text: str, voice: str, pace: int, renderer: AccentedRenderer, cache: PromptCache) -> Samples:
    """Somebody without a character: a newsreader, a daughter. Raises MouthError."""
    renderer.habits = ()
    name = f"sit/cmn+{voice}" if ON_LINUX else VOICE
    identity = renderer.identity(text, voice=name, pace=pace)
    samples = cache.load(identity)
    if samples is None:
        samples = renderer.render(text, voice=name, pace=pace)
        cache.store(identity, samples)
    return samples
