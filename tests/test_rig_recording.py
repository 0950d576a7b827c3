"""A volunteer on the real sound path: she agrees and says one command through a virtual microphone."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import soundfile

from tests.rig import Rig
from tests.rig_guide import PATIENCE_SECONDS, wait_for_the_end_of_the_prompt
from tests.rig_guide import voice as voice
from voiceguide.mouth.renderer import Renderer
from voiceguide.recordings.recordings import Recordings

pytestmark = pytest.mark.rig

ANSWERS = (("您愿意录音吗", "好的"), ("请说，好了。", "好了"))
"""What the guide says -> what she answers when it has finished."""


def wait_until_it_says(guide: subprocess.Popen[str], text: str) -> None:
    """The screen shows a prompt when it begins."""
    assert guide.stderr is not None
    assert any(text in line for line in guide.stderr), f"never said: {text}"


def test_one_command_is_recorded_through_portaudio(rig: Rig, voice: Renderer, tmp_path: Path) -> None:
    replies = {text: voice.render(text, pace=170) for _, text in ANSWERS}
    options = ("--count", "1", "--takes", "1", "--no-other-speech")
    guide = rig.python("-m", "voiceguide", "record-commands", str(tmp_path), *options, wait=False)
    assert isinstance(guide, subprocess.Popen)
    try:
        for prompt, reply in ANSWERS:
            wait_until_it_says(guide, prompt)
            wait_for_the_end_of_the_prompt(rig, rig.recorded().size)
            rig.say(replies[reply])
        _, shown = guide.communicate(timeout=PATIENCE_SECONDS)
    finally:
        guide.kill()
    assert guide.returncode == 0, shown
    (recording,) = Recordings(tmp_path).index()
    samples, _ = soundfile.read(tmp_path / recording.file)
    assert recording.text == "好了"
    assert 0.5 < samples.size / 16_000 < 1.6
    assert abs(samples).max() > 0.05
