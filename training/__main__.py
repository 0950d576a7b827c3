"""`python -m training all`: from recordings and a synthetic voice to a model directory, in resumable steps.
`python -m training fine-tune --from MODEL`: from a model, and voices it has not heard, to a better one.

Every step leaves a file in the work folder and is skipped when that file is there, so an interrupted run
goes on where it was; `--fresh` forgets them. The whole takes some hours on two cores.
"""

import argparse
import functools
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch

from training import material
from training.align import align
from training.averaging import average
from training.batches import Source
from training.export import export
from training.human import SPLITS, SpeechMissing, check, clips
from training.labelled import Labelled
from training.network import Shape
from training.restore import begun
from training.train import Pace, fit, learn_frames, load
from voiceguide.bench.collection import trained_on

# Steps of 64 examples. The bootstrap only has to align; the first net only has to align better.
BOOTSTRAP_STEPS, FIRST_STEPS, MAIN_STEPS, FINAL_STEPS = 450, 600, 15_000, 2_000
# Clips the aligning net finds least likely are wrong labels, clicks or English: left out.
WORST_SHARE = 0.03
BOOTSTRAP_STRIDE = 4
SYNTHETIC_SHARE = 0.2
# Of a network that has learnt what it is trained with: small steps, every piece heard longer than in the training anew.
FINE_STEPS, FINE_PEAK, FINE_DROPOUT, FINE_REUSE = 2_600, 7e-4, 0.06, 8
# For the one layer that no model keeps.
FRAME_STEPS = 150
# Of what was trained on, in the mean with what it began as.
FINE_SHARE = 0.3
MODEL = Path("models/voiceguide-cmn-0.9")


def aligned(
    model: Path,
    folders: Sequence[Path],
    part: str,
    out: Path,
    stride: int = 1,
    leave_out: tuple[str, ...] = (),
    whole: Callable[[str], bool] = lambda speaker: False,
) -> list[Labelled]:
    """Clips of one part with their sounds found by `model`; every `stride`-th clip, and all of the speakers who are to
    be heard whole."""
    if not out.exists():
        trained = load(model)
        every = (clip for folder in folders for clip in clips(folder, part, leave_out))
        chosen = [clip for place, clip in enumerate(every) if place % stride == 0 or whole(clip.speaker)]
        found = list(align(trained.network, trained.priors, chosen))
        limit = np.quantile([score for _, score in found], WORST_SHARE)
        material.save_labelled(out, [clip for clip, score in found if score >= limit])
    return material.load_labelled(out)


@dataclass(frozen=True)
class Plan:
    """leave_out: speakers that must not be heard (for controls). steps, final_steps: of `main` and `final`, 64 examples
    each. begin: a checkpoint or a model directory to go on from. minutes: `main`, or fine-tuning, ends by the clock.
    often: these speakers are drawn twice as often: new ones, where `begin` has heard the others. stride: of the
    recordings of those it has heard only every so many-th is aligned and heard once more, where time is short.
    """

    leave_out: tuple[str, ...] = ()
    steps: int = MAIN_STEPS
    final_steps: int = FINAL_STEPS
    begin: Path | None = None
    minutes: float | None = None
    often: tuple[str, ...] = ()
    stride: int = 1
    shape: Shape = field(default_factory=Shape)


def make(folders: Sequence[Path], work: Path, target: Path, plan: Plan) -> None:
    """All steps; the first of the folders also holds the noises and rooms."""
    for folder in folders:
        check(folder)  # before an hour goes into the synthetic part
    work.mkdir(parents=True, exist_ok=True)
    shape, seed, pace, leave_out = plan.shape, material.SEED, Pace.of_this_machine(), plan.leave_out
    draw = functools.partial(material.source, work, folders[0])
    bootstrap = fit("bootstrap", draw([], 1.0), pace.steps(BOOTSTRAP_STEPS), work, shape, seed)
    found = aligned(bootstrap, folders, "train", work / "aligned-bootstrap.npz", BOOTSTRAP_STRIDE, leave_out)
    first = fit("first", draw(found, 0.25), pace.steps(FIRST_STEPS), work, shape, seed + 1, start=bootstrap)
    people = aligned(first, folders, "train", work / "aligned-first.npz", leave_out=leave_out)
    heard = draw(people, SYNTHETIC_SHARE, plan.often)
    begin = first if plan.begin is None else ready(plan.begin, work, heard, shape, pace)
    heard_before = heard_by(plan.begin)
    main_steps = pace.steps(plan.steps)
    main_net = fit("main", heard, main_steps, work, shape, seed + 2, start=begin, minutes=plan.minutes)
    # What is chosen on the dev voices (costs, the decision) is chosen with this one.
    export(load(main_net), work / "main-model", heard_before | {clip.voice for clip in people})
    # Then they are too precious to leave out: a last short run hears them too. Only the test voices stay unheard.
    everyone = [*people, *aligned(main_net, folders, "dev", work / "aligned-dev.npz", leave_out=leave_out)]
    final = fit(
        "final",
        draw(everyone, SYNTHETIC_SHARE, plan.often),
        pace.steps(plan.final_steps),
        work,
        shape,
        seed + 3,
        start=main_net,
        peak=8e-4,
    )
    export(load(final), target, heard_before | {clip.voice for clip in everyone})
    print(f"model: {target}")


