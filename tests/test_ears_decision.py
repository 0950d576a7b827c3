"""From what Vosk made of an utterance to a phrase or none."""

import json
from dataclasses import replace

import pytest

from voiceguide.ears.decision import NOTHING, Decision
from voiceguide.ears.hypothesis import UNKNOWN, Hypothesis, Roles, Word
from voiceguide.ears.wordlist import segment, segmented
from voiceguide.events import Belief, Phrase


def heard(*words, log_likelihood=0.0):
    return Hypothesis(tuple(Word(*word) for word in words), log_likelihood)


def decide(decision, *hypotheses_and_roles, **more):
    return decision.judge(decision.weigh(*hypotheses_and_roles, **more))


BY_WORDS = Decision(least_confidence=0.5, ignored_unknown_seconds=0.2)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([("好了", 0.5, 0.9)], ("好了", 0.9)),
        ([("下", 0.2, 0.9), ("一步", 0.3, 0.7)], ("下一步", 0.7)),
        ([("好了", 0.5, 0.4)], ("", 0.4)),
        ([("好了", 0.5, 0.9), ("好了", 0.5, 0.8)], ("好了好了", 0.8)),
        ([("好了", 0.5, 0.9), ("停", 0.4, 0.8)], ("好了停", 0.8)),
        ([(UNKNOWN, 0.6, 1.0)], ("", 0.0)),
        ([(UNKNOWN, 0.6, 1.0), ("好了", 0.5, 0.9)], ("", 0.0)),
        ([(UNKNOWN, 0.15, 1.0), ("好了", 0.5, 0.9)], ("好了", 0.9)),
        ([(UNKNOWN, 0.15, 1.0), ("好了", 0.5, 0.9), (UNKNOWN, 0.15, 1.0)], ("", 0.0)),
        ([], ("", 0.0)),
    ],
)
def test_by_the_words_own_confidence(words, expected):
    assert decide(BY_WORDS, heard(*words), None)[:2] == expected


def test_words_of_fraud_count_in_the_middle_of_unknown_speech():
    speech = heard((UNKNOWN, 1.5, 1.0), ("好了", 0.4, 0.9), ("骗子", 0.5, 0.8), (UNKNOWN, 0.9, 1.0))
    assert decide(BY_WORDS, speech, None, Roles(spotted=frozenset({"骗子"}))) == Belief("骗子", 0.8)
    assert decide(BY_WORDS, speech, None, Roles(spotted=frozenset({"转账"}))) == NOTHING
    against = Decision(against_rival=True, margin_allowance=-1.0, ignored_unknown_seconds=0.1)
    assert (
        decide(against, speech, heard((UNKNOWN, 3.0, 1.0)), Roles(spotted=frozenset({"骗子"})))[0] == ""
    )  # no better


def test_the_room_behind_her_is_no_part_of_what_she_says():
    decision = Decision(unknown_quieter_db=6.0)
    behind = Word(UNKNOWN, 3.0, 1.0, dbfs=-40.0)
    said = Word("好了", 0.5, 0.9, dbfs=-30.0)
    assert decide(decision, Hypothesis((behind, said), 0.0), None) == Belief("好了", 0.9)
    as_loud = Word(UNKNOWN, 3.0, 1.0, dbfs=-35.0)
    assert decide(decision, Hypothesis((as_loud, said), 0.0), None) == NOTHING


def test_chatter_beside_a_command_is_not_weighed():
    roles = Roles(chatter=frozenset({"嗯", "好的"}))
    speech = heard(("嗯", 1.0, 1.0), ("下一步", 1.0, 1.0), log_likelihood=5.0)
    rival = heard((UNKNOWN, 2.0, 1.0))
    decision = Decision(against_rival=True, margin_per_second=4.0, margin_allowance=0.0)
    assert speech.words_beside(roles)
    assert decide(decision, speech, rival, roles)[0] == "嗯下一步", (
        "5 a second of 下一步, not 2.5 a second of all"
    )
    assert decide(decision, speech, rival)[0] == ""
    assert not heard(("嗯", 1.0, 1.0)).words_beside(roles)
    assert not heard(("下一步", 1.0, 1.0), (UNKNOWN, 1.0, 1.0)).words_beside(roles)


def test_thinking_aloud_is_beside_even_what_is_chatter_elsewhere():
    roles = Roles(chatter=frozenset({"那个", "好了"}), fillers=frozenset({"那个"}))
    assert heard(("那个", 0.5, 1.0), ("好了", 0.5, 1.0)).words_beside(roles) == {"那个"}
    assert heard(("好了", 0.5, 1.0), ("下一步", 0.5, 1.0)).words_beside(roles) == {"好了"}
    assert not heard(("好了", 0.5, 1.0)).words_beside(roles)
    assert not heard(("那个", 0.5, 1.0)).words_beside(roles)


