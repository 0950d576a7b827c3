"""`voiceguide remind`: says and prints whose certification is due; installs the timer that asks every morning."""

from __future__ import annotations

import datetime
import os
import re
import sys

import click

from voiceguide import paths
from voiceguide.commands.aloud import say_aloud
from voiceguide.commands.appointments import told_calendar
from voiceguide.commands.content import open_content
from voiceguide.commands.equipment import MOUTH_OPTION, SILENT
from voiceguide.commands.persons import opened, people
from voiceguide.dialogue import next_time
from voiceguide.dialogue.state import State
from voiceguide.events import Prompt, Say
from voiceguide.exit_codes import Exit
from voiceguide.language.numerals import numbers_to_hanzi
from voiceguide.notes import REMINDED_DAYS
from voiceguide.profile.profile import Profile
from voiceguide.profile.profile_file import ProfileError
from voiceguide.refusals import in_words
from voiceguide.reminders import reminder_timer

_ELSEWHERE = ("XDG_DATA_HOME", "XDG_DOCUMENTS_DIR")
"""Where her profile and the calendar lie, if somebody moved them: the timer must find them, too."""
HELP = numbers_to_hanzi(
    f"看看谁快要认证了（提前{REMINDED_DAYS}天），到了就说出来。\n\n没有人到日子，就安安静静地结束。"
)


@click.command("remind", options_metavar="[选项]", help=HELP)
@click.option(
    "--install-timer", "installing", is_flag=True, help="每天早上自动提醒（用 systemd，不用 root）。"
)
@click.option("--remove-timer", "removing", is_flag=True, help="不再自动提醒。")
@click.option("--at", metavar="时:分", default="09:00", show_default=True, help="自动提醒的时间。")
@MOUTH_OPTION
def command(installing: bool, removing: bool, at: str, mouth: str) -> Exit:
    if installing and removing:
        raise click.UsageError("--install-timer 和 --remove-timer 一次只能用一个。")
    if removing:
        click.echo(
            "不再自动提醒了。" if reminder_timer.remove(paths.user_units()) else "本来就没有自动提醒。"
        )
        return Exit.OK
    if installing:
        return _install(at)
    today = datetime.date.today()
    prompts = [prompt for file in people().files() for prompt in due(opened(file), today)]
    for file in people().files():
        told_calendar(file)
    if not prompts:
        click.echo("没有快到日子的。")
        return Exit.OK
    for prompt in prompts:
        click.echo(prompt.text)
    if mouth != SILENT:
        say_aloud(prompts, mouth)
    return Exit.OK


def due(profile: Profile, today: datetime.date) -> list[Prompt]:
    """What is to be said of it, by name where she has one."""
    script = open_content().script
    state = State(script.guide.steps[0].id, known=profile.known(today))
    said = [action.prompt for action in next_time.reminder(script, state)[:1] if isinstance(action, Say)]
    return [
        Prompt(each.id, f"{profile.called}，{each.text}" if profile.called else each.text) for each in said
    ]


def _install(at: str) -> Exit:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", at):
        raise click.BadParameter("请写成 09:00 这样。", param_hint="--at")
    if not sys.platform.startswith("linux"):
        raise click.UsageError(
            f"自动提醒只在 Linux 上有。她说好日子以后，{paths.calendars()} 里会有日历文件（下次认证….ics），"
            "请双击它，加进这台电脑的日历，或者导入手机，到时候日历会提醒。"
        )
    units = paths.user_units()
    program = (sys.executable, "-m", "voiceguide", "remind")
    elsewhere = {name: os.environ[name] for name in _ELSEWHERE if os.environ.get(name)}
    try:
        started = reminder_timer.install(units, program, paths.ROOT, at, elsewhere)
    except OSError as error:
        message = f"自动提醒没有装上：{units} 不能写（{in_words(error)}）。"
        raise ProfileError("no-space", message, "请清理磁盘，或者检查文件夹的权限。") from error
    click.echo(f"写好了：{units / reminder_timer.NAME}.timer 和 .service")
    if started.running:
        click.echo(f"每天 {at} 看一看，到日子就说。那时候关着机，下次开机登录以后就说。")
        click.echo("没有人登录也要说，请运行一次：loginctl enable-linger")
        return Exit.OK
    click.echo(f"可是没有开起来，多半是没有登录桌面，或者这里不用 systemd（{started.why_not}）。", err=True)
    click.echo(
        f"请登录以后再运行一次；也可以在 crontab 里写：{reminder_timer.crontab(program, at)}", err=True
    )
    return Exit.NEGATIVE
