"""What would close the gap: the loss on unheard voices against how many voices, parameters and steps there were.

    python -m training.curve --speech build/speech    small networks, half an hour; goes on where it stopped
    python -m training.curve --picture curve.png      what is known so far, drawn

Each point is a network of its own, trained to its end. The dev voices speak in drawn rooms and noises, alike for all.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np
import torch
from torch import nn

from training import material
from training.batches import IGNORED, Batch, Reservoir, one, packed
from training.examples import Drawer
from training.labelled import Labelled
from training.mixing import Noises, Stock
from training.network import Network, Shape
from training.sequence import mmi
from training.surroundings import Surroundings
from training.train import Trained, fit, load

SMALL = Shape(front=96, width=192, neck=64)
TINY = Shape(front=64, width=128, neck=40)
BIG = Shape(front=192, width=320, neck=112)
STEPS = (200, 400, 800, 1600)
USUAL_STEPS = 800
VOICES = (4, 8, 16)
"""Besides all: so many people, those with few recordings as likely as those with many."""
DEV_BATCHES, DEV_BATCH = 12, 48
PEAK = 2e-3


@dataclass(frozen=True)
class Point:
    """One network and what it makes of the dev voices."""

    name: str
    voices: int
    hours: float
    parameters: int
    steps: int
    mmi: float
    """nats a frame."""
    right: float
    """Share of frames whose sound comes first."""


def heard_by(people: Sequence[Labelled], voices: int) -> list[Labelled]:
    """The recordings of the first so many people in an order that chance gave; each set holds the smaller ones."""
    names = sorted({clip.voice for clip in people})
    chosen = {names[i] for i in np.random.default_rng(material.SEED).permutation(len(names))[:voices]}
    return [clip for clip in people if clip.voice in chosen]


def plan(people: Sequence[Labelled]) -> Iterator[tuple[str, list[Labelled], Shape, int]]:
    """(name, who is heard, network, steps) of every point."""
    everybody = len({clip.voice for clip in people})
    for voices in VOICES:
        if voices < everybody:
            yield f"voices-{voices}", heard_by(people, voices), SMALL, USUAL_STEPS
    for steps in STEPS:
        yield f"steps-{steps}", list(people), SMALL, steps
    yield "tiny", list(people), TINY, USUAL_STEPS
    yield "big", list(people), BIG, USUAL_STEPS


def dev_batches(dev: Sequence[Labelled], surroundings: Surroundings, shape: Shape) -> list[Batch]:
    """What every network is measured with: no synthetic voice, the same noises each time."""
    rng = np.random.default_rng(material.SEED)
    drawer = Drawer(dev, None, [], [], [], surroundings, 0.0)
    said: dict[str, list[np.ndarray]] = {}
    for clip in dev:
        said.setdefault(clip.voice, []).append(clip.samples)
    cpu = torch.device("cpu")
    stock = Stock(Noises(surroundings, [pieces[:200] for pieces in said.values()], rng), cpu)
    count = DEV_BATCHES * DEV_BATCH
    reservoir = Reservoir(count, cpu, material.SEED)
    reservoir.add(packed([one(drawer, rng) for _ in range(count)]))
    made = (reservoir.batches(DEV_BATCH, stock, shape.context) for _ in itertools.count())
    return list(itertools.islice(itertools.chain.from_iterable(made), DEV_BATCHES))


def measured(trained: Trained, batches: Sequence[Batch]) -> tuple[float, float]:
    """(MMI loss in nats a frame, share of frames whose sound comes first)."""
    losses, rights, frames = [], [], []
    for x, y in batches:
        with torch.no_grad():
            scores, frame_scores = trained.network(x)
        spoken = y != IGNORED
        losses.append(float(mmi(scores.float(), y, trained.bigram)))
        best = nn.functional.softmax(frame_scores, 1).argmax(1)
        rights.append(float((best // 2 == y // 2)[spoken].float().mean()))
        frames.append(int(spoken.sum()))
    return float(np.average(losses, weights=frames)), float(np.average(rights, weights=frames))


def parameters(shape: Shape) -> int:
    """What is exported: the second output is not."""
    network = Network(shape, 2 + 2 * 38)
    return sum(p.numel() for name, p in network.named_parameters() if not name.startswith("frame_out"))


def known(table: Path) -> list[Point]:
    """The points measured so far."""
    if not table.exists():
        return []
    with table.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    kinds = {"name": str, "voices": int, "parameters": int, "steps": int}
    return [
        Point(**{field.name: kinds.get(field.name, float)(row[field.name]) for field in fields(Point)})
        for row in rows
    ]


def measure(speech: Path, work: Path, table: Path) -> None:
    """Trains what is not known yet, and writes each point as soon as it is."""
    people = material.load_labelled(work / "aligned-first.npz")
    dev = material.load_labelled(work / "aligned-dev.npz")
    batches = dev_batches(dev, Surroundings.recorded(speech), SMALL)
    done = {point.name for point in known(table)}
    for name, heard, shape, steps in plan(people):
        if name in done:
            continue
        began = time.time()
        draw = material.source(work, speech, heard, 0.15)
        net = fit(f"curve-{name}", draw, steps, work, shape, material.SEED + 7, peak=PEAK)
        loss, right = measured(load(net), batches)
        hours = sum(len(clip.samples) for clip in heard) / 16_000 / 3600
        point = Point(
            name,
            len({clip.voice for clip in heard}),
            round(hours, 2),
            parameters(shape),
            steps,
            round(loss, 4),
            round(right, 4),
        )
        points = [*known(table), point]
        with table.open("w", encoding="utf-8", newline="") as lines:
            writer = csv.DictWriter(
                lines, [field.name for field in fields(Point)], delimiter="\t", lineterminator="\n"
            )
            writer.writeheader()
            writer.writerows(asdict(each) for each in points)
        print(point, f"{time.time() - began:.0f} s", flush=True)


def picture(points: Sequence[Point], target: Path) -> None:
    """Three curves beside each other."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 3.2), layout="constrained")
    whole = [point for point in points if point.name == f"steps-{USUAL_STEPS}"]
    groups = (
        ("people heard", "voices", [p for p in points if p.name.startswith("voices-")] + whole),
        ("parameters", "parameters", [p for p in points if p.name in ("tiny", "big")] + whole),
        ("steps", "steps", [p for p in points if p.name.startswith("steps-")]),
    )
    for axes, (label, column, chosen) in zip(figure.subplots(1, 3, sharey=True), groups, strict=True):
        chosen = sorted(chosen, key=lambda point: float(getattr(point, column)))
        axes.plot([getattr(point, column) for point in chosen], [point.mmi for point in chosen], "o-")
        axes.set_xscale("log")
        axes.set_xlabel(label)
        axes.grid(alpha=0.3)
    figure.axes[0].set_ylabel("MMI loss, dev voices in noise")
    figure.savefig(target, dpi=120)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m training.curve", description=__doc__)
    parser.add_argument("--speech", type=Path, default=Path("../shared/speech"))
    parser.add_argument(
        "--work",
        type=Path,
        default=Path("build/training"),
        help="where `training all` aligned the recordings",
    )
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--picture", type=Path, metavar="PNG", help="draw what is known, and train nothing")
    options = parser.parse_args(arguments)
    table = options.work / "curve.tsv"
    if options.picture is not None:
        picture(known(table), options.picture)
        return
    torch.set_num_threads(options.threads)
    measure(options.speech, options.work, table)


if __name__ == "__main__":
    main()
