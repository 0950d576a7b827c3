"""`voiceguide report`: how she gets on, as a page for her family."""

from __future__ import annotations

import datetime
import os
import sys
import webbrowser
from pathlib import Path

import click

from voiceguide import paths
from voiceguide.commands.content import library
from voiceguide.commands.persons import PERSON_OPTION, chosen, opened
from voiceguide.exit_codes import Exit
from voiceguide.pages import exercise_names
from voiceguide.pages.family_page import family_page
from voiceguide.profile.profile import Profile
from voiceguide.profile.profile_file import ProfileFile
from voiceguide.refusals import in_words
from voiceguide.whole_files import write_whole

FILE, WITH_WORDS = "report.html", "report-with-words.html"
"""The second one holds what she said: it goes when she takes that back."""


@click.command("report", options_metavar="[选项]")
@click.option(
    "--out",
    metavar="文件.html",
    type=click.Path(dir_okay=False, path_type=Path),
    help="写到哪里；不写就和她的档案放在一起。",
)
@click.option("--no-open", is_flag=True, help="只写，不打开。")
@PERSON_OPTION
def command(out: Path | None, no_open: bool, person: str | None) -> Exit:
    """给家里人看的一页：她做完了什么，在哪里卡住，练了什么，下次认证是哪天。

    只数次数；她卡住的时候说的话，要她亲口答应（voiceguide consent）才有。手机上能看，也能打印在 A4 纸上。
    """
    from voiceguide.pages.rendering import render

    file = chosen(person)
    profile = opened(file)
    shelf = library()
    guides = [shelf.guide(guide_id) for guide_id in shelf.guide_ids()]
    page = family_page(profile, guides, exercise_names.load(paths.prompts()), datetime.date.today())
    drop_words(file, profile)
    path = (out or file.folder / (WITH_WORDS if page.words else FILE)).absolute()
    try:
        write_whole(path, render(page).encode())
    except OSError as error:
        raise click.UsageError(f"写不进 {path}：{in_words(error)}。请用 --out 换一个地方。") from error
    click.echo(f"写好了：{path}")
    if profile.consent is None:
        click.echo("她卡住的时候说的话不在里面。想看，先请她亲口答应：voiceguide consent", err=True)
    if not no_open and not (_has_screen() and webbrowser.open(path.as_uri())):
        click.echo("没有打开：这里没有浏览器。请在有屏幕的电脑或者手机上打开这个文件。", err=True)
    return Exit.OK


def drop_words(file: ProfileFile, profile: Profile) -> None:
    """A page with her words does not outlive her consent. Raises OSError."""
    if not profile.keeps_words:
        (file.folder / WITH_WORDS).unlink(missing_ok=True)


def _has_screen() -> bool:
    """Without one, a browser of the terminal would take the terminal."""
    on_linux = sys.platform.startswith("linux")
    return not on_linux or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
