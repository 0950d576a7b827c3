"""sentences.toml: what is said to measure with."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path


@cache
def _read() -> dict[str, list[str]]:
    return tomllib.loads((Path(__file__).parent / "sentences.toml").read_text(encoding="utf-8"))


def offered() -> list[str]:
    """The commands the guide offers most often."""
    return _read()["offered"]


def near_misses() -> list[str]:
    """Talk around the phone and the house; nothing of it may pass for a command."""
    return _read()["near_misses"]
