"""Whose voice may stop the guide: levels in, yes or no out."""

from __future__ import annotations

import pytest

from voiceguide.ears.interruption import WARY_SECONDS, Interruption
from voiceguide.events import BLOCK_SECONDS

HERS_DBFS = -24.0
QUIET = -70.0


def says(interruption: Interruption, level_dbfs: float, seconds: float = 0.5) -> bool:
    """Somebody speaks so loud; may it stop the guide by then?"""
    interruption.begins()
    for _ in range(round(seconds / BLOCK_SECONDS)):
        interruption.feed(level_dbfs, True)
    return interruption.may_be_hers


def known() -> Interruption:
    """She has answered once."""
    interruption = Interruption()
    says(interruption, HERS_DBFS)
    interruption.ends(understood=True, interrupted=False)
    return interruption


def later(interruption: Interruption) -> None:
    interruption.begins()
    for _ in range(round(WARY_SECONDS / BLOCK_SECONDS)):
        interruption.feed(QUIET, False)


@pytest.mark.parametrize(
    ("level_dbfs", "may"), [(HERS_DBFS, True), (HERS_DBFS - 4, True), (HERS_DBFS - 6, False), (-10.0, True)]
)
def test_as_loud_as_her_replies_were(level_dbfs: float, may: bool) -> None:
    assert says(known(), level_dbfs) is may


@pytest.mark.parametrize(("level_dbfs", "may"), [(-22.0, True), (-27.0, False)])
def test_before_she_is_known_it_must_be_somebody_at_the_machine(level_dbfs: float, may: bool) -> None:
    assert says(Interruption(), level_dbfs) is may


@pytest.mark.parametrize(("level_dbfs", "anybodys"), [(-22.0, False), (-27.0, True)])
def test_before_she_is_known_a_soft_voice_may_be_anybodys(level_dbfs: float, anybodys: bool) -> None:
    stranger, friend = Interruption(), known()
    for each in (stranger, friend):
        says(each, level_dbfs)
    assert stranger.may_be_anybodys is anybodys
    assert not friend.may_be_anybodys


def test_a_televisions_word_among_the_first_replies_does_not_let_it_stop_the_guide() -> None:
    interruption = Interruption()
    for level_dbfs in (HERS_DBFS - 12, HERS_DBFS):
        says(interruption, level_dbfs)
        interruption.ends(understood=True, interrupted=False)
    assert not says(interruption, HERS_DBFS - 10)
    assert says(interruption, HERS_DBFS)


def test_a_click_is_too_short_to_tell() -> None:
    assert not says(known(), HERS_DBFS, 0.06)


def test_a_voice_that_stopped_it_for_nothing_and_is_softer_does_not_do_so_again() -> None:
    interruption, other_dbfs = known(), HERS_DBFS - 4
    assert says(interruption, other_dbfs)
    interruption.ends(understood=False, interrupted=True)
    later(interruption)
    assert not says(interruption, other_dbfs)
    assert says(interruption, HERS_DBFS)


def test_she_who_was_not_understood_may_all_the_same() -> None:
    interruption = known()
    assert says(interruption, HERS_DBFS - 1)
    interruption.ends(understood=False, interrupted=True)
    later(interruption)
    assert says(interruption, HERS_DBFS - 1)


def test_who_talks_to_somebody_else_is_left_to_talk_for_a_while() -> None:
    interruption = known()
    assert says(interruption, HERS_DBFS)
    interruption.ends(understood=False, interrupted=True)
    assert not says(interruption, HERS_DBFS)
    later(interruption)
    assert says(interruption, HERS_DBFS)


@pytest.mark.parametrize(("level_dbfs", "may"), [(HERS_DBFS - 1, True), (HERS_DBFS - 4, False)])
def test_where_a_softer_voice_was_talking_only_one_as_loud_as_hers_may_for_a_while(
    level_dbfs: float, may: bool
) -> None:
    """What was no reply and as loud as she is was most likely hers, and misheard."""
    for heard_dbfs, telling in ((HERS_DBFS - 8, True), (HERS_DBFS - 1, False)):
        interruption = known()
        says(interruption, heard_dbfs)
        interruption.ends(understood=False, interrupted=False)
        assert says(interruption, level_dbfs) is (may or not telling)
        later(interruption)
        assert says(interruption, level_dbfs)


@pytest.mark.parametrize(("level_dbfs", "others"), [(HERS_DBFS - 9, True), (HERS_DBFS - 5, False)])
def test_what_is_much_softer_than_her_replies_is_somebody_elses(level_dbfs: float, others: bool) -> None:
    interruption = known()
    says(interruption, level_dbfs, 2.0)
    assert interruption.is_somebody_elses(QUIET) is others
    stranger = Interruption()
    says(stranger, level_dbfs, 2.0)
    assert not stranger.is_somebody_elses(QUIET), "nothing is known of her yet"


def test_her_short_word_before_a_long_talk_of_the_television_is_hers() -> None:
    interruption = known()
    says(interruption, HERS_DBFS, 0.3)
    for _ in range(200):
        interruption.feed(HERS_DBFS - 12, True)
    assert not interruption.is_somebody_elses(QUIET)


def test_noise_that_makes_a_television_measure_louder_is_taken_off():
    """A television 10 dB softer than she, in a room as loud as itself: together they are 7 dB softer."""
    interruption = known()
    says(interruption, HERS_DBFS - 6.9, 2.0)
    assert not interruption.is_somebody_elses(None)
    assert interruption.is_somebody_elses(HERS_DBFS - 9.9)


@pytest.mark.parametrize(
    ("softer_db", "confidence", "at_once", "again"),
    [
        (8, 0.8, False, False),
        (8, 0.9, True, True),
        (13, 0.8, False, False),
        (13, 0.99, False, True),
    ],
)
def test_words_far_softer_than_hers_must_be_said_twice(
    softer_db: float, confidence: float, at_once: bool, again: bool
) -> None:
    interruption = known()
    says(interruption, HERS_DBFS - softer_db, 1.0)
    assert interruption.are_hers("好了", confidence, QUIET) is at_once
    interruption.ends(understood=at_once, interrupted=False)
    says(interruption, HERS_DBFS - softer_db, 1.0)
    assert interruption.are_hers("好了", confidence, QUIET) is again


def test_what_a_television_says_at_last_is_not_what_it_said_long_ago_nor_something_else():
    interruption = known()
    for text, seconds in (("好了", 30.0), ("好了", 1.0), ("下一步", 1.0)):
        says(interruption, HERS_DBFS - 13, 1.0)
        assert not interruption.are_hers(text, 0.99, QUIET)
        interruption.ends(understood=False, interrupted=False)
        says(interruption, -70.0, seconds)


def test_a_word_of_which_nothing_was_taken_for_speech_has_its_loudness_all_the_same():
    interruption = known()
    for level_dbfs, others in ((HERS_DBFS - 13, True), (HERS_DBFS, False)):
        interruption.begins()
        for _ in range(20):
            interruption.feed(level_dbfs, False)
        assert interruption.is_somebody_elses(QUIET) is others
