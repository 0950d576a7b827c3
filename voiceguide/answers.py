"""What a prompt may be answered with besides the words it asks for.

Elders echo the condition instead of the words: asked 电够了，请说，好了 they say 电够了; asked 是不是太暗
they say 有点暗. Both mean what the prompt's own words mean, but only while that prompt stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from voiceguide.events import Prompt
from voiceguide.guide import Guide

OF_PROMPT = "@"
"""Stands before a prompt's id where intents are listed: its answers are expected."""

AFTER_ACTING = "@acting"
"""Stands there right after the guide acted on her words: 不对 is a complaint then."""

_ECHO = re.compile(r"([^。？！]*)，(?:也请|请|就|也可以)说，([^，。！？]+)")

Answer = tuple[str, str, str, str]
"""Prompt id, the words it asks for, what she may say instead, step id ("" on a checklist)."""


def answers(guide: Guide) -> Iterator[Answer]:
    """Every answer of a guide that belongs to one prompt."""
    for step in guide.steps:
        for prompt in (step.say, *step.again):
            yield from _of(prompt, step.answers, step.id)
        for prompt in (*step.detail, *(part for trouble in step.troubles for part in trouble.parts)):
            yield from _of(prompt, {}, step.id)
    for trouble in guide.troubles:
        for prompt in trouble.parts:
            yield from _of(prompt, {}, "")
    for checklist in guide.checklists.values():
        for cause in checklist.causes:
            yield from _of(cause.ask, cause.answers, "")
            for prompt in cause.fix:
                yield from _of(prompt, {}, "")
        for prompt in checklist.otherwise:
            yield from _of(prompt, {}, "")


def echoes(text: str) -> Iterator[tuple[str, str]]:
    """(the words asked for, the condition she may say in their place): 电够了，请说，好了 -> 好了, 电够了."""
    for said, words in _ECHO.findall(text):
        clauses = said.split("，")
        # 装完了，或者早就装过: both; what goes before is what she is told, not what she would say.
        first = next((n for n in range(len(clauses) - 1, 0, -1) if not clauses[n].startswith("或者")), 0)
        for clause in clauses[first:]:
            yield words, clause.removeprefix("或者")


def _of(prompt: Prompt, more: Mapping[str, tuple[str, ...]], step_id: str) -> Iterator[Answer]:
    own = {text for texts in more.values() for text in texts}
    for words, condition in echoes(prompt.text):
        if condition not in own:  # What the author decided goes before.
            yield prompt.id, words, condition, step_id
    for words, texts in more.items():
        for text in texts:
            yield prompt.id, words, text, step_id