def test_who_thinks_aloud_after_a_phrase_has_not_ended_there():
    roles = Roles(chatter=frozenset({"那个", "啊"}), fillers=frozenset({"那个", "啊"}))
    decision = Decision(against_rival=True, margin_per_second=0.0, margin_allowance=0.0)
    rival = heard((UNKNOWN, 2.0, 1.0), log_likelihood=-9.0)
    assert decide(decision, heard(("那个", 0.4, 1.0), ("不是", 0.4, 1.0)), rival, roles)[0] == "那个不是"
    assert decide(decision, heard(("不是", 0.4, 1.0), ("啊", 0.4, 1.0)), rival, roles)[0] == "不是啊"
    assert decide(decision, heard(("不是", 0.4, 1.0), ("那个", 0.4, 1.0)), rival, roles) == NOTHING
    assert decide(decision, heard(("啊", 0.4, 1.0), ("那个", 0.4, 1.0)), rival, roles)[0] == "啊那个", (
        "and nothing else"
    )


def test_a_melody_is_nobody_thinking_aloud():
    roles = Roles(chatter=frozenset({"啊", "嗯"}), fillers=frozenset({"啊"}))
    hum = [("啊", 0.4, 1.0)] * 2
    decision = Decision(against_rival=True, margin_per_second=0.0, margin_allowance=0.0)
    rival = heard((UNKNOWN, 2.0, 1.0), log_likelihood=-9.0)
    assert decide(decision, heard(*hum, ("嗯", 0.4, 1.0)), rival, roles)[0] == "啊啊嗯"
    assert decide(decision, heard(*hum, *hum, ("嗯", 0.4, 1.0)), rival, roles) == NOTHING


@pytest.mark.parametrize(("margin", "text"), [(-20.0, ""), (-6.0, ""), (-4.0, "好了"), (3.0, "好了")])
def test_against_the_rival(margin, text):
    decision = Decision(against_rival=True, margin_per_second=-4.0, margin_allowance=2.0, margin_slope=0.5)
    hypothesis = heard(("好了", 2.0, 1.0), log_likelihood=-300 + 2 * margin)
    assert decide(decision, hypothesis, heard((UNKNOWN, 2.0, 1.0), log_likelihood=-300))[0] == text


@pytest.mark.parametrize(
    ("said", "beyond", "confidence"),
    [
        (["好了"], 2.0, 0.88),
        (["好了", "弄好了"], 4.0, 0.88),
        (["嗯", "好了", "好了"], 4.0, 0.88),  # what stands beside it is not counted
        (["好了", "停"], 4.0, 0.88),
        (["骗子", "转账"], 4.0, 0.98),  # the more of these, the worse
        (["好了", "转账"], 4.0, 0.98),
        (["好了", "好了"], -4.0, 0.02),
    ],
)
def test_what_is_said_in_one_breath_is_no_surer_than_a_part_of_it(said, beyond, confidence):
    roles = Roles(chatter=frozenset({"嗯"}), fillers=frozenset({"嗯"}), spotted=frozenset({"骗子", "转账"}))
    decision = Decision(against_rival=True, margin_per_second=0.0, margin_allowance=0.0, margin_slope=1.0)
    found = decide(decision, heard(*((word, 0.5, 1.0) for word in said)), heard(log_likelihood=-beyond), roles)
    assert found.confidence == pytest.approx(confidence, abs=0.01)


@pytest.mark.parametrize(
    ("said", "lacks", "text"),
    [
        (["是的"], 1.5, "是的"),  # asked for at some time
        (["是的"], 2.5, ""),
        (["对"], 1.5, ""),  # no more likely than anything else
        (["有"], 2.5, "有"),  # answers what has just been asked
        (["嗯", "有"], 2.5, "嗯有"),
        (["嗯"], 2.5, ""),  # stands beside an answer, is none
        (["有", "对"], 1.5, ""),
    ],
)
def test_what_the_guide_asks_for_needs_less_and_what_it_asks_for_now_still_less(said, lacks, text):
    decision = Decision(
        against_rival=True, margin_per_second=0.0, margin_allowance=0.0, asked_allowance=2.0, expected_allowance=3.0
    )  # fmt: skip
    roles = Roles(
        chatter=frozenset({"嗯"}), asked=frozenset({"是的"}), expected=frozenset({"有"}), fillers=frozenset({"嗯"})
    )  # fmt: skip
    words = [(word, 0.3, 1.0) for word in said]
    assert decide(decision, heard(*words), heard(log_likelihood=lacks), roles).text == text


