"""Every wording and every bit of chatter, found by its sound."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from functools import lru_cache
from itertools import chain, product

from voiceguide.events import Reading
from voiceguide.language.accents import accent_key, syllable_distance
from voiceguide.language.phonetics import Readings
from voiceguide.understanding.pieces import AFTER, AROUND, BEFORE, CHATTER, SOUND, Piece, Pieces
from voiceguide.understanding.wordings import NOTHING, Wordings

# Costs rank the parses of one utterance: few pieces, much of it covered by wordings.
WORDING_COST = 0.1
SOUND_COST = 0.05
CHATTER_COST = 0.4
SYLLABLE_OF_CHATTER_COST = 0.3
ACCENT_COST = 0.3

MOVING = frozenset({"next", "previous", "restart", "stop", "failed", "trouble", "change", "guide"})
"""Intents (without what follows a colon) that take her elsewhere; here we believe least."""


def family(intent: str) -> str:
    """trouble:no-icon -> trouble."""
    return intent.partition(":")[0]


class Lexicon:
    """Wordings of one language and one guide, indexed by sound."""

    def __init__(
        self, wordings: Wordings, readings: Readings, troubles: Mapping[str, Iterable[Reading]]
    ) -> None:
        """`troubles`: intent → the readings of its wordings."""
        self._shared = _of_the_language(wordings, readings)
        """The same for every guide and everybody's own words: never added to."""
        self._own = Pieces()
        lists = wordings.lists
        endings = [readings.toneless(text) for text in lists["chatter.endings"]]
        for intent, theirs in troubles.items():
            for reading in theirs:
                self._add(Piece(intent, reading))
                for ending in endings:
                    if Piece(NOTHING, reading + ending) not in self._at(accent_key(reading + ending)):
                        self._add(Piece(intent, reading + ending), may_be_misheard=False)
        self._negations = frozenset(readings.toneless(text) for text in lists["negation.words"])
        self._negating = frozenset(word[0] for word in self._negations if len(word) == 1)
        self._longest_negation = max(map(len, self._negations))

    def add_answers(self, place: str, intent: str, theirs: Iterable[Reading]) -> None:
        """What means `intent` only while `place` is expected."""
        for reading in theirs:
            self._add(Piece(intent, reading, place), may_be_misheard=False)

    def add_personal(self, intent: str, said: Reading) -> None:
        """A word of hers, by the syllables that stand for it."""
        self._add(Piece(intent, said), may_be_misheard=False)

    def _add(self, piece: Piece, may_be_misheard: bool = True) -> None:
        key = accent_key(piece.reading)
        if piece not in self._shared.at(key):
            self._own.add(piece, key, may_be_misheard)

    def _at(self, key: Reading) -> list[Piece]:
        return [*self._shared.at(key), *self._own.at(key)]

    @property
    def longest(self) -> int:
        """Syllables of the longest piece."""
        return max(self._shared.longest, self._own.longest)

    # ------------------------------------------------------------------ pieces

    def pieces(self, said: Reading, key: Reading, expecting: Container[str]) -> list[tuple[str, float]]:
        """(kind, cost) of everything this stretch of an utterance may be as a whole."""
        found = self._at(key)
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
        longest = max(self._shared.longest_from(key[start]), self._own.longest_from(key[start]))
        return range(start + 1, min(len(key), start + longest) + 1)

    @staticmethod
    def _wordings(entries: Iterable[Piece], expecting: Container[str]) -> str:
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
        # 晚了会怎么样 is asked, though 完了会怎么样 is nothing.
        asked = {intent for intent in expected if family(intent) == "question"}
        left = (
            special or (asked if intents <= asked | {NOTHING} else intents & {NOTHING}) or expected or intents
        )
        return left.pop() if len(left) == 1 else NOTHING

    def is_one_of(self, kinds: Iterable[str], said: Reading) -> bool:
        """Does this very reading stand for one of `kinds`, each of which is one of AROUND?"""
        return not self._shared.around(said).isdisjoint(kinds)

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
        found = set[str]()
        if len(said) < 4:
            return found
        for piece, places in chain(self._shared.misheard(said), self._own.misheard(said)):
            if len(said) < 5 and family(piece.kind) in MOVING:
                continue
            for place in places:
                now, meant = said[place], piece.reading[place]
                # 0: every syllable is right, so there was another reason not to believe it.
                if not {now, meant} & self._negating and 0 < syllable_distance(now, meant) < 1:
                    found.add(piece.kind)
        return found


@lru_cache(maxsize=2)
def _of_the_language(wordings: Wordings, readings: Readings) -> Pieces:
    """All of phrases.toml. It takes a while, and who begins a session asks twice: without her own words and with."""
    pieces = Pieces()

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
                pieces.add(Piece(kind, reading), accent_key(reading))

    for table in (wordings.heard, wordings.also):
        for intent, texts in table.items():
            add(intent, texts)
    for made in wordings.made:
        parts = [[reading for text in part for reading in all_readings(text)] for part in made.parts]
        for chosen in product(*parts):
            reading = tuple(chain.from_iterable(chosen))
            pieces.add(Piece(made.intent, reading), accent_key(reading), may_be_misheard=False)
    lists = wordings.lists
    add(NOTHING, lists["nothing.heard"])
    add(SOUND, lists["chatter.sounds"])
    add(CHATTER, (*lists["chatter.heard"], *lists["chatter.words"], *lists["chatter.remarks"]))
    add(BEFORE, lists["request.before"])
    add(AFTER, lists["request.after"])
    return pieces
