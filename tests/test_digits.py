"""Digits that may be a code are found in what was heard, and stand in nothing that is kept."""

from __future__ import annotations

import json
import logging
from datetime import date
from pathlib import Path

import pytest

from tests.fakes import FakeMouth, FakeRoom, ScriptedEars
from tests.test_session import content
from voiceguide import cli
from voiceguide.commands.transcript import line, values
from voiceguide.dialogue import dialogue
from voiceguide.dialogue.state import State
from voiceguide.events import LEAST_STRUNG, Entry, Heard, Transcript
from voiceguide.profile.profile_file import ProfileFile
from voiceguide.session.session import Session
from voiceguide.understanding.digits import DIGITS
from voiceguide.understanding.wordings import UNIVERSAL

SECRET = """
四七八八|四七八八
验证码是四七八八二九|四七八八二九
四，七，八，八|四，七，八，八
四 七 嗯 八 那个 八 然后 二|四 七 嗯 八 那个 八 然后 二
两个六一个八三七|两个六一个八三七
四个零|四个零
五十六七十八|五十六七十八
我的密码是一二三四|一二三四
幺三八零零幺三八零零零|幺三八零零幺三八零零零
洞洞拐九|洞洞拐九
6222 0200 1234 5678|6222 0200 1234 5678
密码478829啊|478829
１２３４|１２３４
三二零一零二一九五零零三一五零零二一|三二零一零二一九五零零三一五零零二一
我打12333说了478829|478829
一九五零三月|
138-0013-8000|138-0013-8000
123456|123456
一二三四五六|一二三四五六
两千，六二二八四八零四|两千，六二二八四八零四
2026-01-02 622848040256|2026-01-02 622848040256
"""

PUBLIC = """
12333
一二三三三
我打幺二三三三问问
12333，一问就知道
九六幺幺零
打96110
110
我打了12345
二零二六年三月十五号
2026年3月15日
2026-03-15
一九五零年生的
三千五百六十七块钱
我拿3500块
三月十五
七十五六岁
五六十岁
一二三
三个孩子两个孙子
第十七步
一百二十三斤
10086
"""


def rules(text: str) -> str:
    return content()[1].forgotten(Transcript(text, 1.0, 0.0, 0.0, guess=text)).text


def test_strings_of_digits_that_may_be_a_code_are_replaced_by_one_phrase() -> None:
    for row in SECRET.split("\n"):
        text, _, string = row.partition("|")
        if string:
            assert rules(text) == text.replace(string, "一串数字"), text


def test_public_numbers_years_dates_and_amounts_are_left_alone() -> None:
    for text in filter(None, PUBLIC.split("\n")):
        assert rules(text) == text


def test_they_are_understood_in_every_state_and_a_guess_is_cleaned_as_well() -> None:
    play, understanding = content()
    for expecting in (
        dialogue.expecting(play, State("log-in")),
        dialogue.expecting(play, dialogue.respond(play, State("log-in"), Heard("drill", ""))[0]),
    ):
        assert understanding.understand("验证码是四七八八二九", expecting) == Heard(DIGITS, "验证码是一串数字")
    guess = understanding.forgotten(Transcript("", 0.4, 0.0, 0.0, guess="四七八八二九"))
    assert guess.guess == "一串数字"
    assert understanding.understand("验证码是四七八八二九", UNIVERSAL).transcript == "验证码是一串数字"


def test_the_recogniser_is_told_one_word_for_all_of_them() -> None:
    play, understanding = content()
    (phrase,) = (each for each in understanding.word_list(dialogue.expecting(play, State("log-in"))) if each.strung)
    assert (phrase.text, phrase.beside, phrase.spotted) == ("一串数字", True, True)
    assert {"幺", "零", "个六"} <= {each.text for each in phrase.strung}
    assert understanding._digits.least == LEAST_STRUNG


SAID = ("验证码是四七八八二九", "478829", "密码 四 七 八 八 二 九", "好了", "考考我", "我告诉你四七八八二九", "不练了")
LEAKS = ("四七八八", "四 七", "4788", "八二九", "八 二 九")


@pytest.mark.thorough
def test_no_log_no_transcript_and_no_profile_ever_holds_them(
    own_folders: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    play, understanding = content()
    log: list[Entry] = []
    people = own_folders / "people" / "1"
    people.mkdir(parents=True)
    keeper = ProfileFile(people)
    replies = [*SAID, Transcript("", 0.3, 0.0, 0.0, guess="四七八八二九")]
    mouth = FakeMouth()
    day = date(2026, 11, 26)
    Session(play, understanding, FakeRoom(), ScriptedEars(replies), mouth, keeper, log.append, day).run()
    kept = [
        repr(log),
        "\n".join(map(line, log)),
        json.dumps([values(entry) for entry in log], ensure_ascii=False),
        "\n".join(mouth.said),
        caplog.text,
        *(path.read_text(encoding="utf-8") for path in people.rglob("*") if path.is_file()),
    ]
    assert any("drill:" in text for text in kept), "her exercise was kept"
    assert sum(text.count("一串数字") for text in kept[1:2]) >= 4
    for text in kept:
        assert not [leak for leak in LEAKS if leak in text]


def test_what_is_understood_of_written_words_is_shown_without_them(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["understand", "验证码是四七八八二九"])
    shown = capsys.readouterr().out
    assert json.loads(shown)["intent"] == DIGITS
    assert not [leak for leak in LEAKS if leak in shown]
