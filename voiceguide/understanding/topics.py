"""prompts/<language>/topics.toml: which question of a guide she asks, by what it is about. Pure but for reading.

Two witnesses. A question says which classes of words have to meet in what she says (`about`); what they leave
unexplained must be little, or the question is another one, which nobody answers: 医保卡怎么办 is not 怎么办. And what
she says resembles sentences that were written down, of this question, of another, or of those that nothing answers
(`resemblance`). Where both agree she is answered; where they do not, or hardly, she is asked whether that is what
she means; a wrong answer is worse than either.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path

from voiceguide.events import Phrase
from voiceguide.guides.guide import Question
from voiceguide.language.concept_file import ConceptWords, concept_words, known_classes
from voiceguide.language.concepts import Concepts, Mention, named
from voiceguide.tables import Source
from voiceguide.understanding.resemblance import Resemblance, signs

FILE = "topics.toml"

_PAUSES = re.compile(r"[，。！？,!?；;…]")
_ASKED = re.compile(r"[？?]")
LEAST_CLAUSE = 4
"""Signs; a shorter part of what she says is no question of its own."""

ASKS = "?"
"""In `about`: the utterance has to ask."""

FITS, EXPLAINED = 0.1, 0.3
"""Evidence that the classes of a question meet; and what it is worth besides if they explain all of her words. It is
added to how much she says it like others (0 … 1.3)."""
WORTH_ASKING = 0.22
"""From so much evidence on she is asked whether she means it;"""
ANSWERED, APART = 0.45, 0.15
"""from so much on she is answered, if no other question comes so near;"""
LIKELY, FAR_APART = 0.3, 0.2
"""or already from so much on, if it asks, its classes meet and none comes near at all."""
HEARD_OF = 0.1
"""Said like nobody before, the meeting of classes is never more than worth asking."""


@dataclass(frozen=True)
class Topic:
    """What she may be asking."""

    intent: str = ""
    """"": nothing that is known."""
    sure: bool = False
    other: str = ""
    """Comes so near that it may be that instead."""
    elsewhere: bool = False
    """It speaks of what is no guide's business."""


NO_TOPIC, ELSEWHERE = Topic(), Topic(elsewhere=True)


@dataclass(frozen=True)
class Rest:
    """How much of an utterance may be left unexplained."""

    never: tuple[str, ...]
    """Classes that are no guide's business: nothing is answered."""
    free: tuple[str, ...]
    """Classes that say nothing by themselves."""
    subject: tuple[str, ...]
    """Classes that show that she speaks of the guide's own business."""
    share: float
    """Of her syllables, where a subject is spoken of."""
    other: float
    """Elsewhere."""


@dataclass(frozen=True)
class Alike:
    """What to compare sentences by."""

    skip: frozenset[str]
    """Signs that tell nothing."""
    without: tuple[str, ...]
    """Classes that tell nothing."""
    unanswered: tuple[str, ...]
    """Questions that no guide answers."""


@dataclass(frozen=True, eq=False)
class TopicWords:
    """The file, checked. The same file gives the same object."""

    words: ConceptWords
    rest: Rest
    asking: tuple[str, ...]
    """Classes that ask."""
    ends: tuple[str, ...]
    """What asks at the end: 吗."""
    alike: Alike

    @classmethod
    def load(cls, language_dir: Path) -> TopicWords:
        """Raises ContentError with everything that is wrong at once."""
        try:
            return _parsed((language_dir / FILE).read_bytes())
        except OSError:
            Source(language_dir, FILE).stop_if_bad()  # says it so that its author can mend it
            raise

    def unknown(self, question: Question) -> list[str]:
        """Classes that `question` names and the file does not hold."""
        named = (*question.unless, *(name for frame in question.about for name in frame))
        return [name for name in named if name not in {*self.words.classes, ASKS}]

    def of(self, questions: Iterable[Question], read: Callable[[str], Phrase]) -> Topics:
        """`read`: gives text its sound."""
        return Topics(self.words.concepts(read), self, tuple(questions))


