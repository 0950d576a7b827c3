"""`voiceguide bench soak`: one session of hours, with faults."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from voiceguide.commands.bench_conversation import prepared
from voiceguide.commands.content import GUIDE_OPTION, open_content
from voiceguide.commands.equipment import MODEL_OPTION
from voiceguide.exit_codes import Exit


@click.command("soak", options_metavar="[选项]")
@click.option(
    "--hours",
    default=4.0,
    show_default=True,
    metavar="小时",
    type=click.FloatRange(0.01, 100),
    help="模拟几小时。",
)
@click.option(
    "--seed", default=1, show_default=True, metavar="整数", type=click.IntRange(0), help="随机数种子。"
)
@GUIDE_OPTION
@click.option("--json", "as_json", is_flag=True, help="只输出 JSON。")
@MODEL_OPTION
def command(hours: float, seed: int, guide: str, as_json: bool, model: Path | None) -> Exit:
    """一次几小时的对话，中间设备会断、会卡：内存涨不涨，步骤丢不丢，会不会自己走动。

    有一样不行，结束代码是 1。按 Ctrl+C 提前结束，也给出已有的结果。
    """
    from tqdm import tqdm

    from voiceguide.bench.conversation import Stage
    from voiceguide.bench.soak import soak

    open_content(guide)
    stage = Stage(prepared(guide, seed, model, repeatable=False))  # with all that the program keeps in memory
    form = "{percentage:3.0f}%|{bar}| {n:.0f}/{total:.0f} 秒 [{elapsed}<{remaining}]"
    with closing(stage), tqdm(total=hours * 3600, ncols=80, bar_format=form) as bar:
        result = soak(stage, seed, hours, bar.update)
    report = result.as_dict()
    click.echo(json.dumps(report, ensure_ascii=False, indent=1) if as_json else _table(report))
    return Exit.OK if result.passed else Exit.NEGATIVE


_FAULTS = {"unplugged": "设备断开", "overrun": "丢一点声音", "stall": "卡住两秒", "muted": "话筒没声"}


def _table(report: dict[str, Any]) -> str:
    faults = (
        "，".join(f"{_FAULTS[name]} {count} 次" for name, count in report["faults"].items()) or "没有出故障"
    )
    slope = report["slope_mb_per_hour"]
    lines = [
        f"{'通过' if report['passed'] else '没有通过'}：{report['hours']:g} 小时，她说了 {report['turns']} 次，"
        f"听对 {report['right_percent']} %。",
        f"故障：{faults}。",
        f"走错 {len(report['wrong_moves'])} 次；{'一直到最后' if report['lasted'] else '中途就结束了'}。",
        "内存：这个系统不告诉。"
        if slope is None
        else f"内存：{report['rss_mb_first']} → {report['rss_mb_last']} MB，暖机以后每小时涨 {slope:g} MB。",
    ]
    return "\n".join([*lines, *report["wrong_moves"]])
