"""Those who draw do not stand in one another's way."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs torch: pip install --group training")
threadpoolctl = pytest.importorskip("threadpoolctl", reason="training needs it: pip install --group training")

from training.batches import Source, Stream  # noqa: E402
from training.mixing import Noises  # noqa: E402
from training.surroundings import Surroundings  # noqa: E402
from training.train import loader  # noqa: E402

pytestmark = pytest.mark.training


class Telling:
    """What it draws says how many threads it might compute in."""

    def draw(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        threads = max(pool["num_threads"] for pool in threadpoolctl.threadpool_info())
        return np.full((30, 40), max(threads, torch.get_num_threads()), np.float32), np.ones(10, np.int64)


def test_a_process_that_draws_computes_in_one_thread() -> None:
    """Though numpy was imported long before, with as many threads as there are cores."""
    source = Source(Telling, lambda: Noises(Surroundings(), [], np.random.default_rng(0)))  # type: ignore[arg-type]
    with threadpoolctl.threadpool_limits(2):
        pack = next(iter(loader(Stream(source, 2, seed=1), workers=1)))
    assert float(pack.mel[0, 0, 0]) == 1.0
