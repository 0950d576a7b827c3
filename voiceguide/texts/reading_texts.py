"""prompts/<language>/family-voice.toml: what is shown to whoever reads the prompts aloud."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from voiceguide.tables import Source

FILE = "family-voice.toml"
FLAWS = ("nothing", "muted", "clipped", "cut", "short", "quiet", "noisy", "fast", "slow")
_TEXTS = ("consent", "refused", "keys", "review", "begin", "skipped", "silent", "stopped", "done", *FLAWS)


@dataclass(frozen=True)
class ReadingTexts:
    """The file, read."""

    explain: tuple[str, ...]
    """Shown before she is asked for her consent, and kept with it."""
    texts: Mapping[str, str]

    @classmethod
    def load(cls, language_dir: Path) -> ReadingTexts:
        """Raises ContentError with everything that is wrong in it."""
        source = Source(language_dir, FILE)
        source.stop_if_bad()
        source.root.only(("explain", *_TEXTS))
        explain = source.root.strings("explain", least=3)
        texts = {name: source.root.string(name) for name in _TEXTS}
        for name, text in texts.items():
            if not text and name not in source.root:
                source.report(name, "missing-key", f"缺少“{name}”这一项。", "请补上。")
        source.stop_if_bad()
        return cls(explain, texts)
