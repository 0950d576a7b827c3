"""What elders say, by the table, and the laws that hold for every wording in phrases.toml."""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from tests import shipped
from tests.rows import none_of
from voiceguide import paths
from voiceguide.checking import exercise_rules
from voiceguide.dialogue import dialogue
from voiceguide.dialogue.script import Script
from voiceguide.dialogue.state import Place, Spot, State
from voiceguide.events import Heard, Manner, NoMatch, Transcript, Unsure
from voiceguide.guides.exercise import PRACTISING
from voiceguide.guides.guide import Guide
from voiceguide.language.accents import accent_key
from voiceguide.understanding.answers import ABOUT_DAY, AFTER_ACTING, DATE
from voiceguide.understanding.intents import Understanding
from voiceguide.understanding.phrasebook import ASKED_TIMES, MEANT_TIMES
from voiceguide.understanding.wordings import CHOICES, EXERCISE, UNIVERSAL, Wordings

TABLES = Path(__file__).parent / "understanding" / "zh-CN"
LANGUAGE = paths.prompts()
MOVING = {"next", "previous", "failed", "restart", "stop"}


@pytest.fixture(scope="module")
def guide() -> Guide:
    return shipped.guide()


@pytest.fixture(scope="module")
def understanding() -> Understanding:
    return shipped.understanding()


@pytest.fixture(scope="module")
def wordings() -> Wordings:
    return shipped.wordings()


