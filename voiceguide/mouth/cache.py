"""Rendered prompts on disk, so that the second start speaks at once. Losing it costs seconds, no more."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import uuid
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import soundfile

from voiceguide.events import SAMPLE_RATE, Samples
from voiceguide.refusals import in_words

FORMAT = 2
"""Raise it when the same text should sound different although engine, voice and pace are the same."""

LIMIT_BYTES = 256 << 20
"""About four hours of speech."""

_log = logging.getLogger(__name__)


class PromptCache:
    """One FLAC file a prompt, named by all that its sound depends on. Never raises: it is only a cache.

    Several processes may share a directory: files appear complete, by renaming.
    """

    def __init__(self, directory: Path, *, limit_bytes: int = LIMIT_BYTES) -> None:
        self._directory = directory
        self._limit_bytes = limit_bytes
        self._complained = False
        self._stored_bytes = 0
        try:
            directory.mkdir(parents=True, exist_ok=True)
            self._stored_bytes = self._prune()
        except OSError as error:
            self._complain(error)

    def load(self, identity: Sequence[str]) -> Samples | None:
        """The prompt, or None where it is not there or no longer whole (then it is deleted)."""
        path = self._path(identity)
        if not path.is_file():
            return None
        try:
            with soundfile.SoundFile(path) as file:
                samples: Samples = file.read(dtype="int16")
                title = file.title
                whole = samples.shape == (file.frames,) and file.samplerate == SAMPLE_RATE
            if whole and title == _digest(samples):
                self._used(path)
                return samples
            _log.warning("存着的一句语音坏了，重新合成：%s", path)
        except (OSError, soundfile.SoundFileError) as error:
            _log.warning("存着的一句语音读不了，重新合成：%s（%r）", path, error)
        self._remove(path)
        return None

    def _used(self, path: Path) -> None:
        """Last used now: pruned last."""
        try:
            os.utime(path)
        except OSError as error:
            # Pruned by another process just now, or a disk that cannot be written: it has been read.
            _log.debug("%s: %r", path, error)

    def store(self, identity: Sequence[str], samples: Samples) -> None:
        """Keep the prompt, whole or not at all; a full or read-only disk is logged once."""
        path = self._path(identity)
        part = path.with_name(f".{path.stem}-{uuid.uuid4().hex}.part")
        try:
            with soundfile.SoundFile(
                part, "w", samplerate=SAMPLE_RATE, channels=1, format="FLAC", subtype="PCM_16"
            ) as file:
                file.title = _digest(samples)
                file.write(samples)
            self._stored_bytes += part.stat().st_size
            os.replace(part, path)
            if self._stored_bytes > self._limit_bytes:
                self._stored_bytes = self._prune()
        except (OSError, soundfile.SoundFileError) as error:
            self._complain(error)
            self._remove(part)

    def _path(self, identity: Sequence[str]) -> Path:
        key = json.dumps([FORMAT, *identity], ensure_ascii=False)
        return self._directory / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.flac"

    def _prune(self) -> int:
        """Delete the longest unused down to three quarters of the limit; returns the bytes that are left."""
        files = sorted(
            ((status.st_mtime, status.st_size, path) for path, status in self._files()), reverse=True
        )
        kept = sum(size for _, size, _ in files)
        if kept > self._limit_bytes:
            while files and kept > self._limit_bytes * 3 // 4:
                _, size, path = files.pop()
                self._remove(path)
                kept -= size
        return kept

    def _files(self) -> list[tuple[Path, os.stat_result]]:
        found = []
        for pattern in ("*.flac", ".*.part"):
            for path in self._directory.glob(pattern):
                try:
                    found.append((path, path.stat()))
                except FileNotFoundError:  # another process was quicker
                    continue
        return found

    def _remove(self, path: Path) -> None:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            self._complain(error)

    def _complain(self, error: Exception) -> None:
        if not self._complained:
            reason = in_words(error) if isinstance(error, OSError) else repr(error)
            _log.warning("读好的语音存不进 %s（%s），每次都要重新合成。", self._directory, reason)
        self._complained = True


def _digest(samples: Samples) -> str:
    return hashlib.sha256(np.ascontiguousarray(samples).tobytes()).hexdigest()
