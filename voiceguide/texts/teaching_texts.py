"""prompts/<language>/teach.toml: what is said while she teaches the guide a word of her own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from voiceguide.events import Prompt
from voiceguide.tables import Source
from voiceguide.teaching.pronouncing import REPETITIONS, Refusal
from voiceguide.texts import spoken_texts

FILE = "teach.toml"
PLACEHOLDER = "{text}"

_VARIANTS = {
    "ask": REPETITIONS,
    "check": 2,
    **dict.fromkeys(("choose", "ask-again", "learnt", "given-up", "mic-back"), 1),
    **dict.fromkeys(("nothing", "muted", "clipped", "cut", "short", "quiet", "noisy"), 2),
    **dict.fromkeys(("word-nothing", "word-differ", "word-short", "word-long", "word-unsure"), 1),
    **dict.fromkeys(("word-like-ours", "word-like-hers"), 1),
}


@dataclass(frozen=True)
class TeachingTexts:
    """The file, read."""

    prompts: Mapping[str, tuple[Prompt, ...]]

    @classmethod
    def load(cls, language_dir: Path) -> TeachingTexts:
        """Raises ContentError with everything that is wrong in it."""
        source = Source(language_dir, FILE)
        source.stop_if_bad()
        source.root.only(_VARIANTS)
        prompts = spoken_texts.read(source, "teach", _VARIANTS)
        source.stop_if_bad()
        return cls(prompts)

    def vary(self, name: str, count: int = 0, text: str = "") -> Prompt:
        """Wordings take turns; `text` goes where {text} stands."""
        variants = self.prompts[name]
        return spoken_texts.filled(variants[count % len(variants)], PLACEHOLDER, text)

    def why(self, refusal: Refusal) -> Prompt:
        """What happened and what to do."""
        return self.vary(f"word-{refusal.code}", 0, refusal.other)
