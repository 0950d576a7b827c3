"""Keys beside the microphone: from a real terminal, and through the whole loop."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Iterator

import pytest

from tests.fakes import QUIET, FakeMouth, ScriptedEars
from tests.test_session import Stage
from voiceguide.ears.keys import EarsAndKeys, terminal_keys
from voiceguide.events import Answered, Heard, Phrase, SpeechStarted, Transcript

MEANINGS = {"1": "一", "2": "二", "\n": "下一步"}


def never(partial: str) -> bool:
    return False


def listening(*pressed: str, expected: tuple[str, ...] = ("一", "下一步")) -> EarsAndKeys:
    script: Iterator[str] = iter(pressed)
    ears = EarsAndKeys(ScriptedEars([]), lambda: next(script, ""), lambda: MEANINGS)
    phrases = [Phrase(text, (text,)) for text in expected]
    ears.prepare(phrases)
    ears.listen(phrases, math.inf, never)
    return ears


def test_a_number_that_is_offered_is_heard_beyond_doubt() -> None:
    heard = listening("1").hear(QUIET, QUIET, False)
    assert isinstance(heard, Transcript)
    assert (heard.text, heard.confidence) == ("一", 1.0)


def test_keys_that_mean_nothing_now_are_nothing() -> None:
    ears = listening("2", "x7\x1b[A")
    assert ears.hear(QUIET, QUIET, True) is None
    assert ears.hear(QUIET, QUIET, True) is None


def test_a_key_while_the_guide_speaks_interrupts_it_first() -> None:
    ears = listening("\n")
    assert isinstance(ears.hear(QUIET, QUIET, True), SpeechStarted)
    heard = ears.hear(QUIET, QUIET, False)
    assert isinstance(heard, Transcript)
    assert heard.text == "下一步"


def test_hammering_on_a_key_counts_once() -> None:
    ears = listening("1111")
    assert isinstance(ears.hear(QUIET, QUIET, False), Transcript)
    assert ears.hear(QUIET, QUIET, True) is None


def test_enter_moves_the_session_on_and_cuts_the_prompt_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voiceguide.session.exchange.GREETING_BLOCKS", 0)  # these prompts last three blocks
    presses = iter(["", "", "\n"])
    mouth = FakeMouth()
    ears = EarsAndKeys(ScriptedEars([]), lambda: next(presses, ""), lambda: {"\n": "下一步"})
    stage = Stage([], mouth=mouth, ears=ears)
    stage.session.run()
    events = [entry.event for entry in stage.log if isinstance(entry, Answered)]
    assert events == [Heard("next", "下一步", 1.0)]
    assert mouth.hushed == 1
    assert mouth.said[-1] == stage.step(1)


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX terminal")
def test_a_real_terminal_gives_each_key_at_once_and_is_put_right(monkeypatch: pytest.MonkeyPatch) -> None:
    import pty
    import termios

    person, program = pty.openpty()
    with os.fdopen(program, "r") as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        before = termios.tcgetattr(program)
        with terminal_keys() as keys:
            assert keys() == ""
            os.write(person, b"3")
            assert next(key for key in iter(keys, None) if key) == "3", "without Enter"
            os.write(person, "同意".encode())
            assert next(key for key in iter(keys, None) if key) == "同意"
            os.write(person, b"\r")
            assert next(key for key in iter(keys, None) if key) == "\n"
        assert termios.tcgetattr(program) == before
    os.close(person)
