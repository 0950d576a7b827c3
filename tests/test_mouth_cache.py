"""Rendered prompts on disk: kept, found again, and never trusted."""

import errno
import logging
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voiceguide.events import Samples
from voiceguide.mouth.cache import PromptCache

IDENTITY = ("espeak-ng 1.52.0", "sit/cmn+f2", "160", "xia4yi2bu4")


def noise(seed: int = 1, seconds: float = 0.5) -> Samples:
    return np.random.default_rng(seed).integers(-9000, 9000, int(16000 * seconds), np.int16)


def test_what_was_stored_is_found_again(tmp_path: Path) -> None:
    PromptCache(tmp_path / "new" / "folder").store(IDENTITY, noise())
    found = PromptCache(tmp_path / "new" / "folder").load(IDENTITY)
    assert found is not None
    assert found.dtype == np.int16
    assert np.array_equal(found, noise())


def test_what_cannot_be_marked_as_used_is_found_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    cache = PromptCache(tmp_path)
    cache.store(IDENTITY, noise())

    def refuse(*_: object) -> None:
        raise PermissionError(errno.EROFS, "read-only")

    monkeypatch.setattr("voiceguide.mouth.cache.os.utime", refuse)
    found = cache.load(IDENTITY)
    assert found is not None
    assert np.array_equal(found, noise())
    assert not caplog.records


@pytest.mark.parametrize("place", range(4))
def test_another_text_voice_pace_or_engine_is_another_prompt(tmp_path: Path, place: int) -> None:
    cache = PromptCache(tmp_path)
    cache.store(IDENTITY, noise())
    other = [*IDENTITY]
    other[place] += "x"
    assert cache.load(other) is None


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x10
    path.write_bytes(bytes(data))


def _other_sound(path: Path) -> None:
    soundfile.write(path, noise(2), 16000, format="FLAC")


def _other_rate(path: Path) -> None:
    soundfile.write(path, noise(), 8000, format="FLAC")


@pytest.mark.thorough
@pytest.mark.parametrize("damage", [_cut, _empty, _flip, _other_sound, _other_rate])
def test_a_damaged_file_is_not_played_but_deleted(
    tmp_path: Path, damage: object, caplog: pytest.LogCaptureFixture
) -> None:
    cache = PromptCache(tmp_path)
    cache.store(IDENTITY, noise())
    [path] = tmp_path.iterdir()
    assert callable(damage)
    damage(path)
    with caplog.at_level(logging.WARNING):
        assert cache.load(IDENTITY) is None
    assert str(path) in caplog.text
    assert not path.exists()
    cache.store(IDENTITY, noise())
    assert cache.load(IDENTITY) is not None


def test_a_directory_that_cannot_be_made_costs_nothing_but_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    with caplog.at_level(logging.WARNING):
        cache = PromptCache(tmp_path / "file" / "cache")
        cache.store(IDENTITY, noise())
        cache.store(IDENTITY, noise())
        assert cache.load(IDENTITY) is None
    assert len(caplog.records) == 1


def test_a_full_disk_leaves_no_half_file(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: object, samples: Samples) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    cache = PromptCache(tmp_path)
    with monkeypatch.context() as context, caplog.at_level(logging.WARNING):
        context.setattr(soundfile.SoundFile, "write", full)
        cache.store(IDENTITY, noise())
    assert list(tmp_path.iterdir()) == []
    assert "磁盘满了" in caplog.text
    cache.store(IDENTITY, noise())
    assert cache.load(IDENTITY) is not None


def test_the_longest_unused_go_first_when_it_is_too_big(tmp_path: Path) -> None:
    import os

    one = PromptCache(tmp_path)
    for index in range(8):
        one.store((*IDENTITY, str(index)), noise(index))
        path = max(tmp_path.glob("*.flac"), key=lambda each: each.stat().st_mtime_ns)
        os.utime(path, (index, index))
    size = sum(path.stat().st_size for path in tmp_path.iterdir())
    assert one.load((*IDENTITY, "0")) is not None  # used just now
    small = PromptCache(tmp_path, limit_bytes=size // 2)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= size // 2
    assert small.load((*IDENTITY, "0")) is not None
    assert small.load((*IDENTITY, "1")) is None
    assert small.load((*IDENTITY, "7")) is not None


def test_it_stays_within_its_limit_while_it_grows(tmp_path: Path) -> None:
    cache = PromptCache(tmp_path, limit_bytes=60_000)
    for index in range(12):
        cache.store((*IDENTITY, str(index)), noise(index))
        assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 60_000
    assert cache.load((*IDENTITY, "11")) is not None
