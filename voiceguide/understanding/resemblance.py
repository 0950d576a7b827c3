"""Which of the sentences that were written down a sentence resembles most, by the words and parts of words that they
share; what many share counts for little. Pure, no words of its own.

Frames of concepts (`topics`) know what has to be spoken of; they do not know how people ask. The sentences do.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Mapping
from math import log, sqrt

LONGEST = 3
"""So many signs in a row are compared, at most."""
SECOND = 0.3
"""So much counts the second sentence of the same meaning that it resembles: one alone may be chance."""
SINGLE = 0.6
"""So much counts what is common to two sentences and only one sign long."""


def signs(text: str, skip: Container[str]) -> frozenset[str]:
    """What is written in it: single signs, two and three of them in a row. `skip`: those that tell nothing, unless
    there are no others."""
    spoken = [sign for sign in text if sign.isalnum()]
    telling = "".join(sign for sign in spoken if sign not in skip) or "".join(spoken)
    sizes = range(1, LONGEST + 1)
    return frozenset(telling[at : at + size] for size in sizes for at in range(len(telling) - size + 1))


class Resemblance:
    """Sentences, each with what it means."""

    def __init__(self, told: Iterable[tuple[str, str]], parts: Callable[[str], frozenset[str]]) -> None:
        """`told`: (meaning, sentence); `parts`: what a sentence is made of, with repetitions left out."""
        self._parts = parts
        sentences = [(meaning, parts(sentence)) for meaning, sentence in told]
        often = Counter(part for _, held in sentences for part in held)
        self._weights = {
            part: log(len(sentences) / count) * (SINGLE if len(part) == 1 else 1.0)
            for part, count in often.items()
        }
        self._rarest = log(2 * len(sentences)) if sentences else 0.0
        self._meanings = [meaning for meaning, _ in sentences]
        self._lengths = [self._length(held) for _, held in sentences]
        self._holding: dict[str, list[int]] = defaultdict(list)
        for number, (_, held) in enumerate(sentences):
            for part in sorted(held):
                self._holding[part].append(number)

    def meanings(self, sentence: str) -> Mapping[str, float]:
        """Meaning -> how much the sentences of that meaning resemble this one: 0 not at all … 1 + SECOND."""
        held = self._parts(sentence)
        shared: dict[int, float] = defaultdict(float)
        for part in sorted(held & self._weights.keys()):
            weight = self._weights[part] ** 2
            for number in self._holding[part]:
                shared[number] += weight
        length = self._length(held)
        alike: dict[str, list[float]] = defaultdict(list)
        for number, weight in shared.items():
            if self._lengths[number] > 0:
                alike[self._meanings[number]].append(weight / (length * self._lengths[number]))
        best = {meaning: sorted(values, reverse=True)[:2] for meaning, values in alike.items()}
        return {meaning: first + SECOND * sum(second) for meaning, (first, *second) in best.items()}

    def _length(self, held: Iterable[str]) -> float:
        return sqrt(sum(self._weights.get(part, self._rarest) ** 2 for part in sorted(held)))
