"""The folder in which volunteers' recordings are kept: index.tsv, one WAV a take, consent.json. No sound device.

    recordings/  index.tsv  consent.json  下一步_7k2pm_01.wav  oov_7k2pm_03.wav

`voiceguide bench` and training/ read index.tsv; a reader that only looks at names finds the words before the
first underscore, and `oov` for speech that is no command. Every file is replaced whole or not at all.
"""

from __future__ import annotations

import csv
import io
import json
import os
import secrets
import shutil
import wave
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from voiceguide.errors import ToldError
from voiceguide.events import SAMPLE_RATE, Samples
from voiceguide.recordings import recording_index
from voiceguide.recordings.recording_index import Recording
from voiceguide.refusals import in_words
from voiceguide.whole_files import write_whole

INDEX, CONSENT = "index.tsv", "consent.json"
LEAST_FREE_BYTES = 50_000_000
"""A volunteer's recordings take about 10 MB."""
VERSION = 1

_ID_LETTERS = "abcdefghjkmnpqrstuvwxyz"
_ID_CHARACTERS = "23456789" + _ID_LETTERS  # none that is read as another


class RecordingsError(ToldError):
    """The folder cannot be used. `code`: no-space, bad-file."""


@dataclass(frozen=True)
class Consent:
    """She was told, asked, and said yes."""

    speaker: str
    date: str
    """2026-11-23."""
    wording: tuple[str, ...]
    """All that she was told and asked."""
    answer: str
    """What she said or typed."""
    how: str
    """spoken or typed."""


class Recordings:
    """One folder. Nothing is written before consent() and nothing is remembered: every question reads the files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def check_usable(self) -> None:
        """Could recordings be kept here? Writes nothing. Raises RecordingsError."""
        place = self.folder
        while not place.exists() and place != place.parent:
            place = place.parent
        if not place.is_dir():
            raise RecordingsError("bad-file", f"这不是文件夹：{place}。", "请换一个文件夹。")
        if not os.access(place, os.W_OK | os.X_OK):
            raise RecordingsError(
                "no-space", f"文件夹不能写：{place}。", "请换一个文件夹，或者检查它属于谁。"
            )
        if shutil.disk_usage(place).free < LEAST_FREE_BYTES:
            raise RecordingsError(
                "no-space", f"磁盘快满了，存不下录音：{place}。", "请删除一些文件，再试一次。"
            )
        self.index()
        self.consents()

    def index(self) -> tuple[Recording, ...]:
        """Every recording whose file is there. Raises RecordingsError where index.tsv is none."""
        path = self.folder / INDEX
        try:
            with path.open(encoding="utf-8", newline="") as lines:
                listed = recording_index.parse(lines)
        except FileNotFoundError:
            return ()
        except (ValueError, TypeError, csv.Error) as error:
            raise RecordingsError(
                "bad-file", f"录音的目录读不懂：{path}。", "请把它移到别处，或者换一个文件夹。"
            ) from error
        except OSError as error:
            raise _unreadable(path, error) from error
        return tuple(each for each in listed if (self.folder / each.file).exists())

    def consents(self) -> tuple[Consent, ...]:
        """Who has agreed. Raises RecordingsError where consent.json is damaged."""
        path = self.folder / CONSENT
        try:
            table = json.loads(path.read_bytes())
            return tuple(Consent(**{**each, "wording": tuple(each["wording"])}) for each in table["consents"])
        except FileNotFoundError:
            return ()
        except (ValueError, KeyError, TypeError) as error:
            raise RecordingsError(
                "bad-file", f"同意书读不懂：{path}。", "请把它移到别处，或者换一个文件夹。"
            ) from error
        except OSError as error:
            raise _unreadable(path, error) from error

    def agreed(self, speaker: str) -> bool:
        """Has this speaker consented?"""
        return any(consent.speaker == speaker for consent in self.consents())

    def consent(self, consent: Consent) -> None:
        """Write it down; the folder is made. Raises RecordingsError."""
        kept = [each for each in self.consents() if each.speaker != consent.speaker]
        self._write_consents([*kept, consent])

    def speakers(self) -> tuple[str, ...]:
        """Everybody who has recorded or agreed to. Raises RecordingsError."""
        recorded = [each.speaker for each in self.index()]
        return tuple(dict.fromkeys([*recorded, *(each.speaker for each in self.consents())]))

    def new_speaker(self) -> str:
        """An id that says nothing about the person and is not taken."""
        taken = self.speakers()
        while True:
            # Ends in a letter: a reader of names alone takes digits at the end for the number of the take.
            made = "".join(secrets.choice(_ID_CHARACTERS) for _ in range(4)) + secrets.choice(_ID_LETTERS)
            if made not in taken:
                return made

    def add(self, speaker: str, kind: str, text: str, take: int, samples: Samples) -> Recording:
        """Keep one take, in place of an earlier one of the same words and number.

        Raises ValueError without consent, RecordingsError where it cannot be written.
        """
        if not self.agreed(speaker):
            raise ValueError(f"{speaker} has not consented")
        index = self.index()
        file = recording_index.file_name(index, speaker, kind, text, take)
        made = Recording(file, 0.0, round(samples.size / SAMPLE_RATE, 4), speaker, kind, text)
        self._replace(file, _wav(samples))
        self._write_index([*(each for each in index if each.file != file), made])
        return made

    def erase(self, speaker: str | None = None) -> int:
        """Delete the recordings and the consent of one speaker, or of all. How many files went.

        Files that are not ours stay. Raises RecordingsError.
        """
        index, consents = self.index(), self.consents()
        gone = set(self.speakers()) if speaker is None else {speaker}
        listed = {each.file for each in index if each.speaker in gone}
        # Also what a power cut has left without a line in the index.
        left = {path.name for path in self.folder.glob("*_*_*.wav*") if path.name.split("_")[1] in gone}
        left |= {path.name for name in (INDEX, CONSENT) for path in self.folder.glob(f"{name}*.part")}
        try:
            for name in sorted(listed | left):
                (self.folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise _unwritable(self.folder, error) from error
        self._write_index([each for each in index if each.speaker not in gone])
        self._write_consents([each for each in consents if each.speaker not in gone])
        return len(listed | left)

    # ------------------------------------------------------------------ writing

    def _write_index(self, index: Sequence[Recording]) -> None:
        content = recording_index.written(index).encode() if index else None
        self._replace_or_remove(INDEX, content)

    def _write_consents(self, consents: Sequence[Consent]) -> None:
        table = {"version": VERSION, "consents": [asdict(each) for each in consents]}
        text = json.dumps(table, ensure_ascii=False, indent=1)
        self._replace_or_remove(CONSENT, text.encode() if consents else None)

    def _replace_or_remove(self, name: str, content: bytes | None) -> None:
        if content is not None:
            self._replace(name, content)
            return
        try:
            (self.folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise _unwritable(self.folder, error) from error

    def _replace(self, name: str, content: bytes) -> None:
        """Raises RecordingsError."""
        try:
            write_whole(self.folder / name, content)
        except OSError as error:
            raise _unwritable(self.folder, error) from error


def _wav(samples: Samples) -> bytes:
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(samples.astype("<i2").tobytes())
    return written.getvalue()


def _unwritable(folder: Path, error: OSError) -> RecordingsError:
    return RecordingsError(
        "no-space", f"录音存不下来：{in_words(error)}（{folder}）。", "请清理磁盘，或者检查文件夹的权限。"
    )


def _unreadable(path: Path, error: OSError) -> RecordingsError:
    return RecordingsError("bad-file", f"读不了 {path}：{in_words(error)}。", "请检查它的权限。")
