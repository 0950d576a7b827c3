"""Several people share this machine: 您是哪一位？ Answered by name, by 第几个, or by a key. Receives ports.

Whoever was heard is greeted by her name and may say that it is not hers. Whoever is not understood three times is a
guest: nothing is kept of her, so that nobody gets another one's step or words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from voiceguide.ears import Ears
from voiceguide.events import Block, Entry, Heard, NoInput, Noticed, Phrase, Prompt, Said, Transcript
from voiceguide.language.numerals import number
from voiceguide.mouth import Mouth
from voiceguide.room import Room
from voiceguide.session.talk import Talk
from voiceguide.session.typed import Typed
from voiceguide.understanding.intents import Understanding
from voiceguide.understanding.wordings import CHOICES

Person = TypeVar("Person")
ATTEMPTS = 3
NO_INPUT_SECONDS = 20.0
OBJECTS_SECONDS = 4.0
"""So long she may say that she is somebody else; people of her age take two or three to begin."""


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
    objecting = [*hers, *understanding.denying(names)]
    ears.prepare([*phrases, *objecting])
    asked = [prompts.vary("who"), *_offers(names, prompts)]
    for attempt in range(ATTEMPTS):
        hearing = talk.listen(asked, phrases, NO_INPUT_SECONDS)
        name = _named_in(hearing, names, understanding)
        if name is not None and not _is_spoken(hearing):
            talk.tell(prompts.vary("who-hello", 0, name=name))
        elif name is not None:
            name = _greeted(name, names, prompts, understanding, talk, objecting)
        if name is not None:
            return people[name]
        asked = [prompts.vary("who-again", attempt), *_offers(names, prompts)]
    talk.tell(prompts.vary("who-guest"))
    return None


def _greeted(
    name: str, names: Sequence[str], prompts: Prompts, understanding: Understanding, talk: Talk,
    phrases: Sequence[Phrase],
) -> str | None:  # fmt: skip
    """Who she is, after she has heard by whose name she is greeted; None: not by that one."""
    for _ in range(ATTEMPTS):
        greeting = [prompts.vary("who-hello", 0, name=name), prompts.vary("who-not-you")]
        hearing = talk.listen(greeting, phrases, OBJECTS_SECONDS)
        other = _named_in(hearing, names, understanding)
        if other is None:
            objects = not isinstance(hearing, NoInput) and denies(hearing.text, name, understanding)
            return None if objects else name
        if other == name:
            return name
        name = other
    return None


def named(text: str, names: Sequence[str], understanding: Understanding) -> str | None:
    """Whose name sounds in it, or who was counted: 我是王阿姨, 第二个. None: nobody's, or more than one's."""
    sounding = [name for name in names if understanding.holds(text, name)]
    longer = [name for name in sounding if not any(name != other and name in other for other in sounding)]
    found = [name for name in longer if not denies(text, name, understanding)]
    if len(found) == 1:
        return found[0]
    event = understanding.understand(text, CHOICES)
    if not longer and isinstance(event, Heard):
        place = CHOICES.index(event.intent)
        return names[place] if place < len(names) else None
    return None


def denies(text: str, name: str, understanding: Understanding) -> bool:
    """She says that she is not called so: 我不是王阿姨, 不是我."""
    denials = understanding.denying([name])
    return any(
        understanding.holds(text, each.text) for each in denials if name in each.text or text == each.text
    )


def _named_in(
    hearing: Transcript | NoInput | Typed, names: Sequence[str], understanding: Understanding
) -> str | None:
    return None if isinstance(hearing, NoInput) else named(hearing.text, names, understanding)


def _is_spoken(hearing: Transcript | NoInput | Typed) -> bool:
    """A key or a typed line lasts no time, and is beyond doubt."""
    return isinstance(hearing, Transcript) and hearing.end_seconds > hearing.start_seconds


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
