"""How her word is said: of the strings of sounds a few repetitions may have been, those that explain them all.
Arithmetic over log likelihoods.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from voiceguide.events import Reading, Samples

REPETITIONS = 3
PRONUNCIATIONS = 3
"""The most ways to say one word."""


@dataclass(frozen=True)
class Strictness:
    """Chosen from a few takes of dev voices with an earlier model; the bench of teaching measures what comes of it."""

    another_way_nats: float = 4.0
    """A further pronunciation must explain the repetitions so much better, in all."""
    syllable_nats: float = 4.0
    """What a syllable costs in each repetition, or a breath before one of them becomes two syllables of the word. Of 48
    words of four voices of the training the string said is chosen for 33 with 0, 40 with 2, 45 with 3 and 4, 43 with
    6."""
    disagreement_nats: float = 35.0
    """A repetition is another word when what the others sound like explains it so much worse than what it sounds
    like itself: takes of one word stay below 21, of two words mostly reach 50 and more."""
    least_sounds: int = 4
    """A word of one syllable needs so many sounds: 哎 and 嗯 are in everything she says."""
    most_syllables: int = 8
    least_distance: float = 0.2
    """From every wording of another intent and from her other words; see `likeness`."""
    least_risky_distance: float = 0.35
    """The same for a word of a risky intent."""
    eases: tuple[float, ...] = (0.0, 3.0, 6.0, 9.0)
    """Tried in turn: how many nats easier than other phrases it is believed. The model has never been trained to
    tell her word from any speech, so it may need it."""
    sure: float = 0.7
    """Confidence of her own repetitions at which it is easy enough: others of hers will be less like them."""


@dataclass(frozen=True)
class Refusal:
    """Why a word was not learnt. `code` is a key of prompts/<language>/teach.toml."""

    code: str
    other: str = ""
    """What it is too much like."""


class Guesses(Protocol):
    """One string of sounds a repetition may have been."""

    @property
    def reading(self) -> Reading: ...


class Transcribes(Protocol):
    """What is needed of a recogniser that listens to sounds alone."""

    sounds_id: str

    def guesses(self, repetition: Samples) -> Sequence[Guesses]:
        """The likeliest first."""

    def scores(self, readings: Sequence[Reading], repetitions: Sequence[Samples]) -> list[list[float]]:
        """Log likelihood of each repetition (columns) if this reading was said (rows)."""

    def spell(self, reading: Reading) -> Reading:
        """Its sounds."""


def pronounced(
    transcriber: Transcribes, repetitions: Sequence[Samples], strict: Strictness
) -> tuple[Reading, ...] | Refusal:
    """The one to three strings of sounds that explain all repetitions best."""
    sources: dict[Reading, set[int]] = {}
    for number, repetition in enumerate(repetitions):
        for guess in transcriber.guesses(repetition):
            sources.setdefault(guess.reading, set()).add(number)
    if {number for found in sources.values() for number in found} != set(range(len(repetitions))):
        return Refusal("nothing")
    readings = list(sources)
    scores = np.array(transcriber.scores(readings, repetitions))
    came_from = np.array([[n in sources[reading] for n in range(len(repetitions))] for reading in readings])
    if max(disagreements(scores, came_from)) > strict.disagreement_nats:
        return Refusal("differ")
    syllables = np.array([len(reading) for reading in readings])
    likely = scores - strict.syllable_nats * syllables[:, np.newaxis]
    chosen = [readings[row] for row in best_rows(likely, strict.another_way_nats)]
    if len(chosen[0]) > strict.most_syllables:
        return Refusal("long")
    enough = [
        reading
        for reading in chosen
        if len(reading) > 1 or len(transcriber.spell(reading)) >= strict.least_sounds
    ]
    return tuple(enough) if chosen[0] in enough else Refusal("short")


def disagreements(scores: NDArray[np.float64], came_from: NDArray[np.bool_]) -> list[float]:
    """For each repetition (column), how much worse the others' strings explain it than the best one does.

    scores, came_from: (strings, repetitions); nats, and whether a string was heard in a repetition.
    """
    found = []
    for repetition in range(scores.shape[1]):
        others = np.delete(came_from, repetition, axis=1).any(axis=1)
        best = scores[:, repetition].max()
        found.append(float(best - scores[others, repetition].max()) if others.any() else float("inf"))
    return found


def best_rows(scores: NDArray[np.float64], gain: float, most: int = PRONUNCIATIONS) -> list[int]:
    """The string that explains all repetitions best, then others while they together explain `gain` nats more.

    scores: (strings, repetitions).
    """
    chosen = [int(scores.sum(axis=1).argmax())]
    explained = scores[chosen[0]]
    while len(chosen) < min(most, len(scores)):
        totals = np.maximum(scores, explained).sum(axis=1)
        row = int(totals.argmax())
        if totals[row] - explained.sum() < gain:
            break
        chosen.append(row)
        explained = np.maximum(explained, scores[row])
    return chosen