def test_a_model_that_says_nothing_of_what_is_expected_asks_no_more_of_it_than_of_what_is_asked_for():
    decision = Decision(against_rival=True, margin_per_second=0.0, margin_allowance=0.0, asked_allowance=2.0)
    roles = Roles(asked=frozenset({"好了"}), expected=frozenset({"好了"}))
    assert decide(decision, heard(("好了", 0.4, 1.0)), heard(log_likelihood=1.5), roles).text == "好了"


@pytest.mark.parametrize(
    ("said", "guess"),
    [
        ([(UNKNOWN, 1.5, 1.0), ("好了", 0.4, 1.0)], "好了"),  # 这个手机我摸不来，好了
        ([(UNKNOWN, 1.5, 1.0), ("好了", 0.4, 1.0), ("谢谢你", 0.5, 1.0)], "好了"),
        ([("好了", 0.4, 1.0), (UNKNOWN, 1.5, 1.0), ("好了", 0.4, 1.0)], "好了"),
        ([(UNKNOWN, 1.5, 1.0), ("停", 0.4, 1.0)], ""),  # not what was asked
        ([(UNKNOWN, 1.5, 1.0), ("有", 0.4, 1.0)], ""),  # every sentence has one
        ([("好了", 0.4, 1.0), (UNKNOWN, 1.5, 1.0), ("弄好了", 0.4, 1.0)], ""),  # a story
        ([(UNKNOWN, 1.5, 1.0), ("好了", 0.4, 1.0), ("停", 0.4, 1.0)], ""),
        ([(UNKNOWN, 1.5, 1.0)], ""),
        ([("啊", 0.4, 1.0), ("啊", 0.4, 1.0), ("啊", 0.4, 1.0), ("好了", 0.4, 1.0)], ""),  # a melody
    ],
)
def test_an_answer_amid_other_speech_is_worth_a_question(said, guess):
    decision = Decision(
        against_rival=True, margin_per_second=0.0, margin_allowance=0.0, ignored_unknown_seconds=0.2
    )
    polite = frozenset({"谢谢你", "啊"})
    roles = Roles(chatter=polite, fillers=frozenset({"啊"}), expected=frozenset({"好了", "弄好了", "有"}))
    believed = decide(decision, heard(*said), heard(log_likelihood=-5.0), roles)
    assert (believed.text, believed.guess) == ("", guess)
    assert believed.confidence + believed.confidence < 0.5, "half heard twice, it must not be believed"
    assert decide(decision, heard(*said), heard(log_likelihood=5.0), roles).guess == ""


def test_confidence_grows_with_the_margin_and_stays_a_probability():
    decision = Decision(against_rival=True, margin_per_second=0.0, margin_allowance=0.0, least_confidence=0.0)
    rival = heard((UNKNOWN, 1.0, 1.0))
    found = [
        decide(decision, heard(("好了", 1.0, 1.0), log_likelihood=likelihood), rival)[1]
        for likelihood in (-1e9, -3, 0, 3, 1e9)
    ]
    assert found == sorted(found)
    assert found[2] == pytest.approx(0.5)
    assert 0 <= found[0] < 0.1
    assert 0.9 < found[4] <= 1


@pytest.mark.parametrize(("confidence", "belief"), [
    (0.6, Belief("好了", 0.6)), (0.4, Belief("", 0.4, "好了")), (0.2, Belief("", 0.2)),
])  # fmt: skip
def test_what_is_not_sure_enough_to_act_on_may_be_sure_enough_to_ask_about(confidence, belief):
    decision = Decision(least_confidence=0.5, least_to_ask=0.3)
    assert decide(decision, heard(("好了", 0.5, confidence)), None) == belief


def test_a_rival_that_lost_its_way_proves_nothing():
    decision = Decision(against_rival=True, margin_per_second=0.0, margin_allowance=-10.0, margin_slope=1.0)
    speech, rival = heard(("愿意", 0.8, 1.0), log_likelihood=23.0), heard((UNKNOWN, 0.8, 1.0))
    assert decide(decision, speech, rival).text == "愿意"
    assert decide(decision, speech, rival, most={"愿意": 4.0}).text == ""
    assert decide(decision, speech, rival, most={"愿意": 30.0}).text == "愿意"


