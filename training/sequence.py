"""Training on whole sequences (MMI without lattices): the sounds that were said against all that could have been.

The score of an utterance's own phones, times free within a tolerance, is raised against the summed score of every
sequence of phones, weighted by a phone bigram. It is the quantity by which the recogniser decides later: a phrase
against "any speech". Povey et al. 2016, "Purely sequence-trained neural networks for ASR based on lattice-free MMI";
here with a bigram, whole utterances and explicit forward and backward passes.

Every phone has two pdfs: 2k for its first frame, 2k + 1 for all others.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

TOLERANCE_FRAMES = 3
_NEVER = -1e30


@dataclass(frozen=True)
class Bigram:
    """Log probabilities of phones: start (phones,), follow (phones, phones) from row to column."""

    start: np.ndarray
    follow: np.ndarray
    _probabilities: dict[Any, tuple[torch.Tensor, torch.Tensor]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )
    graphs: "dict[Any, _Graph]" = field(default_factory=dict, init=False, compare=False, repr=False)
    """Recorded passes read these very probabilities, and must not outlive them."""

    @classmethod
    def counted(cls, sequences: list[np.ndarray], phones: int, smoothing: float = 2.0) -> "Bigram":
        """From sequences of phone ids; `smoothing` is added to every count."""
        start, follow = np.full(phones, 0.5), np.full((phones, phones), smoothing)
        for sequence in sequences:
            start[sequence[0]] += 1
            np.add.at(follow, (sequence[:-1], sequence[1:]), 1)
        np.fill_diagonal(follow, np.minimum(np.diag(follow), smoothing))
        return cls(np.log(start / start.sum()), np.log(follow / follow.sum(1, keepdims=True)))

    def __reduce__(self) -> tuple[type["Bigram"], tuple[np.ndarray, np.ndarray]]:
        return Bigram, (self.start, self.follow)  # all else may lie on a GPU

    def probabilities(self, like: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """(follow, start), no longer logarithms; of the kind and at the place of `like`."""
        key = (like.dtype, like.device)
        if key not in self._probabilities:
            follow, start = (torch.from_numpy(np.exp(each)) for each in (self.follow, self.start))
            self._probabilities[key] = follow.to(*reversed(key)), start.to(*reversed(key))
        return self._probabilities[key]


def phones_of(labels: np.ndarray) -> np.ndarray:
    """Phone ids in order from pdfs per frame."""
    return labels[(labels >= 0) & (labels % 2 == 0)] // 2


def mmi(scores: torch.Tensor, labels: torch.Tensor, bigram: Bigram) -> torch.Tensor:
    """Mean loss per frame; never below nothing but for the tolerance. scores (batch, pdfs, frames), labels (batch,
    frames) with negative padding at the end.
    """
    loss: torch.Tensor = _Mmi.apply(scores, labels, bigram)  # type: ignore[no-untyped-call]
    return loss


class _Mmi(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, scores: torch.Tensor, labels: torch.Tensor, bigram: Bigram) -> torch.Tensor:
        with torch.no_grad():
            loss, share = _graphed(scores, labels, bigram) if scores.is_cuda else _mmi(scores, labels, bigram)
            ctx.save_for_backward(share)
            return loss

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> tuple[torch.Tensor, None, None]:
        (share,) = ctx.saved_tensors
        return gradients[0] * share, None, None


def _mmi(
    scores: torch.Tensor, labels: torch.Tensor, bigram: Bigram, most_phones: int | None = None
) -> tuple[torch.Tensor, torch.Tensor]:
    """(loss, its gradient)."""
    lengths = (labels >= 0).sum(1)
    # Doubles: a network that has learnt little puts scores so far apart that floats become nothing.
    any_total, any_share = everything(scores.double(), lengths, bigram)
    own_total, own_share = spoken(scores.double(), labels, lengths, bigram, most_phones)
    frames = lengths.sum()
    gradient = ((any_share - own_share) / frames).to(scores.dtype)
    return ((any_total - own_total).sum() / frames).to(scores.dtype), gradient


class _Graph:
    """The two passes for batches of one form, recorded once: thousands of small steps that a GPU would otherwise be
    given one by one, far more slowly than it takes them.
    """

    def __init__(self, scores: torch.Tensor, labels: torch.Tensor, bigram: Bigram, most_phones: int) -> None:
        self.scores, self.labels = scores.clone(), labels.clone()
        calm = torch.cuda.Stream()
        calm.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(calm):
            _mmi(self.scores, self.labels, bigram, most_phones)
        torch.cuda.current_stream().wait_stream(calm)
        self.graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self.graph):
            self.results = _mmi(self.scores, self.labels, bigram, most_phones)

    def __call__(self, scores: torch.Tensor, labels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        self.scores.copy_(scores)
        self.labels.copy_(labels)
        self.graph.replay()
        loss, share = self.results
        return loss.clone(), share.clone()


MOST_PHONES_A_FRAME = 0.625
"""In an utterance on a GPU: fixed, so that batches as long as each other are of one form."""


def _graphed(scores: torch.Tensor, labels: torch.Tensor, bigram: Bigram) -> tuple[torch.Tensor, torch.Tensor]:
    key = (tuple(scores.shape), scores.dtype)
    if key not in bigram.graphs:
        most_phones = int(labels.shape[1] * MOST_PHONES_A_FRAME)
        bigram.graphs[key] = _Graph(scores, labels, bigram, most_phones)
    return bigram.graphs[key](scores, labels)


def everything(
    scores: torch.Tensor, lengths: torch.Tensor, bigram: Bigram
) -> tuple[torch.Tensor, torch.Tensor]:
    """Every sequence of phones: (log of the summed scores (batch,), share of each pdf in each frame like `scores`)."""
    batch, pdfs, frames = scores.shape
    follow, start = bigram.probabilities(scores)
    peak = scores.amax(1)  # (batch, frames)
    heard = torch.exp(scores - peak[:, None]).clamp_min(1e-100).permute(2, 0, 1)  # (frames, batch, pdfs)
    first, later = heard[:, :, 0::2].contiguous(), heard[:, :, 1::2].contiguous()
    inside = (torch.arange(frames, device=scores.device)[:, None] < lengths[None])[:, :, None]
    enters, stays, scales = [start * first[0]], [torch.zeros_like(later[0])], []
    here = enters[0]
    for frame in range(frames):
        if frame:
            enters.append((here @ follow) * first[frame])
            stays.append(here * later[frame])
            here = torch.where(inside[frame], enters[frame] + stays[frame], here)
        scales.append(here.sum(1, keepdim=True))
        here = here / scales[frame]
    scale = torch.stack(scales)
    total = ((torch.log(scale[:, :, 0]) + peak.T) * inside[:, :, 0]).sum(0)
    future = torch.ones_like(here)
    futures = [future]
    for frame in range(frames - 1, 0, -1):
        before = (first[frame] * future) @ follow.T + later[frame] * future
        before = before / before.sum(1, keepdim=True)
        future = torch.where(inside[frame], before, future)
        futures.append(future)
    weight = torch.stack(futures[::-1]) / scale
    share = torch.stack([torch.stack(enters) * weight, torch.stack(stays) * weight], 3)
    share = share.reshape(frames, batch, pdfs) * inside
    share = share / share.sum(2, keepdim=True).clamp_min(1e-30)
    return total, share.permute(1, 2, 0)


def spoken(
    scores: torch.Tensor,
    labels: torch.Tensor,
    lengths: torch.Tensor,
    bigram: Bigram,
    most_phones: int | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    """The utterance's own phones, each within `TOLERANCE_FRAMES` of its place: as `everything`. most_phones: room for
    so many in each utterance (default: what the longest needs).
    """
    batch, pdfs, frames = scores.shape
    time = torch.arange(frames, device=scores.device)
    begins = (labels >= 0) & (labels % 2 == 0)
    counts = begins.sum(1)
    longest = int(counts.max()) if most_phones is None else most_phones
    # Row by row the phones in order; what is no beginning goes into a place behind the last, which is cut off.
    place = torch.where(begins, begins.cumsum(1) - 1, longest).clamp_max(longest)

    def in_order(values: torch.Tensor, otherwise: int) -> torch.Tensor:
        empty = torch.full((batch, longest + 1), otherwise, device=scores.device, dtype=torch.long)
        return empty.scatter(1, place, values)[:, :longest]

    ids = in_order(labels // 2, 0).clamp_min(0)
    begin = in_order(time.expand(batch, -1), frames)
    exists = torch.arange(longest, device=scores.device) < counts[:, None]
    end = torch.cat([begin[:, 1:], begin.new_full((batch, 1), frames)], 1).minimum(lengths[:, None])
    earliest = torch.where(exists, begin - TOLERANCE_FRAMES, frames)
    latest = torch.where(exists, end + TOLERANCE_FRAMES, 0)
    outside = (time[:, None, None] < earliest[None]) | (time[:, None, None] >= latest[None])
    gather = ids[:, :, None].expand(-1, -1, frames)
    first = scores.gather(1, 2 * gather).permute(2, 0, 1).masked_fill(outside, _NEVER)
    later = scores.gather(1, 2 * gather + 1).permute(2, 0, 1).masked_fill(outside, _NEVER)
    inside = (time[:, None] < lengths[None])[:, :, None]
    gone = torch.full((batch, 1), _NEVER, dtype=scores.dtype, device=scores.device)
    nothing = torch.full_like(first[0], _NEVER)
    enters, stays = [torch.cat([first[0, :, :1], nothing[:, 1:]], 1)], [nothing]
    here = enters[0]
    for frame in range(1, frames):
        enters.append(torch.cat([gone, here[:, :-1]], 1) + first[frame])
        stays.append(here + later[frame])
        here = torch.where(inside[frame], torch.logaddexp(enters[frame], stays[frame]), here)
    last = (counts - 1)[:, None]
    total = here.gather(1, last)[:, 0]
    future = nothing.scatter(1, last, 0.0)
    futures = [future]
    for frame in range(frames - 1, 0, -1):
        entering = torch.cat([(first[frame] + future)[:, 1:], gone], 1)
        before = torch.logaddexp(later[frame] + future, entering)
        future = torch.where(inside[frame], before, future)
        futures.append(future)
    known = torch.stack(futures[::-1]) - total[:, None]
    weight = inside.to(scores.dtype)
    share = torch.zeros(frames, batch, pdfs, dtype=scores.dtype, device=scores.device)
    where = ids.expand(frames, -1, -1)
    share.scatter_add_(2, 2 * where, torch.exp(torch.stack(enters) + known) * weight)
    share.scatter_add_(2, 2 * where + 1, torch.exp(torch.stack(stays) + known) * weight)
    follow, start = bigram.probabilities(scores)
    steps = torch.log(follow[ids[:, :-1], ids[:, 1:]]) * exists[:, 1:]
    prior = torch.log(start[ids[:, 0]]) + steps.sum(1)
    return total + prior, share.permute(1, 2, 0)
