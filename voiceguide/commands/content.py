"""Opening prompts/ for a command: the guide that was named, and what may be expected in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property

import click

from voiceguide import paths
from voiceguide.content import did_you_mean
from voiceguide.dialogue import dialogue
from voiceguide.dialogue.script import Script
from voiceguide.dialogue.state import State
from voiceguide.language.phonetics import Readings
from voiceguide.library import Library
from voiceguide.understanding.intents import Understanding

EVERYTHING = "all"


@dataclass(frozen=True)
class Content:
    """One guide, ready to be talked about."""

    script: Script
    readings: Readings
    understand: Callable[[], Understanding]
    """Made when it is first needed: that takes half a second, and the first words are said before."""

    @cached_property
    def understanding(self) -> Understanding:
        return self.understand()


@cache
def library() -> Library:
    """Raises ContentError."""
    return Library.open(paths.prompts())


def first_guide() -> str:
    """What is meant where it matters little which guide. Raises ContentError, click.UsageError."""
    known = library().guide_ids()
    if not known:
        raise click.UsageError("一份指南也没有。请用 voiceguide new-guide 写一份。")
    return known[0]


@cache
def open_content(guide_id: str | None = None) -> Content:
    """Read once in a process. `guide_id`: left out, the first one.

    Raises ContentError where the files are bad, click.UsageError where there is no such guide.
    """
    guide_id = guide_id or first_guide()
    known = library().guide_ids()
    if guide_id not in known:
        hint = did_you_mean(guide_id, known) or f"现有的指南：{'、'.join(known)}。"
        raise click.UsageError(f"没有叫「{guide_id}」的指南，也没有这个命令。{hint}")
    guide = library().guide(guide_id)
    return Content(
        Script(guide, library().common),
        library().readings,
        lambda: Understanding.load(paths.prompts(), guide),
    )


def open_expecting(expecting: str) -> tuple[Content, tuple[str, ...]]:
    """The content and the intents that --expecting names: all, or GUIDE/STEP. Raises as open_content()."""
    if expecting == EVERYTHING:
        content = open_content()
        numbers = content.understanding.choices  # expected only while the guide offers them
        return content, tuple(name for name in dialogue.intents(content.script) if name not in numbers)
    guide_id, _, step_id = expecting.partition("/")
    content = open_content(guide_id)
    steps = [step.id for step in content.script.guide.steps]
    if step_id not in steps:
        hint = did_you_mean(step_id, steps) or f"{guide_id} 的步骤：{'、'.join(steps)}。"
        raise click.UsageError(f"--expecting 要写 all，或者「指南/步骤」；没有「{expecting}」。{hint}")
    return content, dialogue.expecting(content.script, State(step_id))


GUIDE_OPTION = click.option(
    "--guide", default=first_guide, show_default="第一份", metavar="名字", help="用哪个指南。"
)

EXPECTING_OPTION = click.option(
    "--expecting",
    default=EVERYTHING,
    show_default=True,
    metavar="all|指南/步骤",
    help="当时可能听到什么：全部，或者某一步，例如 12333/find-app。",
)
