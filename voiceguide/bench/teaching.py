"""Words taught by people the model never heard: are they understood afterwards, and do they let anything else in?

Each person teaches her words as if nobody knew them, one to an intent. Her further takes must be understood; other
words of hers, and sentences of other voices, must not be taken for a command more often than before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from voiceguide.bench import BenchError
from voiceguide.bench.collection import Clip, Collection
from voiceguide.bench.figures import Tally
from voiceguide.bench.joining import voices
from voiceguide.bench.plan import rng_for
from voiceguide.bench.sentences import near_misses, offered
from voiceguide.ears.files import recognise_file
from voiceguide.ears.recogniser import Recogniser
from voiceguide.ears.transcriber import Transcriber, first_utterance
from voiceguide.events import SAMPLE_RATE, Heard, NoInput, Samples
from voiceguide.room.take import judge
from voiceguide.teaching.pronouncing import REPETITIONS, Refusal
from voiceguide.teaching.teaching import Teacher
from voiceguide.understanding.intents import Understanding
from voiceguide.understanding.personal import PersonalWord

MEANINGS = (
    "next", "repeat", "failed", "cannot", "pause", "resume", "previous", "slower", "louder", "help", "yes", "no",
)  # fmt: skip
"""What the words are taught to mean, by turns."""

ROUNDS = 2
"""After a refusal she is asked for three takes more, as in a lesson."""

LEAST_TAKES = REPETITIONS * ROUNDS + 2


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    words: int = 9
    """Taught by each person; her others are other speech."""
    takes: int = 100
    """Of each taught word, at most, besides those it was learnt from."""
    other_takes: int = 10
    """Of each other word of hers, at most."""
    sentences: int = 60
    """Joined of the syllables of other voices."""


@dataclass
class Person:
    """One person's results."""

    speaker: str
    learnt: dict[str, PersonalWord] = field(default_factory=dict)
    """What she says -> the word."""
    refused: dict[str, Refusal] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)
    missed: list[str] = field(default_factory=list)
    """said -> heard, for each take that was not understood."""
    others: int = 0
    other_seconds: float = 0.0
    accepted_without: list[str] = field(default_factory=list)
    accepted_with: list[str] = field(default_factory=list)
    """said -> heard, for other speech taken for a command."""

    def as_dict(self) -> dict[str, Any]:
        return {
            "speaker": self.speaker,
            "learnt": {
                said: [" ".join(reading) for reading in word.pronunciations]
                for said, word in self.learnt.items()
            },
            "refused": {said: f"{why.code} {why.other}".strip() for said, why in self.refused.items()},
            "right": self.tally.right,
            "wrong": self.tally.wrong,
            "rejected": self.tally.rejected,
            "right_percent": self.tally.right_percent,
            "missed": self.missed,
            "other_utterances": self.others,
            "other_seconds": round(self.other_seconds, 1),
            "false_accepts_without": self.accepted_without,
            "false_accepts_with": self.accepted_with,
        }


