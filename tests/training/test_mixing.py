"""Adding energies must give what adding waves gives."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy", reason="training needs scipy and torch: script/test --training")

from training import mixing
from training.features import RATE, log_mel
from training.mixing import Noise, Noises, nobody, together
from training.surroundings import Surroundings, level


def waves(seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    voice = np.convolve(rng.standard_normal(16000), np.ones(8) / 8, "same").astype(np.float32)
    hiss = rng.standard_normal(16000).astype(np.float32)
    return voice / level(voice), hiss / level(hiss)


@pytest.mark.parametrize("snr_db", [0, 5, 15])
def test_energies_add_like_waves_and_beat_as_much(snr_db: float) -> None:
    voice, hiss = waves(1)
    hiss = hiss * np.float32(10 ** (-snr_db / 20))
    speech, noise = np.exp(log_mel(voice)), np.exp(log_mel(hiss))
    expected = log_mel(voice + hiss) - np.log(speech + noise)
    found = np.log(together(speech, noise, np.random.default_rng(0))) - np.log(speech + noise)
    assert found[:, 20:].mean() == pytest.approx(expected[:, 20:].mean(), abs=0.03)
    for bands in (slice(2, 10), slice(10, 25), slice(25, 40)):
        assert found[:, bands].std() == pytest.approx(expected[:, bands].std(), rel=0.15)


def test_noise_knows_its_own_level() -> None:
    _, hiss = waves(2)
    assert Noise.of(hiss * 300).power.mean() == pytest.approx(1.0, rel=0.05)


@pytest.fixture(scope="module")
def noises() -> Noises:
    """A whole stock of them, each of a moment only."""
    rng = np.random.default_rng(0)
    talk, made = mixing._talk, mixing.synthetic_noise
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mixing, "_talk", lambda voices, rng, talkers, seconds: talk(voices, rng, talkers, 0.3))
        patch.setattr(mixing, "synthetic_noise", lambda rng, samples: made(rng, RATE // 3))
        return Noises(Surroundings(), [[rng.normal(0, 500, 8000).astype(np.float32)]], rng)


def test_a_talker_in_the_background_stays_in_the_background(noises: Noises) -> None:
    rng = np.random.default_rng(0)
    least = {noises.draw(rng, 50)[1] for _ in range(200)}
    assert least == {0.0, 7.0}


def test_nobody_says_silence(noises: Noises) -> None:
    rng = np.random.default_rng(0)
    mel, labels = nobody(noises, rng)
    assert labels.tolist() == [0, *[1] * (len(labels) - 1)]
    assert np.isfinite(mel).all()
    assert len(labels) == (len(mel) + 2) // 3
