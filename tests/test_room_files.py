"""Recordings in place of devices, and how loud a microphone is."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voiceguide.events import BLOCK_SAMPLES, SAMPLE_RATE, Block, Samples
from voiceguide.room import Reopenable, Room, RoomClosed, RoomError
from voiceguide.room.files import FileRoom, NullRoom, RecordingRoom, read_samples
from voiceguide.room.levels import level, measure

SILENCE = np.zeros(BLOCK_SAMPLES, np.int16)
SPEECH = np.full(BLOCK_SAMPLES, 1000, np.int16)
RECORDING = np.arange(1, 8 * BLOCK_SAMPLES + 101, dtype=np.int16)
"""A little more than eight blocks, every sample different."""


class Hearing(NullRoom):
    """A room whose microphone gives one value, and which remembers what happened to it."""

    def __init__(self, value: int = 7) -> None:
        self.value, self.played, self.closed, self.flushed = value, [], 0, 0  # type: ignore[var-annotated]

    def exchange(self, played: Block) -> Block:
        self.played.append(played)
        return np.full(BLOCK_SAMPLES, self.value, np.int16)

    def flush(self) -> None:
        self.flushed += 1

    def close(self) -> None:
        self.closed += 1


def give(room: Room, *played: tuple[Block, int]) -> Samples:
    return np.concatenate([room.exchange(block) for block, times in played for _ in range(times)])


# --------------------------------------------------------------------------- reading


def test_a_rate_of_nothing_spoken_is_refused(tmp_path: Path) -> None:
    """A small file of 1 Hz would become hours of audio."""
    soundfile.write(tmp_path / "slow.wav", np.zeros(100, np.int16), 1)
    with pytest.raises(RoomError) as error:
        read_samples(tmp_path / "slow.wav")
    assert error.value.code == "bad-file"


@pytest.mark.parametrize("form", ["WAV", "FLAC", "OGG"])
@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 48_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_any_recording_is_read(tmp_path: Path, form: str, rate: int, channels: int) -> None:
    seconds = np.arange(2 * rate) / rate
    wave = 0.25 * np.sin(2 * np.pi * 440 * seconds)
    path = tmp_path / "录音.dat"
    soundfile.write(path, np.stack([wave] * channels, axis=1), rate, format=form)
    samples = read_samples(path)
    assert samples.dtype == np.int16
    assert samples.size == pytest.approx(2 * SAMPLE_RATE, abs=2)
    middle = samples[SAMPLE_RATE // 2 : -SAMPLE_RATE // 2].astype(float)
    assert np.sqrt(np.mean(middle**2)) == pytest.approx(0.25 * 32_768 / np.sqrt(2), rel=0.02)
    assert np.argmax(np.abs(np.fft.rfft(middle))) * SAMPLE_RATE / middle.size == pytest.approx(440, abs=1)


def test_sixteen_bits_come_through_untouched(tmp_path: Path) -> None:
    extremes = np.array([-32_768, -1, 0, 1, 32_767] * 100, np.int16)
    soundfile.write(tmp_path / "a.wav", extremes, SAMPLE_RATE)
    np.testing.assert_array_equal(read_samples(tmp_path / "a.wav"), extremes)


@pytest.mark.filterwarnings("error")
def test_a_float_recording_with_nonsense_in_it_is_clipped(tmp_path: Path) -> None:
    soundfile.write(
        tmp_path / "a.wav", np.array([np.nan, np.inf, -np.inf, 0.5], np.float32), SAMPLE_RATE, "FLOAT"
    )
    np.testing.assert_array_equal(read_samples(tmp_path / "a.wav"), [0, 32_767, -32_768, 16_384])


def truncated() -> bytes:
    return b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00"


@pytest.mark.parametrize(
    "content", [b"", b"not sound at all" * 99, b"RIFF", truncated(), b"fLaC" + bytes(99)]
)
@pytest.mark.parametrize("name", ["a.wav", "a.raw", "a"])
def test_what_is_no_recording_is_refused(tmp_path: Path, content: bytes, name: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert_refused(tmp_path / name)


def test_other_things_that_are_no_recordings(tmp_path: Path) -> None:
    assert_refused(tmp_path)
    assert_refused(tmp_path / "missing.wav")
    assert_refused(tmp_path / "a.wav" / "b.wav")
    soundfile.write(tmp_path / "empty.wav", np.zeros(0), SAMPLE_RATE)
    assert_refused(tmp_path / "empty.wav")


def assert_refused(path: Path) -> None:
    with pytest.raises(RoomError) as refused:
        read_samples(path)
    assert refused.value.code == "bad-file"
    assert str(path) in refused.value.message
    assert refused.value.remedy


# --------------------------------------------------------------------------- the file as a microphone


def test_the_recording_starts_when_the_guide_has_spoken() -> None:
    room = FileRoom(RECORDING, hold_off_seconds=0.1)
    assert not give(room, (SILENCE, 50)).any()
    assert not give(room, (SPEECH, 3), (SILENCE, 4)).any()
    np.testing.assert_array_equal(give(room, (SILENCE, 2)), RECORDING[: 2 * BLOCK_SAMPLES])


def test_the_recording_stands_still_while_the_guide_speaks() -> None:
    room = FileRoom(RECORDING, hold_off_seconds=0.1)
    give(room, (SPEECH, 1), (SILENCE, 4))
    first = give(room, (SILENCE, 3))
    assert not give(room, (SPEECH, 30), (SILENCE, 4)).any()
    rest = give(room, (SILENCE, 6))
    np.testing.assert_array_equal(np.concatenate([first, rest])[: RECORDING.size], RECORDING)


def test_with_a_silent_mouth_the_recording_starts_at_once() -> None:
    room = FileRoom(RECORDING, waits_for_guide=False)
    np.testing.assert_array_equal(give(room, (SILENCE, 9))[: RECORDING.size], RECORDING)


def test_after_the_recording_comes_silence_then_the_end() -> None:
    room = FileRoom(RECORDING, hold_off_seconds=0.1, silence_seconds=1.0)
    give(room, (SPEECH, 1), (SILENCE, 4 + 9))
    assert not give(room, (SILENCE, 25), (SPEECH, 100), (SILENCE, 4), (SILENCE, 25)).any()
    with pytest.raises(RoomClosed):
        room.exchange(SILENCE)


def test_the_loudspeaker_behind_the_file() -> None:
    inner = Hearing()
    room = FileRoom(RECORDING, inner, waits_for_guide=False)
    give(room, (SPEECH, 2), (SILENCE, 1))
    room.flush()
    room.close()
    assert [bool(block.any()) for block in inner.played] == [True, True, False]
    assert (inner.flushed, inner.closed) == (1, 1)


def test_no_room_at_all() -> None:
    room = NullRoom()
    assert not give(room, (SPEECH, 1000)).any()
    room.flush()
    room.close()


# --------------------------------------------------------------------------- the file as a loudspeaker


def test_what_is_played_is_written(tmp_path: Path) -> None:
    inner = Hearing()
    room = RecordingRoom(inner, tmp_path / "a.wav")
    heard = give(room, (SPEECH, 70), (SILENCE, 5))
    room.flush()
    room.close()
    room.close()
    samples, rate = soundfile.read(tmp_path / "a.wav", dtype="int16")
    assert rate == SAMPLE_RATE
    np.testing.assert_array_equal(samples, np.concatenate([SPEECH] * 70 + [SILENCE] * 5))
    assert (heard == 7).all()
    assert (inner.flushed, inner.closed) == (1, 1)


def test_both_sides_in_one_file(tmp_path: Path) -> None:
    room = RecordingRoom(Hearing(), tmp_path / "a.wav", stereo=True)
    give(room, (SPEECH, 60))
    room.close()
    samples, _ = soundfile.read(tmp_path / "a.wav", dtype="int16")
    assert samples.shape == (60 * BLOCK_SAMPLES, 2)
    assert (samples == [1000, 7]).all()


@pytest.mark.thorough
def test_the_file_is_whole_after_a_kill(tmp_path: Path) -> None:
    program = subprocess.Popen(
        [sys.executable, "-c", """
