"""Which recognisers are on this machine, and which of them is used."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from voiceguide.ears import EarsError
from voiceguide.ears.graph import can_compile
from voiceguide.ears.model_files import check_folder

OFFICIAL_NAME = "small-cn"
"""The folder that `voiceguide models fetch small-cn` fills."""


@dataclass(frozen=True)
class InstalledModel:
    """A folder that looks like a model."""

    folder: Path
    size_bytes: int
    rank: int
    """The greatest is used."""
    reason: str
    """Why it stands where it stands, in Chinese."""
    fault: str = ""
    """What is wrong with it, in Chinese; a faulty model is never chosen."""

    @property
    def name(self) -> str:
        return self.folder.name


def installed(roots: Sequence[Path]) -> list[InstalledModel]:
    """Every model in these folders, the best first."""
    folders = [path for root in roots if root.is_dir() for path in sorted(root.iterdir()) if _is_model(path)]
    return sorted((_describe(folder) for folder in folders), key=_order, reverse=True)


def find(override: Path | None, roots: Sequence[Path]) -> Path:
    """The model to use: `override`, or the best one present. Raises EarsError(no-model)."""
    if override is not None:
        check_folder(override)
        return override
    for model in installed(roots):
        if not model.fault:
            return model.folder
    raise EarsError(
        "no-model",
        "没有可用的语音识别模型。",
        "请重新下载本程序（models/ 文件夹里带有模型），或运行 voiceguide models fetch small-cn。",
    )


def _is_model(path: Path) -> bool:
    return path.is_dir() and not path.name.startswith(".") and ((path / "am").is_dir() or can_compile(path))


def _describe(folder: Path) -> InstalledModel:
    if folder.name == OFFICIAL_NAME or re.match(r"vosk-model-(small-)?cn-", folder.name):
        rank, reason = 2, "官方模型，听过几千小时各种人的声音；是你自己下载的，所以优先"
    elif can_compile(folder):
        rank, reason = 1, "随程序附带的小模型，专听口令，每句话当作一个词"
    else:
        rank, reason = 0, "来历不明的模型，只在没有别的模型时使用"
    size_bytes = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    try:
        check_folder(folder)
    except EarsError as error:
        return InstalledModel(folder, size_bytes, rank, reason, error.message)
    return InstalledModel(folder, size_bytes, rank, reason)


def _order(model: InstalledModel) -> tuple[bool, int, list[int], str]:
    version = [int(number) for number in re.findall(r"\d+", model.name)]
    return not model.fault, model.rank, version, model.name
