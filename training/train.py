"""Training of the network; can be stopped at any time and goes on from its last checkpoint."""

import itertools
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, IterableDataset, get_worker_info
from tqdm import tqdm

from training.examples import PDFS, Drawer
from training.features import BANDS, SUBSAMPLING
from training.mixing import Noises, mix, nobody
from training.network import Network, Shape
from training.sequence import Bigram, mmi, phones_of

BATCH = 64
LONGEST_FRAMES = 420
IGNORED = -100
CHECKPOINT_EVERY_STEPS = 200
# Drawn speech waits in a reservoir and is heard `REUSE` times on the average, each time in other noise.
RESERVOIR, REUSE = 4096, 6
NOBODY_SHARE = 0.06
FRAME_LOSS_SHARE = 0.3
OUTPUT_DECAY = 5e-4
_FORKED = "fork" if "fork" in multiprocessing.get_all_start_methods() else None

Batch = tuple[torch.Tensor, torch.Tensor]
Example = tuple[np.ndarray, np.ndarray]
MakeDrawer = Callable[[], tuple[Drawer, Noises]]


def collate(examples: list[Example], context: tuple[int, int]) -> Batch:
    """Pad examples to one length: inputs (batch, 40, frames + context), labels (batch, output frames)."""
    outputs = max(len(labels) for _, labels in examples)
    frames = SUBSAMPLING * (outputs - 1) + 1 + sum(context)
    x = np.zeros((len(examples), frames, BANDS), np.float32)
    y = np.full((len(examples), outputs), IGNORED, np.int64)
    for row, (mel, labels) in enumerate(examples):
        x[row] = mel[np.clip(np.arange(frames) - context[0], 0, len(mel) - 1)]
        y[row, : len(labels)] = labels
    return torch.from_numpy(x).transpose(1, 2), torch.from_numpy(y)


