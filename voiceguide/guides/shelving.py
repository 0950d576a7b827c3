"""Puts the guides of one language on a shelf: reads what they are called, and words the question which of them.

A guide whose head cannot be read is not offered; whoever opens it, or `voiceguide check`, hears what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from voiceguide.events import Prompt
from voiceguide.guides.shelf import MOST_CHOICES, Offer, Page, Shelf
from voiceguide.language.phonetics import Readings
from voiceguide.tables import Source

OWNER = "shelf"
"""Where ids of these prompts begin."""

TITLE = "{title}"

Variants = Mapping[str, tuple[Prompt, ...]]


def stock(directory: Path, guide_ids: Sequence[str], readings: Readings, common: Variants) -> Shelf:
    """The shelf of `directory`; an empty one where there is nothing to choose."""
    offers = tuple(_offers(directory, guide_ids, readings, common))
    if len(offers) < 2:
        return Shelf()
    return Shelf(offers, tuple(pages(offers, common)))


def _offers(
    directory: Path, guide_ids: Sequence[str], readings: Readings, common: Variants
) -> Iterator[Offer]:
    for guide_id in guide_ids:
        source = Source(directory, f"guides/{guide_id}.toml")
        title = source.root.string("title")
        names = (title, *source.root.strings("heard", optional=True))
        if source.findings or any(readings.unspeakable(name) for name in names):
            continue
        ask = tuple(
            Prompt(f"{OWNER}/{guide_id}.ask.{number}", template.text.replace(TITLE, title))
            for number, template in enumerate(common["ask-change"], 1)
        )
        confirm = Prompt(f"{OWNER}/{guide_id}.confirm", common["confirm"][0].text.replace("{words}", title))
        yield Offer(guide_id, title, tuple(map(readings.phrase, dict.fromkeys(names))), ask, confirm)


def pages(offers: Sequence[Offer], common: Variants) -> Iterator[Page]:
    """One page where all fit; else two guides and a way to the next page on each."""
    each = MOST_CHOICES if len(offers) <= MOST_CHOICES else MOST_CHOICES - 1
    turn = common["which-others"][0].text
    for number, start in enumerate(range(0, len(offers), each), 1):
        here = offers[start : start + each]
        titles = [offer.title for offer in here]
        ids = [offer.id for offer in here]
        if each < len(offers):
            titles.append(turn)
            ids.append("")
        asked = []
        for wording, lead in enumerate(common["which"], 1):
            choices = [
                Prompt(
                    f"{OWNER}/page-{number}.{place}.{wording}",
                    _in_turn(common[f"which-{place}"], wording).replace(TITLE, title),
                )
                for place, title in enumerate(titles, 1)
            ]
            asked.append((lead, *choices))
        yield Page(tuple(ids), tuple(asked))


def _in_turn(variants: Sequence[Prompt], number: int) -> str:
    return variants[(number - 1) % len(variants)].text
