"""The movements the app will ask for, as an exercise without the phone. Frozen values and their order, no I/O.

Read from prompts/<language>/movements.toml; who may say what, and what it leads to, is told in practising.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from voiceguide.events import Prompt

NOTE = "movements"
"""What the exercise is called where it is remembered."""

AT_EASE = "at-ease"
"""She has practised enough."""

PRACTISING = "@practising"
"""Expected while she practises: 会了 and 可以了 say that she is at ease, 还不熟 that she wants it once more."""


@dataclass(frozen=True)
class Movement:
    """One movement."""

    id: str
    say: tuple[Prompt, ...]
    """What it is, in several wordings."""
    rhythm: tuple[Prompt, ...]
    """Counted: a short word each, a tone before it and silence after it to do it in."""
    beware: tuple[Prompt, ...]
    """What commonly goes wrong; one of them each time."""

    def spoken(self, count: int) -> tuple[Prompt, ...]:
        """All of it, in other words than with `count` - 1."""
        return (self.say[count % len(self.say)], *self.rhythm, self.beware[count % len(self.beware)])


@dataclass(frozen=True)
class Exercise:
    """The whole exercise."""

    frame: Mapping[str, tuple[Prompt, ...]] = field(default_factory=dict)
    """What is said around the movements, in several wordings each."""
    movements: tuple[Movement, ...] = ()
    """The first of them always comes first: how to sit and hold the phone."""

    def movement(self, seed: int, lap: int, place: int) -> Movement:
        """The app asks in any order, so every lap has another one; the same seed gives the same orders."""
        first, *rest = self.movements
        Random(seed).shuffle(rest)
        turned = lap % len(rest)
        return (first, *rest[turned:], *rest[:turned])[place]
