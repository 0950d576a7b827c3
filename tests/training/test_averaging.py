"""The mean of two checkpoints."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="training needs torch: script/test --training")

from training.averaging import main, mean  # noqa: E402


def test_the_mean_of_two_checkpoints_is_a_checkpoint(tmp_path: Path) -> None:
    for name, weight, steps in (("begun", 1.0, 3), ("trained", 2.0, 5)):
        network = {"weight": torch.full((2, 3), weight), "steps": torch.tensor(steps)}
        torch.save({"network": network, "counts": name}, tmp_path / name)
    main([*(str(tmp_path / name) for name in ("begun", "trained", "mean")), "--share", "0.75"])
    found = torch.load(tmp_path / "mean", weights_only=False)
    assert found["counts"] == "trained"
    assert found["network"]["steps"] == 5
    assert torch.allclose(found["network"]["weight"], torch.full((2, 3), 1.75))


def test_half_precision_stays_half_precision() -> None:
    one, three = ({"weight": torch.tensor([value], dtype=torch.float16)} for value in (1.0, 3.0))
    both = mean(one, three, 0.5)["weight"]
    assert (both.dtype, both.item()) == (torch.float16, 2.0)


def test_networks_of_two_shapes_have_no_mean() -> None:
    with pytest.raises(ValueError, match="one shape"):
        mean({"weight": torch.zeros(2)}, {"weight": torch.zeros(3)}, 0.5)
