"""What a simulated elder does next."""

from __future__ import annotations

from dataclasses import dataclass

from voiceguide.bench.phrasing import Phrased
from voiceguide.bench.whereabouts import Whereabouts

SAY, ASIDE, COUGH, PRESS = "say", "aside", "cough", "press"
"""To the guide; to somebody else; without words; a key."""


@dataclass(frozen=True)
class Act:
    """Something she is going to do."""

    kind: str
    after_seconds: float
    """After the guide has fallen silent."""
    here: Whereabouts
    wish: str = ""
    phrased: Phrased | None = None
    after_long_silence: bool = False
    key: str = ""
    """To be pressed."""
