"""`voiceguide bench`: what the program reaches on recordings of people."""

from __future__ import annotations

import importlib.util
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from voiceguide import paths
from voiceguide.bench import KINDS, BenchError
from voiceguide.commands import bench_conversation, bench_soak, bench_teaching
from voiceguide.commands.bench_data import DATA, SPLITS
from voiceguide.commands.content import EVERYTHING, first_guide, open_expecting
from voiceguide.commands.equipment import model_folders
from voiceguide.commands.pictures import check_picture
from voiceguide.exit_codes import Exit

if TYPE_CHECKING:
    from voiceguide.bench.recognition import Plan

PARTS = ("test", "dev")


@click.group("bench", options_metavar="[选项]", subcommand_metavar="[命令]")
def command() -> None:
    """测量这个程序：听对多少、误听多少，能不能和老人把话说完。"""


@command.command("recognition", options_metavar="[选项]")
@click.option(
    "--data",
    default=DATA,
    metavar="文件夹",
    type=click.Path(path_type=Path),
    help="录音：带 index.tsv 的文件夹，或者装着“下一步_01.wav”“oov_01.wav”的文件夹。默认是旁边的 shared/speech。",
)
@click.option(
    "--model",
    "models",
    multiple=True,
    metavar="文件夹|名字",
    help="要测的识别模型，可以写几次；默认用现有最好的。",
)
@click.option("--all-models", is_flag=True, help="这台电脑上的识别模型都测。")
@click.option("--part", default="test", show_default=True, metavar="test|dev", type=click.Choice(PARTS),
              help="用哪一部分人的声音；挑选参数时只用 dev。")  # fmt: skip
@click.option("--only", multiple=True, metavar="commands|speech|noise", type=click.Choice(KINDS),
              help="只测口令、别的话、噪声中的一样，可以写几次；默认全测。")  # fmt: skip
@click.option("--quick", is_flag=True, help="少测一些，几分钟。")
@click.option(
    "--seed", default=1, show_default=True, metavar="整数", type=click.IntRange(min=0), help="随机数种子。"
)
@click.option(
    "--jobs", metavar="整数", type=click.IntRange(min=1), help="同时用几个进程；默认是处理器的个数。"
)
@click.option("--json", "as_json", is_flag=True, help="只输出 JSON。")
@click.option("--picture", metavar="文件.png", type=click.Path(path_type=Path), help="把曲线画成图。")
def recognition(
    data: Path, models: tuple[str, ...], all_models: bool, part: str, only: tuple[str, ...], quick: bool, seed: int,
    jobs: int | None, as_json: bool, picture: Path | None,
) -> Exit:  # fmt: skip
    """口令听对多少，别的话误听多少，各种噪声、房间、快慢都试。

    只用模型没有听过的人的声音。读不了的录音在标准错误里说明，其余的照常测，结束代码是 2。
    按 Ctrl+C 提前结束，也给出已有的结果。
    """
    folders = _models(models, all_models)
    try:
        if picture is not None:
            check_picture(picture)
        plans = [_plan(data, part, folder, quick, seed, only or KINDS) for folder in folders]
    except BenchError as error:
        raise click.UsageError(f"{error.message}{error.remedy}") from error
    return _measure(plans, folders, part, quick, jobs or os.cpu_count() or 1, as_json, picture)


command.add_command(bench_teaching.command)
command.add_command(bench_conversation.command)
command.add_command(bench_soak.command)


def _plan(data: Path, part: str, model: Path, quick: bool, seed: int, kinds: Sequence[str]) -> Plan:
    if importlib.util.find_spec("scipy") is None:
        raise BenchError("no-library", "测量要用 scipy，这里没有装。", "请运行 .venv/bin/pip install scipy。")
    from voiceguide.bench.collection import splits, trained_on
    from voiceguide.bench.recognition import FULL, QUICK, make_plan

    content, intents = open_expecting(EVERYTHING)
    return make_plan(
        data, part, trained_on(model), splits(SPLITS), content.understanding, content.script, intents,
        QUICK if quick else FULL, seed, kinds,
    )  # fmt: skip


def _measure(
    plans: Sequence[Plan], models: Sequence[Path], part: str, quick: bool, jobs: int, as_json: bool,
    picture: Path | None,
) -> Exit:  # fmt: skip
    from tqdm import tqdm

    from voiceguide.bench.picture import draw
    from voiceguide.bench.recognition import measure
    from voiceguide.bench.report import Heading, as_dict, table

    measured = []
    for plan, model in zip(plans, models, strict=True):
        with tqdm(total=plan.counts.trials, desc=model.name, unit="段", ncols=80) as bar:
            measured.append(measure(plan, model, paths.cache(), first_guide(), jobs, bar.update))
        if measured[-1].ended_early:
            break
    report = as_dict(Heading.of(plans, part, quick), measured)
    click.echo(json.dumps(report, ensure_ascii=False, indent=1) if as_json else table(report))
    for problem in report["problems"]:
        click.echo(problem, err=True)
    if picture is not None:
        draw(report, picture)
        click.echo(f"图画好了：{picture}。", err=True)
    return Exit.USAGE if report["problems"] else Exit.OK


def _models(named: Sequence[str], every: bool) -> list[Path]:
    """Folders of models, by path or by the name `voiceguide models` shows. Raises EarsError, click.UsageError."""
    from voiceguide.ears.models import OFFICIAL_NAME, find, installed

    there = {model.name: model.folder for model in installed(model_folders()) if not model.fault}
    if every:
        return list(there.values())
    chosen: list[Path | None] = []
    for name in named:
        if name == OFFICIAL_NAME and name not in there and not Path(name).exists():
            raise click.UsageError("官方模型还没有下载。请先运行 voiceguide models fetch small-cn。")
        chosen.append(there[name] if name in there and not Path(name).exists() else Path(name))
    return [find(folder, model_folders()) for folder in chosen or [None]]
