"""Reading recordings of strangers: whatever they hand over, what can be used is used and the rest is told."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voiceguide.bench import BenchError
from voiceguide.bench.collection import COLUMNS, Clip, open_collection, trained_on, unheard
from voiceguide.events import SAMPLE_RATE

SPLIT = {"human": {"test": ["t1", "t2"], "dev": ["d1"], "dev_only": ["d2"]}, "surroundings": {"test_noises": ["tap"]}}


def sine(path: Path, seconds: float = 0.5, rate: int = SAMPLE_RATE, channels: int = 1) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    wave = 0.3 * np.sin(2 * np.pi * 220 * np.arange(round(seconds * rate)) / rate)
    soundfile.write(path, np.repeat(wave[:, None], channels, axis=1), rate)
    return path


def index(folder: Path, *rows: str, header: str = "\t".join(COLUMNS)) -> Path:
    (folder / "index.tsv").write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return folder


def test_names_of_files_say_what_was_said_and_by_whom(tmp_path):
    for name in (
        "下一步_01.wav",
        "下一步-老王 02.flac",
        "好了-lao wang.ogg",
        "oov_今天天气.wav",
        "oov_01.wav",
        "下一步_7k2_01.wav",
        "oov_7k2_02.wav",
    ):
        sine(tmp_path / name)
    found = {clip.path.name: clip for clip in open_collection(tmp_path, "test", None, {}).clips}
    assert {(c.text, c.negative) for c in found.values()} == {
        ("下一步", False), ("好了", False), ("今天天气", True), ("01", True), ("7k2_02", True),
    }  # fmt: skip
    assert found["好了-lao wang.ogg"].speaker == "lao wang"
    assert found["下一步-老王 02.flac"].speaker == "老王"
    assert found["下一步_7k2_01.wav"].speaker == found["oov_7k2_02.wav"].speaker == "7k2"
    assert found["下一步_01.wav"].speaker != found["oov_01.wav"].speaker


@pytest.mark.parametrize(("rate", "channels"), [(8_000, 1), (44_100, 2), (48_000, 1)])
def test_other_rates_and_channels_become_ours(tmp_path, rate, channels):
    sine(tmp_path / "好了_1.wav", 0.5, rate, channels)
    collection = open_collection(tmp_path, "test", None, {})
    samples = collection.samples(collection.clips[0])
    assert samples.dtype == np.int16
    assert len(samples) == pytest.approx(0.5 * SAMPLE_RATE, abs=40)
    assert np.abs(samples).max() == pytest.approx(0.3 * 32768, rel=0.05)
    assert not collection.problems


def test_what_cannot_be_read_is_told_and_the_rest_is_used(tmp_path):
    sine(tmp_path / "下一步_01.wav")
    (tmp_path / "好了_空.wav").write_bytes(b"")
    (tmp_path / "好了_坏.wav").write_bytes(b"RIFF no sound here")
    soundfile.write(tmp_path / "好了_零.wav", np.zeros(8000), SAMPLE_RATE)
    sine(tmp_path / "recording1.wav")
    collection = open_collection(tmp_path, "test", None, {})
    usable = [clip.path.name for clip in collection.clips if collection.samples(clip) is not None]
    assert usable == ["下一步_01.wav"]
    told = " ".join(collection.problems)
    assert all(name in told for name in ("好了_空", "好了_坏", "好了_零", "recording1.wav"))
    collection.samples(collection.clips[-1])
    assert len(collection.problems) == 4, "each is told once"


def test_an_index_says_where_each_piece_lies(tmp_path):
    sine(tmp_path / "all.wav", 2.0)
    index(tmp_path, "all.wav\t0.5\t0.25\tanna\tword\t下一步", "all.wav\t1.9\t0.5\tanna\tword\t好了")
    collection = open_collection(tmp_path, "test", None, SPLIT)
    first, last = (collection.samples(clip) for clip in collection.clips)
    assert len(first) == 0.25 * SAMPLE_RATE
    assert len(last) == pytest.approx(0.1 * SAMPLE_RATE), "no further than the file's end"


def test_bad_lines_of_an_index_are_told_by_number(tmp_path):
    sine(tmp_path / "a.wav")
    index(tmp_path, "a.wav\tzero\t1\tp\tword\t好了", "a.wav\t0\t0.5\tp\tword\t好了", "a.wav\t0")
    collection = open_collection(tmp_path, "test", None, {})
    assert [clip.text for clip in collection.clips] == ["好了"]
    assert ["2" in problem or "4" in problem for problem in collection.problems] == [True, True]


def test_sentences_of_everybody_are_kept_as_texts(tmp_path):
    sine(tmp_path / "a.wav", 2)
    index(tmp_path, "a.wav\t0\t1\tt1\tword\t好了", "a.wav\t0\t1\tother\tsentence\t今天去哪里")
    collection = open_collection(tmp_path, "test", None, SPLIT)
    assert collection.speakers() == ["t1"]
    assert collection.texts == ["今天去哪里"]


def test_noises_held_out_from_training_are_preferred(tmp_path):
    sine(tmp_path / "a.wav")
    index(tmp_path, "a.wav\t0\t0.5\tt1\tword\t好了")
    for name in ("tap", "dishes"):
        sine(tmp_path / "noise" / f"{name}.wav")
    sine(tmp_path / "rooms" / "hall.wav")
    collection = open_collection(tmp_path, "test", None, SPLIT)
    assert [path.stem for path in collection.noises] == ["tap"]
    assert [path.stem for path in collection.rooms] == ["hall"]
    everything = open_collection(tmp_path, "test", None, {})
    assert [path.stem for path in everything.noises] == ["dishes", "tap"]


@pytest.mark.parametrize(
    ("speakers", "trained", "part", "expected"),
    [
        (("t1", "d1", "x"), None, "test", {"t1"}),
        (("t1", "d1", "x"), None, "dev", {"d1"}),
        (("t1", "d1", "d2"), None, "dev", {"d1", "d2"}),
        (("t1", "d2", "x"), frozenset(["x"]), "test", {"t1"}),
        (("x", "y"), None, "test", {"x", "y"}),
        (("x", "y"), frozenset({"x"}), "test", {"y"}),
        (("t1", "d1", "x", "y"), frozenset({"x"}), "test", {"t1", "y"}),
        (("t1", "d1"), frozenset({"t1"}), "test", set()),
    ],
)
def test_nobody_is_measured_with_who_trained(speakers, trained, part, expected):
    assert unheard(speakers, trained, SPLIT, part) == expected


def test_a_model_may_say_whom_it_heard(tmp_path):
    assert trained_on(tmp_path) is None
    (tmp_path / "voiceguide.json").write_text(json.dumps({"trained_on": ["a", "b"]}), encoding="utf-8")
    assert trained_on(tmp_path) == {"a", "b"}


def test_what_is_no_collection_is_refused_with_a_remedy(tmp_path):
    with pytest.raises(BenchError, match=r"找不到录音文件夹.*--data"):
        open_collection(tmp_path / "missing", "test", None, {})
    with pytest.raises(BenchError, match="没有可以用来测的录音"):
        open_collection(tmp_path, "test", None, {})
    with pytest.raises(BenchError, match="缺少这些列：speaker、kind、text"):
        open_collection(index(tmp_path, header="file\tstart_seconds\tduration_seconds"), "test", None, {})
    (tmp_path / "index.tsv").write_bytes("文件".encode("gbk"))
    with pytest.raises(BenchError, match="读不懂"):
        open_collection(tmp_path, "test", None, {})


def test_a_clip_without_a_file_is_told(tmp_path):
    sine(tmp_path / "好了_1.wav")
    collection = open_collection(tmp_path, "test", None, {})
    assert collection.samples(Clip(tmp_path / "gone.wav", "p", "word", "好了")) is None
    assert "gone.wav" in collection.problems[0]
