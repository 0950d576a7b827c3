"""好了 … 好了: what she says again before she can have heard that it was understood is said once. Pure.

The answer has begun between the two, so that the second falls into it and would be taken for a reply to it: two steps
for one, or 不是 … 不是 for a complaint about what the first had led to. In other words too: 知道了 … 下一步, where the
first leads to where the second would have.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from voiceguide.events import Heard, NoMatch, Transcript, Unsure

HEARD_ANSWER_SECONDS = 1.5
"""What begins so soon in what the guide says was not said to it: 0.3 s until speech is noticed, the rest to listen and
to think."""

Hear = Callable[[Transcript, Sequence[str]], Heard | Unsure | NoMatch]
"""What a transcript means where these intents are expected."""
LeadsTo = Callable[[Heard], object]
"""How the guide answers this; equal where it is the same answer."""


@dataclass(frozen=True)
class _Answered:
    event: Heard
    expecting: tuple[str, ...]
    leads_to: LeadsTo


class SaidAgain:
    """Of one session."""

    def __init__(self, hear: Hear) -> None:
        self._hear = hear
        self._answered: _Answered | None = None
        self._at_seconds = 0.0

    def answered(
        self, event: Heard | Unsure | NoMatch, expecting: Sequence[str], leads_to: LeadsTo, now_seconds: float
    ) -> None:
        """The guide answers this now, which was said where `expecting` was expected and replies led there."""
        self._answered = _Answered(event, tuple(expecting), leads_to) if isinstance(event, Heard) else None
        self._at_seconds = now_seconds

    def is_it(self, hearing: Transcript, now_seconds: float) -> bool:
        """Is this, said into the answer, what was answered? Then the answer begins anew, for what comes thirdly."""
        too_late = hearing.start_seconds >= self._at_seconds + HEARD_ANSWER_SECONDS
        pressed = hearing.end_seconds <= hearing.start_seconds  # who presses a key twice may mean two steps
        if self._answered is None or too_late or pressed:
            return False
        same = _is_the_same(self._hear(hearing, self._answered.expecting), self._answered)
        if same:
            self._at_seconds = now_seconds
        return same


def _is_the_same(event: Heard | Unsure | NoMatch, answered: _Answered) -> bool:
    match event:
        case Heard() if event.date != answered.event.date:
            return False  # 六月三号 … 六月五号: she corrects herself
        case Heard() if event.intent != answered.event.intent:
            return answered.leads_to(event) == answered.leads_to(answered.event)
        case Heard() | Unsure():
            return event.intent == answered.event.intent
        case NoMatch():
            return False
