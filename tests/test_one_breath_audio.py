"""下一步下一步. 弄好了，下一步. 知道了，下一步. In one breath, as people do who are not sure that they were heard.

Really synthesised, really recognised, everything of a step expected.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.listening import listening_at
from tests.noisy import noisy
from voiceguide.mouth.renderer import Renderer

pytestmark = [pytest.mark.audio, pytest.mark.slow]

STEP = "log-in"
VOICES = ("sit/cmn+f5", "sit/cmn+m7")
"""No training has heard them."""
REPLIES = {
    "下一步下一步": "next",
    "弄好了下一步": "next",
    "弄好了弄好了": "next",
    "再说一遍再说一遍": "repeat",
    "没听清再说一遍": "repeat",
    "不会不会": "cannot",
    "我不会我不会弄": "cannot",
    "慢一点慢一点": "slower",
    "失败了失败了": "failed",
    "下一步下一步下一步": "next",
    "没有没有没有": "no",
    "停停停": "pause",
    "对对对": "yes",
    "好好好": "yes",
}
TOGETHER = {
    "知道了下一步": "next",
    "听懂了下一步": "next",
    "没听清慢一点": "slower",
    "听不见再说一遍": "louder",
    "不对再说一遍": "repeat",
    "不行我不会": "cannot",
}
"""Two intents of which one says it all (`together` in phrases.toml)."""
BOTH = ("下一步上一步", "退出下一步", "弄好了失败了", "慢一点快一点")
"""What she means cannot be told: to be asked is right, to be moved is not."""
SNR_DB = 20.0

Say = Callable[[str, str], str]


@pytest.fixture(scope="module")
def understood() -> Say:
    """(voice, text) -> the intent that is acted on, "" for none."""
    listening = listening_at(STEP)
    rng = np.random.default_rng(1)

    def understood(voice: str, text: str) -> str:
        with Renderer(listening.understanding.readings, voice=voice) as renderer:
            said = renderer.render(text, pace=170)
        return listening.acted_on(noisy(said, SNR_DB, rng))

    return understood


def test_wordings_of_one_meaning_are_one_reply(understood: Say) -> None:
    heard = {(voice, text): understood(voice, text) for voice in VOICES for text in REPLIES}
    missed = {said: intent for said, intent in heard.items() if intent != REPLIES[said[1]]}
    assert len(missed) <= 2, missed
    assert not any(missed.values()), missed


def test_meanings_that_go_together_are_one_reply(understood: Say) -> None:
    heard = {(voice, text): understood(voice, text) for voice in VOICES for text in TOGETHER}
    missed = {said: intent for said, intent in heard.items() if intent != TOGETHER[said[1]]}
    assert len(missed) <= 2, missed
    assert not any(missed.values()), missed


def test_others_are_not_taken_for_one_of_them(understood: Say) -> None:
    heard = {(voice, text): understood(voice, text) for voice in VOICES for text in BOTH}
    assert not any(heard.values()), heard
