"""Days in spoken words: 明年三月十五号, 后年, 半年以后, 下个月底, 农历正月十五 → what she said of the day.

The words stand in prompts/<language>/dates.toml; which day it is, `spoken_date` knows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, reduce
from pathlib import Path
from typing import Any

from voiceguide.language.numerals import number, numbers_to_hanzi
from voiceguide.spoken_date import LAST, SpokenDate
from voiceguide.understanding import dates_file

_MONTHS, _DAYS, _SPANS = range(1, 13), range(1, 32), range(1, 100)
_IGNORED = re.compile(r"[\s，。！？、,.!?；;：:…]")
_PAUSES = re.compile(r"[，。！？,!?；;：:…]")
_WRITTEN = re.compile(r"(\d{4})[-/.年]0?(\d{1,2})[-/.月]0?(\d{1,2})(?!\d)[日号]?")
_LONGEST = 40
"""Characters: what is longer tells more than a day, and takes long to look through."""
_LUNAR_MARKS, _SOLAR_MARKS = {"lunar", "lunar_again"}, {"solar", "solar_again"}
"""Before the year, and behind it."""
_DIGITS = {hanzi: digit for digit, hanzi in enumerate("零一二三四五六七八九")} | {"〇": 0}


class DateWords:
    """All the words for days of one language."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        """`table`: dates.toml as `dates_file` lets it pass."""
        self._table = table
        endings, lunar, ahead = table["endings"], table["lunar"], table["ahead"]
        self._years: dict[str, int] = dict(table["years"])
        self._month_names: dict[str, int] = dict(table["month_names"])
        numbered = {number(n) + end: n for n in _MONTHS for end in endings["month"]}
        self._months = numbered | table["month_hints"]
        self._lunar_months = dict(lunar["months"]) | {
            lunar["leap"] + name: n for name, n in {**numbered, **lunar["months"]}.items()
        }
        self._days = {number(n) + end: n for n in _DAYS for end in endings["day"]}
        self._days |= {
            lunar["twenties"] + (number(n - 20) if n > 20 else "") + end: n  # 廿五号
            for n in range(20, 30)
            for end in endings["day"]
            if end
        }
        self._lunar_days = {lunar["first_ten"] + number(n): n for n in range(1, 11)}
        self._lunar_days |= {lunar["twenties"] + number(n): 20 + n for n in range(1, 10)}
        self._last_days: tuple[str, ...] = tuple(endings["last_day"])
        self._spans = {text: (months, 0) for text, months in ahead["spans"].items()}
        self._spans[ahead["half_month"]] = (0, ahead["half_month_days"])
        for kind, place in (("months", 0), ("days", 1)):
            for unit, size in ahead["units"][kind].items():
                for n in _SPANS:
                    span = (size * n, 0) if place == 0 else (0, size * n)
                    for name in {number(n), ahead["units"]["two"] if n == 2 else number(n)}:
                        self._spans.setdefault(name + unit, span)
        self._weekdays = self._all_weekdays()
        self._pattern = self._compile()
        self._either = re.compile(_any(table["either"]["words"]))
        self._denial, self._instead = (re.compile(_any(table["corrected"][key])) for key in ("no", "but"))
        self.unknown: tuple[str, ...] = tuple(table["unknown"]["heard"])
        """She does not know the day."""
        self.before: frozenset[str] = frozenset(table["around"]["before"])
        """May stand before a day: 不对，是三月."""

    @classmethod
    def load(cls, language_dir: Path) -> DateWords:
        """Read `language_dir`/dates.toml. Raises ContentError. The same file gives the same object."""
        return cls._of(json.dumps(dates_file.read(language_dir)))

    @classmethod
    @lru_cache(maxsize=2)
    def _of(cls, table: str) -> DateWords:
        return cls(json.loads(table))

    # ------------------------------------------------------------------ what was said

    def parse(self, text: str) -> SpokenDate | None:
        """What she said of the day, where all she said is of a day; None for anything else. Where she put herself
        right, what holds in the end."""
        text = _WRITTEN.sub(r"\1年\2月\3日", text)
        clauses = [self._plain(clause) for clause in _PAUSES.split(text)]
        text = self._plain(text)
        if len(text) > _LONGEST:
            return None
        return self._parse(text) or self._corrected(text) or self._one_of(text) or self._told_twice(clauses)

    @staticmethod
    def _plain(text: str) -> str:
        return _IGNORED.sub("", numbers_to_hanzi(_IGNORED.sub("", text)))

    def _parse(self, text: str) -> SpokenDate | None:
        match = self._pattern.fullmatch(text)
        found = {name: value for name, value in match.groupdict().items() if value} if match else {}
        is_part = "part" in found and not found.keys() & {"month", "month_name", "lunar_month"}
        if is_part or not found.keys() - {"about"}:
            return None
        return replace(self._spoken(found), denies=self._denial.match(text) is not None)

    def _corrected(self, text: str) -> SpokenDate | None:
        """三月，不对，四月十五号; 不是十月，是十一月: two days, and between them what turns from one to the other."""
        for turn in (*self._denial.finditer(text), *self._instead.finditer(text)):
            first = self._parse(text[: turn.start()])
            if first is not None and (second := self.parse(text[turn.end() :])) is not None:
                return replace(first.completed_by(second), denies=False)
        return None

    def _one_of(self, text: str) -> SpokenDate | None:
        """七月还是八月: she cannot tell, so it is no day."""
        for turn in self._either.finditer(text):
            first, second = self._parse(text[: turn.start()]), self._parse(text[turn.end() :])
            if first is not None and second is not None:
                return first if first == second else SpokenDate(vague=True)
        return None

    def _told_twice(self, clauses: Sequence[str]) -> SpokenDate | None:
        """国庆节那天，十月一号: the same day in other words."""
        if len(clauses) < 2:
            return None
        days = [self._parse(clause) for clause in clauses if clause]
        if len(days) == 2 and days[0] and days[1] and days[0].denies and not days[1].denies:  # 不是三月，五月
            return replace(days[0].completed_by(days[1]), denies=False)
        told = [each for each in days if each and (each.names_day or each.vague)]
        return reduce(SpokenDate.beside, told) if len(told) == len(days) >= 2 else None

    def is_whole(self, text: str) -> bool:
        """Nothing that could go on: it ends with the day of the month, told with its ending."""
        spoken = self.parse(text)
        ends = tuple(end for end in self._table["endings"]["day"] if end)
        return spoken is not None and spoken.has_month and spoken.day is not None and text.endswith(ends)

    def _spoken(self, found: Mapping[str, str]) -> SpokenDate:
        if "ahead" in found:
            return SpokenDate(after_months=0, after_days=self._table["ahead"]["days"][found["ahead"]])
        if "span" in found:
            return self._after(found["span"], found.get("more"), "joined" in found)
        if "weekday" in found:
            weeks, weekday = self._weekdays[found["weekday"]]
            return SpokenDate(weekday=weekday, weeks_ahead=weeks)
        if "vague" in found or "about" in found:
            return SpokenDate(vague=True)
        years_ahead = self._years.get(found.get("year", ""))
        year = _full_year(found["full_year"]) if "full_year" in found else None
        if "term" in found:
            return SpokenDate(years_ahead, year, term=self._table["terms"][found["term"]])
        if "last_of_year" in found:
            month = LAST if found.keys() & _LUNAR_MARKS else 12
            return SpokenDate(years_ahead, year, month=month, day=LAST, lunar=month == LAST)
        for kind, lunar in (("feast", False), ("lunar_feast", True)):
            if kind in found:
                feasts = self._table["lunar"]["feasts"] if lunar else self._table["feasts"]
                month, day = feasts[found[kind]]
                return SpokenDate(years_ahead, year, month=month, day=day, lunar=lunar)
        lunar_month = found.get("lunar_month", "")
        month_text = found.get("month", "")
        day_text = found.get("day", found.get("lunar_day", ""))
        solar = bool(found.keys() & _SOLAR_MARKS)
        return SpokenDate(
            years_ahead=years_ahead,
            year=year,
            months_ahead=self._month_names.get(found.get("month_name", "")),
            month=self._lunar_months[lunar_month] if lunar_month else self._months.get(month_text),
            leap=lunar_month.startswith(self._table["lunar"]["leap"]),
            day=LAST if "last_day" in found else {**self._days, **self._lunar_days}.get(day_text),
            lunar=not solar and bool(found.keys() & {*_LUNAR_MARKS, "lunar_month", "lunar_day"}),
            solar=solar,
        )

    def _after(self, span: str, more: str | None, joined: bool) -> SpokenDate:
        """一年零三个月 is both together; 半年一年 is either, so no day."""
        months, days = self._spans[span]
        further_months, further_days = self._spans[more] if more else (0, 0)
        counted = joined or not more or (more not in self._table["ahead"]["spans"] and further_months < 12)
        if not counted or (further_months, further_days) >= (months, days):
            return SpokenDate(vague=True)
        return SpokenDate(after_months=months + further_months, after_days=days + further_days)

    def _all_weekdays(self) -> dict[str, tuple[int | None, int]]:
        """下个礼拜五 -> (1, 4); 星期五 -> (None, 4)."""
        weeks = self._table["weeks"]
        ahead = {"": None} | {
            name + counter: n for name, n in weeks["ahead"].items() for counter in ("", weeks["counter"])
        }
        return {
            name + unit + day: (week, number)
            for name, week in ahead.items()
            for unit in weeks["units"]
            for day, number in self._table["weekdays"].items()
        }

    def _compile(self) -> re.Pattern[str]:
        """Every group that is found says something of the day."""
        table, around, lunar = self._table, self._table["around"], self._table["lunar"]
        full_year = (
            rf"(?:[零〇一二三四五六七八九]{{4}}|[零〇一二三四五六七八九]{{2}}){table['full_years']['ending']}"
        )
        between = f"(?:{_any(around['between'])})*"
        year = f"(?:(?P<year>{_any(self._years)})|(?P<full_year>{full_year}))"
        month = (
            f"(?:(?P<month_name>{_any(self._month_names)})|(?P<lunar_month>{_any(self._lunar_months)})"
            f"|(?P<month>{_any(self._months)}))"
        )
        day = (
            f"(?:(?P<last_day>{_any(self._last_days)})|(?P<lunar_day>{_any(self._lunar_days)})"
            f"|(?P<day>{_any(self._days)}))"
        )
        part = f"(?P<part>{_any(table['endings']['part'])})"
        feast = f"(?P<feast>{_any(table['feasts'])})|(?P<lunar_feast>{_any(lunar['feasts'])})"
        marks, marks_again = (
            f"(?:(?P<lunar{again}>{_any(lunar['marks'])})|(?P<solar{again}>{_any(lunar['solar_marks'])}))?{between}"
            for again in ("", "_again")
        )
        term = f"(?P<term>{_any(table['terms'])})|(?P<vague>{_any(table['vague']['heard'])})"
        of_calendar = (
            f"{marks}(?:{year}{between}{marks_again})?"
            f"(?:(?:{month}{between})?(?:{day}|{part})?|{feast}|{term}"
            f"|(?P<last_of_year>{_any(table['last_of_year']['words'])})|(?:{_any(around['same_day'])}))"
            f"(?:{between}(?P<about>{_any(around['about'])}))?"
        )
        ahead = table["ahead"]
        from_today = (
            f"(?P<span>{_any(self._spans)})(?:(?P<joined>{_any(ahead['joined'])})?(?P<more>{_any(self._spans)}))?"
            f"(?:{_any(ahead['after'])})?|(?P<ahead>{_any(ahead['days'])})|(?P<weekday>{_any(self._weekdays)})"
        )
        # 记不清了，好像三月
        before = f"(?:{_any([*around['before'], *table['unknown']['heard']])})*"
        after = f"(?:{_any(around['after'])})*"
        return re.compile(f"{before}(?:{from_today}|{of_calendar}){after}")

    # ------------------------------------------------------------------ what to listen for

    def texts(self) -> tuple[str, ...]:
        """The pieces a recogniser should know, each a phrase that may stand beside others."""
        table, endings = self._table, self._table["endings"]
        told_days = [end for end in endings["day"] if end]
        first, last = table["full_years"]["listened_for"]
        pieces: list[Iterable[str]] = [
            (text for text, ahead in self._years.items() if ahead >= 0),
            (_digits(year) + table["full_years"]["ending"] for year in range(first, last + 1)),
            self._month_names,
            self._months,
            table["lunar"]["months"],
            table["lunar"]["marks"],
            (number(n) + end for n in _DAYS for end in told_days),
            (
                number(n) for n in _DAYS if n > 10
            ),  # 三月十五; those of one syllable would be heard in any noise
            (text for text in self._lunar_days if text.startswith(table["lunar"]["first_ten"])),
            (number(n) + endings["month"][0] + self._last_days[0] for n in _MONTHS),
            (name + self._last_days[0] for name in self._month_names),
            table["last_of_year"]["words"],
            table["listened"]["named"],
            self._listened_spans(),
        ]
        return tuple(dict.fromkeys(text for group in pieces for text in group))

    def ease(self, text: str) -> float:
        """How much easier than other pieces this one is to believe, in nats."""
        return max(
            (ease for piece, ease in self._table["easier"].items() if text.startswith(piece)), default=0.0
        )

    def _listened_spans(self) -> Iterator[str]:
        ahead = self._table["ahead"]
        plain = [*ahead["spans"], ahead["half_month"]]
        for unit, most in ahead["listened_for"].items():
            plain += [(ahead["units"]["two"] if n == 2 else number(n)) + unit for n in range(1, most + 1)]
        for text in plain:
            yield text
            yield from (text + after for after in ahead["after"][:1])
        yield from ahead["days"]


def _any(texts: Iterable[str]) -> str:
    """A pattern for one of these, the longest first."""
    return "|".join(map(re.escape, sorted(texts, key=len, reverse=True)))


def _digits(value: int) -> str:
    return "".join("零一二三四五六七八九"[int(digit)] for digit in str(value))


def _full_year(text: str) -> int:
    digits = [_DIGITS[character] for character in text if character in _DIGITS]
    year = int("".join(map(str, digits)))
    return max(year, 1) if len(digits) == 4 else 2000 + year  # 零零零零年 is past, whatever it is
