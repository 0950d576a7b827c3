"""The terminal: whatever its settings, our words go out as UTF-8 and click's own words are Chinese."""

from __future__ import annotations

import contextlib
import gettext
import io
import os
import sys
from pathlib import Path

_CATALOGUE = Path(__file__).with_name("locale")


def prepare() -> None:
    """Call once, before anything is written."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # closed by whoever started us, or there never was a terminal
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 - as long as we live
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        # LANG=C on a server and code page 936 on Windows would turn Chinese into an exception.
        if isinstance(stream, io.TextIOWrapper):
            with contextlib.suppress(io.UnsupportedOperation):
                stream.reconfigure(encoding="utf-8", errors="replace")


def translate_click() -> None:
    """Call before a command is defined: click translates some of its words at that moment."""
    # Click asks the current gettext domain; gettext looks at LANGUAGE first.
    os.environ["LANGUAGE"] = "zh_CN"
    gettext.bindtextdomain("click", str(_CATALOGUE))
    gettext.textdomain("click")
