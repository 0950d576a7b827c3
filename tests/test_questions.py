"""What she asks in between: every wording of every question, what nothing answers, and what asks nothing."""

from __future__ import annotations

import tomllib

import pytest

from tests import shipped
from tests.rows import hold, none_of
from voiceguide import paths
from voiceguide.dialogue import dialogue
from voiceguide.dialogue.script import Script
from voiceguide.dialogue.state import Mode, State
from voiceguide.events import Heard, Transcript, Unsure
from voiceguide.guides.guide import QUESTION, UNKNOWN_QUESTION
from voiceguide.understanding.intents import Understanding

GUIDES = shipped.library().guide_ids()


def content(guide_id: str) -> tuple[Script, Understanding]:
    return shipped.script(guide_id), shipped.understanding(guide_id)


def meant(text: str, guide_id: str = "12333", step: str = "papers", mode: Mode = Mode.OPEN) -> str:
    script, understanding = content(guide_id)
    outcome = understanding.understand(text, dialogue.expecting(script, State(step, mode=mode)))
    return outcome.intent if isinstance(outcome, Heard) else ""


@pytest.mark.thorough
@pytest.mark.parametrize("guide_id", GUIDES)
def test_every_wording_of_every_question_is_understood_at_some_step_and_with_chatter(guide_id: str) -> None:
    script, _ = content(guide_id)
    steps = [step.id for step in script.guide.steps]
    wrong = []
    for turn, question in enumerate(script.guide.questions):
        for number, phrase in enumerate((*question.heard, *question.also)):
            step = steps[(7 * turn + number) % len(steps)]
            around = ("{}", "请问，{}", "姑娘我问一下{}", "{}啊", "那个，{}，谢谢")[number % 5]
            said = around.format(phrase.text)
            reported = "trouble:" + question.trouble
            if (got := meant(said, guide_id, step)) not in (question.intent, reported):
                wrong.append(f"{step}: {said}: {question.id}, got {got}")
    assert not wrong, "\n".join(wrong)


def test_what_the_issue_names_is_answered() -> None:
    wanted = {
        "为什么要认证": "why-certify", "多久一次": "certify-how-often", "会不会停发": "certified-late",
        "要钱吗": "does-it-cost", "我没有智能手机": "no-smartphone", "我走不动": "cannot-walk",
        "孩子不在身边": "remote-help", "去哪里办": "where-to-go", "要带什么": "what-to-prepare",
        "晚了怎么办": "certified-late", "人在外地": "away-from-home", "在国外怎么办": "abroad",
        "验证码是什么": "what-is-a-code", "密码忘了": "password-forgotten", "脸变了认得出吗": "face-changed",
        "怎么知道通过没有": "look-up-result",
    }  # fmt: skip
    assert {text: meant(text) for text in wanted} == {text: QUESTION + name for text, name in wanted.items()}
    assert meant("是不是骗子") == "fraud", "here the warning is the answer"


def test_a_question_nothing_answers_is_known_by_its_shape() -> None:
    asked = [
        "养老金明年涨多少", "医保卡怎么用", "公交车几点来", "我孙子什么时候放学", "你知道医院怎么走吗",
        "社保卡里的钱能不能取",
        "老年卡在哪里办啊", "为什么今年没有补贴", "这个手机多少钱买的", "明天会不会下雨", "请问养老院贵不贵",
        "降压药一天吃几次啊怎么吃",
    ]  # fmt: skip
    hold(((text, UNKNOWN_QUESTION) for text in asked), meant)


def test_what_asks_nothing_is_no_unknown_question() -> None:
    said = [
        # commands and answers that hold such a word
        "然后怎么弄", "什么", "你说什么", "怎么办", "怎么又失败了", "接下来做什么", "到哪里了", "不知道点哪里",
        # statements, exclamations, near misses
        "什么都没有", "怎么回事啊", "怎么都弄不成", "我不知道这是什么", "好了吗", "是不是好了", "那个什么的",
        "没什么大不了",
        "哎呀怎么搞的", "没多少电了", "菜市场已经关门了", "今天的白菜真便宜", "我妈", "喂马", "你听懂了吗",
        # the television: far too long
        "据了解今年全国多个城市的房价为什么会上涨专家是怎么说的请看下面的报道",
    ]  # fmt: skip
    none_of(f"{text}: {got}" for text in said if (got := meant(text)).startswith(QUESTION))


def test_other_peoples_talk_asks_nothing() -> None:
    table = tomllib.loads((paths.prompts() / "other-speech.toml").read_text(encoding="utf-8"))
    asked = [text for text in table["sentences"] if meant(text).startswith(QUESTION)]
    assert asked == []


def test_a_question_beside_an_alarm_sounds_the_alarm() -> None:
    said = ["有人打电话说不认证会停发怎么办", "他问我要验证码要钱吗", "他说认证要钱是不是骗子"]
    for text in (*said, "会不会停发，有人要我的密码"):
        assert meant(text) == "fraud", text


def test_a_step_that_can_do_something_about_it_reports_the_trouble() -> None:
    assert meant("密码忘了怎么办", step="log-in") == "trouble:forgotten-password"
    assert meant("密码忘了怎么办", step="blink") == QUESTION + "password-forgotten"
    assert meant("戴眼镜行吗", step="face-ready") == "trouble:glasses"
    assert meant("我是睁眼瞎怎么办") == meant("字太小我认不到咋弄") == "trouble:cannot-read"


def test_in_a_pause_only_what_the_guide_can_answer_is_a_question() -> None:
    assert meant("养老金明年涨多少", mode=Mode.PAUSED) == ""
    assert meant("要钱吗", mode=Mode.PAUSED) == QUESTION + "does-it-cost"


def test_questions_are_listened_for_but_not_usual() -> None:
    """They must cost the other commands little: see events.Phrase.usual."""
    script, understanding = content("12333")
    expecting = dialogue.expecting(script, State("papers"))
    listed = {phrase.text: phrase for phrase in understanding.word_list(expecting)}
    for question in script.guide.questions:
        asked = [listed[phrase.text] for phrase in question.heard]
        assert not any(phrase.usual or phrase.spotted for phrase in asked), question.id
        assert not {phrase.text for phrase in question.also} & listed.keys(), question.id


def test_a_guessed_question_is_asked_about() -> None:
    script, understanding = content("12333")
    expecting = dialogue.expecting(script, State("papers"))
    guess = Transcript("", 0.4, 0.0, 1.0, guess="要钱吗")
    event = understanding.hear(guess, expecting)
    assert event == Unsure(QUESTION + "does-it-cost", "要钱吗", 0.4)
    new, actions = dialogue.respond(script, State("papers"), event)
    assert new.mode is Mode.CONFIRM
    assert "要钱吗" in str(actions[0])
