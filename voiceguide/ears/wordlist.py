"""From phrases to what a model can be told to expect: each phrase as words the model has."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator

from voiceguide.events import Phrase

logger = logging.getLogger(__name__)

Knows = Callable[[str], bool]
"""Does the model's vocabulary hold this word?"""


def segment(text: str, knows: Knows) -> tuple[str, ...] | None:
    """`text` as the fewest words of the vocabulary, longer ones first; None where there is no way."""
    ways: list[tuple[str, ...] | None] = [()]
    for end in range(1, len(text) + 1):
        candidates = [
            (*way, text[start:end])
            for start in range(end)
            if (way := ways[start]) is not None and knows(text[start:end])
        ]
        ways.append(
            min(candidates, key=lambda words: (len(words), [-len(word) for word in words]), default=None)
        )
    return ways[-1] or None


def _each_alone(phrases: Iterable[Phrase]) -> Iterator[Phrase]:
    """Such a model is told the digits one by one; what it makes of them is forgotten behind the ears."""
    for phrase in phrases:
        yield from phrase.strung or (phrase,)


def segmented(phrases: Iterable[Phrase], knows: Knows) -> list[str]:
    """Each phrase as words parted by spaces, as Vosk wants it. What the model cannot say is logged and
    left out.
    """
    entries: dict[str, None] = {}
    for phrase in _each_alone(phrases):
        words = segment(phrase.text, knows)
        if words is None:
            logger.warning("识别模型没有“%s”里的字，这个说法听不到。", phrase.text)
        else:
            entries[" ".join(words)] = None
    return list(entries)
