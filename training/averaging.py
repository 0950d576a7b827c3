"""The mean of two networks, of which one was trained on from the other: it keeps what the first knew of voices that the
second heard less, and has nearly all of what that has learnt (Wortsman et al. 2022, "Robust fine-tuning of zero-shot
models").

    python -m training.averaging BEGUN.pt TRAINED.pt MEAN.pt --share 0.6

Checkpoints as `train.fit` writes them; what is no weight is the second's. How much of each is a choice, to be made on
voices that neither has heard.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch


def mean(
    begun: Mapping[str, torch.Tensor], trained: Mapping[str, torch.Tensor], share: float
) -> dict[str, torch.Tensor]:
    """Weights and norms, `share` of `trained` and the rest of `begun`; counters are those of `trained`.

    Raises ValueError where they are not networks of one shape.
    """
    shapes = [{name: each.shape for name, each in network.items()} for network in (begun, trained)]
    if shapes[0] != shapes[1]:
        raise ValueError("not two networks of one shape")
    return {
        name: ((1 - share) * begun[name].float() + share * each.float()).to(each.dtype)
        if each.is_floating_point()
        else each
        for name, each in trained.items()
    }


def average(begun: Path, trained: Path, target: Path, share: float) -> None:
    """The mean of two checkpoints; what is no weight is that of `trained`."""
    before, after = (torch.load(path, weights_only=False, map_location="cpu") for path in (begun, trained))
    torch.save(after | {"network": mean(before["network"], after["network"], share)}, target)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m training.averaging",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.add_argument("begun", type=Path)
    parser.add_argument("trained", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--share", type=float, default=0.6, help="of the second (default 0.6)")
    options = parser.parse_args(arguments)
    average(options.begun, options.trained, options.target, options.share)


if __name__ == "__main__":
    main()
