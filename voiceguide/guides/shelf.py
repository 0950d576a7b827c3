"""The guides she may choose from, and the words in which she is asked which. Frozen values without I/O.

More than three are offered page by page, because nobody keeps more than three choices in mind.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from voiceguide.events import Phrase, Prompt

GUIDE = "guide:"
"""Stands before a guide's id in the name of the intent that asks for it."""

CHANGE = "change"
"""The intent that asks for another guide without saying which."""

MOST_CHOICES = 3


@dataclass(frozen=True)
class Offer:
    """One guide she may choose."""

    id: str
    title: str
    heard: tuple[Phrase, ...]
    """What she may call it; its title stands first."""
    ask: tuple[Prompt, ...]
    """Asked before the guide changes to it; several wordings."""
    confirm: Prompt
    """Asked when she may have named it."""

    @property
    def intent(self) -> str:
        return GUIDE + self.id


@dataclass(frozen=True)
class Page:
    """So many choices as are offered at once."""

    ids: tuple[str, ...]
    """What 第一个, 第二个, 第三个 stand for; "" for the next page."""
    ask: tuple[tuple[Prompt, ...], ...]
    """Wordings of the question; each is a lead-in and a sentence for every choice."""


@dataclass(frozen=True)
class Shelf:
    """All guides of one language."""

    offers: tuple[Offer, ...] = ()
    pages: tuple[Page, ...] = ()

    @cached_property
    def intents(self) -> tuple[str, ...]:
        """What she may say at any time to choose; nothing where there is nothing to choose."""
        return (CHANGE, *(offer.intent for offer in self.offers)) if self.offers else ()

    @property
    def prompts(self) -> tuple[Prompt, ...]:
        """Everything that is said about choosing, save the lead-ins, which all guides share."""
        asked = [prompt for page in self.pages for _, *choices in page.ask for prompt in choices]
        return (*asked, *(prompt for offer in self.offers for prompt in (*offer.ask, offer.confirm)))

    def offer(self, guide_id: str) -> Offer:
        """Raises KeyError."""
        for offer in self.offers:
            if offer.id == guide_id:
                return offer
        raise KeyError(guide_id)
