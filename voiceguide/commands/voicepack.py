"""`voiceguide voicepack`: a family's voice in one file, from the machine where it was read to hers."""

from __future__ import annotations

from pathlib import Path

import click

from voiceguide import paths
from voiceguide.commands.voices import existing_voice, named_voice, plans
from voiceguide.exit_codes import Exit
from voiceguide.recordings.voice_plan import outdated, standing
from voiceguide.recordings.voicepack import SUFFIX, Difference, OpenedPack, export, opened


@click.group("voicepack", options_metavar="[选项]", subcommand_metavar="export|import")
def command() -> None:
    """把家里人的录音装进一个文件，带到另一台机器上。"""


@command.command("export", options_metavar="[选项]")
@click.argument("file", metavar="文件", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--voice", metavar="名字", help="谁的录音；只有一个人录过就不用写。")
def exporting(file: Path, voice: str | None) -> Exit:
    """把录音导出成一个文件。"""
    if not file.suffix:
        file = file.with_name(file.name + SUFFIX)
    hers = existing_voice(voice)
    if file.exists() and not click.confirm(f"{file} 已经有了，要换掉它吗", err=True):
        click.echo("没有导出。")
        return Exit.NEGATIVE
    packed = export(hers, file)
    left = len(hers.takes()) - len(packed.takes)
    click.echo(
        f"导出了“{packed.name}”的 {len(packed.takes)} 句：{file}（{file.stat().st_size / 1e6:.1f} MB）。"
    )
    if left:
        click.echo(f"有 {left} 句的文件坏了，没有装进去。请看 voiceguide record --list。", err=True)
    click.echo("拿到这个文件的人，都能听到她的声音。请只交给自己人。", err=True)
    return Exit.OK


@command.command("import", options_metavar="[选项]")
@click.argument("file", metavar="文件", type=click.Path(path_type=Path))
@click.option("--voice", metavar="名字", help="在这台机器上叫什么；默认和导出时一样。")
@click.option(
    "--older", type=click.Choice(["ask", "keep", "replace"]), default="ask", metavar="ask|keep|replace",
    help="这台机器上的录音更新时：先问（默认），留着，或者用文件里的换掉。",
)  # fmt: skip
def importing(file: Path, voice: str | None, older: str) -> Exit:
    """把别的机器上导出的录音装进来。"""
    with opened(file, paths.voices()) as pack:
        mine = named_voice(voice or pack.manifest.name)
        difference = pack.difference(mine)
        takes = (*difference.new, *difference.newer)
        if difference.older and _replaces(difference, older):
            takes = (*takes, *difference.older)
        mine.check_usable()
        pack.adopt(mine, takes)
        _tell(pack, mine.name, difference, len(takes))
    return Exit.OK


def _replaces(difference: Difference, older: str) -> bool:
    """May newer takes that are here be lost for older ones of the pack?"""
    if older != "ask":
        return older == "replace"
    count = len(difference.older)
    for take in difference.older[:5]:
        click.echo(f"　　“{take.text}”：文件里是 {take.moment.date()} 录的，这里的更新。", err=True)
    return click.confirm(f"有 {count} 句，这台机器上的录音比文件里的新。要用文件里旧的换掉吗", err=True)


def _tell(pack: OpenedPack, name: str, difference: Difference, taken: int) -> None:
    kept = len(pack.manifest.takes) - taken - len(difference.same)
    click.echo(f"“{name}”：装进来 {taken} 句，本来就有 {len(difference.same)} 句，留着这里更新的 {kept} 句。")
    for guide_id, plan in plans().items():
        click.echo(
            f"　　{guide_id}：能播放 {len(standing(plan, pack.manifest.takes).read)} 句，共 {len(plan)} 句。"
        )
    if changed := outdated(pack.manifest.takes, tuple(plans().values())):
        click.echo(
            f"　　有 {len(changed)} 句的文字在这台机器上不一样，不会播放。请看 voiceguide record --list。"
        )
