"""What exercises are called on the family's page: from family.toml, and from the files of the exercises themselves."""

from __future__ import annotations

from pathlib import Path

from voiceguide.content import ContentError, Finding
from voiceguide.pages.family_page import ExerciseNames
from voiceguide.tables import Source

FILE = "family.toml"
FOLDERS = {"drill": "drills"}
"""Kind -> folder with one file an exercise, which has a title."""


def check(language: Path) -> tuple[Finding, ...]:
    """What is wrong in the file."""
    try:
        load(language)
    except ContentError as error:
        return error.findings
    return ()


def load(language: Path) -> ExerciseNames:
    """Raises ContentError."""
    source = Source(language, FILE)
    source.stop_if_bad()
    tables = {name: source.root.table(name) for name in ("kinds", "results", "exercises")}
    source.root.only(tables)
    named = {name: {key: table.string(key) for key in table.data} for name, table in tables.items()}
    source.stop_if_bad()
    titles = named["exercises"]
    for kind, folder in FOLDERS.items():
        for path in sorted((language / folder).glob("*.toml")):
            own = Source(language, f"{folder}/{path.name}")
            titles[f"{kind}:{path.stem}"] = own.root.string("title")
            own.stop_if_bad()
    return ExerciseNames(named["kinds"], named["results"], titles)
