"""What a prompt may be answered with besides the words it asks for, and only while it stands."""

from __future__ import annotations

import pytest

from tests import shipped
from voiceguide.dialogue import dialogue
from voiceguide.dialogue.script import Script
from voiceguide.dialogue.state import Mode, Place, Spot, State
from voiceguide.events import Heard, NoMatch
from voiceguide.understanding.answers import OF_PROMPT, answers
from voiceguide.understanding.intents import Understanding
from voiceguide.understanding.wordings import UNIVERSAL


@pytest.fixture(scope="module")
def script() -> Script:
    return shipped.script()


@pytest.fixture(scope="module")
def understanding() -> Understanding:
    return shipped.understanding()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("请拿出手机，看看电够不够。电够了，请说，好了。", [("好了", "电够了")]),
        ("看标志。有，请说，好了。没有，请说，没有网络。", [("好了", "有"), ("没有网络", "没有")]),
        ("装完了，或者早就装过，请说，好了。", [("好了", "装完了"), ("好了", "早就装过")]),
        ("妆浓，就洗掉一些。没有化妆，也请说，好了。", [("好了", "没有化妆")]),
        ("好，我们从第一步开始。", []),
    ],
)
def test_a_condition_stands_for_the_words_it_asks_for(
    understanding: Understanding, text: str, found: list[tuple[str, str]]
) -> None:
    assert list(understanding.asking.echoes(text)) == found


def test_the_words_a_prompt_asks_for_are_found_however_it_asks(understanding: Understanding) -> None:
    text = "好了，请说，好了。卡住了，也可以说，帮帮我。不懂，就说，我不会。她说了，好的。"
    assert understanding.asking.offered(text) == ["好了", "帮帮我", "我不会"]


@pytest.mark.thorough
def test_every_condition_a_prompt_names_is_an_answer_to_it(
    script: Script, understanding: Understanding
) -> None:
    wrong = []
    for prompt_id, words, text, step_id in answers(script.guide, understanding.asking):
        expecting = understanding.intents_of(step_id) if step_id else UNIVERSAL
        meant = understanding.understand(words, expecting)
        got = understanding.understand(text, (*expecting, OF_PROMPT + prompt_id))
        assert isinstance(meant, Heard), words
        if not isinstance(got, Heard) or got.intent != meant.intent:
            wrong.append(f"{prompt_id}: {text} should mean {words}, got {got}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("step", "text", "intent"),
    [
        ("real-app", "不是的", "trouble:looks-different"),
        ("network", "没有", "trouble:no-network"),
        ("find-entry", "没有", "trouble:entry-missing"),
        ("result", "没有啊", "trouble:message-missing"),
        ("next-date", "没有", "trouble:date-missing"),
        ("real-app", "不对的", "trouble:looks-different"),
        ("network", "没", "trouble:no-network"),
    ],
)
def test_asked_whether_it_is_done_she_says_no_to_that(
    script: Script, understanding: Understanding, step: str, text: str, intent: str
) -> None:
    """做完了没有？没做完，请说，不是的: whoever said so there was taken to a trouble of the step."""
    for mode, meant in ((Mode.OPEN, intent), (Mode.DONE, "no")):
        there = understanding.understand(text, dialogue.expecting(script, State(step, mode=mode)))
        assert isinstance(there, Heard)
        assert there.intent == meant


@pytest.mark.parametrize("text", ["还没有", "没看完", "还没弄完呢", "还没做完", "没弄完", "还早着呢"])
def test_asked_whether_she_goes_on_what_is_not_finished_is_gone_on_with(
    script: Script, understanding: Understanding, text: str
) -> None:
    """It led to 真的要从第一步重新做吗, and whoever then said 好的 began anew."""
    for mode, meant in ((Mode.RESUME, "resume"), (Mode.RESTART, "no")):
        there = understanding.understand(text, dialogue.expecting(script, State("mine", mode=mode)))
        assert isinstance(there, Heard)
        assert there.intent == meant


@pytest.mark.parametrize("text", ["不是的", "没有", "不要", "不做了"])
def test_asked_whether_she_goes_on_she_may_say_no(
    script: Script, understanding: Understanding, text: str
) -> None:
    there = understanding.understand(text, dialogue.expecting(script, State("mine", mode=Mode.RESUME)))
    assert isinstance(there, Heard)
    assert there.intent in ("no", "stop")


def test_an_answer_means_nothing_where_its_prompt_does_not_stand(
    script: Script, understanding: Understanding
) -> None:
    dark, network = State("wait", Place(Spot.ASK, "face", 0)), State("network")
    for text, state, intent in (("有点暗", dark, "yes"), ("没有", network, "trouble:no-network")):
        there = understanding.understand(text, dialogue.expecting(script, state))
        assert isinstance(there, Heard)
        assert there.intent == intent
    assert isinstance(understanding.understand("有点暗", dialogue.expecting(script, network)), NoMatch)
    elsewhere = understanding.understand("没有", dialogue.expecting(script, State("mine")))
    assert isinstance(elsewhere, Heard)
    assert elsewhere.intent == "no"


def test_the_word_list_holds_the_answers_of_the_prompt_that_stands(
    script: Script, understanding: Understanding
) -> None:
    def listed(state: State) -> set[str]:
        return {phrase.text for phrase in understanding.phrases(dialogue.expecting(script, state))}

    assert {"有点暗", "不暗"} <= listed(State("wait", Place(Spot.ASK, "face", 0)))
    assert not {"有点暗", "不暗"} & listed(State("wait"))
    everything = (*dialogue.intents(script), *dialogue.answers(script))
    assert {"有点暗", "电够了"} <= {phrase.text for phrase in understanding.phrases(everything)}


def test_an_answer_turned_around_or_asked_is_none(script: Script, understanding: Understanding) -> None:
    phone = dialogue.expecting(script, State("phone"))
    for text in ("还没电够了", "电够了吗", "不是有电"):
        got = understanding.understand(text, phone)
        assert not isinstance(got, Heard) or got.intent != "next", text
