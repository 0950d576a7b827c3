"""Adding energies must give what adding waves gives."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy", reason="training needs scipy and torch: script/test --training")

from training import mixing
from training.features import log_mel
from training.mixing import Noise, Noises, mix, nobody
from training.surroundings import Surroundings, level


def waves(seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    voice = np.convolve(rng.standard_normal(16000), np.ones(8) / 8, "same").astype(np.float32)
    hiss = rng.standard_normal(16000).astype(np.float32)
    return voice / level(voice), hiss / level(hiss)


def test_energies_add_like_waves_and_beat_as_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mixing, "_microphone", lambda energies, rng, level_db: np.log(energies))
    monkeypatch.setattr(mixing, "smooth_curve", lambda rng, size: np.zeros(40, np.float32))
    voice, hiss = waves(1)
    noises = Noises(Surroundings({"hiss": hiss}), [], np.random.default_rng(0))
    noises.kinds = noises.kinds[:1]
    differences = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        differences.append(mix(log_mel(voice), noises, rng) - log_mel(voice))
    added = np.concatenate(differences)
    expected = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        snr_db = rng.uniform(0, 25) if rng.random() < 0.75 else rng.uniform(25, 60)
        mixed = voice + np.roll(hiss, int(rng.integers(16000))) * np.float32(10 ** (-snr_db / 20))
        expected.append(log_mel(mixed) - log_mel(voice))
    waves_added = np.concatenate(expected)
    assert added[:, 20:].mean() == pytest.approx(waves_added[:, 20:].mean(), rel=0.25)
    assert added[:, 5:].std() == pytest.approx(waves_added[:, 5:].std(), rel=0.25)


def test_noise_knows_its_own_level() -> None:
    _, hiss = waves(2)
    assert Noise.of(hiss * 300).power.mean() == pytest.approx(1.0, rel=0.05)


def test_a_talker_in_the_background_stays_in_the_background() -> None:
    rng = np.random.default_rng(0)
    noises = Noises(Surroundings(), [rng.normal(0, 500, 8000).astype(np.float32)], rng)
    least = {noises.draw(rng, 50)[1] for _ in range(200)}
    assert least == {0.0, 7.0}


def test_nobody_says_silence() -> None:
    rng = np.random.default_rng(0)
    mel, labels = nobody(Noises(Surroundings(), [], rng), rng)
    assert labels.tolist() == [0, *[1] * (len(labels) - 1)]
    assert np.isfinite(mel).all()
    assert len(labels) == (len(mel) + 2) // 3
