"""Her own words: what she taught the guide, as values; they are kept in her profile. No audio is in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from voiceguide.events import Phrase, Reading
from voiceguide.language.numerals import number

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


def free_label(words: Iterable[PersonalWord]) -> str:
    """For a word nobody can write: 自己的话一, 自己的话二 …"""
    taken = {word.label for word in words}
    return next(label for n in range(1, len(taken) + 2) if (label := f"{UNNAMED}{number(n)}") not in taken)


def is_label(text: str) -> bool:
    """Can it be the name of a taught word?"""
    return 0 < len(text) <= LONGEST_LABEL and text.isalnum()


def parse_all(data: Iterable[Mapping[str, Any]]) -> tuple[PersonalWord, ...]:
    """Her words as they were stored, each asdict(word). Raises ValueError, KeyError, TypeError, AttributeError."""
    words = tuple(map(_parse, data))
    if len({word.label for word in words}) < len(words):
        raise ValueError("a label twice")
    return words


def _parse(data: Mapping[str, Any]) -> PersonalWord:
    readings = tuple(tuple(reading) for reading in data["pronunciations"])
    texts = [*(data[name] for name in ("label", "intent", "sounds", "taught"))]
    syllables = [syllable for reading in readings for syllable in reading]
    if not all(isinstance(text, str) for text in (*texts, *syllables)) or not all(readings) or not readings:
        raise ValueError("wrong types")
    ease = data.get("ease", 0.0)
    if not is_label(data["label"]) or isinstance(ease, bool) or not 0 <= ease <= MOST_EASE:
        raise ValueError("not a label, or no ease")
    return PersonalWord(data["label"], data["intent"], readings, data["sounds"], data["taught"], float(ease))
