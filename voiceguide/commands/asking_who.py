"""Several people share this machine: 您是哪一位？ Answered by name, by 第几个, or by a key. Receives ports.

Whoever is not understood three times is a guest: nothing is kept of her, so that nobody gets another one's step or
words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from voiceguide.ears import Ears
from voiceguide.events import Block, Entry, Heard, NoInput, Noticed, Prompt, Said
from voiceguide.intents import Understanding
from voiceguide.mouth import Mouth
from voiceguide.numerals import number
from voiceguide.room import Room
from voiceguide.talk import Talk
from voiceguide.wordings import CHOICES

Person = TypeVar("Person")
ATTEMPTS = 3
NO_INPUT_SECONDS = 20.0


@dataclass(frozen=True)
class Prompts:
    """The common prompts it needs: who, who-one, who-again, who-hello, who-guest, mic-back."""

    common: Mapping[str, Sequence[Prompt]]

    def vary(self, key: str, count: int = 0, **fill: str) -> Prompt:
        prompt = self.common[key][count % len(self.common[key])]
        text = prompt.text
        for placeholder, value in fill.items():
            text = text.replace("{" + placeholder + "}", value)
        return Prompt(prompt.id, text)


def ask_who(
    people: Mapping[str, Person],
    prompts: Prompts,
    understanding: Understanding,
    ports: tuple[Room, Mouth, Ears],
    log: Callable[[Entry], None],
) -> Person | None:
    """`people`: name -> whoever is called so, in the order in which they are offered. None: a guest.

    Raises EarsError, RoomError, RoomClosed.
    """
    room, mouth, ears = ports
    names = list(people)
    talk = Talk(room, mouth, ears, understanding, str, _Screen(log), prompts.vary("mic-back"))
    hers = [phrase for name in names for phrase in understanding.naming(name)]
    phrases = [*hers, *understanding.phrases(CHOICES)]
    ears.prepare(phrases)
    asked = [prompts.vary("who"), *_offers(names, prompts)]
    for attempt in range(ATTEMPTS):
        hearing = talk.listen(asked, phrases, NO_INPUT_SECONDS)
        name = None if isinstance(hearing, NoInput) else named(hearing.text, names, understanding)
        if name is not None:
            talk.tell(prompts.vary("who-hello", 0, name=name))
            return people[name]
        asked = [prompts.vary("who-again", attempt), *_offers(names, prompts)]
    talk.tell(prompts.vary("who-guest"))
    return None


def named(text: str, names: Sequence[str], understanding: Understanding) -> str | None:
    """Whose name sounds in it, or who was counted: 我是王阿姨, 第二个. None: nobody's, or more than one's."""
    found = [name for name in names if understanding.holds(text, name)]
    if len(found) == 1:
        return found[0]
    event = understanding.understand(text, CHOICES)
    if not found and isinstance(event, Heard):
        place = CHOICES.index(event.intent)
        return names[place] if place < len(names) else None
    return None


def _offers(names: Sequence[str], prompts: Prompts) -> list[Prompt]:
    """One sentence for each; numbers only where three are enough."""
    key = "who-one" if len(names) <= len(CHOICES) else "who-name"
    return [prompts.vary(key, 0, name=name, number=number(place)) for place, name in enumerate(names, 1)]


class _Screen:
    """The helper reads along."""

    def __init__(self, log: Callable[[Entry], None]) -> None:
        self._log = log

    def said(self, prompt: Prompt) -> None:
        self._log(Said(0.0, prompt))

    def noticed(self, text: str) -> None:
        self._log(Noticed(0.0, text))

    def heard(self, block: Block) -> None:
        """The microphone is not shown."""
