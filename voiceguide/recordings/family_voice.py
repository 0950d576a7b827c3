"""A folder with the prompts as somebody of the family has read them: takes, consent, manifest. No sound device.

    voices/小芳/  voice.json  3f0a…-77c1….flac

Every file is replaced whole or not at all; what does not match the manifest to the last bit is not played.
"""

from __future__ import annotations

import hashlib
import io
import logging
import os
import shutil
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import numpy as np

from voiceguide.errors import ToldError
from voiceguide.events import SAMPLE_RATE, Recorded, Samples
from voiceguide.recordings.recording_index import is_speaker
from voiceguide.recordings.recordings import Consent
from voiceguide.recordings.voice_manifest import (
    FILE,
    LONGEST_SECONDS,
    BadManifest,
    Manifest,
    VoiceTake,
    file_name,
    parse,
    text_sha256,
    written,
)
from voiceguide.refusals import in_words
from voiceguide.whole_files import write_whole

LEAST_FREE_BYTES = 200_000_000
"""All prompts of a guide take about 120 MB."""

_log = logging.getLogger(__name__)


class FamilyVoiceError(ToldError):
    """A voice cannot be used. `code`: no-space, bad-file, bad-pack."""


class DamagedTake(Exception):  # noqa: N818 - it names the take, not the event
    """The file is not what the manifest says."""


class FamilyVoice:
    """One folder. Nothing is remembered: every question reads the files."""

    def __init__(self, folder: Path) -> None:
        """`folder`: named as the voice is; it need not be there yet."""
        self.folder = folder

    @property
    def name(self) -> str:
        return self.folder.name

    def manifest(self) -> Manifest | None:
        """None where nobody has agreed to anything yet. Raises FamilyVoiceError where it is damaged."""
        path = self.folder / FILE
        try:
            return parse(path.read_bytes())
        except FileNotFoundError:
            return None
        except BadManifest as error:
            message = f"录音的目录读不懂：{path}（{error}）。"
            raise FamilyVoiceError(
                "bad-file", message, "请把这个文件夹移到别处，重新录或者重新导入。"
            ) from error
        except OSError as error:
            raise FamilyVoiceError(
                "bad-file", f"读不了 {path}：{in_words(error)}。", "请检查它的权限。"
            ) from error

    def takes(self) -> tuple[VoiceTake, ...]:
        """What has been read. Raises FamilyVoiceError."""
        manifest = self.manifest()
        return manifest.takes if manifest else ()

    def check_usable(self) -> None:
        """Could a whole guide be kept here? Writes nothing. Raises FamilyVoiceError."""
        place = self.folder
        while not place.exists() and place != place.parent:
            place = place.parent
        if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
            raise FamilyVoiceError("no-space", f"文件夹不能写：{place}。", "请检查它属于谁。")
        if shutil.disk_usage(place).free < LEAST_FREE_BYTES:
            raise FamilyVoiceError(
                "no-space", f"磁盘快满了，存不下录音：{place}。", "请删除一些文件，再试一次。"
            )
        self.manifest()

    def agree(self, consent: Consent) -> None:
        """Write down that she agreed; the folder is made. Raises FamilyVoiceError."""
        manifest = self.manifest() or Manifest(self.name, consent)
        self._write(Manifest(self.name, consent, manifest.takes))

    def keep(
        self, prompt_id: str, text: str, samples: Samples, pace: int, recorded_at: datetime
    ) -> VoiceTake:
        """One take, in place of an earlier one of the same text.

        `recorded_at`: aware of its time zone. Raises ValueError without consent, FamilyVoiceError where it
        cannot be written.
        """
        audio = flac(samples)
        digest = hashlib.sha256(audio).hexdigest()
        seconds = round(samples.size / SAMPLE_RATE, 3)
        moment = recorded_at.isoformat(timespec="seconds")
        take = VoiceTake(
            prompt_id,
            text,
            text_sha256(text),
            file_name(text, digest),
            digest,
            len(audio),
            seconds,
            pace,
            moment,
        )
        self.adopt([(take, audio)])
        return take

    def adopt(self, takes: Iterable[tuple[VoiceTake, bytes]]) -> None:
        """Keep these with their files, in place of earlier ones of the same texts: all or, where the disk refuses,
        none.

        Raises ValueError without consent, FamilyVoiceError.
        """
        manifest = self.manifest()
        if manifest is None:
            raise ValueError(f"{self.name} has not consented")
        for take, audio in takes:
            self._replace(take.file, audio)
            manifest = manifest.with_take(take)
        self._write(manifest)
        self._remove_all_but(manifest)

    def audio(self, take: VoiceTake) -> bytes:
        """The take's file, checked. Raises DamagedTake."""
        content = self._content(take)
        check_audio(take, content)
        return content

    def samples(self, take: VoiceTake) -> Samples:
        """What it sounds like, checked. Raises DamagedTake."""
        return check_audio(take, self._content(take))

    def damaged(self) -> tuple[VoiceTake, ...]:
        """Takes whose file is not what it was. Raises FamilyVoiceError."""
        return tuple(take for take in self.takes() if not self._is_whole(take))

    def erase(self) -> int:
        """Delete the voice: takes, consent and all. How many takes went. Raises FamilyVoiceError."""
        count = len(list(self.folder.glob("*.flac")))
        try:
            shutil.rmtree(self.folder)
        except FileNotFoundError:
            return 0
        except OSError as error:
            raise _unwritable(self.folder, error) from error
        return count

    def _content(self, take: VoiceTake) -> bytes:
        path = self.folder / take.file
        try:
            if path.stat().st_size != take.bytes:
                raise DamagedTake(f"{path}: not {take.bytes} bytes")
            return path.read_bytes()
        except OSError as error:
            raise DamagedTake(f"{path}: {in_words(error)}") from error

    def _is_whole(self, take: VoiceTake) -> bool:
        try:
            self.samples(take)
        except DamagedTake:
            return False
        return True

    def _write(self, manifest: Manifest) -> None:
        self._replace(FILE, written(manifest))

    def _replace(self, name: str, content: bytes) -> None:
        try:
            write_whole(self.folder / name, content)
        except OSError as error:
            raise _unwritable(self.folder, error) from error

    def _remove_all_but(self, manifest: Manifest) -> None:
        """Takes that were replaced, and what a power cut has left."""
        wanted = {take.file for take in manifest.takes}
        try:
            for path in (*self.folder.glob("*.flac"), *self.folder.glob("*.part")):
                if path.name not in wanted:
                    path.unlink(missing_ok=True)
        except OSError as error:
            raise _unwritable(self.folder, error) from error


