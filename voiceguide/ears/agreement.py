"""The same utterance heard several times, as if from smaller and larger mouths: do the hearings agree?

Vocal tract length perturbation, at recognition instead of training: played a little faster or slower her words keep
their sounds, and what only resembled a phrase does not keep resembling it. What is heard, not how surely, was mostly
right already: 92 of 100 commands of a voice that no training had heard, where 71 were believed. `training/README.md`
has the figures.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby

import numpy as np
import soxr

from voiceguide.ears.decision import Weighed
from voiceguide.ears.hypothesis import Roles
from voiceguide.events import SAMPLE_RATE, Samples

SPEEDS = (0.85, 0.92, 1.08)
"""How she is heard besides. 1.17 agreed least with what was said."""

_NOT_HEARD = -5.0
# Log odds that a hearing gives to what it did not hear. At -8 5 of 100 commands at 6 dB are asked about rightly and not
# 9; at -3 other speech is asked about 13 times in a quarter of an hour and not 8.
_CERTAIN = 8.0
# As far as log odds count.


def at_speed(samples: Samples, speed: float) -> Samples:
    """(n,) -> (n / speed,): faster, and as from a smaller mouth."""
    moved = soxr.resample(samples.astype(np.float32), SAMPLE_RATE * speed, SAMPLE_RATE)
    clipped: Samples = np.clip(np.rint(moved), -32_768, 32_767).astype(np.int16)
    return clipped


def agreed(hearings: Sequence[Weighed | None], roles: Roles, allowance: float = 0.0) -> Weighed | None:
    """What most of them hear most surely; as sure as they are in the mean, `allowance` added to the log odds.

    Wordings of the same meaning count together, whatever chatter stands beside them.
    """
    odds: dict[tuple[str, ...], list[float]] = {}
    best: dict[tuple[str, ...], Weighed] = {}
    for weighed in hearings:
        if weighed is None or weighed.amid_speech or weighed.spotted:
            continue
        meaning = _meaning(weighed, roles)
        odds.setdefault(meaning, []).append(_log_odds(weighed.confidence))
        best[meaning] = max(best.get(meaning, weighed), weighed, key=lambda each: each.confidence)
    if not odds:
        return None
    means = {
        meaning: (sum(heard) + _NOT_HEARD * (len(hearings) - len(heard))) / len(hearings)
        for meaning, heard in odds.items()
    }
    meaning = max(means, key=lambda each: means[each])
    return Weighed(best[meaning].words, 1.0 / (1.0 + math.exp(-means[meaning] - allowance)))


def _meaning(weighed: Weighed, roles: Roles) -> tuple[str, ...]:
    said = [word for word in weighed.words if word not in roles.chatter | roles.fillers] or weighed.words
    return tuple(meaning for meaning, _ in groupby(roles.meanings.get(word) or word for word in said))


def _log_odds(confidence: float) -> float:
    if not 0.0 < confidence < 1.0:
        return _CERTAIN if confidence >= 1.0 else -_CERTAIN
    return max(-_CERTAIN, min(_CERTAIN, math.log(confidence / (1.0 - confidence))))
