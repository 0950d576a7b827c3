"""Learns a word nobody wrote down, from a few repetitions. Receives ports; imports no adapter.

    repetitions -> strings of sounds -> which explain all repetitions?  -> too short? do they agree?
                -> like another phrase or another word of hers?         -> heard among everything, thrice?
                -> PersonalWord, or Refusal

The method is SALAAM's (Qiao, Sherwani, Rosenfeld 2010). Refusing is half of it: a word that is heard by luck, or
that takes the place of 退出, is worse than none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np

from voiceguide.events import Heard, NoMatch, Phrase, Reading, Samples
from voiceguide.intents import Understanding
from voiceguide.likeness import distance
from voiceguide.personal import PersonalWord

REPETITIONS = 3
PRONUNCIATIONS = 3
"""The most ways to say one word."""

RISKY = frozenset({"stop", "restart", "fraud"})
"""Heard by mistake, these cost her what she has done, or frighten her."""


@dataclass(frozen=True)
class Strictness:
    """Measured on the dev voices of training/splits.toml."""

    another_way_nats: float = 4.0
    """A further pronunciation must explain the repetitions so much better, in all."""
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


class Turn(Protocol):
    def accept(self, samples: Samples) -> None: ...
    def result(self) -> tuple[str, float]: ...


class Recognises(Protocol):
    """What is needed of the recogniser that will listen to her afterwards."""

    def prepare(self, phrases: Sequence[Phrase]) -> None: ...
    def turn(self, phrases: Sequence[Phrase]) -> Turn: ...


class Teacher:
    """Knows what else is listened for, and with which model."""

    def __init__(
        self,
        transcriber: Transcribes,
        recogniser: Recognises,
        understanding: Understanding,
        expecting: Sequence[str],
        strictness: Strictness | None = None,
    ) -> None:
        """`expecting`: every intent of the guide. `understanding`: without personal words, or with others' only."""
        self._transcriber = transcriber
        self._recogniser = recogniser
        self._understanding = understanding
        self._knowing = lru_cache(maxsize=4)(understanding.with_personal)
        self._expecting = tuple(expecting)
        self._prepared: Understanding | None = None
        self._strict = strictness or Strictness()

    def learn(
        self,
        intent: str,
        label: str,
        repetitions: Sequence[Samples],
        known: Sequence[PersonalWord],
        day: str,
    ) -> PersonalWord | Refusal:
        """The word these repetitions are takes of. `known`: her other words. Raises EarsError."""
        readings = pronounced(self._transcriber, repetitions, self._strict)
        if isinstance(readings, Refusal):
            return readings
        word = PersonalWord(label, intent, readings, self._transcriber.sounds_id, day)
        return self._too_like(word, known) or self._misheard(word, known, repetitions) or word

    def heard(
        self, words: Sequence[PersonalWord], repetition: Samples, without: PersonalWord | None = None
    ) -> Heard | NoMatch:
        """What the guide would make of it while everything is expected. `without`: listen, but not for this one.

        Raises EarsError.
        """
        everything = self._knowing(tuple(words))
        asked = self._knowing(tuple(word for word in words if word != without)) if without else everything
        if self._prepared is not everything:
            self._recogniser.prepare(everything.word_list(self._expecting))
            self._prepared = everything
        turn = self._recogniser.turn(asked.word_list(self._expecting))
        turn.accept(repetition)
        text, confidence = turn.result()
        return asked.understand(text, self._expecting, confidence)

    def _too_like(self, word: PersonalWord, known: Iterable[PersonalWord]) -> Refusal | None:
        spell = self._transcriber.spell
        least = self._strict.least_distance
        risky_least = self._strict.least_risky_distance
        ours = [spell(reading) for reading in word.pronunciations]
        for intent in self._expecting:
            if intent == word.intent:
                continue
            needed = risky_least if {intent, word.intent} & RISKY else least
            for phrase in self._understanding.phrases((intent,)):
                theirs = spell(phrase.reading)
                if any(distance(mine, theirs, needed) < needed for mine in ours):
                    return Refusal("like-ours", phrase.text)
        for other in known:
            if other.intent == word.intent:
                continue
            needed = risky_least if {other.intent, word.intent} & RISKY else least
            theirs_all = [spell(reading) for reading in other.pronunciations]
            if any(distance(a, b, needed) < needed for a in ours for b in theirs_all):
                return Refusal("like-hers", other.label)
        return None

    def _misheard(
        self, word: PersonalWord, known: Sequence[PersonalWord], repetitions: Sequence[Samples]
    ) -> Refusal | None:
        """By the recogniser itself, among everything it listens for."""
        words = [*known, word]
        heard = [self.heard(words, repetition) for repetition in repetitions]
        others = [each for each in heard if isinstance(each, Heard) and each.intent != word.intent]
        right = sum(isinstance(each, Heard) and each.intent == word.intent for each in heard)
        if others:
            return self._named(others[0], known)
        risky = word.intent in RISKY
        if right < (len(heard) if risky else min(len(heard), REPETITIONS - 1)):
            return Refusal("unsure")
        if risky:
            without = [self.heard(words, repetition, word) for repetition in repetitions]
            near = [each for each in without if isinstance(each, Heard) and each.intent != word.intent]
            if near:
                return self._named(near[0], known)
        return None

    @staticmethod
    def _named(heard: Heard, known: Iterable[PersonalWord]) -> Refusal:
        hers = [word.label for word in known if word.text in heard.transcript]
        return Refusal("like-hers", hers[0]) if hers else Refusal("like-ours", heard.transcript)


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
    chosen = [readings[row] for row in best_rows(scores, strict.another_way_nats)]
    if len(chosen[0]) > strict.most_syllables:
        return Refusal("long")
    enough = [
        reading
        for reading in chosen
        if len(reading) > 1 or len(transcriber.spell(reading)) >= strict.least_sounds
    ]
    return tuple(enough) if chosen[0] in enough else Refusal("short")


def disagreements(scores: np.ndarray, came_from: np.ndarray) -> list[float]:
    """For each repetition (column), how much worse the others' strings explain it than the best one does.

    scores, came_from: (strings, repetitions); nats, and whether a string was heard in a repetition.
    """
    found = []
    for repetition in range(scores.shape[1]):
        others = np.delete(came_from, repetition, axis=1).any(axis=1)
        best = scores[:, repetition].max()
        found.append(float(best - scores[others, repetition].max()) if others.any() else float("inf"))
    return found


def best_rows(scores: np.ndarray, gain: float, most: int = PRONUNCIATIONS) -> list[int]:
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
