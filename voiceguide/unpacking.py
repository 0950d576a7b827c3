"""Opens a downloaded archive without trusting it: all or nothing, and nothing outside its folder."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
import zipfile
import zlib
from pathlib import Path, PurePosixPath

MAX_FILES = 500
MAX_UNPACKED_BYTES = 400_000_000
"""Bounds against archives that swell: the official small model has about 20 files and 70 MB."""

_UNPACKING = ".unpacking-"
_REPLACED = ".replaced-"


class UntrustworthyArchive(Exception):  # noqa: N818 - it names the archive, not the event
    """The archive is not what it should be; `reason` is a Chinese clause for the user."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def install(archive: Path, top_folder: str, target: Path, *, max_files: int = MAX_FILES) -> None:
    """Unpack the files under `top_folder` of a zip archive to become the folder `target`.

    `target` appears complete or not at all, also when the power fails in between; an earlier
    `target` is replaced. Raises UntrustworthyArchive before anything is written where a member
    is absolute, leads outside, is a link or a device, is encrypted, or the whole is too big;
    OSError where the disk refuses.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    for leftover in (*target.parent.glob(f"{_UNPACKING}*"), *target.parent.glob(f"{_REPLACED}*")):
        shutil.rmtree(leftover)
    fresh = Path(tempfile.mkdtemp(prefix=_UNPACKING, dir=target.parent))
    try:
        _unpack(archive, top_folder, fresh, max_files)
        fresh.chmod(0o755)
        _swap(fresh, target)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise


def unpacked_bytes(archive: Path) -> int:
    """What the archive says it needs on disk. Raises UntrustworthyArchive."""
    with _opened(archive) as zipped:
        return sum(member.file_size for member in zipped.infolist())


def _opened(archive: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(archive)
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise UntrustworthyArchive("压缩包打不开") from error


def _unpack(archive: Path, top_folder: str, folder: Path, max_files: int) -> None:
    with _opened(archive) as zipped:
        members = zipped.infolist()
        if len(members) > max_files:
            raise UntrustworthyArchive(f"文件太多：{len(members)} 个")
        if sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
            raise UntrustworthyArchive("展开以后太大")
        places = [(member, _place(member, top_folder)) for member in members]
        files = [PurePosixPath(str(place).casefold()) for member, place in places if not member.is_dir()]
        folders = {parent for file in files for parent in (file.parent, *file.parent.parents)}
        if not files or len(set(files)) != len(files) or not folders.isdisjoint(files):
            raise UntrustworthyArchive("是空的，或者有重名的文件")
        for member, place in places:
            destination = folder / place
            if member.is_dir():
                destination.mkdir(parents=True, exist_ok=True)
                continue
            destination.parent.mkdir(parents=True, exist_ok=True)
            try:
                with zipped.open(member) as source, destination.open("xb") as copy:
                    shutil.copyfileobj(source, copy)  # zipfile reads no more than the size checked above
                    copy.flush()
                    os.fsync(copy.fileno())
            except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
                raise UntrustworthyArchive(f"里面的 {member.filename} 损坏了") from error


def _place(member: zipfile.ZipInfo, top_folder: str) -> PurePosixPath:
    """Where this member goes below the model's folder. Raises UntrustworthyArchive."""
    name = member.orig_filename  # zipfile cleans `filename`; what was really written counts
    path = PurePosixPath(name)
    mode = member.external_attr >> 16
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or "\0" in name:
        raise UntrustworthyArchive(f"里面有指向外面的路径 {name!r}")
    if member.header_offset < 0:
        raise UntrustworthyArchive("压缩包打不开")
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise UntrustworthyArchive(f"里面有链接或设备文件 {name!r}")
    if member.flag_bits & 0x1:
        raise UntrustworthyArchive("是加密的")
    if path.parts[:1] != (top_folder,):
        raise UntrustworthyArchive(f"里面应当只有文件夹 {top_folder}，却有 {name!r}")
    return PurePosixPath(*path.parts[1:])


def _swap(fresh: Path, target: Path) -> None:
    if target.exists():
        replaced = Path(tempfile.mkdtemp(prefix=_REPLACED, dir=target.parent))
        target.rename(replaced / target.name)
        fresh.rename(target)
        shutil.rmtree(replaced)
    else:
        fresh.rename(target)
