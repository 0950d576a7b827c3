"""Which commands are said: drawn from all wordings of all shipped intents, and what recordings turn out to hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from voiceguide.bench.collection import Clip
from voiceguide.dialogue import asking
from voiceguide.dialogue.script import Script
from voiceguide.dialogue.state import State
from voiceguide.events import Heard, Listen
from voiceguide.understanding.intents import Understanding


@dataclass(frozen=True)
class Command:
    """Something she may say, and what it means."""

    text: str
    intent: str
    """Where everything is expected; "" where it means something only at its step."""
    step: str = ""
    """A step at which it is expected; "" where there is none."""
    step_intent: str = ""
    """What it means there."""

    @property
    def everywhere(self) -> bool:
        return bool(self.intent)

    def wanted(self, place: str) -> str:
        """The intent that is right at that place (a step's id, or anything else for everywhere)."""
        return self.step_intent if place == self.step else self.intent


class Meanings:
    """What a text means, were it heard without a fault."""

    def __init__(self, understanding: Understanding, script: Script, intents: Sequence[str]) -> None:
        """`intents`: what is expected everywhere."""
        self.understanding, self.intents = understanding, tuple(intents)
        self.listening: Mapping[str, Listen] = {
            step.id: asking.listening(script, State(step.id)) for step in script.guide.steps
        }
        """What the guide listens for when it has said a step."""
        self.expecting = {step: listen.expecting for step, listen in self.listening.items()}

    def everywhere(self, text: str) -> str:
        """The intent; "" for no command."""
        return self._meaning(text, self.intents)

    def command(self, text: str, rng: np.random.Generator) -> Command | None:
        """With one of the steps at which it is expected, by chance; None where it is no command anywhere."""
        intent = self.everywhere(text)
        steps = list(self.expecting)
        for number in rng.permutation(len(steps)):
            meant = self._meaning(text, self.expecting[steps[number]])
            # 没收到 means one thing at one step and another at the next: then either is right there.
            if meant and (meant == intent or not intent):
                return Command(text, intent, steps[number], meant)
        return Command(text, intent) if intent else None

    def _meaning(self, text: str, expecting: Sequence[str]) -> str:
        heard = self.understanding.understand(text, expecting)
        return heard.intent if isinstance(heard, Heard) else ""


def drawn(meanings: Meanings, always: Sequence[str], count: int, rng: np.random.Generator) -> list[Command]:
    """`always`, one wording of every intent, then more in turn, until there are `count`.

    Fewer than there are intents: half of them of `always`, the rest of as many intents as fit.
    """
    intents = [meanings.intents[i] for i in rng.permutation(len(meanings.intents))]
    wordings = {}
    for intent in intents:
        texts = [phrase.text for phrase in meanings.understanding.phrases((intent,))]
        texts = [texts[i] for i in rng.permutation(len(texts))]
        wordings[intent] = [text for text in texts if meanings.everywhere(text) == intent]
    offered = [text for text in always if meanings.everywhere(text)]
    if count < len(intents):
        offered = [offered[i] for i in sorted(rng.permutation(len(offered))[: count // 2])]
    chosen = dict.fromkeys(offered)
    met = {meanings.everywhere(text) for text in chosen}
    lacking = [texts[0] for intent, texts in wordings.items() if texts and intent not in met]
    chosen.update(dict.fromkeys(lacking))
    longest = max(map(len, wordings.values()), default=0)
    turns = (texts[turn] for turn in range(longest) for texts in wordings.values() if turn < len(texts))
    chosen.update(dict.fromkeys(turns))
    commands = (meanings.command(text, rng) for text in list(chosen)[:count])
    return [command for command in commands if command]


def sorted_clips(
    clips: Sequence[Clip], meanings: Meanings, rng: np.random.Generator
) -> tuple[dict[Clip, Command], list[Clip], list[Clip]]:
    """(recordings of commands, other speech, what claims to be a command but is none)."""
    commands: dict[Clip, Command] = {}
    other: list[Clip] = []
    strange: list[Clip] = []
    known: dict[str, Command | None] = {}
    for clip in clips:
        if clip.kind == "syllable":
            continue
        if clip.negative:
            other.append(clip)
            continue
        if clip.text not in known:
            known[clip.text] = meanings.command(clip.text, rng)
        command = known[clip.text]
        if command is not None:
            commands[clip] = command
        elif clip.kind in ("recording", "command"):
            strange.append(clip)
        else:
            other.append(clip)
    return commands, other, strange
