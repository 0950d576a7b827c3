"""The exercise by sound alone: its tones are no speech of hers, and she is heard in the silence behind a beat."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.test_session import content
from voiceguide import paths
from voiceguide.checking.exercise_rules import prompts
from voiceguide.commands import equipment
from voiceguide.commands.rehearse import rehearse_aloud
from voiceguide.dialogue import dialogue
from voiceguide.ears.echo import load_canceller
from voiceguide.ears.front import FullDuplex
from voiceguide.ears.listener import MicrophoneEars
from voiceguide.events import BLOCK_SAMPLES, SAMPLE_RATE
from voiceguide.exit_codes import Exit
from voiceguide.mouth.cache import PromptCache
from voiceguide.mouth.renderer import Renderer
from voiceguide.mouth.speaker import Speaker
from voiceguide.room.acoustics import AcousticPath, Acoustics

pytestmark = [pytest.mark.audio, pytest.mark.slow]

SILENCE = np.zeros(BLOCK_SAMPLES, np.int16)

CONVERSATION = """
guide 12333
saved face-ready
<< 上次做到第十四步…
>> 是的
<< …
<< 请坐到亮的地方…
>> 练习刷脸
<< 好，我们练一练…
<< 先摆好头…
<< 一，坐直
# She takes the silence in which she should move for her turn: she may.
>> 我练会了
<< …
<< 请坐到亮的地方…
"""


@pytest.mark.parametrize("echo_db", [-20, -10])
def test_the_exercise_never_takes_its_own_tones_for_her(echo_db: int) -> None:
    script, understanding = content()
    practising = dialogue.respond(
        script, dialogue.start(script)[0], understanding.understand("练习刷脸", ("practise",))
    )[0]
    expecting = dialogue.expecting(script, practising)
    recogniser = equipment.open_recogniser(None)
    recogniser.prepare(understanding.word_list(expecting))
    acoustics = Acoustics(echo_db=echo_db, echo_seconds=0.1, noise_dbfs=-60.0, reverberation_seconds=0.3)
    path = AcousticPath(acoustics, 1)
    ears = MicrophoneEars(recogniser, front=FullDuplex(load_canceller()))
    ears.listen(understanding.word_list(expecting), float("inf"), understanding.complete(expecting))
    mouth = Speaker(Renderer(understanding.readings), PromptCache(paths.cache() / "prompts"), waits=True)
    heard = []
    try:
        mouth.say(script.guide.welcome)
        for _, prompt in prompts(script.guide.exercise):
            if prompt.earcon:
                mouth.say(prompt)
        while mouth.speaking:
            played = mouth.next_block()
            heard.append(ears.hear(path.through(SILENCE, played), played, mouth.speaking))
    finally:
        mouth.close()
    beats = sum(len(movement.rhythm) for movement in script.guide.exercise.movements)
    assert len(heard) * BLOCK_SAMPLES / SAMPLE_RATE > 2 * beats, "they were all played, with their silences"
    assert not [hearing for hearing in heard if hearing is not None]


def test_she_practises_and_says_that_she_can_do_it_by_sound_alone(tmp_path: Path) -> None:
    conversation = tmp_path / "practising.txt"
    conversation.write_text(CONVERSATION, encoding="utf-8")
    assert rehearse_aloud(conversation, None, None, as_json=False) is Exit.OK
