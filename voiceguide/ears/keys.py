"""Keys beside the microphone: one press of 1, 2 or 3 where numbers are offered, Enter for the next step.

For her who is not understood, and for whoever sits beside her. Nothing to install, no Enter after a number.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TypeAlias

from voiceguide.ears import Ears, NeedsWholeSound
from voiceguide.events import BLOCK_SECONDS, Block, CompletePhrase, Hearing, Phrase, SpeechStarted, Transcript

Keys: TypeAlias = Callable[[], str]
"""The characters typed since the last call; "" where none were. Never waits."""


class EarsAndKeys:
    """Ears that take a key for a word."""

    def __init__(self, ears: Ears, keys: Keys, meanings: Callable[[], Mapping[str, str]]) -> None:
        """`meanings`: a character -> the phrase it stands for, as the recogniser would write it; asked for when
        something is expected."""
        self._ears = ears
        self._keys = keys
        self._asked_meanings = meanings
        self._meanings: Mapping[str, str] = {}
        self._expected: frozenset[str] = frozenset()
        self._now_seconds = 0.0
        self._pressed: deque[str] = deque(maxlen=1)

    def torn(self) -> None:
        """See NeedsWholeSound."""
        if isinstance(self._ears, NeedsWholeSound):
            self._ears.torn()

    def prepare(self, phrases: Sequence[Phrase]) -> None:
        self._ears.prepare(phrases)

    def listen(self, phrases: Sequence[Phrase], no_input_seconds: float, complete: CompletePhrase) -> None:
        self._meanings = self._meanings or self._asked_meanings()
        self._expected = frozenset(phrase.text for phrase in phrases)
        self._ears.listen(phrases, no_input_seconds, complete)

    def hear(self, block: Block, played: Block, speaking: bool) -> Hearing | None:
        """A key that means something now is a transcript beyond doubt; while the guide speaks it
        interrupts first. Other keys are nothing."""
        self._now_seconds += BLOCK_SECONDS
        meant = [self._meanings[key] for key in self._keys() if key in self._meanings]
        self._pressed.extend(text for text in meant if text in self._expected)
        heard = self._ears.hear(block, played, speaking)
        if not self._pressed:
            return heard
        if speaking:
            return SpeechStarted(self._now_seconds)
        return Transcript(self._pressed.popleft(), 1.0, self._now_seconds, self._now_seconds)


@contextmanager
def terminal_keys() -> Iterator[Keys]:
    """The keys of the terminal, one by one as they are pressed; the terminal is put right afterwards."""
    if sys.platform == "win32":
        yield _windows_keys
        return
    import select
    import termios
    import tty

    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    tty.setcbreak(terminal)

    def keys() -> str:
        if not select.select([terminal], [], [], 0)[0]:
            return ""
        return os.read(terminal, 64).decode("utf-8", errors="ignore")  # hanzi too: 同意

    try:
        yield keys
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def _windows_keys() -> str:
    import msvcrt

    pressed = ""
    while msvcrt.kbhit():  # type: ignore[attr-defined,unused-ignore]
        pressed += msvcrt.getwch()  # type: ignore[attr-defined,unused-ignore]
    return pressed.replace("\r", "\n")
