"""`voiceguide person`: who uses this machine."""

from __future__ import annotations

import click

from voiceguide.commands.appointments import renamed_calendar
from voiceguide.commands.content import open_content
from voiceguide.commands.persons import opened, people
from voiceguide.exit_codes import Exit
from voiceguide.language.accents import accent_key

LONGEST_NAME = 6


@click.group("person", subcommand_metavar="[命令]", options_metavar="[选项]")
def command() -> None:
    """这台电脑上有哪几位：加一位，或者列出来。

    有两位以上，开始的时候会问：您是哪一位？
    """


@command.command("add", options_metavar="[选项]")
@click.argument("name", metavar="称呼")
def add(name: str) -> Exit:
    """加一位。称呼就是平时怎么叫她，例如：王阿姨。

    头一个称呼给一直在用的那一位，她的进度和教过的话都还在。
    """
    readings = open_content().readings
    written = all("一" <= sign <= "鿿" for sign in name)
    if not written or not 2 <= len(name) <= LONGEST_NAME or readings.unspeakable(name):
        raise click.BadParameter(f"请写两个到{LONGEST_NAME}个汉字，例如：王阿姨。", param_hint="称呼")
    said = accent_key(readings.toneless(name))
    for file in people().files():
        called = opened(file).called
        if called and accent_key(readings.toneless(called)) == said:
            raise click.BadParameter(
                f"已经有{called}了，听起来差不多，会认错人。请换一个称呼，例如在前面加一个字。",
                param_hint="称呼",
            )
    before = len(people().files())
    file = people().add(name)
    new = len(people().files()) > before
    click.echo(f"加上了{name}。" if new else f"原来的那一位，以后叫{name}。")
    if not new:
        renamed_calendar(file)
    click.echo(f"档案在 {file.path}")
    return Exit.OK


@command.command("list", options_metavar="[选项]")
def list_people() -> Exit:
    """列出来。"""
    for number, file in enumerate(people().files(), 1):
        profile = opened(file)
        day = profile.next_certification
        due = f"　下次认证：{day.year}年{day.month}月{day.day}日" if day else ""
        click.echo(f"{number}　{profile.called or '（还没有称呼）'}　教过的话：{len(profile.words)}{due}")
    return Exit.OK
