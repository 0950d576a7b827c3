"""The calendar file of her next certification: written when there is a new day, removed with it."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import replace

import click

from voiceguide import paths
from voiceguide.profile.profile_file import ProfileError, ProfileFile
from voiceguide.refusals import in_words
from voiceguide.reminders import calendar_file


def told_calendar(file: ProfileFile) -> None:
    """Bring the file in line with her profile, and say where it lies when it is new."""
    profile = file.load()
    folder, day = paths.calendars(), profile.next_certification
    try:
        if day is None:
            calendar_file.remove(folder, profile.called)
            return
        if calendar_file.told_day(folder, profile.called) == day:
            return
        if not profile.calendar_id:
            made = str(uuid.uuid4())
            profile = file.change(lambda there: replace(there, calendar_id=there.calendar_id or made))
        now = datetime.datetime.now(datetime.UTC)
        path = calendar_file.write(folder, profile.called, profile.calendar_id, day, now)
    except ProfileError as error:
        click.echo(error.message + error.remedy, err=True)
        return
    except OSError as error:
        click.echo(f"日历文件没有写成：{in_words(error)}（{error.filename}）。", err=True)
        return
    click.echo(
        f"下次认证：{day.year}年{day.month}月{day.day}日。日历文件在 {path}，请导入手机或者电脑的日历。"
    )


def renamed_calendar(file: ProfileFile) -> None:
    """She has been given a name: the file without one would outlast her `forget`."""
    try:
        calendar_file.remove(paths.calendars(), "")
    except OSError as error:
        click.echo(f"旧的日历文件删不掉：{in_words(error)}（{error.filename}）。", err=True)
    told_calendar(file)