def test_a_model_brings_its_own_numbers(tmp_path):
    assert Decision.of(tmp_path) == Decision()
    description = {"decision": {"least_confidence": 0.7, "margin_slope": 2.5, "note": "chosen on dev"}}
    (tmp_path / "voiceguide.json").write_text(json.dumps(description), encoding="utf-8")
    assert Decision.of(tmp_path) == Decision(against_rival=True, least_confidence=0.7, margin_slope=2.5)


@pytest.mark.parametrize(
    ("text", "vocabulary", "words"),
    [
        ("下一步", "下一步", ("下一步",)),
        ("下一步", "下 一 步 一步", ("下", "一步")),
        ("下一步", "下 一 步 下一", ("下一", "步")),
        ("再说一遍", "再说 说一遍 再 一遍", ("再说", "一遍")),
        ("研究生命", "研究生 研究 生命 命", ("研究生", "命")),
        ("下一步", "下 一", None),
        ("", "下", None),
    ],
)
def test_segmenting(text, vocabulary, words):
    assert segment(text, set(vocabulary.split()).__contains__) == words


def test_what_the_model_has_no_word_for_is_left_out_and_said(caplog):
    phrases = [Phrase("下一步", ()), Phrase("咋整", ()), Phrase("下一步", ())]
    assert segmented(phrases, {"下", "一步"}.__contains__) == ["下 一步"]
    assert "咋整" in caplog.text


STRING = Roles(strung=frozenset({"一串数字"}))


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ([("一串数字", 0.9)], True),
        ([("一串数字", 0.7)], False),  # nobody says four digits so fast
        ([("一串数字", 1.8), ("还有多久", 0.8)], True),  # the first ones taken for something else
        ([("一串数字", 0.9), ("不是的", 0.5), ("好了", 0.4)], False),  # a television beside two commands
        ([("一串数字", 0.9), (UNKNOWN, 2.0)], True),  # 验证码是…
        ([("一串数字", 0.5), ("一串数字", 0.6)], False),
    ],
)
def test_a_string_of_digits_is_long_enough_and_most_of_what_was_said(said, kept):
    speech = heard(*((text, seconds, 1.0) for text, seconds in said))
    after = speech.without_false_strings(STRING)
    assert ("一串数字" in [word.text for word in after.words]) is kept
    assert [word.seconds for word in after.words] == [seconds for _, seconds in said]
    assert speech.without_false_strings(Roles()) == speech


@pytest.mark.parametrize(("likelihood", "text"), [(-9.0, "骗子"), (-11.5, ""), (-14.5, "")])
def test_words_of_fraud_pay_nothing_for_the_speech_around_them_and_must_be_surer(likelihood, text):
    decision = Decision(against_rival=True, margin_per_second=0.0, margin_allowance=0.0, margin_slope=1.0)
    roles, rival = Roles(spotted=frozenset({"骗子"})), heard((UNKNOWN, 3.0, 1.0))
    amid = heard((UNKNOWN, 1.5, 1.0), ("骗子", 0.5, 1.0), (UNKNOWN, 0.9, 1.0), log_likelihood=likelihood)
    believed = decide(decision, amid, rival, roles, choice=6.0)
    assert (believed.text, believed.guess) == (text, "")
    alone = heard(("骗子", 0.5, 1.0), log_likelihood=likelihood + 12.0)
    assert bool(decide(decision, alone, rival, roles, choice=6.0).text) is (likelihood > -12)


def at(start_seconds, text, dbfs):
    return Word(text, 0.5, 1.0, dbfs, start_seconds)


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ([at(0.2, UNKNOWN, -38.0), at(1.0, "好了", -21.0), at(2.0, "出错了", -40.0)], (1.0, 1.5)),
        ([at(1.0, "好了", -21.0), at(1.5, "谢谢", -24.0), at(2.0, "是", -40.0)], (1.0, 2.0)),
        ([at(1.0, "好了", -21.0), at(2.0, UNKNOWN, -26.0)], None),  # all of it may be hers
        ([at(1.0, UNKNOWN, -21.0)], None),
        ([], None),
    ],
)
def test_her_part_is_what_is_loud_enough(words, part):
    assert Decision(unknown_quieter_db=6.0).her_part(Hypothesis(tuple(words), 0.0)) == part


def test_a_televisions_words_beside_hers_are_the_rooms():
    said, soft = Word("继续", 0.7, 0.9, dbfs=-21.0), Word("好了", 0.5, 0.8, dbfs=-30.0)
    assert decide(Decision(), Hypothesis((said, soft), 0.0), None) == Belief("继续", 0.9)
    falling = replace(soft, dbfs=-28.0)
    assert decide(Decision(), Hypothesis((said, falling), 0.0), None) == Belief("继续好了", 0.8)
