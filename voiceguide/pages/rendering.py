"""Pages for people who read, made from templates beside this file. Everything put into them is escaped.

A page stands alone: no script, nothing fetched from elsewhere, styles and pictures (SVG) inside; and it says so to the
browser, which then would neither run nor fetch anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import ceil
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from voiceguide.pages.family_page import FamilyPage, StepRow

MOST_ROWS = 13
"""Steps in one picture of the path, at most: two stand side by side on paper."""


def render(page: FamilyPage) -> str:
    """The family's page as HTML."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"day": _day, "minutes": _minutes, "pictures": _pictures}
    return environment.get_template("family.html").render(page=page)


def _day(day: date) -> str:
    """2027年3月15日."""
    return f"{day.year}年{day.month}月{day.day}日"


def _pictures(steps: Sequence[StepRow]) -> list[Sequence[StepRow]]:
    """As even as they can be."""
    rows = ceil(len(steps) / ceil(len(steps) / MOST_ROWS))
    return [steps[start : start + rows] for start in range(0, len(steps), rows)]


def _minutes(seconds: float) -> str:
    """Rounded as people would say it."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return "不到1分钟"
    return f"{minutes}分钟" if minutes < 60 else f"{minutes // 60}小时{minutes % 60}分钟"
