"""Chance in whole batches, on the device where they are used, from a seed."""

import torch

Tensor = torch.Tensor


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
