"""Words of fraud in the middle of free sentences, by ear: synthesised, and heard by the shipped model."""

from __future__ import annotations

import numpy as np
import pytest

from tests.test_session import content
from voiceguide import dialogue
from voiceguide.commands import equipment
from voiceguide.events import SAMPLE_RATE
from voiceguide.mouth.renderer import Renderer

pytestmark = [pytest.mark.audio, pytest.mark.slow]

VOICE = "cmn+f3"
SWINDLED = ("有人让我把银行卡贴在手机背后", "短信上说我的社保卡要停用了", "客服叫我把手机屏幕给他看一下")
INNOCENT = ("今天的菜市场人真多我排了半天队", "我孙子放假回来住了一个星期", "这个天气洗了衣服都晒不干")


def test_a_swindle_told_in_her_own_words_is_heard_and_small_talk_is_none() -> None:
    script, understanding = content()
    expecting = dialogue.intents(script)
    phrases = understanding.word_list(expecting)
    recogniser = equipment.open_recogniser(None)
    recogniser.prepare(phrases)
    alarmed = []
    with Renderer(understanding.readings, voice=VOICE) as renderer:
        for text in (*SWINDLED, *INNOCENT):
            wave = np.pad(renderer.render(text).astype(float), SAMPLE_RATE // 2)
            wave *= 1500 / np.sqrt(np.mean(wave[np.abs(wave) > 300] ** 2))
            wave += np.random.default_rng(1).standard_normal(len(wave)) * 30
            turn = recogniser.turn(phrases)
            turn.accept(np.clip(wave, -32768, 32767).astype(np.int16))
            heard = understanding.understand(turn.result().text, expecting)
            if getattr(heard, "intent", "") == "fraud":
                alarmed.append(text)
    assert alarmed == [*SWINDLED]
