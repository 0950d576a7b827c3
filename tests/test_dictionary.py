"""The table of readings says what pypinyin says, of every hanzi, every phrase, and any text."""

from __future__ import annotations

import random
import runpy
from pathlib import Path

import pytest

from voiceguide.language.dictionary import FILE, Dictionary

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def dictionary() -> Dictionary:
    return Dictionary.shipped()


def pypinyin_reading(hanzi: str) -> tuple[str, ...]:
    from pypinyin import Style, lazy_pinyin

    return tuple(lazy_pinyin(hanzi, style=Style.TONE3, neutral_tone_with_five=True, v_to_u=False))


@pytest.mark.thorough
def test_the_shipped_table_is_what_script_dictionary_writes_now() -> None:
    written = runpy.run_path(str(ROOT / "script" / "dictionary.py"))["text"]()
    assert FILE.read_text(encoding="utf-8") == written, "run .venv/bin/python script/dictionary.py"


@pytest.mark.thorough
def test_phrases_and_hanzi_read_as_in_pypinyin(dictionary: Dictionary) -> None:
    from pypinyin.phrases_dict import phrases_dict
    from pypinyin.pinyin_dict import pinyin_dict

    # Every eleventh: what asks pypinyin for all of them takes seconds.
    texts = [*list(phrases_dict)[::11], *list(map(chr, pinyin_dict))[::11]]
    assert {text: dictionary.reading(text) for text in texts} == {text: pypinyin_reading(text) for text in texts}


@pytest.mark.thorough
def test_any_text_is_cut_as_pypinyin_cuts_it(dictionary: Dictionary) -> None:
    from pypinyin.phrases_dict import phrases_dict
    from pypinyin.seg import mmseg

    rng = random.Random(1)
    phrases = list(phrases_dict)
    # Beginnings and ends of phrases run into one another, with what is no hanzi between.
    shreds = [phrase[: rng.randint(1, len(phrase))] for phrase in rng.sample(phrases, 4000)]
    shreds += [phrase[rng.randint(1, len(phrase)) - 1 :] for phrase in rng.sample(phrases, 4000)]
    shreds += ["，", " ", "=", "a", "1", ",", "不", "一", "=yi2", " 一"] * 200
    texts = ["".join(rng.choices(shreds, k=rng.randint(1, 6))) for _ in range(4_000)]
    texts += [phrase[:length] for phrase in phrases[::29] for length in range(1, len(phrase))]
    for text in texts:
        assert list(dictionary.cut(text)) == list(mmseg.seg.cut(text)), text


def test_what_is_wholly_the_beginning_of_a_phrase_is_cut_into_hanzi(dictionary: Dictionary) -> None:
    # 百闻不如一见: the rest 闻不如 begins no phrase, but all of 百闻不如 begins one and holds none at its start
    assert list(dictionary.cut("百闻不如")) == ["百", "闻", "不", "如"]
    assert list(dictionary.cut("闻不如")) == ["闻", "不如"]


def test_what_is_no_hanzi_has_no_reading(dictionary: Dictionary) -> None:
    assert "下" in dictionary
    for strange in ("，", "a", "1", "", " ", "=", "𠀀𠀁", "あ"):
        assert strange not in dictionary
    with pytest.raises(KeyError):
        dictionary.alone("a")
    assert list(dictionary.cut("")) == []
