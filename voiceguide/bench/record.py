"""What happened in one simulated conversation, as somebody notes it who sits in the room."""

from __future__ import annotations

from dataclasses import dataclass, field

from voiceguide.bench.whereabouts import Whereabouts
from voiceguide.events import BLOCK_SECONDS, Prompt

AUDIBLE_PEAK = 64
"""Below this the loudspeaker is silent."""
SPEECH_GAP_SECONDS = 0.7
"""Silence of the loudspeaker that ends what the guide says; a pause between its sentences is shorter."""


@dataclass(frozen=True)
class Utterance:
    """Something she said. Times are seconds in the room."""

    start_seconds: float
    end_seconds: float
    """Of her last audible sample."""
    text: str
    kind: str
    """acts.SAY, ASIDE or COUGH."""
    wish: str = ""
    means: frozenset[str] = frozenset()
    here: Whereabouts | None = None
    interrupts: bool = False
    """The guide was speaking when she began."""
    hesitant: bool = False
    after_long_silence: bool = False


@dataclass(frozen=True)
class PromptSaid:
    """A prompt that began to be said."""

    at_seconds: float
    prompt: Prompt
    lasts_seconds: float | None
    """How long it lasts when nobody stops it; None: not known."""


@dataclass(frozen=True)
class TurnHeard:
    """The guide's ears have reported a turn of hers: what was understood, and of which seconds in the room."""

    at_seconds: float
    start_seconds: float
    end_seconds: float
    text: str
    intent: str
    """"" where nothing was understood."""
    confidence: float = 1.0
    complete: bool = True
    """Nothing expected went on from it."""


@dataclass(frozen=True)
class BrokenOff:
    """The guide broke off, for its ears took something for her."""

    at_seconds: float


@dataclass(frozen=True)
class Waited:
    """The guide waited, and nobody spoke."""

    at_seconds: float


@dataclass
class Record:
    """One conversation. `log` is in the order of time."""

    utterances: list[Utterance] = field(default_factory=list)
    log: list[PromptSaid | BrokenOff | TurnHeard | Waited] = field(default_factory=list)
    loud: bytearray = field(default_factory=bytearray)
    """For each block 1 where the loudspeaker could be heard."""
    faults: list[float] = field(default_factory=list)
    """When a device was lost or a block of the microphone: what happens within seconds of it is no interruption."""
    notices: list[str] = field(default_factory=list)
    errands: list[tuple[float, str]] = field(default_factory=list)
    """When she did what, asked to by the guide: mind.QUIETEN, mind.NEARER."""

    @property
    def seconds(self) -> float:
        return len(self.loud) * BLOCK_SECONDS

    def speeches(self) -> list[tuple[float, float]]:
        """(start, end) of what the guide said in one go, in seconds."""
        found: list[tuple[int, int]] = []
        gap = round(SPEECH_GAP_SECONDS / BLOCK_SECONDS)
        at = self.loud.find(1)
        while at >= 0:
            end = self.loud.find(0, at)
            end = len(self.loud) if end < 0 else end
            if found and at - found[-1][1] < gap:
                found[-1] = (found[-1][0], end)
            else:
                found.append((at, end))
            at = self.loud.find(1, end)
        return [(start * BLOCK_SECONDS, end * BLOCK_SECONDS) for start, end in found]
