"""好了 … 好了: what she says again before she can have heard that it was understood is said once. Pure.

The answer has begun between the two, so that the second falls into it and would be taken for a reply to it: two steps
for one, or 不是 … 不是 for a complaint about what the first had led to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from voiceguide.events import Heard, NoMatch, Transcript, Unsure

HEARD_ANSWER_SECONDS = 1.2
"""What begins so soon in what the guide says was not said to it: 0.3 s until speech is noticed, the rest to listen and
to think."""

Hear = Callable[[Transcript, Sequence[str]], Heard | Unsure | NoMatch]
"""What a transcript means where these intents are expected."""


class SaidAgain:
    """Of one session."""

    def __init__(self, hear: Hear) -> None:
        self._hear = hear
        self._answered: Heard | Unsure | NoMatch | None = None
        self._expecting: tuple[str, ...] = ()
        self._answered_at_seconds = 0.0

    def answered(self, event: Heard | Unsure | NoMatch, expecting: Sequence[str], now_seconds: float) -> None:
        """The guide answers this now, which was said where `expecting` was expected."""
        self._answered, self._expecting = event, tuple(expecting)
        self._answered_at_seconds = now_seconds

    def is_it(self, hearing: Transcript, now_seconds: float) -> bool:
        """Is this, said into the answer, what was answered? Then the answer begins anew, for what comes thirdly."""
        too_late = hearing.start_seconds >= self._answered_at_seconds + HEARD_ANSWER_SECONDS
        pressed = hearing.end_seconds <= hearing.start_seconds  # who presses a key twice may mean two steps
        if not isinstance(self._answered, Heard) or too_late or pressed:
            return False
        event = self._hear(hearing, self._expecting)
        same = isinstance(event, Heard | Unsure) and event.intent == self._answered.intent
        if isinstance(event, Heard) and event.date != self._answered.date:
            same = False  # 六月三号 … 六月五号: she corrects herself
        if same:
            self._answered_at_seconds = now_seconds
        return same
