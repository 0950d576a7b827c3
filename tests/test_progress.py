"""Progress survives power cuts, bad files and full disks."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from voiceguide.progress import VERSION, Progress, ProgressError, ProgressFile

HERE = Progress("find-app", pace=-1, loudness=2, pace_asked=True)


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    file = ProgressFile(tmp_path / "new" / "folder", "12333")
    assert file.load() == Progress()
    file.save(HERE)
    assert ProgressFile(tmp_path / "new" / "folder", "12333").load() == HERE
    assert file.notice is None


@pytest.mark.parametrize(("pace", "asked"), [(0, False), (-1, True), (2, True)])
def test_a_file_from_before_the_pace_followed_hers_holds_what_she_asked_for(
    tmp_path: Path, pace: int, asked: bool
) -> None:
    file = ProgressFile(tmp_path, "12333")
    old = {"version": 1, "step": "find-app", "pace": pace, "loudness": 0}
    file.path.write_text(json.dumps(old), encoding="utf-8")
    assert file.load() == Progress("find-app", pace, pace_asked=asked)


def test_guides_do_not_share_progress(tmp_path: Path) -> None:
    ProgressFile(tmp_path, "12333").save(HERE)
    assert ProgressFile(tmp_path, "video-call").load() == Progress()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_only_she_can_read_it(tmp_path: Path) -> None:
    file = ProgressFile(tmp_path, "12333")
    file.save(HERE)
    assert file.path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"[" * 100_000,
        b"\xff\xfe\x00",
        b'{"version": 1}',
        b'{"version": 1, "step": 7, "pace": 0, "loudness": 0}',
        b'{"version": 1, "step": "x", "pace": "fast", "loudness": 0}',
        b'{"version": 1, "step": "x", "pace": 0, "loudness": 0, "pace_asked": "yes"}',
        b'{"version": "one", "step": null, "pace": 0, "loudness": 0}',
    ],
)
def test_a_damaged_file_is_set_aside_and_said(tmp_path: Path, content: bytes) -> None:
    file = ProgressFile(tmp_path, "12333")
    file.path.write_bytes(content)
    assert file.load() == Progress()
    assert file.notice is not None
    assert "坏了" in file.notice
    assert (tmp_path / "12333.damaged").read_bytes() == content, "nothing is thrown away"
    file.save(HERE)
    assert file.load() == HERE


def test_a_file_of_a_newer_program_is_set_aside_whole(tmp_path: Path) -> None:
    file = ProgressFile(tmp_path, "12333")
    newer = json.dumps({"version": VERSION + 1, "place": {"anything": 1}}).encode()
    file.path.write_bytes(newer)
    assert file.load() == Progress()
    assert "更新版本" in (file.notice or "")
    assert (tmp_path / "12333.newer").read_bytes() == newer


def test_a_second_damaged_file_does_not_overwrite_the_first(tmp_path: Path) -> None:
    file = ProgressFile(tmp_path, "12333")
    for content in (b"one", b"two"):
        file.path.write_bytes(content)
        file.load()
    assert {path.read_bytes() for path in tmp_path.iterdir()} == {b"one", b"two"}


def test_a_folder_that_cannot_be_written_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file where a folder should be")
    with pytest.raises(ProgressError, match="进度没有存下来"):
        ProgressFile(tmp_path / "file", "12333").save(HERE)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_leaves_the_old_progress(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = ProgressFile(tmp_path, "12333")
    file.save(HERE)
    monkeypatch.setattr(
        "tempfile.mkstemp", lambda **_: (os.open("/dev/full", os.O_WRONLY), str(tmp_path / "x"))
    )
    with pytest.raises(ProgressError):
        file.save(Progress("result"))
    assert file.load() == HERE


WRITER = """
import itertools, sys
from pathlib import Path
from voiceguide.progress import Progress, ProgressFile
file = ProgressFile(Path(sys.argv[1]), "12333")
for number in itertools.count():
    file.save(Progress(f"step-{number}"))
    print(number, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_kill_minus_nine_at_any_moment_loses_at_most_the_step_being_written(tmp_path: Path) -> None:
    for kill_after in (1, 7, 20):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        for _ in range(kill_after):
            last = int(writer.stdout.readline())
        writer.send_signal(signal.SIGKILL)
        written = [int(line) for line in writer.stdout.read().split()]
        writer.wait()
        last = max([last, *written])
        file = ProgressFile(tmp_path, "12333")
        assert file.load().step in (f"step-{last}", f"step-{last + 1}")
        assert file.notice is None
