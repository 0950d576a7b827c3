"""Which concepts an utterance speaks of: classes of words, found where they stand in it. Pure.

A class is a handful of words that come to the same: {"secret": 验证码, 密码, …}. What an utterance means is then
told by which classes meet in it (`alarms`, `topics`), not by its wording.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from typing import NamedTuple

from voiceguide.events import Phrase, Reading

PLAIN = "plain"
"""The class of words that only hide what they hold: 共享单车 is no 共享."""


class Mention(NamedTuple):
    """A class is spoken of."""

    name: str
    start: int
    end: int
    """In syllables, as of a slice."""


_NO_NAMES: frozenset[str] = frozenset()


class Concepts:
    """The classes of one file."""

    def __init__(
        self,
        classes: Mapping[str, Iterable[str]],
        said_as: Mapping[str, str],
        read: Callable[[str], Phrase],
        least_heard: int | None = None,
    ) -> None:
        """`said_as`: other words for the same, sign for sign: {"俺": "我"}. `read`: gives text its sound.
        `least_heard`: a word of so many syllables is found by its sound. A shorter one, or any, counts only as it is
        written: by its sound alone it is found across the borders of others, 我爸 in 我把."""
        self._said_as, self._read = tuple(said_as.items()), read
        # Thousands of words, few sets of names: each set is kept once.
        shared: dict[frozenset[str], frozenset[str]] = {}
        self._written: dict[str, frozenset[str]] = {}
        self._sounding: dict[Reading, frozenset[str]] = {}
        for name, words in classes.items():
            for word in map(self.usual, words):
                names = self._written.get(word, _NO_NAMES) | {name}
                self._written[word] = shared.setdefault(names, names)
        for word, names in self._written.items():
            if least_heard is not None and len(word) >= least_heard:
                reading = read(word).reading
                names |= self._sounding.get(reading, _NO_NAMES)
                self._sounding[reading] = shared.setdefault(names, names)
        self._longest = max(map(len, self._written), default=0)

    def mentions(self, text: str) -> tuple[list[Mention], int]:
        """(all of them in the order they begin, none that lies within a plain word; syllables of the text)."""
        said = self._read(self.usual(text))
        found = dict.fromkeys(self._found(said))
        hidden = [each for each in found if each.name == PLAIN]
        seen = [
            each
            for each in found
            if each.name != PLAIN
            and not any(
                over.start <= each.start and each.end <= over.end and over[1:] != each[1:] for over in hidden
            )
        ]
        return seen, len(said.reading)

    def written(self, text: str) -> set[str]:
        """The classes with a word that stands written in it, wherever: quicker than `mentions`."""
        places = (
            text[start : start + length]
            for start in range(len(text))
            for length in range(1, min(self._longest, len(text) - start) + 1)
        )
        return {name for place in places for name in self._written.get(place, _NO_NAMES)}

    def usual(self, text: str) -> str:
        """With the usual words for the same."""
        for other, usual in self._said_as:
            text = text.replace(other, usual)
        return text

    def _found(self, said: Phrase) -> Iterator[Mention]:
        for start in range(len(said.text)):
            for end in range(start + 1, min(len(said.text), start + self._longest) + 1):
                names = self._written.get(said.text[start:end], _NO_NAMES)
                for name in sorted(names | self._sounding.get(said.reading[start:end], _NO_NAMES)):
                    yield Mention(name, start, end)


def named(mentions: Iterable[Mention], names: Container[str]) -> list[Mention]:
    """Those of these classes."""
    return [mention for mention in mentions if mention.name in names]
