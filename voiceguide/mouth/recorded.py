"""The family's voice where there is one, the engine's where there is none.

What she asks for holds for both: louder and softer is done when a prompt is played, slower and faster by
stretching the recording (where it cannot be stretched, the engine says it slower). A recording at the usual pace
is played as it was read.
"""

from __future__ import annotations

from typing import Protocol

from voiceguide.events import Recorded, Samples
from voiceguide.mouth.pace import PACE, PACE_RANGE
from voiceguide.mouth.rendered import Renders
from voiceguide.mouth.stretching import can_stretch, stretched


class Recordings(Protocol):
    """What was read aloud, by its text."""

    def load(self, text: str) -> Recorded | None:
        """None: nobody has read this, or it cannot be used."""


class RecordedFirst:
    """Stands before a renderer and takes its place for every text that was read aloud."""

    def __init__(self, recordings: Recordings, renderer: Renders) -> None:
        self._recordings = recordings
        self._renderer = renderer

    def start(self) -> str:
        """Also where all is recorded: a prompt may be new tomorrow. Raises MouthError."""
        return self._renderer.start()

    def identity(self, text: str, *, voice: str, pace: int) -> tuple[str, ...] | None:
        """None for a recording: whoever erases a voice must not find it in the cache again."""
        played = self._played(text, voice, pace)
        return self._renderer.identity(text, voice=voice, pace=pace) if played is None else None

    def render(self, text: str, *, voice: str, pace: int) -> Samples:
        """As Renderer.render. Raises MouthError."""
        recorded = self._played(text, voice, pace)
        if recorded is None:
            return self._renderer.render(text, voice=voice, pace=pace)
        return stretched(recorded.samples, faster(recorded.pace, pace))

    def _played(self, text: str, voice: str, pace: int) -> Recorded | None:
        """The recording, if there is one and it can be had at this pace: who asks for slower must get it. In another
        voice than the guide's (a swindler's) a daughter's is not heard."""
        recorded = None if voice else self._recordings.load(text)
        if recorded is None or (faster(recorded.pace, pace) != 1.0 and not can_stretch()):
            return None
        return recorded

    def close(self) -> None:
        self._renderer.close()


def faster(recorded_pace: int, pace: int) -> float:
    """How many times faster a recording is played: 1.0 while the guide speaks at its usual pace.

    A slow reader becomes no slower, and a fast one no faster, than the guide itself may speak.
    """
    wanted = recorded_pace * pace / PACE
    slowest, fastest = min(recorded_pace, PACE_RANGE[0]), max(recorded_pace, PACE_RANGE[1])
    return min(max(wanted, slowest), fastest) / recorded_pace
