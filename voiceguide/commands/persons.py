"""Whose profile a command works on: the person named, or the only one there is."""

from __future__ import annotations

import click

from voiceguide import paths
from voiceguide.content import did_you_mean
from voiceguide.profile.profile import Profile
from voiceguide.profile.profile_file import People, ProfileFile

PERSON_OPTION = click.option(
    "--person", metavar="称呼", help="是哪一位，或者第几位（见 voiceguide person list）；只有一位就不用写。"
)


def people() -> People:
    return People(paths.data())


def opened(file: ProfileFile) -> Profile:
    """What stands there; what is wrong with the file is said."""
    profile = file.load()
    if file.notice:
        click.echo(file.notice, err=True)
    return profile


def chosen(person: str | None, how: str = "用 --person ") -> ProfileFile:
    """`how`: the way to name her. Raises click.UsageError where nobody is called so, or where it is not clear who
    is meant."""
    files = people().files()
    if person is None and len(files) == 1:
        return files[0]
    by_name = {profile.called: file for file in files if (profile := opened(file)).called}
    names = "、".join(by_name)
    if person is None:
        raise click.UsageError(f"这里有{len(files)}位，请{how}写明是哪一位：{names}。")
    if person.isdecimal() and 0 < int(person) <= len(files):
        return files[int(person) - 1]
    if person not in by_name:
        hint = did_you_mean(person, by_name) or (f"现有：{names}。" if names else "")
        raise click.UsageError(f"没有叫「{person}」的。{hint}要加一位，请运行 voiceguide person add。")
    return by_name[person]
