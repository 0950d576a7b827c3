"""Many conversations as figures: over all and by condition, as JSON for machines (conversation_table: for people)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from voiceguide.bench.conversation import Conversation
from voiceguide.bench.scoring import MISHEARD, RIGHT, UNHEARD

SPLITS: Mapping[str, Callable[[Conversation], str]] = {
    "echo": lambda c: "无回声" if c.surround.echo_db is None else f"回声 {c.surround.echo_db:g} dB",
    "noise": lambda c: f"信噪比 {c.surround.snr_db} dB",
    "room": lambda c: f"混响 {c.surround.reverberation_seconds:g} 秒",
    "television": lambda c: "没有电视" if c.surround.television_db is None else "开着电视",
    "second person": lambda c: "独自一人" if c.surround.second_person_db is None else "旁边有人说话",
    "voice": lambda c: "真人的声音" if c.elder.human and c.voice != c.elder.voice else "合成的声音",
    "keys": lambda c: "有键盘" if c.elder.reaches_keys else "没有键盘",
    "talk": lambda c: "话多的人" if c.elder.chattiness >= 0.4 else "话少的人",
}
"""By what the figures are told apart: name -> of a conversation, its value."""


@dataclass(frozen=True)
class Target:
    """What issue 4 asks for."""

    key: str
    """Of figures()."""
    title: str
    wanted: float
    unit: str
    at_most: bool = True
    where: tuple[str, str] | None = None
    """Split and value; None: over all."""


TARGETS = (
    Target("completion_percent", "做到了要做的那一步", 99.0, "%", at_most=False),
    Target("wrong_moves_percent", "走错，每百次", 1.0, "%"),
    Target("repaired_percent", "没听对，再说一遍就对", 80.0, "%", at_most=False),
    Target("missed_barge_ins_percent", "插话没听到，信噪比 12 dB", 5.0, "%", where=("noise", "信噪比 12 dB")),
    Target(
        "false_barge_ins_per_hour", "无故停下，回声 -10 dB", 0.5, "次一小时", where=("echo", "回声 -10 dB")
    ),
    Target("answer_median_seconds", "多久回答，中位数", 0.35, "秒"),
    Target("answer_p95_seconds", "多久回答，95 %", 0.7, "秒"),
    Target("stop_p95_seconds", "插话后多久停下，95 %", 0.35, "秒"),
)


def figures(conversations: Sequence[Conversation]) -> dict[str, Any]:
    """Of some conversations together. null where nothing was measured.

    people, completion_percent, outcomes {done, gave-up, stopped, too-long: count}, minutes (audio, all), minutes_median
    (of one conversation), turns, right_percent, misheard_percent, unheard_percent, cut_off_percent (answered before
    she had ended), wrong_moves, wrong_moves_percent (of turns), failures, repaired_percent, barge_ins,
    missed_barge_ins_percent, stop_median_seconds, stop_p95_seconds (start of her interruption to silence of the
    loudspeaker), false_barge_ins, speaking_hours, false_barge_ins_per_hour, answer_median_seconds, answer_p95_seconds
    (last sound of her phrase to first sound of the answer, right turns without a pause within, of phrases that nothing
    expected goes on from), answer_open_median_seconds, answer_open_p95_seconds (the same of those that could have gone
    on: 不, 是), pressed (keys),
    errands (what they did about the room, asked to by the guide),
    questions_again (per conversation), to_nobody_per_hour (answers to what nobody said to the guide), silences,
    woken_percent.
    """
    scores = [each.score for each in conversations]
    turns = [turn for score in scores for turn in score.turns]
    wrong = sum(len(score.wrong_moves) for score in scores)
    hours = sum(score.seconds for score in scores) / 3600
    speaking_hours = sum(score.speaking_seconds for score in scores) / 3600
    barge_ins = sum(score.barge_ins for score in scores)
    stops = [seconds for score in scores for seconds in score.stop_seconds]
    false = sum(len(score.false_barge_ins) for score in scores)
    late: dict[bool, list[float]] = {True: [], False: []}
    for turn in turns:
        if turn.latency_seconds is not None and not turn.utterance.hesitant:
            late[turn.complete].append(turn.latency_seconds)
    outcomes = [each.outcome for each in conversations]
    silences = sum(score.silences for score in scores)
    return {
        "people": len(conversations),
        "completion_percent": _percent(sum(each.complete for each in conversations), len(conversations)),
        "outcomes": {name: outcomes.count(name) for name in sorted(set(outcomes))},
        "minutes": round(hours * 60, 1),
        "minutes_median": _quantile([score.seconds / 60 for score in scores], 0.5),
        "turns": len(turns),
        "right_percent": _percent(sum(turn.fate == RIGHT for turn in turns), len(turns)),
        "misheard_percent": _percent(sum(turn.fate == MISHEARD for turn in turns), len(turns)),
        "unheard_percent": _percent(sum(turn.fate == UNHEARD for turn in turns), len(turns)),
        "cut_off_percent": _percent(sum(score.cut_off for score in scores), len(turns)),
        "wrong_moves": wrong,
        "wrong_moves_percent": _percent(wrong, len(turns)),
        "failures": sum(score.failures for score in scores),
        "repaired_percent": _percent(
            sum(score.repaired for score in scores), sum(score.failures for score in scores)
        ),
        "barge_ins": barge_ins,
        "missed_barge_ins_percent": _percent(sum(score.missed_barge_ins for score in scores), barge_ins),
        "stop_median_seconds": _quantile(stops, 0.5),
        "stop_p95_seconds": _quantile(stops, 0.95),
        "false_barge_ins": false,
        "speaking_hours": round(speaking_hours, 3),
        "false_barge_ins_per_hour": round(false / speaking_hours, 2) if speaking_hours else None,
        "answer_median_seconds": _quantile(late[True], 0.5),
        "answer_p95_seconds": _quantile(late[True], 0.95),
        "answer_open_median_seconds": _quantile(late[False], 0.5),
        "answer_open_p95_seconds": _quantile(late[False], 0.95),
        "pressed": sum(score.pressed for score in scores),
        "errands": sum(len(each.record.errands) for each in conversations),
        "questions_again": _mean([score.questions_again for score in scores]),
        "to_nobody_per_hour": round(sum(score.to_nobody for score in scores) / hours, 2) if hours else None,
        "silences": silences,
        "woken_percent": _percent(sum(score.wakes for score in scores), silences),
    }


def as_dict(
    conversations: Iterable[Conversation], seed: int, asked: int, model: str, guide: str
) -> dict[str, Any]:
    """Stable keys.

    model, guide, seed, asked (people wanted; fewer were measured where it was ended early),
    all: see figures(), targets: [{key, title, value, wanted, at_most, met}],
    by: {name of a split: {value: figures()}},
    people: for each the Elder and Surround with all their values, journey, voice, outcome, complete, minutes, turns,
        wrong_moves [{at_seconds, from, to, said, wish, heard, intent}], false_barge_ins [seconds],
    misheard: [{said, wish, fate, heard, intent, number}].
    """
    held = sorted(conversations, key=lambda each: each.elder.number)
    over_all = figures(held)
    by = {name: _split(held, value_of) for name, value_of in SPLITS.items()}
    return {
        "model": model,
        "guide": guide,
        "seed": seed,
        "asked": asked,
        "all": over_all,
        "targets": [_target(target, over_all, by) for target in TARGETS],
        "by": by,
        "people": [_person(each) for each in held],
        "misheard": [
            {
                "said": turn.utterance.text, "wish": turn.utterance.wish, "fate": turn.fate,
                "heard": turn.heard, "intent": turn.intent, "number": each.elder.number,
            }
            for each in held
            for turn in each.score.turns
            if turn.fate != RIGHT
        ],
    }  # fmt: skip


def _target(target: Target, over_all: Mapping[str, Any], by: Mapping[str, Any]) -> dict[str, Any]:
    found = over_all if target.where is None else by[target.where[0]].get(target.where[1], {})
    value = found.get(target.key)
    met = None if value is None else value <= target.wanted if target.at_most else value >= target.wanted
    return {
        "key": target.key, "title": target.title, "value": value, "wanted": target.wanted,
        "at_most": target.at_most, "unit": target.unit, "met": met,
    }  # fmt: skip


def _split(held: Sequence[Conversation], value_of: Callable[[Conversation], str]) -> dict[str, Any]:
    values = sorted({value_of(each) for each in held})
    return {value: figures([each for each in held if value_of(each) == value]) for value in values}


def _person(each: Conversation) -> dict[str, Any]:
    return {
        "elder": asdict(each.elder),
        "surround": asdict(each.surround),
        "journey": asdict(each.journey),
        "voice": each.voice,
        "outcome": each.outcome,
        "complete": each.complete,
        "minutes": round(each.score.seconds / 60, 2),
        "turns": len(each.score.turns),
        "wrong_moves": [
            {
                "at_seconds": round(move.at_seconds, 2), "from": str(move.came_from), "to": str(move.went_to),
                "said": move.said, "wish": move.wish, "heard": move.heard, "intent": move.intent,
            }
            for move in each.score.wrong_moves
        ],
        "false_barge_ins": [round(at, 2) for at in each.score.false_barge_ins],
    }  # fmt: skip


def _percent(part: float, whole: float) -> float | None:
    return round(100 * part / whole, 2) if whole else None


def _quantile(values: Sequence[float], quantile: float) -> float | None:
    return round(float(np.quantile(values, quantile)), 3) if values else None


def _mean(values: Sequence[float]) -> float | None:
    return round(float(np.mean(values)), 2) if values else None
