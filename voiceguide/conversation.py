"""Conversations as readable text: what the guide says, what she answers; played with or without sound.

# 为什么有这段对话
guide 12333
saved find-entry            (optional: where she stopped last time)
<< 上次做到…                 the guide says this; a trailing … matches any rest
>> 是                       she says this
(silence 30)                she says nothing for so long
(interrupts)                she says the next line while the guide is still saying the one before

What is interrupted must be a single prompt: of several, those behind the interrupted one are not said any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

REST = "…"
INTERRUPTS = "(interrupts)"


class ConversationError(Exception):
    """The file is not a conversation. `code` is "bad-conversation"."""

    code = "bad-conversation"

    def __init__(self, path: Path, number: int, message: str) -> None:
        super().__init__(f"{path}:{number}: {message}")
        self.message = f"对话文件{path}第{number}行：{message}"
        self.remedy = "请照 tests/conversations 里的样子改。"


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
    saved: str | None
    lines: tuple[Line, ...]


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
        elif word == "<<" and rest:
            lines.append(GuideSays(number, rest.strip()))
        elif word == ">>" and rest:
            lines.append(PersonSays(number, rest.strip(), interrupts))
            interrupts = False
        elif line == INTERRUPTS and lines and isinstance(lines[-1], GuideSays):
            interrupts = True
        elif word == "(silence" and _is_number(rest.removesuffix(")")):
            lines.append(PersonSilent(number, float(rest.removesuffix(")"))))
        else:
            raise ConversationError(path, number, f"看不懂“{line}”。")
    if not guide:
        raise ConversationError(path, 1, "没有写 guide。")
    return Conversation(path, guide, saved, tuple(lines))


def _plain(text: str) -> str:
    return "".join(text.split())


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdecimal()
