"""What must not be taken for a command: other speech, said by unheard voices, and sounds without a word.

It comes as from a television: one utterance after another, each a turn of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from voiceguide.bench import surroundings
from voiceguide.bench.collection import Clip
from voiceguide.bench.joining import Voice, Wave, level, wave_of
from voiceguide.bench.plan import KITCHEN, Condition, Span, Stage, Trial, rng_for
from voiceguide.events import SAMPLE_RATE, Samples

PIECE_SECONDS = 50.0
GAP_SECONDS = 2.0
"""Longer than the ears wait for a slow speaker."""
SYLLABLE_SECONDS = 0.26
"""To reckon with before a sentence is joined."""
CONDITIONS = (
    Condition("clean"),
    Condition("clean"),
    Condition("kitchen 18 dB", KITCHEN, 18),
    Condition("clean room", room="recorded"),
)
"""A piece is heard in one of these by turns."""


@dataclass(frozen=True)
class Saying:
    """One utterance: recorded, or to be joined."""

    text: str
    speaker: str
    seconds: float
    """About."""
    clip: Clip | None = None
    voice: Voice | None = None
    take: int = 0
    rightly: str = ""
    """See plan.Span."""


def sayings(
    clips: Sequence[Clip],
    voices: Sequence[Voice],
    near_misses: Sequence[str],
    sentences: Sequence[str],
    seconds: float,
    seed: int,
) -> list[Saying]:
    """At least `seconds` of other speech if there is so much: the near misses, recordings (three quarters at
    most), joined sentences, and the near misses again."""
    rng = rng_for(seed, "other speech")
    chosen = _joined(voices, near_misses, seconds, 0)
    most = max(0.75 * seconds, seconds - sum(each.seconds for each in chosen)) if voices else seconds
    total = 0.0
    for i in rng.permutation(len(clips)):
        clip = clips[i]
        if total >= min(most, seconds):
            break
        lasts = clip.duration_seconds if np.isfinite(clip.duration_seconds) else 2.0
        chosen.append(Saying(clip.text, clip.speaker, lasts, clip=clip))
        total += lasts
    lacking = seconds - sum(each.seconds for each in chosen)
    shuffled = [sentences[i] for i in rng.permutation(len(sentences))]
    chosen += _joined(voices, shuffled, lacking, 0)
    for take in range(1, 40):
        lacking = seconds - sum(each.seconds for each in chosen)
        chosen += _joined(voices, near_misses, lacking, take)
    # Recordings of one file together: it is read once. The order of the rest is chance.
    chosen = [chosen[i] for i in rng.permutation(len(chosen))]
    return sorted(chosen, key=lambda each: str(each.clip.path) if each.clip else "")


def _joined(voices: Sequence[Voice], texts: Sequence[str], seconds: float, take: int) -> list[Saying]:
    found: list[Saying] = []
    for number, text in enumerate(texts):
        if seconds <= 0 or not voices:
            break
        turn = (number + take) % len(voices)
        able = (voice for voice in (*voices[turn:], *voices[:turn]) if voice.can_say(text))
        if voice := next(able, None):
            found.append(Saying(text, voice.name, len(text) * SYLLABLE_SECONDS, voice=voice, take=take))
            seconds -= found[-1].seconds
    return found


@dataclass(frozen=True)
class OtherSpeech:
    """Pieces of about a minute."""

    stage: Stage
    sayings: Sequence[Saying]

    def pieces(self) -> list[list[Saying]]:
        pieces: list[list[Saying]] = []
        room_seconds = 0.0
        for saying in self.sayings:
            if not pieces or room_seconds < saying.seconds:
                pieces.append([])
                room_seconds = PIECE_SECONDS
            pieces[-1].append(saying)
            room_seconds -= saying.seconds
        return pieces

    def __len__(self) -> int:
        return len(self.pieces())

    def trials(self) -> Iterator[Trial]:
        for number, piece in enumerate(self.pieces()):
            rng = rng_for(self.stage.seed, "piece", number)
            gap = np.zeros(round(GAP_SECONDS * SAMPLE_RATE), np.float32)
            waves: list[Wave] = [gap]
            spans: list[Span] = []
            at = len(gap)
            for saying in piece:
                wave = self._speech(saying)
                if wave is not None:
                    wave = wave / np.float32(level(wave) * 10 ** (rng.uniform(-3, 3) / 20))
                    spans.append(Span(at, at + len(wave), saying.text, saying.speaker, saying.rightly))
                    waves += [wave, gap]
                    at += len(wave) + len(gap)
            if spans:
                condition = CONDITIONS[number % len(CONDITIONS)]
                whole = np.concatenate(waves)
                speaking = np.concatenate(waves[1::2])
                # Level 1 while somebody speaks, so that decibels mean what they mean for commands.
                whole = whole / np.float32(level(speaking))
                yield Trial(self._placed(whole, condition, rng), condition, None, "speech", tuple(spans))

    def _placed(self, wave: Wave, condition: Condition, rng: np.random.Generator) -> Samples:
        if condition.room:
            response = self.stage.around.response(rng)
            ringing = surroundings.in_room(wave, response)[: len(wave)]
            wave = ringing * np.float32(level(wave) / level(ringing))
        noise = rng.standard_normal(len(wave)).astype(np.float32)
        snr_db = -surroundings.FLOOR_DB
        if condition.snr_db is not None:
            noise, snr_db = self.stage.around.noise(len(wave), rng), condition.snr_db
        return surroundings.recorded(surroundings.mixed(wave, noise, snr_db), rng.uniform(-20, -1))

    def _speech(self, saying: Saying) -> Wave | None:
        if saying.voice is not None:
            rng = rng_for(self.stage.seed, "say", saying.speaker, saying.text, saying.take)
            return saying.voice.say(saying.text, rng)
        assert saying.clip is not None
        samples = self.stage.collection.samples(saying.clip)
        return None if samples is None else wave_of(samples)


@dataclass(frozen=True)
class NoiseAlone:
    """The recorded noises, and made ones: hum, hiss, knocks, music, beeps, talk next door, silence."""

    stage: Stage
    seconds: float

    def kinds(self) -> list[str]:
        names = [f"recorded {name}" for name in sorted(self.stage.around.noises)]
        names += [*surroundings.NOISES, "crowd next door", "silence"]
        count = max(len(names), round(self.seconds / PIECE_SECONDS))
        return [names[number % len(names)] for number in range(count)]

    def __len__(self) -> int:
        return len(self.kinds())

    def trials(self) -> Iterator[Trial]:
        kinds = self.kinds()
        samples = round(self.seconds * SAMPLE_RATE / len(kinds))
        for number, kind in enumerate(kinds):
            rng = rng_for(self.stage.seed, "noise", kind, number)
            wave = self._wave(kind, samples, rng)
            peak_dbfs = -80.0 if kind == "silence" else rng.uniform(-40, -3)
            yield Trial(surroundings.recorded(wave, peak_dbfs), kind=kind)

    def _wave(self, kind: str, samples: int, rng: np.random.Generator) -> Wave:
        if kind in surroundings.NOISES:
            return surroundings.NOISES[kind](rng, samples)
        if kind == "silence":
            return rng.standard_normal(samples).astype(np.float32)
        if kind == "crowd next door":
            crowd = self.stage.babble("")
            whole = surroundings.looped(crowd[int(rng.integers(len(crowd)))], samples, rng)
            return surroundings.through_a_wall(whole)
        source = self.stage.around.noises[kind.removeprefix("recorded ")]
        return surroundings.looped(source, samples, rng)
