"""Whose voice stands in front, told by loudness over time."""

from itertools import pairwise

import numpy as np
import pytest

from voiceguide.ears.foreground import Foreground
from voiceguide.events import BLOCK_SAMPLES, BLOCK_SECONDS

SYLLABLE_SECONDS = 0.2


def block(level_dbfs):
    """Any sound of that level."""
    rng = np.random.default_rng(0)
    return np.rint(rng.standard_normal(BLOCK_SAMPLES) * 32768 * 10 ** (level_dbfs / 20)).astype(np.int16)


class Scene:
    def __init__(self):
        self.foreground = Foreground()
        self.seconds = 0.0
        self.onsets = []
        self.front = []

    def speaks(self, seconds, level_dbfs):
        """Syllables: the last quarter of each is 12 dB softer."""
        layers = []
        for number in range(round(seconds / BLOCK_SECONDS)):
            place = number * BLOCK_SECONDS % SYLLABLE_SECONDS / SYLLABLE_SECONDS
            self.seconds += BLOCK_SECONDS
            layers.append(self.foreground.feed(block(level_dbfs - 12 * (place > 0.75)), True))
            if layers[-1].onset:
                self.onsets.append(self.seconds)
        return layers

    def silent(self, seconds):
        return [self.foreground.feed(block(-70), False) for _ in range(round(seconds / BLOCK_SECONDS))]


@pytest.mark.parametrize("television_dbfs", [-35, -45])
def test_her_voice_over_a_television_is_an_onset_and_ends_where_the_television_goes_on(television_dbfs):
    scene = Scene()
    before = scene.speaks(5, television_dbfs)
    assert not scene.onsets
    assert all(layer.front for layer in before), "nothing else is known yet: it may be she"
    hers = scene.speaks(1, -24)
    assert [round(at, 1) for at in scene.onsets] == [5.1]
    assert all(layer.front for layer in hers)
    after = [layer.front for layer in scene.speaks(2, television_dbfs)]
    assert after.index(False) * BLOCK_SECONDS <= 0.34
    assert sum(later and not earlier for earlier, later in pairwise(after)) == 0


def test_in_a_quiet_room_soft_and_loud_words_are_hers_alike():
    scene = Scene()
    for level_dbfs in (-40, -24, -45):
        layers = scene.speaks(1.2, level_dbfs)
        assert all(layer.front and not layer.behind for layer in layers)
        scene.silent(2)
        scene.foreground.turn_over(understood=True)
    assert not scene.onsets


def test_words_that_were_not_understood_do_not_make_her_a_television():
    scene = Scene()
    for _ in range(2):
        scene.speaks(1.5, -30)
        scene.foreground.turn_over(understood=False)
    assert not any(layer.behind for layer in scene.speaks(1.5, -30))


@pytest.mark.thorough
def test_who_has_long_been_talking_is_behind_until_it_is_forgotten():
    scene = Scene()
    scene.speaks(8, -40)
    scene.foreground.turn_over(understood=False)
    assert all(layer.behind for layer in scene.speaks(1, -40))
    assert not scene.speaks(1, -30)[-1].behind
    scene.foreground.turn_over(understood=True)
    scene.silent(61)
    assert not any(layer.behind for layer in scene.speaks(1, -40))


def test_what_is_known_of_the_television_outlasts_her_turn():
    scene = Scene()
    scene.speaks(5, -40)
    scene.speaks(1, -24)
    scene.foreground.turn_over(understood=True)
    scene.speaks(0.5, -40)
    scene.speaks(1, -24)
    assert len(scene.onsets) == 2


def test_what_is_far_softer_than_her_words_of_a_moment_ago_is_not_hers():
    """Nobody behind her is known yet: a television that begins with her turn must not keep it from ending."""
    scene = Scene()
    assert all(layer.front for layer in scene.speaks(1, -22))
    assert not any(layer.front for layer in scene.speaks(2, -34)[16:])
    scene.foreground.turn_over(understood=True)
    assert all(layer.front for layer in scene.speaks(1, -34)), "the next turn may be a whisper"


def test_a_click_does_not_make_her_far_softer():
    scene = Scene()
    scene.speaks(0.08, -10)
    assert all(layer.front for layer in scene.speaks(2, -24))


@pytest.mark.thorough
def test_a_television_is_told_from_her_replies_that_nobody_understood():
    alone, watching = Scene(), Scene()
    for _ in range(5):
        alone.speaks(1.5, -30)
        alone.foreground.turn_over(understood=False)
        alone.silent(6)
        watching.speaks(3, -40)
        watching.foreground.turn_over(understood=False)
        watching.silent(1)
    assert not alone.foreground.voices_behind
    assert watching.foreground.voices_behind
    watching.silent(31)
    assert not watching.foreground.voices_behind, "it was switched off"
