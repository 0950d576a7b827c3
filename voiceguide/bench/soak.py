"""One session of hours, with faults: is memory flat, is no step lost, does the guide never move by itself?"""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from voiceguide.bench import elders
from voiceguide.bench.conditions import Surround
from voiceguide.bench.conversation import Conversation, Stage
from voiceguide.bench.elders import Elder, Journey
from voiceguide.bench.plan import rng_for
from voiceguide.bench.scoring import RIGHT
from voiceguide.events import BLOCK_SECONDS
from voiceguide.room.simulated import Fault, Muted, Overrun, Unplugged

STALL_SECONDS = 2.0
FAULT_EVERY_SECONDS = 90.0
"""On average."""
SAMPLE_SECONDS = 60.0
WARM_UP_SHARE = 0.25
"""Of the session: prompts are still being loaded, memory may grow."""
FLAT_MB_PER_HOUR = 2.0
QUIET_ROOM = Surround(
    echo_db=-30.0, snr_db=30, reverberation_seconds=0.2, television_db=None, second_person_db=None,
    echo_seconds=0.06, drift_ppm=50.0, distortion=0.0,
)  # fmt: skip
"""Not what the ears can do is measured here."""


@dataclass(frozen=True)
class Soak:
    """What came of it."""

    conversation: Conversation
    asked_seconds: float
    faults: dict[str, int]
    """By kind, those that struck."""
    rss_mb: list[tuple[float, float]]
    """(seconds, megabytes); empty where the system does not say."""

    @property
    def slope_mb_per_hour(self) -> float | None:
        """Of a straight line through the memory after the warm-up; None where there are too few samples."""
        late = [each for each in self.rss_mb if each[0] >= WARM_UP_SHARE * self.asked_seconds]
        if len(late) < 3:
            return None
        seconds, megabytes = np.array(late).T
        return float(np.polyfit(seconds / 3600, megabytes, 1)[0])

    @property
    def lasted(self) -> bool:
        """To the end, and she never gave up."""
        return self.conversation.outcome == "too-long"  # she would have gone on

    @property
    def passed(self) -> bool:
        slope = self.slope_mb_per_hour
        flat = slope is None or slope <= FLAT_MB_PER_HOUR
        return flat and self.lasted and not self.conversation.score.wrong_moves

    def as_dict(self) -> dict[str, Any]:
        """passed, hours, lasted, turns, right_percent, wrong_moves, faults, rss_mb_first, rss_mb_last, and
        slope_mb_per_hour (null where the system does not say), samples: [[seconds, MB]]."""
        figures = self.conversation.score
        turns = len(figures.turns)
        slope = self.slope_mb_per_hour
        return {
            "passed": self.passed,
            "hours": round(figures.seconds / 3600, 3),
            "lasted": self.lasted,
            "outcome": self.conversation.outcome,
            "turns": turns,
            "right_percent": round(100 * sum(turn.fate == RIGHT for turn in figures.turns) / turns, 2)
            if turns
            else None,
            "wrong_moves": [f"{move.at_seconds:.0f} s: {move}" for move in figures.wrong_moves],
            "faults": self.faults,
            "notices": len(self.conversation.record.notices),
            "rss_mb_first": round(self.rss_mb[0][1], 1) if self.rss_mb else None,
            "rss_mb_last": round(self.rss_mb[-1][1], 1) if self.rss_mb else None,
            "slope_mb_per_hour": None if slope is None else round(slope, 2),
            "samples": [[round(at), round(mb, 1)] for at, mb in self.rss_mb],
        }


def faults_of(seed: int, seconds: float) -> list[Fault]:
    """Lost devices, blocks that never arrive, a stall of 2 s, a muted microphone: at random moments."""
    rng = rng_for(seed, "faults")
    found: list[Fault] = []
    at = float(rng.exponential(FAULT_EVERY_SECONDS))
    while at < seconds:
        match int(rng.integers(4)):
            case 0:
                found.append(Unplugged(at, back_after_tries=int(rng.integers(1, 30))))
            case 1:
                found.append(Overrun(at, blocks=int(rng.integers(1, 15))))
            case 2:
                found.append(Overrun(at, blocks=round(STALL_SECONDS / BLOCK_SECONDS)))
            case 3:
                found.append(Muted(at, float(rng.uniform(0.5, 8.0))))
        at += float(rng.exponential(FAULT_EVERY_SECONDS))
    return found


def patient_elder(seed: int) -> Elder:
    """Clear and plain: she goes round and round the guide, and asks, fails and is silent as others do."""
    return replace(
        elders.draw(seed, 0), voice="f5", human=False, pitch=1.0, pace=160, level_dbfs=-23.0, accent=(), hesitates=0.0,
        fillers=0.0, chattiness=0.0, interrupts=0.0, tries=1000, memory=1.0, goes_silent=0.05, coughs=0.0, asides=0.0,
    )  # fmt: skip


def soak(stage: Stage, seed: int, hours: float, advance: Callable[[float], object]) -> Soak:
    """`advance` is called with the seconds of audio since it was called last. Raises EarsError, MouthError,
    RoomError. Ctrl+C ends it and gives what there is; main thread only."""
    seconds = hours * 3600
    faults = faults_of(seed, seconds)
    rss: list[tuple[float, float]] = []
    clock = 0.0
    interrupted = False

    def interrupt(*_: object) -> None:
        nonlocal interrupted
        interrupted = True

    def tick() -> bool:
        nonlocal clock
        clock += 1.0
        advance(1.0)
        if clock % SAMPLE_SECONDS == 0 and (megabytes := rss_mb()) is not None:
            rss.append((clock, megabytes))
        return interrupted

    stretch = Journey(0, len(stage.script.guide.steps) + 1)
    # As an exception it would arrive anywhere in the session, and hours of figures would be lost.
    before = signal.signal(signal.SIGINT, interrupt)
    try:
        held = stage.hold(
            patient_elder(seed), QUIET_ROOM, journey=stretch, faults=faults, most_seconds=seconds, stop=tick
        )
    finally:
        signal.signal(signal.SIGINT, before)
    return Soak(held, seconds, _struck(faults, held.record.seconds), rss)


def _struck(faults: Sequence[Fault], seconds: float) -> dict[str, int]:
    def name(fault: Fault) -> str:
        if isinstance(fault, Overrun):
            return "stall" if fault.blocks * BLOCK_SECONDS >= STALL_SECONDS else "overrun"
        return "unplugged" if isinstance(fault, Unplugged) else "muted"

    return dict(Counter(name(fault) for fault in faults if fault.at_seconds < seconds))


def rss_mb() -> float | None:
    """What this process holds now; None where the system does not say."""
    statm = Path("/proc/self/statm")
    if not statm.is_file():
        return None
    return int(statm.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1024**2
