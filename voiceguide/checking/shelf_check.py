"""Can she choose each guide by what she may call it, and is the question which of them good to hear?"""

from __future__ import annotations

from collections.abc import Iterator

from voiceguide.checking.prompt_check import check_offers, check_sound
from voiceguide.content import Finding
from voiceguide.events import Heard
from voiceguide.guides.guide import Guide
from voiceguide.guides.shelf import Shelf
from voiceguide.understanding.intents import Understanding
from voiceguide.understanding.wordings import CHOICES, UNIVERSAL


def check_shelf(shelf: Shelf, understanding: Understanding) -> Iterator[Finding]:
    """What is said about choosing. What is wrong with it is in most cases a title."""
    for prompt in shelf.prompts:
        yield from check_sound(prompt, "guides", prompt.id, understanding.readings)
        yield from check_offers(prompt, "guides", prompt.id, understanding, (*UNIVERSAL, *CHOICES))


def check_names(guide: Guide, understanding: Understanding) -> Iterator[Finding]:
    """Is every guide found by all its names, whatever may be said at a step of `guide`?"""
    troubles = [guide.troubles_at(step.id) for step in guide.steps]
    everywhere = [(*UNIVERSAL, *(each.intent for each in here), *guide.shelf.intents) for here in troubles]
    for offer in guide.shelf.offers:
        for phrase in offer.heard:
            meanings = {understanding.understand(phrase.text, expecting) for expecting in everywhere}
            wrong = [each for each in meanings if not isinstance(each, Heard) or each.intent != offer.intent]
            for meant in wrong:
                what = f"会听成“{meant.intent}”" if isinstance(meant, Heard) else "听不懂"
                message = f"写了“{phrase.text}”，可是在指南“{guide.title}”里{what}。"
                remedy = "请换一种说法。"
                yield Finding(f"guides/{offer.id}.toml", "heard", "unheard-name", message, remedy)
