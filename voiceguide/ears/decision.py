"""Was it one of the phrases, and how sure are we? Arithmetic on what two recognisers made of the same
utterance.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from types import MappingProxyType
from typing import Self

from voiceguide.ears.hypothesis import (
    NO_ROLES,
    UNKNOWN,
    Hypothesis,
    Roles,
    Word,
    counting,
    gained,
    unknown_around,
)
from voiceguide.ears.vocabulary import DESCRIPTION
from voiceguide.events import Belief

MOST_FILLERS = 2
"""Who says 啊 more often before her word is a melody."""

AMID_SPEECH = 0.2
"""The confidence of an answer amid other speech. Two of them together are still no certainty."""

SURE_AMID_SPEECH = 0.8
"""So sure words to be spotted amid unknown speech must be: 40 sentences of swindles in a synthetic voice brought 8
warnings (3 while they paid for the speech around them), 50 innocent ones 1 and 1, 404 utterances of people none."""

SETTLED = 0.73
"""What several hearings together are so sure of needs no further one."""

@dataclass(frozen=True)
class Weighed:
    """Phrases that were heard, and how sure that is; whether to believe it is judged later."""

    words: tuple[str, ...]
    confidence: float
    amid_speech: bool = False
    """An answer amid other speech."""
    spotted: bool = False
    """Words to be spotted, amid other speech."""

    @property
    def text(self) -> str:
        return "".join(self.words)


NOTHING = Belief("", 0.0)


@dataclass(frozen=True)
class Decision:
    """When a phrase is believed. A model of ours brings its own numbers in its description, under
    "decision".
    """

    against_rival: bool = False
    """True: a second recogniser that knows only "any speech" must be beaten. False: judge by the words' own
    confidences, as other makers' models need; with ours wrong phrases often carry 1.0.
    """
    margin_per_second: float = 13.4
    """So much log likelihood a phrase must gain on "any speech" in each second: "any speech" may choose its
    sounds freely, but pays for each."""
    margin_allowance: float = 15.4
    """So much less is enough: a phrase pays at its beginning, and a short one cannot earn that back."""
    asked_allowance: float = 0.0
    """So much less still is enough for what the guide asks for: so short a word as 是 could never gain the rest."""
    expected_allowance: float = 0.0
    """Where it is more, instead of it for what answers the question just asked: mostly that is what is said."""
    margin_slope: float = 0.245
    """How fast confidence grows with what is gained beyond that."""
    least_confidence: float = 0.5
    """Below it, it is not believed."""
    least_to_ask: float = 1.0
    """Below least_confidence, but not below this: worth asking whether she said it."""
    least_to_hear_again: float = 1.0
    """What is at least so sure, and not yet sure_at_once, is heard again as from other mouths (agreement)."""
    sure_at_once: float = 0.9
    agreement_allowance: float = 0.0
    """So much is added to the mean of these hearings: to agree is harder than to be right once."""
    ignored_unknown_seconds: float = 0.0
    """Unknown sounds beside a phrase that together last no longer are a breath or a smack."""
    unknown_quieter_db: float = math.inf
    """Unknown sounds so much quieter than the phrase are the room's, however long."""
    known_quieter_db: float = 8.0
    """So are phrases: a television's words beside hers."""

    @classmethod
    def of(cls, model: Path) -> Self:
        """The numbers in the model's description, else the defaults for ours; other makers' have none.

        Raises ValueError, TypeError where the description is damaged.
        """
        description = model / DESCRIPTION
        if not description.is_file():
            return cls()
        given = json.loads(description.read_text(encoding="utf-8")).get("decision", {})
        known = {each.name: given[each.name] for each in fields(cls) if each.name in given}
        return cls(**{"against_rival": True, **known})

    def weigh(
        self,
        heard: Hypothesis,
        rival: Hypothesis | None,
        roles: Roles = NO_ROLES,
        most: Mapping[str, float] = MappingProxyType({}),
        choice: float = 0.0,
    ) -> Weighed | None:
        """Where the rest is unknown, the words to be spotted alone are the text. None: no phrase was heard.

        most: what each phrase could gain on "any speech" at the most, were it said exactly so. More than that only
        tells that the rival lost its way. choice: what `heard` pays for each word of its, and its rival but once.
        """
        words = self.believable(heard, roles)
        amid_speech = [] if words else self._answering(heard, roles)
        words = words or amid_speech
        if not words:
            return None
        around = 0
        if rival is None:
            confidence = min(word.confidence for word in words)
        else:
            around = unknown_around(heard, words, roles)
            margin, seconds = gained(heard, rival, words, roles, most, choice * around)
            beyond = margin - self.margin_per_second * seconds
            counted = counting(heard, words, roles)
            # 继续下一步继续下一步, 有了成了出来了: no surer than one of them, or a television is sure in the end.
            if beyond > 0.0 and not any(word.text in roles.spotted for word in counted):
                beyond /= len(counted)
            beyond += self.margin_allowance + self._allowance({word.text for word in words}, roles)
            confidence = 1.0 / (1.0 + math.exp(-_within(self.margin_slope * beyond)))
        return Weighed(tuple(word.text for word in words), confidence, bool(amid_speech), around > 0)

    def is_doubtful(self, weighed: Weighed | None) -> bool:
        """Is it worth hearing again?"""
        if weighed is None or weighed.amid_speech or weighed.spotted:
            return False
        return self.least_to_hear_again <= weighed.confidence < self.sure_at_once

    def is_settled(self, weighed: Weighed | None) -> bool:
        """Is it clear after several hearings, so that one more will change nothing?"""
        return weighed is None or not self.least_to_ask < weighed.confidence < SETTLED

    def judge(self, weighed: Weighed | None) -> Belief:
        """Is it believed?"""
        if weighed is None:
            return NOTHING
        text, confidence = weighed.text, weighed.confidence
        if weighed.amid_speech:
            return Belief("", AMID_SPEECH, text) if confidence >= self.least_confidence else NOTHING
        if weighed.spotted:
            return Belief(text if confidence >= SURE_AMID_SPEECH else "", confidence)
        if confidence >= self.least_confidence:
            return Belief(text, confidence)
        return Belief("", confidence, text if confidence >= self.least_to_ask else "")

    def _allowance(self, said: set[str], roles: Roles) -> float:
        if said & roles.expected and said <= roles.expected | roles.chatter:
            return max(self.expected_allowance, self.asked_allowance)
        return self.asked_allowance if said <= roles.asked | roles.expected | roles.chatter else 0.0

    def believable(self, heard: Hypothesis, roles: Roles) -> list[Word]:
        """The phrases, where nothing else is said beside them; words to be spotted in any case."""
        words, loudest = self._hers(heard)
        if sum(word.text in roles.fillers for word in words) > MOST_FILLERS:
            return []
        said = [word.text for word in words if word.text not in roles.fillers]
        if said and words[-1].text in roles.fillers and len(words[-1].text) > 1:
            return []  # 不是…那个: she goes on to say something else. 好了啊 has ended.
        loud_dbfs = loudest - self.unknown_quieter_db
        unknown = [word for word in heard.words if word.text == UNKNOWN and word.dbfs > loud_dbfs]
        if sum(word.seconds for word in unknown) > self.ignored_unknown_seconds:
            return [word for word in words if word.text in roles.spotted]
        return words

    def _hers(self, heard: Hypothesis) -> tuple[list[Word], float]:
        """The phrases without those of the room, and how loud the loudest is."""
        loudest = max((word.dbfs for word in heard.words if word.text != UNKNOWN), default=-math.inf)
        quietest = loudest - self.known_quieter_db
        return [word for word in heard.words if word.text != UNKNOWN and word.dbfs >= quietest], loudest

    def her_part(self, heard: Hypothesis) -> tuple[float, float] | None:
        """(start, end) in seconds of what is loud enough to be hers. None: nothing is, or all is."""
        _, loudest = self._hers(heard)
        quieter_db = {True: self.unknown_quieter_db, False: self.known_quieter_db}
        hers = [word for word in heard.words if word.dbfs >= loudest - quieter_db[word.text == UNKNOWN]]
        if not hers or len(hers) == len(heard.words):
            return None
        return min(word.start_seconds for word in hers), max(word.start_seconds + word.seconds for word in hers)

    def _answering(self, heard: Hypothesis, roles: Roles) -> list[Word]:
        """这个手机我摸不来，好了: an answer to what was asked, amid speech that is none of the phrases. Worth a
        question, where 没听清 would be the reply otherwise. Not 是 or 有: every sentence has one."""
        if all(word.text != UNKNOWN for word in heard.words):
            return []  # refused for another reason
        words, _ = self._hers(heard)
        answers = {word.text for word in words} - roles.chatter
        if len(answers) != 1 or not answers <= roles.expected or len(*answers) < 2:
            return []
        return [word for word in words if word.text in answers][-1:]


def _within(exponent: float) -> float:
    return max(-60.0, min(60.0, exponent))
