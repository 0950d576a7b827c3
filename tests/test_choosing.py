"""Which guide: until she has chosen nothing moves her, three choices are offered at most, and only a yes changes."""

from __future__ import annotations

from dataclasses import replace
from typing import NoReturn

import pytest

from tests.fakes import FakeKeeper, FakeMouth, FakeRoom, ScriptedEars
from tests.shipped import library
from tests.test_session import content
from tests.walk import MISS, SILENCE, heard, says
from voiceguide import paths
from voiceguide.cli import main
from voiceguide.content import ContentError
from voiceguide.dialogue.dialogue import expecting, respond, start
from voiceguide.dialogue.script import Script
from voiceguide.dialogue.state import Mode, State
from voiceguide.events import Change, End, Entry, Unsure
from voiceguide.exit_codes import Exit
from voiceguide.guides.shelf import CHANGE, GUIDE
from voiceguide.guides.shelving import pages, stock
from voiceguide.profile.profile import Profile
from voiceguide.session.session import Outcome, Session
from voiceguide.understanding.wordings import UNIVERSAL

FIRST, SECOND = library().guide_ids()[:2]


@pytest.fixture
def play() -> Script:
    return content(FIRST)[0]


def crowded(play: Script, count: int) -> Script:
    """The same guide on a shelf of so many."""
    shelf = play.guide.shelf
    ids = [f"guide-{number}" for number in range(count - 1)]
    others = tuple(replace(shelf.offer(SECOND), id=each) for each in ids)
    offers = (shelf.offer(FIRST), *others)
    crowded = replace(shelf, offers=offers, pages=tuple(pages(offers, play.common)))
    return replace(play, guide=replace(play.guide, shelf=crowded))


def test_until_she_has_chosen_no_word_of_hers_moves_or_ends_anything(play: Script) -> None:
    kept = play.guide.steps[5].id
    for step in (None, kept):
        asked, _ = start(play, step, asks_which=True)
        for intent in (*UNIVERSAL, CHANGE):
            state, actions = respond(play, asked, heard(intent))
            assert says(actions), intent
            for answer in ("no", "resume", "next"):  # whatever was asked then: she comes back to the question
                state, actions = respond(play, state, heard(answer))
                assert (state.step, state.place, state.chosen) == (asked.step, asked.place, False), intent
                assert not isinstance(actions[-1], End | Change)
            exercise = state.drilling or state.practising  # lies over the question, and leads back to it
            assert (exercise.over if exercise else state.mode) is Mode.WHICH, intent
            assert not [each for each in expecting(play, state) if each.startswith("trouble:")]


def test_a_pause_before_she_has_chosen_leads_nowhere_else(play: Script) -> None:
    for step in (None, play.guide.steps[5].id):
        asked, _ = start(play, step, asks_which=True)
        paused, _ = respond(play, asked, heard("pause"))
        for intent in (*UNIVERSAL, CHANGE):
            state, _ = respond(play, paused, heard(intent))
            assert (state.step, state.place, state.chosen) == (asked.step, asked.place, False), intent


def test_the_question_is_never_asked_twice_in_the_same_words(play: Script) -> None:
    state, actions = start(play, asks_which=True)
    for event in (MISS, heard("next"), MISS, MISS, heard("repeat"), MISS, SILENCE, MISS):
        before = says(actions)
        state, actions = respond(play, state, event)
        assert not set(says(actions)) & set(before)


def test_her_choice_begins_where_she_left_that_guide(play: Script) -> None:
    for step, words in ((None, play.guide.welcome), (play.guide.steps[5].id, play.guide.steps[5].resume)):
        state, _ = start(play, step, asks_which=True)
        state, actions = respond(play, state, heard("choice:1"))
        assert says(actions)[0] == words.text
        assert state.chosen
        _, actions = respond(play, start(play, step, asks_which=True)[0], heard(GUIDE + SECOND))
        assert actions[-1] == Change(SECOND)


def test_one_guide_alone_is_not_asked_about(play: Script) -> None:
    alone = stock(library().directory, [FIRST], library().readings, library().common)
    play = replace(play, guide=replace(play.guide, shelf=alone))
    state, actions = start(play, asks_which=True)
    assert says(actions)[0] == play.guide.welcome.text
    assert not {CHANGE, GUIDE + FIRST} & set(expecting(play, state))


