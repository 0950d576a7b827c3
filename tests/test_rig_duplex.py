"""She interrupts the guide on the real sound path: a loudspeaker that shouts into its own microphone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from tests.rig import Rig
from tests.rig_guide import loud, running
from tests.rig_guide import voice as voice
from voiceguide.events import SAMPLE_RATE
from voiceguide.mouth.renderer import Renderer

pytestmark = pytest.mark.rig

LEARNING_SECONDS = 5.0
"""So much of the welcome the canceller hears before she interrupts."""
LISTENING_SECONDS = 45.0
"""The welcome, the first question, and what comes when nobody answers it."""
SILENT_WITHIN_SECONDS = 1.0
"""Of the loudspeaker's recording, from the first sample of her word: detection, PortAudio's buffer of 0.1 s,
PulseAudio's, the 0.2 s by which the rig's person begins late, and a machine with other things to do."""


@contextmanager
def echo(rig: Rig, gain_db: float, delay_milliseconds: int) -> Iterator[None]:
    rig.echo(gain_db, delay_milliseconds)
    try:
        yield
    finally:
        rig.no_echo()


def test_her_word_stops_real_playback_and_is_answered(rig: Rig, voice: Renderer, tmp_path: Path) -> None:
    """Once she may be missed, as by a person; how often is counted in the simulated room. With the echo as loud as she
    (0 dB, 200 ms) one of three words was missed here.
    """
    word = voice.render("停一下", pace=170)
    with echo(rig, -10, 100), running(rig, tmp_path) as guide:
        guide.wait_for("指南：")
        time.sleep(LEARNING_SECONDS)
        before = rig.recorded()
        assert loud(before[-SAMPLE_RATE:]), "the welcome is still being spoken"
        rig.say(word)
        try:
            answered = guide.wait_for("她：", 4.0)
        except AssertionError:
            before = rig.recorded()
            rig.say(word)
            answered = guide.wait_for("她：")
        after = rig.recorded()[before.size :]
        assert "→ pause" in answered, guide.lines
        guide.wait_for("指南：.*请说，继续")
    assert quiet_from_seconds(after) <= SILENT_WITHIN_SECONDS, guide.lines


def quiet_from_seconds(after: np.ndarray[tuple[int], np.dtype[np.int16]]) -> float:
    """When the first silence of a quarter of a second begins."""
    size = SAMPLE_RATE // 4
    for start in range(0, after.size - size, SAMPLE_RATE // 100):
        if not loud(after[start : start + size]):
            return start / SAMPLE_RATE
    return float("inf")


def test_alone_with_its_loud_echo_the_guide_never_interrupts_itself(rig: Rig, tmp_path: Path) -> None:
    with echo(rig, 0, 100), running(rig, tmp_path) as guide:
        guide.wait_for("指南：")
        time.sleep(LISTENING_SECONDS)
        assert not [line for line in guide.lines if "她：" in line or "出声" in line], guide.lines
        assert guide.prompts > 1, guide.lines
