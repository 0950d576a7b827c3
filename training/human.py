"""The recordings of people in ../shared/speech: where they are, who speaks, what they say."""

import csv
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from training.features import RATE
from training.phones import normalise, spell

SPLITS: dict[str, Any] = tomllib.loads((Path(__file__).parent / "splits.toml").read_text(encoding="utf-8"))


class SpeechMissing(Exception):  # noqa: N818
    """The recordings are not where they were looked for."""


@dataclass(frozen=True)
class Clip:
    """One piece of one person's speech. samples: int16, 16 kHz, mono. syllables: toneless pinyin."""

    samples: np.ndarray
    speaker: str
    kind: str
    text: str
    syllables: tuple[str, ...]


def readings(text: str) -> tuple[str, ...]:
    """Hanzi (or one toned syllable) -> toneless syllables; empty where something is not Mandarin."""
    from pypinyin import Style, lazy_pinyin

    if text.isascii():
        syllables = [normalise(text)]
    else:
        syllables = [
            normalise(s) for s in lazy_pinyin(text, style=Style.NORMAL, v_to_u=True, errors="ignore")
        ]
    try:
        for syllable in syllables:
            spell(syllable)
    except KeyError:
        return ()
    return tuple(syllables)


def part_of(speaker: str) -> str:
    """`test`, `dev`, `dev_only` or `train`."""
    for part in ("test", "dev", "dev_only"):
        if speaker in SPLITS["human"][part]:
            return part
    return "train"


def check(speech: Path) -> None:
    """Raises SpeechMissing, with the remedy, where the collection is not in `speech`."""
    if not (speech / "index.tsv").exists():
        raise SpeechMissing(
            f"No recordings in {speech}. Training needs the speech collection (index.tsv, *.ogg, noise/, rooms/); "
            "point --speech at it. Its origin is described in models/README.md."
        )


def clips(speech: Path, part: str, leave_out: tuple[str, ...] = ()) -> Iterator[Clip]:
    """Every usable clip of the speakers of one part ("train", "dev", "test")."""
    import soundfile

    check(speech)
    index = speech / "index.tsv"
    files: dict[str, list[dict[str, str]]] = {}
    with index.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            if part_of(row["speaker"]) == part and row["speaker"] not in leave_out:
                files.setdefault(row["file"], []).append(row)
    for name, rows in sorted(files.items()):
        audio, rate = soundfile.read(speech / name, dtype="int16")
        if rate != RATE:
            raise ValueError(f"{name}: {rate} Hz instead of {RATE}")
        for row in rows:
            start = round(float(row["start_seconds"]) * RATE)
            samples = audio[start : start + round(float(row["duration_seconds"]) * RATE)]
            syllables = readings(row["text"])
            if syllables and len(samples) > 0.15 * RATE:
                yield Clip(samples, row["speaker"], row["kind"], row["text"], syllables)


def sounds(folder: Path) -> dict[str, np.ndarray]:
    """Every flac of a folder (noise/ or rooms/) as float32 at 16 kHz."""
    import scipy.signal
    import soundfile

    found = {}
    for path in sorted(folder.glob("*.flac")):
        audio, rate = soundfile.read(path, dtype="float32", always_2d=True)
        mono = audio[:, 0]
        if rate != RATE:
            mono = scipy.signal.resample_poly(mono, RATE, rate).astype(np.float32)
        found[path.stem] = mono
    return found
