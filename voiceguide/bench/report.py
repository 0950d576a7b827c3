"""The figures as a table for people and as JSON for machines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from voiceguide.bench.figures import TARGETS, Alarms, Figures, Tally
from voiceguide.bench.plan import ALL, BABBLE, CONDITIONS, KITCHEN, OWN, Condition
from voiceguide.bench.recognition import Counts, Plan

LISTED = 20
"""Confusions and false accepts in the table."""
_NOISES = {"": "安静", KITCHEN: "厨房噪声", BABBLE: "人声嘈杂"}


@dataclass(frozen=True)
class Heading:
    """What was measured with."""

    data: Path
    part: str
    speakers: Sequence[str]
    seed: int
    quick: bool
    counts: Counts
    notes: Sequence[str]
    problems: Sequence[str]

    @classmethod
    def of(cls, plans: Sequence[Plan], part: str, quick: bool) -> Heading:
        """`plans`: one a model, of the same recordings; they differ where the models have heard others."""
        first = plans[0]
        notes = [*(note for plan in plans for note in plan.notes)]
        if any(plan.collection.speakers() != first.collection.speakers() for plan in plans):
            notes.append("各个模型听过的人不同，所以测试用的人也不同，不能直接比较；名单是第一个模型的。")
        problems = [problem for plan in plans for problem in plan.collection.problems]
        return cls(
            first.collection.folder, part, first.collection.speakers(), first.stage.seed, quick, first.counts,
            list(dict.fromkeys(notes)), list(dict.fromkeys(problems)),
        )  # fmt: skip


def named(condition: Condition) -> str:
    """For the table: 厨房噪声 12 dB，房间里."""
    parts = [_NOISES[condition.noise] + (f" {condition.snr_db:g} dB" if condition.snr_db is not None else "")]
    parts += {"": [], "recorded": ["房间里"], "made": ["混响 0.35 秒"]}[condition.room]
    parts += [f"{condition.pace:g} 倍快"] if condition.pace != 1 else []
    return "，".join(parts)


def as_dict(heading: Heading, measured: Sequence[Figures]) -> dict[str, Any]:
    """Stable keys; percentages are 0 … 100, null where nothing was measured.

    data, part, seed, quick, speakers: what was measured with.
    trials: {commands, joined, recorded, other_speech, total}; skipped_commands, not_commands, problems,
    notes: lists of texts.
    models: for each model {
        model, trials, ended_early (by Ctrl+C: not all was heard),
        conditions: [{name, noise, snr_db, room, pace, all, own}], all and own: {trials, right, wrong,
            rejected, asked} (own null where not measured; right … in percent; asked: those of the rejected where
            the guide would ask whether she meant just that),
        by_voice: [{speaker, source: recorded | joined, trials, right}]: clean, everything expected,
        targets: [{key, title, value, must, aim, at_most, must_met, aim_met}],
        false_accepts: {speech: {hours, count, rightly, per_hour, accepts: [{said, speaker, condition, heard, intent,
            confidence}]}, noise: {the same, by_kind: {kind: {hours, count}}}},
        confusions: [{said, wanted, heard, intent, count}], all of them, commonest first,
        load_seconds, first_load_seconds, rtf (speech detection and all), recogniser_rtf, peak_rss_mb }.
    """
    counts = heading.counts
    return {
        "data": str(heading.data),
        "part": heading.part,
        "seed": heading.seed,
        "quick": heading.quick,
        "speakers": list(heading.speakers),
        "trials": {
            "commands": counts.commands,
            "joined": counts.joined,
            "recorded": counts.recorded,
            "other_speech": counts.other_speech,
            "total": counts.trials,
        },
        "skipped_commands": list(counts.skipped),
        "not_commands": list(counts.not_commands),
        "problems": list(heading.problems),
        "notes": list(heading.notes),
        "models": [_model(figures) for figures in measured],
    }


def _model(figures: Figures) -> dict[str, Any]:
    cost = figures.cost
    heard = figures.tallies
    return {
        "model": figures.model,
        "trials": sum(tally.trials for tally in heard.values()),
        "ended_early": figures.ended_early,
        "conditions": [
            {
                "name": each.name, "noise": each.noise, "snr_db": each.snr_db, "room": each.room,
                "pace": each.pace,
                "all": _shares(heard.get((each.name, ALL))), "own": _shares(heard.get((each.name, OWN))),
            }
            for each in CONDITIONS
        ],
        "by_voice": [
            {"speaker": speaker, "source": source, "trials": tally.trials, "right": _rounded(tally.right_percent)}
            for (speaker, source), tally in sorted(figures.by_voice.items())
        ],
        "targets": [
            {
                "key": target.key, "title": target.title, "value": _rounded(value := target.value(figures), 2),
                "must": target.must, "aim": target.aim, "at_most": target.at_most,
                "must_met": target.met(value, target.must), "aim_met": target.met(value, target.aim),
            }
            for target in TARGETS
        ],
        "false_accepts": {
            "speech": _alarms(figures.speech),
            "noise": {
                **_alarms(figures.noise),
                "by_kind": {
                    kind: {
                        "hours": _rounded(seconds / 3600, 3),
                        "count": sum(each.said == kind for each in figures.noise.accepts),
                    }
                    for kind, seconds in sorted(figures.noise_seconds.items())
                },
            },
        },
        "confusions": [{**asdict(each), "count": count} for each, count in figures.confusions.most_common()],
        "load_seconds": _rounded(cost.load_seconds if cost else None, 2),
        "first_load_seconds": _rounded(figures.first_load_seconds, 2),
        "rtf": _rounded(cost.rtf if cost else None, 3),
        "recogniser_rtf": _rounded(cost.recogniser_rtf if cost else None, 3),
        "peak_rss_mb": _rounded(cost.peak_rss_mb if cost else None),
    }  # fmt: skip


def _shares(tally: Tally | None) -> dict[str, Any] | None:
    if tally is None or not tally.trials:
        return None
    counts = {"right": tally.right, "wrong": tally.wrong, "rejected": tally.rejected}
    counts["asked"] = tally.asked
    return {"trials": tally.trials} | {key: _rounded(tally.share(count)) for key, count in counts.items()}


def _alarms(alarms: Alarms) -> dict[str, Any]:
    return {
        "hours": _rounded(alarms.seconds / 3600, 3),
        "count": len(alarms.accepts),
        "rightly": alarms.rightly,
        "per_hour": _rounded(alarms.per_hour, 2),
        "accepts": [{**asdict(each), "confidence": round(each.confidence, 3)} for each in alarms.accepts],
    }


def _rounded(value: float | None, digits: int = 1) -> float | None:
    return None if value is None else round(value, digits)


# ------------------------------------------------------------------------------------------------ for people


def table(report: dict[str, Any]) -> str:
    """What `as_dict` says, in Chinese, models side by side."""
    models, trials = report["models"], report["trials"]
    lines = [
        f"录音：{report['data']}（{len(report['speakers'])} 个声音，模型都没有听过；{report['part']}）",
        f"试验：{trials['commands']} 种说法，拼接 {trials['joined']} 句，整句录音 {trials['recorded']} 句，"
        f"别的话 {trials['other_speech']} 句，共 {trials['total']} 段；随机数种子 {report['seed']}",
        "",
        _row("条件（对 / 错 / 没认；其中会问对的，%）", [f"{m['model']} 全部｜这一步" for m in models]),
    ]
    for number, condition in enumerate(CONDITIONS):
        cells = [m["conditions"][number] for m in models]
        if any(cell[where] for cell in cells for where in (ALL, OWN)):
            lines.append(_row(named(condition), [f"{_cell(c[ALL])}｜{_cell(c[OWN])}" for c in cells]))
    lines += ["", _row("目标（至少 / 争取）", [m["model"] for m in models])]
    for number, target in enumerate(TARGETS):
        asked = f"{target.must:g}" + (f" / {target.aim:g}" if target.aim is not None else "")
        title = f"{target.title}（{'≤' if target.at_most else '≥'} {asked}）"
        lines.append(_row(title, [_reached(m["targets"][number]) for m in models]))
    for model in models:
        lines += ["", *_details(model)]
        lines += [f"注意：{model['model']} 提前结束，没有全部测完。"] if model["ended_early"] else []
    lines += [f"注意：{note}" for note in report["notes"]]
    if report["skipped_commands"]:
        lines.append(f"跳过 {len(report['skipped_commands'])} 种说法：录音里缺少要用的音节。")
    lines += [f"不是口令（没有测）：{text}" for text in report["not_commands"]]
    return "\n".join(lines)


def _details(model: dict[str, Any]) -> list[str]:
    lines = [
        f"[{model['model']}] 载入 {_or_dash(model['load_seconds'])} 秒"
        f"（第一次 {_or_dash(model['first_load_seconds'])} 秒），"
        f"实时率 {_or_dash(model['rtf'])}（识别器 {_or_dash(model['recogniser_rtf'])}，一个核），"
        f"内存峰值 {_or_dash(model['peak_rss_mb'])} MB，口令试验 {model['trials']} 次"
    ]
    voices = (f"{v['speaker']} {_or_dash(v['right'])}%（{v['trials']}）" for v in model["by_voice"][:LISTED])
    lines.append(f"安静时各人：{'，'.join(voices) or '—'}")
    for key, title in (("speech", "别的话"), ("noise", "噪声")):
        alarms = model["false_accepts"][key]
        lines.append(
            f"{title} {alarms['hours']:.2f} 小时，误听 {alarms['count']} 次，每小时 {_or_dash(alarms['per_hour'])} 次"
            + (f"；另有 {alarms['rightly']} 串数字听对了，不算误听" if alarms["rightly"] else "")
        )
        for each in alarms["accepts"][:LISTED]:
            who = f"（{each['speaker']}）" if each["speaker"] else ""
            lines.append(
                f"    {each['said']}{who} → {each['heard']}（{each['intent']}，{each['confidence']:.2f}）"
            )
    lines.append("最常见的错误：" if model["confusions"] else "口令没有听错的。")
    for each in model["confusions"][:LISTED]:
        heard = f"{each['heard']}（{each['intent']}）" if each["intent"] else "没认"
        lines.append(f"    {each['count']} 次  {each['said']}（{each['wanted']}）→ {heard}")
    return lines


def _reached(target: dict[str, Any]) -> str:
    if target["value"] is None:
        return "没有测"
    verdict = "争取的也达到" if target["aim_met"] else "达到" if target["must_met"] else "未达到"
    return f"{target['value']:g} {verdict}"


def _cell(shares: dict[str, Any] | None) -> str:
    if shares is None:
        return "—"
    told = (f"{shares[key]:5.1f}" for key in ("right", "wrong", "rejected"))
    return f"{' /'.join(told)};{shares['asked']:5.1f}"


def _or_dash(value: float | None) -> str:
    return "—" if value is None else f"{value:g}"


def _row(title: str, cells: Sequence[str]) -> str:
    """Hanzi are two columns wide."""
    width = sum(2 if ord(char) > 255 else 1 for char in title)
    return title + " " * max(1, 62 - width) + "   ".join(f"{cell:<56}" for cell in cells).rstrip()
