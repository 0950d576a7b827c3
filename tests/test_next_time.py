"""The day of the next certification: the laws of its questions, walked over every state they can be asked from."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest

from tests.walk import MISS, SILENCE, heard, says, whole
from voiceguide.dialogue.dialogue import expecting, respond, start
from voiceguide.dialogue.next_time import LEAST_DAYS, MOST_MISSES
from voiceguide.dialogue.script import Script
from voiceguide.dialogue.state import DATED_MODES, Dating, Mode, State
from voiceguide.events import Action, End, Heard, Listen, NoMatch, Remember
from voiceguide.notes import Known, NextCertification
from voiceguide.spoken_date import SpokenDate
from voiceguide.understanding.answers import DATE
from voiceguide.understanding.wordings import UNIVERSAL

TODAY = date(2026, 11, 26)
SPRING = date(2027, 3, 15)
KNOWN = Known(TODAY)
TOLD = {
    "all": SpokenDate(month=3, day=15),
    "month": SpokenDate(month=3),
    "day": SpokenDate(day=15),
    "impossible": SpokenDate(month=2, day=30),
    "past": SpokenDate(years_ahead=0, month=3, day=15),
    "vague": SpokenDate(vague=True),
}


@pytest.fixture(scope="module")
def play() -> Script:
    return whole("12333")


def at_the_last_step(play: Script, **known: object) -> State:
    return State(play.guide.steps[-1].id, known=replace(KNOWN, **known))


def tell(part: str) -> Heard:
    return Heard(DATE, part, date=TOLD[part])


def remembered(actions: list[Action]) -> list[NextCertification]:
    notes = [action.note for action in actions if isinstance(action, Remember)]
    return [note for note in notes if isinstance(note, NextCertification)]


def dated_states(play: Script) -> list[State]:
    """Every question, reached at the end and on the way."""
    begun = [respond(play, at_the_last_step(play), heard(intent))[0] for intent in ("next", "when")]
    states = []
    for state in begun:
        assert state.mode is Mode.WHEN
        states += [state, *(respond(play, state, tell(part))[0] for part in TOLD)]
        states.append(respond(play, state, heard("cannot"))[0])
    assert {state.mode for state in states} == set(DATED_MODES)
    return states


def test_without_a_calendar_nothing_is_asked_of_days(play: Script) -> None:
    state = State(play.guide.steps[-1].id)
    assert respond(play, state, heard("next"))[1][-1] == End(finished=True)
    new, actions = respond(play, state, heard("when"))
    assert new.mode is Mode.OPEN
    assert says(actions)[0] in {prompt.text for prompt in play.common["when-unknown"]}


def test_a_guide_that_certifies_nobody_just_ends(play: Script) -> None:
    other = replace(play, guide=replace(play.guide, certifies=False))
    assert respond(other, at_the_last_step(play), heard("next"))[1][-1] == End(finished=True)


PARTS = [("all",), ("month", "day"), ("day", "month"), ("past", "all"), ("impossible", "all"), ("vague", "all")]


@pytest.mark.parametrize("parts", PARTS)
def test_a_day_is_kept_after_a_yes_and_never_before(play: Script, parts: tuple[str, ...]) -> None:
    for begin in ("next", "when"):
        state, _ = respond(play, at_the_last_step(play), heard(begin))
        for part in parts:
            state, actions = respond(play, state, tell(part))
            assert not remembered(actions)
            assert isinstance(actions[-1], Listen)
        assert state.mode is Mode.WHEN_SURE
        assert "明年三月十五号" in says(actions)[-1]
        state, actions = respond(play, state, heard("yes"))
        assert remembered(actions) == [NextCertification(SPRING)]
        assert state.known.next_certification == SPRING
        assert "明年三月十五号" in says(actions)[0]
        if begin == "next":
            assert actions[-1] == End(finished=True)
        else:
            assert (state.mode, state.dating) == (Mode.OPEN, Dating())
            assert says(actions)[-1] == play.guide.steps[-1].say.text


def test_whatever_she_says_is_answered_and_only_a_yes_keeps_a_day(play: Script) -> None:
    for state in dated_states(play):
        assert {*UNIVERSAL, DATE} <= set(expecting(play, state))
        for intent in [each for each in expecting(play, state) if not each.startswith("@") and each != DATE]:
            new, actions = respond(play, state, heard(intent))
            assert says(actions), (state.mode, intent)
            kept = [note for note in remembered(actions) if note.day is not None]
            agrees = state.mode is Mode.WHEN_SURE and intent in ("yes", "next", "resume")
            assert bool(kept) == agrees, (state.mode, intent)
            ended = isinstance(actions[-1], End)
            assert ended == (new.mode is Mode.ENDED)
            assert not ended or (state.dating.ends and actions[-1] == End(finished=True)), (state.mode, intent)
            if intent == "fraud":
                assert (new.mode, new.dating) == (state.mode, state.dating)


@pytest.mark.parametrize("event", [MISS, SILENCE], ids=["miss", "silence"])
def test_she_is_not_kept_by_it_when_she_is_not_understood_or_away(play: Script, event: NoMatch) -> None:
    for state in dated_states(play):
        said: list[list[str]] = []
        for number in range(1, MOST_MISSES + 1):
            state, actions = respond(play, state, event)
            said.append(says(actions))
            assert not remembered(actions)
            if number < MOST_MISSES:
                assert state.mode in DATED_MODES
        assert state.mode not in DATED_MODES
        assert all(before != after for before, after in pairwise(said)), said


def test_a_no_asks_in_parts_once_and_then_leaves_it_to_the_family(play: Script) -> None:
    state, _ = respond(play, at_the_last_step(play), heard("when"))
    state, _ = respond(play, state, tell("all"))
    state, _ = respond(play, state, heard("no"))
    assert state.mode is Mode.WHEN_MONTH
    state, _ = respond(play, state, tell("month"))
    state, _ = respond(play, state, tell("day"))
    state, actions = respond(play, state, heard("no"))
    assert state.mode is Mode.OPEN
    assert not remembered(actions)


PUT_RIGHT = [
    (SpokenDate(month=4, day=1), SpokenDate(day=2), date(2027, 4, 2)),
    (SpokenDate(month=8, day=15), SpokenDate(lunar=True), date(2027, 9, 15)),
    (SpokenDate(years_ahead=2, month=3, day=1), SpokenDate(month=4, day=1, denies=True), date(2028, 4, 1)),
    # The year was misheard: what she says now has none, and would be over in it.
    (SpokenDate(years_ahead=0, month=12, day=3), SpokenDate(month=3, day=15, denies=True), SPRING),
]


def test_what_she_puts_right_of_the_day_is_asked_again(play: Script) -> None:
    asked, _ = respond(play, at_the_last_step(play), heard("when"))
    for first, then, day in PUT_RIGHT:
        state, _ = respond(play, asked, Heard(DATE, "", date=first))
        state, actions = respond(play, state, Heard(DATE, "", date=then))
        assert (state.mode, state.dating.day) == (Mode.WHEN_SURE, day), (first, then)
        assert not remembered(actions)


@pytest.mark.parametrize(("day", "far"), [(date(2028, 11, 26), False), (date(2028, 11, 27), True)])
def test_a_day_more_than_two_years_off_is_said_to_be_far(play: Script, day: date, far: bool) -> None:
    asked, _ = respond(play, at_the_last_step(play), heard("when"))
    told = SpokenDate(year=day.year, month=day.month, day=day.day)
    state, actions = respond(play, asked, Heard(DATE, "", date=told))
    assert (state.mode, state.dating.day) == (Mode.WHEN_SURE, day)
    assert (says(actions)[0] in {prompt.text for prompt in play.common["when-far"]}) is far


def test_not_the_day_that_was_asked_about_is_a_no(play: Script) -> None:
    state, _ = respond(play, at_the_last_step(play), heard("when"))
    state, _ = respond(play, state, tell("all"))
    denied, _ = respond(play, state, Heard(DATE, "不是三月十五号", date=replace(TOLD["all"], denies=True)))
    assert denied.mode is Mode.WHEN_MONTH
    again, _ = respond(play, state, tell("all"))
    assert again.mode is Mode.WHEN_SURE


def test_a_day_told_on_the_way_is_asked_about_at_the_end_an_old_one_is_forgotten(play: Script) -> None:
    state, actions = respond(play, at_the_last_step(play, next_certification=SPRING), heard("next"))
    assert state.mode is Mode.WHEN_SURE
    assert "明年三月十五号" in says(actions)[-1]
    old = TODAY + timedelta(LEAST_DAYS - 1)
    state, _ = respond(play, at_the_last_step(play, next_certification=old), heard("next"))
    assert state.mode is Mode.WHEN
    _, actions = respond(play, state, heard("no"))
    assert remembered(actions) == [NextCertification(None)], "this certification is done: nobody is reminded of it"


@pytest.mark.parametrize(
    ("days", "says_so"), [(-400, "过了"), (-1, "过了"), (0, "今天"), (1, "还有一天"), (3, "还有三天"), (4, None)]
)
def test_she_is_reminded_three_days_ahead_and_from_then_on(play: Script, days: int, says_so: str | None) -> None:
    known = replace(KNOWN, next_certification=TODAY + timedelta(days))
    for step in (None, play.guide.steps[3].id):
        said = says(start(play, step, known=known)[1])
        first = said[0]
        asked = [n for n, text in enumerate(said) if text == "已经做过了，请说，下次什么时候。"]
        assert asked == [1] * (days < 0), "else she would be told so for ever"
        plain, *_ = says(start(play, step)[1])
        assert says_so in first if says_so else first == plain


def test_a_complaint_takes_back_the_place_and_not_what_was_remembered(play: Script) -> None:
    state, _ = respond(play, at_the_last_step(play), heard("when"))
    state, _ = respond(play, state, tell("all"))
    state, _ = respond(play, state, heard("yes"))
    state, _ = respond(play, state, heard("complaint"))
    assert state.known.next_certification == SPRING
