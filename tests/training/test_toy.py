"""A toy model trained from nothing: synthetic voice, network, export, graph, vosk. About a minute."""

from __future__ import annotations

import functools
import json
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs torch: pip install --group training")

from training import held_out, train  # noqa: E402
from training.__main__ import Plan, aligned, fine_tune, main  # noqa: E402
from training.batches import IGNORED, Mixed, Source  # noqa: E402
from training.espeak import RATE as ESPEAK_RATE  # noqa: E402
from training.espeak import Espeak  # noqa: E402
from training.examples import PDFS, Drawer  # noqa: E402
from training.export import export, layers  # noqa: E402
from training.features import RATE, SUBSAMPLING, mfcc_matrix  # noqa: E402
from training.human import SPLITS  # noqa: E402
from training.kaldi_format import Layer  # noqa: E402
from training.material import load_labelled  # noqa: E402
from training.mixing import Noises  # noqa: E402
from training.network import TOY, Network  # noqa: E402
from training.restore import begun, restored  # noqa: E402
from training.surroundings import Surroundings  # noqa: E402
from voiceguide.ears.graph import compile_graph  # noqa: E402
from voiceguide.ears.vocabulary import UNKNOWN_WORD  # noqa: E402

pytestmark = pytest.mark.training

PHRASES = {
    "下一步": ("xia4", "yi2", "bu4"),
    "再说一遍": ("zai4", "shuo1", "yi2", "bian4"),
    "帮助": ("bang1", "zhu4"),
    "退出": ("tui4", "chu1"),
    "好了": ("hao3", "le5"),
}
STEPS = 120
BATCH = 24


def drawer() -> Drawer:
    syllables = sorted({syllable[:-1] for reading in PHRASES.values() for syllable in reading})
    return Drawer([], Espeak(), ["f2", "m3"], list(PHRASES.values()), syllables, Surroundings(), 1.0)


def noises() -> Noises:
    return Noises(Surroundings(), [], np.random.default_rng(0))


SOURCE = Source(drawer, noises)


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    pace = train.Pace(torch.device("cpu"), BATCH, workers=0, reservoir=1024)
    return train.fit("toy", SOURCE, STEPS, tmp_path_factory.mktemp("toy"), TOY, seed=1, peak=5e-3, pace=pace)


def test_a_larger_batch_takes_fewer_steps() -> None:
    pace = train.Pace(torch.device("cpu"), 256)
    assert pace.steps(1_000) == 250
    assert pace.steps(2) == 1


def computed(layers: list[Layer], mfcc: np.ndarray, context: tuple[int, int]) -> np.ndarray:
    """What Kaldi makes of the exported layers, for output frames 0, 3, 6 ... (mfcc padded by `context`)."""
    outputs: dict[str, np.ndarray] = {"input": mfcc}

    def shifted(name: str, by: int) -> np.ndarray:
        return np.roll(outputs[name], -by, axis=0)

    def described(source: str) -> np.ndarray:
        for function in ("Append", "Sum"):
            if source.startswith(function):
                inner = source[len(function) + 1 : -1].replace("Offset(", "").replace("), ", "),").split(", ")
                parts, index = [], 0
                text = source[len(function) + 1 : -1]
                while index < len(text):
                    if text.startswith("Offset(", index):
                        end = text.index(")", index)
                        name, by = text[index + 7 : end].split(", ")
                        parts.append(shifted(name, int(by)))
                        index = end + 3
                    else:
                        end = text.find(",", index) if "," in text[index:] else len(text)
                        parts.append(outputs[text[index:end]])
                        index = end + 2
                assert inner
                return np.concatenate(parts, 1) if function == "Append" else parts[0] + parts[1]
        return outputs[source]

    for layer in layers:
        x = described(layer.source)
        if layer.weights is not None:
            bias = layer.bias if layer.bias is not None else 0.0
            outputs[layer.name] = x @ layer.weights.T + bias
        elif layer.kind == "RectifiedLinearComponent":
            outputs[layer.name] = np.maximum(x, 0.0)
        else:
            outputs[layer.name] = x
    return outputs["scores"][context[0] : len(mfcc) - context[1] : SUBSAMPLING]


def test_the_exported_layers_compute_what_the_network_does(toy: Path) -> None:
    network = train.load(toy).network
    context = network.shape.context
    mel = np.random.default_rng(3).normal(12, 3, (sum(context) + 31, 40)).astype(np.float32)
    with torch.no_grad():
        expected = network(torch.from_numpy(mel.T[None]))[0][0].numpy().T
    found = computed(layers(network), mel.astype(float) @ mfcc_matrix().T, context)
    assert np.abs(found - expected).max() < 1e-2


