"""Questions in words of her own: answered where that is sure, asked about where it is likely, and else admitted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests import shipped
from tests.rows import hold, none_of
from tests.test_questions import meant
from voiceguide import paths
from voiceguide.dialogue import dialogue
from voiceguide.dialogue.dialogue import respond
from voiceguide.dialogue.state import Mode, State
from voiceguide.events import Heard, Say, Transcript, Unsure
from voiceguide.guides.guide import QUESTION, UNKNOWN_QUESTION
from voiceguide.understanding.resemblance import Resemblance
from voiceguide.understanding.topics import Topics, TopicWords

PARTS, TURNS = 6, (1, 4)
AT = State("papers")
PLAY = shipped.script()


def heard(text: str, state: State = AT) -> object:
    said = Transcript(text, 0.8, 0.0, 1.0)
    return shipped.understanding().hear(said, dialogue.expecting(PLAY, state))


def spoken(actions: list[object]) -> str:
    return "".join(each.prompt.text for each in actions if isinstance(each, Say))


def test_sentences_resemble_by_what_few_of_them_share() -> None:
    told = [("cost", "收费吗"), ("cost", "要收钱吗"), ("far", "远吗"), ("late", "晚了吗")]
    alike = Resemblance(told, frozenset).meanings("收钱吗")
    assert max(alike, key=lambda each: alike[each]) == "cost"
    assert alike["far"] == alike["late"] == 0, "吗 is in all of them"
    assert Resemblance([], frozenset).meanings("收钱吗") == {}


@pytest.mark.thorough
def test_a_sentence_nobody_told_is_seldom_answered_wrongly() -> None:
    """A sixth of the sentences, and another, as if they had never been written down: a wrong answer is the worst."""
    understanding, words = shipped.understanding(), TopicWords.load(paths.prompts())
    concepts = words.words.concepts(understanding.readings.phrase)
    questions, unanswered = PLAY.guide.questions, words.alike.unanswered
    told = right = wrong = asked = others_told = silly = 0
    for turn in TURNS:
        known = [
            replace(each, told=tuple(text for place, text in enumerate(each.told) if place % PARTS != turn))
            for each in questions
        ]
        others = tuple(text for place, text in enumerate(unanswered) if place % PARTS != turn)
        topics = Topics(concepts, replace(words, alike=replace(words.alike, unanswered=others)), known)
        away = [(each.intent, text) for each in questions for text in each.told[turn::PARTS]]
        for intent, text in away:
            topic = topics.asked(text, asks=True)
            right += topic.sure and topic.intent == intent
            wrong += topic.sure and topic.intent != intent
            told += 1
            asked += not topic.sure and intent in (topic.intent, topic.other)
        others_told += len(unanswered[turn::PARTS])
        silly += sum(topics.asked(text, asks=True).sure for text in unanswered[turn::PARTS])
    assert told > 150
    assert wrong <= 0.05 * told, wrong
    assert silly <= 0.1 * others_told, silly
    assert right >= 0.5 * told, right
    assert right + asked >= 0.75 * told, asked


def test_what_is_likely_is_asked_about() -> None:
    asked = {
        "叫别个来替我照脸得不得行": "somebody-else",
        "大前年就弄过了咋还要再弄呢": "already-done",
        "借我妹妹的手机来刷中不中": "childs-phone",
    }
    for text, name in asked.items():
        event = heard(text)
        intents = (event.intent, event.other) if isinstance(event, Unsure) else (getattr(event, "intent", ""),)
        assert QUESTION + name in intents, (text, event)


def test_what_speaks_of_something_else_is_admitted() -> None:
    """Though they end with words that ask something of the guide."""
    said = ["看病报销要带什么", "今天星期几", "公交卡在哪里办", "我这个月养老金是多少钱", "高血压的药多久吃一次"]
    hold(((text, UNKNOWN_QUESTION) for text in said), lambda text: getattr(heard(text), "intent", ""))


def test_what_makes_it_another_question() -> None:
    assert meant("身份证过期了还能认吗") == QUESTION + "card-expired"
    assert meant("老伴过世了他的还要弄吗") == QUESTION + "somebody-died"


def test_two_that_are_as_likely_are_asked_about_one_after_the_other_and_then_it_does_not_know() -> None:
    first, second = QUESTION + "does-it-cost", QUESTION + "certified-late"
    event = Unsure(first, "…", 0.8, second)
    state, actions = respond(PLAY, AT, event)
    assert state.mode is Mode.CONFIRM
    assert "要钱吗" in spoken(actions)
    no = Heard("no", "不是的")
    state, actions = respond(PLAY, state, no)
    assert state.mode is Mode.CONFIRM
    assert "停发" in spoken(actions)
    agreed, answered = respond(PLAY, state, Heard("yes", "是的"))
    assert agreed.mode is Mode.OPEN
    assert PLAY.guide.question("certified-late").say[0].text in spoken(answered)
    state, actions = respond(PLAY, state, no)
    assert state.mode is Mode.OPEN
    assert state.step == AT.step
    unknown = [prompt.text for prompt in PLAY.common["unknown-question"]]
    assert any(text in spoken(actions) for text in unknown)


def test_nobody_is_asked_what_the_television_means() -> None:
    resting = State("papers", mode=Mode.PAUSED)
    long = "据说今年全国的老人都要在手机上面刷脸认证不认证的话养老金会不会停发请看报道"
    none_of(
        event
        for event in (heard("叫别个来替我照脸得不得行", resting), heard(long))
        if isinstance(event, Unsure)
    )


def test_a_part_of_what_she_says_is_asked_about() -> None:
    """The rest tells nothing, or something else: she is asked, and never answered at once."""
    asked = {"这收费不收费嘛，先说清楚": "does-it-cost", "社保卡用得着不，我去翻翻": "what-to-prepare"}
    for text, name in asked.items():
        event = heard(text)
        intents = (event.intent, event.other) if isinstance(event, Unsure) else (getattr(event, "intent", ""),)
        assert QUESTION + name in intents, (text, event)


def test_a_phone_that_is_always_hot_is_no_old_phone() -> None:
    assert getattr(heard("手机老是发烫是咋了"), "intent", "") == UNKNOWN_QUESTION
