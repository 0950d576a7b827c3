"""What earlier versions kept of her: a progress file for each guide, and a file of taught words. Read once, folded
into her profile, then removed.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from voiceguide.profile.profile import Profile
from voiceguide.refusals import in_words
from voiceguide.understanding import personal
from voiceguide.understanding.personal import PersonalWord
from voiceguide.whole_files import set_aside

VERSION = 1
"""The last one of either file."""

Value = TypeVar("Value")


@dataclass(frozen=True)
class _Progress:
    step: str | None
    pace: int
    loudness: int
    pace_asked: bool


@dataclass
class FormerFiles:
    """In the data folder. `notices`: Chinese, for the helper, of what could not be read."""

    data: Path
    notices: list[str] = field(default_factory=list)

    @property
    def recordings(self) -> Path:
        """How she said her words, where she agreed that it is kept."""
        return self.data / "profile" / "recordings"

    def present(self) -> bool:
        """Is there anything to fold in?"""
        return any(self._files()) or self.recordings.is_dir()

    def folded_into(self, profile: Profile, *, new: bool) -> Profile:
        """The profile with all that stands in these files and not yet in it: doing it twice changes nothing.
        `new`: there was no profile before, so pace and loudness come from here too.
        """
        self.notices.clear()
        by_age = sorted(self._progress_files(), key=lambda path: path.stat().st_mtime)
        for path in by_age:  # the newest last: its pace is hers
            progress = self._read(path, _progress, "进度文件")
            if progress is None:
                continue
            if progress.step is not None and path.stem not in profile.steps:
                profile = profile.at_step(path.stem, progress.step)
            if new:
                profile = replace(
                    profile, pace=progress.pace, loudness=progress.loudness, pace_asked=progress.pace_asked
                )
        if self._words_file.is_file():
            words = self._read(self._words_file, _words, "存她自己说法的文件") or ()
            known = {word.label for word in profile.words}
            added = tuple(word for word in words if word.label not in known)
            profile = replace(profile, words=(*profile.words, *added))
        return profile

    def remove(self) -> None:
        """They stand in her profile now. Raises OSError."""
        for path in list(self._files()):
            path.unlink()
        for folder in (self.data / "progress", self.data / "profile"):
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()

    def erase(self) -> None:
        """With whatever was set aside. Raises OSError."""
        for folder in (self.data / "progress", self.data / "profile"):
            if folder.is_dir():
                shutil.rmtree(folder)

    @property
    def _words_file(self) -> Path:
        return self.data / "profile" / "words.json"

    def _progress_files(self) -> Iterator[Path]:
        return (self.data / "progress").glob("*.json")

    def _files(self) -> Iterator[Path]:
        yield from self._progress_files()
        if self._words_file.is_file():
            yield self._words_file

    def _read(self, path: Path, parse: Callable[[Any], Value], name: str) -> Value | None:
        """None where it cannot be used; it is set aside then, and said."""
        why, message = "damaged", "坏了"
        try:
            data = json.loads(path.read_bytes())
            if data["version"] <= VERSION:
                return parse(data)
            why, message = "newer", "是更新版本的程序写的，这里读不懂"
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            pass  # damaged
        except OSError as error:
            why, message = "unreadable", f"读不了（{in_words(error)}）"
        self._set_aside(path, why, name, message)
        return None

    def _set_aside(self, path: Path, why: str, name: str, message: str) -> None:
        try:
            kept = set_aside(path, why)
        except OSError as error:
            self.notices.append(f"{name}{message}，也移不开它：{in_words(error)}。")
        else:
            self.notices.append(f"{name}{message}，已经另存为{kept}。")


def _progress(data: dict[str, object]) -> _Progress:
    step, pace, loudness = data["step"], data["pace"], data["loudness"]
    asked = data.get("pace_asked", pace != 0)  # before it followed her, every other pace was asked for
    if (
        (step is None or isinstance(step, str))
        and isinstance(pace, int)
        and isinstance(loudness, int)
        and isinstance(asked, bool)
    ):
        return _Progress(step, pace, loudness, asked)
    raise ValueError("wrong types")


def _words(data: dict[str, Any]) -> tuple[PersonalWord, ...]:
    return personal.parse_all(data["words"])
