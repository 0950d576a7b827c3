"""Takes [classes] and [said_as] out of a TOML file: the form that fraud.toml and topics.toml share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import prod

from voiceguide.content import did_you_mean
from voiceguide.events import Phrase
from voiceguide.language.concepts import Concepts
from voiceguide.tables import Source, Table

MOST_MADE = 2000
"""Every word a class is made of is kept: two lists too many and there are a hundred thousand."""


@dataclass(frozen=True, eq=False)
class ConceptWords:
    """The classes as they are written."""

    classes: Mapping[str, tuple[str, ...]]
    said_as: Mapping[str, str]

    def concepts(self, read: Callable[[str], Phrase], least_heard: int | None = None) -> Concepts:
        """`read`: gives text its sound; `least_heard`: see Concepts."""
        return _concepts(self, read, least_heard)


@lru_cache(maxsize=4)
def _concepts(words: ConceptWords, read: Callable[[str], Phrase], least_heard: int | None) -> Concepts:
    """Thousands of words are read, and every guide and everybody's own words ask for the same."""
    return Concepts(words.classes, words.said_as, read, least_heard)


def concept_words(source: Source) -> ConceptWords:
    """Reports to `source` what is wrong."""
    classes = {name: _words(table) for name, table in source.root.tables("classes").items()}
    said_as = source.root.table("said_as")
    usual = {other: said_as.string(other) for other in said_as.data}
    for other, word in usual.items():
        if len(other) != len(word):
            said_as.report(other, "unequal-signs", f"“{other}”和“{word}”字数不同。", "请写字数一样的词。")
    return ConceptWords(classes, usual)


def known_classes(table: Table, name: str, known: Iterable[str]) -> tuple[str, ...]:
    """A list of names of classes, which may be left out."""
    names = table.strings(name, least=0, optional=True)
    for wrong in sorted({*names} - {*known}):
        table.report(
            name, "unknown-class", f"没有“{wrong}”这一类词。", did_you_mean(wrong, known) or "请改名。"
        )
    return names


def _words(table: Table) -> tuple[str, ...]:
    table.only(("words", "made"))
    words = table.strings("words", optional="made" in table)
    made = table.data.get("made", [])
    if not _is_lists(made):
        table.report("made", "wrong-type", "这里应该是几组文字列表。", '请写成 [[["叫", "让"], ["我"]]]。')
        return words
    if sum(prod(map(len, parts)) for parts in made) > MOST_MADE:
        table.report("made", "too-many-words", f"拼出来的词超过{MOST_MADE}个。", "请少写一组，或者分成两类。")
        return words
    joined = ("".join(chosen) for parts in made for chosen in product(*parts))
    return tuple(dict.fromkeys((*words, *joined)))


def _is_lists(made: object) -> bool:
    return isinstance(made, list) and all(
        isinstance(parts, list)
        and all(isinstance(part, list) and all(isinstance(text, str) for text in part) for part in parts)
        for parts in made
    )
