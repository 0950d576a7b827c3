"""The sounds of an embedded model as its `voiceguide.json` describes them: phones, syllables, accents,
costs, and Kaldi's numbers.

Kaldi numbers what may happen in a frame ("this sound begins, or goes on, at this place of a word") by
transition ids; a graph is written in them. The order here is that of `training/kaldi_format.py`; a test
compares the two.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

DESCRIPTION = "voiceguide.json"
UNKNOWN_WORD = "[unk]"

Reading = tuple[str, ...]


class UnknownSyllable(ValueError):  # noqa: N818 - what is unknown, not what went wrong
    """A reading holds a syllable that the model does not know."""

    def __init__(self, word: str, syllable: str) -> None:
        super().__init__(
            f"{word}: the model knows no syllable {syllable!r}; readings are toneless pinyin such as 'xia', 'lv'"
        )
        self.word, self.syllable = word, syllable


@dataclass(frozen=True)
class Entry:
    """One way to say one word, and what it costs to begin it. phrase: it is said alone, in any accent.
    beside: a phrase that may also stand before and after another. strung: it is any LEAST_STRUNG of these or more, one
    after the other, and `reading` is only its name. meaning: more phrases of the same may stand behind it, and one
    of those of `then`.
    """

    word: str
    reading: Reading
    cost: float
    phrase: bool = False
    beside: bool = False
    strung: tuple[Reading, ...] = ()
    meaning: str = ""
    then: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Sounds:
    """What `voiceguide.json` says: phones in order, syllables as phones, sounds that accents confuse, costs.

    Kaldi's phone numbers: 1 silence, 2 the filler (all of `[unk]` is one phone), 3 a hesitation inside a
    word, then four for each phone: at the beginning, inside, at the end of a word, and alone. Pdf 2k is
    "enters", 2k+1 "stays in" phone k (0 is silence).
    """

    phones: tuple[str, ...]
    syllables: Mapping[str, Reading]
    initials: tuple[tuple[str, str], ...]
    rimes: tuple[tuple[Reading, Reading], ...]
    costs: Mapping[str, float]
    bigram: tuple[tuple[float, ...], ...]
    """Cost of each sound after each sound, silence first, then the phones in their order."""
    place: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, model: Path) -> "Sounds":
        return cls.from_description(json.loads((model / DESCRIPTION).read_text(encoding="utf-8")))

    @classmethod
    def from_description(cls, text: Mapping[str, Any]) -> "Sounds":
        phones = tuple(text["phones"])
        return cls(
            phones,
            {name: tuple(spelling.split()) for name, spelling in text["syllables"].items()},
            tuple((a, b) for a, b in text["accents"]["initials"]),
            tuple((tuple(a.split()), tuple(b.split())) for a, b in text["accents"]["rimes"]),
            dict(text["costs"]),
            tuple(tuple(row) for row in text["bigram"]),
            {phone: index for index, phone in enumerate(phones)},
        )

    @property
    def transition_ids(self) -> int:
        return 4 + 14 * len(self.phones)

    # Every method gives (the id that enters, the id that stays).
    def silence(self) -> tuple[int, int]:
        return 2, 1

    def hesitation(self) -> tuple[int, int]:
        first = 3 + 6 * len(self.phones)
        return first + 1, first

    def phone(self, phone: str, position: int) -> tuple[int, int]:
        """position: 0 begins a word, 1 inside, 2 ends it, 3 is all of it."""
        first = 5 + 6 * len(self.phones) + 2 * (4 * self.place[phone] + position)
        return first + 1, first

    def filler(self, phone: str, part: str) -> tuple[int, int]:
        """The filler phone has two states, so that only its first and its last frames look like the ends
        of a phone to Kaldi.
        """
        outer = 3 + 3 * self.place[phone]
        inner = outer + 3 * len(self.phones)
        return {
            "first": (outer + 1, outer),
            "inside": (inner + 1, inner),
            "last": (inner + 2, inner),
            "only": (outer + 2, outer),
        }[part]

    def spell(self, word: str, syllable: str) -> Reading:
        """Its phones. A syllable that pinyin cannot write stands spelled out between strokes: "/d i a N/"."""
        if syllable in self.syllables:
            return self.syllables[syllable]
        phones = tuple(syllable[1:-1].split()) if syllable[:1] == syllable[-1:] == "/" else ()
        if not phones or not all(phone in self.place for phone in phones):
            raise UnknownSyllable(word, syllable)
        return phones

    def can_spell(self, syllable: str) -> bool:
        """Does the model know this syllable?"""
        try:
            return bool(self.spell("", syllable))
        except UnknownSyllable:
            return False

    def surprise(self, reading: Reading) -> float:
        """How much "any speech" pays for a phrase said exactly so, as a natural logarithm."""
        price, weight = self.costs["filler"], self.costs["bigram"]
        sounds = [self.place[phone] + 1 for syllable in reading for phone in self.spell("", syllable)]
        steps = zip([0, *sounds], [*sounds, 0], strict=True)
        return (
            self.costs["unknown"]
            + price * len(sounds)
            + weight * sum(self.bigram[before][after] for before, after in steps)
        )

    def ways(self, spelling: Reading) -> list[list[Reading]]:
        """A syllable's parts (initial, rime), each with all the ways regional accents say it, the standard
        one first.
        """
        vowel = next((i for i, phone in enumerate(spelling) if _is_vowel(phone)), 0)
        initial, rime = spelling[:vowel], spelling[vowel:]
        initials = [initial] + [
            ((b if a == x else a),) for x in initial for a, b in self.initials if x in (a, b)
        ]
        rimes = [rime]
        for a, b in self.rimes:
            for mine, other in ((a, b), (b, a)):
                if rime[len(rime) - len(mine) :] == mine:
                    rimes.append(rime[: len(rime) - len(mine)] + other)
        return [way for way in (initials, rimes) if way != [()]]


def _is_vowel(phone: str) -> bool:
    return phone in ("ir", "iz", "er") or phone[0] in "aAeEioUuv@"
