"""Where her profile lies, safe against power cuts: one folder a person, in it one file, replaced whole or not at all.

people/1/profile.json        all that is remembered of her
people/1/recordings/*.wav    how she said the words she taught, only where she agreed
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from voiceguide.errors import ToldError
from voiceguide.profile.former_files import FormerFiles
from voiceguide.profile.profile import Profile
from voiceguide.profile.profile_json import NewerVersionError, from_json, to_json
from voiceguide.profile.profile_merging import merged
from voiceguide.refusals import in_words
from voiceguide.whole_files import alone_in, set_aside, write_whole


class ProfileError(ToldError):
    """A profile cannot be kept. `code`: no-space."""


class ProfileFile:
    """The profile of one person."""

    def __init__(self, folder: Path, former: FormerFiles | None = None) -> None:
        """`former`: what earlier versions kept, where it was hers."""
        self.folder = folder
        self.path = folder / "profile.json"
        self.recordings = folder / "recordings"
        self.notice: str | None = None
        """Set by load() when a file could not be used: Chinese, for the helper."""
        self._former = former

    def load(self) -> Profile:
        """What was saved. A file that cannot be used is set aside, never deleted: see `notice`."""
        self.notice = None
        new = not self.path.exists()
        profile = self._read()
        if self._former is not None and self._former.present():
            profile = self._fold_in(self._former, profile, new=new)
        return profile

    def save(self, profile: Profile) -> None:
        """Write it so that a power cut leaves the old file or the new one. Raises ProfileError."""
        content = json.dumps(to_json(profile), ensure_ascii=False, indent=1).encode()
        with self._told():
            write_whole(self.path, content)

    def change(self, change: Callable[[Profile], Profile]) -> Profile:
        """Make this of her profile as it stands now, while nobody else changes it; what it is then. Raises
        ProfileError."""
        with self._told():
            self.folder.mkdir(parents=True, exist_ok=True)
            with alone_in(self.folder):
                profile = change(self.load())
                self.save(profile)
        return profile

    def erase(self) -> None:
        """All that is kept of her here. Raises OSError."""
        if self.folder.exists():
            with alone_in(self.folder):
                shutil.rmtree(self.folder)
        if self._former is not None:
            self._former.erase()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            message = f"没有存下来：{in_words(error)}（{self.path}）。"
            raise ProfileError("no-space", message, "请清理磁盘，或者检查文件夹的权限。") from error

    def _read(self) -> Profile:
        try:
            return from_json(json.loads(self.path.read_bytes()))
        except FileNotFoundError:
            return Profile()
        except NewerVersionError:
            return self._set_aside("newer", "她的档案是更新版本的程序写的，这里读不懂")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return self._set_aside("damaged", "她的档案坏了")
        except OSError as error:
            return self._set_aside("unreadable", f"读不了她的档案（{in_words(error)}）")

    def _set_aside(self, why: str, message: str) -> Profile:
        try:
            kept = set_aside(self.path, why)
        except OSError as error:
            self._tell(f"{message}，也移不开它：{in_words(error)}。这次从头开始。")
        else:
            self._tell(f"{message}，已经另存为{kept}。这次从头开始。")
        return Profile()

    def _fold_in(self, former: FormerFiles, profile: Profile, *, new: bool) -> Profile:
        """Into her profile first and removed only then: a power cut in between loses nothing."""
        profile = former.folded_into(profile, new=new)
        for notice in former.notices:
            self._tell(notice)
        try:
            self.save(profile)
            self._take_recordings(former.recordings)
            former.remove()
        except ProfileError as error:
            self._tell(error.message + error.remedy)
        except OSError as error:
            self._tell(f"旧的文件移不开：{in_words(error)}（{error.filename}）。")
        return profile

    def _take_recordings(self, folder: Path) -> None:
        if not folder.is_dir():
            return
        self.recordings.mkdir(parents=True, exist_ok=True)
        for recording in folder.iterdir():
            recording.replace(self.recordings / recording.name)
        folder.rmdir()

    def _tell(self, text: str) -> None:
        self.notice = (self.notice or "") + text


class WhileTalking:
    """A profile while a conversation changes it: what other commands changed meanwhile stays as they left it."""

    def __init__(self, file: ProfileFile) -> None:
        self._file = file
        self._existed = False
        self._before = Profile()
        """As this conversation left it."""

    def load(self) -> Profile:
        self._before = self._file.load()
        self._existed = self._file.path.exists()
        return self._before

    def save(self, profile: Profile) -> None:
        """Only what this conversation changed. A profile that was erased meanwhile stays erased. Raises
        ProfileError."""
        if self._existed and not self._file.folder.exists():
            return
        before, self._before = self._before, profile
        with suppress(_ErasedError):
            self._file.change(lambda there: self._onto(there, before, profile))

    def _onto(self, there: Profile, before: Profile, mine: Profile) -> Profile:
        existed, self._existed = self._existed, True
        if self._file.path.exists():
            return merged(before, mine, there)
        if existed and not self._file.notice:
            raise _ErasedError
        return mine  # the first of it, or what was there had to be set aside


class _ErasedError(Exception):
    """Somebody let her be forgotten while she was talking."""


class Forgetful:
    """Keeps nothing: of a guest."""

    def load(self) -> Profile:
        return Profile()

    def save(self, profile: Profile) -> None:
        """She is nobody's profile."""


class People:
    """Everybody who is known here, in the order in which they came."""

    def __init__(self, data: Path) -> None:
        """`data`: the folder of all that must survive."""
        self._folder = data / "people"
        self._former = FormerFiles(data)

    def files(self) -> tuple[ProfileFile, ...]:
        """Of everybody; at least one, who may have no file yet. What earlier versions kept belongs to the first."""
        numbers = self._numbers() or [1]
        return tuple(
            ProfileFile(self._folder / str(number), self._former if number == numbers[0] else None)
            for number in numbers
        )

    def add(self, called: str) -> ProfileFile:
        """One more person, or a name for the only one who has none yet. Raises ProfileError."""
        numbers = self._numbers()
        first = self.files()[0]
        if len(numbers) <= 1 and not first.load().called:
            first.change(lambda profile: replace(profile, called=called))
            return first
        file = ProfileFile(self._folder / str(max(numbers) + 1))
        file.save(Profile(called=called))
        return file

    def _numbers(self) -> list[int]:
        """A folder is somebody, though her file may have been damaged and set aside."""
        if not self._folder.is_dir():
            return []
        return sorted(int(each.name) for each in self._folder.iterdir() if each.name.isdecimal())
