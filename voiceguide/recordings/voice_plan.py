"""Which prompts are read aloud first, and what has become of those that were read. No I/O.

The order is what is heard most, counted on sixty simulated elders (bench): over half of all that is said are the
steps themselves, then 好，接着上次的做, the way back from a detour, and coming back another day. They are heard
perfectly there, so that 没听清 and 您是说 stand as high as a real microphone puts them by guess; the warnings of
fraud stand high because they matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from voiceguide.dialogue.script import Script, prompts
from voiceguide.events import Prompt
from voiceguide.recordings.voice_manifest import VoiceTake

OFTEN = (
    "resume-yes", "back", "no-match", "again", "retry", "no-input", "confirm-next", "after-fraud", "slower", "louder",
    "no-match-sentence", "clarify", "help", "paused", "resumed",
)  # fmt: skip
"""Of what all guides share (common.toml), the commonest first."""


def reading_plan(script: Script) -> tuple[Prompt, ...]:
    """Every text of the guide once, the most important first. What a swindler says in an exercise nobody of the
    family reads: she must not hear it in a voice she trusts."""
    first: dict[str, Prompt] = {}
    for prompt in _ordered(script):
        if not prompt.voice:
            first.setdefault(prompt.text, prompt)
    return tuple(first.values())


def _ordered(script: Script) -> Iterator[Prompt]:
    """With repetitions."""
    guide, common = script.guide, script.common
    yield guide.welcome
    yield from (step.say for step in guide.steps)
    yield guide.goodbye
    yield from guide.fraud
    yield from (prompt for key in OFTEN for prompt in common.get(key, ()) if "{" not in prompt.text)
    yield from (step.resume for step in guide.steps)
    for checklist in guide.checklists.values():
        yield from (
            checklist.intro,
            *(each for cause in checklist.causes for each in (cause.ask, *cause.fix)),
        )
    yield from (prompt for step in guide.steps for prompt in step.detail)
    yield from (prompt for step in guide.steps for prompt in step.again)
    yield from prompts(script)


@dataclass(frozen=True)
class Standing:
    """What of a guide has been read in one voice."""

    plan: tuple[Prompt, ...]
    read: frozenset[str]
    """Texts of the plan that have a take."""

    @property
    def missing(self) -> tuple[Prompt, ...]:
        """What is still to be read, in order."""
        return tuple(prompt for prompt in self.plan if prompt.text not in self.read)


@dataclass(frozen=True)
class Outdated:
    """A take whose text nobody says any more."""

    take: VoiceTake
    now: str
    """What stands in its place; "" where nothing does."""


def standing(plan: tuple[Prompt, ...], takes: Iterable[VoiceTake]) -> Standing:
    """Where the reading has got to."""
    texts = {prompt.text for prompt in plan}
    return Standing(plan, frozenset(take.text for take in takes) & texts)


def outdated(takes: Iterable[VoiceTake], plans: Sequence[tuple[Prompt, ...]]) -> tuple[Outdated, ...]:
    """Takes of texts that stand in none of the guides any more: they are not played."""
    said = {prompt.text for plan in plans for prompt in plan}
    by_id: Mapping[str, str] = {prompt.id: prompt.text for plan in plans for prompt in plan}
    return tuple(Outdated(take, by_id.get(take.id, "")) for take in takes if take.text not in said)
