"""The curves: right intents against noise, and false accepts, as a PNG."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from voiceguide.bench import BenchError
from voiceguide.bench.plan import BABBLE, KITCHEN, SNRS_DB

_STYLES = {(KITCHEN, ""): "o-", (KITCHEN, "recorded"): "o--", (BABBLE, ""): "s-", (BABBLE, "recorded"): "s--"}


def check_library() -> None:
    """Raises BenchError(no-library) where matplotlib is missing: told before the measurement, not after."""
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError as error:
        raise BenchError(
            "no-library", "画图要用 matplotlib，这里没有装。", "请运行 .venv/bin/pip install matplotlib。"
        ) from error


def draw(report: dict[str, Any], file: Path) -> None:
    """`report`: see report.as_dict. English labels: fonts with hanzi are not everywhere. Raises OSError."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 4.5), layout="constrained")
    curves, bars = figure.subplots(1, 2, width_ratios=[2, 1])
    places = range(len(SNRS_DB) + 1)
    for number, model in enumerate(report["models"]):
        shares = {condition["name"]: condition["all"] for condition in model["conditions"]}
        for (noise, room), style in _STYLES.items():
            suffix = " room" if room else ""
            names = [f"clean{suffix}", *(f"{noise} {snr_db} dB{suffix}" for snr_db in SNRS_DB)]
            points = [shares[name]["right"] if shares.get(name) else float("nan") for name in names]
            label = f"{model['model']}: {noise}{', in a room' if room else ''}"
            curves.plot(places, points, style, label=label, color=f"C{2 * number + (noise == BABBLE)}")
    curves.set_xticks(places, ["clean", *map(str, SNRS_DB)])
    curves.set(
        xlabel="signal to noise (dB)", ylabel="right intent (%)", title="Commands, everything expected"
    )
    curves.grid(alpha=0.3)
    curves.legend(fontsize="small")
    kinds = ("speech", "noise")
    width = 0.8 / max(1, len(report["models"]))
    for number, model in enumerate(report["models"]):
        heights = [model["false_accepts"][kind]["per_hour"] or 0.0 for kind in kinds]
        bars.bar([x + number * width for x in range(len(kinds))], heights, width, label=model["model"])
    bars.set_xticks([x + width * (len(report["models"]) - 1) / 2 for x in range(len(kinds))], kinds)
    bars.set(ylabel="per hour", title="False accepts")
    bars.legend(fontsize="small")
    figure.savefig(file, dpi=120, format="png")
