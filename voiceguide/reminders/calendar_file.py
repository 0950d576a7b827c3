"""The day of her next certification as a calendar file (RFC 5545) that the family imports, with an alarm ahead of it.

The only import of icalendar, where it is needed: it takes longer to load than the guide to read.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from pathlib import Path

from voiceguide.language.numerals import numbers_to_hanzi
from voiceguide.notes import REMINDED_DAYS
from voiceguide.whole_files import write_whole

ALARM_BEFORE = timedelta(hours=9) - timedelta(days=REMINDED_DAYS)
"""Against the midnight with which the day begins: at nine in the morning, for nobody is to be woken."""
_NAME = "下次认证"
_MAKER = "-//voiceguide//zh-CN"


def file_name(called: str) -> str:
    """As the family finds it."""
    return f"{_NAME}-{called}.ics" if called else f"{_NAME}.ics"


def calendar(called: str, uid: str, day: date, now: datetime) -> bytes:
    """One day-long event. `uid`: the same for the same person, so that a new day takes the place of the old one; and
    nobody else's, for a daughter may import her mother's and her aunt's. `now`: with its time zone.
    """
    from icalendar import Alarm, Calendar, Event

    title = f"{called}：养老金资格认证" if called else "养老金资格认证"
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", now)
    event.add("sequence", int(now.timestamp()) // 60 % 2**31)
    event.add("summary", title)
    event.add("description", "在掌上12333里认证，或者运行 voiceguide。验证码和密码谁也不给。")
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", numbers_to_hanzi(f"{title}，还有{REMINDED_DAYS}天"))
    alarm.add("trigger", ALARM_BEFORE)
    event.add_component(alarm)
    whole = Calendar()
    whole.add("version", "2.0")
    whole.add("prodid", _MAKER)
    whole.add_component(event)
    content: bytes = whole.to_ical()
    return content


def told_day(folder: Path, called: str) -> date | None:
    """The day the file there tells; None: there is none, or not one that was written here. Raises OSError."""
    from icalendar import Calendar

    try:
        (event,) = Calendar.from_ical((folder / file_name(called)).read_bytes()).walk("VEVENT")
        day: date = event.decoded("dtstart")
    except (FileNotFoundError, ValueError, KeyError):
        return None
    return day


def write(folder: Path, called: str, uid: str, day: date, now: datetime) -> Path:
    """Where it lies. Raises OSError."""
    path = folder / file_name(called)
    write_whole(path, calendar(called, uid, day, now))
    return path


def remove(folder: Path, called: str) -> bool:
    """Was there one? Raises OSError."""
    path = folder / file_name(called)
    there = path.exists()
    path.unlink(missing_ok=True)
    return there


def remove_all_but(folder: Path, names: Collection[str]) -> None:
    """Those of everybody who is not called so: of somebody whose profile was damaged nobody knows the name any more.
    With what a power cut left half written. Files that were not written here stay. Raises OSError."""
    kept = {file_name(name) for name in names}
    for path in folder.glob(f"{_NAME}*.ics*"):
        if path.name not in kept and (path.suffix == ".part" or _MAKER.encode() in path.read_bytes()):
            path.unlink(missing_ok=True)
