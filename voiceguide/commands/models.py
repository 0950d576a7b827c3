"""`voiceguide models`: which recognisers are here, and bringing the official one."""

from __future__ import annotations

from pathlib import Path

import click

from voiceguide import paths
from voiceguide.commands.equipment import model_folders
from voiceguide.exit_codes import Exit
from voiceguide.fetching import DOWNLOADS, fetch


@click.group("models", invoke_without_command=True, options_metavar="[选项]", subcommand_metavar="[命令]")
@click.pass_context
def command(ctx: click.Context) -> Exit | None:
    """列出识别模型，或者下载官方模型。"""
    return None if ctx.invoked_subcommand else _list()


@command.command("list", options_metavar="[选项]")
def listing() -> Exit:
    """列出这台电脑上的识别模型。"""
    return _list()


@command.command("fetch", options_metavar="[选项]")
@click.argument("name", metavar="名字", type=click.Choice(sorted(DOWNLOADS)))
def fetching(name: str) -> None:
    """下载官方模型（只有这个命令会上网）。名字：small-cn。

    中断以后再运行一次，会接着下载。
    """
    from tqdm import tqdm

    download = DOWNLOADS[name]
    click.echo(
        f"下载 {download.url}（{download.size_bytes / 1e6:.0f} MB，许可：{download.licence}）", err=True
    )
    with tqdm(total=download.size_bytes, unit="B", unit_scale=True, ncols=80) as bar:
        folder = fetch(download, paths.fetched_models(), lambda there, _: bar.update(there - bar.n))
    click.echo(f"模型装好了：{folder}。")


def _list() -> Exit:
    from voiceguide.ears.models import installed

    models = installed(model_folders())
    used = next((model for model in models if not model.fault), None)
    for model in models:
        role = "正在使用" if model is used else f"不能用：{model.fault}" if model.fault else "备用"
        click.echo(f"{model.name}  {role}")
        click.echo(f"    {model.reason}")
        click.echo(f"    {model.size_bytes / 1e6:.1f} MB，许可：{_licence(model.folder)}，{model.folder}")
    for name in DOWNLOADS:
        if not (paths.fetched_models() / name).exists():
            click.echo(f"还可以下载 {name}：voiceguide models fetch {name}")
    return Exit.OK if used else Exit.MODEL


def _licence(folder: Path) -> str:
    if folder.parent == paths.fetched_models() and folder.name in DOWNLOADS:
        return DOWNLOADS[folder.name].licence
    return "见 models/README.md" if folder.parent == paths.shipped_models() else "不明"