def test_an_exported_model_can_be_trained_on(toy: Path, tmp_path: Path) -> None:
    trained = train.load(toy)
    export(trained, tmp_path / "toy")
    x = torch.from_numpy(np.random.default_rng(3).normal(12, 3, (16, 40, 150)).astype(np.float32))
    network = restored(tmp_path / "toy", x, TOY)
    assert network.shape == TOY
    network.eval()
    with torch.no_grad():
        expected, found = trained.network(x)[0], network(x)[0]
        network.train()
        network.dropout = 0.0
        learning = network(x)[0]
    assert float((found - expected).abs().max()) < 0.02 * float(expected.std())
    assert float((learning - expected).abs().max()) < 0.02 * float(expected.std()), "the norms change nothing"
    (tmp_path / "toy/am/final.mdl").write_bytes(b"something else")
    with pytest.raises(ValueError, match="0 affine layers"):
        restored(tmp_path / "toy", x, TOY)


def test_the_main_training_goes_on_from_a_model_directory_or_a_checkpoint(toy: Path, tmp_path: Path) -> None:
    assert begun(toy, tmp_path / "begun.pt", SOURCE, TOY) == toy
    trained = train.load(toy)
    export(trained, tmp_path / "toy")
    start = begun(tmp_path / "toy", tmp_path / "begun.pt", SOURCE, TOY)
    pace = train.Pace(torch.device("cpu"), 4, workers=0, reservoir=64)
    went_on = train.fit(
        "on", SOURCE, 1, tmp_path, TOY, seed=1, start=start, peak=1e-9, dropout=0.0, pace=pace
    )
    x = torch.from_numpy(np.random.default_rng(3).normal(12, 3, (4, 40, 150)).astype(np.float32))
    with torch.no_grad():
        expected, found = trained.network(x)[0], train.load(went_on).network(x)[0]
    assert np.corrcoef(expected.flatten(), found.flatten())[0, 1] > 0.8, "not from random weights"


