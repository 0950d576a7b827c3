"""The guide running on the rig, as a person in the room meets it: what it prints, and when it has finished speaking."""

from __future__ import annotations

import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from tests.rig import Rig
from voiceguide import paths
from voiceguide.commands.rehearse import PERSON_VOICE
from voiceguide.events import SAMPLE_RATE, Samples
from voiceguide.library import Library
from voiceguide.mouth.renderer import Renderer

SILENT_SECONDS = 1.2
"""After so much silence of the loudspeaker the guide has finished: its breaths are shorter."""
PATIENCE_SECONDS = 60.0


@pytest.fixture(scope="module")
def voice() -> Iterator[Renderer]:
    """Whoever talks to it."""
    with Renderer(Library.open(paths.prompts()).readings, voice=PERSON_VOICE) as renderer:
        yield renderer


class Guide:
    """The program on the rig, and what it prints."""

    def __init__(self, rig: Rig, home: Path) -> None:
        rig.env["XDG_DATA_HOME"] = rig.env["XDG_STATE_HOME"] = str(home)
        program = rig.python("-m", "voiceguide", "run", "12333", wait=False)
        assert isinstance(program, subprocess.Popen)
        self.process = program
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)

    @property
    def prompts(self) -> int:
        """How many it has begun to say."""
        return sum("指南：" in line for line in list(self.lines))

    def wait_for(self, pattern: str, patience_seconds: float = PATIENCE_SECONDS) -> str:
        """The first printed line that holds `pattern`."""
        found: list[str] = []

        def printed() -> bool:
            found[:] = [line for line in list(self.lines) if re.search(pattern, line)]
            return bool(found)

        _wait_until(printed, f"{pattern} never came: {self.lines}", patience_seconds)
        return found[0]

    def wait_for_prompt(self, number: int) -> None:
        """Until it has begun to say the `number`-th, counted from 1. The sound does not tell: while a busy machine
        still loads its model, the first words have holes longer than a breath."""
        _wait_until(lambda: self.prompts >= number, f"no prompt {number}: {self.lines}")

    def finish(self) -> tuple[str, str]:
        """(what it printed, what it complained of), when it has ended by itself, and well."""
        self.process.wait(PATIENCE_SECONDS)
        self._reader.join(PATIENCE_SECONDS)
        assert self.process.stderr is not None
        transcript, errors = "".join(self.lines), self.process.stderr.read()
        assert self.process.returncode == 0, transcript + errors
        return transcript, errors


@contextmanager
def running(rig: Rig, home: Path) -> Iterator[Guide]:
    """`home`: where it keeps what it knows."""
    guide = Guide(rig, home)
    try:
        yield guide
    finally:
        guide.process.kill()
        guide.process.wait()


def wait_for_the_end_of_the_prompt(rig: Rig, spoken_before: int) -> None:
    """Until the loudspeaker has spoken beyond `spoken_before` samples and has been silent for a while."""
    silent = round(SILENT_SECONDS * SAMPLE_RATE)

    def finished() -> bool:
        played = rig.recorded()[spoken_before:]
        return played.size > 2 * silent and loud(played[:-silent]) and not loud(played[-silent:])

    _wait_until(finished, "the guide never finished speaking")


def loud(samples: Samples) -> bool:
    """Is anything to be heard in it?"""
    return bool(np.abs(samples.astype(np.int32)).max(initial=0) > 500)


def _wait_until(
    condition: Callable[[], bool], otherwise: str, patience_seconds: float = PATIENCE_SECONDS
) -> None:
    until = time.monotonic() + patience_seconds
    while not condition():
        assert time.monotonic() < until, otherwise
        time.sleep(0.05)
