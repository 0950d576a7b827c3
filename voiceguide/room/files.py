"""Rooms without a device: a recording in place of the microphone, a WAV in place of the loudspeaker."""

from __future__ import annotations

import errno
import io
import wave
from pathlib import Path

import numpy as np
import soundfile
import soxr

from voiceguide.events import BLOCK_SAMPLES, BLOCK_SECONDS, SAMPLE_RATE, Block, Samples
from voiceguide.room import Reopenable, Room, RoomClosed, RoomError
from voiceguide.room.acoustics import to_int16

FLUSH_SECONDS = 1.0  # what a kill -9 may cost at the end of a RecordingRoom's file
LOWEST_RATE = 4_000  # speech needs more; and a small file of 1 Hz would become hours of audio
_NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def read_samples(path: Path) -> Samples:
    """Any WAV, FLAC or OGG, any rate, channels mixed to one. Raises RoomError("bad-file")."""
    remedy = "请给一个 WAV、FLAC 或 OGG 录音文件。"
    if not path.exists():
        raise RoomError("bad-file", f"找不到录音文件：{path}。", "请检查文件名。")
    if path.is_dir():
        raise RoomError("bad-file", f"这是一个文件夹，不是录音：{path}。", remedy)
    try:
        if path.stat().st_size == 0:
            raise RoomError("bad-file", f"录音文件是空的：{path}。", "请重新录一次，或换一个文件。")
        # From memory: a name would make soundfile guess (".raw"), and not every name works on Windows.
        frames, rate = soundfile.read(io.BytesIO(path.read_bytes()), dtype="float32", always_2d=True)
    except PermissionError as error:
        raise RoomError("bad-file", f"没有权限读这个文件：{path}。", "请检查文件的权限。") from error
    except (OSError, soundfile.SoundFileError) as error:
        raise RoomError("bad-file", f"这个文件不是能读的录音：{path}。", remedy) from error
    if rate < LOWEST_RATE:
        raise RoomError("bad-file", f"采样率只有 {rate} Hz，不是说话的录音：{path}。", "请换一个文件。")
    if not len(frames):
        raise RoomError("bad-file", f"录音文件里没有声音：{path}。", "请重新录一次，或换一个文件。")
    mono = (
        frames.mean(axis=1) if rate == SAMPLE_RATE else soxr.resample(frames.mean(axis=1), rate, SAMPLE_RATE)
    )
    return to_int16(np.nan_to_num(mono).astype(np.float64) * 32_768)


class NullRoom:
    """No device at all: silence in, nothing out, at once. For keyboard ears and a silent mouth."""

    def exchange(self, played: Block) -> Block:
        """See Room; never waits."""
        return np.zeros(BLOCK_SAMPLES, np.int16)

    def flush(self) -> None:
        """See Room."""

    def close(self) -> None:
        """See Room."""


class FileRoom:
    """A recording in place of the microphone. It stands still while the guide speaks."""

    def __init__(
        self,
        recording: Samples,
        inner: Room | None = None,
        *,
        hold_off_seconds: float = 1.0,
        silence_seconds: float = 30.0,
        waits_for_guide: bool = True,
    ) -> None:
        """`recording`: see read_samples(). `inner` plays what is played and gives the pace; without it
        blocks return at once.

        The recording goes on when the guide has been silent for `hold_off_seconds` (longer than the pauses in
        its speech and the hold-off of half-duplex ears). After its end come `silence_seconds` of silence, not counting
        those in which the guide speaks, then RoomClosed. `waits_for_guide`: it starts once the guide has
        spoken; False where the mouth is silent.
        """
        self._recording = recording
        self._inner: Room = inner or NullRoom()
        self._hold_off_seconds = hold_off_seconds
        self._silence_seconds = silence_seconds
        self._may_start = not waits_for_guide
        self._guide_silent_seconds = 0.0 if waits_for_guide else hold_off_seconds
        self._at = 0
        self._silence_given_seconds = 0.0

    def exchange(self, played: Block) -> Block:
        """See Room. Raises RoomClosed at the end, and what `inner` raises."""
        if self._silence_given_seconds >= self._silence_seconds:
            raise RoomClosed
        self._inner.exchange(played)
        block = np.zeros(BLOCK_SAMPLES, np.int16)
        if played.any():
            self._guide_silent_seconds = 0.0
            self._may_start = True
            return block
        self._guide_silent_seconds += BLOCK_SECONDS
        if not self._may_start or self._guide_silent_seconds < self._hold_off_seconds:
            return block
        piece = self._recording[self._at : self._at + BLOCK_SAMPLES]
        self._at += piece.size
        block[: piece.size] = piece
        if not piece.size:
            self._silence_given_seconds += BLOCK_SECONDS
        return block

    def flush(self) -> None:
        """See Room."""
        self._inner.flush()

    def reopen(self) -> bool:
        """See Reopenable; False where `inner` is not."""
        return isinstance(self._inner, Reopenable) and self._inner.reopen()

    def close(self) -> None:
        """See Room."""
        self._inner.close()


class RecordingRoom:
    """Writes what is played into a WAV that is valid at any moment, also after a kill."""

    def __init__(self, inner: Room, path: Path, *, stereo: bool = False) -> None:
        """`inner` gives the microphone and the pace. `stereo`: left the guide, right the microphone.

        An existing file is replaced. Raises RoomError: bad-file, no-space.
        """
        self._inner = inner
        self._path = path
        self._stereo = stereo
        self._pending = bytearray()
        try:
            self._file = path.open("wb")
        except OSError as error:
            raise self._cannot_write(error) from error
        self._wave = wave.open(self._file, "wb")  # noqa: SIM115 - open as long as the room
        self._wave.setnchannels(2 if stereo else 1)
        self._wave.setsampwidth(2)
        self._wave.setframerate(SAMPLE_RATE)
        self._closed = False
        try:
            self._write()
        except RoomError:
            self._release()
            raise

    def exchange(self, played: Block) -> Block:
        """See Room. Raises RoomError("no-space") and what `inner` raises."""
        heard = self._inner.exchange(played)
        self._pending += np.stack([played, heard], axis=1).tobytes() if self._stereo else played.tobytes()
        if len(self._pending) >= FLUSH_SECONDS * SAMPLE_RATE * 2 * self._wave.getnchannels():
            self._write()
        return heard

    def flush(self) -> None:
        """See Room. What was played is on file already."""
        self._inner.flush()

    def reopen(self) -> bool:
        """See Reopenable; False where `inner` is not."""
        return isinstance(self._inner, Reopenable) and self._inner.reopen()

    def close(self) -> None:
        """See Room. Raises RoomError("no-space") where the last second finds no room; all is released."""
        if self._closed:
            return
        self._closed = True
        try:
            self._write()
        finally:
            self._inner.close()
            self._release()

    def _write(self) -> None:
        """Samples, then the header that counts them, then out of our hands."""
        samples, self._pending = bytes(self._pending), bytearray()
        try:
            self._wave.writeframes(samples)
            self._file.flush()
        except OSError as error:
            raise self._cannot_write(error) from error

    def _release(self) -> None:
        for close in (self._wave.close, self._file.close):
            try:
                close()
            except OSError:  # reported by _write(); here the rest of the same bytes fails once more
                continue

    def _cannot_write(self, error: OSError) -> RoomError:
        if error.errno in _NO_SPACE:
            return RoomError(
                "no-space", f"磁盘满了，写不下录音：{self._path}。", "请腾出一些空间，再试一次。"
            )
        return RoomError(
            "bad-file", f"写不了这个文件：{self._path}。", "请换一个能写的位置，文件名以 .wav 结尾。"
        )
