"""Weights as they are stored: half the size of floats."""

from __future__ import annotations

import struct

import numpy as np
import pytest

pytest.importorskip("scipy", reason="training needs scipy and torch: script/test --training")

from training.kaldi_format import matrix


@pytest.mark.parametrize("values", [np.random.default_rng(0).normal(0, 0.3, (7, 5)), np.full((2, 3), 0.25)])
def test_a_matrix_in_two_bytes_a_number_is_nearly_exact(values: np.ndarray) -> None:
    stored = matrix(values)
    assert stored[:4] == b"CM2 "
    least, span, rows, columns = struct.unpack("<ffii", stored[4:20])
    assert (rows, columns) == values.shape
    assert len(stored) == 20 + 2 * values.size
    steps = np.frombuffer(stored[20:], "<u2").reshape(rows, columns)
    assert np.abs(least + span * (steps / 65535) - values).max() <= np.ptp(values) / 65535 + 1e-6
