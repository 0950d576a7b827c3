"""Her own words: what she taught the guide, kept in one small file on this machine. No audio is in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from voiceguide.errors import ToldError
from voiceguide.events import Phrase, Reading
from voiceguide.numerals import number
from voiceguide.whole_files import set_aside, write_whole

VERSION = 1
OPENS, CLOSES = "「", "」"
"""Around the name of a taught word wherever it stands for what she said: no text of ours holds them."""

UNNAMED = "自己的话"
LONGEST_LABEL = 12
MOST_EASE = 10.0


@dataclass(frozen=True)
class PersonalWord:
    """One word of hers, and what it means."""

    label: str
    """How it is written in lists; no two words share one."""
    intent: str
    pronunciations: tuple[Reading, ...]
    """The likeliest first. Syllables as the model hears them, which pinyin may not have: "/d i a N/"."""
    sounds: str
    """Which model's sounds these are: `sounds_id`."""
    taught: str
    """The day, 2026-11-23."""
    ease: float = 0.0
    """So many nats easier to believe than other phrases; see `Phrase`."""

    @property
    def text(self) -> str:
        """Stands for it in a transcript."""
        return f"{OPENS}{self.label}{CLOSES}"

    @property
    def said(self) -> Reading:
        """Stands for it in the reading of a transcript: two syllables nobody else has, because wordings of one
        syllable are believed less."""
        return f"{self.text}1", f"{self.text}2"

    @property
    def phrases(self) -> tuple[Phrase, ...]:
        """What a recogniser listens for."""
        return tuple(Phrase(self.text, reading, ease=self.ease) for reading in self.pronunciations)


class PersonalError(ToldError):
    """Her words cannot be kept. `code`: no-space."""


class PersonalFile:
    """All her words, in the order they were taught."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notice: str | None = None
        """Set by load() when the file could not be used: Chinese, for the helper."""

    def load(self) -> tuple[PersonalWord, ...]:
        """What was saved. A file that cannot be used is set aside, never deleted: see `notice`."""
        self.notice = None
        try:
            data = json.loads(self.path.read_bytes())
            if data["version"] > VERSION:
                return self._set_aside("newer", "她自己的说法是更新版本的程序存的，这里读不懂")
            words = tuple(_parse(each) for each in data["words"])
            if len({word.label for word in words}) < len(words):
                raise ValueError("a label twice")
            return words
        except FileNotFoundError:
            return ()
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return self._set_aside("damaged", "存她自己说法的文件坏了")
        except OSError as error:
            self.notice = f"读不了她自己的说法{self.path}：{error.strerror}。这次不用它们。"
            return ()

    def save(self, words: Sequence[PersonalWord]) -> None:
        """Raises PersonalError."""
        data = {"version": VERSION, "words": [asdict(word) for word in words]}
        try:
            write_whole(self.path, json.dumps(data, ensure_ascii=False, indent=1).encode())
        except OSError as error:
            message = f"没有存下来：{error.strerror}（{self.path}）。"
            raise PersonalError("no-space", message, "请清理磁盘，或者检查文件夹的权限。") from error

    def _set_aside(self, why: str, message: str) -> tuple[PersonalWord, ...]:
        try:
            kept = set_aside(self.path, why)
        except OSError as error:
            self.notice = f"{message}，也移不开它：{error.strerror}。这次不用它们。"
        else:
            self.notice = f"{message}，已经另存为{kept}。请用 voiceguide teach 重新教。"
        return ()


def free_label(words: Iterable[PersonalWord]) -> str:
    """For a word nobody can write: 自己的话一, 自己的话二 …"""
    taken = {word.label for word in words}
    return next(label for n in range(1, len(taken) + 2) if (label := f"{UNNAMED}{number(n)}") not in taken)


def is_label(text: str) -> bool:
    """Can it be the name of a taught word?"""
    return 0 < len(text) <= LONGEST_LABEL and text.isalnum()


def _parse(data: Mapping[str, Any]) -> PersonalWord:
    """Raises ValueError, KeyError, TypeError, AttributeError."""
    readings = tuple(tuple(reading) for reading in data["pronunciations"])
    texts = [*(data[name] for name in ("label", "intent", "sounds", "taught"))]
    syllables = [syllable for reading in readings for syllable in reading]
    if not all(isinstance(text, str) for text in (*texts, *syllables)) or not all(readings) or not readings:
        raise ValueError("wrong types")
    ease = data.get("ease", 0.0)
    if not is_label(data["label"]) or isinstance(ease, bool) or not 0 <= ease <= MOST_EASE:
        raise ValueError("not a label, or no ease")
    return PersonalWord(data["label"], data["intent"], readings, data["sounds"], data["taught"], float(ease))
