"""One take of a volunteer: where the speech is, and whether it is good enough to learn from. Arithmetic on samples.

Speech is what stands out of the quiet around it; clicks are too short to be any. Nothing is asked of a
recogniser, which would only let through what it already understands.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from voiceguide.events import SAMPLE_RATE, Samples
from voiceguide.room.acoustics import FULL_SCALE, speech_dbfs
from voiceguide.room.levels import level

MARGIN_SECONDS = 0.2
"""Kept before and after the speech: a soft beginning (s, f, h) lies under the threshold."""
ABOVE_NOISE_DB = 9.0
"""So far a frame must stand out of the room's noise to be speech."""
BELOW_LOUDEST_DB = 40.0
"""And no further than this below the loudest one: in a silent room every rustle stands out."""
CLICK_SECONDS = 0.06
"""A sound shorter than this is a click or a smack."""
CLOSURE_SECONDS = 0.1
"""Silence no longer than this lies within a sound: p, t, k close the mouth."""
EDGE_SECONDS = 0.03
"""Speech so near the beginning or end of what was heard goes on outside it."""

LEAST_DBFS = -45.0
LEAST_SNR_DB = 10.0
LEAST_SECONDS = 0.12
LEAST_SYLLABLE_SECONDS = 0.07
"""Nobody speaks faster: fourteen syllables a second."""

_FRAME = SAMPLE_RATE // 100
_SILENCE_DBFS = -120.0


class Flaw(Enum):
    """Why a take is asked for again. The values are keys of prompts/<language>/record.toml."""

    NOTHING = "nothing"
    MUTED = "muted"
    CLIPPED = "clipped"
    CUT = "cut"
    SHORT = "short"
    QUIET = "quiet"
    NOISY = "noisy"


@dataclass(frozen=True)
class Take:
    """What was heard, judged."""

    samples: Samples
    """The speech with MARGIN_SECONDS on either side, as far as they were heard."""
    speech_dbfs: float
    noise_dbfs: float
    """What surrounds the speech."""
    flaw: Flaw | None
    """None: keep it."""


def judge(heard: Samples, syllables: int) -> Take:
    """`heard`: (n,) from before the speech until after it. `syllables`: how many she was asked to say."""
    frames_db = _frames_dbfs(heard)
    sounds = _sounds(frames_db)
    if not sounds:
        room_dbfs = float(np.median(frames_db)) if frames_db.size else _SILENCE_DBFS
        flaw = Flaw.NOISY if room_dbfs > LEAST_DBFS else Flaw.QUIET
        return Take(heard, room_dbfs, room_dbfs, flaw)
    first, last = sounds[0][0], sounds[-1][1]
    margin = round(MARGIN_SECONDS * SAMPLE_RATE)
    speech = heard[first * _FRAME : last * _FRAME]
    trimmed = heard[max(0, first * _FRAME - margin) : last * _FRAME + margin]
    loudness, noise = speech_dbfs(speech), _noise_dbfs(frames_db, first, last)
    edge = round(EDGE_SECONDS * SAMPLE_RATE / _FRAME)
    sound_seconds = sum(end - begin for begin, end in sounds) * _FRAME / SAMPLE_RATE
    wrong = {
        Flaw.CLIPPED: level(speech).clipped,
        Flaw.CUT: first < edge or last > frames_db.size - edge,
        Flaw.SHORT: sound_seconds < max(LEAST_SECONDS, LEAST_SYLLABLE_SECONDS * syllables),
        Flaw.QUIET: loudness < LEAST_DBFS,
        Flaw.NOISY: loudness - noise < LEAST_SNR_DB,
    }
    return Take(trimmed, loudness, noise, next((flaw for flaw, is_so in wrong.items() if is_so), None))


def nothing_heard(heard: Samples) -> Flaw:
    """She said nothing, or the microphone is dead: `heard` is the last of what came out of it."""
    return Flaw.MUTED if heard.size and level(heard).muted else Flaw.NOTHING


def _frames_dbfs(samples: Samples) -> NDArray[np.float64]:
    whole = samples[: samples.size // _FRAME * _FRAME].reshape(-1, _FRAME).astype(np.float64)
    rms = np.sqrt(np.mean(whole * whole, axis=1)) if whole.size else np.zeros(0)
    return 20 * np.log10(np.maximum(rms / FULL_SCALE, 10 ** (_SILENCE_DBFS / 20)))


def _sounds(frames_db: NDArray[np.float64]) -> list[tuple[int, int]]:
    """(first frame, behind the last) of every sound that is long enough."""
    if not frames_db.size:
        return []
    quiet_db = float(np.quantile(frames_db, 0.1))
    threshold_db = max(quiet_db + ABOVE_NOISE_DB, float(frames_db.max()) - BELOW_LOUDEST_DB)
    sounds: list[list[int]] = []
    for frame in np.flatnonzero(frames_db > threshold_db).tolist():
        if sounds and frame - sounds[-1][1] <= CLOSURE_SECONDS * SAMPLE_RATE / _FRAME:
            sounds[-1][1] = frame + 1
        else:
            sounds.append([frame, frame + 1])
    least = CLICK_SECONDS * SAMPLE_RATE / _FRAME
    return [(begin, end) for begin, end in sounds if end - begin >= least]


def _noise_dbfs(frames_db: NDArray[np.float64], first: int, last: int) -> float:
    """The middle one of the frames outside the speech and its fading; of the quietest tenth where those are few."""
    fading = round(CLOSURE_SECONDS * SAMPLE_RATE / _FRAME)
    outside = np.concatenate([frames_db[: max(0, first - fading)], frames_db[last + fading :]])
    if outside.size < fading:
        return float(np.quantile(frames_db, 0.1))
    return float(np.median(outside))  # a click is not the room
