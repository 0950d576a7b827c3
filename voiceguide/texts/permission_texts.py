"""prompts/<language>/permission.toml: what she is asked before her words are kept, or all that is hers erased."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from voiceguide.events import Prompt
from voiceguide.tables import Source
from voiceguide.texts import spoken_texts

FILE = "permission.toml"
PLACEHOLDER = "{name}"

QUESTIONS = {"words-ask": 3, "forget-ask": 3, "forget-sure": 3}
"""Answered yes or no -> how many wordings at least."""
_VARIANTS = {
    **QUESTIONS,
    **dict.fromkeys(
        ("words-explain", "words-agreed", "words-refused", "words-unclear", "words-withdrawn"), 1
    ),
    **dict.fromkeys(("forget-kept", "forget-unclear", "mic-back"), 1),
}


@dataclass(frozen=True)
class PermissionTexts:
    """The file, read."""

    prompts: Mapping[str, tuple[Prompt, ...]]
    nobody: str
    """Stands where her name would, while she has none."""

    @classmethod
    def load(cls, language_dir: Path) -> PermissionTexts:
        """Raises ContentError with everything that is wrong in it."""
        source = Source(language_dir, FILE)
        source.stop_if_bad()
        source.root.only((*_VARIANTS, "nobody"))
        prompts = spoken_texts.read(source, "permission", _VARIANTS)
        (nobody,) = source.root.strings("nobody")[:1] or ("",)
        source.stop_if_bad()
        return cls(prompts, nobody)

    def all(self, name: str, called: str = "") -> tuple[Prompt, ...]:
        """Its wordings, or its sentences. `called`: whose name goes where {name} stands."""
        called = called or self.nobody
        return tuple(spoken_texts.filled(prompt, PLACEHOLDER, called) for prompt in self.prompts[name])
