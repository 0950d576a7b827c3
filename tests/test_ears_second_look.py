"""What is taken in the end of what several looks at the same words saw."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from voiceguide.ears.second_look import SecondLook
from voiceguide.events import Transcript

HASTY: Any = SimpleNamespace(is_early=True, silence_seconds=0.1)
"""An endpointer that would take her words for ended, just now."""


def seen(text: str = "", confidence: float = 0.0, guess: str = "") -> Transcript:
    return Transcript(text, confidence, 1.0, 2.0, guess=guess)


@pytest.mark.parametrize(
    ("looks", "last", "best"),
    [
        pytest.param([seen("有短信", 0.83)], seen(), ("", "有短信", 0.83), id="spoilt by what came behind it"),
        pytest.param([seen("", 0.7, "有短信")], seen(), ("", "有短信", 0.7), id="so is what was only a guess"),
        pytest.param(
            [seen("有短信", 0.83), seen("", 0.4, "短信")], seen(), ("", "有短信", 0.83), id="the likeliest of several"
        ),
        pytest.param([seen("有短信", 0.83)], seen("没有短信", 0.7), ("没有短信", "", 0.7), id="the last is believed"),
        pytest.param([seen("", 0.3, "短信")], seen("", 0.5, "有短信"), ("", "有短信", 0.5), id="the last is likelier"),
        pytest.param([seen("", 0.1)], seen("", 0.05), ("", "", 0.1), id="nothing was seen: the first"),
    ],
)
@pytest.mark.parametrize("amid_talk", [False, True])
def test_what_is_taken_in_the_end(
    looks: list[Transcript], last: Transcript, best: tuple[str, str, float], amid_talk: bool
) -> None:
    second_look = SecondLook()
    for look in looks:
        assert second_look.is_wanted(look, HASTY, 3.0, amid_talk)
    taken = second_look.best(last)
    if amid_talk and not any(best[:2]):
        best = ("", "", last.confidence)  # of talk that goes on the first look is no better than the last
    assert (taken.text, taken.guess, taken.confidence) == best
