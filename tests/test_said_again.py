"""What is said again, and what is something new."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from voiceguide.events import Heard, NoMatch, Transcript, Unsure
from voiceguide.session.said_again import HEARD_ANSWER_SECONDS, SaidAgain
from voiceguide.spoken_date import SpokenDate
from voiceguide.understanding.answers import DATE

ANSWERED_AT_SECONDS = 10.0
THIRD, FIFTH = (SpokenDate(month=6, day=day) for day in (3, 5))


def leads_to(event: Heard) -> str:
    """Where she only had to listen, 知道了 and 下一步 lead on."""
    return {"yes": "on", "next": "on"}.get(event.intent, event.intent)


def is_said_again(
    first: Heard | NoMatch, second: Heard | Unsure | NoMatch, begins_seconds: float = 10.5
) -> bool:
    def hear(hearing: Transcript, expecting: Sequence[str]) -> Heard | Unsure | NoMatch:
        assert expecting == ("next", "no"), "as when the first was said"
        return second

    repeats = SaidAgain(hear)
    repeats.answered(first, ["next", "no"], leads_to, ANSWERED_AT_SECONDS)
    return repeats.is_it(Transcript("", 0.9, begins_seconds, begins_seconds + 0.5), begins_seconds + 1.0)


@pytest.mark.parametrize(
    ("first", "second", "again"),
    [
        (Heard("next", "好了"), Heard("next", "弄好了"), True),
        (Heard("next", "好了"), Unsure("next", "好了"), True),
        (Heard("yes", "知道了"), Heard("next", "下一步"), True),
        (Heard("yes", "知道了"), Unsure("next", "下一步"), False),
        (Heard("next", "好了"), Heard("no", "没有"), False),
        (Heard("next", "好了"), NoMatch("今天天气"), False),
        (NoMatch("今天天气"), Heard("next", "好了"), False),
        (Heard(DATE, "六月三号", date=THIRD), Heard(DATE, "六月三号", date=THIRD), True),
        (Heard(DATE, "六月三号", date=THIRD), Heard(DATE, "六月五号", date=FIFTH), False),
    ],
)
def test_the_same_meaning_is(first: Heard | NoMatch, second: Heard | Unsure | NoMatch, again: bool) -> None:
    assert is_said_again(first, second) is again


@pytest.mark.parametrize(("later_seconds", "again"), [(-0.01, True), (0.01, False)])
def test_what_begins_when_the_answer_can_have_been_heard_is_not(later_seconds: float, again: bool) -> None:
    begins = ANSWERED_AT_SECONDS + HEARD_ANSWER_SECONDS + later_seconds
    assert is_said_again(Heard("next", "好了"), Heard("next", "好了"), begins) is again
