"""Adding energies must give what adding waves gives."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs scipy and torch: script/test --training")

from training import mixing  # noqa: E402
from training.batches import IGNORED, Reservoir, packed  # noqa: E402
from training.chance import Chance  # noqa: E402
from training.features import RATE, log_mel  # noqa: E402
from training.mixing import Noise, Noises, Stock, mix, together  # noqa: E402
from training.surroundings import Surroundings, level  # noqa: E402

pytestmark = pytest.mark.training

CPU = torch.device("cpu")


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
    both = together(torch.from_numpy(speech), torch.from_numpy(noise), Chance(0, CPU))
    found = np.log(both.numpy()) - np.log(speech + noise)
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


@pytest.fixture(scope="module")
def stock(noises: Noises) -> Stock:
    return Stock(noises, CPU)


def test_a_talker_in_the_background_stays_in_the_background(stock: Stock) -> None:
    _, least_snr_db = stock.draw(torch.full((200,), 50), 50, Chance(0, CPU))
    assert set(least_snr_db.tolist()) == {0.0, 7.0}


def test_noise_has_the_level_of_the_speech_it_is_drawn_for(stock: Stock) -> None:
    """Frames behind the end of a piece do not count."""
    lengths = torch.tensor([30, 60] * 50)
    energies, _ = stock.draw(lengths, 60, Chance(0, CPU))
    quiet = np.exp(log_mel(waves(1)[1])).mean()
    for length in (30, 60):
        rows = energies[lengths == length, :length]
        assert float(rows.mean(dim=(1, 2)).median()) == pytest.approx(quiet, rel=0.6)


def test_every_piece_of_a_batch_is_mixed_by_itself(stock: Stock) -> None:
    mel = torch.from_numpy(log_mel(waves(1)[0])[:60]).repeat(40, 1, 1)
    heard = mix(mel, torch.full((40,), 60), torch.full((40,), True), stock, Chance(0, CPU))
    assert heard.shape == mel.shape
    assert bool(torch.isfinite(heard).all())
    levels = heard.mean(dim=(1, 2))
    assert float(levels.max() - levels.min()) > 4  # nats: microphones are set alike only by chance
    again = mix(mel, torch.full((40,), 60), torch.full((40,), True), stock, Chance(0, CPU))
    assert torch.equal(heard, again)


def drawn(*lengths: int) -> Reservoir:
    """Pieces of speech whose phones each last two output frames: 2, 3, 2, 3, …"""
    reservoir = Reservoir(16, CPU, seed=0)
    pieces = [(np.full((n, 40), 10.0, np.float32), np.resize([2, 3], (n + 2) // 3)) for n in lengths]
    reservoir.add(packed(pieces))
    return reservoir


def test_nobody_says_silence(stock: Stock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.batches.NOBODY_SHARE", 1.0)
    x, y = next(drawn(90).batches(8, stock, (5, 4)))
    assert bool(torch.isfinite(x).all())
    for row in y:
        said = row[row != IGNORED].tolist()
        assert said == [0, *[1] * (len(said) - 1)]
        assert 20 <= len(said) <= 84


def test_a_batch_is_what_was_drawn_with_what_lies_around_it(
    stock: Stock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.batches.NOBODY_SHARE", 0.0)
    context = (7, 4)
    batches = list(drawn(30, 31, 100).batches(4, stock, context))
    assert len(batches) == 4
    for x, y in batches:
        outputs = y.shape[1]
        assert x.shape == (4, 40, 3 * (outputs - 1) + 1 + sum(context))
        assert torch.equal(x[:, :, 0], x[:, :, context[0]]), (
            "the first frame is repeated before the beginning"
        )
        for row in y:
            said = row[row != IGNORED].tolist()
            assert said == np.resize([2, 3], len(said)).tolist()
            assert len(said) in (10, 11, 34)


def test_batches_for_a_gpu_are_of_few_forms(stock: Stock) -> None:
    reservoir = Reservoir(16, CPU, seed=0)
    as_many_phones_as_frames = np.arange(20) * 2
    reservoir.add(packed([(np.zeros((60, 40), np.float32), as_many_phones_as_frames)]))
    for _, y in reservoir.batches(4, stock, (5, 4), form=16):
        assert y.shape[1] % 16 == 0
        phones = ((y >= 0) & (y % 2 == 0)).sum(1).max()
        assert int(phones) <= y.shape[1] * 5 // 8


def test_a_full_reservoir_forgets_and_holds_no_more() -> None:
    reservoir = drawn(*[30] * 10)
    reservoir.add(packed([(np.zeros((60, 40), np.float32), np.zeros(20))] * 10))
    lengths = reservoir._lengths.tolist()
    assert sorted(set(lengths)) == [30, 60]  # every place is taken
    assert lengths.count(60) in range(6, 11)  # six in free places, four in place of any
