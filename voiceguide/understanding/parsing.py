"""The ways to read an utterance as wordings and chatter with no rest.

An utterance is a Reading. `parse` covers ALL of it, left to right, with wordings, chatter, polite questions and
stammering; a rest nobody knows means that there is no parse. Negation and contradiction cut a path off.
"""

from __future__ import annotations

from collections.abc import Container, Iterable

from voiceguide.events import Reading
from voiceguide.guides.drills import DRILL, KINDS
from voiceguide.language.accents import accent_key
from voiceguide.understanding.lexicon import Lexicon, family
from voiceguide.understanding.pieces import AFTER, AROUND, BEFORE, CHATTER, SOUND
from voiceguide.understanding.wordings import ANY, NOTHING, Wordings

STAMMER_COST = 0.6
LONGEST_STAMMER_SYLLABLES = 3
LONGEST_FOR_ONE_SYLLABLE = 3
"""An utterance longer than this is not made of wordings of one syllable, save yes."""

Meaning = tuple[str, bool]
"""What a path means so far ("" before its first wording), and whether it is a polite question."""


class Parser:
    """Reads utterances by one lexicon and the rules of phrases.toml."""

    def __init__(self, wordings: Wordings, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._together = wordings.together
        self._asked = frozenset(wordings.lists["request.intents"])
        self._spared = frozenset(wordings.lists["negation.spares"])
        self._too_short = frozenset(wordings.heard) - {"yes"}

    # ------------------------------------------------------------------ whole utterances

    def paths(self, said: Reading, expecting: Container[str]) -> list[dict[Meaning, float]]:
        """For each place in the utterance: what all before it may mean, and at what cost."""
        key = accent_key(said)
        states: list[dict[Meaning, float]] = [{} for _ in range(len(said) + 1)]
        states[0][("", False)] = 0.0
        negated = [False] * len(states)
        covered = [False] * len(states)
        """Here ends a longer word, so what sounds like a negation in it is none: 能不能, 全部, 下一步."""
        for start in range(len(said)):
            if not states[start]:
                continue
            negated[start] = negated[start] or (not covered[start] and self._lexicon.negated(said, start))
            for end in self._lexicon.ends(key, start):
                for kind, cost in self._lexicon.pieces(said[start:end], key[start:end], expecting):
                    # 停 or 不 inside a longer utterance is a part of some other word: 听不明白.
                    if end - start == 1 and len(said) > LONGEST_FOR_ONE_SYLLABLE and kind in self._too_short:
                        continue
                    negated[end] = negated[end] or (kind == SOUND and negated[start])
                    covered[end] = covered[end] or (
                        end - start > 1
                        and kind not in self._spared
                        and not self._lexicon.is_negation(said[start:end])
                    )
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
                if negated and kind != before and not {kind, family(kind)} & self._spared:
                    continue
                together = self.combine(before, kind)
                if together is not None:
                    _keep(there, (together, asked), spent + cost)

    def parse(self, said: Reading, expecting: Container[str]) -> str:
        """The intent this utterance means as a whole, NOTHING for a known near miss, "" without a parse."""
        ends = self.paths(said, expecting)[len(said)]
        meant = [
            (cost, meaning)
            for (meaning, asked), cost in ends.items()
            if meaning and (not asked or family(meaning) in self._asked)
        ]
        return min(meant)[1] if meant else ""

    def only_chatter(self, said: Reading, expecting: Container[str]) -> bool:
        """Is there nothing in it that means anything: 怎么回事啊?"""
        return any(not meaning for meaning, _ in self.paths(said, expecting)[len(said)])

    def combine(self, before: str, now: str) -> str | None:
        """What two intents in one utterance mean together; None where they contradict each other."""
        if not before or before == now:
            return now
        one, other = family(before), family(now)
        if one == other == DRILL:
            return min(before, now, key=_rank)  # 我挂了，我不信: the best of her answers counts
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

    def without_sounds(self, said: Reading) -> Reading:
        """The utterance without its thinking aloud, also inside a wording: 再那个说一遍."""
        left, place = list[str](), 0
        while place < len(said):
            for end in range(min(len(said), place + 4), place, -1):
                stretch = said[place:end]
                if self._lexicon.is_one_of((SOUND,), stretch):
                    place = end
                    break
            else:
                left.append(said[place])
                place += 1
        return tuple(left)

    # ------------------------------------------------------------------ less than whole

    def stretches(self, said: Reading, asking: bool) -> list[tuple[int, int]]:
        """What may be left when chatter is taken from both ends: (start, end), the longest first.

        `asking`: polite questions count as chatter.
        """
        before, after = (
            ((CHATTER, SOUND, BEFORE), (CHATTER, SOUND, AFTER)) if asking else [(CHATTER, SOUND)] * 2
        )
        ends = [len(said) - place for place in self._chatter_ends(said, after, reverse=True)]
        found = [(start, end) for start in self._chatter_ends(said, before) for end in ends if end > start]
        return sorted(found, key=lambda stretch: stretch[0] - stretch[1])

    def _chatter_ends(self, said: Reading, wanted: Iterable[str], reverse: bool = False) -> list[int]:
        """How far chatter reaches into an utterance from its beginning, or from its end."""
        said = said[::-1] if reverse else said
        reached = {0}
        for start in range(len(said)):
            if start in reached:
                for end in range(start + 1, min(len(said), start + self._lexicon.longest) + 1):
                    stretch = said[start:end][::-1] if reverse else said[start:end]
                    if self._lexicon.is_one_of(wanted, stretch):
                        reached.add(end)
        return sorted(reached)

    def wordings_at(self, said: Reading, expecting: Container[str]) -> Iterable[tuple[int, int, str]]:
        """(start, end, intent) of every wording anywhere in an utterance, by exact sound or accent."""
        key = accent_key(said)
        for start in range(len(said)):
            for end in self._lexicon.ends(key, start):
                for kind, _ in self._lexicon.pieces(said[start:end], key[start:end], expecting):
                    if kind not in AROUND:
                        yield start, end, kind


def _rank(kind: str) -> int:
    return KINDS.index(kind) if kind in KINDS else len(KINDS)


def _keep(states: dict[Meaning, float], meaning: Meaning, cost: float) -> None:
    if cost < states.get(meaning, float("inf")):
        states[meaning] = cost
