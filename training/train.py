"""Training by frame cross entropy; can be stopped at any time and goes on from its last checkpoint."""

import itertools
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, IterableDataset, get_worker_info
from tqdm import tqdm

from training.examples import PDFS, Drawer
from training.features import BANDS, SUBSAMPLING
from training.network import Network, Shape

BATCH = 64
LONGEST_FRAMES = 420
IGNORED = -100
CHECKPOINT_EVERY_STEPS = 200

Batch = tuple[torch.Tensor, torch.Tensor]


def collate(examples: list[tuple[np.ndarray, np.ndarray]], context: int) -> Batch:
    """Pad examples to one length: inputs (batch, 40, frames + context on both sides), labels (batch, output frames)."""
    outputs = max(len(labels) for _, labels in examples)
    frames = SUBSAMPLING * (outputs - 1) + 1 + 2 * context
    x = np.zeros((len(examples), frames, BANDS), np.float32)
    y = np.full((len(examples), outputs), IGNORED, np.int64)
    for row, (mel, labels) in enumerate(examples):
        x[row] = mel[np.clip(np.arange(frames) - context, 0, len(mel) - 1)]
        y[row, : len(labels)] = labels
    return torch.from_numpy(x).transpose(1, 2), torch.from_numpy(y)


class Stream(IterableDataset[Batch]):
    """Batches without end; every worker draws its own. The drawer is made in the worker: espeak does not
    survive a fork.
    """

    def __init__(self, make_drawer: Callable[[], Drawer], context: int, seed: int) -> None:
        self.make_drawer, self.context, self.seed = make_drawer, context, seed

    def __iter__(self) -> Iterator[Batch]:
        info = get_worker_info()
        torch.set_num_threads(1)
        rng = np.random.default_rng([self.seed, info.id if info else 0])
        drawer = self.make_drawer()
        while True:
            # Two batches' worth sorted by length: less padding.
            examples = sorted((self._one(drawer, rng) for _ in range(2 * BATCH)), key=lambda e: len(e[1]))
            for half in (examples[:BATCH], examples[BATCH:]):
                yield collate(half, self.context)

    @staticmethod
    def _one(drawer: Drawer, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        while True:
            mel, labels = drawer.draw(rng)
            if 10 < len(mel) <= LONGEST_FRAMES:
                return mel, labels


def learning_rate(progress: float, peak: float) -> float:
    """Short warm-up, then half a cosine down to nearly nothing."""
    return peak * min(1.0, progress / 0.03 + 0.02) * (0.5 * (1 + np.cos(np.pi * progress)) + 0.003)


def fit(
    name: str,
    make_drawer: Callable[[], Drawer],
    steps: int,
    folder: Path,
    shape: Shape,
    seed: int,
    start: Path | None = None,
    peak: float = 2e-3,
    workers: int = 2,
    dropout: float = 0.05,
) -> Path:
    """Train `steps` steps and give the file of the finished model; an interrupted run goes on where it was."""
    folder.mkdir(parents=True, exist_ok=True)
    finished, running = folder / f"{name}.pt", folder / f"{name}.running.pt"
    if finished.exists():
        return finished
    torch.manual_seed(seed)
    network = Network(shape, PDFS, dropout)
    optimiser = torch.optim.AdamW(network.parameters(), peak, weight_decay=1e-3)
    done, counts = 0, np.full(PDFS, 100.0)
    if running.exists():
        state = torch.load(running, weights_only=False)
        network.load_state_dict(state["network"])
        optimiser.load_state_dict(state["optimiser"])
        done, counts = state["done"], state["counts"]
    elif start is not None:
        network.load_state_dict(torch.load(start, weights_only=False)["network"])
    stream = Stream(make_drawer, shape.context, seed * 1000 + done)
    loader = iter(
        DataLoader(stream, batch_size=None, num_workers=workers, prefetch_factor=4 if workers else None)
    )
    network.train()
    bar = tqdm(total=steps, initial=done, desc=name, mininterval=20, ascii=True)
    loss_mean, right_mean, began = 4.0, 0.0, time.time()
    for step in itertools.islice(itertools.count(done), steps - done):
        x, y = next(loader)
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(step / steps, peak)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bfloat16_is_fast()):
            scores = network(x)
        scores = scores.float()
        loss = nn.functional.cross_entropy(scores, y, ignore_index=IGNORED)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimiser.step()
        heard = y >= 0
        counts += np.bincount(y[heard].numpy(), minlength=PDFS)
        right = (scores.argmax(1) == y)[heard].float().mean().item()
        loss_mean, right_mean = 0.98 * loss_mean + 0.02 * loss.item(), 0.98 * right_mean + 0.02 * right
        bar.set_postfix(loss=f"{loss_mean:.3f}", right=f"{right_mean:.3f}", refresh=False)
        bar.update()
        if (step + 1) % CHECKPOINT_EVERY_STEPS == 0:
            _save(running, network, shape, counts, {"optimiser": optimiser.state_dict(), "done": step + 1})
    bar.close()
    print(
        f"{name}: loss {loss_mean:.3f}, frames right {right_mean:.3f}, {time.time() - began:.0f} s",
        flush=True,
    )
    _save(finished, network, shape, counts, {})
    running.unlink(missing_ok=True)
    return finished


def bfloat16_is_fast() -> bool:
    try:
        return "avx512_bf16" in Path("/proc/cpuinfo").read_text(encoding="ascii", errors="ignore")
    except OSError:
        return False


def _save(path: Path, network: Network, shape: Shape, counts: np.ndarray, more: dict[str, Any]) -> None:
    state = {"network": network.state_dict(), "shape": shape, "counts": counts, **more}
    temporary = path.with_suffix(".tmp")
    torch.save(state, temporary)
    os.replace(temporary, path)


def load(path: Path) -> tuple[Network, np.ndarray]:
    """A trained network ready for use, and the prior of every pdf."""
    state = torch.load(path, weights_only=False)
    network = Network(state["shape"], PDFS)
    network.load_state_dict(state["network"])
    network.eval()
    return network, state["counts"] / state["counts"].sum()
