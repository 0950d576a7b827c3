"""What takes long to load is not loaded for a run that leaves it out."""

from __future__ import annotations

from pathlib import Path

import pytest

AS_A_WHOLE = "\npytestmark = pytest.mark.training\n"
"""Stands in a file that cannot even be looked at without torch, which takes seconds to load."""


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    if "not training" not in config.getoption("markexpr") or collection_path.suffix != ".py":
        return None
    return True if AS_A_WHOLE in collection_path.read_text(encoding="utf-8") else None
