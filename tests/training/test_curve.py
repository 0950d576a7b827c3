"""The learning curves: who is heard in each, what is measured, what is kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs torch: pip install --group training")

from training import curve  # noqa: E402
from training.curve import Point, dev_batches, heard_by, known, measured, parameters, plan  # noqa: E402
from training.examples import PDFS  # noqa: E402
from training.labelled import PHONE_IDS, Labelled  # noqa: E402
from training.network import TOY, Network  # noqa: E402
from training.sequence import Bigram  # noqa: E402
from training.surroundings import Surroundings  # noqa: E402
from training.train import Trained  # noqa: E402

pytestmark = pytest.mark.training


def _clip(voice: str, rng: np.random.Generator) -> Labelled:
    samples = rng.normal(0, 2000, 8000).astype(np.int16)
    starts = np.array([0, 800, 2400, 4000, 5600, 7200])
    phones = np.array([0, PHONE_IDS["m"], PHONE_IDS["a"], PHONE_IDS["h"], PHONE_IDS["A"], 0])
    return Labelled(samples, starts, phones, np.array([800, 4000, 7200]), voice)


@pytest.fixture
def people() -> list[Labelled]:
    rng = np.random.default_rng(0)
    return [_clip(f"p{i}", rng) for i in range(20) for _ in range(1 + i % 3)]


def test_each_set_of_voices_holds_the_smaller_ones_whole(people: list[Labelled]) -> None:
    sets = [{clip.voice for clip in heard_by(people, count)} for count in curve.VOICES]
    assert [len(each) for each in sets] == list(curve.VOICES)
    assert sets[0] < sets[1] < sets[2]
    for voice in sets[0]:
        assert sum(c.voice == voice for c in heard_by(people, 4)) == sum(c.voice == voice for c in people)


def test_no_point_is_planned_twice_and_only_one_thing_varies(people: list[Labelled]) -> None:
    points = list(plan(people))
    assert len({name for name, *_ in points}) == len(points)
    usual = (len(people), curve.SMALL, curve.USUAL_STEPS)
    for name, heard, shape, steps in points:
        differing = sum(a != b for a, b in zip((len(heard), shape, steps), usual, strict=True))
        assert differing == (name != f"steps-{curve.USUAL_STEPS}"), name
    assert parameters(curve.TINY) < parameters(curve.SMALL) < parameters(curve.BIG)


def test_the_same_is_heard_each_time_and_a_net_that_knows_nothing_does_badly(
    people: list[Labelled], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(curve, "DEV_BATCHES", 1)
    monkeypatch.setattr(curve, "DEV_BATCH", 6)
    first, again = (dev_batches(people, Surroundings(), TOY) for _ in range(2))
    assert torch.equal(first[0][0], again[0][0])
    assert torch.equal(first[0][1], again[0][1])
    phones = PDFS // 2
    flat = Bigram(np.full(phones, -np.log(phones)), np.full((phones, phones), -np.log(phones)))
    torch.manual_seed(0)
    loss, right = measured(Trained(Network(TOY, PDFS).eval(), np.ones(PDFS) / PDFS, flat), first)
    assert loss > 0.3
    assert right < 0.5


def test_what_is_known_is_read_back_and_drawn(tmp_path: Path) -> None:
    table = tmp_path / "curve.tsv"
    assert known(table) == []
    point = Point("steps-800", 20, 1.5, 1_000, 800, 0.25, 0.6)
    table.write_text(
        "name\tvoices\thours\tparameters\tsteps\tmmi\tright\nsteps-800\t20\t1.5\t1000\t800\t0.25\t0.6\n",
        "utf-8",
    )
    assert known(table) == [point]
    pytest.importorskip("matplotlib")
    curve.picture([point], tmp_path / "curve.png")
    assert (tmp_path / "curve.png").stat().st_size > 5_000
