"""How well networks hear people whom no training has heard: loss and frames right, on the same drawn batches for all.

    python -m training.held_out --speech build/speech models/voiceguide-cmn-0.9 build/training/fine-tuned.pt

The voices are those that `splits.toml` calls dev_only, by the collection they come from; drawn, put into rooms and
mixed with noise as in the training. The first network aligns them, which favours it a little.
"""

import argparse
import functools
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import torch

from training import material
from training.align import align
from training.batches import IGNORED, RESERVOIR, REUSE, Batch, Mixed
from training.human import clips
from training.labelled import Labelled
from training.network import Shape
from training.restore import begun
from training.sequence import mmi
from training.train import load, loader

BATCH, BATCHES, SEED = 64, 4, 5
_NUMBER = re.compile(r"(-zh)?(-\d+)+$")


def collection(speaker: str) -> str:
    """aishell3-0043 -> aishell3, fleurs-zh-001 -> fleurs."""
    return _NUMBER.sub("", speaker)


def held_out(aligner: Path, speech: Path, work: Path) -> dict[str, list[Labelled]]:
    """Collection -> what its held-out people say, with their sounds found by that checkpoint; kept in `work`."""
    kept = work / f"held-out-{aligner.stem}.npz"
    if not kept.exists():
        trained = load(aligner)
        found = align(trained.network, trained.priors, list(clips(speech, "dev_only")))
        material.save_labelled(kept, [clip for clip, _ in found])
    groups: dict[str, list[Labelled]] = {}
    for clip in material.load_labelled(kept):
        groups.setdefault(collection(clip.voice), []).append(clip)
    return dict(sorted(groups.items()))


def drawn(people: list[Labelled], speech: Path, work: Path, shape: Shape, batches: int = BATCHES) -> list[Batch]:
    """The same for every network."""
    source = material.source(work, speech, people, 0.0)
    mixed = Mixed(source, BATCH, shape.context, SEED, RESERVOIR, REUSE)
    return list(islice(loader(mixed, 1), batches))


def measured(checkpoint: Path, batches: Sequence[Batch]) -> tuple[float, float]:
    """(MMI loss a frame, share of the frames whose sound comes first)."""
    trained = load(checkpoint)
    losses, right, frames = [], 0, 0
    with torch.no_grad():
        for x, y in batches:
            scores, frame_scores = trained.network(x)
            losses.append(float(mmi(scores.float(), y, trained.bigram)))
            spoken = y != IGNORED
            right += int(((frame_scores.argmax(1) == y) & spoken).sum())
            frames += int(spoken.sum())
    return sum(losses) / len(losses), right / frames


def compared(
    networks: Sequence[Path], speech: Path, work: Path, shape: Shape, batches: int = BATCHES
) -> Iterator[tuple[str, list[tuple[float, float]]]]:
    """(collection, what each network makes of it). networks: checkpoints or model directories."""
    work.mkdir(parents=True, exist_ok=True)
    draw = functools.partial(material.source, work, speech)
    checkpoints = [begun(each, work / f"begun-{each.name}.pt", draw([], 1.0), shape) for each in networks]
    for name, people in held_out(checkpoints[0], speech, work).items():
        heard = drawn(people, speech, work, shape, batches)
        yield name, [measured(checkpoint, heard) for checkpoint in checkpoints]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m training.held_out",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.add_argument("networks", type=Path, nargs="+", help="checkpoints or model directories")
    parser.add_argument("--speech", type=Path, default=Path("../shared/speech"))
    parser.add_argument("--work", type=Path, default=Path("build/training"))
    parser.add_argument("--batches", type=int, default=BATCHES, help=f"of {BATCH}, of each collection")
    options = parser.parse_args(arguments)
    print("\t".join(("", *(each.name for each in options.networks))))
    for name, figures in compared(options.networks, options.speech, options.work, Shape(), options.batches):
        print("\t".join((name, *(f"{loss:.3f} / {right:.1%}" for loss, right in figures))), flush=True)


if __name__ == "__main__":
    main()
