"""A day as it was told, and which day that is: arithmetic on the calendars, solar and lunar. Values, no I/O.

What she leaves out is taken as people mean it: no year is the next time that day comes; a lunar month is no leap
month unless she says so; a year alone is this day in that year.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum
from typing import TypeAlias

from borax.calendars.lunardate import LunarDate, TermUtils

LAST = -1
"""As a day: the last one of the month. As a month: the last one of the year."""
MOST_YEARS = 5
"""Nobody is certified for longer: what lies beyond was misheard."""


class Lack(Enum):
    """Why it is no day."""

    MONTH = "month"
    """She said which day of the month, and not which month."""
    DAY = "day"
    """She said which month, and not which day of it."""
    PAST = "past"
    NO_SUCH_DAY = "no-such-day"
    """February the thirtieth."""
    TOO_FAR = "too-far"
    VAGUE = "vague"
    """A time, and no day: when spring comes."""


@dataclass(frozen=True)
class SpokenDate:
    """What she said of it. None: nothing."""

    years_ahead: int | None = None
    """0 for this year, 1 for the next."""
    year: int | None = None
    """2027, where she said it in full."""
    months_ahead: int | None = None
    """0 for this month, 1 for the next."""
    month: int | None = None
    leap: bool = False
    """A lunar leap month."""
    day: int | None = None
    lunar: bool = False
    solar: bool = False
    """She said which calendar: 不对，是公历."""
    after_months: int | None = None
    """So many months from today …"""
    after_days: int = 0
    """… and so many days."""
    term: int | None = None
    """清明 and the like: which of the twenty-four days that part the solar year, from 0."""
    weekday: int | None = None
    """0 for Monday …"""
    weeks_ahead: int | None = None
    """… of this week (0), of the next (1); None: the next such day."""
    vague: bool = False
    denies: bool = False
    """She began with a no: 不是三月十五号."""

    @property
    def has_month(self) -> bool:
        return self.month is not None or self.months_ahead is not None

    @property
    def names_day(self) -> bool:
        """All but the year."""
        return (
            self.after_months is not None
            or self.term is not None
            or self.weekday is not None
            or (self.has_month and self.day is not None)
        )

    @property
    def has_year(self) -> bool:
        return self.year is not None or self.years_ahead is not None

    def completed_by(self, more: SpokenDate) -> SpokenDate:
        """What she said before, with what she says now: the latter where both say something of the same."""
        if more.vague or (more.names_day and (more.has_year or not self.has_year)):
            return more
        if more.names_day:  # 明年三月十五号，不对，四月十五号
            if more.after_months is not None or more.weekday is not None:
                return more
            return replace(more, years_ahead=self.years_ahead, year=self.year)
        lunar = not more.solar and (self.lunar or more.lunar)
        counted = self.names_day and not (self.has_month and self.day is not None)
        # 半年以后，不对，三月: nothing of the first is left to be completed.
        first = SpokenDate() if counted and (more.has_month or more.day is not None) else self
        if more.has_month:
            filled = replace(
                first, months_ahead=more.months_ahead, month=more.month, leap=more.leap, lunar=lunar
            )
        else:
            filled = replace(first, lunar=lunar)
        if more.has_year:
            filled = replace(filled, years_ahead=more.years_ahead, year=more.year)
        return replace(filled, day=more.day) if more.day is not None else filled

    def beside(self, other: SpokenDate) -> SpokenDate:
        """Both said of one day: 国庆节那天，十月一号. What is told in numbers goes before weekdays and the like; two
        days that contradict each other are none."""
        if self.vague or other.vague:
            return other if self.vague else self
        numbered = [each for each in (self, other) if each.has_month and each.day is not None]
        if len(numbered) == 1:
            return numbered[0]
        without_year = [replace(each, years_ahead=None, year=None, denies=False) for each in (self, other)]
        if without_year[0] != without_year[1] or (self.has_year and other.has_year and self != other):
            return SpokenDate(vague=True)
        return self if self.has_year else other


Told: TypeAlias = date | Lack


def resolve(spoken: SpokenDate, today: date) -> Told:
    """The day she means; else what it lacks."""
    if spoken.vague:
        return Lack.VAGUE
    if spoken.after_months is not None:
        return _future(months_later(today, spoken.after_months) + timedelta(days=spoken.after_days), today)
    if spoken.weekday is not None:
        return _future(_day_of_week(spoken.weekday, spoken.weeks_ahead, today), today)
    if spoken.term is not None:
        days = (TermUtils.nth_term_day(year, spoken.term) for year in _years(spoken, today))
        return _future(next((day for day in days if day >= today), date.min), today)
    if not spoken.has_month:
        if spoken.day is not None or not spoken.has_year:
            return Lack.MONTH
        return _future(months_later(today, 12 * (_solar_year(spoken, today) - today.year)), today)
    if spoken.day is None:
        return Lack.DAY
    if spoken.months_ahead is not None:
        month = months_later(today.replace(day=1), spoken.months_ahead)
        candidates = [(month.year, month.month)]
    else:
        assert spoken.month is not None
        candidates = [(year, spoken.month) for year in _years(spoken, today)]
    found = Lack.NO_SUCH_DAY
    for year, number in candidates:
        day = _lunar_day(year, number, spoken) if spoken.lunar else _solar_day(year, number, spoken.day)
        if day is None:
            continue
        if day >= today:
            return _future(day, today)
        if spoken.has_year:
            found = Lack.PAST
    return found


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last one of that month."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _day_of_week(weekday: int, weeks_ahead: int | None, today: date) -> date:
    """Weeks begin on Monday."""
    if weeks_ahead is None:
        return today + timedelta(days=(weekday - today.weekday()) % 7)
    return today + timedelta(days=7 * weeks_ahead + weekday - today.weekday())


def _future(day: date, today: date) -> Told:
    if day < today:
        return Lack.PAST
    return Lack.TOO_FAR if day > months_later(today, 12 * MOST_YEARS) else day


def _solar_year(spoken: SpokenDate, today: date) -> int:
    return spoken.year if spoken.year is not None else today.year + (spoken.years_ahead or 0)


def _years(spoken: SpokenDate, today: date) -> Iterator[int]:
    """The years it may be in, the likeliest first. A lunar year goes on for weeks after the solar one ended."""
    if spoken.has_year:
        year = _solar_year(spoken, today)
        if spoken.lunar and spoken.years_ahead == 0:
            yield year - 1
        yield year
        return
    if spoken.lunar:
        yield today.year - 1
    yield today.year
    yield today.year + 1


def _solar_day(year: int, month: int, day: int) -> date | None:
    number = 12 if month == LAST else month
    last = calendar.monthrange(year, number)[1]
    if day == LAST:
        return date(year, number, last)
    return date(year, number, day) if day <= last else None


def _lunar_day(year: int, month: int, spoken: SpokenDate) -> date | None:
    try:
        if month == LAST:  # the eve of the new year, be it the 29th or the 30th
            return _solar(LunarDate(year + 1, 1, 1, 0)) - timedelta(days=1)
        if spoken.day == LAST:
            return _last_of_lunar_month(year, month, spoken.leap)
        return _solar(LunarDate(year, month, spoken.day, int(spoken.leap)))
    except ValueError:  # borax: no such month in that year, or no such day in that month
        return None


def _last_of_lunar_month(year: int, month: int, leap: bool) -> date:
    """Lunar months have 29 or 30 days."""
    try:
        return _solar(LunarDate(year, month, 30, int(leap)))
    except ValueError:
        return _solar(LunarDate(year, month, 29, int(leap)))


def _solar(day: LunarDate) -> date:
    solar: date = day.to_solar_date()
    return solar
