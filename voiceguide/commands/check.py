"""`voiceguide check`: the content linter."""

from __future__ import annotations

from pathlib import Path

import click

from voiceguide import paths
from voiceguide.exit_codes import Exit


@click.command("check", options_metavar="[选项]")
@click.argument(
    "directory",
    metavar="[文件夹]",
    required=False,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)
def command(directory: Path | None) -> Exit:
    """检查指南的内容：每个错误一行，写明文件、位置和改法。

    文件夹是一种语言的内容，默认是程序自带的 prompts/zh-CN。
    """
    from voiceguide.checking.linter import check

    findings = check(directory or paths.prompts())
    for finding in findings:
        click.echo(str(finding))
    if findings:
        click.echo(f"一共 {len(findings)} 处要改。", err=True)
        return Exit.NEGATIVE
    click.echo("内容没有错误。", err=True)
    return Exit.OK
