"""Sequence training against brute force: every path counted one by one."""

from __future__ import annotations

import itertools
import pickle

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs torch: script/test --training")

from training.sequence import Bigram, everything, mmi, phones_of, spoken  # noqa: E402

pytestmark = pytest.mark.training

PHONES = 3
LABELS = [[0, 1, 2, 3, 4], [0, 2, 3, 4, -100], [2, 3, 3, 4, 5]]


@pytest.fixture
def bigram() -> Bigram:
    rng = np.random.default_rng(0)
    return Bigram.counted([rng.integers(0, PHONES, 9) for _ in range(20)], PHONES)


@pytest.fixture
def scores() -> torch.Tensor:
    return torch.randn(3, 2 * PHONES, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(1))


def total(scores: torch.Tensor, frames: int, bigram: Bigram, wanted: list[int] | None) -> float:
    """Log of the summed scores of all paths; with `wanted`, of those through these phones alone."""
    found = []
    for path in itertools.product(range(2 * PHONES), repeat=frames):
        steps = list(itertools.pairwise(path))
        if path[0] % 2 or any(b % 2 and b // 2 != a // 2 for a, b in steps):
            continue
        if wanted is not None and [pdf // 2 for pdf in path if pdf % 2 == 0] != wanted:
            continue
        prior = bigram.start[path[0] // 2] + sum(
            bigram.follow[a // 2, b // 2] for a, b in steps if b % 2 == 0
        )
        found.append(prior + sum(float(scores[pdf, t]) for t, pdf in enumerate(path)))
    return float(np.logaddexp.reduce(found))


def test_scores_are_those_of_all_paths_together(bigram: Bigram, scores: torch.Tensor) -> None:
    labels = torch.tensor(LABELS)
    lengths = (labels >= 0).sum(1)
    for number, row in enumerate(LABELS):
        frames = int(lengths[number])
        any_total = everything(scores, lengths, bigram)[0][number]
        own_total = spoken(scores, labels, lengths, bigram)[0][number]
        wanted = phones_of(np.array(row)).tolist()
        assert float(any_total) == pytest.approx(total(scores[number], frames, bigram, None))
        assert float(own_total) == pytest.approx(total(scores[number], frames, bigram, wanted))


def test_the_gradient_is_that_of_the_loss(bigram: Bigram, scores: torch.Tensor) -> None:
    labels = torch.tensor(LABELS)
    asked = scores.clone().requires_grad_(True)
    mmi(asked, labels, bigram).backward()
    assert asked.grad is not None
    for place in np.ndindex(*scores.shape):
        moved = scores.clone()
        moved[place] += 1e-6
        slope = (mmi(moved, labels, bigram) - mmi(scores, labels, bigram)) / 1e-6
        assert float(asked.grad[place]) == pytest.approx(float(slope), abs=1e-6)


def test_a_phone_far_from_its_place_does_not_count() -> None:
    bigram = Bigram.counted([np.array([0, 1, 0])], PHONES)
    labels = torch.tensor([[0] + [1] * 9 + [2] + [3] * 9])
    scores = torch.zeros(1, 2 * PHONES, 20, dtype=torch.float64)
    scores[0, 2, 2] = 50.0  # phone 1 heard far too early
    _, share = spoken(scores, labels, torch.tensor([20]), bigram)
    assert float(share[0, 2, 2]) == 0.0
    assert float(share[0, 2, 7:14].sum()) == pytest.approx(1.0)


def test_scores_far_apart_still_have_a_gradient(bigram: Bigram) -> None:
    """A network with random weights is sure of nonsense: floats came to nothing here, and the training to NaN."""
    scores = torch.zeros(1, 2 * PHONES, 12)
    scores[0, 0, :6] = 200.0
    scores[0, 5, 6:] = 200.0  # stays in a phone that the best path was never in
    scores.requires_grad_(True)
    loss = mmi(scores, torch.tensor([[2, 3, 3, 3, 4, 5, 5, 5, 5, 5, 5, 5]]), bigram)
    loss.backward()
    assert scores.grad is not None
    assert bool(torch.isfinite(loss))
    assert bool(torch.isfinite(scores.grad).all())


def test_what_is_kept_for_a_bigram_goes_with_it(bigram: Bigram, scores: torch.Tensor) -> None:
    """A recorded pass of another bigram, at the same address, would give another loss without a word."""
    kept = bigram.probabilities(scores)
    assert bigram.probabilities(scores)[0] is kept[0]
    bigram.graphs["a form"] = "its passes"  # type: ignore[assignment]
    other = pickle.loads(pickle.dumps(bigram))
    assert not other.graphs
    assert other.probabilities(scores)[0] is not kept[0]
    assert torch.equal(other.probabilities(scores)[0], kept[0])
