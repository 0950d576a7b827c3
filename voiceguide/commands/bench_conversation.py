"""`voiceguide bench conversation`: simulated elders talk to the real guide."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from voiceguide import paths
from voiceguide.bench import BenchError
from voiceguide.commands import equipment
from voiceguide.commands.bench_data import DATA, SPLITS
from voiceguide.commands.content import GUIDE_OPTION, open_content
from voiceguide.commands.equipment import MODEL_OPTION, model_folders
from voiceguide.commands.pictures import check_picture
from voiceguide.exit_codes import Exit
from voiceguide.refusals import in_words

if TYPE_CHECKING:
    from voiceguide.bench.conversation import Conversation, Setup


@click.command("conversation", options_metavar="[选项]")
@click.option(
    "--people",
    default=24,
    show_default=True,
    metavar="整数",
    type=click.IntRange(1),
    help="几位老人；全面的测量用 200。",
)
@click.option(
    "--seed", default=1, show_default=True, metavar="整数", type=click.IntRange(0), help="随机数种子。"
)
@click.option("--person", metavar="编号", type=click.IntRange(0), help="只让这一位来，把对话写出来。")
@click.option(
    "--save",
    metavar="文件.wav",
    type=click.Path(dir_okay=False, path_type=Path),
    callback=equipment.named_recording,
    help="和 --person 一起用：把听到的一切存下来，左声道是指南，右声道是话筒。",
)
@click.option(
    "--first", default=0, metavar="编号", type=click.IntRange(0), help="和 --people 一起用：从第几位开始。"
)
@click.option(
    "--transcripts",
    metavar="文件夹",
    type=click.Path(file_okay=False, path_type=Path),
    help="每一段对话写成一个文件，说完一段写一段。",
)
@GUIDE_OPTION
@click.option(
    "--jobs", metavar="整数", type=click.IntRange(min=1), help="同时用几个进程；默认是处理器的个数。"
)
@click.option("--json", "as_json", is_flag=True, help="只输出 JSON。")
@click.option("--picture", metavar="文件.png", type=click.Path(path_type=Path), help="把结果画成图。")
@MODEL_OPTION
def command(
    people: int, seed: int, person: int | None, save: Path | None, first: int, transcripts: Path | None, guide: str,
    jobs: int | None, as_json: bool, picture: Path | None, model: Path | None,
) -> Exit:  # fmt: skip
    """模拟的老人在模拟的房间里，和真正的指南把话说完：做成了没有，走错几次，听错了能不能补救。

    耳朵、嘴巴、识别模型都是真的，只有人和房间是模拟的；比实际时间快得多。按 Ctrl+C 提前结束，也给出已有的结果。
    """
    if save is not None and person is None:
        raise click.UsageError("--save 要和 --person 一起用。")
    if first and person is not None:
        raise click.UsageError("--first 和 --person 不能一起用。")
    if transcripts is not None:
        _make(transcripts)
    open_content(guide)  # a wrong name is told before anything is begun
    if picture is not None:
        try:
            check_picture(picture)
        except BenchError as error:
            raise click.UsageError(f"{error.message}{error.remedy}") from error
    setup = prepared(guide, seed, model)
    numbers = range(first, first + people) if person is None else [person]
    held = _hold(setup, list(numbers), jobs or os.cpu_count() or 1, save, transcripts)
    return _tell(setup, held, len(numbers), person is not None, as_json, picture)


def prepared(guide: str, seed: int, model: Path | None, *, repeatable: bool = True) -> Setup:
    """What the workers need. `repeatable`: the guide sounds the same every time, but renders nothing ahead. Raises
    EarsError."""
    from voiceguide.bench.conversation import Instruments, Setup
    from voiceguide.ears.models import find

    folder = find(model, model_folders())
    open_mouth = equipment.bench_mouth if repeatable else equipment.waiting_mouth
    cache = equipment.bench_cache() if repeatable else paths.cache()
    return Setup(folder, cache, guide, seed, Instruments(equipment.bench_ears, open_mouth), DATA, SPLITS)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.UsageError(f"建不了文件夹 {folder}：{in_words(error)}。") from error


def _hold(
    setup: Setup, numbers: list[int], jobs: int, save: Path | None, transcripts: Path | None
) -> list[Conversation]:
    from contextlib import closing

    from tqdm import tqdm

    from voiceguide.bench.conversation import converse
    from voiceguide.bench.transcript import transcript

    held: list[Conversation] = []
    with (
        tqdm(total=len(numbers), unit="位", ncols=80) as bar,
        closing(converse(setup, numbers, jobs, save)) as coming,
    ):
        try:
            for conversation in coming:
                held.append(conversation)
                if transcripts is not None:
                    file = transcripts / f"{conversation.elder.number:03}.txt"
                    try:
                        file.write_text(transcript(conversation) + "\n", encoding="utf-8")
                    except OSError as error:  # hours of figures must not be lost for it
                        click.echo(f"{file} 写不了：{in_words(error)}。对话不写了，接着测。", err=True)
                        transcripts = None
                bar.update()
        except KeyboardInterrupt:
            click.echo("提前结束。", err=True)
    return held


def _tell(
    setup: Setup, held: list[Conversation], asked: int, alone: bool, as_json: bool, picture: Path | None
) -> Exit:
    from voiceguide.bench.conversation_picture import draw
    from voiceguide.bench.conversation_report import as_dict
    from voiceguide.bench.conversation_table import table
    from voiceguide.bench.transcript import transcript

    report = as_dict(held, setup.seed, asked, setup.model.name, setup.guide)
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False, indent=1))
    else:
        if alone:
            click.echo("\n\n".join(transcript(each) for each in held) + "\n")
        click.echo(table(report))
    if picture is not None and held:
        draw(report, picture)
        click.echo(f"图画好了：{picture}。", err=True)
    return Exit.OK if held else Exit.INTERRUPTED
