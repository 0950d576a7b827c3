"""Where in what she said does the reply begin, behind talk and a pause? 耳朵不好 … 好了，谢谢.

Nobody can list what people say beside their reply. But they part it from the rest, and it comes last.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from voiceguide.ears.hypothesis import UNKNOWN, Roles, Word

PAUSE_SECONDS = 0.2
"""Less is no pause between what belongs to different things: within a phrase there are such."""

SURE_BEHIND_TALK = 0.8
"""So sure a reply must be that stands behind other speech."""


def reply_behind_talk(words: Sequence[Word], roles: Roles) -> float | None:
    """When it begins, in seconds. words: what was heard, in order. None: all of it is known, or the last is not, or it
    is no reply: thanks, or a filler."""
    reply: list[Word] = []
    for stretch in reversed([*_stretches(words)]):
        if any(word.text == UNKNOWN for word in stretch):
            replies = any(word.text not in roles.idle | roles.fillers for word in reply)
            return reply[0].start_seconds if replies else None
        reply = [*stretch, *reply]
    return None


def _stretches(words: Sequence[Word]) -> Iterator[list[Word]]:
    """What is said in one breath."""
    stretch: list[Word] = []
    for word in words:
        if stretch and word.start_seconds - _end_seconds(stretch[-1]) >= PAUSE_SECONDS:
            yield stretch
            stretch = []
        stretch.append(word)
    if stretch:
        yield stretch


def _end_seconds(word: Word) -> float:
    return word.start_seconds + word.seconds
