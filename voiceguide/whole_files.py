"""Files that are replaced whole or not at all, and set aside instead of lost when they cannot be used."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Write it so that a power cut leaves the old file or the new one; only its owner can read it, where the
    system knows owners. Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Nobody else who asks for the same is in that folder meanwhile, in whatever process; who comes later waits. Where
    no folder can be locked (Windows, some network drives) everybody is let in. Raises OSError.
    """
    if sys.platform == "win32":
        yield
        return
    import fcntl

    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # the drive cannot
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def set_aside(path: Path, why: str) -> Path:
    """Give a file that cannot be used another name, beside earlier ones; gives the name. Raises OSError."""
    kept, number = path.with_suffix(f".{why}"), 1
    while kept.exists():
        kept, number = path.with_suffix(f".{why}-{number}"), number + 1
    path.rename(kept)
    return kept
