"""An exported model back to a network, so that training can go on from what is shipped: no checkpoint is kept for long.

What the export folded away is given back so that the network says the same: the norms, which are measured on speech,
and the turn to MFCC. The second output is not in a model: it begins as the first.
"""

import json
import struct
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import nn

from training import material
from training.batches import REUSE, Mixed, Source
from training.examples import PDFS
from training.features import BANDS, mfcc_matrix
from training.network import Network, Shape
from training.sequence import Bigram
from training.train import loader
from voiceguide.ears.vocabulary import DESCRIPTION

_MATRIX, _VECTOR = b"<LinearParams> CM2 ", b"<BiasParams> FV "


def affine_layers(final_mdl: bytes) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """(weights (out, in), bias (out,)) of every affine layer that `kaldi_format` wrote, in order."""
    at = final_mdl.find(_MATRIX)
    while at >= 0:
        at += len(_MATRIX)
        least, span, rows, columns = struct.unpack_from("<ffii", final_mdl, at)
        steps = np.frombuffer(final_mdl, "<u2", rows * columns, at + 16).reshape(rows, columns)
        at += 16 + 2 * rows * columns
        if final_mdl[at : at + len(_VECTOR)] != _VECTOR:
            raise ValueError("not a model that training.export wrote")
        at += len(_VECTOR) + 5  # a byte for the size of an integer, and the integer
        bias = np.frombuffer(final_mdl, "<f4", rows, at)
        yield least + span * (steps / 65535), bias.astype(float)
        at = final_mdl.find(_MATRIX, at + 4 * rows)


def restored(model: Path, speech: torch.Tensor, shape: Shape | None = None) -> Network:
    """The network of a model directory. speech: log mel energies (batch, 40, frames), on which the norms are measured.
    shape: how far its blocks look (default: as `Shape` has it); widths are read from the model. Raises ValueError where
    it is of another shape.
    """
    layers = list(affine_layers((model / "am/final.mdl").read_bytes()))
    shape = shape or Shape()
    if len(layers) != 3 + 2 * len(shape.backs):
        raise ValueError(f"{model}: {len(layers)} affine layers, {3 + 2 * len(shape.backs)} expected")
    shape = replace(shape, front=len(layers[0][0]), width=len(layers[1][0]), neck=len(layers[2][0]))
    network = Network(shape, PDFS)
    convolutions = [network.front, network.thin]
    for block in network.blocks:
        convolutions += [block.squeeze, block.expand]
    weights, bias = layers[0]
    # Of MFCC -> of log mel energies -> of what `Network` makes of those.
    weights = (weights.reshape(len(weights), -1, BANDS) @ mfcc_matrix()).transpose(0, 2, 1)
    bias = bias + np.einsum("oik,i->o", weights, network.mean.double().numpy())
    weights = weights / network.scale.double().numpy()[None, :, None]
    _fill(network.front, weights, bias)
    for convolution, (flat, bias) in zip(convolutions[1:], layers[1:-1], strict=True):
        kernel = convolution.kernel_size[0]
        _fill(convolution, flat.reshape(len(flat), kernel, -1).transpose(0, 2, 1), bias)
    for output in (network.out, network.frame_out):
        _fill(output, layers[-1][0][:, :, None], layers[-1][1])
    _measure(network, speech)
    return network


def _fill(layer: nn.Conv1d, weights: np.ndarray, bias: np.ndarray) -> None:
    if layer.weight.shape != weights.shape:
        raise ValueError(f"weights of {weights.shape} where {tuple(layer.weight.shape)} were expected")
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(weights))
        if layer.bias is not None:
            layer.bias.copy_(torch.from_numpy(bias))


def _measure(network: Network, speech: torch.Tensor) -> None:
    """Norms that change nothing: each gives back the mean and the spread that it takes away."""
    norms = [module for module in network.modules() if isinstance(module, nn.BatchNorm1d)]
    network.eval()
    for norm in norms:
        assert norm.running_var is not None
        norm.running_var.fill_(1.0 - norm.eps)
    seen: dict[nn.Module, torch.Tensor] = {}
    hooks = [
        norm.register_forward_pre_hook(lambda module, given: seen.update({module: given[0]}))
        for norm in norms
    ]
    with torch.no_grad():
        network(speech)
        for norm in norms:
            mean, variance = seen[norm].mean(0), seen[norm].var(0, unbiased=False)
            assert norm.running_mean is not None
            assert norm.running_var is not None
            norm.running_mean.copy_(mean)
            norm.running_var.copy_(variance)
            norm.weight.copy_(torch.sqrt(variance + norm.eps))
            norm.bias.copy_(mean)
    for hook in hooks:
        hook.remove()


def begun(begin: Path, checkpoint: Path, source: Source, shape: Shape) -> Path:
    """The network to go on from, as a checkpoint that can align, too. Raises ValueError where a model is of another
    shape."""
    if not begin.is_dir():
        return begin
    if not checkpoint.exists():
        mixed = Mixed(source, 256, shape.context, material.SEED, 512, REUSE)
        speech, _ = next(iter(loader(mixed, 1)))
        network = restored(begin, speech, shape)
        follow = -np.array(json.loads((begin / DESCRIPTION).read_text(encoding="utf-8"))["bigram"])
        start = np.full(len(follow), -np.log(len(follow)))  # not kept in a model
        # The scores of a model are likelihoods already: nothing is to be divided by.
        state = {"network": network.state_dict(), "shape": network.shape, "counts": np.ones(PDFS)}
        torch.save(state | {"bigram": Bigram(start, follow)}, checkpoint)
    return checkpoint
