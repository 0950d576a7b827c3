"""What the program ships, read once for all tests: none of it can be changed."""

from __future__ import annotations

from functools import cache

from voiceguide import paths
from voiceguide.dialogue.script import Script
from voiceguide.guides.guide import Guide
from voiceguide.language.phonetics import Readings
from voiceguide.library import Library
from voiceguide.understanding.intents import Understanding
from voiceguide.understanding.wordings import Wordings

LANGUAGE = paths.prompts()
FIRST = "12333"
"""The guide that most tests talk about."""


@cache
def library() -> Library:
    return Library.open(LANGUAGE)


@cache
def guide(guide_id: str = FIRST) -> Guide:
    return library().guide(guide_id)


@cache
def script(guide_id: str = FIRST) -> Script:
    return Script(guide(guide_id), library().common)


@cache
def understanding(guide_id: str | None = FIRST) -> Understanding:
    """None: of no guide."""
    return Understanding.load(LANGUAGE, None if guide_id is None else guide(guide_id))


@cache
def readings() -> Readings:
    return Readings.load(LANGUAGE)


@cache
def wordings() -> Wordings:
    return Wordings.load(LANGUAGE)
