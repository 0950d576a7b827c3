"""The command line: which commands there are, and how each of them ends."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Sequence

import click

from voiceguide import __version__, console, faults
from voiceguide.commands import (
    bench,
    check,
    consent,
    doctor,
    forget,
    models,
    new_guide,
    person,
    recognise,
    record,
    record_commands,
    rehearse,
    remind,
    report,
    run,
    teach,
    understand,
    voicepack,
)
from voiceguide.exit_codes import Exit

HELP = """\
离线普通话语音指南：一步一步读给她听，听得懂她的回答。

\b
直接运行就开始：        voiceguide
用键盘回答、看文字：    voiceguide --ears keyboard --mouth silent
看一遍完整的演练：      voiceguide rehearse
检查这台电脑：          voiceguide doctor
"""


class RunsByDefault(click.Group):
    """`voiceguide 12333` is `voiceguide run 12333`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own = {*self.commands, *(name for param in self.get_params(ctx) for name in param.opts)}
        if not args or args[0].partition("=")[0] not in own:
            if args and (near := difflib.get_close_matches(args[0], self.commands)):
                raise click.UsageError(f"没有 {args[0]} 这个命令。您是不是要写：{near[0]}？", ctx)
            args = ["run", *args]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(
    cls=RunsByDefault,
    help=HELP,
    epilog="\b\n结束时的代码：\n" + "\n".join(f"{code.value:>4}  {code.meaning}" for code in Exit),
    options_metavar="[选项]",
    subcommand_metavar="[命令] [参数]…",
    context_settings={"max_content_width": 100},
)
@click.version_option(__version__, prog_name="voiceguide", message="%(prog)s %(version)s", help="显示版本。")
def voiceguide() -> None:
    pass


for command in (
    run, rehearse, recognise, understand, check, new_guide, doctor, models, teach, report, consent,
    person, remind, forget,
    record, voicepack,
    record_commands, bench,
):  # fmt: skip
    voiceguide.add_command(command.command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code, never raises. `arguments`: without the program's name."""
    console.prepare()
    try:
        result = voiceguide.main(
            args=None if arguments is None else list(arguments),
            prog_name="voiceguide",
            standalone_mode=False,
        )
        sys.stdout.flush()
        return int(result or Exit.OK)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("已中断。", err=True)
        return Exit.INTERRUPTED
    except (BrokenPipeError, SystemExit):
        # `voiceguide recognise … | head`: the reader has what it wanted. Click ends the program for it.
        _drop_output()
        return Exit.OK
    except Exception as error:
        code, text = faults.explain(error)
        click.echo(text, err=True)
        try:
            sys.stdout.flush()
        except OSError:  # `> file` on a full disk
            _drop_output()
        return code


def _drop_output() -> None:
    """What is still buffered cannot be written, and Python would complain of it at the very end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
