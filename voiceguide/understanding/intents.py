"""What she said → what she means: transcript → Heard | Unsure | NoMatch, and the recogniser's word list.

Compared by sound, never by character, and always the whole utterance (see `parsing`). When unsure: NoMatch.
What is written decides first (digits that may be a code, a day), then what it sounds like (`meaning`); where that
is nothing and it has the shape of a question, it is UNKNOWN_QUESTION.

The best parse is sought among ALL intents; an intent that is not expected now then means NoMatch, so that
what belongs elsewhere is never taken for something else.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache, lru_cache, partial
from itertools import chain, product
from pathlib import Path

from voiceguide.events import CompletePhrase, Heard, Manner, NoMatch, Phrase, Reading, Transcript, Unsure
from voiceguide.guides.drills import IN_DRILL, Drills
from voiceguide.guides.guide import TROUBLE, UNKNOWN_QUESTION, Guide
from voiceguide.language.concepts import Concepts
from voiceguide.language.phonetics import Readings
from voiceguide.understanding.alarms import BY_POINTS
from voiceguide.understanding.answers import ASKED_IF_DONE, DATE, OF_PROMPT
from voiceguide.understanding.completeness import Completeness
from voiceguide.understanding.dates import DateWords
from voiceguide.understanding.denials import DENIED, NO
from voiceguide.understanding.digits import DIGITS
from voiceguide.understanding.fraud import FraudWords
from voiceguide.understanding.free_answers import FreeAnswers
from voiceguide.understanding.lexicon import Lexicon
from voiceguide.understanding.meaning import Meanings
from voiceguide.understanding.parsing import Parser
from voiceguide.understanding.personal import PersonalWord
from voiceguide.understanding.phrasebook import Phrasebook
from voiceguide.understanding.resemblance import signs
from voiceguide.understanding.retorts import Retorts
from voiceguide.understanding.shape import Shape
from voiceguide.understanding.topics import TopicWords
from voiceguide.understanding.wordings import CHOICES, UNIVERSAL, Wordings

AT_LENGTH_SECONDS = 3.0
"""Who speaks for so long has said a sentence; slowly said, 再说一遍 takes two."""


class Understanding:
    """Understands one language, the troubles of one guide, and the words she taught it herself."""

    universal: tuple[str, ...] = UNIVERSAL
    """What she may say at any time."""
    choices: tuple[str, ...] = CHOICES
    """What she may say besides, while numbers are offered."""

    def __init__(
        self,
        wordings: Wordings,
        readings: Readings,
        guide: Guide | None,
        dates: DateWords,
        fraud: FraudWords,
        topics: TopicWords,
        personal: Sequence[PersonalWord] = (),
    ) -> None:
        """`personal`: heard and understood wherever their intent is expected."""
        self._dates = dates
        self._wordings = wordings
        self.readings = readings
        """Tells how a text sounds."""
        self._guide = guide
        self._digits = wordings.digits
        self._book = Phrasebook(wordings, readings, guide, dates, fraud, personal)
        self.asking = self._book.asking
        """Tells which words a prompt asks for."""
        questions = guide.questions if guide else ()
        self._topic_words, self._topics = topics, topics.of(questions, readings.phrase)
        self._reports = {each.intent: TROUBLE + each.trouble for each in questions if each.trouble}
        """Question -> the trouble it reports where that is expected."""
        self._shape = Shape(
            *(wordings.lists[f"question.{name}"] for name in ("words", "ends", "unless", "between"))
        )
        self._fraud_words, self._fraud = fraud, fraud.sense(readings.phrase)
        # While she speaks the same words come again with every block.
        self._alarm = lru_cache(maxsize=256)(self._sounding)
        self._topic = lru_cache(maxsize=256)(lambda text: self._topics.asked(text, self._shape.asks(text)))
        self._personal = {word.text: word.said for word in personal}
        self._personal_texts = re.compile("|".join(map(re.escape, self._personal)) or r"(?!)")
        self._lexicon = Lexicon(
            wordings,
            readings,
            {name: [each.reading for each in phrases] for name, phrases in self._book.of_guide.items()},
        )
        for word in personal:
            self._lexicon.add_personal(word.intent, word.said)
        self._parser = Parser(wordings, self._lexicon)
        self.meanings = Meanings(wordings, self._lexicon, self._parser)
        """Tells what an utterance means by its sounds alone."""
        self._free: FreeAnswers | None = None
        self._retorts: Retorts | None = None
        if guide:
            drills = guide.drills
            concepts = Concepts(drills.classes, drills.said_as, readings.phrase)
            self._retorts = Retorts(drills.retorts, concepts, self._shape.asks)
            alike = topics.alike
            self._free = FreeAnswers(
                guide.drills.answers, alike.unanswered, lambda text: signs(text, alike.skip)
            )
        self._add_answers(guide.drills if guide else None)
        # What a place listens for is asked anew every turn. A few of them: each is a megabyte, made in milliseconds.
        self._word_list = lru_cache(maxsize=4)(self._listen_for)
        self._whole = Completeness(
            wordings.lists["chatter.opening"],
            wordings.lists["chatter.closing"],
            self._parser,
            self._toneless,
            self.understand,
            dates.is_whole,
        )
        self._complete = lru_cache(maxsize=4)(self._completeness)

    def _add_answers(self, drills: Drills | None) -> None:
        """What means something only where it was asked for."""
        # A few words stand for a thousand answers.
        meant_at = cache(lambda step_id, words: self.understand(words, expected(step_id)))
        expected = cache(lambda step_id: self.intents_of(step_id) if step_id else UNIVERSAL)
        for prompt_id, words, text, step_id in self._book.belonging:
            meant = meant_at(step_id, words)
            if isinstance(meant, Heard):
                self._book.add_answer(OF_PROMPT + prompt_id, meant.intent, text)
                if meant.intent in DENIED:
                    self._book.add_denials(OF_PROMPT + prompt_id, text)
        for place, intent, phrases in self._book.answers():
            self._lexicon.add_answers(place, intent, [phrase.reading for phrase in phrases])
        self._lexicon.add_answers(ASKED_IF_DONE, NO, map(self.readings.toneless, self._wordings.also[NO]))
        for place, meanings in drills.by_place.items() if drills else ():
            for intent, each in meanings.items():
                self._lexicon.add_answers(place, intent, map(self.readings.toneless, each.also))
                for parts in each.made:
                    read = [[*map(self.readings.toneless, part)] for part in parts]
                    made = (tuple(chain.from_iterable(chosen)) for chosen in product(*read))
                    self._lexicon.add_answers(place, intent, made)

    @classmethod
    def load(cls, language_dir: Path, guide: Guide | None) -> Understanding:
        """Read phrases.toml, readings.toml, dates.toml and fraud.toml of `language_dir`. Raises OSError, ContentError,
        ReadingsError."""
        return cls(
            Wordings.load(language_dir),
            Readings.load(language_dir),
            guide,
            DateWords.load(language_dir),
            FraudWords.load(language_dir),
            TopicWords.load(language_dir),
        )

    def with_personal(self, words: Sequence[PersonalWord]) -> Understanding:
        """The same, knowing these words of hers and no others."""
        return Understanding(
            self._wordings,
            self.readings,
            self._guide,
            self._dates,
            self._fraud_words,
            self._topic_words,
            words,
        )

    # ------------------------------------------------------------------ what may be said

    def intents_of(self, step_id: str) -> tuple[str, ...]:
        """All she may say at that step: the universal intents, its troubles, the guide's, the guide's questions.
        Raises KeyError."""
        if self._guide is None:
            raise KeyError(step_id)
        troubles = (*self._guide.step(step_id).troubles, *self._guide.troubles)
        questions = (question.intent for question in self._guide.questions)
        return (*UNIVERSAL, *dict.fromkeys(trouble.intent for trouble in troubles), *questions)

    def phrases(self, expecting: Sequence[str]) -> tuple[Phrase, ...]:
        """The wordings of these intents, each once. Raises KeyError."""
        return self._book.phrases(expecting)

    def listed(self, expecting: Iterable[str]) -> Iterator[tuple[str, Phrase]]:
        """(intent, wording) of everything expected that is listened for. Raises KeyError."""
        return self._book.listed(expecting)

    def keys(self) -> dict[str, str]:
        """What a key stands for: Enter for the next step, 1, 2, 3 for the numbers the guide offers."""
        intents = {"\n": "next", **{name[-1]: name for name in self.choices}}
        return {key: self.phrases((intent,))[0].text for key, intent in intents.items()}

    def word_list(self, expecting: Sequence[str], question: Sequence[str] = ()) -> tuple[Phrase, ...]:
        """What a recogniser should listen for. `question`: what the guide has said, for what it asks for is
        likelier. Raises KeyError."""
        return self._word_list(tuple(expecting), tuple(question))

    def _listen_for(self, expecting: tuple[str, ...], question: tuple[str, ...]) -> tuple[Phrase, ...]:
        asked = frozenset(words for text in question for words in self._book.asking.offered(text))
        heard = (self.understand(words, expecting) for words in asked)
        meant = frozenset(event.intent for event in heard if isinstance(event, Heard))
        return self._book.word_list(expecting, asked, meant)

    def naming(self, name: str) -> tuple[Phrase, ...]:
        """How somebody says that she is called so, where she is asked for it."""
        return self._book.naming(name)

    def denying(self, names: Sequence[str]) -> tuple[Phrase, ...]:
        """How somebody says that she is not called so."""
        lists = self._wordings.lists
        texts = (
            *lists["naming.denied"],
            *(before + name for name in names for before in lists["naming.not"]),
        )
        return tuple(map(self.readings.phrase, texts))

    # ------------------------------------------------------------------ what was said

    def tells_digits(self, text: str) -> bool:
        """Does it hold a string of digits that may be a code?"""
        return self._digits.hidden(text) != text

    def forgotten(self, transcript: Transcript) -> Transcript:
        """Without digits that may be a code: the first thing to be done with what ears report."""
        return self._digits.forgotten(transcript)

    def hear(self, transcript: Transcript, expecting: Sequence[str]) -> Heard | Unsure | NoMatch:
        """The same for what ears report; Unsure where a guess, or doubtful words that end or restart, would
        mean something expected."""
        heard: Heard | Unsure | NoMatch = self.understand(transcript.text, expecting, transcript.confidence)
        if not isinstance(heard, Heard) or heard.intent == UNKNOWN_QUESTION:
            heard = self._perhaps_asked(transcript, expecting) or heard
        if not isinstance(heard, NoMatch):
            return heard
        if not transcript.text and transcript.end_seconds - transcript.start_seconds >= AT_LENGTH_SECONDS:
            heard = replace(heard, at_length=True)
        heard = replace(heard, overheard=transcript.too_long)
        meant = self.understand(transcript.text or transcript.guess, expecting)
        if isinstance(meant, NoMatch) and transcript.text and transcript.guess:
            meant = self.understand(transcript.guess, expecting)  # 太烦了 misheard as 好了 … 认证失败
        if isinstance(meant, NoMatch) or meant.intent == DATE:  # a day is repeated to her anyway
            return meant if isinstance(meant, Heard) else heard
        return Unsure(meant.intent, meant.transcript, transcript.confidence)

    def _perhaps_asked(self, transcript: Transcript, expecting: Sequence[str]) -> Unsure | None:
        """A question of the guide that she may be asking in words of her own. None while the guide only waits: it
        asks nobody whether the television means it."""
        if UNKNOWN_QUESTION not in expecting or not self._shape.is_reply(transcript.text):
            return None
        topic = self._topic(self._digits.hidden(transcript.text))
        likely = [self._reported(each, expecting) for each in (topic.intent, topic.other)]
        nothing = UNKNOWN_QUESTION if self._shape.asks(transcript.text) else ""
        first, other, *_ = (*(each for each in likely if each in expecting), nothing, "")
        if first in ("", UNKNOWN_QUESTION):
            return None
        return Unsure(first, transcript.text, transcript.confidence, other)

    def _reported(self, intent: str, expecting: Container[str]) -> str:
        """A question reports its trouble where there is something to be done about it."""
        reported = self._reports.get(intent, "")
        return reported if reported and reported in expecting else intent

    def manner(self, transcript: Transcript, event: Heard | Unsure | NoMatch) -> Manner:
        """How she said it: her pace where it was understood, and how she stood out of the noise."""
        syllables, seconds = 0, transcript.end_seconds - transcript.start_seconds
        if isinstance(event, Heard) and event.intent != DIGITS and seconds > 0:
            syllables = len(self._toneless(transcript.text))
        speech_dbfs, noise_dbfs = transcript.speech_dbfs, transcript.noise_dbfs
        over_db = None if speech_dbfs is None or noise_dbfs is None else speech_dbfs - noise_dbfs
        return Manner(syllables, seconds if syllables else 0.0, over_db, transcript.voices_behind)

    def understand(
        self, transcript: str, expecting: Sequence[str], confidence: float = 1.0
    ) -> Heard | NoMatch:
        """The one intent of `expecting` that she means, NoMatch for anything else.

        `transcript`: hanzi as a recogniser writes them; spaces and punctuation do not count.
        `confidence`: 0 … 1, handed on; where it is low, an intent that ends or restarts is not believed.
        """
        transcript = self._digits.hidden(transcript)
        if DIGITS in expecting and self._digits.stands_for in transcript:
            return Heard(DIGITS, transcript, confidence)
        if DATE in expecting and (spoken := self._dates.parse(transcript)) is not None:
            return Heard(DATE, transcript, confidence, spoken)
        said = self._toneless(transcript)
        # Latin letters and signs are a rest nobody knows.
        known = not self.readings.unspeakable(self._personal_texts.sub("", transcript))
        alarm, topic = partial(self._alarm, transcript), partial(self._topic, transcript)
        intent = self.meanings.of(said, frozenset(expecting), alarm, topic) if known else alarm()
        intent = self._reported(intent, expecting)
        if not intent and self._shape.asks(transcript) and not self._parser.only_chatter(said, expecting):
            intent = UNKNOWN_QUESTION
        if intent not in expecting and IN_DRILL in expecting:
            intent = self._answered(transcript)
        if (
            intent in self._wordings.lists["cautious.intents"]
            and confidence < self._wordings.least_confidence
        ):
            intent = ""
        if intent in expecting:
            return Heard(intent, transcript, confidence)
        return NoMatch(transcript, polite=bool(said) and known and self._parser.only_chatter(said, expecting))

    def _answered(self, transcript: str) -> str:
        """What she answers a swindler in words of her own; "" where that is not clear."""
        if not self._free or not self._retorts:
            return ""
        written = self._free.written.get(transcript, "")
        return written or self._retorts.kind(transcript) or self._free.kind(transcript)

    def _toneless(self, transcript: str) -> Reading:
        """How it sounds; a word of hers as the two syllables that stand for it."""
        said, start = list[str](), 0
        for match in self._personal_texts.finditer(transcript):
            said += self.readings.toneless(transcript[start : match.start()])
            said += self._personal[match.group()]
            start = match.end()
        return (*said, *self.readings.toneless(transcript[start:]))

    def holds(self, text: str, words: str) -> bool:
        """Do these words sound within `text`? False for no words."""
        said = self._toneless(words)
        return bool(said) and f" {' '.join(said)} " in f" {' '.join(self.readings.toneless(text))} "

    def _sounding(self, transcript: str) -> str:
        """ "fraud" or "". Many small signs are no fraud where she surely asks one of the questions."""
        alarm = self._fraud.alarm(transcript)
        return "fraud" if alarm and not (alarm == BY_POINTS and self._topic(transcript).sure) else ""

    def complete(self, expecting: Sequence[str]) -> CompletePhrase:
        """Tells of a partial transcript whether it is a whole phrase that no expected phrase would turn into
        something else: 失败 is whole though 失败了 exists, 好 is not because of 好了."""
        return self._complete(tuple(expecting))

    def _completeness(self, expecting: tuple[str, ...]) -> CompletePhrase:
        return self._whole.among(expecting, cache(partial(self._book.beginnings, expecting)))
