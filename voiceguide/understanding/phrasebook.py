"""What can be said: the phrases of every intent, and the recogniser's word list for what is expected now.

The same table serves the recogniser and `intents`: what is listened for is what is understood.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain

from voiceguide.events import Phrase, Reading
from voiceguide.guides.drills import DRILL, KINDS, Drills
from voiceguide.guides.exercise import PRACTISING
from voiceguide.guides.guide import UNKNOWN_QUESTION, Guide, Trouble
from voiceguide.language.phonetics import Readings
from voiceguide.replacing import replace
from voiceguide.understanding.answers import (
    ABOUT_DAY,
    AFTER_ACTING,
    ASKED_IF_DONE,
    ASKED_TO_GO_ON,
    DATE,
    OF_PROMPT,
    Asking,
    answers,
)
from voiceguide.understanding.dates import DateWords
from voiceguide.understanding.denials import DENIED, NO, Denials
from voiceguide.understanding.digits import DIGITS, DigitRules
from voiceguide.understanding.fraud import FraudWords
from voiceguide.understanding.lexicon import family
from voiceguide.understanding.personal import PersonalWord
from voiceguide.understanding.wordings import ANY, NOTHING, UNIVERSAL, Wordings

ASKED_EASE = 3.0
"""Natural logarithm of how much more often a word is said that the guide asks for: 是 after 请说，是. By its sounds
alone so short a word could never win against a thousand others."""
ALWAYS_EASE = 5.5
"""The same of 停: to wait once too often costs her a word, not to be able to stop it costs her trust.
Half a nat of it is what 停 loses where the words asked for count so often."""

ASKED_TIMES = 150
"""So many times as often as at any other time a word is said that the guide has just asked for. By sounds alone it
is one of 1,400; with these two numbers what answers the question makes up a fifth to a half of all that is expected."""
MEANT_TIMES = 16
"""The same of other wordings of what was asked for: 弄好了 where it asked for 好了."""


class Phrasebook:
    """The phrases of one language, of one guide, and of the words she taught."""

    def __init__(
        self,
        wordings: Wordings,
        readings: Readings,
        guide: Guide | None,
        dates: DateWords,
        fraud: FraudWords,
        personal: Sequence[PersonalWord],
    ) -> None:
        """`personal`: listened for wherever their intent is expected."""
        self._readings, self._dates = readings, dates
        questions = guide.questions if guide else ()
        troubles: dict[str, list[Phrase]] = {}
        for trouble in _troubles(guide):
            troubles.setdefault(trouble.intent, []).extend(trouble.heard)
        for offer in guide.shelf.offers if guide else ():
            troubles[offer.intent] = list(offer.heard)
        self.of_guide = troubles | {each.intent: [*each.heard, *each.also] for each in questions}
        """Intent -> what the guide itself adds to the language, listened for or not."""
        self._phrases = dict(_of_the_language(wordings, readings))
        self._phrases |= {intent: tuple(phrases) for intent, phrases in troubles.items()}
        self._phrases |= {question.intent: question.heard for question in questions}
        self._phrases[UNKNOWN_QUESTION] = ()  # known by its shape, not by its words
        self._phrases[DATE] = _days(dates, readings)
        self._phrases[DIGITS] = _strings(wordings.digits, readings)
        self._phrases |= dict.fromkeys(KINDS, ())  # said only IN_DRILL
        heard = (wordings.lists[f"chatter.{name}"] for name in ("heard", "beside", "fillers"))
        self._chatter = tuple(map(readings.phrase, chain.from_iterable(heard)))
        """Listened for everywhere, so that chatter is not heard as something else."""
        self._fillers = frozenset(wordings.lists["chatter.fillers"])
        self._beside = self._fillers | frozenset(wordings.lists["chatter.beside"])
        self._alarm_words = (
            *map(readings.phrase, fraud.listen),
            *(phrase for phrase in self._phrases["fraud"] if len(phrase.reading) >= 3),
        )
        """Heard in the midst of any speech."""
        for word in personal:
            self._phrases[word.intent] = (*self._phrases.get(word.intent, ()), *word.phrases)
        usual = (name for name in UNIVERSAL if name not in ("fraud", DRILL))
        self._usual = {each.text for name in usual for each in self._phrases[name]}
        self._usual |= {each.text for each in self._chatter}
        self._joined = {
            pair
            for pair, means in wordings.together.items()
            if means != NOTHING and ANY not in pair and NOTHING not in pair
        }
        """Families of intents that are said together. 是 and anything would be too many to listen for."""
        self._before_name = wordings.lists["naming.before"]
        self.asking = Asking(wordings.lists["asking.before"], wordings.lists["asking.or"])
        """Tells which words a prompt asks for."""
        self.belonging = tuple(answers(guide, self.asking)) if guide else ()
        """The answers of the guide's prompts, each with the words it stands for."""
        self._asked = {words for _, words, _, _ in self.belonging}
        self._deny_what_is_done(wordings)
        around_exercise = guide.exercise.frame.values() if guide else ()
        self._asked |= {
            words for each in around_exercise for prompt in each for words in self.asking.offered(prompt.text)
        }
        self._always = frozenset(wordings.lists["asking.always"])
        self._asked |= self._always
        # 退出 is asked for too, but what ends or restarts needs more certainty, never less.
        self._cautious = frozenset(wordings.lists["cautious.intents"])
        self._asked -= {each.text for name in self._cautious for each in self._phrases[name]}
        self._answers: dict[str, dict[str, list[Phrase]]] = {}
        """A place, as where intents are listed -> what it may be answered with, by meaning."""
        self._add_answers(AFTER_ACTING, {"complaint": wordings.after_acting})
        # Beside what the step makes of them; of two answers neither counts, and they mean what they mean anywhere.
        self._add_answers(ASKED_IF_DONE, {NO: wordings.heard[NO]})
        unfinished = (*wordings.unfinished, *(phrase.text for phrase in self.of_guide[NO]))
        self._add_answers(ASKED_TO_GO_ON, {"resume": unfinished})
        self._add_answers(PRACTISING, wordings.while_practising)
        self._add_answers(ABOUT_DAY, {"cannot": dates.unknown})
        if guide:
            self._add_drills(guide.drills)

    def _deny_what_is_done(self, wordings: Wordings) -> None:
        """Also what is understood in another way stays listened for: 没收到 is a trouble of one step only."""
        lists = wordings.lists
        self._denials = Denials(lists["denying.before"], lists["denying.endings"], lists["denying.unless"])
        heard = ((name, phrases) for name, phrases in self._phrases.items() if name != NO)
        self._known = {phrase.reading for _, phrases in heard for phrase in phrases}
        self._also = {text for name, texts in wordings.also.items() if name != NO for text in texts}
        self._also |= {text for _, _, text, _ in self.belonging}
        done = (phrase.text for intent in DENIED for phrase in self._phrases[intent])
        denials = [denial for text in done for denial in self._denying(text)]
        meaning_no = [denial for denial in denials if self._means_no(denial)]
        self.of_guide[NO] = meaning_no
        self._phrases[NO] = tuple(dict.fromkeys((*self._phrases[NO], *meaning_no)))
        besides = map(self._readings.phrase, lists["nothing.listened"])
        self._besides = dict.fromkeys((*besides, *(each for each in denials if not self._means_no(each))))
        """Listened for everywhere, though no intent lists them: they resemble what one does."""
        self._usual |= {phrase.text for phrase in (*meaning_no, *self._besides)}

    def _add_drills(self, drills: Drills) -> None:
        """What she answers a swindler, and whether she wants another one."""
        for place, meanings in drills.by_place.items():
            self._add_answers(place, {intent: each.heard for intent, each in meanings.items()})
            # In the exercise they are what is usual; elsewhere nothing listens for them.
            self._usual |= {each.text for phrases in self._answers[place].values() for each in phrases}

    def _add_answers(self, place: str, meanings: Mapping[str, Iterable[str]]) -> None:
        for intent, texts in meanings.items():
            for text in texts:
                self.add_answer(place, intent, text)

    def add_answer(self, place: str, intent: str, text: str) -> None:
        """Said while `place` is expected, it means `intent`."""
        phrase = self._readings.phrase(text)
        self._answers.setdefault(place, {}).setdefault(intent, []).append(phrase)

    def _denying(self, text: str) -> Iterator[Phrase]:
        return map(self._readings.phrase, self._denials.of(text))

    def _means_no(self, denial: Phrase) -> bool:
        """Or something else besides: 没成功 is 失败了, 没明白 is 我不会."""
        return denial.reading not in self._known and denial.text not in self._also

    def add_denials(self, place: str, text: str) -> None:
        """Said while `place` is expected, the denials of `text` mean no."""
        for denial in self._denying(text):
            if self._means_no(denial):
                self.add_answer(place, NO, denial.text)
            else:
                self._besides[denial] = None

    def answers(self) -> Iterator[tuple[str, str, list[Phrase]]]:
        """(place, intent, phrases) of all that means something only while a place is expected."""
        for place, meanings in self._answers.items():
            yield from ((place, intent, phrases) for intent, phrases in meanings.items())

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

    def word_list(
        self, expecting: Sequence[str], asked: Collection[str] = (), meant: Collection[str] = ()
    ) -> tuple[Phrase, ...]:
        """What a recogniser should listen for: the wordings; the chatter around them, which would otherwise
        be heard as something else; and the words of fraud, in whatever speech they stand. `asked`: the words the guide
        has just asked for; `meant`: the intents they mean. Raises KeyError."""
        times = self._times(expecting, asked, meant)
        alarming = self._alarm_words if "fraud" in expecting else ()
        alarming += self._phrases[DIGITS] if DIGITS in expecting else ()
        spotted = {phrase.text for phrase in alarming}
        beside, usual = self._beside | spotted, self._usual - spotted
        if DATE in expecting:
            # Said in pieces, 明年 三月 十五号, and put right: 不对，是三月.
            beside |= {phrase.text for phrase in self._phrases[DATE]} | self._dates.before
        wordings = self.phrases(expecting)
        besides = (*self._chatter, *(each for each in self._besides if each not in {*wordings}))
        listed = {(each.text, each.reading): each for each in (*wordings, *besides, *alarming)}
        meanings = {phrase.text: intent for intent, phrase in self.listed(expecting)}
        then = self._then({*meanings.values()})
        idle = {each.text for each in self._chatter} - {each.text for each in (*wordings, *alarming)}
        return tuple(
            replace(
                each,
                meaning=meanings.get(each.text, ""),
                then=then.get(meanings.get(each.text, ""), frozenset()),
                beside=each.text in beside,
                filler=each.text in self._fillers,
                idle=each.text in idle,
                spotted=each.text in spotted,
                usual=each.text in usual,
                asked=each.text in self._asked,
                expected=each.text in times or each.text in self._always,
                always=each.text in self._always or each.text in spotted,
                ease=max(each.ease, self._ease(each.text)),
                times=times.get(each.text, 1),
            )
            for each in listed.values()
        )

    def _then(self, intents: Collection[str]) -> dict[str, frozenset[str]]:
        """Of each of these intents those that may be said behind it."""
        of_family: dict[str, set[str]] = {}
        for intent in intents:
            of_family.setdefault(family(intent), set()).add(intent)
        behind = {
            one: frozenset(
                chain.from_iterable(of_family[other] for other in of_family if (one, other) in self._joined)
            )
            for one in of_family
        }
        return {intent: behind[family(intent)] for intent in intents}

    def _ease(self, text: str) -> float:
        if text in self._always:
            return ALWAYS_EASE
        return ASKED_EASE if text in self._asked else 0.0

    def _times(
        self, expecting: Sequence[str], asked: Collection[str], meant: Collection[str]
    ) -> dict[str, int]:
        """How much likelier than else a text is now. What ends or restarts never is."""
        likelier = {*meant} - self._cautious
        if likelier.intersection(DENIED):
            likelier.add(NO)  # she may have done it or not: neither goes before the other
        times = {phrase.text: MEANT_TIMES for intent, phrase in self.listed(expecting) if intent in likelier}
        return times | {text: ASKED_TIMES for text in times if text in asked}

    def beginnings(self, expecting: Iterable[str]) -> dict[Reading, frozenset[str]]:
        """How a wording may begin -> of which of these intents. Raises KeyError."""
        found: dict[Reading, frozenset[str]] = {}
        for intent, phrase in self.listed(expecting):
            for length in range(1, len(phrase.reading)):
                beginning = phrase.reading[:length]
                found[beginning] = found.get(beginning, frozenset()) | {intent}
        return found

    def naming(self, name: str) -> tuple[Phrase, ...]:
        """How somebody says that she is called so, where she is asked for it."""
        texts = (name, *(before + name for before in self._before_name))
        phrases = map(self._readings.phrase, texts)
        return tuple(replace(each, asked=True, expected=True, ease=ASKED_EASE) for each in phrases)


@lru_cache(maxsize=2)
def _of_the_language(wordings: Wordings, readings: Readings) -> Mapping[str, tuple[Phrase, ...]]:
    """Intent -> its phrases: the same for every guide and everybody's own words."""
    return {intent: tuple(map(readings.phrase, texts)) for intent, texts in wordings.heard.items()}


@lru_cache(maxsize=2)
def _days(dates: DateWords, readings: Readings) -> tuple[Phrase, ...]:
    return tuple(replace(readings.phrase(text), ease=dates.ease(text)) for text in dates.texts())


def _troubles(guide: Guide | None) -> Sequence[Trouble]:
    if guide is None:
        return ()
    return (*guide.troubles, *(trouble for step in guide.steps for trouble in step.troubles))


def _strings(digits: DigitRules, readings: Readings) -> tuple[Phrase, ...]:
    """A string of digits, and what may be said before it."""
    # 两个六 is two digits: 两, 个六.
    each = tuple(readings.phrase(text) for digit in digits.values for text in (digit, digits.counter + digit))
    string = replace(readings.phrase(digits.stands_for), strung=each)
    return (string, *map(readings.phrase, digits.before))
