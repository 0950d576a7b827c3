"""Can what she is asked before her words are kept, or erased, be spoken, and answered?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from voiceguide.checking.prompt_check import check_offers, check_sound
from voiceguide.content import ContentError, Finding
from voiceguide.texts.permission_texts import FILE, QUESTIONS, PermissionTexts
from voiceguide.understanding.intents import Understanding
from voiceguide.understanding.wordings import PRIVACY, UNIVERSAL

LONG_NAME = "王阿姨"


def check(directory: Path, understanding: Understanding) -> Iterator[Finding]:
    """What is wrong in the file of permissions."""
    try:
        texts = PermissionTexts.load(directory)
    except ContentError as error:
        yield from error.findings
        return
    for name in texts.prompts:
        expecting = ("yes", "no") if name in QUESTIONS else (*UNIVERSAL, *PRIVACY)
        for number, prompt in enumerate(texts.all(name, LONG_NAME), 1):
            key = f"{name}.{number}"
            yield from check_sound(prompt, FILE, key, understanding.readings)
            yield from check_offers(prompt, FILE, key, understanding, expecting)
