"""What a prompt may be answered with besides the words it asks for.

Elders echo the condition instead of the words: asked 电够了，请说，好了 they say 电够了; asked 是不是太暗
they say 有点暗. Both mean what the prompt's own words mean, but only while that prompt stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from voiceguide.events import Prompt
from voiceguide.guides.guide import Guide

OF_PROMPT = "@"
"""Stands before a prompt's id where intents are listed: its answers are expected."""

AFTER_ACTING = "@acting"
"""Stands there right after the guide acted on her words: 不对 is a complaint then."""

ASKED_IF_DONE = "@done"
"""Stands there while the guide asks whether a step is done: 不是的 says no to that, and not to what the step asked."""

ASKED_TO_GO_ON = "@go-on"
"""Stands there while the guide asks 接着做吗: 还没做完 says that she will go on."""

DATE = "date"
"""The intent of a day, told in any words."""

ABOUT_DAY = "@day"
"""Stands where intents are listed while a day is asked for: 不知道 is an answer then."""

Answer = tuple[str, str, str, str]
"""Prompt id, the words it asks for, what she may say instead, step id ("" on a checklist)."""


class Asking:
    """How prompts name the words she may say."""

    def __init__(self, before: Iterable[str], alternatives: Iterable[str]) -> None:
        """`before`: 请说. `alternatives`: 或者."""
        ways = "|".join(map(re.escape, sorted(before, key=len, reverse=True)))
        self._offered = re.compile(rf"(?:{ways})，([^，。！？]+)")
        self._echo = re.compile(rf"([^。？！]*)，(?:{ways})，([^，。！？]+)")
        self._alternative = re.compile("|".join(map(re.escape, alternatives)))

    def offered(self, text: str) -> list[str]:
        """The words a prompt asks for: 电够了，请说，好了 -> 好了."""
        return self._offered.findall(text)

    def echoes(self, text: str) -> Iterator[tuple[str, str]]:
        """(the words asked for, the condition she may say in their place): 电够了，请说，好了 -> 好了, 电够了."""
        for said, words in self._echo.findall(text):
            clauses = said.split("，")
            # 装完了，或者早就装过: both; what goes before is what she is told, not what she would say.
            last = range(len(clauses) - 1, 0, -1)
            first = next((n for n in last if not self._alternative.match(clauses[n])), 0)
            for clause in clauses[first:]:
                yield (
                    words,
                    self._alternative.sub("", clause, 1) if self._alternative.match(clause) else clause,
                )


def answers(guide: Guide, asking: Asking) -> Iterator[Answer]:
    """Every answer of a guide that belongs to one prompt."""
    for step in guide.steps:
        for prompt in (step.say, *step.again):
            yield from _of(asking, prompt, step.answers, step.id)
        for prompt in (*step.detail, *(part for trouble in step.troubles for part in trouble.parts)):
            yield from _of(asking, prompt, {}, step.id)
    for trouble in guide.troubles:
        for prompt in trouble.parts:
            yield from _of(asking, prompt, {}, "")
    for checklist in guide.checklists.values():
        for cause in checklist.causes:
            yield from _of(asking, cause.ask, cause.answers, "")
            for prompt in cause.fix:
                yield from _of(asking, prompt, {}, "")
        for prompt in checklist.otherwise:
            yield from _of(asking, prompt, {}, "")


def _of(
    asking: Asking, prompt: Prompt, more: Mapping[str, tuple[str, ...]], step_id: str
) -> Iterator[Answer]:
    own = {text for texts in more.values() for text in texts}
    for words, condition in asking.echoes(prompt.text):
        if condition not in own:  # What the author decided goes before.
            yield prompt.id, words, condition, step_id
    for words, texts in more.items():
        for text in texts:
            yield prompt.id, words, text, step_id
