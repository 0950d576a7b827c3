"""The figures of conversations as a table for people, in Chinese."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def table(report: Mapping[str, Any]) -> str:
    """The same, in Chinese."""
    everyone = report["all"]
    if not everyone["people"]:
        return "一段对话也没有做完。"
    lines = [
        f"{everyone['people']} 位模拟老人，种子 {report['seed']}，模型 {report['model']}，指南 {report['guide']}："
        f"{everyone['minutes']:g} 分钟对话，她们说了 {everyone['turns']} 次。"
    ]
    if everyone["people"] < report["asked"]:
        lines.append(f"提前结束了：要测 {report['asked']} 位。")
    lines.append("")
    for target in report["targets"]:
        mark = {True: "达到", False: "没达到", None: "－"}[target["met"]]
        sign = "≤" if target["at_most"] else "≥"
        wanted = f"{sign} {target['wanted']:g} {target['unit']}"
        lines.append(f"  {_wide(target['title'], 26)}{_number(target['value']):>9}  目标 {wanted:<12}{mark}")
    lines += ["", _more(everyone), ""]
    head = ("", "人", "完成 %", "听对 %", "走错 %", "补救 %", "漏插话 %", "误停/时", "回答 秒", "分钟")
    lines.append(_row(head))
    for values in report["by"].values():
        lines += [_row((value, *_cells(found))) for value, found in values.items()]
        lines.append("")
    lines += [
        f"  第 {person['elder']['number']} 位没做完（{person['outcome']}，{person['minutes']:g} 分钟）"
        for person in report["people"]
        if not person["complete"]
    ]
    lines += [
        f"  第 {person['elder']['number']} 位 {move['at_seconds']:.0f} 秒走错：{move['from']} → {move['to']}，"
        f"说“{move['said']}”，听成“{move['heard']}”"
        for person in report["people"]
        for move in person["wrong_moves"]
    ]
    return "\n".join(lines).rstrip()


def _more(found: Mapping[str, Any]) -> str:
    return (
        f"  听对 {_number(found['right_percent'])} %，听错 {_number(found['misheard_percent'])} %，"
        f"没听见 {_number(found['unheard_percent'])} %，话没说完就抢答 {_number(found['cut_off_percent'])} %；"
        f"每段对话多问 {_number(found['questions_again'])} 次；对着没人跟它说的话答 "
        f"{_number(found['to_nobody_per_hour'])} 次一小时；"
        f"话可能还没完的（不、是），等 {_number(found['answer_open_median_seconds'])} 秒才答，"
        f"95 % 在 {_number(found['answer_open_p95_seconds'])} 秒以内；"
        f"两分钟不出声 {found['silences']} 次，开口就听对 {_number(found['woken_percent'])} %；"
        f"一段对话 {_number(found['minutes_median'])} 分钟（中位数）。"
    )


def _cells(found: Mapping[str, Any]) -> tuple[str, ...]:
    keys = (
        "people", "completion_percent", "right_percent", "wrong_moves_percent", "repaired_percent",
        "missed_barge_ins_percent", "false_barge_ins_per_hour", "answer_median_seconds", "minutes_median",
    )  # fmt: skip
    return tuple(_number(found[key]) for key in keys)


def _row(cells: Sequence[str]) -> str:
    return "  " + _wide(cells[0], 18) + "".join(_right(cell, 10) for cell in cells[1:])


def _width(text: str) -> int:
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)


def _wide(text: str, columns: int) -> str:
    return text + " " * max(0, columns - _width(text))


def _right(text: str, columns: int) -> str:
    return " " * max(0, columns - _width(text)) + text


def _number(value: float | None) -> str:
    return "－" if value is None else f"{value:g}"
