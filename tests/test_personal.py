"""Her own words: listened for and understood wherever their intent is expected."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests import shipped
from voiceguide.events import Heard, NoMatch
from voiceguide.understanding.intents import Understanding
from voiceguide.understanding.personal import PersonalWord, free_label, is_label

WORD = PersonalWord(
    "晓得哉", "next", (("xiao", "/d e/", "zei"), ("xiao", "de")), "0123456789abcdef", "2026-11-23", 3.0
)
STOP = PersonalWord("歇搁", "stop", (("xie", "/g o/"),), "0123456789abcdef", "2026-11-23")


@pytest.fixture(scope="module")
def plain() -> Understanding:
    return shipped.understanding(None)


@pytest.fixture(scope="module")
def hers(plain: Understanding) -> Understanding:
    return plain.with_personal((WORD, STOP))


def test_a_word_without_a_name_gets_a_free_one() -> None:
    first = free_label(())
    named = [replace(WORD, label=first)]
    assert free_label(named) not in ("", first)
    assert is_label(first)


@pytest.mark.parametrize("text", ["", "a b", "好「", "好" * 13, "好，好"])
def test_what_cannot_be_a_name(text: str) -> None:
    assert not is_label(text)


# ------------------------------------------------------------------------------------- understanding


def test_her_word_is_listened_for_where_its_intent_is_expected(hers: Understanding) -> None:
    listed = {(phrase.text, phrase.reading) for phrase in hers.word_list(("next", "repeat"))}
    for reading in WORD.pronunciations:
        assert (WORD.text, reading) in listed
    assert WORD.text not in {phrase.text for phrase in hers.word_list(("repeat", "yes"))}


def test_ordinary_lists_are_as_they_were(plain: Understanding, hers: Understanding) -> None:
    everything = plain.universal
    own = {WORD.text, STOP.text}
    assert [p for p in hers.word_list(everything) if p.text not in own] == list(plain.word_list(everything))
    assert hers.with_personal(()).word_list(everything) == plain.word_list(everything)


@pytest.mark.parametrize(
    "said", ["「晓得哉」", "嗯「晓得哉」", "「晓得哉」谢谢", "「晓得哉」下一步", "「晓得哉」「晓得哉」"]
)
def test_her_word_is_understood(hers: Understanding, said: str) -> None:
    assert hers.understand(said, hers.universal) == Heard("next", said)


@pytest.mark.parametrize(
    "said", ["不「晓得哉」", "「晓得哉」上一步", "他昨天「晓得哉」了三次", "「晓得", "晓得哉」"]
)
def test_her_word_within_something_else_is_not(hers: Understanding, said: str) -> None:
    heard = hers.understand(said, hers.universal)
    assert not (isinstance(heard, Heard) and heard.intent == "next")


def test_her_word_means_nothing_where_its_intent_is_not_expected(hers: Understanding) -> None:
    assert hers.understand("「晓得哉」", ("yes", "no")) == NoMatch("「晓得哉」")


def test_nobody_else_understands_it(plain: Understanding) -> None:
    assert plain.understand("「晓得哉」", plain.universal) == NoMatch("「晓得哉」")


def test_her_word_for_stop_must_be_heard_as_surely_as_ours(hers: Understanding) -> None:
    assert hers.understand(STOP.text, hers.universal, 0.6) == NoMatch(STOP.text)
    assert hers.understand(STOP.text, hers.universal, 0.8) == Heard("stop", STOP.text, 0.8)


def test_her_word_is_a_whole_answer(hers: Understanding) -> None:
    assert hers.complete(hers.universal)(WORD.text)


def test_a_phrase_her_word_goes_on_from_is_not_whole(plain: Understanding) -> None:
    begins_like_repeat = replace(WORD, pronunciations=(("zai", "shuo", "yi", "bian", "lai"),))
    assert plain.complete(plain.universal)("再说一遍")
    assert not plain.with_personal([begins_like_repeat]).complete(plain.universal)("再说一遍")
