"""What commands say aloud, besides the guides: each has a file of prompts, every one in several wordings."""

from __future__ import annotations

from collections.abc import Mapping

from voiceguide.events import Prompt
from voiceguide.tables import Source


def read(source: Source, command: str, variants: Mapping[str, int]) -> dict[str, tuple[Prompt, ...]]:
    """Key -> its wordings. `variants`: how many there must be at least. What is wrong is reported to `source`."""
    return {
        name: tuple(
            Prompt(f"{command}/{name}.{number}", text)
            for number, text in enumerate(source.root.strings(name, least=least), 1)
        )
        for name, least in variants.items()
    }


def filled(prompt: Prompt, placeholder: str, text: str) -> Prompt:
    """With `text` in place of the placeholder; the same prompt where it holds none."""
    if placeholder not in prompt.text:
        return prompt
    return Prompt(f"{prompt.id}/{text}", prompt.text.replace(placeholder, text))
