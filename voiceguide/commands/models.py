"""`voiceguide models`: which recognisers are here, and bringing the official one."""

from __future__ import annotations

import click

from voiceguide import paths
from voiceguide.fetching import DOWNLOADS, FetchError, fetch


@click.group("models", invoke_without_command=True, options_metavar="[选项]", subcommand_metavar="[命令]")
@click.pass_context
def command(ctx: click.Context) -> None:
    """列出识别模型，或者下载官方模型。"""
    if ctx.invoked_subcommand is None:
        ctx.invoke(listing)


@command.command("list", options_metavar="")
def listing() -> None:
    """列出这台电脑上的识别模型。"""
    from voiceguide.commands.listing import describe_models

    for line in describe_models():
        click.echo(line)


@command.command("fetch", options_metavar="[选项]")
@click.argument("name", metavar="名字", type=click.Choice(sorted(DOWNLOADS)))
def fetching(name: str) -> None:
    """下载官方模型（只有这个命令会上网）。

    中断以后再运行一次，会接着下载。
    """
    from tqdm import tqdm

    download = DOWNLOADS[name]
    click.echo(f"下载 {download.url}（{download.size_bytes / 1e6:.0f} MB，许可 {download.licence}）", err=True)
    with tqdm(total=download.size_bytes, unit="B", unit_scale=True, ncols=80) as bar:

        def progress(present_bytes: int, all_bytes: int) -> None:
            bar.update(present_bytes - bar.n)

        folder = fetch(download, paths.fetched_models(), progress)
    click.echo(f"模型装好了：{folder}。现在起使用它。")
