"""Whose voice may stop the guide: levels in, yes or no out."""

from __future__ import annotations

import pytest

from voiceguide.ears.interruption import WARY_AFTER, WARY_SECONDS, Interruption
from voiceguide.events import BLOCK_SECONDS

HERS_DBFS = -24.0


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


@pytest.mark.parametrize(
    ("level_dbfs", "may"), [(HERS_DBFS, True), (HERS_DBFS - 4, True), (HERS_DBFS - 6, False), (-10.0, True)]
)
def test_as_loud_as_her_replies_were(level_dbfs: float, may: bool) -> None:
    assert says(known(), level_dbfs) is may


@pytest.mark.parametrize(("level_dbfs", "may"), [(-24.0, True), (-36.0, False)])
def test_before_she_is_known_it_must_be_somebody_at_the_machine(level_dbfs: float, may: bool) -> None:
    assert says(Interruption(), level_dbfs) is may


def test_a_click_is_too_short_to_tell() -> None:
    assert not says(known(), HERS_DBFS, 0.06)


def test_a_voice_that_stopped_it_for_nothing_and_is_softer_does_not_do_so_again() -> None:
    interruption, other_dbfs = known(), HERS_DBFS - 4
    assert says(interruption, other_dbfs)
    interruption.ends(understood=False, interrupted=True)
    assert not says(interruption, other_dbfs)
    assert says(interruption, HERS_DBFS)


def test_she_who_was_not_understood_may_all_the_same() -> None:
    interruption = known()
    assert says(interruption, HERS_DBFS - 1)
    interruption.ends(understood=False, interrupted=True)
    assert says(interruption, HERS_DBFS - 1)


def test_who_talks_to_somebody_else_is_left_to_talk_for_a_while() -> None:
    interruption = known()
    for _ in range(WARY_AFTER):
        assert says(interruption, HERS_DBFS)
        interruption.ends(understood=False, interrupted=True)
    assert not says(interruption, HERS_DBFS)
    interruption.begins()
    for _ in range(round(WARY_SECONDS / BLOCK_SECONDS)):
        interruption.feed(-60.0, False)
    assert says(interruption, HERS_DBFS)


@pytest.mark.parametrize(("level_dbfs", "others"), [(HERS_DBFS - 9, True), (HERS_DBFS - 5, False)])
def test_what_is_much_softer_than_her_replies_is_somebody_elses(level_dbfs: float, others: bool) -> None:
    interruption = known()
    says(interruption, level_dbfs, 2.0)
    assert interruption.is_somebody_elses is others
    stranger = Interruption()
    says(stranger, level_dbfs, 2.0)
    assert not stranger.is_somebody_elses, "nothing is known of her yet"


def test_her_short_word_before_a_long_talk_of_the_television_is_hers() -> None:
    interruption = known()
    says(interruption, HERS_DBFS, 0.3)
    for _ in range(200):
        interruption.feed(HERS_DBFS - 12, True)
    assert not interruption.is_somebody_elses
