"""What the sounds of one utterance mean, whether that is expected or not. Always the whole utterance.

In this order, the first that answers wins:

    1. the whole utterance is wordings of one intent, with chatter around them        -> that intent
    2. the same without her thinking aloud inside a wording
    3. something in it sounds the fraud alarm                                          -> fraud
    4. chatter taken off both ends, one syllable of a long wording was misheard        -> that intent
    5. it is about what a question of the guide is about, and like what is asked so    -> that question
    6. a long utterance begins or ends with a long wording that can do no harm         -> that intent
"""

from __future__ import annotations

from collections.abc import Callable, Container

from voiceguide.events import Reading
from voiceguide.guides.guide import QUESTION
from voiceguide.understanding.lexicon import Lexicon, family
from voiceguide.understanding.parsing import Parser
from voiceguide.understanding.topics import Topic
from voiceguide.understanding.wordings import NOTHING, Wordings

LONGEST_UTTERANCE_SYLLABLES = 120
"""Beyond this it is a television, not an answer; only the fraud alarm listens on."""

LEAST_SYLLABLES_TO_CONTRADICT = 3
"""A wording this long of another intent makes a long utterance doubtful."""


class Meanings:
    """The ways to take an utterance, by one lexicon."""

    def __init__(self, wordings: Wordings, lexicon: Lexicon, parser: Parser) -> None:
        self._wordings, self._lexicon, self._parser = wordings, lexicon, parser
        self._harmless_intents = set(wordings.lists["harmless.intents"])

    def of(
        self,
        said: Reading,
        expecting: Container[str],
        alarm: Callable[[], str] = str,
        topic: Callable[[], Topic] = Topic,
    ) -> str:
        """An intent, perhaps one that is not expected, NOTHING for a known near miss, "" for anything else.

        `alarm`: gives "fraud" where it tells of one; `topic`: the question it asks in other words."""
        if len(said) > LONGEST_UTTERANCE_SYLLABLES:
            return alarm()
        meant = self._parser.parse(said, expecting)
        if not meant:
            plain = self._parser.without_sounds(said)
            meant = self._parser.parse(plain, expecting) if plain != said else ""
        if meant and (meant in expecting or meant == NOTHING):
            return meant
        if meant := alarm() or meant or self._nearly(said):
            return meant
        asked = topic()
        if asked.sure:
            return asked.intent
        harmless = self._harmless(said, expecting)
        return "" if asked.elsewhere and harmless.startswith(QUESTION) else harmless

    def _nearly(self, said: Reading) -> str:
        for start, end in self._parser.stretches(said, asking=False):
            found = self._lexicon.nearly(said[start:end])
            if found:
                return found.pop() if len(found) == 1 else ""
        return ""

    def _harmless(self, said: Reading, expecting: Container[str]) -> str:
        """A long, long-winded utterance that ends or begins with a long wording which cannot move her."""
        wordings, parser = self._wordings, self._parser
        if len(said) < wordings.least_syllables:
            return ""
        stretches = parser.stretches(said, asking=True)
        starts, ends = {start for start, _ in stretches}, {end for _, end in stretches}
        found = [
            (start, end, intent)
            for start, end, intent in parser.wordings_at(said, expecting)
            if end - start >= LEAST_SYLLABLES_TO_CONTRADICT
        ]
        meant = [
            (start, end, intent)
            for start, end, intent in found
            if end - start >= wordings.wording_syllables
            and (start in starts or end in ends)
            and not self._lexicon.negated(said, start)
        ]
        first, last = min((m[0] for m in meant), default=0), max((m[1] for m in meant), default=0)
        # Chatter beyond the wording has been accounted for: 再说一遍 [好不好].
        others = {
            intent
            for start, end, intent in found
            if not (start >= last and last in ends) and not (end <= first and first in starts)
        }
        intents = {intent for _, _, intent in meant}
        families = {family(intent) for intent in (*others, *intents)}
        return intents.pop() if len(intents) == 1 and families <= self._harmless_intents else ""
