"""Recordings to measure with: an indexed collection (index.tsv) or a plain folder of `<text>*.wav`.

Only voices the model has never heard are kept. What cannot be read is told in `problems`, never fatal.
"""

from __future__ import annotations

import csv
import json
import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from voiceguide.bench import BenchError
from voiceguide.ears.vocabulary import DESCRIPTION
from voiceguide.events import SAMPLE_RATE, Samples
from voiceguide.room import RoomError
from voiceguide.room.files import read_samples

INDEX = "index.tsv"
COLUMNS = ("file", "start_seconds", "duration_seconds", "speaker", "kind", "text")
SOUNDS = frozenset({".wav", ".flac", ".ogg", ".oga", ".opus", ".aiff", ".aif", ".mp3"})
NEGATIVE = "oov_"
_TEXT = re.compile(r"[\u3400-\u9fff]+")
_SHORTEST_SECONDS = 0.1


@dataclass(frozen=True)
class Clip:
    """One piece of one person's speech, not yet read from disk."""

    path: Path
    speaker: str
    kind: str
    """syllable (text: toned pinyin), word, sentence, or whatever else an index says."""
    text: str
    start_seconds: float = 0.0
    duration_seconds: float = math.inf
    """inf: to the end of the file."""
    negative: bool = False
    """Named oov_: no command, whatever its text."""


@dataclass
class Collection:
    """What a directory holds for measuring."""

    folder: Path
    clips: list[Clip]
    """Of unheard voices only."""
    noises: list[Path] = field(default_factory=list)
    rooms: list[Path] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    """Sentences anybody says in it: texts to be said by unheard voices."""
    problems: list[str] = field(default_factory=list)
    """What could not be used, in Chinese."""

    def __post_init__(self) -> None:
        self._file = lru_cache(maxsize=6)(self._read)

    def speakers(self) -> list[str]:
        return sorted({clip.speaker for clip in self.clips})

    def samples(self, clip: Clip) -> Samples | None:
        """(n,) int16 at 16 kHz; None where the clip cannot be read, which `problems` then tells."""
        whole = self._file(clip.path)
        if whole is None:
            return None
        start = round(clip.start_seconds * SAMPLE_RATE)
        end = len(whole)
        if math.isfinite(clip.duration_seconds):
            end = min(end, start + round(clip.duration_seconds * SAMPLE_RATE))
        piece = whole[start:end]
        if len(piece) < _SHORTEST_SECONDS * SAMPLE_RATE or not piece.any():
            self._problem(f"{clip.path.name}（{clip.text}）：没有声音，或者太短。")
            return None
        return piece

    def _read(self, path: Path) -> Samples | None:
        try:
            return read_samples(path)
        except RoomError as error:
            self._problem(error.message)
            return None

    def _problem(self, text: str) -> None:
        if text not in self.problems:
            self.problems.append(text)


def splits(file: Path) -> Mapping[str, Any]:
    """training/splits.toml; {} where there is none (an installed program)."""
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def trained_on(model: Path) -> frozenset[str] | None:
    """The speakers the model says it was trained on; None where it does not say."""
    description = model / DESCRIPTION
    if not description.is_file():
        return None
    try:
        named = json.loads(description.read_text(encoding="utf-8")).get("trained_on")
    except (ValueError, AttributeError):
        return None  # the recogniser will refuse this model, and say why
    return frozenset(map(str, named)) if isinstance(named, list) else None


def unheard(
    speakers: Iterable[str], trained: frozenset[str] | None, split: Mapping[str, Any], part: str
) -> set[str]:
    """Whose voices may be measured with.

    `split`: {"human": {"test": [...], "dev": [...], "dev_only": [...]}}. Where it names any of these speakers, those it
    names for `part` count, and those it does not name trained, unless `trained` knows better. Strangers' collections
    count whole.
    """
    everyone = set(speakers)
    parts = split.get("human", {})
    named = {
        speaker: name.removesuffix("_only")
        for name in ("test", "dev", "dev_only")
        for speaker in parts.get(name, ())
    }
    ours = bool(everyone & named.keys())
    if trained is not None:
        return {each for each in everyone - trained if named.get(each, part) == part}
    return {each for each in everyone if not ours or named.get(each) == part}


