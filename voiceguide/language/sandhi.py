"""Tones as they change in running speech.

1. 一 is yi1 at the end, in numbers and ordinals, yi5 between two equal verbs (看一看, but not 一步一步), yi2
   before the fourth and the neutral tone, else yi4; 不 is bu2 before the fourth tone.
2. A third tone before a third tone becomes a second tone. Up to three in a row all give way but the last;
   longer rows are first divided at word boundaries.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from voiceguide.replacing import replace

NEUTRAL = 5
_DIGITS = frozenset("零幺一二三四五六七八九")
_ORDINAL = frozenset("第周初十百")
_DETERMINERS = frozenset("这那每某哪同另")
_CALENDAR = frozenset("月号日楼")


@dataclass(frozen=True)
class Syllable:
    """One hanzi and how it is spoken here."""

    hanzi: str
    pinyin: str
    """Without tone, ü written v: "lv"."""
    tone: int
    """1 … 4, 5 for the neutral tone; after sandhi."""

    @property
    def numbered(self) -> str:
        """ "lv4"."""
        return f"{self.pinyin}{self.tone}"


Word: TypeAlias = tuple[Syllable, ...]
"""Syllables spoken together."""


def in_running_speech(clause: Sequence[Word], settled: Sequence[bool]) -> tuple[Word, ...]:
    """The words of one clause (no pause inside), given in dictionary tones, as they are spoken.

    `settled`: for each word, whether its 一 and 不 are already right.
    """
    flat = [syllable for word in clause for syllable in word]
    words: list[Word] = []
    start = 0
    for word, is_settled in zip(clause, settled, strict=True):
        if not is_settled and any(syllable.hanzi in "一不" for syllable in word):
            word = tuple(
                _yi_or_bu(flat, start + index, ends_word=0 < index == len(word) - 1)
                for index in range(len(word))
            )
        words.append(word)
        start += len(word)
    return _third_tones(words)


def _yi_or_bu(clause: Sequence[Syllable], index: int, *, ends_word: bool) -> Syllable:
    syllable = clause[index]
    if syllable.hanzi not in "一不" or index + 1 == len(clause):
        return syllable
    following = clause[index + 1]
    if syllable.hanzi == "不":
        return replace(syllable, tone=2) if following.tone == 4 else syllable
    before = clause[index - 1].hanzi if index else ""
    if ends_word and before not in _DETERMINERS:
        return syllable
    before_that = clause[index - 2].hanzi if index > 1 else ""
    return replace(syllable, tone=_yi(before_that, before, following))


def _yi(before_that: str, before: str, following: Syllable) -> int:
    if before in _ORDINAL or before in _DIGITS or following.hanzi in _DIGITS | _CALENDAR:
        return 1
    if before == following.hanzi and before_that != "一":
        return NEUTRAL
    return 2 if following.tone in (4, NEUTRAL) else 4


def _third_tones(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words with every third tone before a third tone turned into a second tone."""
    tones = [syllable.tone for word in words for syllable in word]
    if (3, 3) not in pairwise(tones):
        return tuple(words)
    flat = [(syllable, index) for index, word in enumerate(words) for syllable in word]
    result: list[list[Syllable]] = [[] for _ in words]
    position = 0
    while position < len(flat):
        end = position
        while end < len(flat) and flat[end][0].tone == 3:
            end += 1
        for group in _groups(flat[position:end]):
            for syllable, word in group[:-1]:
                result[word].append(replace(syllable, tone=2))
            last, word = group[-1]
            result[word].append(last)
        if end < len(flat):
            syllable, word = flat[end]
            result[word].append(syllable)
        position = end + 1
    return tuple(tuple(word) for word in result)


def _groups(row: list[tuple[Syllable, int]]) -> list[list[tuple[Syllable, int]]]:
    """A row of third tones in groups of two or three that end where a word ends."""
    if len(row) <= 3:
        return [row] if row else []
    groups: list[list[tuple[Syllable, int]]] = [[]]
    for index, (syllable, word) in enumerate(row):
        groups[-1].append((syllable, word))
        ends_word = index + 1 == len(row) or row[index + 1][1] != word
        if ends_word and len(groups[-1]) >= 2 and len(row) - index - 1 >= 2:
            groups.append([])
    return groups
