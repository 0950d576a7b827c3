"""prompts/<language>/doctor.toml: what is said aloud of a machine on which something does not work."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from voiceguide.events import Prompt
from voiceguide.tables import Source

FILE = "doctor.toml"
NAMES = ("speaker", "good", "microphone", "model", "content", "folders", "interrupting", "recordings")
"""The loudspeaker first, then what failed (names of checks), else `good`. Without a voice nothing is said."""


def load(language: Path) -> Mapping[str, Prompt]:
    """Raises ContentError."""
    source = Source(language, FILE)
    source.stop_if_bad()
    source.root.only(NAMES)
    texts = {name: source.root.string(name) for name in NAMES}
    source.stop_if_bad()
    return {name: Prompt(f"doctor/{name}", text) for name, text in texts.items()}
