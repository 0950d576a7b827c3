"""How alike two readings sound."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rows import hold, none_of
from voiceguide.language.accents import ACCENT, NEAR, accent_key, distance, split, syllable_distance

SYLLABLES = st.sampled_from(
    "xia yi bu shang zai shuo hao le ne re nong long wan wang fei hui fu hu lv lu nv".split(" ")  # noqa: SIM905
)
READINGS = st.lists(SYLLABLES, max_size=6).map(tuple)


def test_accents_make_these_one() -> None:
    pairs = [
        ("nan", "lan"), ("ran", "lan"), ("rou", "nou"), ("zhi", "zi"), ("che", "ce"), ("shi", "si"), ("fu", "hu"),
        ("fei", "hui"), ("fang", "huang"), ("fan", "huan"), ("fa", "hua"), ("bang", "ban"), ("sheng", "shen"),
        ("ming", "min"), ("liang", "lian"), ("guang", "guan"), ("nv", "nu"), ("lv", "lu"), ("shang", "san"),
        ("ying", "yin"), ("weng", "wen"), ("zhuang", "zuan"),
    ]  # fmt: skip
    hold(((pair, ACCENT) for pair in pairs), lambda pair: syllable_distance(*pair))
    none_of(pair for pair in pairs if accent_key(pair[:1]) != accent_key(pair[1:]))


def test_accents_leave_these_apart() -> None:
    pairs = [
        ("hao", "gao"), ("bu", "pu"), ("ting", "deng"), ("le", "ne"), ("le", "re"), ("qi", "chi"), ("ban", "ben"),
        ("ju", "zhu"), ("yu", "wu"), ("yi", "er"), ("jia", "jie"), ("dong", "deng"),
    ]  # fmt: skip
    none_of(pair for pair in pairs if accent_key(pair[:1]) == accent_key(pair[1:]))
    none_of(pair for pair in pairs if syllable_distance(*pair) <= ACCENT)


def test_some_syllables_are_easily_mistaken() -> None:
    assert syllable_distance("bian", "pian") == NEAR
    assert syllable_distance("le", "lei") == 1
    assert syllable_distance("xia", "bu") == 1


def test_spelling_is_not_sound() -> None:
    assert split("wei") == ("", "uei")
    assert split("ying") == ("", "ing")
    assert split("yuan") == ("", "van")
    assert split("ju") == ("j", "v")
    assert split("zhuang") == ("zh", "uang")


def test_a_syllable_more_costs_one() -> None:
    assert distance(("zai", "shuo"), ("zai", "shuo", "yi")) == 1
    assert distance((), ("hao", "le")) == 2
    assert distance(("shi", "bai"), ("si", "bai")) == ACCENT


@pytest.mark.thorough
@given(READINGS, READINGS)
def test_distance_is_symmetric_and_zero_only_for_the_same(
    one: tuple[str, ...], other: tuple[str, ...]
) -> None:
    assert distance(one, other) == pytest.approx(distance(other, one))
    assert (distance(one, other) == 0) == (one == other)


@pytest.mark.thorough
@given(READINGS, READINGS)
def test_accent_equal_means_no_syllable_farther_than_an_accent(
    one: tuple[str, ...], other: tuple[str, ...]
) -> None:
    close = len(one) == len(other) and all(
        syllable_distance(a, b) <= ACCENT for a, b in zip(one, other, strict=True)
    )
    assert (accent_key(one) == accent_key(other)) == close
