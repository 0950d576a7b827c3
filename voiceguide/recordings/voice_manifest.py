"""voice.json: what of a family's voice lies in its folder, read strictly, since it may come from elsewhere. No I/O.

A take belongs to a text, not to the place where the text stands: where the author has changed a word, no take
fits any more, and the old one is never played.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any

from voiceguide.recordings.recording_index import is_speaker
from voiceguide.recordings.recordings import Consent

FILE = "voice.json"
VERSION = 1
LONGEST_SECONDS = 60.0
"""The longest prompt lasts about 15 s."""
LARGEST_BYTES = 4_000_000
"""Of one file: a minute of noise at our rate takes less than half of it."""
LONGEST_TEXT = 400
MOST_TAKES = 20_000

_FILE = re.compile(r"[0-9a-f]{16}-[0-9a-f]{16}\.flac")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_KINDS: Mapping[str, type] = {"seconds": float, "pace": int, "bytes": int}
"""All else is text."""


class BadManifest(ValueError):  # noqa: N818 - it names the file, not the event
    """This is no voice.json of ours; the message says what is wrong, in Chinese."""


@dataclass(frozen=True)
class VoiceTake:
    """One prompt, read aloud."""

    id: str
    """Where the prompt stood when it was read: 12333/open-app.say. Only to say which one it was."""
    text: str
    text_sha256: str
    file: str
    audio_sha256: str
    """Of the whole file."""
    bytes: int
    seconds: float
    pace: int
    """Characters a minute, pauses included."""
    recorded_at: str
    """2026-11-26T16:10:00+00:00: the later of two takes is the better one."""

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.recorded_at)


@dataclass(frozen=True)
class Manifest:
    """Who reads, that she agreed, and what she has read."""

    name: str
    consent: Consent
    takes: tuple[VoiceTake, ...] = ()

    def with_take(self, take: VoiceTake) -> Manifest:
        """In place of an earlier one of the same text."""
        return replace(self, takes=(*(each for each in self.takes if each.text != take.text), take))

    def by_text(self) -> dict[str, VoiceTake]:
        return {take.text: take for take in self.takes}


def text_sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def file_name(text: str, audio_sha256: str) -> str:
    """Of both: a new take of the same text never lies over the old one before the manifest says so."""
    return f"{text_sha256(text)[:16]}-{audio_sha256[:16]}.flac"


def written(manifest: Manifest) -> bytes:
    return json.dumps({"version": VERSION, **asdict(manifest)}, ensure_ascii=False, indent=1).encode()


def parse(content: bytes) -> Manifest:
    """Raises BadManifest wherever it is not exactly what `written` writes."""
    try:
        table = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise BadManifest("不是 JSON") from error
    _keys(table, ("version", "name", "consent", "takes"))
    if table["version"] != VERSION:
        raise BadManifest(f"版本是 {table['version']!r}，这个程序只懂 {VERSION}")
    if not isinstance(table["name"], str) or not is_speaker(table["name"]):
        raise BadManifest("名字不对")
    takes = table["takes"]
    if not isinstance(takes, list) or len(takes) > MOST_TAKES:
        raise BadManifest("录音的列表不对")
    manifest = Manifest(table["name"], _consent(table["consent"]), tuple(_take(each) for each in takes))
    if len(manifest.by_text()) != len(takes) or len({take.file for take in manifest.takes}) != len(takes):
        raise BadManifest("同一句话写了两次")
    return manifest


def _consent(table: Any) -> Consent:
    _keys(table, [field.name for field in fields(Consent)])
    wording = table["wording"]
    words = [
        *(wording if isinstance(wording, list) else [None]),
        *(table[name] for name in table if name != "wording"),
    ]
    if not all(_is_text(each) for each in words):
        raise BadManifest("同意书不对")
    return Consent(**{**table, "wording": tuple(wording)})


def _take(table: Any) -> VoiceTake:
    _keys(table, [field.name for field in fields(VoiceTake)])
    for name, value in table.items():
        if type(value) is not _KINDS.get(name, str) or (name not in _KINDS and not _is_text(value)):
            raise BadManifest(f"{name} 不对")
    take = VoiceTake(**table)
    checks = {
        "text": 0 < len(take.text) <= LONGEST_TEXT and len(take.id) <= LONGEST_TEXT,
        "text_sha256": take.text_sha256 == text_sha256(take.text),
        "audio_sha256": _SHA256.fullmatch(take.audio_sha256) is not None,
        "file": _FILE.fullmatch(take.file) is not None
        and take.file == file_name(take.text, take.audio_sha256),
        "bytes": 0 < take.bytes <= LARGEST_BYTES,
        "seconds": 0 < take.seconds <= LONGEST_SECONDS,
        "pace": 0 < take.pace <= 1000,
        "recorded_at": _is_moment(take.recorded_at),
    }
    if wrong := [name for name, right in checks.items() if not right]:
        raise BadManifest(f"{wrong[0]} 不对")
    return take


def _is_text(value: Any) -> bool:
    """That can be shown on a terminal: it may come from elsewhere, and steer nothing there."""
    return isinstance(value, str) and value.isprintable()


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _keys(table: Any, names: Any) -> None:
    if not isinstance(table, dict) or set(table) != set(names):
        raise BadManifest(f"应当有 {'、'.join(names)}，不多也不少")