import sys, time, pathlib, numpy as np
from voiceguide.room.files import NullRoom, RecordingRoom
room = RecordingRoom(NullRoom(), pathlib.Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.readline()
for _ in range(120): room.exchange(np.full(320, 1000, np.int16))
print("played", flush=True)
time.sleep(60)
""", str(tmp_path / "a.wav")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert program.stdin is not None
    assert program.stdout is not None
    program.stdout.readline()
    assert soundfile.info(tmp_path / "a.wav").frames == 0
    program.stdin.write("\n")
    program.stdin.flush()
    program.stdout.readline()
    program.send_signal(signal.SIGKILL) if hasattr(signal, "SIGKILL") else program.kill()
    program.wait()
    samples, rate = soundfile.read(tmp_path / "a.wav", dtype="int16")
    assert rate == SAMPLE_RATE
    assert samples.size >= 100 * BLOCK_SAMPLES
    assert (samples == 1000).all()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk() -> None:
    inner = Hearing()
    with pytest.raises(RoomError) as full:
        RecordingRoom(inner, Path("/dev/full"))
    assert full.value.code == "no-space"


@pytest.mark.thorough
@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
@pytest.mark.parametrize("played", [60, 10])
def test_a_disk_that_fills_up(tmp_path: Path, played: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", """
import pathlib, resource, signal, sys, numpy as np
from voiceguide.room import RoomError
from voiceguide.room.files import NullRoom, RecordingRoom
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
class Inner(NullRoom):
    def close(self): print("released")
room = RecordingRoom(Inner(), pathlib.Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
try:
    for _ in range(int(sys.argv[2])): room.exchange(np.full(320, 1000, np.int16))
    room.close()
except RoomError as error:
    print(error.code, error)
room.close()
""", str(tmp_path / "a.wav"), str(played)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert "no-space" in done.stdout
    assert done.stdout.count("released") == 1


def test_a_place_where_nothing_can_be_written(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing" / "a.wav"):
        with pytest.raises(RoomError) as refused:
            RecordingRoom(NullRoom(), path)
        assert refused.value.code == "bad-file"


def test_a_lost_device_can_come_back_behind_files(tmp_path: Path) -> None:
    class Lost(Hearing):
        tries = 0

        def reopen(self) -> bool:
            self.tries += 1
            return self.tries > 1

    for room in (FileRoom(RECORDING, Lost()), RecordingRoom(Lost(), tmp_path / "a.wav")):
        assert isinstance(room, Reopenable)
        assert [room.reopen(), room.reopen()] == [False, True]
        room.close()
    assert not FileRoom(RECORDING).reopen()
    assert not RecordingRoom(NullRoom(), tmp_path / "a.wav").reopen()


# --------------------------------------------------------------------------- levels


def test_levels_of_a_microphone() -> None:
    random = np.random.default_rng(1)
    speech = (2000 * random.standard_normal(SAMPLE_RATE)).clip(-32_768, 32_767).astype(np.int16)
    ordinary = level(speech)
    assert ordinary.rms_dbfs == pytest.approx(-24.3, abs=0.2)
    assert not ordinary.muted
    assert not ordinary.clipped
    dead = level(np.zeros(SAMPLE_RATE, np.int16))
    assert dead.muted
    assert dead.rms_dbfs == dead.peak_dbfs == float("-inf")
    assert level(np.tile(np.array([0, 1], np.int16), 999)).muted
    loud = level((speech.astype(int) * 20).clip(-32_768, 32_767).astype(np.int16))
    assert loud.clipped
    assert loud.clipped_share > 0.3
    assert loud.peak_dbfs == pytest.approx(0, abs=0.01)


def test_levels_are_measured_through_any_room() -> None:
    room = Hearing(value=3277)
    began = time.monotonic()
    measured = measure(room, seconds=2.0)
    assert time.monotonic() - began < 1
    assert len(room.played) == 100
    assert not any(block.any() for block in room.played)
    assert room.flushed == 1
    assert measured.rms_dbfs == pytest.approx(-20, abs=0.01)
