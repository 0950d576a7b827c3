"""The whole program on the real sound path: it speaks into a virtual loudspeaker, a synthetic person answers
into a virtual microphone, and a conversation succeeds."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterator

import numpy as np
import pytest

from tests.rig import Rig
from voiceguide import paths
from voiceguide.commands.rehearse import PERSON_VOICE
from voiceguide.events import SAMPLE_RATE, Samples
from voiceguide.library import Library
from voiceguide.mouth.renderer import Renderer

pytestmark = pytest.mark.rig

REPLIES = ("好了", "再说一遍", "我不会", "上一步", "退出", "是的")
INTENTS = ("next", "repeat", "cannot", "previous", "stop", "yes")
SILENT_SECONDS = 1.2
"""After so much silence of the loudspeaker the guide has finished: its breaths are shorter."""
PATIENCE_SECONDS = 60.0


@pytest.fixture(scope="module")
def voice() -> Iterator[Renderer]:
    with Renderer(Library.open(paths.prompts()).readings, voice=PERSON_VOICE) as renderer:
        yield renderer


def wait_for_the_end_of_the_prompt(rig: Rig, spoken_before: int) -> None:
    """Until the loudspeaker has spoken beyond `spoken_before` samples and has been silent for a while."""
    waited_until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < waited_until:
        played = rig.recorded()[spoken_before:]
        silent = round(SILENT_SECONDS * SAMPLE_RATE)
        if played.size > 2 * silent and loud(played[:-silent]) and not loud(played[-silent:]):
            return
        time.sleep(0.1)
    raise AssertionError("the guide never finished speaking")


def loud(samples: Samples) -> bool:
    return bool(np.abs(samples.astype(np.int32)).max(initial=0) > 500)


def test_a_conversation_through_portaudio(rig: Rig, voice: Renderer, tmp_path: object) -> None:
    replies = [voice.render(text, pace=170) for text in REPLIES]
    rig.env["XDG_DATA_HOME"] = rig.env["XDG_STATE_HOME"] = str(tmp_path)
    guide = rig.python("-m", "voiceguide", "run", "12333", wait=False)
    assert isinstance(guide, subprocess.Popen)
    try:
        heard_from = 0
        for reply in replies:
            wait_for_the_end_of_the_prompt(rig, heard_from)
            heard_from = rig.recorded().size
            rig.say(reply)
        transcript, errors = guide.communicate(timeout=PATIENCE_SECONDS)
    finally:
        guide.kill()
    assert guide.returncode == 0, transcript + errors
    assert re.findall(r"→ (\S+)", transcript) == list(INTENTS), transcript
