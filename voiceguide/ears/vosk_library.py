"""The only import of vosk."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from voiceguide.ears import EarsError

NARROW_PATHS = sys.platform == "win32"
"""Kaldi opens files there by names in the system's code page (vosk #1072): C:\\Users\\王阿姨 is none for it."""


def import_vosk() -> Any:
    """Vosk, quiet. Raises EarsError(no-vosk)."""
    try:
        with _without_downloads():
            import vosk
    except (ImportError, OSError) as error:
        raise EarsError(
            "no-vosk", f"无法载入语音识别程序 vosk（{error}）。", "请运行 script/setup --again，从头装一遍。"
        ) from error
    vosk.SetLogLevel(-2)
    return vosk


def load_model(vosk: Any, folder: Path) -> Any:
    """The model in that folder. Raises Exception: vosk raises nothing more precise."""
    if not NARROW_PATHS or str(folder).isascii():
        return vosk.Model(model_path=str(folder))
    with chdir(folder):
        return vosk.Model(model_path=".")


@contextmanager
def _without_downloads() -> Iterator[None]:
    """Vosk wants requests, which takes 13 MB, for downloading models: what it must never do here anyway."""
    if "requests" in sys.modules:
        yield
        return
    sys.modules["requests"] = ModuleType("requests")
    try:
        yield
    finally:
        del sys.modules["requests"]