@pytest.mark.parametrize("count", [2, 3, 4, 7])
def test_at_most_three_choices_are_offered_and_every_guide_is_found(play: Script, count: int) -> None:
    play = crowded(play, count)
    state, actions = start(play, asks_which=True)
    found: set[str] = set()
    for _ in play.guide.shelf.pages:
        assert sum("请说，第" in text for text in says(actions)) <= 3
        for number in range(1, 4):
            new, picked = respond(play, state, heard(f"choice:{number}"))
            found |= {FIRST} if new.chosen else {each.guide for each in picked if isinstance(each, Change)}
        state, actions = respond(play, state, heard(CHANGE))
    assert found == {offer.id for offer in play.guide.shelf.offers}


def test_a_guess_at_a_guide_changes_nothing_before_two_yeses(play: Script) -> None:
    state, _ = respond(play, State(play.guide.steps[3].id), Unsure(GUIDE + SECOND, ""))
    state, actions = respond(play, state, heard("yes"))
    assert state.mode is Mode.CHANGE
    _, actions = respond(play, state, heard("yes"))
    assert actions[-1] == Change(SECOND)


@pytest.mark.thorough
def test_each_guide_keeps_its_own_step_and_the_voice_stays_hers() -> None:
    her = Profile(pace=-1, pace_asked=True).at_step(FIRST, "log-in").at_step(SECOND, "unlock")
    keeper, mouth, log = FakeKeeper(her), FakeMouth(), list[Entry]()
    replies = ["今天", "第一个", "是", "大声点", "我要学打视频", "是", "是", "好了", "换一个", "是", "是", "退出", "是"]
    script, understanding = content(FIRST)
    talk = Session(
        script, understanding, FakeRoom(), ScriptedEars(replies), mouth, keeper, log.append,
        open_guide=content, asks_which=True,
    )  # fmt: skip
    assert talk.run() is Outcome.STOPPED
    left = keeper.saved[-1]
    assert left.steps == {FIRST: "log-in", SECOND: "network"}
    assert (left.pace, left.loudness) == (-1, 1)
    assert mouth.adjusted == [(-1, 0), (0, 1), (0, 0), (0, 0)], "the same mouth: from where it stood"
    counts = {guide: {step: each.visits for step, each in of.steps.items()} for guide, of in left.counts.items()}
    assert counts == {FIRST: {"log-in": 2}, SECOND: {"unlock": 1, "network": 1}}
    times = [entry.at_seconds for entry in log]
    assert times == sorted(times), "one session, one clock"


@pytest.mark.thorough
def test_before_she_has_chosen_nothing_is_counted_or_kept_but_her_voice() -> None:
    keeper = FakeKeeper()
    script, understanding = content(FIRST)
    ears = ScriptedEars(["慢一点", "今天", "退出", "是"])
    talk = Session(
        script, understanding, FakeRoom(), ears, FakeMouth(), keeper, lambda _: None, asks_which=True
    )
    assert talk.run() is Outcome.STOPPED
    assert keeper.saved[-1] == Profile(pace=-1, pace_asked=True)


@pytest.mark.thorough
def test_a_guide_that_cannot_be_opened_is_apologised_for() -> None:
    def refuse(guide_id: str) -> NoReturn:
        raise ContentError([])

    script, understanding = content(FIRST)
    mouth = FakeMouth()
    talk = Session(
        script, understanding, FakeRoom(), ScriptedEars(["第二个"]), mouth, FakeKeeper(), lambda _: None,
        open_guide=refuse, asks_which=True,
    )  # fmt: skip
    with pytest.raises(ContentError):
        talk.run()
    assert mouth.said[-1] in {each.text for each in script.common["trouble-sound"]}


@pytest.mark.thorough
def test_a_session_that_can_open_no_other_guide_ends_there() -> None:
    script, understanding = content(FIRST)
    ears, keeper = ScriptedEars(["我要打视频", "是", "好了"]), FakeKeeper()
    talk = Session(script, understanding, FakeRoom(), ears, FakeMouth(), keeper, lambda _: None)
    assert talk.run() is Outcome.STOPPED


@pytest.mark.audio
def test_she_chooses_and_changes_aloud() -> None:
    """By the guides' names, with the synthetic voice, heard by the recogniser."""
    assert main(["rehearse", str(paths.conversations() / "choose-by-voice.txt")]) == Exit.OK
