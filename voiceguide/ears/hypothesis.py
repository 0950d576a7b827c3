"""What a recogniser makes of an utterance: words, what they are besides commands, and what they gained."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

LEAST_STRING_SECONDS, LEAST_STRING_SHARE = 0.8, 0.65
"""A string of digits is no shorter, for nobody says four digits faster, and so much of what was said. Digits are made
of few, common sounds: half a second of a television beside two commands passed for a code."""

UNKNOWN = "[unk]"
"""Speech that is none of the phrases."""


@dataclass(frozen=True)
class Word:
    """One word heard: a whole phrase where the model is ours, a part of one where it is another's."""

    text: str
    seconds: float
    confidence: float
    dbfs: float = 0.0
    """How loud the recording is there."""
    start_seconds: float = 0.0
    """In the utterance."""


@dataclass(frozen=True)
class Roles:
    """Words that are more than commands."""

    chatter: frozenset[str] = frozenset()
    """May stand beside a command: 嗯, 好的."""
    spotted: frozenset[str] = frozenset()
    """Count in the middle of unknown speech: words of fraud."""
    fillers: frozenset[str] = frozenset()
    """Of the chatter, what says nothing even alone: 那个. 好的 is a reply."""
    idle: frozenset[str] = frozenset()
    """Say nothing even alone, though they are no fillers: 谢谢."""
    asked: frozenset[str] = frozenset()
    """What the guide asks for, now or at other times: 是 after 请说，是."""
    expected: frozenset[str] = frozenset()
    """What means what the guide has just asked for, in whatever words: 有, 对 after 请说，是. And 停, at any time."""
    strung: frozenset[str] = frozenset()
    """Stand for a string of digits."""
    meanings: Mapping[str, str] = field(default_factory=dict)
    """Of words of which several mean the same: 好了 and 弄好了."""


NO_ROLES = Roles()


@dataclass(frozen=True)
class Hypothesis:
    """What one recogniser makes of the whole utterance."""

    words: tuple[Word, ...]
    log_likelihood: float

    def words_beside(self, roles: Roles) -> frozenset[str]:
        """The chatter that stands beside something else: 嗯 beside 下一步, but 好的 only beside what is no chatter."""
        said = {word.text for word in self.words} - {UNKNOWN}
        for chatter in (roles.chatter, roles.fillers):
            if said & chatter and said - chatter:
                return frozenset(said & chatter)
        return frozenset()

    def without_false_strings(self, roles: Roles) -> Hypothesis:
        """What cannot be a string of digits, or is only a small part of what was said, is unknown speech."""
        strings = [word for word in self.words if word.text in roles.strung]
        if not strings:
            return self
        seconds = sum(word.seconds for word in self.words if word.text != UNKNOWN)
        long_enough = max(word.seconds for word in strings) >= LEAST_STRING_SECONDS
        if long_enough and sum(word.seconds for word in strings) >= LEAST_STRING_SHARE * seconds:
            return self
        words = (replace(word, text=UNKNOWN) if word in strings else word for word in self.words)
        return Hypothesis(tuple(words), self.log_likelihood)


def unknown_around(heard: Hypothesis, words: Sequence[Word], roles: Roles) -> int:
    """How many stretches of unknown speech stand beside words to be spotted in it; 0 beside any other words."""
    if not all(word.text in roles.spotted for word in words):
        return 0
    return sum(word.text == UNKNOWN for word in heard.words)


def counting(heard: Hypothesis, words: Sequence[Word], roles: Roles) -> Sequence[Word]:
    """These words without the chatter beside a command."""
    beside = heard.words_beside(roles)
    return [word for word in words if word.text not in beside] or words


def gained(
    heard: Hypothesis,
    rival: Hypothesis,
    words: Sequence[Word],
    roles: Roles,
    most: Mapping[str, float],
    paid_around: float = 0.0,
) -> tuple[float, float]:
    """(what the words gained on "any speech", how many seconds of them count: not the chatter beside a command).
    `paid_around`: for the unknown speech beside them, which the rival has for nothing."""
    weighed = counting(heard, words, roles)
    margin = heard.log_likelihood - rival.log_likelihood + paid_around
    margin = min(margin, sum(most.get(word.text, math.inf) for word in weighed))
    return margin, max(0.1, sum(word.seconds for word in weighed))
