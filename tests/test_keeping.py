"""What a conversation leaves in her profile: notes and counts, never words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from tests.fakes import FakeKeeper, FakeRoom
from tests.test_session import GUIDE, Stage, content
from voiceguide.dialogue import dialogue
from voiceguide.dialogue.remembering import remembering
from voiceguide.events import Heard, Prompt
from voiceguide.notes import Consented, Practised
from voiceguide.profile.keeping import Keeping
from voiceguide.profile.profile import Profile
from voiceguide.profile.profile_json import to_json
from voiceguide.profile.sayings import MOST, Saying
from voiceguide.room import RoomError
from voiceguide.session.session import Session

TODAY = date(2026, 11, 26)


class Days(Stage):
    """A session on a day."""

    def __init__(self, replies: list[str], keeper: FakeKeeper | None = None) -> None:
        super().__init__(replies, keeper=keeper)
        _, understanding = content()
        self.session = Session(
            self.script, understanding, self.room, self.ears, self.mouth, self.keeper, self.log.append, TODAY
        )

    @property
    def left(self) -> Profile:
        return self.keeper.saved[-1]


@pytest.mark.thorough
def test_what_happened_is_counted_by_step() -> None:
    stage = Days(["好了", "今天天气很好", "失败了", "我不会", "上一步", "有人要我的验证码", ""])
    stage.session.run()
    counts = stage.left.counts[GUIDE]
    first, second = (counts.steps[step.id] for step in stage.script.guide.steps[:2])
    assert (counts.visits, counts.last_visit) == (1, TODAY)
    assert (first.visits, second.visits) == (1, 1)
    assert (second.misses, second.failed, second.cannot) == (1, 1, 1)
    assert stage.left.warnings == 1
    assert first.seconds > 0
    total = sum(each.seconds for each in counts.steps.values())
    assert abs(total - stage.session.now_seconds) < 0.1, "every second belongs to a step"


@pytest.mark.thorough
@pytest.mark.parametrize("consent", [None, Consented(False, TODAY)])
def test_nothing_she_said_is_kept(consent: Consented | None) -> None:
    said = ["好了", "今天天气很好", "有人要我的验证码", "我不会"]
    stage = Days(said, FakeKeeper(Profile(consent=consent)))
    stage.session.run()
    kept = json.dumps([to_json(each) for each in stage.keeper.saved], ensure_ascii=False)
    assert not [text for text in said if text in kept]


AGREED = Profile(consent=Consented(True, TODAY))


@pytest.mark.thorough
def test_where_she_agreed_what_she_said_where_she_got_stuck_is_kept_and_nothing_else() -> None:
    said = ["今天天气很好", "有人要我的验证码", "好了", "我不会弄", "好了", "一二三四五六", "失败了", "要钱吗"]
    stage = Days([*said, "防骗演练", "我不会", "不练了", "下次什么时候", "不知道"], FakeKeeper(AGREED))
    stage.session.run()
    steps = [step.id for step in stage.script.guide.steps]
    assert stage.left.sayings == (
        Saying(TODAY, GUIDE, steps[1], "我不会弄"), Saying(TODAY, GUIDE, steps[2], "失败了"),
    )  # fmt: skip


@pytest.mark.thorough
def test_what_she_says_was_misheard_is_not_kept() -> None:
    stage = Days(["好了", "我不会弄", "你听错了", "失败了", "好了", "你听错了"], FakeKeeper(AGREED))
    stage.session.run()
    assert [each.text for each in stage.left.sayings] == ["失败了"]


@pytest.mark.thorough
def test_she_takes_it_back_and_what_was_kept_is_gone_at_once() -> None:
    stage = Days(["我不会弄", "不要记我说的话", "失败了"], FakeKeeper(AGREED))
    stage.session.run()
    assert [each.text for profile in stage.keeper.saved[:1] for each in profile.sayings] == ["我不会弄"]
    assert [profile.sayings for profile in stage.keeper.saved[1:]] == [()] * (len(stage.keeper.saved) - 1)
    assert stage.left.consent == Consented(False, TODAY)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("我不会弄", True), ("失败了三次", True), ("一点都不会", True), ("", False), ("是12", False),
        ("尾号八八", False), ("说了" * 21, False), ("幺五开头的", False), ("第２３步", False),
    ],
)  # fmt: skip
def test_no_number_is_kept_and_no_story(text: str, kept: bool) -> None:
    profile = AGREED.having_said(Saying(TODAY, GUIDE, "phone", text))
    assert [each.text for each in profile.sayings] == [text] * kept


def test_so_much_is_kept_and_the_same_words_once() -> None:
    profile = AGREED
    for number in range(50):
        profile = profile.having_said(Saying(TODAY, GUIDE, f"step-{number}", "我不会"))
        profile = profile.having_said(Saying(TODAY, GUIDE, "phone", "没电了"))
    assert len(profile.sayings) == MOST
    assert [each.text for each in profile.sayings].count("没电了") == 1


@pytest.mark.thorough
def test_visits_add_up_and_the_finish_has_its_day() -> None:
    once = Days(["好了"] * 40)
    once.session.run()
    assert once.left.finished == {GUIDE: (TODAY,)}
    assert once.left.steps == {}
    again = Days(["好了"], FakeKeeper(once.left))
    again.session.run()
    assert again.left.counts[GUIDE].visits == 2
    assert again.left.finished == {GUIDE: (TODAY,)}


@pytest.mark.thorough
def test_she_has_finished_though_she_walks_away_from_the_question_after_it() -> None:
    stage = Days(["好了"] * len(content()[0].guide.steps))
    stage.session.run()
    assert not any(text == stage.script.guide.goodbye.text for text in stage.mouth.said)
    assert stage.left.finished == {GUIDE: (TODAY,)}
    assert stage.left.steps == {}


@pytest.mark.thorough
def test_counts_are_kept_when_the_sound_card_is_lost_for_good() -> None:
    stage = Days(["好了"] * 5)
    stage.session._exchange._room = FakeRoom(lost_at=range(15, 5000), tries_until_back=10_000)
    with pytest.raises(RoomError):
        stage.session.run()
    assert stage.left.counts[GUIDE].visits == 1


@pytest.mark.thorough
def test_what_could_not_be_kept_is_said_to_her_once() -> None:
    stage = Days(["下次什么时候", "一年以后", "是的", "好了"], FullOnceADayIsTold())
    stage.session.run()
    said = [stage.script.common[key] for key in ("when-kept", "trouble-keeping")]
    kept, not_kept = ([n for n, text in enumerate(stage.mouth.said) if texts_of(text, each)] for each in said)
    assert len(kept) == len(not_kept) == 1
    assert not_kept[0] > kept[0], "after 记住了, which is not so"


class FullOnceADayIsTold(FakeKeeper):
    def save(self, profile: Profile) -> None:
        self.full = int(profile.next_certification is not None)
        super().save(profile)


def texts_of(text: str, prompts: Sequence[Prompt]) -> bool:
    """Is this one of them, with whatever day in it?"""
    return any(text.startswith(prompt.text.partition("{")[0]) for prompt in prompts)


def test_a_note_is_saved_with_the_answer_it_belongs_to() -> None:
    script, _ = content()
    keeper = FakeKeeper()
    keeping = Keeping(keeper, GUIDE, TODAY, print)
    state, _ = dialogue.start(script, known=keeping.known)
    keeping.begins(state.step)
    practised = replace(state.known.of("drill:link"), times=1, result="refused")
    for note in (practised, Consented(True)):
        state, remember = remembering(state, note)
        keeping.note(remember.note)
    assert state.known.of("drill:link").times == 1
    keeping.answered(state, Heard("yes", "是"), 2.0, finished=False)
    assert keeper.saved[-1].practised == {"drill:link": Practised("drill:link", 1, "refused")}
    assert keeper.saved[-1].keeps_words
