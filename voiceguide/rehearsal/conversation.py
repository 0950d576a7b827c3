"""Conversations as readable text: what the guide says, what she answers; played with or without sound.

# 为什么有这段对话
guide 12333
saved find-entry            (optional: where she stopped last time)
today 2026-11-26            (optional: which day it is)
due 2026-11-28              (optional: when she has to be certified next)
words-kept                  (optional: she agreed that what she says where she gets stuck is kept)
practised drill:link 2 fell 0 -       (optional, more than once: times, result, well in a row, due or -)
<< 上次做到…                 the guide says this; a trailing … matches any rest
>> 是                       she says this
>? 是                       she says this, not well enough to be believed: the guide may only guess it
>> 再说一遍 (4 s, 5 dB)     she takes so long over it (and stands so far out of the noise)
(silence 30)                she says nothing for so long
(interrupts)                she says the next line while the guide is still saying the one before

`guide ?` instead of a guide's name: she is asked first which one.

What is interrupted must be a single prompt: of several, those behind the interrupted one are not said any more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TypeAlias

from voiceguide.errors import ToldError
from voiceguide.events import Transcript
from voiceguide.notes import NOTHING_KNOWN, Consented, Known, Practised

REST = "…"
WHICH = "?"
INTERRUPTS = "(interrupts)"
WORDS_KEPT = "words-kept"
_TOLD = ("today", "due", "practised")
_MANNER = re.compile(r"\(([0-9.]+) s(?:, ([0-9.]+) dB)?\)\s*$")
GUESSED = 0.4
"""How sure the ears are of a guess: not enough."""


class ConversationError(ToldError):
    """The file is not a conversation. `code`: bad-conversation."""

    def __init__(self, path: Path, number: int, message: str) -> None:
        remedy = "请照 tests/conversations 里的样子改。"
        super().__init__("bad-conversation", f"对话文件{path}第{number}行：{message}", remedy)
        self.place = f"{path}:{number}"
        self.wrong = message

    def __str__(self) -> str:
        return f"{self.place}: {self.wrong}"


@dataclass(frozen=True)
class GuideSays:
    number: int
    """Line number in the file."""
    text: str

    def matches(self, text: str) -> bool:
        """Letter by letter, white space aside; as far as the …."""
        wanted, got = _plain(self.text), _plain(text)
        if wanted.endswith(REST):
            return got.startswith(wanted.removesuffix(REST))
        return got == wanted


@dataclass(frozen=True)
class PersonSays:
    number: int
    text: str
    interrupts: bool = False
    """While the guide is speaking; else when it has finished."""
    indistinct: bool = False
    """Heard as a guess only."""
    seconds: float = 0.0
    """How long she takes; 0: not told."""
    over_noise_db: float | None = None
    """How far her words stand out of the noise; None: not told."""

    def transcript(self, at_seconds: float) -> Transcript:
        """What the ears make of it."""
        return Transcript(
            "" if self.indistinct else self.text,
            GUESSED if self.indistinct else 1.0,
            at_seconds,
            at_seconds + self.seconds,
            guess=self.text if self.indistinct else "",
            speech_dbfs=None if self.over_noise_db is None else 0.0,
            noise_dbfs=None if self.over_noise_db is None else -self.over_noise_db,
        )


@dataclass(frozen=True)
class PersonSilent:
    number: int
    seconds: float


Line: TypeAlias = GuideSays | PersonSays | PersonSilent


@dataclass(frozen=True)
class Conversation:
    """One file, parsed."""

    path: Path
    guide: str
    """Its id; WHICH where she is asked first which guide it is to be."""
    saved: str | None
    lines: tuple[Line, ...]
    known: Known = NOTHING_KNOWN
    """What the guide knows of her and of the day."""

    @property
    def asks_which(self) -> bool:
        return self.guide == WHICH


class Differs(Exception):  # noqa: N818 - a result, not a fault
    """The guide answered otherwise than written."""

    def __init__(self, conversation: Conversation, number: int, expected: str, got: str) -> None:
        super().__init__(f"{conversation.path}:{number}: 应该是“{expected}”，实际是“{got}”。")
        self.number = number
        self.expected = expected
        self.got = got


def parse(path: Path) -> Conversation:
    """Raises ConversationError, OSError."""
    guide, saved, lines, interrupts = "", None, list[Line](), False
    known = NOTHING_KNOWN
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ConversationError(path, 1, "不是 UTF-8 编码的文字文件。") from error
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        word, _, rest = line.partition(" ")
        if not line or line.startswith("#"):
            continue
        if word == "guide" and rest:
            guide = rest.strip()
        elif word == "saved" and rest:
            saved = rest.strip()
        elif line == WORDS_KEPT:
            known = replace(known, consent=Consented(True))
        elif word in _TOLD and rest:
            known = _told(path, number, known, word, rest.split())
        elif word == "<<" and rest:
            lines.append(GuideSays(number, rest.strip()))
        elif word == ">>" and rest:
            lines.append(_person_says(number, rest, interrupts=interrupts))
            interrupts = False
        elif word == ">?" and rest:
            lines.append(_person_says(number, rest, indistinct=True))
        elif line == INTERRUPTS and lines and isinstance(lines[-1], GuideSays):
            interrupts = True
        elif word == "(silence" and _is_number(rest.removesuffix(")")):
            lines.append(PersonSilent(number, float(rest.removesuffix(")"))))
        else:
            raise ConversationError(path, number, f"看不懂“{line}”。")
    if not guide:
        raise ConversationError(path, 1, "没有写 guide。")
    return Conversation(path, guide, saved, tuple(lines), known)


def _told(path: Path, number: int, known: Known, word: str, rest: list[str]) -> Known:
    try:
        match word, rest:
            case "today", [day]:
                return replace(known, today=date.fromisoformat(day))
            case "due", [day]:
                return replace(known, next_certification=date.fromisoformat(day))
            case "practised", [exercise, times, result, well, due]:
                comes_back = None if due == "-" else date.fromisoformat(due)
                practised = Practised(exercise, int(times), result, int(well), comes_back)
                return replace(known, practised=(*known.practised, practised))
    except ValueError:
        pass  # told below, with the line
    raise ConversationError(path, number, f"“{word}”后面写得不对：“{' '.join(rest)}”。")


def _person_says(number: int, rest: str, *, indistinct: bool = False, interrupts: bool = False) -> PersonSays:
    manner = _MANNER.search(rest)
    if manner is None:
        return PersonSays(number, rest.strip(), interrupts, indistinct)
    seconds, db = manner.groups()
    text = rest[: manner.start()].strip()
    return PersonSays(number, text, interrupts, indistinct, float(seconds), float(db) if db else None)


def _plain(text: str) -> str:
    return "".join(text.split())


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdecimal()
