"""A television goes on and on behind her, in full sentences: her reply is heard all the same, and in good time; where
it is not heard well enough the guide asks about it."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf, log

import numpy as np
import pytest

from tests.test_session import content
from voiceguide.commands import equipment
from voiceguide.commands.rehearse import PERSON_VOICE
from voiceguide.dialogue import dialogue
from voiceguide.ears.listener import MicrophoneEars
from voiceguide.events import (
    BLOCK_SAMPLES,
    SAMPLE_RATE,
    Heard,
    Hearing,
    NoInput,
    NoMatch,
    Samples,
    Transcript,
    Unsure,
)
from voiceguide.mouth.renderer import Renderer

pytestmark = [pytest.mark.audio, pytest.mark.slow]

TELEVISION_VOICE = "sit/cmn+m7"
BELOW_HER_DB = 16
ROOM_DB = 35
QUESTION = ("做好了，请说，做好了。想再听，请说，再说一遍。没弄成，请说，失败了。不会做，请说，我不会弄。",)
REPLIES = {"做好了": "next", "我不会弄": "cannot", "再说一遍": "repeat", "失败了": "failed"}
NEWS = (
    "今天上午，全市各个公园都迎来了很多看花的市民，公园里的工作人员比平时多了一倍。",
    "据介绍，今年的苹果又大又甜，果农们正忙着装箱，准备运往全国各地的市场。",
    "明天白天多云转晴，最高气温二十三度，适合带着家人到郊外走一走。",
)
SPEAKS_AT_SECONDS = 8
ANSWERED_WITHIN_SECONDS = 2.0


def waves(voice: str, texts: tuple[str, ...]) -> list[np.ndarray]:
    with Renderer(content()[1].readings, voice=voice) as renderer:
        rendered = [renderer.render(text).astype(np.float32) for text in texts]
    return [wave / np.sqrt(np.mean(wave[np.abs(wave) > 300] ** 2)) for wave in rendered]


def scene(reply: np.ndarray, television: np.ndarray) -> Samples:
    at = SPEAKS_AT_SECONDS * SAMPLE_RATE
    whole = np.resize(television, at + len(reply) + 4 * SAMPLE_RATE) * 10 ** (-BELOW_HER_DB / 20)
    whole[at : at + len(reply)] += reply
    whole += np.random.default_rng(0).standard_normal(len(whole)) * 10 ** (-ROOM_DB / 20)
    return np.clip(whole * 1500, -32768, 32767).astype(np.int16)


class Listening:
    """The guide has asked QUESTION, and listens on and on."""

    def __init__(self):
        script, self.understanding = content()
        self.expecting = dialogue.intents(script)
        self.phrases = self.understanding.word_list(self.expecting, QUESTION)
        self.recogniser = equipment.open_recogniser(None)
        self.recogniser.prepare(self.phrases)

    def hearings(self, samples: Samples) -> Iterator[tuple[float, Hearing]]:
        """Each with the second at which it came."""
        ears, complete = MicrophoneEars(self.recogniser), self.understanding.complete(self.expecting)
        ears.listen(self.phrases, inf, complete)
        silence = np.zeros(BLOCK_SAMPLES, np.int16)
        for number in range(len(samples) // BLOCK_SAMPLES):
            block = samples[number * BLOCK_SAMPLES : (number + 1) * BLOCK_SAMPLES]
            hearing = ears.hear(block, silence, False)
            if hearing is not None:
                yield (number + 1) * BLOCK_SAMPLES / SAMPLE_RATE, hearing
                ears.listen(self.phrases, inf, complete)


def test_her_reply_is_heard_over_a_television_that_never_pauses():
    listening = Listening()
    television = np.concatenate(waves(TELEVISION_VOICE, NEWS))
    answered = {}
    for said, reply in zip(REPLIES, waves(PERSON_VOICE, tuple(REPLIES)), strict=True):
        ends = SPEAKS_AT_SECONDS + len(reply) / SAMPLE_RATE
        for at_seconds, hearing in listening.hearings(scene(reply, television)):
            if isinstance(hearing, Transcript):
                event = listening.understanding.hear(hearing, listening.expecting)
                if isinstance(event, Heard | Unsure) and at_seconds - ends <= ANSWERED_WITHIN_SECONDS:
                    answered[said] = event.intent
    assert answered == REPLIES


def test_a_television_that_nobody_talks_over_is_told_and_is_no_reply():
    television = np.concatenate(waves(TELEVISION_VOICE, NEWS))
    listening = Listening()
    told = []
    for _, hearing in listening.hearings(scene(np.zeros(20 * SAMPLE_RATE), television)):
        if isinstance(hearing, NoInput):
            told.append(hearing.voices_behind)
        else:  # 公园里的工作人员: a word that may be a part of fraud, and is nothing by itself
            event = listening.understanding.hear(hearing, listening.expecting)
            assert isinstance(event, NoMatch)
            assert event.overheard
    assert told == [True]


def test_what_the_guide_has_just_asked_for_is_believed_more_easily():
    """The same short word, in a loud kitchen, with and without the question before it."""
    script, understanding = content()
    step = script.guide.steps[0]
    expecting = understanding.intents_of(step.id)
    recogniser = equipment.open_recogniser(None)
    recogniser.prepare(understanding.word_list(expecting))
    (wave,) = waves(PERSON_VOICE, ("好了",))
    rng, quiet = np.random.default_rng(1), np.zeros(SAMPLE_RATE // 2)
    whole = np.concatenate([quiet, wave, quiet])
    whole += rng.standard_normal(len(whole)) * 10 ** (-12 / 20)
    samples = np.clip(whole * 1500, -32768, 32767).astype(np.int16)

    def log_odds(question: tuple[str, ...]) -> float:
        turn = recogniser.turn(understanding.word_list(expecting, question))
        turn.accept(samples)
        belief = turn.result()
        assert belief.text == "好了"
        return log(belief.confidence / (1 - belief.confidence))

    assert log_odds(("弄好了，请说，好了。",)) > log_odds(("没听清，请说，再说一遍。",)) + 0.5


def test_her_words_are_not_weighed_together_with_the_televisions_before_and_behind_them():
    """All that one turn hears: a second of the television, her reply, a second of the television."""
    script, understanding = content()
    phrases = understanding.word_list(dialogue.intents(script), QUESTION)
    recogniser = equipment.open_recogniser(None)
    recogniser.prepare(phrases)
    television = np.concatenate(waves(TELEVISION_VOICE, NEWS))[2 * SAMPLE_RATE :]
    believed = []
    for reply in waves(PERSON_VOICE, tuple(REPLIES)):
        whole = np.pad(reply, SAMPLE_RATE)
        whole += television[: len(whole)] * 10 ** (-14 / 20)
        turn = recogniser.turn(phrases)
        turn.accept(np.clip(whole * 1500, -32768, 32767).astype(np.int16))
        believed.append(turn.result().text)
    assert believed == list(REPLIES)
