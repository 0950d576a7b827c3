"""Are the drills good to hear, is every answer understood, and is nobody told a number that could be real?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from voiceguide.content import Finding
from voiceguide.events import Heard, Prompt
from voiceguide.guides.drill_library import FILE, FOLDER
from voiceguide.guides.drills import (
    AFTER_DRILL,
    ASK_CHILDREN,
    CALL,
    HANG_UP,
    IN_DRILL,
    KINDS,
    REFUSE,
    Drill,
    Drills,
)
from voiceguide.understanding.digits import DIGITS, DigitRules
from voiceguide.understanding.intents import Understanding
from voiceguide.understanding.wordings import CHOICES, UNIVERSAL

Check = Callable[[Prompt, str, str], Iterable[Finding]]
"""(prompt, file, key) -> what is wrong with how it sounds."""

TO_A_SWINDLER = (*(intent for intent in UNIVERSAL if intent != "fraud"), *KINDS, *CHOICES, IN_DRILL)
WHETHER_MORE = (*UNIVERSAL, AFTER_DRILL)

GOOD = (HANG_UP, CALL, ASK_CHILDREN, REFUSE)
"""What she may be told to say the next time."""


def check(
    drills: Drills, understanding: Understanding, digits: DigitRules, sounds: Check
) -> Iterator[Finding]:
    """`understanding`: of a guide with these drills."""
    for name, variants in drills.frame.items():
        expecting = WHETHER_MORE if name == "more" else TO_A_SWINDLER
        for number, prompt in enumerate(variants, 1):
            key = f"{name}.{number}"
            yield from sounds(prompt, FILE, key)
            for words in understanding.asking.offered(prompt.text):
                if not isinstance(understanding.understand(words, expecting), Heard):
                    message = f"请她说“{words}”，可是这时听不懂这句话。"
                    yield Finding(FILE, key, "unknown-words", message, "请换一种说法，或者把它写进 heard。")
    for kind, answers in drills.answers.items():
        for text in answers.heard:
            if (meant := _meant(understanding, text)) != kind:
                key = f"answers.{kind.partition(':')[2]}.heard"
                message = f"写了“{text}”，可是演练里听成“{meant or '没听懂'}”。"
                yield Finding(
                    FILE, key, "unheard-wording", message, "它可能和别的说法读音太近，请换一种说法。"
                )
    for drill in drills.drills:
        yield from _check_drill(drill, understanding, digits, sounds)


def _check_drill(
    drill: Drill, understanding: Understanding, digits: DigitRules, sounds: Check
) -> Iterator[Finding]:
    file = f"{FOLDER}/{drill.id}.toml"
    for prompt in (drill.scene, *drill.say, drill.push, *drill.replies.values(), drill.instead):
        key = prompt.id.removeprefix(f"{FOLDER}/{drill.id}.")
        yield from sounds(prompt, file, key)
        if digits.hidden(prompt.text) != prompt.text:
            message = "里面有一串数字，像是真的号码。"
            yield Finding(file, key, "real-number", message, "演练里不念号码，请删掉数字。")
    if (meant := _meant(understanding, drill.words)) not in GOOD:
        message = f"教她说“{drill.words}”，可是演练里这算“{meant or '没听懂'}”。"
        yield Finding(
            file, "instead", "bad-example", message, "请写一句拒绝、挂断、问孩子或者自己打电话的话。"
        )


def _meant(understanding: Understanding, text: str) -> str:
    event = understanding.understand(text, (*TO_A_SWINDLER, DIGITS))
    return event.intent if isinstance(event, Heard) else ""
