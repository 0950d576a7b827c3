"""Files that are replaced whole or not at all, and set aside instead of lost when they cannot be used."""

from __future__ import annotations

import os
import tempfile
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


def set_aside(path: Path, why: str) -> Path:
    """Give a file that cannot be used another name, beside earlier ones; gives the name. Raises OSError."""
    kept, number = path.with_suffix(f".{why}"), 1
    while kept.exists():
        kept, number = path.with_suffix(f".{why}-{number}"), number + 1
    path.rename(kept)
    return kept
