"""prompts/<language>/phrases.toml as values: everything that is understood except a guide's own troubles."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from voiceguide.content import ContentError, Finding, did_you_mean
from voiceguide.guides.exercise import AT_EASE
from voiceguide.guides.shelf import CHANGE
from voiceguide.tables import Source
from voiceguide.understanding import digits
from voiceguide.understanding.digits import DigitRules

FILE = "phrases.toml"

UNIVERSAL = (
    "next", "previous", "repeat", "cannot", "failed", "help", "pause", "resume", "slower", "faster", "louder",
    "softer", "where", "when", "restart", "stop", "yes", "no", "complaint", "fraud", "drill", "practise",
)  # fmt: skip
"""What she may say at any time."""

CHOICES = ("choice:1", "choice:2", "choice:3")
"""Only while numbers are offered."""

EXERCISE = (AT_EASE,)
"""Only while she practises the movements."""

SHELF = (CHANGE,)
"""Only where there is more than one guide."""

NO_WORDS = "no-words"
"""What she says is not to be written down any more."""

PRIVACY = (NO_WORDS,)
"""Only where she was asked whether it may be."""

KNOWN = (*UNIVERSAL, *CHOICES, *EXERCISE, *SHELF, *PRIVACY)
"""Every intent whose wordings stand in phrases.toml."""

ANY = "*"
NOTHING = "nothing"
"""Stands where an intent would: a wording that sounds like a command and is none."""

_LISTS = (
    "chatter.heard", "chatter.beside", "chatter.fillers", "chatter.opening", "chatter.closing", "chatter.sounds",
    "chatter.words", "chatter.remarks", "chatter.endings",
    "request.intents", "request.before", "request.after", "asking.before", "asking.or", "asking.always",
    "negation.words", "negation.spares", "denying.before", "denying.endings", "denying.unless", "nothing.heard",
    "nothing.listened", "cautious.intents", "harmless.intents",
    "question.words", "question.ends", "question.unless", "question.between",
    "naming.before",
    "naming.denied",
    "naming.not",
)  # fmt: skip


@dataclass(frozen=True)
class Made:
    """Wordings put together: one text of each part, in order. "" in a part leaves it out."""

    intent: str
    """Or NOTHING."""
    parts: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, eq=False)
class Wordings:
    """phrases.toml, checked. Texts are hanzi as written there. The same file gives the same object."""

    heard: Mapping[str, tuple[str, ...]]
    """Intent → wordings that the recogniser listens for."""
    also: Mapping[str, tuple[str, ...]]
    """Intent → further wordings, understood when a transcript holds them."""
    after_acting: tuple[str, ...]
    """Mean a complaint right after the guide acted on her words."""
    unfinished: tuple[str, ...]
    """Mean that she goes on where the guide asks whether she does; at any other time a no."""
    while_practising: Mapping[str, tuple[str, ...]]
    """Intent → wordings that mean it only while she practises the movements."""
    made: tuple[Made, ...]
    """More of these, put together from parts."""
    lists: Mapping[str, tuple[str, ...]]
    """"chatter.words" → its texts; the keys are those of the file."""
    together: Mapping[tuple[str, str], str]
    """Two intents in one utterance → what they mean together; ANY stands for the other one."""
    least_confidence: float
    """Below this an intent of `cautious.intents` is not believed."""
    least_syllables: int
    """A harmless command is looked for inside utterances at least this long …"""
    wording_syllables: int
    """… by wordings at least this long."""
    digits: DigitRules
    """Which digits are to be forgotten."""
    also_read: Mapping[str, tuple[str, ...]]
    """A hanzi with more than one reading inside wordings → its readings."""

    @classmethod
    def load(cls, language_dir: Path) -> Wordings:
        """Read `language_dir`/phrases.toml. Raises ContentError."""
        try:
            return cls._parsed((language_dir / FILE).read_text(encoding="utf-8"))
        except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
            Source(language_dir, FILE).stop_if_bad()  # says it so that its author can mend it
            raise

    @classmethod
    @lru_cache(maxsize=2)
    def _parsed(cls, text: str) -> Wordings:
        return cls.of(tomllib.loads(text))

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Wordings:
        """From the parsed file. Raises ContentError with everything that is wrong at once."""
        reader = _Reader(table)
        intents = reader.intents()
        also_read = reader.mapping("", table, "also_read")
        wordings = cls(
            heard={name: reader.texts(f"intents.{name}", value, "heard") for name, value in intents.items()},
            also={name: reader.optional(f"intents.{name}", value, "also") for name, value in intents.items()},
            after_acting=reader.optional("intents.complaint", intents.get("complaint", {}), "after_acting"),
            unfinished=reader.optional("intents.resume", intents.get("resume", {}), "unfinished"),
            while_practising={
                name: reader.optional(f"intents.{name}", value, "while_practising")
                for name, value in intents.items()
            },
            made=reader.made(),
            lists={key: reader.texts(*reader.section(key)) for key in _LISTS},
            together=reader.together(),
            least_confidence=reader.number("cautious", "least_confidence"),
            least_syllables=round(reader.number("harmless", "least_syllables")),
            wording_syllables=round(reader.number("harmless", "wording_syllables")),
            digits=reader.digits(),
            also_read={hanzi: reader.texts("also_read", also_read, hanzi) for hanzi in also_read},
        )
        if reader.findings:
            raise ContentError(reader.findings)
        return wordings


class _Reader:
    """Takes values out of the parsed file and notes what is wrong with them."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self.table = table
        self.findings: list[Finding] = []

    def wrong(self, key: str, rule: str, message: str, remedy: str) -> None:
        self.findings.append(Finding(FILE, key, rule, message, remedy))

    def intents(self) -> dict[str, Mapping[str, Any]]:
        written = self.mapping("", self.table, "intents")
        intents = {name: self.mapping("intents.", written, name) for name in written}
        for name in KNOWN:
            if name not in intents:
                self.wrong(
                    f"intents.{name}",
                    "missing-intent",
                    "没有这一类说法。",
                    "请加上 heard 列表，至少六种说法。",
                )
        for name in sorted(set(intents) - {*KNOWN}):
            hint = did_you_mean(name, KNOWN)
            self.wrong(f"intents.{name}", "unknown-intent", "程序不认识这个名字。", f"请改名或者删掉。{hint}")
            del intents[name]
        return intents

    def section(self, key: str) -> tuple[str, Mapping[str, Any], str]:
        section, name = key.split(".")
        return section, self.mapping("", self.table, section), name

    def mapping(self, where: str, value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        """A table that may be left out."""
        found = value.get(name, {})
        if isinstance(found, dict):
            return found
        self.wrong(
            f"{where}{name}", "not-a-table", "这里要一张表。", f"请写成 [{where}{name}]，下面一行一项。"
        )
        return {}

    def entries(self, name: str) -> list[tuple[str, Mapping[str, Any]]]:
        """The tables of a list that may be left out, each with its place."""
        found = self.table.get(name, [])
        if isinstance(found, list) and all(isinstance(entry, dict) for entry in found):
            return [(f"{name}[{index}]", entry) for index, entry in enumerate(found)]
        self.wrong(name, "not-a-list", "这里要一串表。", f"请写成 [[{name}]]，每张表一次。")
        return []

    def texts(self, where: str, value: Mapping[str, Any], name: str) -> tuple[str, ...]:
        found = value.get(name, [])
        if (
            not isinstance(found, list)
            or not found
            or not all(isinstance(each, str) and each for each in found)
        ):
            self.wrong(f"{where}.{name}", "not-a-list", "这里要一个文字列表。", '请写成 ["……", "……"]。')
            return ()
        return tuple(found)

    def optional(self, where: str, value: Mapping[str, Any], name: str) -> tuple[str, ...]:
        return self.texts(where, value, name) if name in value else ()

    def made(self) -> tuple[Made, ...]:
        found = []
        for where, entry in self.entries("made"):
            parts = entry.get("parts")
            if entry.get("intent") not in (*KNOWN, NOTHING):
                self.wrong(where, "unknown-intent", "程序不认识这个名字。", "请写一个意图的名字。")
            elif not isinstance(parts, list) or not all(isinstance(part, list) and part for part in parts):
                self.wrong(where, "not-a-list", "parts 要几个文字列表。", '请写成 [["……"], ["……"]]。')
            else:
                found.append(Made(entry["intent"], tuple(map(tuple, parts))))
        return tuple(found)

    def number(self, section: str, name: str) -> float:
        value = self.mapping("", self.table, section).get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.wrong(f"{section}.{name}", "not-a-number", "这里要一个数。", "请写一个数。")
            return 0.0
        return float(value)

    def digits(self) -> DigitRules:
        section = self.mapping("", self.table, "digits")
        values, public = self.mapping("digits.", section, "values"), self.texts("digits", section, "public")
        if not values or (wrong := digits.fault(values, public)):
            message = f"这里的数字不对：{wrong if values else '没有写'}。"
            self.wrong("digits", "bad-digits", message, "请写一个汉字等于零到九的一个数，public 只写数字。")
        one = {}
        for name in ("stands_for", "ten", "counter", "amount"):
            one[name] = section.get(name, "")
            if not isinstance(one[name], str) or not one[name]:
                self.wrong(f"digits.{name}", "not-a-text", "这里要一段文字。", "请写汉字。")
        return DigitRules(
            values=values,
            before=self.texts("digits", section, "before"),
            between=self.texts("digits", section, "between"),
            after=self.texts("digits", section, "after"),
            public=public,
            least=round(self.number("digits", "least")),
            **one,
        )

    def together(self) -> dict[tuple[str, str], str]:
        known = (*KNOWN, "trouble", "question", "guide", ANY, NOTHING)
        made: dict[tuple[str, str], str] = {}
        for where, entry in self.entries("together"):
            pair, means = entry.get("pair"), entry.get("means")
            if (
                not isinstance(pair, list)
                or not all(name in known for name in (*pair, means))
                or len(pair) != 2
            ):
                self.wrong(where, "unknown-intent", "这里有不认识的名字。", "请写两个意图和合起来的意思。")
                continue
            made.setdefault((pair[0], pair[1]), str(means))
            made.setdefault((pair[1], pair[0]), str(means))
        return made
