"""Training on whole sequences (MMI without lattices): the sounds that were said against all that could have been.

The score of an utterance's own phones, times free within a tolerance, is raised against the summed score of every
sequence of phones, weighted by a phone bigram. It is the quantity by which the recogniser decides later: a phrase
against "any speech". Povey et al. 2016, "Purely sequence-trained neural networks for ASR based on lattice-free MMI";
here with a bigram, whole utterances and explicit forward and backward passes.

Every phone has two pdfs: 2k for its first frame, 2k + 1 for all others.
"""

from dataclasses import dataclass
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

    @classmethod
    def counted(cls, sequences: list[np.ndarray], phones: int, smoothing: float = 2.0) -> "Bigram":
        """From sequences of phone ids; `smoothing` is added to every count."""
        start, follow = np.full(phones, 0.5), np.full((phones, phones), smoothing)
        for sequence in sequences:
            start[sequence[0]] += 1
            np.add.at(follow, (sequence[:-1], sequence[1:]), 1)
        np.fill_diagonal(follow, np.minimum(np.diag(follow), smoothing))
        return cls(np.log(start / start.sum()), np.log(follow / follow.sum(1, keepdims=True)))


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
            lengths = (labels >= 0).sum(1)
            # Doubles: a network that has learnt little puts scores so far apart that floats become nothing.
            any_total, any_share = everything(scores.double(), lengths, bigram)
            own_total, own_share = spoken(scores.double(), labels, lengths, bigram)
            frames = lengths.sum()
            ctx.save_for_backward(((any_share - own_share) / frames).to(scores.dtype))
            return ((any_total - own_total).sum() / frames).to(scores.dtype)

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> tuple[torch.Tensor, None, None]:
        (share,) = ctx.saved_tensors
        return gradients[0] * share, None, None


def everything(
    scores: torch.Tensor, lengths: torch.Tensor, bigram: Bigram
) -> tuple[torch.Tensor, torch.Tensor]:
    """Every sequence of phones: (log of the summed scores (batch,), share of each pdf in each frame like `scores`)."""
    batch, pdfs, frames = scores.shape
    follow = torch.from_numpy(np.exp(bigram.follow)).to(scores.dtype)
    start = torch.from_numpy(np.exp(bigram.start)).to(scores.dtype)
    peak = scores.amax(1)  # (batch, frames)
    heard = torch.exp(scores - peak[:, None]).clamp_min(1e-100).permute(2, 0, 1)  # (frames, batch, pdfs)
    first, later = heard[:, :, 0::2].contiguous(), heard[:, :, 1::2].contiguous()
    inside = (torch.arange(frames)[:, None] < lengths[None]).to(scores.dtype)[:, :, None]
    enter, stay = torch.zeros_like(first), torch.zeros_like(later)
    total = torch.zeros(batch, dtype=scores.dtype)
    enter[0] = start * first[0]
    here = enter[0]
    for frame in range(frames):
        if frame:
            enter[frame] = (here @ follow) * first[frame]
            stay[frame] = here * later[frame]
            here = torch.where(inside[frame] > 0, enter[frame] + stay[frame], here)
        scale = here.sum(1, keepdim=True)
        here = here / scale
        enter[frame] /= scale
        stay[frame] /= scale
        total += torch.log(scale[:, 0]) + peak[:, frame] * inside[frame, :, 0]
    future = torch.ones_like(here)
    for frame in range(frames - 1, -1, -1):
        if frame + 1 < frames:
            before = (first[frame + 1] * future) @ follow.T + later[frame + 1] * future
            before = before / before.sum(1, keepdim=True)
            future = torch.where(inside[frame + 1] > 0, before, future)
        enter[frame] *= future
        stay[frame] *= future
    share = torch.stack([enter, stay], 3).reshape(frames, batch, pdfs) * inside
    share = share / share.sum(2, keepdim=True).clamp_min(1e-30)
    return total, share.permute(1, 2, 0)


def spoken(
    scores: torch.Tensor, labels: torch.Tensor, lengths: torch.Tensor, bigram: Bigram
) -> tuple[torch.Tensor, torch.Tensor]:
    """The utterance's own phones, each within `TOLERANCE_FRAMES` of its place: as `everything`."""
    batch, pdfs, frames = scores.shape
    rows = [row[: int(n)] for row, n in zip(labels.numpy(), lengths, strict=True)]
    begins = [np.flatnonzero(row % 2 == 0) for row in rows]
    longest = max(len(b) for b in begins)
    phone = np.zeros((batch, longest), np.int64)
    earliest = np.full((batch, longest), frames)
    latest = np.zeros((batch, longest), int)
    prior = np.zeros(batch)
    for number, (row, begin) in enumerate(zip(rows, begins, strict=True)):
        ids = row[begin] // 2
        phone[number, : len(begin)] = ids
        earliest[number, : len(begin)] = begin - TOLERANCE_FRAMES
        latest[number, : len(begin)] = np.append(begin[1:], len(row)) + TOLERANCE_FRAMES
        prior[number] = bigram.start[ids[0]] + bigram.follow[ids[:-1], ids[1:]].sum()
    time = np.arange(frames)[:, None, None]
    outside = torch.from_numpy((time < earliest[None]) | (time >= latest[None]))
    ids = torch.from_numpy(phone)
    gather = ids[:, :, None].expand(-1, -1, frames)
    first = scores.gather(1, 2 * gather).permute(2, 0, 1).masked_fill(outside, _NEVER)
    later = scores.gather(1, 2 * gather + 1).permute(2, 0, 1).masked_fill(outside, _NEVER)
    inside = (torch.arange(frames)[:, None] < lengths[None])[:, :, None]
    enter, stay = torch.full_like(first, _NEVER), torch.full_like(later, _NEVER)
    enter[0, :, 0] = first[0, :, 0]
    here = enter[0]
    gone = torch.full((batch, 1), _NEVER, dtype=scores.dtype)
    for frame in range(1, frames):
        enter[frame] = torch.cat([gone, here[:, :-1]], 1) + first[frame]
        stay[frame] = here + later[frame]
        here = torch.where(inside[frame], torch.logaddexp(enter[frame], stay[frame]), here)
    last = torch.from_numpy(np.array([len(b) - 1 for b in begins]))[:, None]
    total = here.gather(1, last)[:, 0]
    future = torch.full((batch, longest), _NEVER, dtype=scores.dtype).scatter(1, last, 0.0)
    share = torch.zeros(frames, batch, pdfs, dtype=scores.dtype)
    for frame in range(frames - 1, -1, -1):
        if frame + 1 < frames:
            entering = torch.cat([(first[frame + 1] + future)[:, 1:], gone], 1)
            before = torch.logaddexp(later[frame + 1] + future, entering)
            future = torch.where(inside[frame + 1], before, future)
        weight = inside[frame].to(scores.dtype)
        known = future - total[:, None]
        share[frame].scatter_add_(1, 2 * ids, torch.exp(enter[frame] + known) * weight)
        share[frame].scatter_add_(1, 2 * ids + 1, torch.exp(stay[frame] + known) * weight)
    return total + torch.from_numpy(prior).to(scores.dtype), share.permute(1, 2, 0)
