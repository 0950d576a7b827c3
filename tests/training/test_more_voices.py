"""Clones of other people's repositories -> a collection that bench and training read."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("soundfile", reason="training needs soundfile: script/test --training")

import soundfile

from training.more_voices import main


def _say(path: Path, seconds: float = 0.4) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    time = np.arange(round(seconds * 16_000)) / 16_000
    soundfile.write(path, 0.3 * np.sin(2 * np.pi * 200 * time) * np.hanning(len(time)), 16_000)


def _rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "index.tsv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def test_clones_become_one_collection_beside_another(tmp_path: Path) -> None:
    for name in ("ma3", "ma", "hm1"):
        _say(tmp_path / "hantts" / "syllables" / f"{name}.wav")
    for name in ("ma3", "ma6", "lv4"):
        _say(tmp_path / "yali" / "wav-syllables" / f"{name}.wav")
    soundfile.write(tmp_path / "yali" / "wav-syllables" / "ta1.wav", np.zeros(0), 16_000)  # she has such files
    _say(tmp_path / "other" / "somebody.wav")
    (tmp_path / "other" / "noise").mkdir()
    (tmp_path / "other" / "index.tsv").write_text(
        "file\tstart_seconds\tduration_seconds\tspeaker\tkind\ttext\nsomebody.wav\t0\t0.4\tsomebody\tword\t好了\n",
        "utf-8",
    )

    for _ in range(2):  # again over what is there
        main([
            "--hantts", str(tmp_path / "hantts"), "--yali", str(tmp_path / "yali"),
            "--beside", str(tmp_path / "other"), str(tmp_path / "all"),
        ])  # fmt: skip

    rows = _rows(tmp_path / "all")
    assert [(row["speaker"], row["text"]) for row in rows] == [
        ("somebody", "好了"), ("hantts-01", "ma5"), ("hantts-01", "ma3"),
        ("yali-voice-01", "lv4"), ("yali-voice-01", "ma3"),
    ]  # fmt: skip
    assert (tmp_path / "all" / "noise").is_dir()
    for row in rows:
        samples, rate = soundfile.read(tmp_path / "all" / row["file"])
        end = float(row["start_seconds"]) + float(row["duration_seconds"])
        assert end <= len(samples) / rate + 0.001


def test_what_is_no_clone_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(SystemExit, match="right repository"):
        main(["--yali", str(tmp_path / "empty"), str(tmp_path / "all")])


def test_volunteers_of_one_clone_are_speakers_of_their_own(tmp_path: Path) -> None:
    said = {
        "Fake estate": ("好", "下一步"),
        "Luilui6666": ("一二，三", "我先去找表演社老师"),
        "CanonNi": ("对",),
        "Jouketou": ("不",),
    }
    for speaker, texts in said.items():
        for text in texts:
            folder = tmp_path / "wenbun" / "mandarin" / "lingualibre-Q113-cmn-Mandarin Chinese"
            _say(folder / speaker / f"{text}.ogg")
    main(["--wenbun", str(tmp_path / "wenbun"), str(tmp_path / "all")])
    assert [(row["speaker"], row["kind"], row["text"]) for row in _rows(tmp_path / "all")] == [
        ("lingua-libre-01", "word", "下一步"), ("lingua-libre-01", "word", "好"),
        ("lingua-libre-02", "sentence", "我先去找表演社老师"),
        ("lingua-libre-03", "word", "对"), ("lingua-libre-04", "word", "不"),
    ]  # fmt: skip


def test_excerpts_are_voices_beside_the_others(tmp_path: Path) -> None:
    _say(tmp_path / "hantts" / "syllables" / "ma3.wav")
    folder = tmp_path / "excerpts" / "zhrtvc" / "data" / "samples" / "aishell3"
    _say(folder / "wav" / "SSB00050112.wav")
    _say(folder / "wav" / "SSB00090181.wav")
    told = "wav/SSB00050112.wav\t那很不明智\tSSB0005\nwav/SSB00090181.wav\t是的\tSSB0009\n"
    (folder / "metadata_hanzi.csv").write_text(told, "utf-8")
    main([
        "--hantts", str(tmp_path / "hantts"), "--excerpts", str(tmp_path / "excerpts"), str(tmp_path / "all"),
    ])  # fmt: skip
    assert [(row["speaker"], row["kind"], row["text"]) for row in _rows(tmp_path / "all")] == [
        ("hantts-01", "syllable", "ma3"),
        ("aishell3-0005", "sentence", "那很不明智"),
        ("aishell3-0009", "sentence", "是的"),
    ]