class Stream(IterableDataset[Batch]):
    """Batches without end; every worker draws its own. The drawer is made in the worker: espeak does not
    survive a fork.
    """

    def __init__(
        self, make_drawer: MakeDrawer, context: tuple[int, int], seed: int, reservoir: int = RESERVOIR
    ) -> None:
        self.make_drawer, self.context, self.seed, self.reservoir = make_drawer, context, seed, reservoir

    def __iter__(self) -> Iterator[Batch]:
        info = get_worker_info()
        torch.set_num_threads(1)
        rng = np.random.default_rng([self.seed, info.id if info else 0])
        drawer, noises = self.make_drawer()
        kept: list[Example] = [one(drawer, rng) for _ in range(min(self.reservoir, 8 * BATCH))]
        while True:
            # Four batches' worth sorted by length: less padding.
            for _ in range(4 * BATCH // REUSE):
                fresh = one(drawer, rng)
                if len(kept) < self.reservoir:
                    kept.append(fresh)
                else:
                    kept[int(rng.integers(self.reservoir))] = fresh
            chosen = [kept[i] for i in rng.integers(len(kept), size=4 * BATCH)]
            examples = [
                nobody(noises, rng)
                if rng.random() < NOBODY_SHARE
                else (mix(mel.astype(np.float32), noises, rng), labels)
                for mel, labels in chosen
            ]
            examples.sort(key=lambda example: len(example[1]))
            for part in rng.permutation(4):
                yield collate(examples[part * BATCH : (part + 1) * BATCH], self.context)


def one(drawer: Drawer, rng: np.random.Generator) -> Example:
    """Drawn speech of usable length, in half the memory."""
    while True:
        mel, labels = drawer.draw(rng)
        if 10 < len(mel) <= LONGEST_FRAMES:
            return mel.astype(np.float16), labels


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
    make_drawer: MakeDrawer,
    steps: int,
    folder: Path,
    shape: Shape,
    seed: int,
    start: Path | None = None,
    peak: float = 2e-3,
    workers: int = 1,
    dropout: float = 0.04,
    reservoir: int = RESERVOIR,
) -> Path:
    """Train `steps` steps and give the file of the finished model; an interrupted run goes on where it was."""
    folder.mkdir(parents=True, exist_ok=True)
    finished, running = folder / f"{name}.pt", folder / f"{name}.running.pt"
    if finished.exists():
        return finished
    torch.manual_seed(seed)
    network = Network(shape, PDFS, dropout)
    optimiser = torch.optim.AdamW(network.parameters(), peak, weight_decay=1e-3)
    if running.exists():
        state = torch.load(running, weights_only=False)
        network.load_state_dict(state["network"])
        optimiser.load_state_dict(state["optimiser"])
        done, counts, bigram = state["done"], state["counts"], state["bigram"]
    else:
        done, counts = 0, np.full(PDFS, 100.0)
        if start is not None:
            begun = torch.load(start, weights_only=False)
            network.load_state_dict(begun["network"])
        # In a process of its own: a worker forked from one that holds an espeak dies in it, sooner or later.
        with ProcessPoolExecutor(1, multiprocessing.get_context(_FORKED)) as pool:
            bigram = pool.submit(_bigram, make_drawer, seed).result()
    stream = Stream(make_drawer, shape.context, seed * 1000 + done, reservoir)
    loader = iter(
        DataLoader(stream, batch_size=None, num_workers=workers, prefetch_factor=8 if workers else None)
    )
    network.train()
    bar = tqdm(total=steps, initial=done, desc=name, mininterval=20, ascii=True)
    means: dict[str, float] = {}
    began = time.time()
    for step in itertools.islice(itertools.count(done), steps - done):
        x, y = next(loader)
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(step / steps, peak)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bfloat16_is_fast()):
            scores, frame_scores = network(x)
        scores, frame_scores = scores.float(), frame_scores.float()
        sequence_loss = mmi(scores, y, bigram)
        frame_loss = nn.functional.cross_entropy(frame_scores, y, ignore_index=IGNORED)
        loss = sequence_loss + FRAME_LOSS_SHARE * frame_loss + OUTPUT_DECAY * scores.square().mean()
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimiser.step()
        heard = y >= 0
        counts += np.bincount(y[heard].numpy(), minlength=PDFS)
        right = (frame_scores.argmax(1) == y)[heard].float().mean().item()
        for key, value in (("mmi", sequence_loss.item()), ("ce", frame_loss.item()), ("right", right)):
            means[key] = 0.98 * means.get(key, value) + 0.02 * value
        bar.set_postfix({key: f"{value:.3f}" for key, value in means.items()}, refresh=False)
        bar.update()
        if (step + 1) % CHECKPOINT_EVERY_STEPS == 0:
            more = {"optimiser": optimiser.state_dict(), "done": step + 1}
            _save(running, network, shape, counts, bigram, more)
    bar.close()
    said = ", ".join(f"{key} {value:.3f}" for key, value in means.items())
    print(f"{name}: {said}, {time.time() - began:.0f} s", flush=True)
    _save(finished, network, shape, counts, bigram, {})
    running.unlink(missing_ok=True)
    return finished


def _bigram(make_drawer: MakeDrawer, seed: int) -> Bigram:
    """Which phones follow which in what will be heard."""
    rng = np.random.default_rng(seed)
    drawer, _ = make_drawer()
    return Bigram.counted([phones_of(one(drawer, rng)[1]) for _ in range(1500)], PDFS // 2)


def bfloat16_is_fast() -> bool:
    try:
        return "avx512_bf16" in Path("/proc/cpuinfo").read_text(encoding="ascii", errors="ignore")
    except OSError:
        return False


def _save(
    path: Path, network: Network, shape: Shape, counts: np.ndarray, bigram: Bigram, more: dict[str, Any]
) -> None:
    state = {"network": network.state_dict(), "shape": shape, "counts": counts, "bigram": bigram, **more}
    temporary = path.with_suffix(".tmp")
    torch.save(state, temporary)
    os.replace(temporary, path)


def load(path: Path) -> Trained:
    """A trained network, ready for use."""
    state = torch.load(path, weights_only=False)
    network = Network(state["shape"], PDFS)
    network.load_state_dict(state["network"])
    network.eval()
    return Trained(network, state["counts"] / state["counts"].sum(), state["bigram"])
