"""`voiceguide doctor`: what works on this machine, printed and, where possible, said aloud."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

import click

from voiceguide import paths
from voiceguide.commands import equipment
from voiceguide.commands.aloud import readings_left, say_aloud
from voiceguide.commands.checkup import Checked, checkup
from voiceguide.content import ContentError
from voiceguide.events import Prompt
from voiceguide.exit_codes import Exit
from voiceguide.mouth import MouthError
from voiceguide.room import RoomError
from voiceguide.texts import doctor_texts


@click.command("doctor", options_metavar="[选项]")
@click.option("--json", "as_json", is_flag=True, help="每项检查一行 JSON，不出声。")
def command(as_json: bool) -> Exit:
    """检查这台电脑：什么能用，什么不能用、怎么办。

    有一项不能用，结束代码就是 1。
    """
    results = []
    for checked in checkup():
        results.append(checked)
        if as_json:
            click.echo(json.dumps(asdict(checked), ensure_ascii=False))
        else:
            click.echo(f"{'好　' if checked.ok else '不行'}  {checked.title}：{checked.detail}")
            if not checked.ok:
                click.echo(f"      怎么办：{checked.remedy}")
    if not as_json and all(result.ok for result in results if result.name in ("voice", "speaker")):
        _say_aloud(results)
    return Exit.OK if all(result.ok for result in results) else Exit.NEGATIVE


def spoken(results: Sequence[Checked]) -> list[Prompt]:
    """What is said aloud about these results. Raises ContentError, KeyError for a failure nothing is said about."""
    texts = doctor_texts.load(paths.prompts())
    failed = [result.name for result in results if not result.ok]
    return [texts[name] for name in ("speaker", *(failed or ["good"]))]


def _say_aloud(results: Sequence[Checked]) -> None:
    try:
        say_aloud(spoken(results), equipment.SPEAKER, readings_left())
    except (RoomError, MouthError, ContentError) as error:
        click.echo(f"没能出声：{error.message}{error.remedy}", err=True)
