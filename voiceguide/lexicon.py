"""Every wording by its sound, and the ways to read an utterance as wordings and chatter with no rest.

An utterance is a Reading. `parse` covers ALL of it, left to right, with wordings, chatter, polite questions and
stammering; a rest nobody knows means that there is no parse. Negation and contradiction cut a path off.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, product

from voiceguide.accents import accent_key, syllable_distance
from voiceguide.events import Reading
from voiceguide.phonetics import Readings
from voiceguide.wordings import ANY, NOTHING, Wordings

CHATTER, SOUND, BEFORE, AFTER = "chatter", "sound", "before", "after"

# Costs rank the parses of one utterance: few pieces, much of it covered by wordings.
WORDING_COST = 0.1
SOUND_COST = 0.05
CHATTER_COST = 0.4
SYLLABLE_OF_CHATTER_COST = 0.3
ACCENT_COST = 0.3
STAMMER_COST = 0.6

LONGEST_STAMMER_SYLLABLES = 3
LONGEST_FOR_ONE_SYLLABLE = 3
"""An utterance longer than this is not made of wordings of one syllable, save yes."""

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


Meaning = tuple[str, bool]
"""What a path means so far ("" before its first wording), and whether it is a polite question."""


class Lexicon:
    """Wordings of one language and one guide, indexed by sound."""

    def __init__(
        self, wordings: Wordings, readings: Readings, troubles: Mapping[str, Iterable[Reading]]
    ) -> None:
        """`troubles`: intent → the readings of its wordings."""
        self._entries: dict[Reading, list[Entry]] = defaultdict(list)
        self._masked: dict[tuple[int, Reading], list[Entry]] = defaultdict(list)
        self._longest = self._longest_masked = 0
        self._longest_from: dict[str, int] = {}
        self._together = wordings.together
        self._asked = frozenset(wordings.lists["request.intents"])
        self._spared = frozenset(wordings.lists["negation.spares"])
        self._too_short = frozenset(wordings.heard) - {"yes"}

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
        for intent, trouble in troubles.items():
            for reading in trouble:
                self._add(Entry(intent, reading))
        lists = wordings.lists
        add(NOTHING, lists["nothing.heard"])
        add(SOUND, lists["chatter.sounds"])
        add(CHATTER, (*lists["chatter.heard"], *lists["chatter.words"], *lists["chatter.remarks"]))
        add(BEFORE, lists["request.before"])
        add(AFTER, lists["request.after"])
        self._negations = frozenset(readings.toneless(text) for text in lists["negation.words"])
        self._negating = frozenset(word[0] for word in self._negations if len(word) == 1)
        self._longest_negation = max(map(len, self._negations))

    def _add(self, entry: Entry, may_be_misheard: bool = True) -> None:
        key = accent_key(entry.reading)
        entries = self._entries[key]
        if entry in entries:
            return
        entries.append(entry)
        self._longest = max(self._longest, len(key))
        self._longest_from[key[0]] = max(self._longest_from.get(key[0], 0), len(key))
        if may_be_misheard and entry.kind not in (CHATTER, SOUND, BEFORE, AFTER):
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

    def _ends(self, key: Reading, start: int) -> range:
        """Where a piece that begins at `start` may end."""
        return range(start + 1, min(len(key), start + self._longest_from.get(key[start], 0)) + 1)

    @staticmethod
    def _wordings(entries: Iterable[Entry], expecting: Container[str]) -> str:
        """The one intent these entries stand for, NOTHING where they contradict each other, "" for none."""
        intents = {entry.kind for entry in entries} - {CHATTER, SOUND, BEFORE, AFTER}
        if NOTHING in intents:
            return NOTHING
        if len(intents) > 1:
            intents = {intent for intent in intents if intent in expecting} or intents
        if len(intents) > 1:
            intents = {intent for intent in intents if family(intent) == "trouble"} or intents
        return next(iter(intents)) if len(intents) == 1 else NOTHING if intents else ""

    def combine(self, before: str, now: str) -> str | None:
        """What two intents in one utterance mean together; None where they contradict each other."""
        if not before or before == now:
            return now
        one, other = family(before), family(now)
        means = self._together.get((one, other))
        if means is None:
            means = self._together.get((one, ANY)) or self._together.get((other, ANY))
            if means == ANY:
                return now if (one, ANY) in self._together else before
        if means == NOTHING:
            return None
        if means == one:
            return before
        return now if means == other else means

    def negated(self, said: Reading, start: int) -> bool:
        """Does a word that turns the meaning around end right before `start`?"""
        longest = min(start, self._longest_negation)
        return any(said[start - length : start] in self._negations for length in range(1, longest + 1))

    # ------------------------------------------------------------------ whole utterances

    def paths(self, said: Reading, expecting: Container[str]) -> list[dict[Meaning, float]]:
        """For each place in the utterance: what all before it may mean, and at what cost."""
        key = accent_key(said)
        states: list[dict[Meaning, float]] = [{} for _ in range(len(said) + 1)]
        states[0][("", False)] = 0.0
        negated = [False] * len(states)
        polite = [False] * len(states)
        """Here ends 能不能 or the like, so the 不能 in it negates nothing."""
        for start in range(len(said)):
            if not states[start]:
                continue
            negated[start] = negated[start] or (not polite[start] and self.negated(said, start))
            for end in self._ends(key, start):
                for kind, cost in self.pieces(said[start:end], key[start:end], expecting):
                    # 停 or 不 inside a longer utterance is a part of some other word: 听不明白.
                    if end - start == 1 and len(said) > LONGEST_FOR_ONE_SYLLABLE and kind in self._too_short:
                        continue
                    negated[end] = negated[end] or (kind == SOUND and negated[start])
                    polite[end] = polite[end] or kind == BEFORE
                    self._advance(states[start], states[end], kind, cost, negated[start])
            for length in range(1, LONGEST_STAMMER_SYLLABLES + 1):
                again = said[start + length : start + 2 * length]
                if again == said[start : start + length]:
                    for meaning, cost in states[start].items():
                        _keep(states[start + length], meaning, cost + STAMMER_COST * length)
        return states

    def _advance(
        self, here: dict[Meaning, float], there: dict[Meaning, float], kind: str, cost: float, negated: bool
    ) -> None:
        for (before, asked), spent in here.items():
            if kind in (CHATTER, SOUND):
                _keep(there, (before, asked), spent + cost)
            elif kind == BEFORE or (kind == AFTER and before):
                _keep(there, (before, True), spent + cost)
            elif kind != AFTER:
                if negated and kind != before and family(kind) not in self._spared:
                    continue
                together = self.combine(before, kind)
                if together is not None:
                    _keep(there, (together, asked), spent + cost)

    def parse(self, said: Reading, expecting: Container[str]) -> str:
        """The intent this utterance means as a whole, NOTHING for a known near miss, "" without a parse."""
        ends = self.paths(said, expecting)[len(said)]
        meant = {
            meaning: cost for (meaning, asked), cost in ends.items() if meaning and (not asked or meaning in self._asked)
        }
        return min(meant, key=lambda meaning: (meant[meaning], meaning)) if meant else ""

    def without_sounds(self, said: Reading) -> Reading:
        """The utterance without its thinking aloud, also inside a wording: 再那个说一遍."""
        key, left, place = accent_key(said), list[str](), 0
        while place < len(said):
            for end in range(min(len(said), place + 4), place, -1):
                stretch = said[place:end]
                if any(e.kind == SOUND and e.reading == stretch for e in self._entries.get(key[place:end], ())):
                    place = end
                    break
            else:
                left.append(said[place])
                place += 1
        return tuple(left)

    # ------------------------------------------------------------------ less than whole

    def stretches(self, said: Reading) -> list[tuple[int, int]]:
        """What may be left when chatter is taken from both ends: (start, end), the longest first."""
        backward = self._chatter_ends(said[::-1], reverse=True)
        ends = [len(said) - place for place in backward]
        found = [(start, end) for start in self._chatter_ends(said) for end in ends if end > start]
        return sorted(found, key=lambda stretch: stretch[0] - stretch[1])

    def _chatter_ends(self, said: Reading, reverse: bool = False) -> list[int]:
        reached = {0}
        for start in range(len(said)):
            if start in reached:
                for end in range(start + 1, min(len(said), start + self._longest) + 1):
                    stretch = said[start:end][::-1] if reverse else said[start:end]
                    entries = self._entries.get(accent_key(stretch), ())
                    wanted = (CHATTER, SOUND, AFTER) if reverse else (CHATTER, SOUND, BEFORE)
                    if any(entry.reading == stretch and entry.kind in wanted for entry in entries):
                        reached.add(end)
        return sorted(reached)

    def nearly(self, said: Reading) -> set[str]:
        """Intents of the wordings that differ from this stretch in one syllable easily mistaken for another.

        Four syllables at least, five where the intent moves her; never by a syllable that negates.
        """
        key, found = accent_key(said), set[str]()
        for place in range(len(said) if 4 <= len(said) <= self._longest_masked else 0):
            for entry in self._masked.get((place, key[:place] + key[place + 1 :]), ()):
                now, meant = said[place], entry.reading[place]
                if {now, meant} & self._negating or syllable_distance(now, meant) >= 1:
                    continue
                if len(said) >= 5 or family(entry.kind) not in MOVING:
                    found.add(entry.kind)
        return found

    def wordings_at(self, said: Reading, expecting: Container[str]) -> Iterable[tuple[int, int, str]]:
        """(start, end, intent) of every wording anywhere in an utterance, by exact sound or accent."""
        key = accent_key(said)
        for start in range(len(said)):
            for end in self._ends(key, start):
                for kind, _ in self.pieces(said[start:end], key[start:end], expecting):
                    if kind not in (CHATTER, SOUND, BEFORE, AFTER):
                        yield start, end, kind


def _keep(states: dict[Meaning, float], meaning: Meaning, cost: float) -> None:
    if cost < states.get(meaning, float("inf")):
        states[meaning] = cost
