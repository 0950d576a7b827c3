"""The day of her next certification as a calendar file that the family imports: an alarm three days ahead.

The only import of icalendar, where it is needed: it takes longer to load than the guide to read.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

from voiceguide.whole_files import write_whole

ALARM_DAYS = 3


def file_name(called: str) -> str:
    """As the family finds it."""
    return f"下次认证-{called}.ics" if called else "下次认证.ics"


def calendar(called: str, uid: str, day: date, now: datetime) -> bytes:
    """One day-long event. `uid`: the same for the same person, so that a new day takes the place of the old one.
    `now`: with its time zone.
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
    alarm.add("description", f"{title}，还有三天")
    alarm.add("trigger", timedelta(days=-ALARM_DAYS))
    event.add_component(alarm)
    whole = Calendar()
    whole.add("version", "2.0")
    whole.add("prodid", "-//voiceguide//zh-CN")
    whole.add_component(event)
    content: bytes = whole.to_ical()
    return content


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
