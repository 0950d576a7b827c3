"""`voiceguide bench teaching`: words taught by people the model never heard."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import click

from voiceguide import paths
from voiceguide.bench import BenchError
from voiceguide.commands.bench_data import DATA, SPLITS
from voiceguide.commands.content import open_expecting
from voiceguide.commands.equipment import MODEL_OPTION, model_folders
from voiceguide.dialogue import dialogue
from voiceguide.exit_codes import Exit

STEP = "12333/blink"


@click.command("teaching", options_metavar="[选项]")
@click.option(
    "--data",
    default=DATA,
    metavar="文件夹",
    type=click.Path(path_type=Path),
    help="带 index.tsv 的录音，每个词同一个人说过好几遍。默认是旁边的 shared/speech。",
)
@click.option("--part", default="test", show_default=True, metavar="test|dev", type=click.Choice(("test", "dev")),
              help="用哪一部分人的声音；挑选参数时只用 dev。")  # fmt: skip
@click.option("--speaker", "speakers", multiple=True, metavar="编号", help="只测这些人，可以写几次。")
@click.option("--words", default=9, show_default=True, type=click.IntRange(1, 12), help="每人教几个词。")
@click.option("--takes", default=100, show_default=True, type=click.IntRange(1), help="每个词最多测几遍。")
@click.option(
    "--sentences", default=60, show_default=True, type=click.IntRange(0), help="拼出来的别的话，几句。"
)
@click.option(
    "--seed", default=1, show_default=True, metavar="整数", type=click.IntRange(0), help="随机数种子。"
)
@click.option("--json", "as_json", is_flag=True, help="只输出 JSON。")
@MODEL_OPTION
def command(
    data: Path, part: str, speakers: Sequence[str], words: int, takes: int, sentences: int, seed: int,
    as_json: bool, model: Path | None,
) -> Exit:  # fmt: skip
    """真人每个词教三遍，后面的遍数听对多少；教了以后误听有没有变多。

    只用模型没有听过的人的声音；听的时候，一步里所有的说法都在等。
    """
    from tqdm import tqdm

    from voiceguide.bench.collection import open_collection, splits, trained_on
    from voiceguide.bench.teaching import Classroom, Person, Size, people
    from voiceguide.ears.models import find

    content, expecting = open_expecting(STEP)
    folder = find(model, model_folders())
    size = Size(words, takes, sentences=sentences)
    try:
        collection = open_collection(data, part, trained_on(folder), splits(SPLITS))
        chosen = people(collection, size)
    except BenchError as error:
        raise click.UsageError(f"{error.message}{error.remedy}") from error
    if strange := set(speakers) - set(chosen):
        raise click.UsageError(f"没有这样的人：{'、'.join(sorted(strange))}。可以测的：{'、'.join(chosen)}。")
    measured: list[Person] = []
    everything = dialogue.intents(content.script)
    classroom = Classroom(folder, paths.cache(), content.understanding, everything, expecting)
    with closing(classroom), tqdm(unit="句", ncols=80) as bar:
        for speaker in speakers or chosen:
            bar.set_description(speaker)
            measured.append(classroom.measure(collection, speaker, size, seed, bar.update))
    report = {"model": folder.name, "part": part, "people": [person.as_dict() for person in measured]}
    click.echo(json.dumps(report, ensure_ascii=False, indent=1) if as_json else _table(measured))
    return Exit.OK


def _table(people: Sequence[object]) -> str:
    from voiceguide.bench.teaching import Person

    lines = []
    for person in people:
        assert isinstance(person, Person)
        right, trials = person.tally.right, person.tally.trials
        share = f"{100 * right / trials:.1f} %" if trials else "－"
        lines.append(f"{person.speaker}  教会 {len(person.learnt)} 个词，听对 {share}（{right}/{trials}）")
        lines.append(
            f"    别的话 {person.others} 句（{person.other_seconds:.0f} 秒）：误听 {len(person.accepted_without)} 次，"
            f"教了以后 {len(person.accepted_with)} 次"
        )
        lines += [f"    没学会 {said}：{why.code} {why.other}" for said, why in person.refused.items()]
        lines += [f"    听错 {missed}" for missed in person.missed]
        lines += [f"    误听 {each}" for each in person.accepted_with if each not in person.accepted_without]
    return "\n".join(lines)
