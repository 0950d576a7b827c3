"""Ears, mouths and rooms as the options name them: here the adapters are chosen, and nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from voiceguide import paths

if TYPE_CHECKING:
    from voiceguide.ears.recogniser import Recogniser

MODEL_OPTION = click.option(
    "--model",
    metavar="文件夹",
    type=click.Path(path_type=Path),
    help="指定识别模型；默认用现有最好的（见 voiceguide models）。",
)


def model_folders() -> tuple[Path, ...]:
    """Where models lie: those fetched, those shipped."""
    return paths.fetched_models(), paths.shipped_models()


def open_recogniser(model: Path | None) -> Recogniser:
    """The model named, or the best one present. Raises EarsError."""
    from voiceguide.ears.models import find
    from voiceguide.ears.recogniser import Recogniser

    return Recogniser(find(model, model_folders()), paths.cache())
