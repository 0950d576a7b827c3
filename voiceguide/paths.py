"""Where things lie: what is shipped (the checkout), what is kept (data), what can be made again (cache)."""

from __future__ import annotations

from pathlib import Path

import platformdirs

APP = "voiceguide"
LANGUAGE = "zh-CN"

ROOT = Path(__file__).resolve().parent.parent
"""The checkout: prompts/ and models/ stand beside the package (editable install)."""


def prompts(language: str = LANGUAGE) -> Path:
    """All that is spoken and understood in one language."""
    return ROOT / "prompts" / language


def conversations(language: str = LANGUAGE) -> Path:
    """Written conversations, to rehearse."""
    return ROOT / "tests" / "conversations" / language


def shipped_models() -> Path:
    """The models that come with the checkout, one folder each."""
    return ROOT / "models"


def fetched_models() -> Path:
    """The models that `voiceguide models fetch` brought, one folder each."""
    return data() / "models"


def data() -> Path:
    """What must survive: profiles, fetched models."""
    return platformdirs.user_data_path(APP, appauthor=False)


def voices() -> Path:
    """The prompts as people of the family have read them, one folder a voice."""
    return data() / "voices"


def volunteers() -> Path:
    """Recordings of commands, to learn from and to measure with."""
    return data() / "recordings"


def cache() -> Path:
    """What can be made again: rendered prompts, the last rehearsal."""
    return platformdirs.user_cache_path(APP, appauthor=False)


def calendars() -> Path:
    """Where the family finds the calendar file."""
    return platformdirs.user_documents_path()


def user_units() -> Path:
    """The user's own systemd units."""
    return platformdirs.user_config_path() / "systemd" / "user"


def logs() -> Path:
    """Tracebacks of faults that are ours."""
    return platformdirs.user_log_path(APP, appauthor=False)
