"""Where in what she said is the reply, parted from other talk by a pause? 耳朵不好 … 好了，谢谢.

Nobody can list what people say beside their reply. But they part it from the rest, and mostly it comes last; behind it
only their thanks, which may be misheard.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from voiceguide.ears.hypothesis import UNKNOWN, Roles, Word

PAUSE_SECONDS = 0.2
"""Less is no pause between what belongs to different things: within a phrase there are such."""

SURE_BEHIND_TALK, SURE_BEHIND_KNOWN_TALK = 0.8, 0.9
"""So sure a reply must be that stands behind other speech, and behind what may have meant something itself; what is
less sure is asked about. 再说一遍, 什么也没有, 不对, 存下了 behind misheard remarks were sure to 0.95 and more."""


def reply_behind_talk(words: Sequence[Word], roles: Roles) -> float | None:
    """When it begins, in seconds. words: what was heard, in order. None: the last is not known, or it is no reply:
    thanks, or a filler; or nothing is said before it.

    Behind the last unknown speech; where all of it seems known, 我怕 我害怕 … 我不会弄 … 麻烦你了, it is what was said
    last.
    """
    reply: list[Word] = []
    stretches = [*_stretches(words)]
    for stretch in reversed(stretches):
        if any(word.text == UNKNOWN for word in stretch):
            return reply[0].start_seconds if _replies(reply, roles) else None
        reply = [*stretch, *reply]
    return next((stretch[0].start_seconds for stretch in reversed(stretches[1:]) if _replies(stretch, roles)), None)


def reply_before_talk(words: Sequence[Word], roles: Roles) -> float | None:
    """When it ends, in seconds: what is said before the first pause is a reply, and something follows. None: not so."""
    first, *others = [*_stretches(words)] or [[]]
    known = all(word.text != UNKNOWN for word in first)
    return _end_seconds(first[-1]) if others and known and _replies(first, roles) else None


def said_last(words: Sequence[Word], roles: Roles) -> str:
    """The reply behind the last pause, where something is said before it; else ""."""
    begins_seconds = reply_behind_talk(words, roles)
    if begins_seconds is None:
        return ""
    return "".join(word.text for word in words if word.start_seconds >= begins_seconds)


def talk_is_known(words: Sequence[Word], reply_begins_seconds: float) -> bool:
    """Was something of ours heard in the talk itself? Then it may have meant something."""
    before = [word for word in words if word.start_seconds < reply_begins_seconds]
    return all(word.text != UNKNOWN for word in before)


def _replies(words: Sequence[Word], roles: Roles) -> bool:
    return any(word.text not in roles.idle | roles.fillers for word in words)


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
