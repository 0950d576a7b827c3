"""Whoever says that it is not done is listened for as well as whoever has done it."""

from __future__ import annotations

import pytest

from tests.shipped import guide as shipped_guide
from tests.shipped import script as shipped_script
from tests.shipped import understanding as shipped_understanding
from tests.shipped import wordings as shipped_wordings
from voiceguide.dialogue import dialogue
from voiceguide.dialogue.state import State
from voiceguide.events import Heard, NoMatch, Phrase
from voiceguide.understanding.denials import DENIED, Denials
from voiceguide.understanding.phrasebook import MEANT_TIMES

UNDERSTANDING = shipped_understanding()
SCRIPT = shipped_script()


def at(step: str) -> tuple[str, ...]:
    return tuple(dialogue.expecting(SCRIPT, State(step)))


@pytest.mark.parametrize(
    ("text", "denials"),
    [
        ("登录了", ["没登录", "还没登录"]),
        ("坐好啦", ["没坐好", "还没坐好"]),
        ("可以了", []),
        ("继续", []),
        ("了", []),
        ("没有了", []),
    ],
)
def test_what_is_done_can_be_denied(text: str, denials: list[str]) -> None:
    assert list(Denials(["没", "还没"], ["了", "啦"], {"可以"}).of(text)) == denials


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("step", "text", "intent"),
    [
        ("log-in", "没登录", "no"),
        ("log-in", "还没登录", "no"),
        ("face-frame", "没放好", "no"),
        ("face-ready", "没坐好", "no"),
        ("log-in", "没成功", "failed"),
        ("log-in", "没成", "failed"),
        ("why", "没明白", "cannot"),
        ("result", "没来", "trouble:message-missing"),
    ],
)
def test_a_denial_is_listened_for_and_means_no_unless_it_means_more(
    step: str, text: str, intent: str
) -> None:
    listened = {phrase.text for phrase in UNDERSTANDING.word_list(at(step))}
    heard = UNDERSTANDING.understand(text, at(step))
    assert text in listened
    assert isinstance(heard, Heard)
    assert heard.intent == intent


def test_an_alarm_that_sounds_like_success_is_listened_for_and_is_nothing() -> None:
    assert "不好了" in {phrase.text for phrase in UNDERSTANDING.word_list(at("log-in"))}
    assert isinstance(UNDERSTANDING.understand("不好了", at("log-in")), NoMatch)


@pytest.mark.thorough
def test_everything_done_that_any_prompt_may_be_answered_with_can_be_denied() -> None:
    """Also what a new guide asks for, without its author's doing anything."""
    lists, missing = shipped_wordings().lists, []
    all_denials = Denials(lists["denying.before"], lists["denying.endings"], lists["denying.unless"])
    for step in shipped_guide().steps:
        phrases = UNDERSTANDING.word_list(at(step.id))
        listened = {phrase.reading for phrase in phrases}
        for phrase in phrases:
            if phrase.meaning in DENIED:
                denials = map(UNDERSTANDING.readings.phrase, all_denials.of(phrase.text))
                missing += [(step.id, each.text) for each in denials if each.reading not in listened]
    assert not missing


def test_where_it_asks_whether_it_is_done_a_denial_is_as_likely() -> None:
    """By its sounds 没登录 would win; that 登录了 was thought likelier let it lose in noise."""
    question = next(step for step in shipped_guide().steps if step.id == "log-in").say.text
    by_text: dict[str, Phrase] = {
        phrase.text: phrase for phrase in UNDERSTANDING.word_list(at("log-in"), (question,))
    }
    assert by_text["登录了"].times == by_text["没登录"].times == by_text["还没登录"].times == MEANT_TIMES
    assert by_text["登录了"].usual == by_text["没登录"].usual == by_text["还没登录"].usual
