"""Training of the network, on a GPU where there is one; can be stopped at any time and goes on from its last
checkpoint.
"""

import itertools
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader
from tqdm import tqdm

from training.batches import IGNORED, RESERVOIR, REUSE, Batch, Mixed, Source, Stream, fresh, heard
from training.examples import PDFS
from training.network import Network, Shape
from training.sequence import Bigram, mmi, phones_of

CHECKPOINT_EVERY_SECONDS, SHOWN_EVERY_STEPS = 60.0, 20
BIGRAM_PIECES = 1500
FRAME_LOSS_SHARE = 0.3
OUTPUT_DECAY, WEIGHT_DECAY = 5e-4, 1e-2
FRAMES_PEAK = 1e-2


@dataclass(frozen=True)
class Pace:
    """What suits a machine. batch: examples a step; workers: processes that draw (0: none besides); reservoir, reuse:
    see `batches`; form: see `Reservoir.batches`; boost: how much larger steps a larger batch bears.
    """

    device: torch.device
    batch: int = 64
    workers: int = 1
    reservoir: int = RESERVOIR
    reuse: int = REUSE
    form: int = 1
    boost: float = 1.0

    @classmethod
    def of_this_machine(cls) -> "Pace":
        if not torch.cuda.is_available():
            return cls(torch.device("cpu"))
        cores = os.cpu_count() or 2
        return cls(torch.device("cuda"), 256, max(1, cores - 1), 65_536, 4 * REUSE, 16, 1.5)

    def steps(self, of_64: int) -> int:
        """So many steps hear as many examples as `of_64` steps of 64."""
        return max(1, of_64 * 64 // self.batch)


def learning_rate(progress: float, peak: float) -> float:
    """Short warm-up, then half a cosine down to nearly nothing."""
    return peak * min(1.0, progress / 0.03 + 0.02) * (0.5 * (1 + np.cos(np.pi * progress)) + 0.003)


@dataclass(frozen=True)
class Trained:
    """A finished network; priors: how often each pdf occurs, which `frame_out` has learnt with the rest."""

    network: Network
    priors: np.ndarray
    bigram: Bigram


def fit(
    name: str,
    source: Source,
    steps: int,
    folder: Path,
    shape: Shape,
    seed: int,
    start: Path | None = None,
    peak: float = 2e-3,
    dropout: float = 0.04,
    pace: Pace | None = None,
    minutes: float | None = None,
) -> Path:
    """Train `steps` steps, or so many `minutes` by the clock (where a GPU is lent for a time; no run is then like
    another), and give the file of the finished model; an interrupted run goes on where it was.
    """
    folder.mkdir(parents=True, exist_ok=True)
    finished, running = folder / f"{name}.pt", folder / f"{name}.running.pt"
    if finished.exists():
        return finished
    pace = pace or Pace.of_this_machine()
    torch.manual_seed(seed)
    network = Network(shape, PDFS, dropout)
    began_with, done, counts = None, 0, torch.full((PDFS,), 100.0, dtype=torch.float64)
    if running.exists():
        began_with = torch.load(running, weights_only=False, map_location="cpu")
        done, counts, bigram = (
            began_with["done"],
            torch.from_numpy(began_with["counts"]),
            began_with["bigram"],
        )
        network.load_state_dict(began_with["network"])
    else:
        if start is not None:
            network.load_state_dict(torch.load(start, weights_only=False, map_location="cpu")["network"])
        bigram = _bigram(source, seed)
    batches = _batches(source, shape, seed * 1000 + done, pace)
    batch = next(batches)  # forks what draws, before the GPU is touched
    network.to(pace.device).train()
    counts = counts.to(pace.device)
    fused = pace.device.type == "cuda"
    optimiser = torch.optim.AdamW(network.parameters(), peak, weight_decay=WEIGHT_DECAY, fused=fused)
    if began_with is not None:
        optimiser.load_state_dict(began_with["optimiser"])
    bar = tqdm(total=steps if minutes is None else None, initial=done, desc=name, mininterval=20, ascii=True)
    means: dict[str, torch.Tensor] = {}
    kept = time.time()
    began = kept - (began_with.get("seconds", 0.0) if began_with is not None else 0.0)

    def progress(step: int) -> float:
        return step / steps if minutes is None else (time.time() - began) / (60 * minutes)

    for step in itertools.takewhile(lambda step: progress(step) < 1, itertools.count(done)):
        x, y = batch
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(min(progress(step), 1.0), peak * pace.boost)
        with torch.autocast(pace.device.type, dtype=torch.bfloat16, enabled=bfloat16_is_fast(pace.device)):
            scores, frame_scores = network(x)
        scores, frame_scores = scores.float(), frame_scores.float()
        sequence_loss = mmi(scores, y, bigram)
        frame_loss = nn.functional.cross_entropy(frame_scores, y, ignore_index=IGNORED)
        loss = sequence_loss + FRAME_LOSS_SHARE * frame_loss + OUTPUT_DECAY * scores.square().mean()
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimiser.step()
        # Nothing here asks a GPU for a number but the bar, now and then: each such question waits for all its work.
        with torch.no_grad():
            spoken = y >= 0
            counts.scatter_add_(0, y.clamp_min(0).flatten(), spoken.flatten().double())
            right = ((frame_scores.argmax(1) == y) & spoken).sum() / spoken.sum()
            for key, value in (("mmi", sequence_loss), ("ce", frame_loss), ("right", right)):
                means[key] = 0.98 * means.get(key, value) + 0.02 * value.detach()
        bar.update()
        if (step + 1) % SHOWN_EVERY_STEPS == 0:
            bar.set_postfix({key: f"{float(value):.3f}" for key, value in means.items()}, refresh=False)
        if time.time() - kept >= CHECKPOINT_EVERY_SECONDS:
            kept = time.time()
            more = {"optimiser": optimiser.state_dict(), "done": step + 1, "seconds": kept - began}
            _save(running, network, shape, counts, bigram, more)
        if progress(step + 1) < 1:
            batch = next(batches)
    bar.close()
    said = ", ".join(f"{key} {float(value):.3f}" for key, value in means.items())
    print(f"{name}: {said}, {time.time() - began:.0f} s", flush=True)
    _save(finished, network, shape, counts, bigram, {})
    running.unlink(missing_ok=True)
    return finished


def learn_frames(begun: Path, source: Source, steps: int, seed: int, target: Path, pace: Pace | None = None) -> Path:
    """Teach a restored network's second output, which no model keeps, and nothing else: as wrong as it is, it would
    pull all the rest away from what that has learnt. Gives the file `target`."""
    if target.exists():
        return target
    pace = pace or Pace.of_this_machine()
    torch.manual_seed(seed)
    state = torch.load(begun, weights_only=False, map_location="cpu")
    network = Network(state["shape"], PDFS)
    network.load_state_dict(state["network"])
    network.to(pace.device).eval()
    optimiser = torch.optim.AdamW(network.frame_out.parameters(), FRAMES_PEAK, weight_decay=WEIGHT_DECAY)
    batches = _batches(source, state["shape"], seed, pace)
    for step, (x, y) in enumerate(itertools.islice(tqdm(batches, "frames", steps, ascii=True), steps)):
        optimiser.param_groups[0]["lr"] = learning_rate(step / steps, FRAMES_PEAK)
        loss = nn.functional.cross_entropy(network(x)[1].float(), y, ignore_index=IGNORED)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    print(f"frames: ce {float(loss.detach()):.3f}", flush=True)
    torch.save(state | {"network": network.cpu().state_dict()}, target)
    return target


def _batches(source: Source, shape: Shape, seed: int, pace: Pace) -> Iterator[Batch]:
    if pace.device.type == "cpu":
        mixed = Mixed(source, pace.batch, shape.context, seed, pace.reservoir, pace.reuse)
        return iter(loader(mixed, pace.workers))
    packs = iter(loader(Stream(source, fresh(pace.batch, pace.reuse), seed), pace.workers))
    return heard(packs, source, pace.batch, shape.context, seed, pace.reservoir, pace.device, pace.form)


def loader(dataset: Any, workers: int) -> "DataLoader[Any]":
    """What the processes that draw have ready."""
    return DataLoader(dataset, batch_size=None, num_workers=workers, prefetch_factor=8 if workers else None)


def _bigram(source: Source, seed: int) -> Bigram:
    """Which phones follow which in what will be heard."""
    drawn = next(iter(Stream(source, BIGRAM_PIECES, seed)))
    return Bigram.counted([phones_of(said) for said in drawn.labels.numpy()], PDFS // 2)


def bfloat16_is_fast(device: torch.device) -> bool:
    if device.type == "cuda":
        return True
    try:
        return "avx512_bf16" in Path("/proc/cpuinfo").read_text(encoding="ascii", errors="ignore")
    except OSError:
        return False


def _save(
    path: Path, network: Network, shape: Shape, counts: torch.Tensor, bigram: Bigram, more: dict[str, Any]
) -> None:
    state = {
        "network": network.state_dict(),
        "shape": shape,
        "counts": counts.cpu().numpy(),
        "bigram": bigram,
        **more,
    }
    temporary = path.with_suffix(".tmp")
    torch.save(state, temporary)
    os.replace(temporary, path)


def load(path: Path) -> Trained:
    """A trained network, ready for use."""
    state = torch.load(path, weights_only=False, map_location="cpu")
    network = Network(state["shape"], PDFS)
    network.load_state_dict(state["network"])
    network.eval()
    return Trained(network, state["counts"] / state["counts"].sum(), state["bigram"])
