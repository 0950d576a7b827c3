"""prompts/<language>/topics.toml: which question of a guide she asks, by what it is about. Pure but for reading.

A question says which classes of words have to meet in what she says (`about`). Of several that fit the one that
explains most of her words is meant; and what it leaves unexplained must be little, or the question is another one,
which nobody answers: 医保卡怎么办 is not 怎么办.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from voiceguide.concept_file import ConceptWords, concept_words, known_classes
from voiceguide.concepts import Concepts, Mention, named
from voiceguide.events import Phrase
from voiceguide.guide import Question
from voiceguide.tables import Source

FILE = "topics.toml"

ASKS = "?"
"""In `about`: the utterance has to ask."""


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


@dataclass(frozen=True, eq=False)
class TopicWords:
    """The file, checked. The same file gives the same object."""

    words: ConceptWords
    rest: Rest
    asking: tuple[str, ...]
    """Classes that ask."""
    ends: tuple[str, ...]
    """What asks at the end: 吗."""

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
        return [name for frame in question.about for name in frame if name not in {*self.words.classes, ASKS}]

    def of(self, questions: Iterable[Question], read: Callable[[str], Phrase]) -> Topics:
        """`read`: gives text its sound."""
        return Topics(self.words.concepts(read), self, tuple(questions))


@dataclass(frozen=True, eq=False)
class Topics:
    """Tells the questions of one guide apart."""

    concepts: Concepts
    words: TopicWords
    questions: Sequence[Question]

    def asked(self, text: str, asks: bool) -> str:
        """The intent of the question that is meant; "" where none is, or two as much. `asks`: it has the shape of a
        question."""
        mentions, syllables = self.concepts.mentions(text)
        spoken = {mention.name for mention in mentions}
        if asks or spoken & {*self.words.asking} or text.rstrip("，。？！?!").endswith(self.words.ends):
            spoken.add(ASKS)
        rest = self.words.rest
        if spoken & {*rest.never}:
            return ""
        most = syllables * (rest.share if spoken & {*rest.subject} else rest.other)
        best: dict[str, tuple[int, int]] = {}
        for question in self.questions:
            for frame in question.about:
                if not spoken >= {*frame}:
                    continue
                explained = _covered(named(mentions, frame))
                known = _covered(named(mentions, (*frame, *rest.free)))
                if syllables - len(known) <= most:
                    fit = (len(explained), len(frame))
                    best[question.intent] = max(fit, best.get(question.intent, (0, 0)))
        meant = [intent for intent, fit in best.items() if fit == max(best.values())]
        return meant[0] if len(meant) == 1 else ""


def _covered(mentions: Iterable[Mention]) -> set[int]:
    return {place for mention in mentions for place in range(mention.start, mention.end)}


@lru_cache(maxsize=2)
def _parsed(content: bytes) -> TopicWords:
    source = Source(Path(), FILE, content)
    source.stop_if_bad()
    root = source.root
    root.only(("classes", "said_as", "rest", "asking"))
    words = concept_words(source)
    table, asking = root.table("rest"), root.table("asking")
    table.only(("never", "free", "subject", "share", "other"))
    asking.only(("classes", "ends"))
    rest = Rest(
        known_classes(table, "never", words.classes),
        known_classes(table, "free", words.classes),
        known_classes(table, "subject", words.classes),
        table.number("share", 0.0, 0.0, 1.0),
        table.number("other", 0.0, 0.0, 1.0),
    )
    topics = TopicWords(
        words, rest, known_classes(asking, "classes", words.classes), asking.strings("ends", optional=True)
    )
    source.stop_if_bad()
    return topics
