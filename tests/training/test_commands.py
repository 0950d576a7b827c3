"""What the guides listen for, joined from what a voice has said."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy", reason="training needs scipy and torch: script/test --training")

from training.commands import Commands, Mouth, of_the_first_guide
from training.examples import Drawer
from training.labelled import PHONE_IDS, Labelled, join
from training.phones import spell
from training.surroundings import Surroundings

SYLLABLE = 1600


def said(*syllables: str, voice: str = "she") -> Labelled:
    """A clip of so many syllables, its sounds evenly spread."""
    starts, phones = [], []
    for number, syllable in enumerate(syllables):
        spelling = spell(syllable)
        starts += [number * SYLLABLE + i * SYLLABLE // len(spelling) for i in range(len(spelling))]
        phones += [PHONE_IDS[phone] for phone in spelling]
    cuts = np.arange(len(syllables) + 1) * SYLLABLE
    wave = np.random.default_rng(len(syllables)).normal(0, 1000, len(syllables) * SYLLABLE)
    return Labelled(wave.astype(np.float32), np.array(starts), np.array(phones), cuts, voice)


HER = Mouth([said("xia4", "yu3", "le5"), said("yi1", "ge4"), said("bu4")])


def test_a_voice_says_what_it_never_said() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        pieces = HER.say(("xia4", "yi2", "bu4"), rng)
        assert pieces is not None
        together = join(pieces, [0] * (len(pieces) + 1))
        wanted = [PHONE_IDS[phone] for syllable in ("xia", "yi", "bu") for phone in spell(syllable)]
        assert [phone for phone in together.phones if phone] == wanted
        assert len(together.samples) == 3 * SYLLABLE


def test_what_was_said_together_may_stay_together() -> None:
    rng = np.random.default_rng(0)
    lengths = {len(HER.say(("yi", "ge"), rng) or ()) for _ in range(20)}
    assert lengths == {1, 2}


def test_a_syllable_she_never_said_cannot_be_said() -> None:
    assert HER.variety == 6
    assert HER.say(("xia", "qiong"), np.random.default_rng(0)) is None


@pytest.mark.thorough
def test_phrases_and_what_differs_by_one_syllable() -> None:
    phrase = ("zai4", "shuo1", "yi2", "bian4")
    drawn = [Commands([phrase]).draw(np.random.default_rng(seed)) for seed in range(300)]
    whole = sum(each == phrase for each in drawn)
    assert 130 < whole < 210
    for each in drawn:
        shared = sum(a == b for a, b in zip(each, phrase, strict=False))
        shared_from_the_end = sum(a == b for a, b in zip(each[::-1], phrase[::-1], strict=False))
        assert len(each) in (3, 4, 5)
        assert max(shared, shared_from_the_end) >= 2 or shared + shared_from_the_end >= 3
        assert all(spell(syllable) for syllable in each)
    changed = [each for each in drawn if len(each) == 4 and each != phrase]
    for each in changed:
        assert sum(a != b for a, b in zip(each, phrase, strict=True)) == 1


@pytest.mark.slow
def test_everything_listened_for_can_be_said() -> None:
    found = of_the_first_guide()
    assert ("xia4", "yi2", "bu4") in found.usual
    assert len(found.phrases) > 2000 > len(found.usual) > 100
    assert all(spell(syllable) for phrase in found.phrases for syllable in phrase)


def test_new_voices_can_be_drawn_twice_as_often() -> None:
    people = [said("xia4", "yu3", voice=name) for name in ("he", "she", "they")]
    drawer = Drawer(people, None, [], [], [], Surroundings(), 0.0, often=["she"])
    assert dict(zip(drawer.names, drawer.shares, strict=True)) == pytest.approx(
        {"he": 0.25, "she": 0.5, "they": 0.25}
    )
