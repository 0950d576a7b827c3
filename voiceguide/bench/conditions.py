"""The rooms simulated elders sit in: drawn from a seed, every value of every property equally often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from voiceguide.bench.elders import ESPEAK_VOICES, Elder
from voiceguide.bench.people import people
from voiceguide.bench.plan import rng_for
from voiceguide.bench.sentences import near_misses
from voiceguide.bench.voices import AccentedRenderer, stranger, talk
from voiceguide.events import Samples
from voiceguide.mouth import MouthError
from voiceguide.mouth.cache import PromptCache
from voiceguide.room.acoustics import Acoustics, Background, Dial

T = TypeVar("T")

ECHOES_DB: tuple[float | None, ...] = (None, -30.0, -20.0, -10.0, 0.0)
"""None: headphones, or a loudspeaker far from the microphone."""
SNRS_DB = (24, 18, 12, 6)
REVERBERATIONS_SECONDS = (0.2, 0.4, 0.8)
DISTORTIONS = (0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 4.0)
TELEVISION = (False, False, True)
SECOND_PERSON = (False, False, False, False, True)
TELEVISION_SENTENCES, SECOND_SENTENCES = 24, 8


@dataclass(frozen=True)
class Surround:
    """One room, as it is written down."""

    echo_db: float | None
    snr_db: int
    """Her voice against the noise."""
    reverberation_seconds: float
    television_db: float | None
    """Her voice against the television's; None: it is off."""
    second_person_db: float | None
    """Her voice against somebody else's who talks now and then; None: she is alone."""
    echo_seconds: float
    drift_ppm: float
    distortion: float


def draw(seed: int, number: int) -> Surround:
    """The room of the elder of that number."""
    rng = rng_for(seed, "room", number)

    def turn(name: str, values: Sequence[T]) -> T:
        """Each value once in every len(values) people."""
        cycle, place = divmod(number, len(values))
        return values[int(rng_for(seed, name, cycle).permutation(len(values))[place])]

    two_cards = rng.random() < 0.5
    return Surround(
        echo_db=turn("echo", ECHOES_DB),
        snr_db=turn("snr", SNRS_DB),
        reverberation_seconds=turn("reverberation", REVERBERATIONS_SECONDS),
        television_db=round(float(rng.uniform(10, 20)), 1) if turn("television", TELEVISION) else None,
        second_person_db=round(float(rng.uniform(3, 12)), 1)
        if turn("second person", SECOND_PERSON)
        else None,
        echo_seconds=round(float(rng.uniform(0.02, 0.25)), 3),
        drift_ppm=round(float(rng.choice([-1, 1]) * rng.uniform(20, 300)), 1) if two_cards else 0.0,
        distortion=turn("distortion", DISTORTIONS),
    )


def acoustics(
    surround: Surround, elder: Elder, renderer: AccentedRenderer, cache: PromptCache, television: Dial
) -> Acoustics:
    """The same as sound. `television`: what she may turn. Raises MouthError."""
    rng = rng_for(elder.seed, "sounds", elder.number)
    backgrounds = []
    if surround.television_db is not None:
        sound = _television(rng, elder, renderer, cache)
        backgrounds.append(Background(sound, elder.level_dbfs - surround.television_db, television))
    if surround.second_person_db is not None:
        sound = _second_person(rng, elder, renderer, cache)
        backgrounds.append(Background(sound, elder.level_dbfs - surround.second_person_db))
    return Acoustics(
        echo_db=surround.echo_db,
        echo_seconds=surround.echo_seconds,
        echo_drift_ppm=surround.drift_ppm,
        echo_distortion=surround.distortion,
        noise_dbfs=elder.level_dbfs - surround.snr_db,
        noise="pink",
        backgrounds=tuple(backgrounds),
        reverberation_seconds=surround.reverberation_seconds,
    )


def _television(
    rng: np.random.Generator, elder: Elder, renderer: AccentedRenderer, cache: PromptCache
) -> Samples:
    """Two newsreaders by turns, about a minute without end."""
    voices = [voice for voice in ESPEAK_VOICES if voice != elder.voice]
    first = int(rng.integers(len(voices)))
    texts = [near_misses()[i] for i in rng.permutation(len(near_misses()))[:TELEVISION_SENTENCES]]
    said = [(text, voices[(first + number % 2) % len(voices)]) for number, text in enumerate(texts)]
    pieces = _sayable(said, 220, renderer, cache)
    return talk(pieces, rng.uniform(0.2, 0.9, len(pieces)))


def _second_person(
    rng: np.random.Generator, elder: Elder, renderer: AccentedRenderer, cache: PromptCache
) -> Samples:
    """A sentence every half minute or so; the first does not come with the guide's first word."""
    voice = ESPEAK_VOICES[(elder.number + 3) % len(ESPEAK_VOICES)]
    texts = [people().asides[i] for i in rng.permutation(len(people().asides))[:SECOND_SENTENCES]]
    pieces = _sayable([(text, voice) for text in texts], 190, renderer, cache)
    pauses = rng.uniform(15, 60, len(pieces))
    silence = np.zeros(1, np.int16)
    return talk([silence, *pieces], [float(rng.uniform(5, 30)), *pauses])


def _sayable(
    said: Sequence[tuple[str, str]], pace: int, renderer: AccentedRenderer, cache: PromptCache
) -> list[Samples]:
    """These texts in these voices. One that a voice swallows half of at such a pace is left out: there is something
    else to say."""
    pieces = []
    for text, voice in said:
        try:
            pieces.append(stranger(text, voice, pace, renderer, cache))
        except MouthError as error:
            if error.code != "bad-audio":
                raise
    return pieces
