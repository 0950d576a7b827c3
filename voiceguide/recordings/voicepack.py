"""A family's voice in one file, to be carried to another machine: a zip with the manifest and the takes.

    voice/voice.json  voice/3f0a…-77c1….flac …

It says that nothing was lost or changed on the way; it cannot say who made it. So nothing in it is trusted:
only what the manifest names is taken, only where its size, its SHA-256 and its sound are right, and all of it or
nothing.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from voiceguide import unpacking
from voiceguide.recordings.family_voice import DamagedTake, FamilyVoice, FamilyVoiceError
from voiceguide.recordings.voice_manifest import FILE, BadManifest, Manifest, VoiceTake, parse, written
from voiceguide.refusals import in_words

SUFFIX = ".voicepack"
TOP = "voice"
MOST_FILES = 5_000
"""A guide has about 550 prompts; unpacking.MAX_UNPACKED_BYTES is reached before this with real speech."""

_IMPORTING = ".import-"
_LONG_AGO = (2020, 1, 1, 0, 0, 0)
"""The same takes make the same file."""


@dataclass(frozen=True)
class Difference:
    """What a pack would change in the voice that is here, text by text."""

    new: tuple[VoiceTake, ...] = ()
    same: tuple[VoiceTake, ...] = ()
    newer: tuple[VoiceTake, ...] = ()
    """Those of the pack were made after ours."""
    older: tuple[VoiceTake, ...] = ()
    """Ours were made after those of the pack: nobody loses them unasked."""


class OpenedPack:
    """A pack, unpacked and found right."""

    def __init__(self, voice: FamilyVoice, manifest: Manifest) -> None:
        """`voice`: the folder it was unpacked into, which is named otherwise."""
        self._voice = voice
        self.manifest = manifest

    def difference(self, mine: FamilyVoice) -> Difference:
        """Against the voice that is here. Raises FamilyVoiceError."""
        damaged = mine.damaged()
        here = {take.text: take for take in mine.takes() if take not in damaged}
        sorted_out: dict[str, list[VoiceTake]] = {"new": [], "same": [], "newer": [], "older": []}
        for take in self.manifest.takes:
            own = here.get(take.text)
            if own is None:
                sorted_out["new"].append(take)
            elif own.audio_sha256 == take.audio_sha256:
                sorted_out["same"].append(take)
            else:
                sorted_out["newer" if take.moment > own.moment else "older"].append(take)
        return Difference(**{name: tuple(takes) for name, takes in sorted_out.items()})

    def adopt(self, mine: FamilyVoice, takes: tuple[VoiceTake, ...]) -> None:
        """Take these over into the voice that is here, all or none. Raises FamilyVoiceError."""
        if mine.manifest() is None:
            mine.agree(self.manifest.consent)
        mine.adopt((take, self._voice.audio(take)) for take in takes)


def export(voice: FamilyVoice, target: Path) -> Manifest:
    """Write the voice into one file, which is there whole or not at all; what of it went in.

    Damaged takes stay behind. Raises FamilyVoiceError.
    """
    manifest = voice.manifest()
    damaged = voice.damaged()
    if manifest is None or len(manifest.takes) == len(damaged):
        raise FamilyVoiceError("bad-file", f"“{voice.name}”还没有录音。", "请先用 voiceguide record 录几句。")
    packed = Manifest(
        voice.name, manifest.consent, tuple(take for take in manifest.takes if take not in damaged)
    )
    try:
        handle, part = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}", suffix=".part")
    except OSError as error:
        raise _cannot_write(target, error) from error
    try:
        with os.fdopen(handle, "wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as zipped:  # FLAC does not shrink any more
                zipped.writestr(zipfile.ZipInfo(f"{TOP}/{FILE}", _LONG_AGO), written(packed))
                for take in packed.takes:
                    zipped.writestr(zipfile.ZipInfo(f"{TOP}/{take.file}", _LONG_AGO), voice.audio(take))
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, target)
    except OSError as error:
        Path(part).unlink(missing_ok=True)
        raise _cannot_write(target, error) from error
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
    return packed


@contextmanager
def opened(pack: Path, voices: Path) -> Iterator[OpenedPack]:
    """Unpack it beside the voices and check all of it; it is gone again afterwards. Raises FamilyVoiceError."""
    try:
        voices.mkdir(parents=True, exist_ok=True)
        for leftover in voices.glob(f"{_IMPORTING}*"):  # a power cut
            shutil.rmtree(leftover)
        staging = Path(tempfile.mkdtemp(prefix=_IMPORTING, dir=voices))
    except OSError as error:
        raise _cannot_write(voices, error) from error
    try:
        voice = FamilyVoice(staging / TOP)
        yield OpenedPack(voice, _unpacked(pack, voice))
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _unpacked(pack: Path, voice: FamilyVoice) -> Manifest:
    """Everything in the pack, into the folder of `voice`, if it is as the manifest says."""
    if pack.is_dir():
        raise FamilyVoiceError(
            "bad-file", f"这是一个文件夹，不是声音包：{pack}。", "请写里面那个文件的名字。"
        )
    if not pack.is_file():
        raise FamilyVoiceError("bad-file", f"找不到文件：{pack}。", "请检查文件名。")
    try:
        if pack.stat().st_size > unpacking.MAX_UNPACKED_BYTES:
            raise _bad("文件太大")
        unpacking.install(pack, TOP, voice.folder, max_files=MOST_FILES)
        manifest = parse((voice.folder / FILE).read_bytes())
    except unpacking.UntrustworthyArchive as error:
        raise _bad(error.reason) from error
    except FileNotFoundError as error:
        raise _bad(f"里面没有 {FILE}") from error
    except BadManifest as error:
        raise _bad(f"里面的 {FILE} 不对：{error}") from error
    except OSError as error:
        raise _cannot_write(voice.folder.parent.parent, error) from error
    there = {
        path.relative_to(voice.folder).as_posix() for path in voice.folder.rglob("*") if not path.is_dir()
    }
    if there != {FILE, *(take.file for take in manifest.takes)}:
        raise _bad("里面的文件和目录写的不一样")
    for take in manifest.takes:
        try:
            voice.samples(take)
        except DamagedTake as error:
            raise _bad(f"“{take.text}”的录音坏了") from error
    return manifest


def _bad(reason: str) -> FamilyVoiceError:
    return FamilyVoiceError(
        "bad-pack", f"这个声音包不能用：{reason}。", "什么也没有导入。请在原来的电脑上重新导出，再拷一次。"
    )


def _cannot_write(place: Path, error: OSError) -> FamilyVoiceError:
    return FamilyVoiceError(
        "no-space", f"写不了 {place}：{in_words(error)}。", "请清理磁盘，或者检查文件夹的权限。"
    )
