"""A measurement sounds the same every time."""

from contextlib import closing

import numpy as np
import pytest

from tests.bench.text_session import LIBRARY
from voiceguide.bench.repeatable import RepeatableRenderer, UnpreparedSpeaker
from voiceguide.events import Prompt
from voiceguide.mouth import MouthError
from voiceguide.mouth.pace import PACE
from voiceguide.mouth.renderer import ON_LINUX

TEXT, OTHER = "请打开手机。", "弄好了，请说，好了。"


@pytest.mark.audio
def test_what_was_said_before_does_not_change_how_a_text_sounds() -> None:
    with RepeatableRenderer(LIBRARY.readings) as renderer:
        first = renderer.render(TEXT)
        renderer.render(OTHER)
        assert np.array_equal(renderer.render(TEXT), first)


@pytest.mark.audio
def test_nothing_is_rendered_before_it_is_said() -> None:
    rendered = []

    class Noting(RepeatableRenderer):
        def render(self, text: str, *, voice: str = "", pace: int = PACE) -> np.ndarray:
            rendered.append(text)
            return super().render(text, voice=voice, pace=pace)

    with closing(UnpreparedSpeaker(Noting(LIBRARY.readings), waits=True)) as mouth:
        mouth.prepare([Prompt("test/b", OTHER)])
        mouth.say(Prompt("test/a", TEXT))
        while mouth.speaking:
            mouth.next_block()
    assert rendered == [TEXT]


@pytest.mark.audio
@pytest.mark.skipif(not ON_LINUX, reason="espeak's")
def test_a_voice_there_is_not_is_told() -> None:
    with RepeatableRenderer(LIBRARY.readings) as renderer, pytest.raises(MouthError) as refused:
        renderer.render(TEXT, voice="sit/cmn+nobody")
    assert refused.value.code == "no-voice"
