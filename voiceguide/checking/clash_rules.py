"""Short phrases that sound alike and mean different things while both are expected: 满电, which moves her on, is
heard as 慢点. The recogniser knows no tones, and an accent makes one of more than that.

What a step expects in particular goes before what may be said anywhere. So alike is no error where the author wrote
the very same words (没有 answers this prompt here), where it takes the place of a yes or no (不像 of 不想), or where an
accent alone makes it and she is not led away from the step.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from voiceguide.content import Finding
from voiceguide.dialogue import asking
from voiceguide.dialogue.script import Script
from voiceguide.dialogue.state import State
from voiceguide.events import Phrase, Reading
from voiceguide.language.accents import accent_key
from voiceguide.understanding.intents import Understanding
from voiceguide.understanding.wordings import UNIVERSAL

ALONG_THE_LINE = frozenset({"next", "previous", "failed", "restart", "stop"})
"""Taken for one of these by mistake, she is led away from where she was."""
SHORT_SYLLABLES = (2, 3)
"""Longer ones differ in enough; one syllable is believed only where a prompt asks for it."""


def check(script: Script, understanding: Understanding, file: str) -> Iterator[Finding]:
    """Each clash once, at the first step where it happens."""
    universal = [(intent, phrase) for intent, phrase in understanding.listed(UNIVERSAL)]
    told = set[tuple[str, str]]()
    for step in script.guide.steps:
        alike: dict[Reading, list[tuple[str, Phrase]]] = defaultdict(list)
        for intent, phrase in universal:
            alike[accent_key(phrase.reading)].append((intent, phrase))
        expected = [each for each in asking.expecting(script, State(step.id)) if each not in UNIVERSAL]
        for intent, phrase in understanding.listed(expected):
            key = accent_key(phrase.reading)
            other = next((each for each in alike[key] if _clash((intent, phrase), each)), None)
            if other is not None and (pair := (phrase.text, other[1].text)) not in told:
                told.add(pair)
                yield Finding(
                    file,
                    f"steps.{step.id}",
                    "sounds-alike",
                    f"“{phrase.text}”（{intent}）和“{other[1].text}”（{other[0]}）在“{step.title}”这一步听起来一样。",
                    "请换一种长一些的说法。",
                )
            alike[key].append((intent, phrase))


def _clash(special: tuple[str, Phrase], other: tuple[str, Phrase]) -> bool:
    intent, phrase = special
    if intent == other[0] or phrase.text == other[1].text or {intent, other[0]} == {"yes", "next"}:
        return False
    if len(phrase.reading) not in SHORT_SYLLABLES:
        return False
    same = phrase.reading == other[1].reading and other[0] not in ("yes", "no")
    return same or intent in ALONG_THE_LINE
