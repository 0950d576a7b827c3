"""The exercise against swindlers: its laws in every state of a drill, and what comes back when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

import pytest

from tests import shipped
from tests.rows import hold
from tests.test_session import content
from tests.walk import MISS, SILENCE, heard, live, place_only, says, script
from voiceguide.dialogue.dialogue import again, expecting, respond, start
from voiceguide.dialogue.script import Script
from voiceguide.dialogue.state import Mode, State
from voiceguide.events import OTHER_VOICES, Action, Heard, Listen, Prompt, Remember, Say
from voiceguide.guides.drills import (
    ASK_CHILDREN,
    CALL,
    FELL,
    GIVE_IN,
    HANG_UP,
    HELD,
    HESITATE,
    HESITATED,
    KINDS,
    LEAST_WORDINGS,
    REFUSE,
    SPACED_BY,
    after,
)
from voiceguide.notes import Known, Practised
from voiceguide.understanding.digits import DIGITS
from voiceguide.understanding.wordings import CHOICES, UNIVERSAL

GOOD = (HANG_UP, CALL, ASK_CHILDREN, REFUSE)
TODAY = date(2026, 11, 26)


@pytest.fixture
def play() -> Script:
    return script("12333")


def told(play: Script, state: State, *intents: str) -> tuple[State, list[Action]]:
    actions: list[Action] = []
    for intent in intents:
        state, actions = respond(play, state, heard(intent))
    return state, actions


def frame(play: Script, name: str) -> set[str]:
    return {prompt.text for prompt in play.guide.drills.frame[name]}


def prompts(actions: list[Action]) -> list[Prompt]:
    return [action.prompt for action in actions if isinstance(action, Say)]


def in_a_drill(play: Script) -> Iterator[State]:
    """The swindler waits, he has pushed, another one is offered; over a few of the places there are."""
    for state in live(play)[::97]:
        begun, _ = told(play, state, "drill")
        yield from (begun, told(play, begun, HESITATE)[0], told(play, begun, REFUSE)[0])


@pytest.mark.thorough
def test_from_every_state_it_leads_back_to_exactly_there_and_says_before_and_after_that_it_was_an_exercise(
    play: Script,
) -> None:
    for number, state in enumerate(live(play)):
        if number % 7 and state.mode is Mode.OPEN:  # of what differs only in the place, every seventh
            continue
        begun, actions = told(play, state, "drill")
        assert begun.mode is Mode.DRILL
        assert says(actions)[0] in frame(play, "begin"), state
        for answers in ((REFUSE, "no"), (GIVE_IN, "no"), (HESITATE, HESITATE, "stop"), ("stop",)):
            back, actions = told(play, begun, *answers)
            over = Mode.OPEN if state.mode is Mode.CONFIRM else state.mode
            assert (back.step, back.place, back.mode) == (state.step, state.place, over), state
            assert back.drilling is None
            assert says(actions)[0] in frame(play, "ended")
            assert len(says(actions)) >= 2, "then what was asked before"


def test_the_swindler_is_heard_in_another_voice_and_the_guide_never(play: Script) -> None:
    guide = play.guide
    for drill in guide.drills.drills:
        assert {prompt.voice for prompt in (*drill.say, drill.push)} <= set(OTHER_VOICES)
        own = (drill.scene, drill.instead, *drill.replies.values())
        assert {prompt.voice for prompt in own} == {""}
    assert {prompt.voice for variants in guide.drills.frame.values() for prompt in variants} == {""}


def test_the_swindler_never_speaks_unannounced(play: Script) -> None:
    """She was elsewhere, the sound was gone, she complained: first that it is an exercise."""
    said = {text for name in ("again", "begin", "next", "help") for text in frame(play, name)}
    begun, _ = told(play, State("papers"), "drill")
    for intents in (("practise", "stop"), ("slower",), ("help",), ("repeat",), (HESITATE, "complaint")):
        _, actions = told(play, begun, *intents)
        spoken = prompts(actions)
        his = [number for number, prompt in enumerate(spoken) if prompt.voice][:1]
        assert all({prompt.text for prompt in spoken[:first]} & said for first in his), intents
    _, actions = again(play, begun)
    assert prompts(actions)[0].text in said


def test_whatever_leads_out_of_a_drill_says_that_it_was_one() -> None:
    whole = shipped.script()
    begun, _ = told(whole, State("papers"), "drill")
    for state in (begun, told(whole, begun, REFUSE)[0]):
        for intent in [each for each in expecting(whole, state) if each[0] != "@"]:
            new, actions = respond(whole, state, heard(intent))
            if new.drilling is None:
                assert {*says(actions)} & frame(whole, "ended"), (state.mode, intent)
    more, _ = told(whole, begun, REFUSE)
    _, actions = told(whole, more, "help")
    assert whole.guide.drills.drill("pension-stops").instead.text in says(actions)


def test_another_one_in_the_middle_of_a_drill_is_another_one_and_nothing_is_remembered(play: Script) -> None:
    begun, _ = told(play, State("papers"), "drill")
    skipped, actions = told(play, begun, "drill")
    assert begun.drilling
    assert skipped.drilling
    assert skipped.mode is Mode.DRILL
    assert skipped.drilling.drill != begun.drilling.drill
    assert says(actions)[0] in frame(play, "next")
    assert not any(isinstance(action, Remember) for action in actions)
    event = shipped.understanding().understand("再练一个", expecting(play, begun))
    assert isinstance(event, Heard)
    assert event.intent == "drill"


def test_what_she_answers_is_told_by_what_meets_in_a_part_of_it() -> None:
    told_in_parts = {
        "我儿子的电话是多少": HESITATE,
        "我儿子电话是这个你记": GIVE_IN,
        "我女儿的手机号给你": GIVE_IN,
        "我不跟孩子说，你放心": GIVE_IN,
        "我孩子不让我弄这些，我问他去": ASK_CHILDREN,
        "我要跟老伴和孩子合计合计": ASK_CHILDREN,
        "我问问我儿子行不行": ASK_CHILDREN,
        "我挂了自个儿打到社保去问": CALL,
        "我报警了啊": CALL,
        "反诈那个九六幺幺零我记着呢，我打": CALL,
        "你别急，我先给警察打个电话": CALL,
        "电话我掐了啊": HANG_UP,
        "你要这个干啥？反正我不说": REFUSE,
        "密码哪能告诉你哟": REFUSE,
        "你们是骗子吗": HESITATE,
        "我要是不给呢": HESITATE,
        "软件下好了，下一步按哪个": GIVE_IN,
        "那个码给你，安全不": HESITATE,
    }
    understanding = shipped.understanding()
    wanted = expecting(script("12333"), told(script("12333"), State("papers"), "drill")[0])
    hold(told_in_parts.items(), lambda text: getattr(understanding.understand(text, wanted), "intent", ""))


def test_what_she_answers_freely_is_understood() -> None:
    """Sentences that stand nowhere. A wrong guess hurts, so many are asked again."""
    told_freely = {
        REFUSE: ["这个链接我是不点的", "我的密码怎么能说给你听", "社保局哪里会这样打电话", "你打错电话啦"],
        ASK_CHILDREN: ["等我儿子下班了我问他", "我让我女儿来跟你讲"],
        CALL: ["我自己打电话去社保局问", "我自己到社保局去问一下"],
        HESITATE: ["真的是要停我的养老金吗", "我没戴老花镜看不见字"],
        GIVE_IN: ["好的好的你等我记一下", "我去拿身份证你等着啊"],
    }
    understanding = shipped.understanding()
    wanted = expecting(script("12333"), told(script("12333"), State("papers"), "drill")[0])
    wrong = []
    for kind, texts in told_freely.items():
        for text in texts:
            event = understanding.understand(text, wanted)
            got = event.intent if isinstance(event, Heard) else ""
            if got != kind and not (got in GOOD and kind in GOOD):
                wrong.append(f"{text}: {got}")
    assert not wrong, wrong
    for text in ("今天菜场的白菜真便宜", "我孙子在哪个学校念书", "明天要不要去公园"):
        assert not isinstance(understanding.understand(text, wanted), Heard), text


def test_every_answer_of_every_drill_gets_its_reply_and_is_remembered(play: Script) -> None:
    drills = play.guide.drills
    assert len(drills.drills) >= 8
    state, _ = start(play, known=Known(today=TODAY))
    state, actions = told(play, state, "drill")
    for number, drill in enumerate(drills.drills):
        assert [*map(Say, (drill.scene, *drill.say))] == actions[1:-1]
        for kind, result in (*((kind, HELD) for kind in GOOD), (GIVE_IN, FELL)):
            _, actions = told(play, state, kind)
            remembered = [action.note for action in actions if isinstance(action, Remember)]
            assert remembered == [after(Practised(drill.exercise), result, TODAY)]
            wanted = [drill.replies[kind], *([drill.instead] if kind == GIVE_IN else [])]
            assert prompts(actions)[:-1] == wanted
            assert says(actions)[-1] in frame(play, "more")
        pushed, actions = told(play, state, HESITATE)
        assert prompts(actions) == [drill.push]
        helped, actions = told(play, pushed, HESITATE)
        assert prompts(actions)[:-1] == [drill.replies[HESITATE], drill.instead]
        assert helped.known.of(drill.exercise).result == HESITATED
        held, _ = told(play, pushed, REFUSE)
        assert held.known.of(drill.exercise).result == HESITATED, "he nearly had her"
        if number + 1 < len(drills.drills):
            state, actions = told(play, state, REFUSE, "yes")


@pytest.mark.thorough
def test_every_expected_word_is_answered_and_only_an_answer_ends_a_drill(play: Script) -> None:
    for state in in_a_drill(play):
        for intent in [each for each in expecting(play, state) if not each.startswith(("@", "trouble:"))]:
            new, actions = told(play, state, intent)
            assert says(actions), (state.drilling, intent)
            assert isinstance(actions[-1], Listen)
            assert (new.step, new.place) == (state.step, state.place) or state.mode is Mode.DRILL_MORE
        assert set(UNIVERSAL) - {"fraud"} <= set(expecting(play, state))
        assert DIGITS in expecting(play, state)
        assert set(KINDS) <= set(expecting(play, state)) or state.mode is Mode.DRILL_MORE


@pytest.mark.thorough
def test_misses_and_silences_leave_the_swindler_waiting_and_never_get_the_same_words_twice(play: Script) -> None:
    for begun in in_a_drill(play):
        if begun.mode is not Mode.DRILL:
            continue
        state, before = begun, list[str]()
        for number in range(6):
            state, actions = respond(play, state, MISS)
            assert (state.mode, state.drilling) == (Mode.DRILL, begun.drilling)
            assert says(actions) != before
            assert (set(CHOICES) <= set(expecting(play, state))) == (number >= 2)
            before = says(actions)
        for _ in range(7):
            state, _ = respond(play, state, SILENCE)
            assert (state.mode, state.drilling) == (Mode.DRILL, begun.drilling)


def test_the_question_for_another_is_dropped_when_nobody_answers_and_that_was_an_exercise(play: Script) -> None:
    begun = start(play)[0]
    asked, _ = told(play, begun, "drill", REFUSE)
    for event, times in ((MISS, 3), (SILENCE, 2)):
        state, actions = asked, list[Action]()
        for _ in range(times):
            assert state.mode is Mode.DRILL_MORE
            state, actions = respond(play, state, event)
        assert place_only(state) == place_only(begun)
        assert says(actions)[0] in frame(play, "ended")


def test_digits_in_a_drill_are_forgotten_and_count_as_giving_in(play: Script) -> None:
    state, _ = told(play, start(play)[0], "drill")
    assert state.drilling is not None
    drill = play.guide.drills.drill(state.drilling.drill)
    new, actions = told(play, state, DIGITS)
    assert says(actions)[0] in {prompt.text for prompt in play.common["digits"]}
    assert drill.replies[GIVE_IN] in prompts(actions)
    assert new.known.of(drill.exercise).result == FELL


@pytest.mark.thorough
def test_digits_are_forgotten_in_every_state_which_then_stands_as_it_stood(play: Script) -> None:
    forgotten = {prompt.text for prompt in play.common["digits"]}
    for state in live(play):
        new, actions = told(play, state, DIGITS)
        assert says(actions)[0] in forgotten
        assert place_only(new) == place_only(state)
        assert len(says(actions)) >= 2, "then she is told where they were"


def test_a_complaint_goes_back_to_the_swindler_who_was_answered(play: Script) -> None:
    begun, _ = told(play, start(play)[0], "drill")
    back, _ = told(play, begun, GIVE_IN, "complaint")
    assert (back.mode, back.drilling) == (Mode.DRILL, begun.drilling)
    left, actions = told(play, begun, "complaint")
    assert left.mode is Mode.OPEN
    assert frame(play, "ended") & set(says(actions)), "nobody is left in doubt whether it was true"


# ------------------------------------------------------------------------------ what comes back when


def order(play: Script, results: str, known: Known, count: int) -> list[str]:
    """Which drills come, when she answers by `results` (f, h, or . for held), over and over."""
    drilled: list[str] = []
    for number in range(count):
        drill = play.guide.drills.following(known, drilled)
        result = {"f": FELL, "h": HESITATED, ".": HELD}[results[number % len(results)]]
        note = after(known.of(drill.exercise), result, known.today)
        others = tuple(each for each in known.practised if each.exercise != drill.exercise)
        known = Known(known.today, practised=(*others, note))
        drilled.append(drill.id)
    return drilled


def test_what_she_fell_for_comes_back_soon_but_never_at_once(play: Script) -> None:
    ids = [drill.id for drill in play.guide.drills.drills]
    assert order(play, ".", Known(), len(ids)) == ids, "new ones come in their order"
    first = order(play, "f.........", Known(), 4)
    assert first == [ids[0], ids[1], ids[2], ids[0]]
    for results in (".", "f", "h", "f.h", ".f"):
        drilled = order(play, results, Known(), 40)
        for place, drill_id in enumerate(drilled):
            assert drill_id not in drilled[max(0, place - SPACED_BY) : place]


def test_another_day_what_she_fell_for_comes_first_then_what_is_due(play: Script) -> None:
    ids = [drill.exercise for drill in play.guide.drills.drills]
    fell = Practised(ids[4], 1, FELL, 0, TODAY)
    hesitated = Practised(ids[5], 1, HESITATED, 0, TODAY)
    due = Practised(ids[6], 3, HELD, 3, TODAY)
    later = Practised(ids[0], 1, HELD, 1, TODAY + timedelta(days=5))
    known = Known(TODAY, practised=(later, due, hesitated, fell))
    wanted = [ids[4], ids[5], ids[6], ids[1], ids[2]]
    assert [f"drill:{each}" for each in order(play, ".", known, 5)] == wanted


def test_what_she_holds_is_left_twice_as_long_each_time() -> None:
    practised, days = Practised("drill:x"), list[int]()
    for result in (HELD, HELD, HELD, FELL, HELD, HESITATED):
        practised = after(practised, result, TODAY)
        assert practised.due is not None
        days.append((practised.due - TODAY).days)
    assert days == [7, 14, 28, 1, 7, 3]
    assert practised.times == 6
    assert after(practised, HELD, None).due is None


# ------------------------------------------------------------------------------ what she answers


@cache
def waiting() -> tuple[str, ...]:
    play = content()[0]
    return expecting(play, respond(play, start(play)[0], heard("drill"))[0])


ANSWERS = """
refuse 我不信 不给 我不说 骗人的 你别想骗我 不行我不告诉你 我才不会告诉你
refuse 验证码谁要都不给 我不会相信你的 姑娘我不信 假的假的 不不我不给
hang-up 我挂了 再见 不听了 嗯我挂电话了 我先挂断 我把短信删了 好的我挂了
ask-children 我问问我儿子 我先问问孩子 等孩子回来再说 好吧我问问我女儿 我要打电话问闺女 我先打电话问你爸爸
call 我打12333问 我自己打12333问问 我打96110 不用了我打12333 我要问问社区 我报警
hesitate 等我想想 我不懂 是真的吗 你是谁 我怕 怎么办 那个等一下
give-in 好的 那好吧 我告诉你 好我告诉你 我的验证码是 都听你的 我这就转 谢谢你 我点了
"""


def test_her_answers_are_understood_in_many_words_and_only_there() -> None:
    understanding = content()[1]
    play = content()[0]
    for kind, answers in play.guide.drills.answers.items():
        assert len(set(answers.heard)) >= LEAST_WORDINGS, kind
    same = {"drill:hesitate": {"pause", "cannot", "help"}, "drill:give-in": {"yes", "next"}, "drill:refuse": {"no"}}
    wrong = []
    for line in ANSWERS.split("\n"):
        kind, _, utterances = line.partition(" ")
        for utterance in utterances.split():
            event = understanding.understand(utterance, waiting())
            got = event.intent if isinstance(event, Heard) else ""
            if got != f"drill:{kind}" and got not in same.get(f"drill:{kind}", set()):
                wrong.append(f"{utterance}: {kind}, got {got}")
            elsewhere = understanding.understand(utterance, expecting(play, start(play)[0]))
            if isinstance(elsewhere, Heard) and elsewhere.intent.startswith("drill:"):
                wrong.append(f"{utterance}: {elsewhere.intent} outside")
    assert not wrong, "\n".join(wrong)


def test_what_is_said_to_a_swindler_is_listened_for_only_in_a_drill() -> None:
    play, understanding = content()
    outside = {phrase.text for phrase in understanding.word_list(expecting(play, start(play)[0]))}
    inside = {phrase.text: phrase for phrase in understanding.word_list(waiting())}
    assert {"我挂了", "我问问我儿子", "我打12333问"} <= {text.replace("幺二三三三", "12333") for text in inside}
    assert not {"我挂了", "我问问我儿子", "我告诉你"} & outside
    assert inside["我挂了"].usual
    assert not inside["骗子"].spotted, "her answer, and no alarm"
