"""Where she is, safe against power cuts: one small JSON file a guide, replaced whole or not at all."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from voiceguide.errors import ToldError
from voiceguide.whole_files import set_aside, write_whole

VERSION = 1


@dataclass(frozen=True)
class Progress:
    """What is remembered from one day to the next."""

    step: str | None = None
    """The step she was at; None: nothing begun."""
    pace: int = 0
    loudness: int = 0
    pace_asked: bool = False
    """The pace is what she asked for; otherwise it was found by listening to her, and goes on following her."""


class ProgressError(ToldError):
    """Progress cannot be kept. `code`: no-space."""


class ProgressFile:
    """The progress of one guide in `directory`."""

    def __init__(self, directory: Path, guide_id: str) -> None:
        self.path = directory / f"{guide_id}.json"
        self.notice: str | None = None
        """Set by load() when the file could not be used: one Chinese sentence for the helper."""

    def load(self) -> Progress:
        """What was saved. A file that cannot be used is set aside, never deleted: see `notice`."""
        self.notice = None
        try:
            data = json.loads(self.path.read_bytes())
            if data["version"] > VERSION:
                return self._set_aside("newer", "进度文件是更新版本的程序写的，这里读不懂")
            return _parse(data)
        except FileNotFoundError:
            return Progress()
        except (ValueError, KeyError, TypeError, RecursionError):
            return self._set_aside("damaged", "进度文件坏了")
        except OSError as error:
            self.notice = f"读不了进度文件{self.path}：{error.strerror}。这次从头开始。"
            return Progress()

    def save(self, progress: Progress) -> None:
        """Write it so that a power cut leaves the old file or the new one. Raises ProgressError."""
        try:
            write_whole(self.path, json.dumps({"version": VERSION, **asdict(progress)}).encode())
        except OSError as error:
            message = f"进度没有存下来：{error.strerror}（{self.path}）。"
            raise ProgressError("no-space", message, "请清理磁盘，或者检查文件夹的权限。") from error

    def _set_aside(self, why: str, message: str) -> Progress:
        try:
            kept = set_aside(self.path, why)
        except OSError as error:
            self.notice = f"{message}，也移不开它：{error.strerror}。这次从头开始。"
        else:
            self.notice = f"{message}，已经另存为{kept}。这次从头开始。"
        return Progress()


def _parse(data: dict[str, object]) -> Progress:
    step, pace, loudness = data["step"], data["pace"], data["loudness"]
    asked = data.get("pace_asked", pace != 0)  # before it followed her, every other pace was asked for
    if (
        (step is None or isinstance(step, str))
        and isinstance(pace, int)
        and isinstance(loudness, int)
        and isinstance(asked, bool)
    ):
        return Progress(step, pace, loudness, asked)
    raise ValueError("wrong types")
