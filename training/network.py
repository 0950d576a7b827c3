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
    width: int = 448
    neck: int = 160
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
        y = torch.relu(self.norm(self.expand(self.squeeze(x))))
        return x[:, :, self.back : x.shape[2] - self.ahead] + y


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
        self.dropout = nn.Dropout1d(dropout)  # whole channels: cheaper, and stronger
        self.out = nn.Conv1d(shape.width, pdfs, 1)
        self.frame_out = nn.Conv1d(shape.width, pdfs, 1)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """(scores of `out`, scores of `frame_out`)."""
        x = (x - self.mean[None, :, None]) * self.scale[None, :, None]
        x = torch.relu(self.front_norm(self.front(x)))
        x = torch.relu(self.thin_norm(self.thin(x)))
        for block in self.blocks:
            x = self.dropout(block(x))
        return self.out(x), self.frame_out(x)
