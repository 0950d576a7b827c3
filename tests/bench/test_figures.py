"""Counting: what is right, what is wrong, what per hour, and whether a target is met."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from voiceguide.bench.commands import Command
from voiceguide.bench.figures import TARGETS, Confusion, Figures, span_at
from voiceguide.bench.hearing import NOTHING, Cost, Failure, Reply, peak_rss_mb
from voiceguide.bench.plan import ALL, CLEAN, CONDITIONS, OWN, Condition, Span, Trial, Utterance
from voiceguide.bench.recognition import Counts, _sound
from voiceguide.bench.report import Heading, as_dict, named, table
from voiceguide.ears import EarsError
from voiceguide.events import SAMPLE_RATE

NEXT = Command("下一步", "next", "blink", "next")
LOCAL = Command("没收到", "", "log-in", "trouble:code-missing")
QUIET = np.zeros(SAMPLE_RATE, np.int16)
BY_NAME = {condition.name: condition for condition in CONDITIONS}


def command(condition: Condition = CLEAN, said: Command = NEXT, speaker: str = "anna") -> Trial:
    return Trial(QUIET, condition, Utterance(said, speaker))


def reply(intent: str, text: str = "", start: float = 0.0, end: float = 0.0, asked: str = "") -> Reply:
    return Reply(text or intent, 0.9, intent, asked, start, end)


def target(figures: Figures, key: str):
    found = next(each for each in TARGETS if each.key == key)
    return found, found.value(figures)


def test_right_is_the_right_intent_wrong_another_rejected_none():
    figures = Figures("m")
    for heard in (reply("next", "好了"), reply("next"), reply("previous", "上一步"), NOTHING):
        figures.add(command(), [[heard], [NOTHING]])
    everything, own = figures.tallies["clean", ALL], figures.tallies["clean", OWN]
    assert (everything.right, everything.wrong, everything.rejected, everything.trials) == (2, 1, 1, 4)
    assert everything.right_percent == 50.0
    assert (own.right, own.rejected) == (0, 4)
    assert figures.confusions[Confusion("下一步", "next", "上一步", "previous")] == 1
    assert figures.confusions[Confusion("下一步", "next", "", "")] == 5


def test_what_the_guide_would_rightly_ask_about_is_told_of_the_rejected():
    figures = Figures("m")
    for heard in (reply("", asked="next"), reply("", asked="previous"), reply("next"), NOTHING):
        figures.add(command(), [[heard], [NOTHING]])
    everything = figures.tallies["clean", ALL]
    assert (everything.right, everything.rejected, everything.asked) == (1, 3, 1)


def test_what_means_something_only_at_its_step_is_heard_only_there():
    trial = command(said=LOCAL)
    assert trial.places == ("log-in",)
    figures = Figures("m")
    figures.add(trial, [[reply("trouble:code-missing")]])
    assert figures.tallies.keys() == {("clean", OWN)}
    assert figures.tallies["clean", OWN].right == 1


def test_a_step_is_only_asked_about_where_its_conditions_count():
    assert command(BY_NAME["kitchen 12 dB"]).places == (ALL, "blink")
    assert command(BY_NAME["kitchen 9 dB"]).places == (ALL,)


def test_means_weigh_conditions_not_trials():
    figures = Figures("m")
    for _ in range(9):
        figures.add(command(BY_NAME["kitchen 6 dB"]), [[reply("next")]])
    figures.add(command(BY_NAME["babble 6 dB room"]), [[NOTHING]])
    asked, value = target(figures, "at_6_db")
    assert value == pytest.approx(50.0)
    assert asked.met(value, asked.must) is False
    figures.add(command(BY_NAME["reverberant 12 dB"]), [[reply("next")]])
    assert target(figures, "mean_24_to_6_db")[1] == pytest.approx(50.0), "the made room has its own target"
    assert target(figures, "reverberant_12_db")[1] == 100.0


def test_a_target_that_was_not_measured_is_neither_met_nor_missed():
    asked, value = target(Figures("m"), "clean")
    assert value is None
    assert asked.met(value, asked.must) is None


@pytest.mark.parametrize(("value", "met"), [(2.9, True), (3.0, True), (3.1, False)])
def test_fewer_false_accepts_are_better(value, met):
    asked, _ = target(Figures("m"), "false_accepts_speech")
    assert asked.met(value, asked.must) is met


def test_false_accepts_are_counted_per_hour_of_speech_without_its_pauses():
    figures = Figures("m")
    second = SAMPLE_RATE
    spans = (Span(second, 3 * second, "下雨了", "anna"), Span(5 * second, 9 * second, "吃饭去", "ben"))
    trial = Trial(np.zeros(20 * second, np.int16), CLEAN, kind="speech", spans=spans)
    figures.add(trial, [[reply("next", "下一步", 4.8, 8.5)]])
    assert figures.speech.seconds == 6.0
    assert figures.speech.per_hour == pytest.approx(600.0)
    accept = figures.speech.accepts[0]
    assert (accept.said, accept.speaker, accept.heard, accept.intent) == ("吃饭去", "ben", "下一步", "next")
    assert figures.noise.per_hour is None


def test_digits_heard_as_digits_are_no_false_accept():
    second = SAMPLE_RATE
    spans = (
        Span(0, 3 * second, "六二幺九零四", "anna", rightly="digits"),
        Span(5 * second, 9 * second, "吃饭去", "ben"),
    )
    trial = Trial(np.zeros(20 * second, np.int16), CLEAN, kind="speech", spans=spans)
    figures = Figures("m")
    heard = [reply("digits", "", 0.5, 2.8), reply("digits", "", 5.5, 7.0), reply("next", "", 0.5, 2.8)]
    figures.add(trial, [heard])
    assert figures.speech.rightly == 1
    assert [(each.said, each.intent) for each in figures.speech.accepts] == [
        ("吃饭去", "digits"),
        ("六二幺九零四", "next"),
    ]


def test_noise_is_counted_whole_and_by_kind():
    figures = Figures("m")
    hum = Trial(np.zeros(30 * SAMPLE_RATE, np.int16), kind="fan")
    figures.add(hum, [[]])
    figures.add(hum, [[reply("yes", "好"), reply("no", "不")]])
    assert figures.noise_seconds == {"fan": 60.0}
    assert figures.noise.per_hour == pytest.approx(120.0)
    assert span_at(hum, reply("yes")) is None
    assert figures.noise.accepts[0].said == "fan"


def heading(**changes) -> Heading:
    given = {
        "data": Path("data"), "part": "test", "speakers": ["anna"], "seed": 1, "quick": False,
        "counts": Counts(1, 2, 3, 4, 10, ("某句",), ("芝麻开门",)), "notes": ["没有噪声"], "problems": [],
    }  # fmt: skip
    return Heading(**{**given, **changes})


def measured() -> Figures:
    figures = Figures("toy", Cost(0.4, 10.0, 2.0, 1.0, 99.0), 1.5)
    figures.add(command(), [[reply("next")], [reply("next")]])
    figures.add(command(), [[reply("stop", "停止")], [NOTHING]])
    return figures


def test_the_json_has_the_keys_it_promises():
    report = json.loads(json.dumps(as_dict(heading(), [measured()])))
    assert report.keys() == {
        "data", "part", "seed", "quick", "speakers", "trials", "skipped_commands", "not_commands", "problems",
        "notes", "models",
    }  # fmt: skip
    assert report["trials"] == {"commands": 1, "joined": 2, "recorded": 3, "other_speech": 4, "total": 10}
    model = report["models"][0]
    assert model.keys() == {
        "model", "trials", "ended_early", "conditions", "by_voice", "targets", "false_accepts", "confusions",
        "load_seconds", "first_load_seconds", "rtf", "recogniser_rtf", "peak_rss_mb",
    }  # fmt: skip
    clean = next(each for each in model["conditions"] if each["name"] == "clean")
    assert clean["all"] == {"trials": 2, "right": 50.0, "wrong": 50.0, "rejected": 0.0, "asked": 0.0}
    assert clean["own"] == {"trials": 2, "right": 50.0, "wrong": 0.0, "rejected": 50.0, "asked": 0.0}
    assert [each["name"] for each in model["conditions"]] == [each.name for each in CONDITIONS]
    assert model["by_voice"] == [{"speaker": "anna", "source": "joined", "trials": 2, "right": 50.0}]
    assert (model["rtf"], model["recogniser_rtf"], model["peak_rss_mb"]) == (0.2, 0.1, 99.0)
    first = model["targets"][0]
    assert first["key"] == "clean"
    assert (first["value"], first["must_met"], first["aim_met"]) == (50.0, False, False)
    assert {"said": "下一步", "wanted": "next", "heard": "停止", "intent": "stop", "count": 1} in model[
        "confusions"
    ]


def test_the_table_says_it_in_chinese_with_the_targets_beside():
    good = Figures("better")
    for _ in range(3):
        good.add(command(), [[reply("next")], [reply("next")]])
    text = table(as_dict(heading(), [measured(), good]))
    line = next(line for line in text.splitlines() if line.startswith("安静，全部意图"))
    assert "≥ 96 / 99" in line
    assert line.index("50 未达到") < line.index("100 争取的也达到")
    assert "下一步（next）→ 停止（stop）" in text
    assert "没有测" in text
    assert "芝麻开门" in text
    assert "跳过 1 种说法" in text
    assert "注意：没有噪声" in text


def test_every_condition_has_a_name_of_its_own():
    assert len({condition.name for condition in CONDITIONS}) == len(CONDITIONS) == 25
    assert len({named(condition) for condition in CONDITIONS}) == 25


def test_a_failure_of_the_ears_comes_home_as_what_it_was():
    with pytest.raises(EarsError, match="模型坏了") as caught:
        _sound(Failure("bad-model", "模型坏了。", "换一个。"))
    assert caught.value.code == "bad-model"


def test_the_peak_of_memory_is_that_of_this_process():
    peak = peak_rss_mb()
    assert peak is None or 10 < peak < 100_000
