"""What is typed beside what is said: a key that was asked for, or a line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

YES_KEY, NO_KEY, ENTER = "y", "n", "\n"

Keys: TypeAlias = Callable[[], str]
"""The characters typed since the last call; never waits."""


@dataclass(frozen=True)
class Typed:
    """A key that was asked for, or a line."""

    text: str


class Key:
    """One of these keys."""

    skips_prompts = True

    def __init__(self, keys: str) -> None:
        self._keys = keys

    def take(self, character: str) -> str | None:
        return character.lower() if character.lower() in self._keys else None


class Line:
    """y or n at once; anything else up to Enter, which alone is no answer."""

    skips_prompts = False

    def __init__(self) -> None:
        self._line = ""

    def take(self, character: str) -> str | None:
        if not self._line and character.lower() in (YES_KEY, NO_KEY):
            return character.lower()
        if character == ENTER:
            line, self._line = self._line.strip(), ""
            return line or None
        self._line += character
        return None
