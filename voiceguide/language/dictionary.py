"""What a hanzi and what a phrase is read like when nobody decided otherwise: pypinyin's answers, from a table.

`script/dictionary.py` wrote the table. pypinyin itself would take 55 MB of a process that listens, these take four.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np

FILE = Path(__file__).with_name("dictionary.txt")


class Dictionary:
    """Looks things up in the text of the table, which stays one: a Python object for each phrase is what costs."""

    def __init__(self, lines: Iterable[str]) -> None:
        """Of the table, without line ends."""
        self._phrases: dict[str, str] = {}
        """First hanzi -> " phrase phrase=reading … "."""
        self._readings: list[str] = []
        hanzi, numbers = list[str](), array("H")
        in_phrases = False
        for line in lines:
            if not line:
                in_phrases = True
            elif in_phrases:
                self._phrases[line[0]] = f" {line} "
            elif not line.startswith("#"):
                reading, _, theirs = line.partition(" ")
                hanzi.append(theirs)
                numbers.extend([len(self._readings)] * len(theirs))
                self._readings.append(reading)
        codes = np.frombuffer("".join(hanzi).encode("utf-32-le"), "<u4")
        order = np.argsort(codes)
        self._hanzi = codes[order].tobytes().decode("utf-32-le")
        """All of them, in order."""
        self._reading_of = array("H", np.asarray(numbers)[order].tobytes())
        """For each of `_hanzi` the number of its reading."""

    @classmethod
    @lru_cache(maxsize=1)
    def shipped(cls) -> Dictionary:
        """Raises OSError."""
        with FILE.open(encoding="utf-8") as lines:
            return cls(line.rstrip("\n") for line in lines)

    def __contains__(self, hanzi: str) -> bool:
        place = bisect_left(self._hanzi, hanzi)
        return self._hanzi[place : place + 1] == hanzi

    def alone(self, hanzi: str) -> str:
        """ "bu4" of 不. Raises KeyError."""
        place = bisect_left(self._hanzi, hanzi)
        if self._hanzi[place : place + 1] != hanzi:
            raise KeyError(hanzi)
        return self._readings[self._reading_of[place]]

    def reading(self, hanzi: str) -> tuple[str, ...]:
        """By the phrases it holds, else hanzi by hanzi. Raises KeyError where one is no hanzi."""
        found: list[str] = []
        for word in self.cut(hanzi):
            found += self._of_phrase(word)
        return tuple(found)

    def cut(self, text: str) -> Iterator[str]:
        """The text as phrases, the longest first from the left; what belongs to none character by character."""
        start = 0
        while start < len(text):
            end, unfinished = self._longest(text, start)
            if (
                end == start and unfinished
            ):  # all that is left begins a phrase and holds none: so pypinyin cuts
                yield from text[start:]
                return
            end = max(end, start + 1)
            yield text[start:end]
            start = end

    def _longest(self, text: str, start: int) -> tuple[int, bool]:
        """Where the longest phrase at `start` ends (`start`: there is none), and whether all that is left is the
        beginning of one."""
        known = self._phrases.get(text[start], "")
        longest, place = start, 0
        for end in range(start + 2, len(text) + 1):
            if text[end - 1] in " =":  # these divide the table
                return longest, False
            place = known.find(f" {text[start:end]}", place)
            if place < 0:
                return longest, False
            if (
                known[place + 1 + end - start] in " ="
            ):  # in order, so what is a phrase stands before what goes on
                longest = end
        return longest, bool(known)

    def _of_phrase(self, word: str) -> Iterable[str]:
        _, special, rest = self._phrases.get(word[0], "").partition(f" {word}=")
        return rest[: rest.index(" ")].split(",") if special else map(self.alone, word)
