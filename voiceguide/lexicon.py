"""Every wording and every bit of chatter, found by its sound."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, product

from voiceguide.accents import accent_key, syllable_distance
from voiceguide.events import Reading
from voiceguide.phonetics import Readings
from voiceguide.wordings import NOTHING, Wordings

CHATTER, SOUND, BEFORE, AFTER = "chatter", "sound", "before", "after"
AROUND = frozenset({CHATTER, SOUND, BEFORE, AFTER})
"""What an utterance may hold besides wordings."""

# Costs rank the parses of one utterance: few pieces, much of it covered by wordings.
WORDING_COST = 0.1
SOUND_COST = 0.05
CHATTER_COST = 0.4
SYLLABLE_OF_CHATTER_COST = 0.3
ACCENT_COST = 0.3

MOVING = frozenset({"next", "previous", "restart", "stop", "failed", "trouble"})
"""Intents (without what follows a colon) that take her elsewhere; here we believe least."""


def family(intent: str) -> str:
    """trouble:no-icon -> trouble."""
    return intent.partition(":")[0]


@dataclass(frozen=True)
class Entry:
    """One piece an utterance may be made of."""

    kind: str
    """An intent, NOTHING, CHATTER, SOUND, BEFORE or AFTER."""
    reading: Reading
    place: str = ""
    """Means this only while this is expected; "": anywhere."""


class Lexicon:
    """Wordings of one language and one guide, indexed by sound."""

    def __init__(
        self, wordings: Wordings, readings: Readings, troubles: Mapping[str, Iterable[Reading]]
    ) -> None:
        """`troubles`: intent → the readings of its wordings."""
        self._entries: dict[Reading, list[Entry]] = defaultdict(list)
        self._masked: dict[tuple[int, Reading], list[Entry]] = defaultdict(list)
        self.longest = 0
        """Syllables of the longest piece."""
        self._longest_masked = 0
        self._longest_from: dict[str, int] = {}

        def all_readings(text: str) -> Iterable[Reading]:
            phrase = readings.phrase(text)
            either = [
                wordings.also_read.get(hanzi, (syllable,))
                for hanzi, syllable in zip(phrase.text, phrase.reading, strict=True)
            ]
            return {phrase.reading, *product(*either)}

        def add(kind: str, texts: Iterable[str]) -> None:
            for text in texts:
                for reading in all_readings(text):
                    self._add(Entry(kind, reading))

        for table in (wordings.heard, wordings.also):
            for intent, texts in table.items():
                add(intent, texts)
        for made in wordings.made:
            parts = [[reading for text in part for reading in all_readings(text)] for part in made.parts]
            for pieces in product(*parts):
                self._add(Entry(made.intent, tuple(chain.from_iterable(pieces))), may_be_misheard=False)
        lists = wordings.lists
        add(NOTHING, lists["nothing.heard"])
        endings = [readings.toneless(text) for text in lists["chatter.endings"]]
        for intent, theirs in troubles.items():
            for reading in theirs:
                self._add(Entry(intent, reading))
                for ending in endings:
                    if Entry(NOTHING, reading + ending) not in self._entries[accent_key(reading + ending)]:
                        self._add(Entry(intent, reading + ending), may_be_misheard=False)
        add(SOUND, lists["chatter.sounds"])
        add(CHATTER, (*lists["chatter.heard"], *lists["chatter.words"], *lists["chatter.remarks"]))
        add(BEFORE, lists["request.before"])
        add(AFTER, lists["request.after"])
        self._negations = frozenset(readings.toneless(text) for text in lists["negation.words"])
        self._negating = frozenset(word[0] for word in self._negations if len(word) == 1)
        self._longest_negation = max(map(len, self._negations))

    def add_answers(self, place: str, intent: str, theirs: Iterable[Reading]) -> None:
        """What means `intent` only while `place` is expected."""
        for reading in theirs:
            self._add(Entry(intent, reading, place), may_be_misheard=False)

    def add_personal(self, intent: str, said: Reading) -> None:
        """A word of hers, by the syllables that stand for it."""
        self._add(Entry(intent, said), may_be_misheard=False)

    def _add(self, entry: Entry, may_be_misheard: bool = True) -> None:
        key = accent_key(entry.reading)
        entries = self._entries[key]
        # A text without any hanzi has no sound; `linter` complains of it.
        if not key or entry in entries:
            return
        entries.append(entry)
        self.longest = max(self.longest, len(key))
        self._longest_from[key[0]] = max(self._longest_from.get(key[0], 0), len(key))
        if may_be_misheard and entry.kind not in AROUND:
            self._longest_masked = max(self._longest_masked, len(key))
            for place in range(len(key)):
                self._masked[place, key[:place] + key[place + 1 :]].append(entry)

    # ------------------------------------------------------------------ pieces

    def pieces(self, said: Reading, key: Reading, expecting: Container[str]) -> list[tuple[str, float]]:
        """(kind, cost) of everything this stretch of an utterance may be as a whole."""
        found = self._entries.get(key)
        if not found:
            return []
        exact = [entry for entry in found if entry.reading == said]
        # One syllable and an accent is too little to go by: 四 is not 是.
        wordings = self._wordings(exact, expecting)
        cost = WORDING_COST
        if not wordings and len(said) > 1:
            wordings = self._wordings(found, expecting)
            cost += ACCENT_COST
        made = [(wordings, cost)] if wordings else []
        for entry in found if len(said) > 1 else exact:
            strange = 0.0 if entry.reading == said else ACCENT_COST
            if entry.kind == SOUND:
                made.append((SOUND, SOUND_COST + strange))
            elif entry.kind in (CHATTER, BEFORE, AFTER):
                made.append((entry.kind, CHATTER_COST + SYLLABLE_OF_CHATTER_COST * len(said) + strange))
        return made

    def ends(self, key: Reading, start: int) -> range:
        """Where a piece that begins at `start` may end."""
        return range(start + 1, min(len(key), start + self._longest_from.get(key[start], 0)) + 1)

    @staticmethod
    def _wordings(entries: Iterable[Entry], expecting: Container[str]) -> str:
        """The one intent these entries stand for, NOTHING where they contradict each other, "" for none."""
        entries = [entry for entry in entries if entry.kind not in AROUND]
        answers = {entry.kind for entry in entries if entry.place and entry.place in expecting}
        if len(answers) == 1:  # She answers what was just asked: 没有 to 有没有, whatever it means elsewhere.
            return answers.pop()
        intents = {entry.kind for entry in entries if not entry.place}
        if len(intents) < 2:
            return next(iter(intents), "")
        # What a step expects in particular goes before what may be said anywhere: 没电了, 没点了.
        expected = {intent for intent in intents if intent in expecting}
        special = {intent for intent in expected if family(intent) == "trouble"}
        left = special or intents & {NOTHING} or expected or intents
        return left.pop() if len(left) == 1 else NOTHING

    def is_one_of(self, kinds: Container[str], said: Reading) -> bool:
        """Does this very reading stand for one of `kinds`?"""
        entries = self._entries.get(accent_key(said), ())
        return any(entry.reading == said and entry.kind in kinds for entry in entries)

    def is_negation(self, said: Reading) -> bool:
        """Is this, as a whole, a word that turns what follows around?"""
        return said in self._negations

    def negated(self, said: Reading, start: int) -> bool:
        """Does a word that turns the meaning around end right before `start`?"""
        longest = min(start, self._longest_negation)
        return any(said[start - length : start] in self._negations for length in range(1, longest + 1))

    def nearly(self, said: Reading) -> set[str]:
        """Intents of the wordings that differ from this stretch in one syllable easily mistaken for another.

        Four syllables at least, five where the intent moves her; never by a syllable that negates.
        """
        key, found = accent_key(said), set[str]()
        for place in range(len(said) if 4 <= len(said) <= self._longest_masked else 0):
            for entry in self._masked.get((place, key[:place] + key[place + 1 :]), ()):
                now, meant = said[place], entry.reading[place]
                # 0: every syllable is right, so there was another reason not to believe it.
                if {now, meant} & self._negating or not 0 < syllable_distance(now, meant) < 1:
                    continue
                if len(said) >= 5 or family(entry.kind) not in MOVING:
                    found.add(entry.kind)
        return found
