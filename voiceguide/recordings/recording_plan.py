"""What a volunteer is asked to say, in which order: every intent soon, what the guide asks for first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from voiceguide.events import Phrase
from voiceguide.recordings.recording_index import SENTENCE, WORD


@dataclass(frozen=True)
class Item:
    """One take to be made."""

    kind: str
    text: str
    syllables: int
    take: int
    """From 1."""


def commands(
    everywhere: Mapping[str, Sequence[Phrase]], elsewhere: Mapping[str, Sequence[Phrase]], asked: Iterable[str]
) -> tuple[Phrase, ...]:  # fmt: skip
    """Every wording once, in the order of asking.

    `everywhere`: intent -> wordings of what may be said at any time, `elsewhere`: of troubles. Within an
    intent what prompts ask for most often (`asked`: 好了) comes first, the rest as it is written. First one
    wording of each intent of `everywhere`; then one more of each and the troubles, by turns.
    """
    offered = Counter(asked)
    rounds = list(_rounds(everywhere, offered))
    then = zip_longest(_chained(rounds[1:]), _chained(_rounds(elsewhere, offered)))
    ordered = (
        [*rounds[0], *(phrase for pair in then for phrase in pair if phrase is not None)] if rounds else []
    )
    return tuple({phrase.text: phrase for phrase in ordered}.values())


def plan(words: Sequence[Phrase], sentences: Sequence[Phrase], takes: int) -> tuple[Item, ...]:
    """All takes in order: everything once before anything twice, the sentences spread among the words and
    once each, since there is no end of other speech."""
    made = [Item(WORD, each.text, len(each.reading), 1) for each in words]
    for number, each in enumerate(sentences, 1):
        place = number * (len(words) + len(sentences)) // len(sentences) - 1
        made.insert(place, Item(SENTENCE, each.text, len(each.reading), 1))
    for take in range(2, takes + 1):
        made += [Item(WORD, each.text, len(each.reading), take) for each in words]
    return tuple(made)


def _rounds(
    intents: Mapping[str, Sequence[Phrase]], offered: Mapping[str, int]
) -> Iterator[tuple[Phrase, ...]]:
    """One wording of each intent, then a second one of each that has so many, …"""
    by_offer = [sorted(each, key=lambda phrase: -offered.get(phrase.text, 0)) for each in intents.values()]
    by_offer.sort(key=lambda each: -sum(offered.get(phrase.text, 0) for phrase in each))
    for at_once in zip_longest(*by_offer):
        yield tuple(phrase for phrase in at_once if phrase is not None)


def _chained(rounds: Iterable[Sequence[Phrase]]) -> Iterator[Phrase]:
    return (phrase for one in rounds for phrase in one)
