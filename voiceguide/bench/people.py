"""people.toml: what simulated elders say, and how they take what the guide says."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class People:
    """The file, as values."""

    fillers: tuple[str, ...]
    thanks: tuple[str, ...]
    complaints: tuple[str, ...]
    asides: tuple[str, ...]
    complaint_means: tuple[str, ...]
    no_pause_behind: tuple[str, ...]
    announcing: tuple[str, ...]
    takes: Mapping[str, str]
    """Key of a common prompt -> how she takes it: miss, done, choose, busy … "" for one that asks nothing."""
    serves: Mapping[str, Sequence[str]]
    """Intent -> keys of the common prompts that answer it."""


@cache
def people() -> People:
    """Read once in a process."""
    table = tomllib.loads((Path(__file__).parent / "people.toml").read_text(encoding="utf-8"))
    lists = {name: tuple(value) for name, value in table.items() if isinstance(value, list)}
    takes = {key: taken.replace("tells", "") for taken, keys in table["takes"].items() for key in keys}
    return People(**lists, takes=takes, serves=table["serves"])
