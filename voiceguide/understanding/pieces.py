"""What an utterance may be made of, indexed by its sound."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from voiceguide.events import Reading
from voiceguide.language.accents import accent_key

CHATTER, SOUND, BEFORE, AFTER = "chatter", "sound", "before", "after"
AROUND = frozenset({CHATTER, SOUND, BEFORE, AFTER})
"""What an utterance may hold besides wordings."""
_NOT_AROUND: Set[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece an utterance may be made of."""

    kind: str
    """An intent, NOTHING, CHATTER, SOUND, BEFORE or AFTER."""
    reading: Reading
    place: str = ""
    """Means this only while this is expected; "": anywhere."""


class Pieces:
    """Found by their sound to someone who knows the accents of Mandarin."""

    def __init__(self) -> None:
        self._pieces: dict[Reading, tuple[Piece, ...]] = {}  # a list would be twice as large: mostly it is one
        self._halves: dict[tuple[int, bool, Reading], tuple[Piece, ...]] = {}
        """(syllables, is it the second half, key of the half) -> those that may be misheard: where one syllable
        is wrong, one half is right."""
        self._around: dict[Reading, set[str]] = {}
        """What is no wording, by its very reading."""
        self.longest = 0
        """Syllables of the longest."""
        self._longest_from: dict[str, int] = {}

    def add(self, piece: Piece, key: Reading, may_be_misheard: bool = True) -> None:
        """`key`: the accent key of its reading."""
        # A text without any hanzi has no sound; `linter` complains of it.
        if not key or piece in self.at(key):
            return
        self._pieces[key] = (*self.at(key), piece)
        self.longest = max(self.longest, len(key))
        self._longest_from[key[0]] = max(self._longest_from.get(key[0], 0), len(key))
        if piece.kind in AROUND:
            self._around.setdefault(piece.reading, set()).add(piece.kind)
        elif may_be_misheard:
            middle = len(key) // 2
            for half in ((len(key), False, key[:middle]), (len(key), True, key[middle:])):
                self._halves[half] = (*self._halves.get(half, ()), piece)

    def at(self, key: Reading) -> Sequence[Piece]:
        """Those whose accent key this is."""
        return self._pieces.get(key, ())

    def around(self, said: Reading) -> Set[str]:
        """Which of AROUND this very reading is."""
        return self._around.get(said, _NOT_AROUND)

    def longest_from(self, syllable: str) -> int:
        """Syllables of the longest whose key begins so."""
        return self._longest_from.get(syllable, 0)

    def misheard(self, said: Reading) -> Iterator[tuple[Piece, list[int]]]:
        """Those from which this differs, to an accent, in one syllable at most; and in which it may be so: where
        none differs, in any. One may come twice."""
        key = accent_key(said)
        middle = len(key) // 2
        for second, half in ((False, key[:middle]), (True, key[middle:])):
            for piece in self._halves.get((len(key), second, half), ()):
                theirs = accent_key(piece.reading)
                places = [place for place in range(len(key)) if key[place] != theirs[place]]
                if len(places) <= 1:
                    yield piece, places or list(range(len(key)))
