"""The whole program on the real sound path: it speaks into a virtual loudspeaker, a synthetic person answers
into a virtual microphone, and a conversation succeeds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.rig import Rig
from tests.rig_guide import running, wait_for_the_end_of_the_prompt
from tests.rig_guide import voice as voice
from voiceguide.mouth.renderer import Renderer

pytestmark = pytest.mark.rig

REPLIES = ("好了", "再说一遍", "我不会", "上一步", "退出", "是的")
INTENTS = ("next", "repeat", "cannot", "previous", "stop", "yes")
WELCOME = 1
"""So many prompts before the first that asks her something."""


def test_a_conversation_through_portaudio(rig: Rig, voice: Renderer, tmp_path: Path) -> None:
    replies = [voice.render(text, pace=170) for text in REPLIES]
    with running(rig, tmp_path) as guide:
        begun, heard_from = WELCOME, 0
        for reply in replies:
            guide.wait_for_prompt(begun + 1)
            wait_for_the_end_of_the_prompt(rig, heard_from)
            begun, heard_from = guide.prompts, rig.recorded().size
            rig.say(reply)
        transcript, _ = guide.finish()
    assert re.findall(r"→ (\S+)", transcript) == list(INTENTS), transcript
