"""`voiceguide new-guide`: the beginning of a guide of one's own."""

from __future__ import annotations

import shlex

import click

from voiceguide import paths
from voiceguide.checking.linter import check
from voiceguide.commands.content import library
from voiceguide.exit_codes import Exit
from voiceguide.refusals import in_words
from voiceguide.scaffold import FOLDER, ID, scaffold

LONGEST_TITLE = 8


@click.command("new-guide", options_metavar="[选项]")
@click.argument("guide", metavar="代号")
@click.option(
    "--title", metavar="题目", default="我的新指南", show_default=True, help="八个汉字以内，例如：交电费。"
)
@click.pass_context
def command(ctx: click.Context, guide: str, title: str) -> Exit:
    """写好一份新指南的架子：马上能检查、能演练，再照里面的说明改成自己的。

    代号是文件的名字，用小写英文字母、数字和短横线，例如 pay-electricity。题目是念给她听的。
    """
    taken = (
        set(ctx.parent.command.commands)
        if ctx.parent and isinstance(ctx.parent.command, click.Group)
        else set()
    )
    if not ID.fullmatch(guide):
        hint = "代号只能用小写英文字母、数字和短横线，最长 40 个。题目用汉字，写在 --title 后面。"
        raise click.BadParameter(hint, param_hint="代号")
    if guide in taken:
        raise click.BadParameter(f"「{guide}」是一个命令的名字，请换一个代号。", param_hint="代号")
    shelf = library()
    if not 1 < len(title) <= LONGEST_TITLE or any(not "一" <= sign <= "鿿" for sign in title):
        raise click.BadParameter(f"题目要两个到{LONGEST_TITLE}个汉字。", param_hint="--title")
    if title in {shelf.guide(each).title for each in shelf.guide_ids()}:
        raise click.BadParameter(f"已经有一份指南叫「{title}」，请用 --title 换一个。", param_hint="--title")
    try:
        written, conversation = scaffold(paths.prompts(), paths.conversations(), guide, title)
    except FileExistsError as error:
        raise click.BadParameter(
            f"已经有 {error.filename} 了，没有动它。请换一个代号。", param_hint="代号"
        ) from error
    except OSError as error:
        raise click.UsageError(
            f"写不进 {error.filename}：{in_words(error)}。什么也没有留下。请检查这个文件夹属于谁。"
        ) from error
    except UnicodeDecodeError as error:
        place = paths.prompts() / FOLDER
        raise click.UsageError(f"{place} 里的架子坏了，不是文字。请从程序的原样拷贝里补回来。") from error
    click.echo(f"指南写在：{written}\n对话写在：{conversation}")
    click.echo(
        "\n接下来：\n"
        f"  1  打开 {written.name}，照最上面的说明，一处一处换成您要教的事\n"
        "  2  voiceguide check                 检查写得对不对\n"
        f"  3  voiceguide rehearse --text {shlex.quote(str(conversation))}\n"
        f"  4  voiceguide {guide}                自己听一遍",
        err=True,
    )
    findings = check(paths.prompts())
    for finding in findings:
        click.echo(str(finding), err=True)
    return Exit.NEGATIVE if findings else Exit.OK
