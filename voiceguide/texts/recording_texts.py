"""prompts/<language>/record.toml and other-speech.toml: what a volunteer is told, asked, and asked to say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from voiceguide.events import Prompt
from voiceguide.tables import Source
from voiceguide.texts import spoken_texts

FILE, OTHER_SPEECH_FILE = "record.toml", "other-speech.toml"
PLACEHOLDER = "{text}"

QUESTIONS = {"consent": 3, "same-person": 2, "carry-on": 2}
"""Answered yes or no -> how many wordings at least."""
ANSWERS = ("yes", "no")
ASKING = {"ask-word": 1, "ask-sentence": 1, "ask-again": 1}
"""Hold {text}, which she is to say."""
_VARIANTS = {
    **QUESTIONS,
    **ASKING,
    **dict.fromkeys(("explain", "refused", "unclear", "welcome-back", "start", "skipped", "halfway"), 1),
    **dict.fromkeys(("stopped", "done", "mic-back"), 1),
    **dict.fromkeys(("nothing", "muted", "clipped", "cut", "short", "quiet", "noisy"), 2),
}
SENTENCES = 20
"""Of other speech, at least."""


@dataclass(frozen=True)
class RecordingTexts:
    """Both files, read."""

    prompts: Mapping[str, tuple[Prompt, ...]]
    answers: Mapping[str, tuple[str, ...]]
    """Intent (yes, no) -> what she may say to the questions besides its wordings."""
    sentences: tuple[str, ...]
    """Other speech, as written."""

    @classmethod
    def load(cls, language_dir: Path) -> RecordingTexts:
        """Raises ContentError with everything that is wrong in them."""
        source, others = Source(language_dir, FILE), Source(language_dir, OTHER_SPEECH_FILE)
        for each in (source, others):
            each.stop_if_bad()
        source.root.only((*_VARIANTS, "answers"))
        others.root.only(("sentences",))
        prompts = spoken_texts.read(source, "record", _VARIANTS)
        for name in ASKING:
            if any(PLACEHOLDER not in prompt.text for prompt in prompts[name]):
                source.report(name, "missing-key", f"这句话里没有{PLACEHOLDER}。", "请在要她说的地方写上。")
        given = source.root.table("answers")
        given.only(ANSWERS)
        answers = {name: given.strings(name) for name in ANSWERS}
        sentences = others.root.strings("sentences", least=SENTENCES)
        source.findings += others.findings
        source.stop_if_bad()
        return cls(prompts, answers, sentences)

    def vary(self, name: str, count: int = 0) -> Prompt:
        """Wordings take turns."""
        variants = self.prompts[name]
        return variants[count % len(variants)]

    def asking(self, name: str, text: str, count: int = 0) -> Prompt:
        """Please say `text`."""
        return spoken_texts.filled(self.vary(name, count), PLACEHOLDER, text)
