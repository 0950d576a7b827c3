"""The acoustic network: a factored TDNN that Kaldi's nnet3 can compute from affine layers, ReLUs and sums alone.

Convolutions are not padded: the utterance is, by repeating its first and last frame, exactly as Kaldi's
online decoder does.
"""

from dataclasses import dataclass

import torch
from torch import nn

from training.features import BANDS, SUBSAMPLING


@dataclass(frozen=True)
class Shape:
    """Sizes of the network. `backs` and `aheads` hold, per block, how far it looks to each side, in output frames of
    30 ms. What lies ahead delays every answer, what lies behind costs nothing and tells the voice, the room and the
    noise.
    """

    front: int = 192
    width: int = 576
    neck: int = 192
    backs: tuple[int, ...] = (1, 1, 1, 1, 3, 4, 6)
    aheads: tuple[int, ...] = (1, 1, 1, 1, 1, 1, 0)

    @property
    def context(self) -> tuple[int, int]:
        """Input frames needed before and after an output frame."""
        return _FRONT_REACH + SUBSAMPLING * sum(self.backs), _FRONT_REACH + SUBSAMPLING * sum(self.aheads)


_FRONT_REACH = 2 + 1
TOY = Shape(front=48, width=96, neck=32, backs=(1, 2, 4), aheads=(1, 1, 0))


class Block(nn.Module):
    """x + relu(norm(expand(squeeze(x)))): the squeeze looks back, the expansion looks ahead (or at now alone)."""

    def __init__(self, width: int, neck: int, back: int, ahead: int) -> None:
        super().__init__()
        self.back, self.ahead = back, ahead
        self.squeeze = nn.Conv1d(width, neck, 2, dilation=back, bias=False)
        self.expand = nn.Conv1d(neck, width, 2, dilation=ahead) if ahead else nn.Conv1d(neck, width, 1)
        self.norm = nn.BatchNorm1d(width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, frames, width) -> the same with `back` + `ahead` frames less."""
        y = torch.relu(_over_all(self.norm, affine(self.expand, affine(self.squeeze, x))))
        return x[:, self.back : x.shape[1] - self.ahead] + y


def affine(layer: nn.Conv1d, x: torch.Tensor) -> torch.Tensor:
    """What the convolution would give, with channels last, as a product of matrices: faster than a convolution on a
    processor and on a GPU. (batch, frames, channels).
    """
    (kernel,), (dilation,), (stride,) = layer.kernel_size, layer.dilation, layer.stride
    frames = (x.shape[1] - (kernel - 1) * dilation - 1) // stride + 1
    shifts = [at * dilation for at in range(kernel)]
    seen = [x[:, at : at + stride * (frames - 1) + 1 : stride] for at in shifts]
    weights = layer.weight.transpose(1, 2).reshape(layer.out_channels, -1)
    return nn.functional.linear(seen[0] if kernel == 1 else torch.cat(seen, 2), weights, layer.bias)


def _over_all(norm: nn.BatchNorm1d, x: torch.Tensor) -> torch.Tensor:
    """The norm over the last axis of (batch, frames, channels)."""
    return norm(x.flatten(0, 1)).view_as(x)  # type: ignore[no-any-return]


class Network(nn.Module):
    """Log mel energies (batch, 40, frames + context) -> pdf scores (batch, pdfs, frames / 3).

    Two outputs share all other layers. `out`: what the recogniser reads; log likelihoods but for a constant in each
    frame. `frame_out`: which pdf each frame is, as a classifier says it; it aligns, and steadies the training.
    """

    mean: torch.Tensor
    scale: torch.Tensor

    def __init__(self, shape: Shape, pdfs: int, dropout: float = 0.05) -> None:
        super().__init__()
        self.shape = shape
        self.register_buffer("mean", torch.full((BANDS,), 12.0))
        self.register_buffer("scale", torch.full((BANDS,), 0.25))
        self.front = nn.Conv1d(BANDS, shape.front, 5)
        self.front_norm = nn.BatchNorm1d(shape.front)
        self.thin = nn.Conv1d(shape.front, shape.width, 3, stride=SUBSAMPLING)
        self.thin_norm = nn.BatchNorm1d(shape.width)
        reaches = zip(shape.backs, shape.aheads, strict=True)
        self.blocks = nn.ModuleList(Block(shape.width, shape.neck, *reach) for reach in reaches)
        self.dropout = dropout
        self.out = nn.Conv1d(shape.width, pdfs, 1)
        self.frame_out = nn.Conv1d(shape.width, pdfs, 1)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """(scores of `out`, scores of `frame_out`)."""
        x = (x.transpose(1, 2) - self.mean) * self.scale
        x = torch.relu(_over_all(self.front_norm, affine(self.front, x)))
        x = torch.relu(_over_all(self.thin_norm, affine(self.thin, x)))
        for block in self.blocks:
            x = block(x)
            if self.training and self.dropout:  # whole channels: cheaper, and stronger
                kept = torch.rand(x.shape[0], 1, x.shape[2], device=x.device) >= self.dropout
                x = x * (kept / (1 - self.dropout)).to(x.dtype)
        return affine(self.out, x).transpose(1, 2), affine(self.frame_out, x).transpose(1, 2)
