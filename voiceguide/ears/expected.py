"""What is listened for at one place of the conversation, and how much of it has been said."""

from __future__ import annotations

import re
from collections.abc import Sequence

from voiceguide.ears.hypothesis import UNKNOWN
from voiceguide.events import CompletePhrase, Phrase

_NEVER = re.compile(r"(?!)")


class Expected:
    """The phrases of one turn."""

    def __init__(self, phrases: Sequence[Phrase] = (), complete: CompletePhrase | None = None) -> None:
        """`complete`: see `CompletePhrase`; left out nothing is ever complete."""
        self.phrases = tuple(phrases)
        self._complete = complete
        self._texts = frozenset(phrase.text for phrase in phrases if not phrase.filler)
        # 好的 … 下一步: more often than not she goes on.
        self._beside = frozenset(phrase.text for phrase in phrases if phrase.beside and not phrase.spotted)
        idle = sorted((each.text for each in phrases if each.filler or each.idle), key=len, reverse=True)
        self._idle = _pattern(idle, "+")
        self._strung = _pattern([phrase.text for phrase in phrases if phrase.strung])
        self._always = _pattern([phrase.text for phrase in phrases if phrase.always])

    def is_complete(self, partial: str) -> bool:
        """Is it a whole phrase that nothing expected continues?"""
        return bool(partial) and self._complete is not None and self._complete(partial)

    def is_whole(self, partial: str) -> bool:
        """Is it a phrase, though it may go on? 嗯，好的 is none yet: she is still beginning."""
        said = self._without_idle(partial)
        return partial in self._texts or (said in self._texts and said not in self._beside)

    def is_opening(self, partial: str) -> bool:
        """Does a phrase like this one go on more often than not?"""
        said = self._without_idle(partial)
        return self.is_whole(partial) and (len(said) == 1 or said in self._beside)

    def is_complete_behind_talk(self, partial: str) -> bool:
        """Is it one behind speech that is none? 耳朵不好 … 好了，谢谢."""
        _, talk, reply = partial.rpartition(UNKNOWN)
        return bool(talk) and self.is_complete(reply)

    def is_idle(self, text: str) -> bool:
        """Does it say nothing?"""
        return bool(self._idle.fullmatch(text))

    def holds_string(self, text: str) -> bool:
        """Is something in it that stands for a string of digits?"""
        return bool(self._strung.search(text))

    def holds_always(self, text: str) -> bool:
        """Is something in it that she must always be able to say?"""
        return bool(self._always.search(text))

    def _without_idle(self, partial: str) -> str:
        return partial[idle.end() :] if (idle := self._idle.match(partial)) else partial


def _pattern(texts: Sequence[str], times: str = "") -> re.Pattern[str]:
    """Any of these texts; of none it matches nothing."""
    return re.compile(f"(?:{'|'.join(map(re.escape, texts))}){times}") if texts else _NEVER
