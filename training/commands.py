"""What a guide listens for and what comes near it, said by voices that never said it.

Speech in general teaches the sounds; how sure one may be of a phrase is learnt from phrases, and from what differs
from one by a syllable. What else is listened for one day needs no training: it is only heard a little less surely.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from training.labelled import PHONE_IDS, Labelled
from training.phones import HUMMED, spell, syllable_table

LONGEST_RUN = 3
"""Syllables that are kept together where a voice has said them together."""
NEAR_SHARE = 0.45
USUAL_SHARE = 0.4

Sounds = tuple[int, ...]


@dataclass(frozen=True)
class Commands:
    """Phrases in numbered pinyin, ("xia4", "yi1", "bu4"). usual: those that are said at any time."""

    phrases: Sequence[tuple[str, ...]]
    usual: Sequence[tuple[str, ...]] = ()

    def draw(self, rng: np.random.Generator) -> tuple[str, ...]:
        """A phrase, or nearly one."""
        some = self.usual if self.usual and rng.random() < USUAL_SHARE else self.phrases
        phrase = some[int(rng.integers(len(some)))]
        return self._near(phrase, rng) if rng.random() < NEAR_SHARE else phrase

    def _near(self, phrase: tuple[str, ...], rng: np.random.Generator) -> tuple[str, ...]:
        """One syllable is another (mostly one that sounds like it), is missing, or is one too many."""
        said = list(phrase)
        at = int(rng.integers(len(said)))
        how = rng.random()
        if how < 0.15 and len(said) > 2:
            del said[at]
        elif how < 0.3:
            said.insert(at, _any(self._syllables, rng) + str(rng.integers(1, 5)))
        else:
            like = self._alike.get(said[at][:-1], ()) if rng.random() < 0.7 else ()
            said[at] = _any(like or self._syllables, rng) + str(rng.integers(1, 5))
        return tuple(said)

    @cached_property
    def _syllables(self) -> list[str]:
        return [name for name in syllable_table() if name not in HUMMED]

    @cached_property
    def _alike(self) -> dict[str, list[str]]:
        """Each syllable with those that share its beginning or its rime."""
        table = {name: spell(name) for name in self._syllables}
        return {
            name: [
                other
                for other, sounds in table.items()
                if sounds != own and (sounds[1:] == own[1:] or sounds[:-1] == own[:-1])
            ]
            for name, own in table.items()
        }


class Mouth:
    """One voice's syllables, by their sounds: it says what it never said."""

    def __init__(self, clips: Sequence[Labelled]) -> None:
        self._clips = clips
        self._places: dict[tuple[Sounds, ...], list[tuple[int, int]]] = {}
        """Sounds of one to `LONGEST_RUN` syllables -> (clip, first syllable)."""
        for number, clip in enumerate(clips):
            said = [_sounds(clip, at) for at in range(len(clip.cuts) - 1)]
            for at in range(len(said)):
                for end in range(at + 1, min(at + LONGEST_RUN, len(said)) + 1):
                    self._places.setdefault(tuple(said[at:end]), []).append((number, at))

    @property
    def variety(self) -> int:
        """How many different syllables there are."""
        return sum(len(run) == 1 for run in self._places)

    def say(self, syllables: Sequence[str], rng: np.random.Generator) -> list[Labelled] | None:
        """Pieces that join to `syllables` (numbered or not); None where one is not to be had."""
        wanted = [tuple(PHONE_IDS[phone] for phone in spell(each)) for each in syllables]
        pieces: list[Labelled] = []
        at = 0
        while at < len(wanted):
            longest = int(rng.integers(1, LONGEST_RUN + 1))
            for count in range(min(longest, len(wanted) - at), 0, -1):
                places = self._places.get(tuple(wanted[at : at + count]))
                if places:
                    number, first = places[int(rng.integers(len(places)))]
                    pieces.append(self._clips[number].part(first, first + count))
                    at += count
                    break
            else:
                return None
        return pieces


def of_the_first_guide() -> Commands:
    """All that the bench expects at once: the language's phrases and the first guide's, without days and answers to a
    swindler."""
    from voiceguide.commands.content import EVERYTHING, open_expecting

    content, intents = open_expecting(EVERYTHING)
    found: dict[tuple[str, ...], tuple[tuple[str, ...], bool]] = {}
    for phrase in content.understanding.word_list(intents):
        words = content.readings.words(phrase.text)
        said = tuple(each.numbered for word in words if not isinstance(word, str) for each in word)
        if said and not phrase.strung:
            _, usual = found.get(phrase.reading, ((), False))
            found[phrase.reading] = (said, usual or phrase.usual or phrase.asked)
    return Commands([said for said, _ in found.values()], [said for said, usual in found.values() if usual])


def _sounds(clip: Labelled, at: int) -> Sounds:
    inside = (clip.starts >= clip.cuts[at]) & (clip.starts < clip.cuts[at + 1]) & (clip.phones > 0)
    return tuple(int(phone) for phone in clip.phones[inside])


def _any(names: Sequence[str], rng: np.random.Generator) -> str:
    return names[int(rng.integers(len(names)))]
