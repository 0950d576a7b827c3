"""The figures of conversations against echo, noise, room and television, as a PNG."""

from __future__ import annotations

from pathlib import Path
from typing import Any

_PANELS = (
    ("completion_percent", "task completion (%)", 99.0),
    ("right_percent", "turns understood (%)", None),
    ("wrong_moves_percent", "wrong moves (% of turns)", 1.0),
    ("repaired_percent", "repaired at the next try (%)", 80.0),
    ("missed_barge_ins_percent", "missed barge-ins (%)", 5.0),
    ("answer_median_seconds", "answer, median (s)", 0.35),
)
_LABELS = {
    "无回声": "no echo", "回声": "echo", "信噪比": "SNR", "混响": "RT60", "秒": "s", "没有电视": "no TV",
    "开着电视": "TV on", "独自一人": "alone", "旁边有人说话": "somebody talks", "真人的声音": "human voice",
    "合成的声音": "synthetic", "话多的人": "chatty", "话少的人": "brief",
    "没有键盘": "no keys", "有键盘": "keys",
}  # fmt: skip


def draw(report: dict[str, Any], file: Path) -> None:
    """`report`: see conversation_report.as_dict. English labels: fonts with hanzi are not everywhere. Raises
    OSError."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(13, 8), layout="constrained")
    names = [(split, value) for split, values in report["by"].items() for value in values]
    labels = [_english(value) for _, value in names]
    for axes, (key, title, wanted) in zip(figure.subplots(2, 3).ravel(), _PANELS, strict=True):
        heights = [report["by"][split][value][key] for split, value in names]
        axes.bar(range(len(names)), [0.0 if height is None else height for height in heights], color="C0")
        for place, height in enumerate(heights):
            if height is None:
                axes.text(place, 0.0, "n/a", ha="center", va="bottom", fontsize=6, rotation=90)
        if wanted is not None:
            axes.axhline(wanted, color="C3", linestyle="--", linewidth=1)
        axes.set_xticks(range(len(names)), labels, rotation=90, fontsize=7)
        axes.set_title(title, fontsize=10)
        axes.grid(alpha=0.3, axis="y")
    everyone = report["all"]
    figure.suptitle(
        f"{everyone['people']} simulated elders, {everyone['turns']} turns, seed {report['seed']}, {report['model']}"
    )
    figure.savefig(file, dpi=110, format="png")


def _english(value: str) -> str:
    for hanzi, label in _LABELS.items():
        value = value.replace(hanzi, label)
    return value
