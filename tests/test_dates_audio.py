"""Days and names by sound alone: real synthesis, real recognition, what is listened for as the guide asks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import pytest

from tests.test_next_time import at_the_last_step
from tests.test_session import content
from voiceguide.commands import equipment
from voiceguide.commands.rehearse import PERSON_VOICE
from voiceguide.dialogue import dialogue
from voiceguide.ears.files import recognise_file
from voiceguide.ears.recogniser import Recogniser
from voiceguide.events import SAMPLE_RATE, Heard, Samples, Transcript
from voiceguide.mouth.renderer import Renderer
from voiceguide.spoken_date import resolve

pytestmark = [pytest.mark.audio, pytest.mark.slow]

TODAY = date(2026, 11, 26)
PACE = 150
SAID = [
    "明年三月十五号", "三月十五日", "五月二十一号", "八月八号", "明年六月三十号", "十二月一号",
    "二零二七年三月十五号", "一年以后", "半年", "两年以后", "后年", "三个月以后",
    "下个月底", "明年年底", "腊月初八", "七月十五",
    "明年十月十五号", "十月三号", "明年十一月十五号", "十一月三号",
]  # fmt: skip
MOST_WRONG = 2
PUT_RIGHT = {
    **{"不对，是十月": 10, "不对，是十一月": 11, "国庆节那个月": 10},
    **{"不对，立冬那个月": 11, "不是，暑假那个月": 7},
}


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return equipment.open_recogniser(None)


@pytest.fixture(scope="module")
def voice() -> Iterator[Renderer]:
    with Renderer(content()[1].readings, voice=PERSON_VOICE) as renderer:
        yield renderer


def spoken(voice: Renderer, text: str) -> Samples:
    quiet = np.zeros(SAMPLE_RATE // 2, np.int16)
    return np.concatenate([quiet, voice.render(text, pace=PACE), quiet, quiet])


def test_days_are_heard_in_pieces(recogniser: Recogniser, voice: Renderer) -> None:
    script, understanding = content()
    state, _ = dialogue.respond(script, at_the_last_step(script), Heard("next", ""))
    expecting = dialogue.expecting(script, state)
    phrases = understanding.word_list(expecting)
    recogniser.prepare(phrases)
    wrong = []
    for text in SAID:
        heard = recognise_file(recogniser, spoken(voice, text), phrases, lambda partial: False)
        wanted = understanding.understand(text, expecting)
        got = understanding.hear(heard, expecting) if isinstance(heard, Transcript) else None
        days = [resolve(event.date, TODAY) for event in (wanted, got) if isinstance(event, Heard) and event.date]
        if len(days) < 2 or days[0] != days[1]:
            wrong.append((text, heard))
    assert len(wrong) <= MOST_WRONG, wrong


def test_a_month_is_put_right_by_sound(recogniser: Recogniser, voice: Renderer) -> None:
    script, understanding = content()
    asked, _ = dialogue.respond(script, at_the_last_step(script), Heard("next", ""))
    told = understanding.understand("明年一月十五号", dialogue.expecting(script, asked))
    assert isinstance(told, Heard)
    state, _ = dialogue.respond(script, asked, told)
    expecting = dialogue.expecting(script, state)
    phrases = understanding.word_list(expecting)
    recogniser.prepare(phrases)
    wrong = []
    for text, month in PUT_RIGHT.items():
        heard = recognise_file(recogniser, spoken(voice, text), phrases, lambda partial: False)
        event = understanding.hear(heard, expecting) if isinstance(heard, Transcript) else None
        after = dialogue.respond(script, state, event)[0].dating.day if event is not None else None
        if after != date(2027, month, 15):
            wrong.append((text, heard, after))
    assert not wrong


def test_names_are_heard_apart(recogniser: Recogniser, voice: Renderer) -> None:
    _, understanding = content()
    names = ("王阿姨", "李大爷", "张奶奶")
    phrases = [phrase for name in names for phrase in understanding.naming(name)]
    phrases += understanding.phrases(understanding.choices)
    recogniser.prepare(phrases)
    for said in ("王阿姨", "我是李大爷", "张奶奶", "第二个"):
        heard = recognise_file(recogniser, spoken(voice, said), phrases, lambda partial: False)
        assert isinstance(heard, Transcript)
        assert heard.text == said, heard
    heard = recognise_file(recogniser, spoken(voice, "今天天气很好"), phrases, lambda partial: False)
    assert not isinstance(heard, Transcript) or heard.text == ""
