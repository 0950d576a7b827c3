"""Learns a word nobody wrote down, from a few repetitions. Receives ports; imports no adapter.

    repetitions -> strings of sounds -> which explain all repetitions?  -> too short? do they agree?
                -> like another phrase or another word of hers?         -> heard among everything, thrice?
                -> PersonalWord, or Refusal

The method is SALAAM's (Qiao, Sherwani, Rosenfeld 2010). Refusing is half of it: a word that is heard by luck, or
that takes the place of 退出, is worse than none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Protocol

from voiceguide.events import Belief, Heard, NoMatch, Phrase, Samples
from voiceguide.language.likeness import distance
from voiceguide.teaching.pronouncing import REPETITIONS, Refusal, Strictness, Transcribes, pronounced
from voiceguide.understanding.intents import Understanding
from voiceguide.understanding.personal import PersonalWord

RISKY = frozenset({"stop", "restart", "fraud"})
"""Heard by mistake, these cost her what she has done, or frighten her."""


class Turn(Protocol):
    def accept(self, samples: Samples) -> None: ...
    def result(self, thorough: bool = True) -> Belief: ...


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
        return self._too_like(word, known) or self._tried(word, known, repetitions)

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
        belief = turn.result()
        return asked.understand(belief.text, self._expecting, belief.confidence)

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

    def _tried(
        self, word: PersonalWord, known: Sequence[PersonalWord], repetitions: Sequence[Samples]
    ) -> PersonalWord | Refusal:
        """By the recogniser itself, among everything it listens for: as easy to believe as it must be, no easier."""
        risky = word.intent in RISKY
        enough = len(repetitions) if risky else min(len(repetitions), REPETITIONS - 1)
        result: PersonalWord | Refusal = Refusal("unsure")
        most = 0
        for ease in self._strict.eases:
            trial = replace(word, ease=ease)
            heard = self._heard_all((*known, trial), repetitions)
            if other := next((each for each in heard if each.intent != word.intent), None):
                return self._named(other, known)
            believed = sum(each.confidence >= self._strict.sure for each in heard)
            if believed > most and believed >= enough:
                result, most = trial, believed
            if believed == len(repetitions):
                break
        if risky and isinstance(result, PersonalWord):
            without = self._heard_all((*known, result), repetitions, result)
            if other := next((each for each in without if each.intent != word.intent), None):
                return self._named(other, known)
        return result

    def _heard_all(
        self,
        words: Sequence[PersonalWord],
        repetitions: Sequence[Samples],
        without: PersonalWord | None = None,
    ) -> list[Heard]:
        heard = (self.heard(words, repetition, without) for repetition in repetitions)
        return [each for each in heard if isinstance(each, Heard)]

    @staticmethod
    def _named(heard: Heard, known: Iterable[PersonalWord]) -> Refusal:
        hers = [word.label for word in known if word.text in heard.transcript]
        return Refusal("like-hers", hers[0]) if hers else Refusal("like-ours", heard.transcript)
