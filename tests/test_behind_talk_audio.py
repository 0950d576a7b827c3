"""我孙子在写作业 … 好了，谢谢: what she says beside her reply is in no list of ours. Really said, really recognised."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.listening import listening_at
from tests.noisy import noisy, with_pauses
from voiceguide.mouth.renderer import Renderer

pytestmark = [pytest.mark.audio, pytest.mark.slow]

STEP = "log-in"
VOICES = ("sit/cmn+f5", "sit/cmn+m7")
"""No training has heard them."""
TALK = ("我孙子在写作业", "今天腿疼得厉害", "外面下大雨了", "锅里炖着鸡汤")
REPLIES = {"好了": "next", "没听清楚": "repeat", "我不会弄": "cannot", "再说一遍": "repeat"}
MISHEARD = {
    ("sit/cmn+steph", "我耳朵不好使", "没听清楚"): "repeat",
    ("sit/cmn+steph", "我脑子不好使", "没听清楚"): "repeat",
    ("sit/cmn+steph", "我脑子不好使", "再说一遍"): "repeat",
    ("sit/cmn+steph", "我年纪大了", "再说一遍"): "repeat",
    ("sit/cmn+m7", "太烦了", "好了"): "next",
}
"""Of these remarks phrases are heard: 太慢了 for 太烦了."""
MORE_TALK = ("去年也是冬天", "隔壁买了白菜", "茶壶在桌上", "火车快到站")
SNR_DB, PAUSE_SECONDS = 15.0, 0.35

Say = Callable[..., str]


@pytest.fixture(scope="module")
def understood() -> Say:
    """(voice, pieces …) -> the intent that is acted on, "" for none."""
    listening = listening_at(STEP)
    rng = np.random.default_rng(1)

    def understood(voice: str, *pieces: str) -> str:
        with Renderer(listening.understanding.readings, voice=voice) as renderer:
            said = with_pauses([renderer.render(piece, pace=170) for piece in pieces], PAUSE_SECONDS)
        return listening.acted_on(noisy(said, SNR_DB, rng))

    return understood


def test_a_reply_behind_talk_is_heard(understood: Say) -> None:
    wrong = {}
    for voice in VOICES:
        for talk, (reply, intent) in zip(TALK, REPLIES.items(), strict=True):
            heard = understood(voice, talk, reply, "谢谢")
            if heard != intent:
                wrong[voice, talk, reply] = heard
    assert len(wrong) <= 1, wrong
    assert not any(wrong.values()), wrong


def test_a_reply_behind_a_remark_that_was_misheard_is_not_lost() -> None:
    """Acted on, or asked about: how sure it is depends on the noise."""
    listening, wrong = listening_at(STEP), {}
    for (voice, talk, reply), intent in MISHEARD.items():
        with Renderer(listening.understanding.readings, voice=voice) as renderer:
            said = with_pauses([renderer.render(piece, pace=170) for piece in (talk, reply, "谢谢")], PAUSE_SECONDS)
        heard = listening.asked_about(noisy(said, SNR_DB, np.random.default_rng(1)))
        if heard != intent:
            wrong[voice, talk, reply] = heard
    assert len(wrong) <= 1, wrong


def test_talk_alone_is_no_reply(understood: Say) -> None:
    said = {
        (voice, talk, more): understood(voice, talk, more)
        for voice in VOICES
        for talk, more in zip(TALK, MORE_TALK, strict=True)
    }
    assert not any(said.values()), said
