"""Reading a prompt aloud on the real sound path: counted in by the loudspeaker, recorded by the microphone."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest

from tests.rig import Rig
from tests.rig_guide import PATIENCE_SECONDS
from tests.rig_guide import voice as voice
from tests.test_family_voice import CONSENT
from tests.test_rig_recording import wait_until_it_says
from voiceguide import paths
from voiceguide.events import SAMPLE_RATE
from voiceguide.mouth.levelling import TARGET_LUFS, loudness_lufs
from voiceguide.mouth.renderer import Renderer
from voiceguide.recordings.family_voice import FamilyVoice
from voiceguide.texts.reading_texts import ReadingTexts

pytestmark = pytest.mark.rig

WORDS = "好，我等您。"


def test_a_prompt_is_read_through_portaudio_and_heard_back(rig: Rig, voice: Renderer, tmp_path: Path) -> None:
    texts = ReadingTexts.load(paths.prompts()).texts
    rig.env["XDG_DATA_HOME"] = str(tmp_path)
    hers = FamilyVoice(tmp_path / "voiceguide" / "voices" / "小芳")
    hers.agree(CONSENT)
    said = voice.render("好，我等您。要接着做，请说，继续。", pace=170)
    guide = rig.python("-m", "voiceguide", "record", "--again", WORDS, wait=False)
    assert isinstance(guide, subprocess.Popen)
    try:
        wait_until_it_says(guide, texts["begin"])
        rig.forget()
        rig.say(said)
        _, shown = guide.communicate(timeout=PATIENCE_SECONDS)
    finally:
        guide.kill()
    assert guide.returncode == 0, shown
    (take,) = hers.takes()
    assert take.text.startswith(WORDS)
    samples = hers.samples(take)
    assert samples.size / SAMPLE_RATE == pytest.approx(said.size / SAMPLE_RATE, abs=0.7)
    assert loudness_lufs(samples) == pytest.approx(TARGET_LUFS, abs=0.5)
    heard_back = rig.recorded()
    sounding = np.flatnonzero(np.abs(heard_back.astype(int)) > 500)
    assert (sounding[-1] - sounding[0]) / SAMPLE_RATE == pytest.approx(said.size / SAMPLE_RATE, abs=0.7)
