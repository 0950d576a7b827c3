"""Reads dates.toml and refuses what `dates` could not use, every flaw with its key: a typo there is its author's
matter, and never a fault in the middle of a conversation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from voiceguide.content import ContentError, did_you_mean
from voiceguide.spoken_date import LAST
from voiceguide.tables import Source, Table

FILE = "dates.toml"
RULE = "bad-dates"

_SHAPES: Mapping[str, Mapping[str, str]] = {
    "": {},
    "full_years": {"ending": "text", "listened_for": "years"},
    "endings": {"month": "texts", "day": "texts", "last_day": "texts", "part": "texts"},
    "last_of_year": {"words": "texts"},
    "lunar": {
        "marks": "texts",
        "solar_marks": "texts",
        "leap": "text",
        "first_ten": "text",
        "twenties": "text",
    },
    "ahead": {
        "half_month": "text",
        "half_month_days": "number",
        "after": "texts",
        "joined": "texts",
        "listened_for": "numbers",
    },
    "ahead.units": {"months": "numbers", "days": "numbers", "two": "text"},
    "around": {"before": "texts", "after": "texts", "between": "texts", "same_day": "texts", "about": "texts"},
    "weeks": {"units": "texts", "counter": "text"},
    "either": {"words": "texts"},
    "unknown": {"heard": "texts"},
    "vague": {"heard": "texts"},
    "listened": {"named": "texts"},
    "corrected": {"no": "texts", "but": "texts"},
}
"""Table -> its keys and what stands there."""
_NUMBERED = {
    **{
        "month_names": 12,
        "month_hints": 12,
        "lunar.months": 12,
        "ahead.days": 999,
        "terms": 23,
        "ahead.spans": 99,
        "weekdays": 6,
        "weeks.ahead": 9,
    },
    "easier": 10,
}
"""Tables of words, each with a number: the greatest that means anything."""
_YEARS, _MOST_YEARS = "years", 9
"""A table of words, each with a number that may be below 0: 去年."""
_DAYS = ("feasts", "lunar.feasts")
"""Tables of words, each with its month and its day."""
_MONTHS_OF, _DAYS_OF = (LAST, *range(1, 13)), (LAST, *range(1, 32))


def read(directory: Path) -> Mapping[str, Any]:
    """The whole table. Raises ContentError."""
    source = Source(directory, FILE)
    if not source.findings:
        _check(source.root)
    if source.findings:
        raise ContentError(sorted(source.findings))
    return source.root.data


def _check(root: Table) -> None:
    known = [*_SHAPES, *_NUMBERED, _YEARS, *_DAYS]
    for name, shapes in _SHAPES.items():
        table = _table(root, name)
        below = {each.rpartition(".")[2] for each in known if each and each.rpartition(".")[0] == name}
        _only(table, {*shapes, *below})
        for key, shape in shapes.items():
            if not _is(shape, table.data.get(key)):
                _wrong(table, key, _WANTED[shape])
    for name, most in _NUMBERED.items():
        table = _table(root, name)
        if not table.data:
            _wrong(table, "", "这里要几个词，每个等于一个数。")
        for key, value in table.data.items():
            if not _is("number", value) or value > most:
                _wrong(table, key, f"这里要一个 0 到 {most} 的数。")
    table = _table(root, _YEARS)
    for key, value in table.data.items():
        if not isinstance(value, int) or isinstance(value, bool) or abs(value) > _MOST_YEARS:
            _wrong(table, key, f"这里要一个 -{_MOST_YEARS} 到 {_MOST_YEARS} 的数。")
    for name in _DAYS:
        table = _table(root, name)
        for key, value in table.data.items():
            if not _is_day(value):
                _wrong(table, key, "这里要 [月, 日]，-1 是最后一个。")
    hints = root.table("month_hints")
    if sorted(hints.data.values(), key=str) != sorted(range(1, 13), key=str):
        _wrong(hints, "", "这里要十二个词，一月到十二月各一个。")
    units, ahead = _table(root, "ahead.units"), _table(root, "ahead")
    if not root.source.findings:
        _only(ahead.table("listened_for"), {*units.data["months"], *units.data["days"]})


def _table(root: Table, name: str) -> Table:
    for part in name.split(".") if name else ():
        root = root.table(part)
    return root


def _only(table: Table, known: Iterable[str]) -> None:
    for key in sorted(table.data.keys() - set(known)):
        _wrong(table, key, "不认识这一项。", did_you_mean(key, set(known)) or "请删掉它。")


def _wrong(table: Table, key: str, message: str, remedy: str = "请照程序原来的文件改。") -> None:
    table.report(key, RULE, message, remedy)


_WANTED = {
    "text": "这里要一个词。",
    "texts": "这里要几个词的列表。",
    "number": "这里要一个数。",
    "numbers": "这里要几个词，每个等于一个数。",
    "years": "这里要两个年份，前面的早。",
}


def _is(shape: str, value: Any) -> bool:
    match shape:
        case "text":
            return isinstance(value, str) and bool(value)
        case "texts":
            return isinstance(value, list) and bool(value) and all(isinstance(each, str) for each in value)
        case "number":
            return isinstance(value, int) and not isinstance(value, bool) and value >= 0
        case "numbers":
            return (
                isinstance(value, dict)
                and bool(value)
                and all(_is("number", each) for each in value.values())
            )
        case _:
            return (
                isinstance(value, list)
                and len(value) == 2
                and all(_is("number", each) for each in value)
                and 1000 <= value[0] <= value[1] <= 9999
            )


def _is_day(value: Any) -> bool:
    if not isinstance(value, list) or len(value) != 2 or any(isinstance(each, bool) for each in value):
        return False
    month, day = value
    return month in _MONTHS_OF and day in _DAYS_OF and (month != LAST or day == LAST)
