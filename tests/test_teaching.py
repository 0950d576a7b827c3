"""Choosing how her word is said, and refusing what could not work: arithmetic over scripted recognisers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest

from tests import shipped
from voiceguide.events import Belief, Phrase, Reading, Samples
from voiceguide.language.likeness import LOST, NEAR, distance
from voiceguide.teaching.pronouncing import Refusal, Strictness, best_rows, disagreements, pronounced
from voiceguide.teaching.teaching import Teacher
from voiceguide.understanding.intents import Understanding
from voiceguide.understanding.personal import PersonalWord

EXPECTING = ("next", "repeat", "yes", "no", "stop")
TAKES = [np.full(10, number, np.int16) for number in range(3)]
DAY = "2026-11-23"

SPELLINGS = {
    "xia": "x i a",
    "yi": "i",
    "bu": "b u",
    "ni": "n i",
    "ke": "k e",
    "ting": "t i G",
    "tuo": "t u o",
}


@dataclass(frozen=True)
class Said:
    reading: Reading


class Scripted:
    """A transcriber: what each take sounds like, and how well each string explains each take."""

    sounds_id = "these"

    def __init__(self, *takes: Mapping[str, float]) -> None:
        """For each take: string -> log likelihood; strings it does not hold get -100."""
        self.takes = takes

    def guesses(self, repetition: Samples) -> Sequence[Said]:
        return [Said(tuple(text.split())) for text in self.takes[repetition[0]]]

    def scores(self, readings: Sequence[Reading], repetitions: Sequence[Samples]) -> list[list[float]]:
        return [
            [self.takes[repetition[0]].get(" ".join(reading), -100.0) for repetition in repetitions]
            for reading in readings
        ]

    def spell(self, reading: Reading) -> Reading:
        spelt = (each[1:-1] if each[0] == "/" else SPELLINGS.get(each, " ".join(each)) for each in reading)
        return tuple(sound for each in spelt for sound in each.split())


class Hears:
    """A recogniser: for each take the texts it may hear, the first that is listened for."""

    def __init__(self, *takes: Sequence[str]) -> None:
        self.takes = takes
        self.prepared: set[str] = set()

    def prepare(self, phrases: Sequence[Phrase]) -> None:
        self.prepared = {phrase.text for phrase in phrases}

    def turn(self, phrases: Sequence[Phrase]) -> Hears:
        self.listed = {phrase.text for phrase in phrases}
        assert self.listed <= self.prepared
        return self

    def accept(self, samples: Samples) -> None:
        self.take = int(samples[0])

    def result(self, thorough: bool = True) -> Belief:
        texts = [text for text in self.takes[self.take] if text in self.listed]
        return Belief(texts[0], 0.9) if texts else Belief("", 0.0)


@pytest.fixture(scope="module")
def understanding() -> Understanding:
    return shipped.understanding(None)


def learn(
    understanding: Understanding,
    takes: Sequence[Mapping[str, float]],
    heard: Sequence[Sequence[str]] = (("「词」",),) * 3,
    intent: str = "next",
    known: Sequence[PersonalWord] = (),
) -> PersonalWord | Refusal:
    teacher = Teacher(Scripted(*takes), Hears(*heard), understanding, EXPECTING)
    return teacher.learn(intent, "词", TAKES[: len(takes)], known, DAY)


NI_KE = {"ni ke": -10.0, "ni e": -14.0}


def test_three_takes_of_one_word_are_learnt(understanding: Understanding) -> None:
    word = learn(understanding, [NI_KE, NI_KE, NI_KE])
    assert word == PersonalWord("词", "next", (("ni", "ke"),), "these", DAY)


def test_a_second_way_of_saying_it_is_kept_when_it_explains_more(understanding: Understanding) -> None:
    other = {"ni ke": -16.0, "ni tuo": -8.0}
    word = learn(understanding, [NI_KE, NI_KE, other])
    assert isinstance(word, PersonalWord)
    assert word.pronunciations == (("ni", "ke"), ("ni", "tuo"))


def test_takes_of_different_words_are_refused(understanding: Understanding) -> None:
    mumble = {"tuo tuo": -10.0, "ni ke": -60.0}
    assert learn(understanding, [NI_KE, NI_KE, mumble]) == Refusal("differ")


def test_a_take_in_which_nothing_is_said_is_refused(understanding: Understanding) -> None:
    assert learn(understanding, [NI_KE, {}, NI_KE]) == Refusal("nothing")


def test_one_short_syllable_is_refused(understanding: Understanding) -> None:
    assert learn(understanding, [{"tuo": -10.0}] * 3) == Refusal("short")


def test_a_short_way_beside_a_long_one_is_left_out(understanding: Understanding) -> None:
    takes = [{"ni ke": -10.0, "tuo": -11.0}, {"ni ke": -10.0}, {"tuo": -6.0, "ni ke": -12.0}]
    word = learn(understanding, takes)
    assert isinstance(word, PersonalWord)
    assert word.pronunciations == (("ni", "ke"),)


def test_a_speech_is_refused(understanding: Understanding) -> None:
    assert learn(understanding, [{" ".join(["ni"] * 9): -10.0}] * 3) == Refusal("long")


def test_a_word_that_sounds_like_another_intents_is_refused_by_name(understanding: Understanding) -> None:
    assert learn(understanding, [{"xia yi bu": -10.0}] * 3, intent="repeat") == Refusal("like-ours", "下一步")


def test_a_word_may_sound_like_its_own_intent(understanding: Understanding) -> None:
    assert isinstance(learn(understanding, [{"xia yi bu": -10.0}] * 3, intent="next"), PersonalWord)


def test_a_word_like_another_of_hers_is_refused_by_name(understanding: Understanding) -> None:
    other = PersonalWord("那句", "yes", (("ni", "/k e o/"),), "these", DAY)
    assert learn(understanding, [NI_KE] * 3, known=[other]) == Refusal("like-hers", "那句")
    same = PersonalWord("那句", "next", (("ni", "/k e o/"),), "these", DAY)
    assert isinstance(learn(understanding, [NI_KE] * 3, known=[same]), PersonalWord)


def test_a_word_for_stop_must_differ_more(understanding: Understanding) -> None:
    takes, known = [NI_KE] * 3, PersonalWord("那句", "yes", (("ni", "/t e/"),), "these", DAY)
    apart = distance(("n", "i", "k", "e"), ("n", "i", "t", "e"))
    strict = Strictness()
    assert strict.least_distance < apart < strict.least_risky_distance, "else this test shows nothing"
    assert isinstance(learn(understanding, takes, known=[known]), PersonalWord)
    assert learn(understanding, takes, intent="stop", known=[known]) == Refusal("like-hers", "那句")


def test_a_take_that_is_heard_as_something_else_refuses_the_word(understanding: Understanding) -> None:
    heard = [("「词」",), ("再说一遍", "「词」"), ("「词」",)]
    assert learn(understanding, [NI_KE] * 3, heard) == Refusal("like-ours", "再说一遍")


@pytest.mark.thorough
def test_one_take_in_three_may_be_missed_but_not_two(understanding: Understanding) -> None:
    assert isinstance(learn(understanding, [NI_KE] * 3, [("「词」",), (), ("「词」",)]), PersonalWord)
    assert learn(understanding, [NI_KE] * 3, [("「词」",), (), ()]) == Refusal("unsure")


class Doubts(Hears):
    """Believes a word the more the easier it is: 0.45 at first, 0.15 more for each 3 nats."""

    def prepare(self, phrases: Sequence[Phrase]) -> None:
        super().prepare(phrases)
        [self.ease] = {phrase.ease for phrase in phrases if phrase.text == "「词」"}

    def result(self, thorough: bool = True) -> Belief:
        text = super().result().text
        confidence = 0.45 + 0.05 * self.ease
        return Belief(text if confidence >= 0.5 else "", confidence)


@pytest.mark.thorough
def test_a_word_is_as_easy_to_believe_as_her_repetitions_need(understanding: Understanding) -> None:
    def learnt(intent: str, **changes: object) -> PersonalWord | Refusal:
        strict = Strictness(**changes)  # type: ignore[arg-type]
        recogniser = Doubts(*[("「词」",)] * 3)
        teacher = Teacher(Scripted(*[NI_KE] * 3), recogniser, understanding, EXPECTING, strict)
        return teacher.learn(intent, "词", TAKES, (), DAY)

    word = learnt("repeat")
    assert isinstance(word, PersonalWord)
    assert word.ease == 6.0
    assert {phrase.ease for phrase in word.phrases} == {6.0}
    easier = learnt("repeat", sure=0.55)
    assert isinstance(easier, PersonalWord)
    assert easier.ease == 3.0
    assert learnt("repeat", eases=(0.0,)) == Refusal("unsure")
    assert learn(understanding, [NI_KE] * 3) == replace(word, intent="next", ease=0.0)


@pytest.mark.thorough
def test_for_stop_none_may_be_missed(understanding: Understanding) -> None:
    assert learn(understanding, [NI_KE] * 3, [("「词」",), (), ("「词」",)], "stop") == Refusal("unsure")


def test_for_stop_nothing_else_may_be_heard_even_without_it(understanding: Understanding) -> None:
    heard = [("「词」", "下一步"), ("「词」",), ("「词」",)]
    assert learn(understanding, [NI_KE] * 3, heard, "stop") == Refusal("like-ours", "下一步")
    assert isinstance(learn(understanding, [NI_KE] * 3, heard, "repeat"), PersonalWord)


# ---------------------------------------------------------------------------------------- arithmetic


def test_the_likeliest_string_in_all_comes_first() -> None:
    scores = np.array([[-1.0, -90.0, -1.0], [-9.0, -9.0, -9.0], [-50.0, -2.0, -50.0]])
    assert best_rows(scores, gain=4.0) == [1, 0, 2]
    assert best_rows(scores, gain=4.0, most=1) == [1]
    assert best_rows(scores, gain=100.0) == [1]


def test_a_breath_before_the_word_is_no_part_of_it() -> None:
    """A string that begins with the breath explains that repetition far better, and the others as well."""
    plain, breath = {"ni ke": -18.0, "tuo bu ni ke": -15.0}, {"ni ke": -24.0, "tuo bu ni ke": -15.0}
    said = pronounced(Scripted(plain, plain, breath), TAKES, Strictness())
    assert said == (("ni", "ke"),)
    assert pronounced(Scripted(plain, plain, breath), TAKES, Strictness(syllable_nats=0.0))[0] == (
        "tuo", "bu", "ni", "ke",
    )  # fmt: skip


def test_disagreement_is_counted_against_what_the_others_sounded_like() -> None:
    scores = np.array([[-10.0, -11.0, -40.0], [-30.0, -30.0, -5.0]])
    came_from = np.array([[True, True, False], [False, False, True]])
    assert disagreements(scores, came_from) == [0.0, 0.0, 35.0]


def test_what_only_she_says_once_is_no_help_to_herself() -> None:
    assert disagreements(np.array([[-1.0]]), np.array([[True]])) == [float("inf")]
    assert pronounced(Scripted({"ni ke": -1.0}), TAKES[:1], Strictness()) == Refusal("differ")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("n i k e", "n i k e", 0.0),
        ("", "", 0.0),
        ("", "n i", LOST),
        ("n i", "l i", NEAR / 2),
        ("n i", "t i", 0.5),
        ("n i k e", "n i k", LOST / 4),
        ("a", "b u d", (1 + 2 * LOST) / 3),
    ],
)
def test_distance(one: str, other: str, expected: float) -> None:
    assert distance(one.split(), other.split()) == pytest.approx(expected)
    assert distance(other.split(), one.split()) == pytest.approx(expected)


def test_a_limit_changes_nothing_below_it() -> None:
    one, other = tuple("xiaibu"), ("sh", *"aibu")
    exact = distance(one, other)
    assert distance(one, other, exact + 0.01) == pytest.approx(exact)
    assert distance(one, other, exact - 0.01) > exact - 0.01