def rows() -> list[tuple[str, str, str, str]]:
    """(place, expecting, utterance, intent) of every line of every table."""
    found = []
    for path in sorted(TABLES.glob("*.tsv")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line and not line.startswith(("#", "expecting\t")):
                expecting, utterance, intent = line.split("\t")[:3]
                found.append((f"{path.name}:{number}", expecting, utterance, intent))
    return found


def expected(understanding: Understanding, expecting: str) -> tuple[str, ...]:
    if expecting == "all":
        return UNIVERSAL
    if expecting == "choices":
        return (*UNIVERSAL, *CHOICES)
    if expecting == "acting":
        return (*UNIVERSAL, AFTER_ACTING)
    guide_id, step, *cause = expecting.split("/")
    assert guide_id == "12333"
    state = State(step)
    if cause:
        checklist = script().guide.checklists[script().guide.step(step).checklist or ""]
        number = [each.id for each in checklist.causes].index(cause[0])
        state = State(step, Place(Spot.ASK, checklist.id, number))
    return dialogue.expecting(script(), state)


def script() -> Script:
    return shipped.script()


def intent(outcome: Heard | NoMatch) -> str:
    return outcome.intent if isinstance(outcome, Heard) else "none"


def moves(name: str) -> bool:
    return name in MOVING or name.startswith("trouble:")


# --------------------------------------------------------------------------- the table


@pytest.mark.thorough
def test_every_utterance_of_the_table_is_understood_as_written(understanding: Understanding) -> None:
    wrong = []
    for place, expecting, utterance, wanted in rows():
        got = intent(understanding.understand(utterance, expected(understanding, expecting)))
        if moves(got) if wanted == "-" else got != wanted:
            wrong.append(f"{place}: {utterance} [{expecting}] expected {wanted}, got {got}")
    assert not wrong, "\n".join(wrong)


def test_the_table_is_large_and_half_of_it_tempts() -> None:
    table = rows()
    assert len(table) >= 450
    assert sum(wanted in ("-", "none") for _, _, _, wanted in table) >= 150
    covered = {wanted for _, _, _, wanted in table}
    assert set(UNIVERSAL) | set(CHOICES) <= covered


# --------------------------------------------------------------------------- every wording


def test_every_intent_has_six_wordings_or_more(wordings: Wordings) -> None:
    assert {name for name, texts in wordings.heard.items() if len(set(texts)) < 6} == set()
    assert len(wordings.heard["fraud"]) >= 30


@pytest.mark.thorough
def test_every_wording_means_its_own_intent_in_every_state(
    understanding: Understanding, wordings: Wordings, guide: Guide
) -> None:
    wrong = []
    texts = [(name, text) for name in UNIVERSAL for text in (*wordings.heard[name], *wordings.also[name])]
    said = {text: understanding.readings.toneless(text) for _, text in texts}
    for name, text in texts:
        got = intent(understanding.understand(text, UNIVERSAL))
        if got != name:
            wrong.append(f"{text}: {name}, got {got}")
    for step in guide.steps:
        expecting = understanding.intents_of(step.id)
        troubles = [name for name in expecting if name.startswith("trouble:")]
        theirs = {phrase.reading for phrase in understanding.phrases(troubles)}
        for name in UNIVERSAL:
            for text in wordings.heard[name]:
                got = understanding.meanings.of(said[text], expecting)
                if got != name and said[text] not in theirs:
                    wrong.append(f"{step.id}: {text}: {name}, got {got}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.thorough
def test_every_trouble_is_understood_at_its_step(understanding: Understanding, guide: Guide) -> None:
    wrong = []
    for step in guide.steps:
        for trouble in (*step.troubles, *guide.troubles):
            for phrase in trouble.heard:
                got = intent(understanding.understand(phrase.text, understanding.intents_of(step.id)))
                if got != trouble.intent:
                    wrong.append(f"{step.id}: {phrase.text}: {trouble.intent}, got {got}")
    assert not wrong, "\n".join(wrong)


def test_a_known_near_miss_is_never_a_command(understanding: Understanding, wordings: Wordings) -> None:
    for text in wordings.lists["nothing.heard"]:
        assert intent(understanding.understand(text, UNIVERSAL)) == "none", text


def test_no_two_intents_share_a_reading(understanding: Understanding, wordings: Wordings) -> None:
    owners: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for table in (wordings.heard, wordings.also, {"nothing": wordings.lists["nothing.heard"]}):
        for name, texts in table.items():
            for text in texts:
                owners[understanding.readings.toneless(text)].add(name)
    assert {reading: names for reading, names in owners.items() if len(names) > 1} == {}


def test_an_accent_never_makes_one_wording_of_two_syllables_into_another_intents(
    understanding: Understanding, wordings: Wordings
) -> None:
    owners: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for table in (wordings.heard, wordings.also):
        for name, texts in table.items():
            for text in texts:
                reading = understanding.readings.toneless(text)
                if len(reading) > 1:
                    owners[accent_key(reading)].add(name)
    assert {key: names for key, names in owners.items() if len(names) > 1} == {}


# --------------------------------------------------------------------------- around a wording


BEFORE = ["嗯", "那个", "哎呀", "请", "麻烦你", "姑娘", "不好意思", "我说", "对不起"]
AFTER = ["啊", "吧", "呀", "谢谢", "谢谢你", "姑娘"]


def test_chatter_and_spaces_around_a_wording_do_not_matter(
    understanding: Understanding, wordings: Wordings
) -> None:
    wrong = []
    chances = {name: random.Random(name) for name in UNIVERSAL}
    for name, text in ((each, text) for each in UNIVERSAL for text in wordings.heard[each] if len(text) > 1):
        chance = chances[name]
        said = [chance.choice(BEFORE), text, *([text] if chance.random() < 0.3 else []), chance.choice(AFTER)]
        if text + said[-1] == text + "吧" and name == "next":
            said[-1] = "啊"  # 好了吧 is a question
        spoken = chance.choice(["", " ", "，"]).join(said)
        spoken = " ".join(spoken) if chance.random() < 0.3 else spoken
        if (got := intent(understanding.understand(spoken, UNIVERSAL))) != name:
            wrong.append(f"{spoken}: {name}, got {got}")
    assert not wrong, "\n".join(wrong)


def moving(understanding: Understanding, texts: Iterable[str]) -> dict[str, str]:
    """Those that move her -> how."""
    meant = {text: intent(understanding.understand(text, UNIVERSAL)) for text in texts}
    return {text: name for text, name in meant.items() if moves(name)}


@pytest.mark.thorough
def test_a_negation_in_front_never_moves_her(understanding: Understanding, wordings: Wordings) -> None:
    negations = ("不", "不要", "不用", "别", "先别", "不想", "不是", "没", "没有", "还没", "谁说")
    commands = [text for name in sorted(MOVING) for text in (*wordings.heard[name], *wordings.also[name])]
    found = moving(understanding, (negation + text for negation in negations for text in commands))
    # Some negations are wordings themselves: 不做了 stops, 没通过 failed.
    listed = {
        text for name in found.values() for table in (wordings.heard, wordings.also) for text in table.get(name, ())
    }
    none_of(f"{text}: {name}" for text, name in found.items() if text not in listed)


@pytest.mark.thorough
def test_a_question_or_a_sentence_about_a_command_never_moves_her(
    understanding: Understanding, wordings: Wordings
) -> None:
    tails = ("吗", "没有", "是什么意思", "是不是", "了三次", "的人很多")
    commands = [text for name in ("next", "failed", "restart", "stop") for text in wordings.heard[name]]
    none_of(moving(understanding, (text + tail for tail in tails for text in commands)).items())


@pytest.mark.thorough
def test_someone_elses_affairs_never_move_her(understanding: Understanding, wordings: Wordings) -> None:
    subjects = ("他", "孩子他爸", "我们下周要", "今天新闻说", "隔壁老王", "锅里的菜")
    commands = [text for name in ("next", "restart", "stop") for text in wordings.heard[name]]
    none_of(moving(understanding, (subject + text for subject in subjects for text in commands)).items())


def test_accents_do_not_matter(understanding: Understanding, wordings: Wordings) -> None:
    wrong = []
    habits = (("sh", "s"), ("zh", "z"), ("ch", "c"), ("ang", "an"), ("eng", "en"), ("ing", "in"))
    for name, text in ((each, text) for each in UNIVERSAL for text in wordings.heard[each]):
        reading = understanding.readings.toneless(text)
        for accent, plain in habits:
            spoken = tuple(
                syllable.replace(accent, plain)
                if accent in ("sh", "zh", "ch") or syllable.endswith(accent)
                else syllable
                for syllable in reading
            )
            if len(reading) > 1 and spoken != reading and understanding.meanings.of(spoken, UNIVERSAL) != name:
                wrong.append(f"{text}: {accent} as {plain}")
    assert not wrong, "\n".join(wrong)


# --------------------------------------------------------------------------- expecting, confidence, completeness


def test_what_is_not_expected_is_no_match(understanding: Understanding) -> None:
    assert intent(understanding.understand("下一步", ("repeat", "stop"))) == "none"
    assert intent(understanding.understand("有人要验证码", ("yes", "no"))) == "none"
    assert intent(understanding.understand("", UNIVERSAL)) == "none"
    assert intent(understanding.understand("abc 好了", UNIVERSAL)) == "none"


def test_the_word_list_has_chatter_beside_and_words_of_fraud_to_be_spotted(
    understanding: Understanding,
) -> None:
    listed = {phrase.text: phrase for phrase in understanding.word_list(UNIVERSAL)}
    marks = {
        text: (listed[text].beside, listed[text].spotted) for text in ("下一步", "好的", "安全账户", "验证码")
    }
    assert marks == {
        "下一步": (False, False),
        "好的": (True, False),
        "安全账户": (True, True),
        "验证码": (True, True),
    }
    assert not any(phrase.spotted for phrase in understanding.word_list(("yes", "no")))


def test_what_alone_means_nothing_is_marked(understanding: Understanding) -> None:
    idle = {phrase.text for phrase in understanding.word_list(UNIVERSAL) if phrase.idle}
    assert {"谢谢", "谢谢你", "麻烦你了", "那个"} <= idle
    assert not idle & {"好的", "好了", "对", "是的", "下一步", "验证码"}


@pytest.mark.thorough
def test_what_the_guide_has_just_asked_for_is_likelier(understanding: Understanding) -> None:
    expecting = understanding.intents_of("blink")
    assert {phrase.times for phrase in understanding.word_list(expecting)} == {1}
    question = ("眨好了，请说，好了。想再听，请说，再说一遍。要停，请说，退出。",)
    times = {phrase.text: phrase.times for phrase in understanding.word_list(expecting, question)}
    assert (times["好了"], times["再说一遍"]) == (ASKED_TIMES, ASKED_TIMES)
    assert (times["弄好了"], times["重复一遍"]) == (MEANT_TIMES, MEANT_TIMES)
    assert (times["等一下"], times["我不会"]) == (1, 1)
    assert times["退出"] == 1, "what ends needs more certainty, never less"
    expected = {phrase.text for phrase in understanding.word_list(expecting, question) if phrase.expected}
    assert {"好了", "弄好了", "重复一遍", "停", "等一下"} <= expected
    assert not {"退出", "我不会"} & expected
    expected = {phrase.text for phrase in understanding.word_list(expecting) if phrase.expected}
    assert "停" in expected, "she must be able to stop it at any time"
    assert "好了" not in expected


def test_a_doubtful_ear_neither_stops_nor_restarts(understanding: Understanding) -> None:
    for text in ("退出", "从头开始"):
        assert intent(understanding.understand(text, UNIVERSAL, 0.69)) == "none"
        assert intent(understanding.understand(text, UNIVERSAL, 0.7)) != "none"
    assert understanding.understand("下一步", UNIVERSAL, 0.2) == Heard("next", "下一步", 0.2)


def said(text: str, confidence: float = 0.9, **more: float | str | None) -> Transcript:
    return replace(Transcript(text, confidence, 10.0, 12.0), **more)


def test_a_guess_that_would_mean_something_expected_is_unsure(understanding: Understanding) -> None:
    guess = said("", 0.4, guess="下一步")
    assert understanding.hear(guess, UNIVERSAL) == Unsure("next", "下一步", 0.4)
    assert understanding.hear(guess, ("yes", "no")) == NoMatch("")
    assert understanding.hear(said("", 0.4, guess="今天天气"), UNIVERSAL) == NoMatch("")
    assert understanding.hear(said("", 0.4), UNIVERSAL) == NoMatch("")


@pytest.mark.parametrize(
    ("text", "seconds", "at_length"), [("", 3.2, True), ("", 1.2, False), ("今天天气好", 3.2, False)]
)
def test_a_whole_sentence_of_which_nothing_was_recognised_is_told_from_a_word(
    understanding: Understanding, text: str, seconds: float, at_length: bool
) -> None:
    event = understanding.hear(Transcript(text, 0.1, 10.0, 10.0 + seconds), ("next",))
    assert isinstance(event, NoMatch)
    assert event.at_length is at_length


def test_what_was_believed_goes_before_a_guess(understanding: Understanding) -> None:
    assert understanding.hear(said("再说一遍", 0.9, guess="下一步"), UNIVERSAL) == Heard(
        "repeat", "再说一遍", 0.9
    )


def test_where_it_means_nothing_together_what_was_said_last_is_asked_about(understanding: Understanding) -> None:
    """我不会 … 下一步: something she said to nobody may have been misheard."""
    assert understanding.hear(said("我不会下一步", 0.9, guess="下一步"), UNIVERSAL) == Unsure("next", "下一步", 0.9)
    assert understanding.hear(said("我不会下一步", 0.9), UNIVERSAL) == NoMatch("我不会下一步")
    assert understanding.hear(said("我不会下一步", 0.9, guess="下一步"), ("yes", "no")) == NoMatch("我不会下一步")


def test_doubtful_words_that_would_end_or_restart_are_unsure(understanding: Understanding) -> None:
    for text, name in (("退出", "stop"), ("从头开始", "restart")):
        assert understanding.hear(said(text, 0.69), UNIVERSAL) == Unsure(name, text, 0.69)
        assert understanding.hear(said("", 0.69, guess=text), UNIVERSAL) == Unsure(name, text, 0.69)
        assert understanding.hear(said(text, 0.7), UNIVERSAL) == Heard(name, text, 0.7)


def test_what_is_answered_to_the_prompt_may_be_guessed_too(understanding: Understanding) -> None:
    expecting = expected(understanding, "12333/phone")
    assert understanding.hear(said("", 0.4, guess="够了"), expecting) == Unsure("next", "够了", 0.4)
    assert understanding.hear(said("", 0.4, guess="够了"), UNIVERSAL) == NoMatch("")


def test_how_she_said_it_counts_the_syllables_she_was_understood_by(understanding: Understanding) -> None:
    levels = {"speech_dbfs": -30.0, "noise_dbfs": -42.5}
    heard = said("再说一遍", **levels)
    assert understanding.manner(heard, Heard("repeat", "再说一遍")) == Manner(4, 2.0, 12.5)
    assert understanding.manner(heard, NoMatch("再说一遍")) == Manner(0, 0.0, 12.5)
    assert understanding.manner(said("再说一遍"), Heard("repeat", "再说一遍")) == Manner(4, 2.0)
    typed = Transcript("再说一遍", 1.0, 10.0, 10.0)
    assert understanding.manner(typed, Heard("repeat", "再说一遍")) == Manner()


@pytest.mark.thorough
def test_every_step_hears_a_complaint_as_one(understanding: Understanding, guide: Guide) -> None:
    for step in guide.steps:
        expecting = (*dialogue.expecting(script(), State(step.id)), AFTER_ACTING)
        for text in ("你听错了", "我没说这个", "我不是这个意思"):
            assert intent(understanding.understand(text, expecting)) == "complaint", step.id
        listed = {phrase.text for phrase in understanding.word_list(expecting)}
        assert {"你听错了", "不是这个", "不对", "不是的"} <= listed


def test_complete_means_that_nothing_expected_continues_it(understanding: Understanding) -> None:
    complete = understanding.complete(UNIVERSAL)
    assert complete("好了")
    assert complete("失败")
    assert complete("再说一遍")
    assert complete("嗯 下一步")
    assert not complete("嗯好的")  # 嗯，好的，下一步
    assert not complete("好")  # 好了
    assert not complete("不")  # 不会
    assert complete("再说")  # 再说一遍 would mean the same
    assert not complete("下一")
    assert not complete("")
    assert understanding.complete(("yes", "no"))("好")
    # Though 走不动路, 弄错了, 说慢点, 登录了 begin like their last syllable.
    for text in ("往下走", "我不会弄", "接着说", "等等"):
        assert complete(text)
    assert complete("好了谢谢你")  # though 你 might begin 你再说一遍
    assert complete("谢谢啊再听一遍谢谢")
    assert complete("不对谢谢")
    assert not complete("不对")  # 不对不对，不是这个
    assert complete("没好")  # nobody goes on with 好了 behind 没
    assert complete("看不懂")
    assert not understanding.complete(understanding.intents_of("blink"))("看不懂")  # 看不懂字
    assert not complete("谢谢你")
    assert not complete("谢谢好的")


def test_what_the_guide_asks_for_is_likelier_than_what_anybody_says_and_that_than_troubles(
    understanding: Understanding, guide: Guide
) -> None:
    listed = {each.text: each for each in understanding.word_list(understanding.intents_of("blink"))}
    asked, usual, rare = listed["是"], listed["再讲一遍"], listed["没有智能手机"]
    assert asked.usual
    assert asked.ease > usual.ease == 0, "是，请说，是"
    assert usual.usual
    trouble = next(each for each in guide.troubles[0].heard if each.text not in understanding._book._asked)
    assert not listed[trouble.text].usual
    assert listed[trouble.text].ease == 0
    assert rare.ease > 0, "a prompt offers it by name"
    assert listed["退出"].ease == 0, "a prompt offers it, but it ends the session"


def test_the_word_list_holds_what_is_expected_and_nothing_else(
    understanding: Understanding, wordings: Wordings
) -> None:
    listed = {phrase.text for phrase in understanding.phrases(("next", "yes"))}
    assert listed == set(wordings.heard["next"]) | set(wordings.heard["yes"])
    at_log_in = {phrase.text for phrase in understanding.phrases(understanding.intents_of("log-in"))}
    assert "收不到验证码" in at_log_in
    with pytest.raises(KeyError):
        understanding.phrases(("dance",))


def test_television_is_not_parsed_for_ever(understanding: Understanding) -> None:
    assert intent(understanding.understand("好了" * 200, UNIVERSAL)) == "none"
    assert intent(understanding.understand("今天" * 200 + "他让我转账", UNIVERSAL)) == "fraud"


def test_words_that_mean_nothing_in_what_goes_on_and_on_are_overheard(understanding: Understanding) -> None:
    news = Transcript("工作人员", 0.9, 0.0, 12.0)
    assert understanding.hear(news, UNIVERSAL) == NoMatch("工作人员")
    assert understanding.hear(replace(news, too_long=True), UNIVERSAL) == NoMatch("工作人员", overheard=True)
    assert intent(understanding.hear(replace(news, text="他让我转账", too_long=True), UNIVERSAL)) == "fraud"


@pytest.mark.thorough
def test_one_utterance_costs_little(understanding: Understanding) -> None:
    utterances = [utterance for _, _, utterance, _ in rows()]
    for utterance in utterances:
        understanding.understand(utterance, UNIVERSAL)
    began = time.process_time()
    for utterance in utterances:
        understanding.understand(utterance, UNIVERSAL)
    assert (time.process_time() - began) / len(utterances) < 0.005


def test_what_she_is_asked_to_say_is_listened_for(understanding: Understanding) -> None:
    """What is only understood, not listened for, is heard by luck or not at all."""
    always = (*UNIVERSAL, *CHOICES)
    at_exercise = {phrase.text for phrase in understanding.word_list((*UNIVERSAL, *EXERCISE, PRACTISING))}
    for key, prompt in exercise_rules.prompts(script().guide.exercise):
        assert {*understanding.asking.offered(prompt.text)} <= at_exercise, (key, prompt.text)
    for name, variants in script().common.items():
        expecting = (*always, DATE, ABOUT_DAY) if name.startswith("when") else always
        listed = {phrase.text for phrase in understanding.word_list(expecting)}
        for prompt in variants:
            hers = {"{name}", *(each.text for each in understanding.denying(()))}  # see `naming`, `denying`
            offered = {*understanding.asking.offered(prompt.text)} - hers
            assert offered <= listed, (name, prompt.text)
