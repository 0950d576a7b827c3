"""index.tsv: one line a recording, with the columns that bench and training read. No I/O."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

WORD, SENTENCE = "word", "sentence"
"""Kinds of a recording: a command, and speech that is none."""
OTHER_SPEECH = "oov"

_SPEAKER = re.compile(r"[^\W_](?:[^\W_]|-){0,31}")


@dataclass(frozen=True)
class Recording:
    """One line."""

    file: str
    start_seconds: float
    duration_seconds: float
    speaker: str
    kind: str
    text: str


COLUMNS = [field.name for field in fields(Recording)]


def is_speaker(name: str) -> bool:
    """May this stand in a file's name and be found again? Letters (hanzi too), digits, hyphens."""
    return _SPEAKER.fullmatch(name) is not None


def parse(lines: Iterable[str]) -> tuple[Recording, ...]:
    """Raises ValueError, TypeError, csv.Error where it is not such an index."""
    reader = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    if reader.fieldnames != COLUMNS:
        raise ValueError("other columns")
    return tuple(_recording(row) for row in reader)


def written(index: Sequence[Recording]) -> str:
    """The whole file."""
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, delimiter="\t", quoting=csv.QUOTE_NONE, quotechar=None, lineterminator="\n")
    writer.writerow(COLUMNS)
    for each in index:
        row = asdict(each) | {name: f"{getattr(each, name):.4f}" for name in COLUMNS[1:3]}
        writer.writerow(row.values())
    return lines.getvalue()


def has(index: Sequence[Recording], speaker: str, kind: str, text: str, take: int) -> bool:
    """Is this take there?"""
    return file_name(index, speaker, kind, text, take) in {each.file for each in index}


def file_name(index: Sequence[Recording], speaker: str, kind: str, text: str, take: int) -> str:
    """Of the take that is there, or of the one to come: 下一步_7k2pm_01.wav, oov_7k2pm_03.wav."""
    if kind == WORD:
        return f"{text}_{speaker}_{take:02d}.wav"
    hers = [each for each in index if (each.speaker, each.kind) == (speaker, kind)]
    same = [each.file for each in hers if each.text == text]
    if take <= len(same):
        return same[take - 1]
    taken = {each.file for each in index}
    names = (f"{OTHER_SPEECH}_{speaker}_{number:02d}.wav" for number in range(1, len(index) + 2))
    return next(name for name in names if name not in taken)


def _recording(row: dict[str, str]) -> Recording:
    if None in row or Path(row["file"]).name != row["file"]:
        raise ValueError("too many columns, or a file outside the folder")
    start, duration = float(row["start_seconds"]), float(row["duration_seconds"])
    return Recording(row["file"], start, duration, row["speaker"], row["kind"], row["text"])