class Classroom:
    """One model and one guide."""

    def __init__(
        self,
        model: Path,
        cache: Path,
        understanding: Understanding,
        everything: Sequence[str],
        expecting: Sequence[str],
    ) -> None:
        """`everything`: what her words must differ from. `expecting`: what is listened for. Raises EarsError."""
        self._transcriber = Transcriber(model)
        self._recogniser = Recogniser(model, cache)
        self._understanding = understanding
        self._teacher = Teacher(self._transcriber, Recogniser(model, cache), understanding, everything)
        self._expecting = tuple(expecting)

    def close(self) -> None:
        self._transcriber.close()

    def measure(
        self, collection: Collection, speaker: str, size: Size, seed: int, tick: Callable[[], object]
    ) -> Person:
        """Everything with one person. `tick` is called after each utterance. Raises EarsError."""
        person = Person(speaker)
        takes = _takes(collection, speaker, seed)
        held_out = {
            said: self._taught(person, said, clips, collection)
            for said, clips in takes.items()
            if len(person.learnt) < size.words
        }
        known = list(person.learnt.values())
        hers, ours = self._understanding.with_personal(known), self._understanding
        self._recogniser.prepare(hers.word_list(self._expecting))
        for said, word in person.learnt.items():
            for samples in _heard(collection, held_out[said][: size.takes]):
                intent, text = self._understood(hers, samples)
                person.tally.add(word.intent, intent)
                if intent != word.intent:
                    person.missed.append(f"{said} -> {text or '-'}")
                tick()
        for said, samples in self._other(collection, person, takes, size, seed):
            person.others += 1
            person.other_seconds += samples.size / SAMPLE_RATE
            for understanding, accepted in ((ours, person.accepted_without), (hers, person.accepted_with)):
                intent, text = self._understood(understanding, samples)
                accepted += [f"{said} -> {text}"] if intent else []
            tick()
        return person

    def _taught(
        self, person: Person, said: str, clips: Sequence[Clip], collection: Collection
    ) -> Sequence[Clip]:
        """Teach it; gives the takes that were not used."""
        intent = MEANINGS[len(person.learnt) % len(MEANINGS)]
        for number in range(ROUNDS):
            mine = clips[number * REPETITIONS : (number + 1) * REPETITIONS]
            cut = [judge(first_utterance(samples), 1) for samples in _heard(collection, mine)]
            repetitions = [take.samples for take in cut if take.samples.size]
            label = f"{said}{len(person.learnt) + 1}"
            word = self._teacher.learn(intent, label, repetitions, list(person.learnt.values()), "2000-01-01")
            if isinstance(word, PersonalWord):
                person.learnt[said] = word
                person.refused.pop(said, None)
                return clips[(number + 1) * REPETITIONS :]
            person.refused[said] = word
        return []

    def _other(
        self, collection: Collection, person: Person, takes: dict[str, list[Clip]], size: Size, seed: int
    ) -> Iterator[tuple[str, Samples]]:
        for said, clips in takes.items():
            refusal = person.refused.get(said)
            # What is like a word she taught is not other speech: 背景 beside 北京.
            if said not in person.learnt and (refusal is None or refusal.code != "like-hers"):
                for samples in _heard(collection, clips[: size.other_takes]):
                    yield said, samples
        rng = rng_for(seed, "sentences", person.speaker)
        told = [*near_misses(), *offered()]
        speaking = voices(collection, self._understanding.readings)
        for number in range(size.sentences if speaking else 0):
            text = told[int(rng.integers(len(told)))]
            wave = speaking[number % len(speaking)].say(text, rng)
            if wave is not None:
                peak = float(np.abs(wave).max()) + 1e-9
                yield text, np.rint(wave / peak * 0.5 * 32_767).astype(np.int16)

    def _understood(self, understanding: Understanding, samples: Samples) -> tuple[str, str]:
        """(intent or "", what was heard)."""
        phrases, complete = understanding.word_list(self._expecting), understanding.complete(self._expecting)
        heard = recognise_file(self._recogniser, samples, phrases, complete)
        if isinstance(heard, NoInput):
            return "", ""
        event = understanding.understand(heard.text, self._expecting, heard.confidence)
        return (event.intent if isinstance(event, Heard) else ""), heard.text


def people(collection: Collection, size: Size) -> list[str]:
    """Those who said enough words often enough. Raises BenchError(no-data)."""
    found = [
        speaker for speaker in collection.speakers() if len(_takes(collection, speaker, 0)) >= size.words
    ]
    if not found:
        raise BenchError(
            "no-data",
            f"{collection.folder} 里没有人把 {size.words} 个词各说过 {LEAST_TAKES} 遍以上。",
            "请换一个录音文件夹，或者用 --words 写少一些。",
        )
    return found


def _takes(collection: Collection, speaker: str, seed: int) -> dict[str, list[Clip]]:
    """What she said often enough -> the takes; words and takes in an order of chance."""
    takes: dict[str, list[Clip]] = {}
    for clip in collection.clips:
        if clip.speaker == speaker and clip.kind != "syllable":
            takes.setdefault(clip.text, []).append(clip)
    enough = {said: clips for said, clips in sorted(takes.items()) if len(clips) >= LEAST_TAKES}
    rng = rng_for(seed, "takes", speaker)
    said = list(enough)
    order = [said[i] for i in rng.permutation(len(said))]
    return {each: [enough[each][i] for i in rng.permutation(len(enough[each]))] for each in order}


def _heard(collection: Collection, clips: Sequence[Clip]) -> Iterator[Samples]:
    for clip in clips:
        samples = collection.samples(clip)
        if samples is not None:
            yield samples
