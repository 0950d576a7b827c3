"""What takes long to load is not loaded for a run that leaves it out."""

from __future__ import annotations

from pathlib import Path

import pytest


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """These are marked `training` as a whole, and cannot even be looked at without torch."""
    left_out = "not training" in config.getoption("markexpr")
    return True if left_out and collection_path.name in ("test_toy.py", "test_sequence.py") else None