def fine_tune(folders: Sequence[Path], work: Path, target: Path, plan: Plan, share: float = FINE_SHARE) -> None:
    """Trains `plan.begin` on with all it may hear, the dev voices too where it has heard them; the mean of both is
    exported, `share` of the new one. Much as 0.9 was made."""
    assert plan.begin is not None
    for folder in folders:
        check(folder)
    work.mkdir(parents=True, exist_ok=True)
    draw = functools.partial(material.source, work, folders[0])
    aligner = begun(plan.begin, work / "aligner.pt", draw([], 1.0), plan.shape)
    heard_before = heard_by(plan.begin)

    def new(speaker: str) -> bool:
        return speaker not in heard_before or speaker in plan.often

    parts = ["train", "dev"] if heard_before & set(SPLITS["human"]["dev"]) else ["train"]
    people = [
        clip
        for part in parts
        for clip in aligned(
            aligner, folders, part, work / f"aligned-{part}.npz", plan.stride, plan.leave_out, new
        )
    ]
    pace = replace(Pace.of_this_machine(), reuse=FINE_REUSE)
    source, steps = draw(people, SYNTHETIC_SHARE, plan.often), pace.steps(plan.steps)
    start = ready(plan.begin, work, source, plan.shape, pace)
    trained = fit(
        "fine-tuned", source, steps, work, plan.shape, material.SEED + 4, start, FINE_PEAK, FINE_DROPOUT, pace,
        plan.minutes,
    )  # fmt: skip
    both = work / "mean.pt"
    average(start, trained, both, share)
    export(load(both), target, heard_before | {clip.voice for clip in people})
    print(f"model: {target}")


def ready(begin: Path, work: Path, source: Source, shape: Shape, pace: Pace) -> Path:
    """The checkpoint to train on from, of a checkpoint or a model directory. A model's norms are measured on `source`,
    what it is going to hear: measured on other speech they would change it at once."""
    start = begun(begin, work / "begun.pt", source, shape)
    if not begin.is_dir():
        return start
    return learn_frames(start, source, pace.steps(FRAME_STEPS), material.SEED + 5, work / "frames.pt", pace)


def heard_by(begin: Path | None) -> frozenset[str]:
    """Whom a model directory says it has heard; a checkpoint does not say."""
    return (trained_on(begin) if begin is not None else None) or frozenset()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("command", choices=("all", "fine-tune", "export"), help="export: write the newest net again")
    parser.add_argument(
        "--speech",
        type=Path,
        action="append",
        metavar="DIR",
        help="a speech collection (default ../shared/speech); may be repeated: the first holds noise/ and rooms/",
    )
    parser.add_argument("--work", type=Path, default=Path("build/training"), help="checkpoints and caches")
    parser.add_argument("--model", type=Path, default=MODEL, help="the model directory to write")
    parser.add_argument(
        "--without", nargs="*", default=[], metavar="SPEAKER", help="leave these speakers out"
    )
    parser.add_argument(
        "--often",
        nargs="*",
        default=[],
        metavar="SPEAKER",
        help="hear these twice as often: new voices, with --from a model that has heard the others",
    )
    parser.add_argument(
        "--stride",
        type=int,
        default=1,
        help="fine-tune: of voices that are neither new nor --often take only every so many-th recording",
    )
    parser.add_argument(
        "--share", type=float, default=FINE_SHARE, help="fine-tune: of the new weights in the mean with the old"
    )
    parser.add_argument(
        "--steps", type=int, help=f"of the main training ({MAIN_STEPS}), or of the fine-tuning ({FINE_STEPS})"
    )
    parser.add_argument(
        "--minutes", type=float, help="the main training, or the fine-tuning, ends by the clock, whatever --steps says"
    )
    parser.add_argument("--final-steps", type=int, default=FINAL_STEPS, help="steps with the dev voices")
    parser.add_argument(
        "--from",
        dest="begin",
        type=Path,
        metavar="MODEL",
        help="the main training, or the fine-tuning, goes on from this model directory or checkpoint",
    )
    parser.add_argument(
        "--threads",
        type=int,
        default=2,
        help="of the network; 1 where the machine does other things too: threads wait for one another",
    )
    parser.add_argument("--fresh", action="store_true", help="forget finished steps first")
    options = parser.parse_args(arguments)
    if options.begin is not None and not options.begin.exists():
        parser.error(f"--from: no {options.begin}")  # now, and not when everything is aligned
    if options.command == "fine-tune" and options.begin is None:
        parser.error("fine-tune: from which model? --from MODEL")
    torch.set_num_threads(options.threads)
    if options.fresh:
        shutil.rmtree(options.work, ignore_errors=True)
    fine = options.command == "fine-tune"
    plan = Plan(
        tuple(options.without),
        options.steps or (FINE_STEPS if fine else MAIN_STEPS),
        options.final_steps,
        options.begin,
        options.minutes,
        tuple(options.often),
        options.stride,
    )
    folders = options.speech or [Path("../shared/speech")]
    try:
        if fine:
            fine_tune(folders, options.work, options.model, plan, options.share)
        elif options.command == "all":
            make(folders, options.work, options.model, plan)
        else:
            heard = [
                name for name in ("aligned-first.npz", "aligned-dev.npz") if (options.work / name).exists()
            ]
            voices = {clip.voice for name in heard for clip in material.load_labelled(options.work / name)}
            export(load(options.work / "final.pt"), options.model, voices)
    except SpeechMissing as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