def test_a_model_is_fine_tuned_with_voices_it_has_not_heard(
    toy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It aligns them itself; what is exported is the mean of both, and says whom it has heard."""
    monkeypatch.setattr("training.material.RANDOM_VOICES", 4)
    small = train.Pace(torch.device("cpu"), 8, workers=0, reservoir=64)
    monkeypatch.setattr(train.Pace, "of_this_machine", classmethod(lambda cls: small))
    begin, target, work, speech = (tmp_path / name for name in ("begin", "target", "work", "speech"))
    export(train.load(toy), begin, ["an-elder"])
    _recorded(speech)
    fine_tune([speech], work, target, Plan(steps=2, begin=begin, shape=TOY), share=0.5)
    told = json.loads((target / "voiceguide.json").read_text("utf-8"))
    assert told["trained_on"] == ["a-neighbour", "an-elder"]
    before, after, mean = (
        torch.load(work / f"{name}.pt", weights_only=False)["network"] for name in ("begun", "fine-tuned", "mean")
    )
    weights = [each["out.weight"] for each in (before, after, mean)]
    assert not torch.equal(weights[0], weights[1])
    torch.testing.assert_close(weights[2], (weights[0] + weights[1]) / 2)
    clips = load_labelled(work / "aligned-train.npz")
    assert {clip.voice for clip in clips} == {"a-neighbour"}
    assert all(len(clip.phones) > 2 for clip in clips)


def test_the_output_that_no_model_keeps_is_learnt_alone(toy: Path, tmp_path: Path) -> None:
    """As wrong as it is at first, it would pull all the rest away from what that has learnt."""
    export(train.load(toy), tmp_path / "toy")
    start = begun(tmp_path / "toy", tmp_path / "begun.pt", SOURCE, TOY)
    pace = train.Pace(torch.device("cpu"), 16, workers=0, reservoir=256)
    learnt = train.learn_frames(start, SOURCE, 30, 1, tmp_path / "frames.pt", pace)
    before, after = (torch.load(path, weights_only=False)["network"] for path in (start, learnt))
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert changed == {"frame_out.weight", "frame_out.bias"}
    [(x, y)] = islice(train.loader(Mixed(SOURCE, 32, TOY.context, 9, 256, 2), 0), 1)
    with torch.no_grad():
        losses = [
            float(torch.nn.functional.cross_entropy(train.load(path).network(x)[1], y, ignore_index=IGNORED))
            for path in (start, learnt)
        ]
    assert losses[1] < 0.8 * losses[0]


def test_voices_that_are_new_are_heard_whole(toy: Path, tmp_path: Path) -> None:
    _recorded(tmp_path / "speech")
    folders = [tmp_path / "speech"]
    some = aligned(toy, folders, "train", tmp_path / "some.npz", stride=5)
    every = aligned(toy, folders, "train", tmp_path / "all.npz", stride=5, whole=lambda who: who == "a-neighbour")
    assert len(some) <= 4
    assert len(every) >= 15


def test_people_whom_no_training_has_heard_tell_networks_apart(
    toy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.material.RANDOM_VOICES", 4)
    monkeypatch.setitem(SPLITS["human"], "dev_only", ["a-neighbour"])
    _recorded(tmp_path / "speech")
    untrained = Network(TOY, PDFS)
    state = torch.load(toy, weights_only=False) | {"network": untrained.state_dict()}
    torch.save(state, tmp_path / "untrained.pt")
    networks = [toy, tmp_path / "untrained.pt"]
    [(name, [good, bad])] = held_out.compared(networks, tmp_path / "speech", tmp_path / "work", TOY, batches=1)
    assert name == "a-neighbour"
    assert good[0] < 0.7 * bad[0]
    assert good[1] > 2 * bad[1]
    names = ("aishell3-0043", "common-voice-18531674", "fleurs-zh-001", "lingua-libre-03", "yali-voice-01")
    assert [*map(held_out.collection, names)] == ["aishell3", "common-voice", "fleurs", "lingua-libre", "yali-voice"]


def test_nothing_is_fine_tuned_without_a_model(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["fine-tune"])
    assert "--from" in capsys.readouterr().err


def _recorded(speech: Path) -> None:
    """A collection of one person who says the phrases."""
    import soundfile

    speech.mkdir()
    rows, waves, at = ["file\tstart_seconds\tduration_seconds\tspeaker\tkind\ttext"], [], 0.0
    for number in range(4):
        for phrase, reading in PHRASES.items():
            spoken = Espeak().speak(reading, "f2", 140 + 10 * number)
            assert spoken is not None
            audio = spoken[0].astype(float)
            wave = np.interp(np.arange(0, len(audio), ESPEAK_RATE / RATE), np.arange(len(audio)), audio)
            rows.append(f"a.flac\t{at:.4f}\t{len(wave) / RATE:.4f}\ta-neighbour\tword\t{phrase}")
            waves.append(wave)
            at += len(wave) / RATE
    (speech / "index.tsv").write_text("\n".join(rows) + "\n", "utf-8")
    soundfile.write(speech / "a.flac", np.concatenate(waves).astype(np.int16), RATE)


def test_a_toy_model_tells_phrases_apart_in_vosk(toy: Path, tmp_path: Path) -> None:
    vosk = pytest.importorskip("vosk")
    vosk.SetLogLevel(-1)
    export(train.load(toy), tmp_path / "toy")
    words = {phrase: [tuple(s[:-1] for s in reading)] for phrase, reading in PHRASES.items()}
    compile_graph(tmp_path / "toy", words, tmp_path / "with-phrases")
    model = vosk.Model(model_path=str(tmp_path / "with-phrases"))
    espeak = Espeak()
    right = []
    for phrase, reading in PHRASES.items():
        spoken = espeak.speak(reading, "f2", 150)
        assert spoken is not None
        audio = spoken[0].astype(float)
        wave = np.interp(np.arange(0, len(audio), ESPEAK_RATE / RATE), np.arange(len(audio)), audio)
        quiet = np.random.default_rng(0).normal(0, 5, 8000)
        pcm = np.concatenate([quiet, wave, quiet]).astype(np.int16)
        recogniser = vosk.KaldiRecognizer(model, RATE, json.dumps([*words, UNKNOWN_WORD], ensure_ascii=False))
        recogniser.AcceptWaveform(pcm.tobytes())
        right.append(json.loads(recogniser.FinalResult())["text"] == phrase)
    assert sum(right) >= 4


def test_an_interrupted_training_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train, "CHECKPOINT_EVERY_SECONDS", 0.0)
    rates: list[float] = []
    real = train.learning_rate
    limit = 3

    def watched(progress: float, peak: float) -> float:
        if len(rates) == limit:
            raise KeyboardInterrupt
        rates.append(progress)
        return real(progress, peak)

    monkeypatch.setattr(train, "learning_rate", watched)
    pace = train.Pace(torch.device("cpu"), 4, workers=0, reservoir=64)
    fit = functools.partial(train.fit, "short", SOURCE, 6, tmp_path, TOY, seed=1, pace=pace)
    with pytest.raises(KeyboardInterrupt):
        fit()
    limit = 100
    finished = fit()
    assert [round(6 * rate) for rate in rates] == [0, 1, 2, 3, 4, 5]
    trained = train.load(finished)
    assert isinstance(trained.network, Network)
    assert len(trained.priors) == PDFS
    assert not (tmp_path / "short.running.pt").exists()
    assert fit() == finished


def test_a_training_may_end_by_the_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The steps grow shorter towards its end all the same."""
    pace = train.Pace(torch.device("cpu"), 4, workers=0, reservoir=64)
    seen: list[float] = []
    monkeypatch.setattr(train, "learning_rate", lambda progress, peak: seen.append(progress) or 1e-4)
    finished = train.fit("clock", SOURCE, 1, tmp_path, TOY, seed=1, pace=pace, minutes=0.05)
    assert train.load(finished).network
    assert len(seen) > 1
    assert seen == sorted(seen)
    assert 0.5 < seen[-1] < 1
