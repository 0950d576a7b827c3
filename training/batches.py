"""Batches without end: drawn speech waits in a reservoir and is heard several times, each time in other noise.

On a CPU a process of its own draws and mixes while the network learns. With a GPU many processes draw, and what was
drawn is kept and mixed where the network is.
"""

import itertools
import math
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import torch
from torch.utils.data import IterableDataset, get_worker_info

from training.chance import Chance, placed
from training.examples import Drawer
from training.features import BANDS, SUBSAMPLING
from training.mixing import Noises, Stock, mix
from training.sequence import MOST_PHONES_A_FRAME
from training.supervised import supervised
from training.threads import one_thread

LONGEST_FRAMES = 420
IGNORED = -100
RESERVOIR, REUSE = 4096, 6
"""How many drawn pieces wait, and how often each is heard on the average."""
NOBODY_SHARE = 0.06
SORTED_BATCHES = 4
"""So many batches are chosen at once and sorted by length: less padding."""
_LEAST_FRAMES = 10
_NOBODY_FRAMES = (60, 250)

Tensor = torch.Tensor
Batch = tuple[Tensor, Tensor]
Piece = tuple[np.ndarray, np.ndarray]
"""Log mel energies (frames, 40) and the pdf of each output frame."""


class Source(NamedTuple):
    """How to make what draws and what disturbs; each is made in the process that needs it, for espeak does not
    survive a fork.
    """

    drawer: Callable[[], Drawer]
    noises: Callable[[], Noises]


class Pack(NamedTuple):
    """Drawn speech without noise. mel: (pieces, LONGEST_FRAMES, 40) log mel energies in two bytes; labels: (pieces,
    output frames) with `IGNORED` behind the end; lengths: frames of each.
    """

    mel: Tensor
    labels: Tensor
    lengths: Tensor


class Stream(IterableDataset[Pack]):
    """Packs without end; every worker draws its own."""

    def __init__(self, source: Source, pieces: int, seed: int) -> None:
        self.source, self.pieces, self.seed = source, pieces, seed

    def __iter__(self) -> Iterator[Pack]:
        return map(packed, supervised(self._pieces))

    def _pieces(self, deaths: int) -> Iterator[list[Piece]]:
        info = get_worker_info()
        one_thread()
        rng = np.random.default_rng([self.seed, info.id if info else 0, deaths])
        drawer = self.source.drawer()
        while True:
            yield [one(drawer, rng) for _ in range(self.pieces)]


class Mixed(IterableDataset[Batch]):
    """Drawn and mixed in one worker."""

    def __init__(
        self, source: Source, size: int, context: tuple[int, int], seed: int, capacity: int, reuse: int
    ) -> None:
        self.source, self.size, self.context, self.seed = source, size, context, seed
        self.capacity, self.reuse = capacity, reuse

    def __iter__(self) -> Iterator[Batch]:
        packs = iter(Stream(self.source, fresh(self.size, self.reuse), self.seed))
        cpu = torch.device("cpu")
        return heard(packs, self.source, self.size, self.context, self.seed, self.capacity, cpu)


