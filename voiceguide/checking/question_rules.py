"""Is every question of a guide understood as itself at every step, and its answer short enough to be kept in mind?"""

from __future__ import annotations

from collections.abc import Iterator

from voiceguide.content import Finding
from voiceguide.events import Heard, Reading
from voiceguide.guides.guide import TROUBLE, Guide
from voiceguide.language.accents import accent_key
from voiceguide.understanding.intents import Understanding
from voiceguide.understanding.topics import TopicWords
from voiceguide.understanding.wordings import UNIVERSAL

MOST_ANSWERS = 3
"""More she will not hear out; the rest belongs into another question."""


def check(guide: Guide, understanding: Understanding, topics: TopicWords, file: str) -> Iterator[Finding]:
    """Wordings that mean something else, or nothing, where they may be asked."""
    anywhere = tuple(dict.fromkeys(trouble.intent for trouble in guide.troubles))
    expecting = (*UNIVERSAL, *anywhere, *(question.intent for question in guide.questions))
    at_steps = _of_steps(guide)
    for question in guide.questions:
        key = f"questions.{question.id}"
        if len(question.say) > MOST_ANSWERS:
            message = f"有{len(question.say)}段回答。"
            yield Finding(file, f"{key}.say", "many-answers", message, f"请留最要紧的{MOST_ANSWERS}段。")
        for name in topics.unknown(question):
            message, remedy = f"没有“{name}”这一类词。", "请写 topics.toml 里有的类，或者在那里加上。"
            yield Finding(file, f"{key}.about", "unknown-class", message, remedy)
        for phrase in (*question.heard, *question.also):
            match = understanding.understand(phrase.text, expecting)
            if not isinstance(match, Heard):
                remedy = "它可能和别的说法读音太近，请换一种说法。"
                yield Finding(
                    file, f"{key}.heard", "unheard-wording", f"写了“{phrase.text}”，可是听不懂它。", remedy
                )
                continue
            title, other = at_steps.get(accent_key(phrase.reading), ("", ""))
            other = "" if other == TROUBLE + question.trouble else other
            other = match.intent if match.intent != question.intent else other
            if other:
                where = f"在“{title}”这一步" if title else ""
                message = f"“{phrase.text}”{where}也是“{other}”的说法。"
                remedy = "请只留一处，或者换一种说法。"
                yield Finding(file, f"{key}.heard", "two-meanings", message, remedy)


def _of_steps(guide: Guide) -> dict[Reading, tuple[str, str]]:
    """How it sounds -> (title of the step, intent) of what may be reported at one step only."""
    return {
        accent_key(phrase.reading): (step.title, trouble.intent)
        for step in guide.steps
        for trouble in step.troubles
        for phrase in trouble.heard
    }