def open_collection(
    folder: Path, part: str, trained: frozenset[str] | None, split: Mapping[str, Any]
) -> Collection:
    """Raises BenchError(no-data) where there is nothing to measure with."""
    if not folder.is_dir():
        raise BenchError(
            "no-data",
            f"找不到录音文件夹：{folder}。",
            "请用 --data 指定一个文件夹：里面有 index.tsv，或者有“下一步_01.wav”这样用口令命名的录音"
            "（不是口令的录音叫“oov_….wav”）。",
        )
    has_index = (folder / INDEX).is_file()
    collection = _indexed(folder, part, trained, split) if has_index else _named_files(folder)
    if not collection.clips:
        raise BenchError(
            "no-data",
            f"{folder} 里没有可以用来测的录音。",
            "".join(collection.problems[:3])
            or "录音要用口令命名（下一步_01.wav、oov_01.wav），或者列在 index.tsv 里，"
            "而且说话的人不能是训练过模型的人。",
        )
    return collection


def _indexed(folder: Path, part: str, trained: frozenset[str] | None, split: Mapping[str, Any]) -> Collection:
    index = folder / INDEX
    try:
        with index.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            rows = list(reader)
    except (UnicodeDecodeError, csv.Error) as error:
        raise BenchError(
            "no-data", f"{index} 读不懂（{error}）。", "它要是 UTF-8 的文字，用 Tab 分列。"
        ) from error
    if missing := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
        raise BenchError(
            "no-data", f"{index} 缺少这些列：{'、'.join(missing)}。", f"第一行要写：{' '.join(COLUMNS)}。"
        )
    keep = unheard((row["speaker"] for row in rows if row["speaker"]), trained, split, part)
    collection = Collection(folder, [])
    for number, row in enumerate(rows, start=2):
        clip = _clip(folder, row)
        if clip is None:
            collection.problems.append(f"{INDEX} 第 {number} 行不完整，或者时间不是数字。")
        elif clip.kind == "sentence" and not clip.text.isascii():
            collection.texts.append(clip.text)
        if clip is not None and clip.speaker in keep:
            collection.clips.append(clip)
    collection.texts = list(dict.fromkeys(collection.texts))
    held_out = split.get("surroundings", {})
    collection.noises = _kept(folder / "noise", held_out.get("test_noises", ()))
    collection.rooms = _kept(folder / "rooms", held_out.get("test_rooms", ()))
    return collection


def _clip(folder: Path, row: Mapping[str, str | None]) -> Clip | None:
    given = [row[name] for name in COLUMNS]
    file, start, duration, speaker, kind, text = (value or "" for value in given)
    try:
        begins, lasts = float(start), float(duration)
    except ValueError:
        return None
    sound = math.isfinite(begins) and begins >= 0 and lasts > 0
    if not (file and speaker and kind and text.strip() and sound):
        return None
    negative = Path(file).name.startswith(NEGATIVE)
    return Clip(folder / file, speaker, kind, text.strip(), begins, lasts, negative)


def _named_files(folder: Path) -> Collection:
    collection = Collection(folder, [])
    for path in sorted(path for path in folder.rglob("*") if path.suffix.lower() in SOUNDS):
        negative = path.stem.startswith(NEGATIVE)
        name = path.stem.removeprefix(NEGATIVE)
        text = _TEXT.match(name)
        if text is None and not negative:
            collection.problems.append(
                f"{path.name}：名字要用里面说的口令开头（如“下一步_01.wav”），不是口令的用 oov_ 开头。"
            )
            continue
        said = text.group() if text else ""
        # 下一步-lao wang 02: the rest of the name tells people apart; without it every file is somebody else.
        rest = [part for part in re.split(r"[-_\s]+", name[len(said) :]) if not part.isdecimal()]
        who = " ".join(rest).strip() or path.stem
        collection.clips.append(Clip(path, who, "recording", said or name, negative=negative))
    collection.noises = _kept(folder / "noise", ())
    collection.rooms = _kept(folder / "rooms", ())
    sounds = {*collection.noises, *collection.rooms}
    collection.clips = [clip for clip in collection.clips if clip.path not in sounds]
    return collection


def _kept(folder: Path, held_out: Iterable[str]) -> list[Path]:
    """The sounds of a folder; only those held out from training, where it has them."""
    found = [path for path in sorted(folder.glob("*")) if path.suffix.lower() in SOUNDS]
    names = set(held_out)
    return [path for path in found if path.stem in names] or found