class Topics:
    """Tells the questions of one guide apart."""

    def __init__(self, concepts: Concepts, words: TopicWords, questions: Sequence[Question]) -> None:
        self._concepts, self._words, self._questions = concepts, words, questions

    @cached_property
    def _resemblance(self) -> Resemblance:
        """Made when somebody asks in words of her own: the recogniser's vocabulary is compiled before, and needs most
        memory."""
        told = [(each.intent, text) for each in self._questions for text in each.sentences]
        return Resemblance([*told, *(("", text) for text in self._words.alike.unanswered)], self._parts)

    def asked(self, text: str, asks: bool) -> Topic:
        """The question that is meant, or may be. `asks`: it has the shape of a question."""
        asks = asks or bool(_ASKED.search(text))
        whole = self._of_one(text, asks)
        clauses = [clause for clause in _PAUSES.split(text) if len(clause) >= LEAST_CLAUSE]
        if whole is not NO_TOPIC or len(clauses) < 2:
            return whole
        # 收费不收费嘛，先说清楚: told by a part of what she said, so she is asked whether she means it.
        parts = [self._of_one(clause, asks) for clause in clauses]
        return next((replace(part, sure=False) for part in parts if part.intent), NO_TOPIC)

    def _of_one(self, text: str, asks: bool) -> Topic:
        mentions, syllables = self._concepts.mentions(text)
        spoken = {mention.name for mention in mentions}
        ends = any(clause.endswith(self._words.ends) for clause in _PAUSES.split(text))
        if asks or ends or spoken & {*self._words.asking}:
            spoken.add(ASKS)
        if spoken & {*self._words.rest.never}:
            return ELSEWHERE
        fitting = self._fitting(mentions, spoken, syllables)
        alike = self._resemblance.meanings(text)
        evidence = {
            intent: alike.get(intent, 0.0)
            + (FITS + EXPLAINED * fitting[intent] if intent in fitting else 0.0)
            for intent in (*fitting, *alike)
        }
        order = sorted(evidence.items(), key=lambda each: (-each[1], each[0]))
        (best, most), (second, next_most) = (*order, *[("", 0.0)] * 2)[:2]
        if not best or most < WORTH_ASKING or not (fitting or ASKS in spoken):
            return NO_TOPIC
        apart = most - next_most
        likely = most >= LIKELY and apart >= FAR_APART and best in fitting and ASKS in spoken
        sure = alike.get(best, 0.0) >= HEARD_OF and (likely or (most >= ANSWERED and apart >= APART))
        return Topic(best, sure, "" if apart >= APART else second)

    def _fitting(self, mentions: Sequence[Mention], spoken: set[str], syllables: int) -> dict[str, float]:
        """The questions whose classes meet -> how much of her words they explain: 0 … 1."""
        rest, found = self._words.rest, dict[str, float]()
        most = syllables * (rest.share if spoken & {*rest.subject} else rest.other)
        for question in self._questions:
            for frame in question.about if not spoken & {*question.unless} else ():
                if not spoken >= {*frame}:
                    continue
                known = _covered(named(mentions, (*frame, *rest.free)))
                if syllables - len(known) <= most:
                    explained = len(_covered(named(mentions, frame))) / syllables
                    found[question.intent] = max(explained, found.get(question.intent, 0.0))
        return found

    def _parts(self, text: str) -> frozenset[str]:
        """What is written in it, and the classes of words that are spoken of."""
        usual = self._concepts.usual(text)
        classes = self._concepts.written(usual) - {*self._words.alike.without}
        return signs(usual, self._words.alike.skip) | {"#" + name for name in classes}


def _covered(mentions: Iterable[Mention]) -> set[int]:
    return {place for mention in mentions for place in range(mention.start, mention.end)}


@lru_cache(maxsize=2)
def _parsed(content: bytes) -> TopicWords:
    source = Source(Path(), FILE, content)
    source.stop_if_bad()
    root = source.root
    root.only(("classes", "said_as", "rest", "asking", "alike"))
    words = concept_words(source)
    table, asking, alike = root.table("rest"), root.table("asking"), root.table("alike")
    table.only(("never", "free", "subject", "share", "other"))
    asking.only(("classes", "ends"))
    alike.only(("skip", "without", "unanswered"))
    rest = Rest(
        known_classes(table, "never", words.classes),
        known_classes(table, "free", words.classes),
        known_classes(table, "subject", words.classes),
        table.number("share", 0.0, 0.0, 1.0),
        table.number("other", 0.0, 0.0, 1.0),
    )
    topics = TopicWords(
        words,
        rest,
        known_classes(asking, "classes", words.classes),
        asking.strings("ends", optional=True),
        Alike(
            frozenset(alike.strings("skip", least=0, optional=True)),
            known_classes(alike, "without", words.classes),
            alike.strings("unanswered", least=0, optional=True),
        ),
    )
    source.stop_if_bad()
    return topics
