"""A picture that a measurement is to draw: refused before it begins, not after."""

from __future__ import annotations

from pathlib import Path

import click


def check_picture(picture: Path) -> None:
    """Raises BenchError where there is no library, click.UsageError where the file cannot be."""
    from voiceguide.bench.picture import check_library

    check_library()
    if picture.suffix.lower() != ".png" or not picture.absolute().parent.is_dir():
        raise click.UsageError(f"图要写进一个有的文件夹，名字以 .png 结尾，不是「{picture}」。")