def fresh(size: int, reuse: int) -> int:
    """Pieces to draw for each `SORTED_BATCHES` batches."""
    return max(1, SORTED_BATCHES * size // reuse)


def heard(
    packs: Iterator[Pack],
    source: Source,
    size: int,
    context: tuple[int, int],
    seed: int,
    capacity: int,
    device: torch.device,
    form: int = 1,
) -> Iterator[Batch]:
    """Batches of `size`, as `Reservoir.batches` makes them; for every `SORTED_BATCHES` of them one pack is taken."""
    noises = source.noises()  # while those who draw get ready
    first = next(packs)
    reservoir = Reservoir(capacity, device, seed)
    reservoir.add(first)
    for pack in itertools.islice(packs, 2 * SORTED_BATCHES * size // len(first.lengths)):
        reservoir.add(pack)
    stock = Stock(noises, device)
    while True:
        reservoir.add(next(packs))
        yield from reservoir.batches(size, stock, context, form)


class Reservoir:
    """What has been drawn, to be heard again; when it is full a new piece takes the place of any."""

    def __init__(self, capacity: int, device: torch.device, seed: int) -> None:
        outputs = (LONGEST_FRAMES + SUBSAMPLING - 1) // SUBSAMPLING
        self.device, self.capacity, self._kept = device, capacity, 0
        self._mel = torch.zeros(capacity, LONGEST_FRAMES, BANDS, dtype=torch.float16, device=device)
        self._labels = torch.full((capacity, outputs), IGNORED, dtype=torch.int16, device=device)
        # These stay with the processor, which chooses: asking a GPU would wait for all it still has to do.
        self._lengths, self._phones = np.zeros(capacity, int), np.zeros(capacity, int)
        self._rng, self._chance = np.random.default_rng([seed, 1]), Chance(seed, device)

    def add(self, pack: Pack) -> None:
        count = len(pack.lengths)
        free = np.arange(self._kept, min(self._kept + count, self.capacity))
        places = np.concatenate([free, self._rng.choice(self.capacity, count - len(free), replace=False)])
        self._kept = max(self._kept, int(free[-1]) + 1) if len(free) else self._kept
        index = placed(places, self.device)
        self._mel[index], self._labels[index] = (
            placed(pack.mel, self.device),
            placed(pack.labels, self.device),
        )
        self._lengths[places] = pack.lengths.numpy()
        self._phones[places] = ((pack.labels >= 0) & (pack.labels % 2 == 0)).sum(1).numpy()

    def batches(self, size: int, stock: Stock, context: tuple[int, int], form: int = 1) -> Iterator[Batch]:
        """`SORTED_BATCHES` batches: inputs (size, 40, frames + context), labels (size, output frames). form: the number
        of output frames is a multiple of it, and phones are no more than `MOST_PHONES_A_FRAME` of them.
        """
        count = SORTED_BATCHES * size
        chosen = self._rng.integers(self._kept, size=count)
        spoken = self._rng.random(count) >= NOBODY_SHARE
        lengths = np.where(spoken, self._lengths[chosen], self._rng.integers(*_NOBODY_FRAMES, size=count))
        order = np.argsort(lengths, kind="stable")
        for part in self._rng.permutation(SORTED_BATCHES):
            rows = order[part * size : (part + 1) * size]
            outputs = -(-int(lengths[rows].max()) // SUBSAMPLING)
            if form > 1:
                outputs = max(outputs, math.ceil(self._phones[chosen[rows]].max() / MOST_PHONES_A_FRAME))
            yield self._batch(
                *(placed(each[rows], self.device) for each in (chosen, lengths, spoken)),
                -(-outputs // form) * form,
                stock,
                context,
            )

    def _batch(
        self,
        chosen: Tensor,
        lengths: Tensor,
        spoken: Tensor,
        outputs: int,
        stock: Stock,
        context: tuple[int, int],
    ) -> Batch:
        frames = min(SUBSAMPLING * outputs, LONGEST_FRAMES)
        mixed = mix(self._mel[chosen, :frames].float(), lengths, spoken, stock, self._chance)
        places = torch.arange(SUBSAMPLING * (outputs - 1) + 1 + sum(context), device=self.device) - context[0]
        index = places.clamp_min(0)[None].minimum(lengths[:, None] - 1)
        x = mixed.gather(1, index[:, :, None].expand(-1, -1, BANDS))
        at = torch.arange(outputs, device=self.device)
        y = torch.nn.functional.pad(self._labels[chosen].long(), (0, outputs), value=IGNORED)[:, :outputs]
        silence = torch.where(at * SUBSAMPLING < lengths[:, None], (at > 0).long(), IGNORED)
        return x.transpose(1, 2), torch.where(spoken[:, None], y, silence)


def one(drawer: Drawer, rng: np.random.Generator) -> Piece:
    """Drawn speech of usable length, with its labels."""
    while True:
        mel, labels = drawer.draw(rng)
        if _LEAST_FRAMES < len(mel) <= LONGEST_FRAMES:
            return mel, labels


def packed(pieces: list[Piece]) -> Pack:
    """Pieces of speech and their labels -> one pack."""
    outputs = (LONGEST_FRAMES + SUBSAMPLING - 1) // SUBSAMPLING
    mel = np.zeros((len(pieces), LONGEST_FRAMES, BANDS), np.float16)
    labels = np.full((len(pieces), outputs), IGNORED, np.int16)
    for row, (piece, said) in enumerate(pieces):
        mel[row, : len(piece)], labels[row, : len(said)] = piece, said
    lengths = np.array([len(piece) for piece, _ in pieces])
    return Pack(torch.from_numpy(mel), torch.from_numpy(labels), torch.from_numpy(lengths))
