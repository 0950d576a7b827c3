"""What she said → what she means: transcript → Heard | Unsure | NoMatch, and the recogniser's word list.

Compared by sound, never by character, and always the whole utterance (see `parsing`). When unsure: NoMatch.
In this order, the first that answers wins:

    1. the whole utterance is wordings of one intent, with chatter around them        -> that intent
    2. the same without her thinking aloud inside a wording
    3. something in it sounds the fraud alarm                                          -> fraud
    4. chatter taken off both ends, one syllable of a long wording was misheard        -> that intent
    5. it is about what a question of the guide is about, and like what is asked so    -> that question
    6. a long utterance begins or ends with a long wording that can do no harm         -> that intent
    7. none of these, and it has the shape of a question                               -> UNKNOWN_QUESTION

The best parse is sought among ALL intents; an intent that is not expected now then means NoMatch, so that
what belongs elsewhere is never taken for something else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from functools import cache, lru_cache, partial
from itertools import chain, product
from pathlib import Path

from voiceguide.alarms import BY_POINTS
from voiceguide.answers import ABOUT_DAY, AFTER_ACTING, DATE, OF_PROMPT, Asking, answers
from voiceguide.dates import DateWords
from voiceguide.digits import DIGITS
from voiceguide.drills import AFTER_DRILL, DRILL, IN_DRILL, KINDS, Answers, Drills
from voiceguide.events import CompletePhrase, Heard, Manner, NoMatch, Phrase, Reading, Transcript, Unsure
from voiceguide.exercise import PRACTISING
from voiceguide.fraud import FraudWords
from voiceguide.free_answers import FreeAnswers
from voiceguide.guide import QUESTION, TROUBLE, UNKNOWN_QUESTION, Guide, Trouble
from voiceguide.lexicon import Lexicon, family
from voiceguide.parsing import Parser
from voiceguide.personal import PersonalWord
from voiceguide.phonetics import Readings
from voiceguide.replacing import replace
from voiceguide.resemblance import signs
from voiceguide.shape import Shape
from voiceguide.topics import Topic, TopicWords
from voiceguide.wordings import CHOICES, NOTHING, UNIVERSAL, Wordings

LONGEST_UTTERANCE_SYLLABLES = 120
"""Beyond this it is a television, not an answer; only the fraud alarm listens on."""


ASKED_EASE = 3.0
"""Natural logarithm of how much more often a word is said that the guide asks for: 是 after 请说，是. By its sounds
alone so short a word could never win against a thousand others."""

LEAST_SYLLABLES_TO_CONTRADICT = 3
"""A wording this long of another intent makes a long utterance doubtful."""


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
        troubles: dict[str, list[Phrase]] = {}
        for trouble in _troubles(guide):
            troubles.setdefault(trouble.intent, []).extend(trouble.heard)
        for offer in guide.shelf.offers if guide else ():
            troubles[offer.intent] = list(offer.heard)
        self._phrases = {
            intent: tuple(readings.phrase(text) for text in texts) for intent, texts in wordings.heard.items()
        }
        self._phrases |= {intent: tuple(phrases) for intent, phrases in troubles.items()}
        questions = guide.questions if guide else ()
        self._phrases |= {question.intent: question.heard for question in questions}
        self._topic_words, self._topics = topics, topics.of(questions, readings.phrase)
        self._reports = {each.intent: TROUBLE + each.trouble for each in questions if each.trouble}
        """Question -> the trouble it reports where that is expected."""
        self._phrases[UNKNOWN_QUESTION] = ()  # known by its shape, not by its words
        understood = troubles | {each.intent: [*each.heard, *each.also] for each in questions}
        self._phrases[DATE] = tuple(
            replace(readings.phrase(text), ease=dates.ease(text)) for text in dates.texts()
        )
        self._digits = wordings.digits
        # 两个六 is two digits: 两, 个六.
        digits = tuple(
            readings.phrase(text)
            for each in self._digits.values
            for text in (each, self._digits.counter + each)
        )
        string = replace(readings.phrase(self._digits.stands_for), strung=digits)
        self._phrases[DIGITS] = (string, *map(readings.phrase, self._digits.before))
        self._phrases |= dict.fromkeys(KINDS, ())  # said only IN_DRILL
        self._lexicon = Lexicon(
            wordings, readings, {name: [p.reading for p in phrases] for name, phrases in understood.items()}
        )
        self._parser = Parser(wordings, self._lexicon)
        self._fraud_words, self._fraud = fraud, fraud.sense(readings.phrase)
        # While she speaks the same words come again with every block.
        self._alarm = lru_cache(maxsize=256)(self._sounding)
        self._topic = lru_cache(maxsize=256)(lambda text: self._topics.asked(text, self._shape.asks(text)))
        heard = (wordings.lists[f"chatter.{name}"] for name in ("heard", "beside", "fillers"))
        self.chatter = tuple(map(readings.phrase, chain.from_iterable(heard)))
        """Worth adding to a recogniser's word list, so that chatter is not heard as something else."""
        self._shape = Shape(
            *(wordings.lists[f"question.{name}"] for name in ("words", "ends", "unless", "between"))
        )
        self._fillers = frozenset(wordings.lists["chatter.fillers"])
        self._beside = self._fillers | frozenset(wordings.lists["chatter.beside"])
        opening = "|".join(map(re.escape, wordings.lists["chatter.opening"])) or r"(?!)"
        self._only_opening = re.compile(f"(?:{opening})+")
        """What may be only the beginning of a reply: 嗯，好的."""
        self._alarm_words = (
            *map(readings.phrase, fraud.listen),
            *(phrase for phrase in self._phrases["fraud"] if len(phrase.reading) >= 3),
        )
        """Heard in the midst of any speech."""
        self._personal = {word.text: word.said for word in personal}
        self._personal_texts = re.compile("|".join(map(re.escape, self._personal)) or r"(?!)")
        for word in personal:
            self._phrases[word.intent] = (*self._phrases.get(word.intent, ()), *word.phrases)
            self._lexicon.add_personal(word.intent, word.said)
        usual = (name for name in UNIVERSAL if name not in ("fraud", DRILL))
        self._usual = {each.text for name in usual for each in self._phrases[name]}
        self._usual |= {each.text for each in self.chatter}
        self.asking = Asking(wordings.lists["asking.before"], wordings.lists["asking.or"])
        """Tells which words a prompt asks for."""
        belonging = tuple(answers(guide, self.asking)) if guide else ()
        self._asked = {words for _, words, _, _ in belonging}
        around_exercise = guide.exercise.frame.values() if guide else ()
        self._asked |= {
            words for each in around_exercise for prompt in each for words in self.asking.offered(prompt.text)
        }
        # She must always be able to stop the guide for a moment, though 停 is short.
        self._asked |= {each.text for each in self._phrases["pause"]}
        # 退出 is asked for too, but what ends or restarts needs more certainty, never less.
        cautious = wordings.lists["cautious.intents"]
        self._asked -= {each.text for name in cautious for each in self._phrases[name]}
        self._answers: dict[str, dict[str, list[Phrase]]] = {}
        """`@` and the id of a prompt -> what it may be answered with, by meaning."""
        for prompt_id, words, text, step_id in belonging:
            meant = self.understand(words, self.intents_of(step_id) if step_id else UNIVERSAL)
            if isinstance(meant, Heard):
                place, phrase = OF_PROMPT + prompt_id, readings.phrase(text)
                self._answers.setdefault(place, {}).setdefault(meant.intent, []).append(phrase)
        complaints = [readings.phrase(text) for text in wordings.after_acting]
        self._answers[AFTER_ACTING] = {"complaint": complaints}
        self._answers[PRACTISING] = {
            intent: [*map(readings.phrase, texts)]
            for intent, texts in wordings.while_practising.items()
            if texts
        }
        self._free: FreeAnswers | None = None
        self._answers[ABOUT_DAY] = {"cannot": [readings.phrase(text) for text in dates.unknown]}
        if guide:
            self._add_drills(guide.drills)
        for place, meanings in self._answers.items():
            for intent, phrases in meanings.items():
                self._lexicon.add_answers(place, intent, [phrase.reading for phrase in phrases])
        # What a step listens for is asked anew every turn.
        self._word_list = lru_cache(maxsize=256)(self._listen_for)
        self._complete = lru_cache(maxsize=256)(self._completeness)

    def _add_drills(self, drills: Drills) -> None:
        """What she answers a swindler, and whether she wants another one."""
        places: dict[str, dict[str, Answers]] = {
            IN_DRILL: {**drills.answers, "stop": drills.stop, DRILL: drills.go_on},
            AFTER_DRILL: {"yes": drills.go_on, "no": drills.stop},
        }
        alike = self._topic_words.alike
        self._free = FreeAnswers(drills.answers, alike.unanswered, lambda text: signs(text, alike.skip))
        for place, meanings in places.items():
            heard = {intent: [*map(self.readings.phrase, each.heard)] for intent, each in meanings.items()}
            self._answers[place] = heard
            for intent, each in meanings.items():
                self._lexicon.add_answers(place, intent, map(self.readings.toneless, each.also))
                for parts in each.made:
                    read = [[*map(self.readings.toneless, part)] for part in parts]
                    made = (tuple(chain.from_iterable(chosen)) for chosen in product(*read))
                    self._lexicon.add_answers(place, intent, made)
            # In the exercise they are what is usual; elsewhere nothing listens for them.
            self._usual |= {phrase.text for phrases in heard.values() for phrase in phrases}

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
        """The recogniser's word list: the wordings of these intents, each once. A word she taught may be said
        in several ways. Raises KeyError."""
        listed = [phrase for _, phrase in self.listed(expecting)]
        return tuple({(phrase.text, phrase.reading): phrase for phrase in listed}.values())

    def listed(self, expecting: Iterable[str]) -> Iterator[tuple[str, Phrase]]:
        """(intent, wording) of everything expected that is listened for. Raises KeyError."""
        for each in expecting:
            if each.startswith(OF_PROMPT):
                meanings = self._answers.get(each, {})
                yield from ((intent, phrase) for intent, phrases in meanings.items() for phrase in phrases)
            else:
                yield from ((each, phrase) for phrase in self._phrases[each])

    def word_list(self, expecting: Sequence[str]) -> tuple[Phrase, ...]:
        """What a recogniser should listen for: the wordings; the chatter around them, which would otherwise
        be heard as something else; and the words of fraud, in whatever speech they stand. Raises KeyError."""
        return self._word_list(tuple(expecting))

    def _listen_for(self, expecting: tuple[str, ...]) -> tuple[Phrase, ...]:
        alarming = self._alarm_words if "fraud" in expecting else ()
        alarming += self._phrases[DIGITS] if DIGITS in expecting else ()
        spotted = {phrase.text for phrase in alarming}
        beside, usual = self._beside | spotted, self._usual - spotted
        if DATE in expecting:
            # Said in pieces, 明年 三月 十五号, and put right: 不对，是三月.
            beside |= {phrase.text for phrase in self._phrases[DATE]} | self._dates.before
        listed = {
            (each.text, each.reading): each for each in (*self.phrases(expecting), *self.chatter, *alarming)
        }
        return tuple(
            replace(
                each,
                beside=each.text in beside,
                filler=each.text in self._fillers,
                spotted=each.text in spotted,
                usual=each.text in usual,
                asked=each.text in self._asked,
                ease=max(each.ease, ASKED_EASE if each.text in self._asked else 0.0),
            )
            for each in listed.values()
        )

    def naming(self, name: str) -> tuple[Phrase, ...]:
        """How somebody says that she is called so, where she is asked for it."""
        texts = (name, *(before + name for before in self._wordings.lists["naming.before"]))
        return tuple(replace(self.readings.phrase(text), asked=True, ease=ASKED_EASE) for text in texts)

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
        meant = self.understand(transcript.text or transcript.guess, expecting)
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
        return Manner(syllables, seconds if syllables else 0.0, over_db)

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
        intent = self.meaning(said, frozenset(expecting), alarm, topic) if known else alarm()
        intent = self._reported(intent, expecting)
        if not intent and self._shape.asks(transcript) and not self._parser.only_chatter(said, expecting):
            intent = UNKNOWN_QUESTION
        if intent not in expecting and IN_DRILL in expecting and self._free:
            intent = self._free.kind(transcript)
        if (
            intent in self._wordings.lists["cautious.intents"]
            and confidence < self._wordings.least_confidence
        ):
            intent = ""
        return Heard(intent, transcript, confidence) if intent in expecting else NoMatch(transcript)

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

    def complete(self, expecting: Sequence[str]) -> CompletePhrase:
        """Tells of a partial transcript whether it is a whole phrase that no expected phrase would turn into
        something else: 失败 is whole though 失败了 exists, 好 is not because of 好了."""
        return self._complete(tuple(expecting))

    def _completeness(self, expecting: tuple[str, ...]) -> CompletePhrase:
        expected = frozenset(expecting)

        @cache
        def continued() -> dict[Reading, set[str]]:
            """How a wording may begin -> of which intents."""
            beginnings: dict[Reading, set[str]] = {}
            for intent, phrase in self.listed(expected):
                for length in range(1, len(phrase.reading)):
                    beginnings.setdefault(phrase.reading[:length], set()).add(intent)
            return beginnings

        @lru_cache(maxsize=64)
        def is_complete(partial: str) -> bool:
            heard = self.understand(partial, expecting)
            if isinstance(heard, NoMatch) or self._only_opening.fullmatch(partial):
                return False  # 嗯，好的: more may come
            if heard.intent == DATE:
                return self._dates.is_whole(partial)
            said = self._toneless(partial)
            paths = self._parser.paths(said, expected)
            return not any(
                continued().get(said[start:], set()) - {heard.intent}
                for start in range(len(said))
                if {"", heard.intent} & {meaning for meaning, _ in paths[start]}
            )

        return is_complete

    # ------------------------------------------------------------------ the five ways

    def meaning(
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

    def _sounding(self, transcript: str) -> str:
        """ "fraud" or "". Many small signs are no fraud where she surely asks one of the questions."""
        alarm = self._fraud.alarm(transcript)
        return "fraud" if alarm and not (alarm == BY_POINTS and self._topic(transcript).sure) else ""

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
        harmless = set(wordings.lists["harmless.intents"])
        families = {family(intent) for intent in (*others, *intents)}
        return intents.pop() if len(intents) == 1 and families <= harmless else ""


def _troubles(guide: Guide | None) -> Sequence[Trouble]:
    if guide is None:
        return ()
    return (*guide.troubles, *(trouble for step in guide.steps for trouble in step.troubles))
