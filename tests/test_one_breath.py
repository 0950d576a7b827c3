"""知道了，下一步: which phrases may be heard behind one another, and that they are understood as one reply."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest

from tests.test_session import content
from voiceguide.dialogue import dialogue
from voiceguide.events import Heard, Phrase

SCRIPT, UNDERSTANDING = content()
EVERYTHING = dialogue.intents(SCRIPT)
LISTED = {phrase.text: phrase for phrase in UNDERSTANDING.word_list(EVERYTHING)}
COMMANDS = {"next", "previous", "repeat", "cannot", "failed", "slower", "louder", "pause", "yes", "no"}


@pytest.mark.parametrize(
    ("first", "second", "together"),
    [
        ("知道了", "下一步", True),
        ("下一步", "知道了", True),
        ("没听清", "慢一点", True),
        ("没收到验证码", "我不会", True),
        ("下一步", "上一步", False),
        ("弄好了", "失败了", False),
        ("知道了", "不要", False),
        ("知道了", "退出", False),
        ("谢谢", "下一步", False),
    ],
)
def test_what_goes_together_may_be_heard_behind_one_another(first: str, second: str, together: bool) -> None:
    assert (LISTED[second].meaning in LISTED[first].then) is together


def test_only_what_is_expected_is() -> None:
    listed = {phrase.text: phrase for phrase in UNDERSTANDING.word_list(("yes", "next", "no"))}
    assert listed["知道了"].then == {"next"}


@pytest.mark.thorough
def test_what_may_be_heard_behind_one_another_is_understood_as_one_reply() -> None:
    """Else it would be heard for nothing."""
    of: dict[str, list[Phrase]] = defaultdict(list)
    for phrase in LISTED.values():
        if phrase.meaning in COMMANDS and len(phrase.reading) > 1:
            of[phrase.meaning].append(phrase)
    rng = np.random.default_rng(1)
    pairs = [
        (of[one][rng.integers(len(of[one]))], of[other][rng.integers(len(of[other]))])
        for one in of
        for other in sorted({one} | of[one][0].then & COMMANDS)
        for _ in range(10)
    ]
    assert len(pairs) > 200
    astray = []
    for first, second in pairs:
        event = UNDERSTANDING.understand(first.text + second.text, EVERYTHING)
        if not isinstance(event, Heard) or event.intent not in (first.meaning, second.meaning):
            astray.append((first.text, second.text, event))
    assert len(astray) <= 0.05 * len(pairs), astray
