"""Chance and numbers in whole batches, on the device where they are used."""

import functools
from collections.abc import Callable

import numpy as np
import torch

Tensor = torch.Tensor


def placed(values: np.ndarray | Tensor, device: torch.device) -> Tensor:
    """The same on `device`. Plain memory would be copied to a GPU only when it has done all it still has to do."""
    tensor = torch.as_tensor(values)
    return tensor if device.type == "cpu" else tensor.pin_memory().to(device, non_blocking=True)


def placed_once(made: Callable[[], np.ndarray]) -> Callable[[torch.device], Tensor]:
    """What is always the same, in floats, kept on every device that asked for it."""
    return functools.cache(lambda device: placed(made().astype(np.float32), device))


class Chance:
    """Random tensors. The same seed gives the same ones on the same kind of device."""

    def __init__(self, seed: int, device: torch.device) -> None:
        self.device = device
        self.generator = torch.Generator(device).manual_seed(seed)

    def uniform(self, low: float, high: float, *shape: int) -> Tensor:
        return low + (high - low) * torch.rand(shape, generator=self.generator, device=self.device)

    def normal(self, *shape: int) -> Tensor:
        return torch.randn(shape, generator=self.generator, device=self.device)

    def happens(self, probability: float, *shape: int) -> Tensor:
        """True so often."""
        return self.uniform(0.0, 1.0, *shape) < probability

    def below(self, limits: Tensor) -> Tensor:
        """Whole numbers from 0 to each limit, which is not among them."""
        return (self.uniform(0.0, 1.0, *limits.shape).double() * limits).long().minimum(limits - 1)
