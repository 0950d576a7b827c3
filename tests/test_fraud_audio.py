"""Words of fraud in the middle of free sentences, by ear: synthesised, and heard by the shipped model."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest

from tests.test_session import content
from voiceguide.commands import equipment
from voiceguide.dialogue import dialogue
from voiceguide.ears.listener import MicrophoneEars
from voiceguide.events import BLOCK_SAMPLES, SAMPLE_RATE, Heard, Listen, Samples, Say, Transcript
from voiceguide.mouth.renderer import Renderer

pytestmark = [pytest.mark.audio, pytest.mark.slow]

VOICE = "cmn+f3"
SWINDLED = ("有人让我把银行卡贴在手机背后", "短信上说我的社保卡要停用了", "客服叫我把手机屏幕给他看一下")
TOLD_AT_LENGTH = (
    "有个女娃子自称是医保中心的喊我把身份证拍给她",
    "他讲我医保卡在上海买了药要我去公安局做笔录",
    "刚才有个男的打来说我养老金下个月就没了",
)
INNOCENT = ("今天的菜市场人真多我排了半天队", "我孙子放假回来住了一个星期", "这个天气洗了衣服都晒不干")


def said(renderer: Renderer, text: str, quiet: int) -> Samples:
    """With so many samples of a quiet room before and behind."""
    wave = np.pad(renderer.render(text).astype(float), quiet)
    wave *= 1500 / np.sqrt(np.mean(wave[np.abs(wave) > 300] ** 2))
    wave += np.random.default_rng(1).standard_normal(len(wave)) * 30
    return np.clip(wave, -32768, 32767).astype(np.int16)


def test_a_swindle_told_in_her_own_words_is_heard_and_small_talk_is_none() -> None:
    script, understanding = content()
    expecting = dialogue.intents(script)
    phrases = understanding.word_list(expecting)
    recogniser = equipment.open_recogniser(None)
    recogniser.prepare(phrases)
    alarmed = []
    with Renderer(understanding.readings, voice=VOICE) as renderer:
        for text in (*SWINDLED, *INNOCENT):
            turn = recogniser.turn(phrases)
            turn.accept(said(renderer, text, SAMPLE_RATE // 2))
            heard = understanding.understand(turn.result().text, expecting)
            if getattr(heard, "intent", "") == "fraud":
                alarmed.append(text)
    assert alarmed == [*SWINDLED]


def test_a_sentence_that_nobody_understood_is_answered_with_what_matters_against_swindlers() -> None:
    """Four in five swindles told in her own words have nothing in them that the model hears for certain."""
    script, understanding = content()
    started, _ = dialogue.start(script, script.guide.steps[2].id)
    state, actions = dialogue.respond(script, started, Heard("yes", ""))
    [listen] = [action for action in actions if isinstance(action, Listen)]
    phrases = understanding.word_list(listen.expecting, listen.question)
    recogniser = equipment.open_recogniser(None)
    recogniser.prepare(phrases)
    silence = np.zeros(BLOCK_SAMPLES, np.int16)
    with Renderer(understanding.readings, voice=VOICE) as renderer:
        for text in TOLD_AT_LENGTH:
            samples = said(renderer, text, 3 * SAMPLE_RATE)
            ears = MicrophoneEars(recogniser)
            ears.listen(phrases, inf, understanding.complete(listen.expecting))
            blocks = samples[: len(samples) // BLOCK_SAMPLES * BLOCK_SAMPLES].reshape(-1, BLOCK_SAMPLES)
            heard = next(filter(None, (ears.hear(block, silence, False) for block in blocks)))
            assert isinstance(heard, Transcript)
            event = understanding.hear(understanding.forgotten(heard), listen.expecting)
            _, answered = dialogue.respond(script, state, event)
            words = "".join(action.prompt.text for action in answered if isinstance(action, Say))
            assert "别给" in words or "骗" in words or "挂" in words, (text, heard, words)