class PlayableVoice:
    """What the mouth asks for: the takes as they are now, found by text."""

    def __init__(self, voice: FamilyVoice) -> None:
        """Raises FamilyVoiceError."""
        self._voice = voice
        self._takes = {take.text: take for take in voice.takes()}

    def load(self, text: str) -> Recorded | None:
        """The text as it was read; None where it was not, or its file is damaged, which is logged."""
        take = self._takes.get(text)
        if take is None:
            return None
        try:
            return Recorded(self._voice.samples(take), take.pace)
        except DamagedTake as error:
            _log.warning("有一句录音坏了，用合成的声音代替（%s）。", error)
            return None


def family_voices(folder: Path) -> tuple[FamilyVoice, ...]:
    """Every voice there, by name."""
    if not folder.is_dir():
        return ()
    return tuple(
        FamilyVoice(path)
        for path in sorted(folder.iterdir())
        if is_speaker(path.name) and (path / FILE).exists()
    )


def fullest(voices: Iterable[FamilyVoice], texts: Iterable[str]) -> FamilyVoice | None:
    """The voice that has read most of these texts; None where none has read any. Raises FamilyVoiceError."""
    wanted = set(texts)
    counts = {voice: sum(take.text in wanted for take in voice.takes()) for voice in voices}
    best = max(counts, key=lambda voice: counts[voice], default=None)
    return best if best is not None and counts[best] else None


def flac(samples: Samples) -> bytes:
    """At SAMPLE_RATE, mono, without loss."""
    import soundfile  # cannot be loaded from a folder with hanzi under an ASCII locale; most commands need none

    made = io.BytesIO()
    soundfile.write(made, samples, SAMPLE_RATE, format="FLAC", subtype="PCM_16")
    return made.getvalue()


def check_audio(take: VoiceTake, content: bytes) -> Samples:
    """The samples of a take, if `content` is its file to the last bit. Raises DamagedTake."""
    import soundfile

    if len(content) != take.bytes or hashlib.sha256(content).hexdigest() != take.audio_sha256:
        raise DamagedTake(f"{take.file}: another SHA-256")
    most = round(LONGEST_SECONDS * SAMPLE_RATE)
    try:
        with soundfile.SoundFile(io.BytesIO(content)) as file:
            form = (file.format, file.channels, file.samplerate)
            if form != ("FLAC", 1, SAMPLE_RATE) or not 0 < file.frames <= most:
                raise DamagedTake(f"{take.file}: {form}, {file.frames} frames")
            samples: Samples = file.read(frames=most, dtype="int16")
    except soundfile.SoundFileError as error:
        raise DamagedTake(f"{take.file}: {error}") from error
    if abs(samples.size / SAMPLE_RATE - take.seconds) > 0.01 or not np.any(samples):
        raise DamagedTake(f"{take.file}: not {take.seconds} s of sound")
    return samples


def _unwritable(folder: Path, error: OSError) -> FamilyVoiceError:
    return FamilyVoiceError(
        "no-space", f"录音存不下来：{in_words(error)}（{folder}）。", "请清理磁盘，或者检查文件夹的权限。"
    )
