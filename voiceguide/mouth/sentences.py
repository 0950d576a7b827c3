"""Where each sentence begins in the sound of a prompt.

A prompt is rendered and kept whole; between its sentences the voice is silent for longer than at its commas.
Of all the silences those are chosen that lie best with the number of characters before them.
"""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np

from voiceguide.events import SAMPLE_RATE, Samples

_END = re.compile(r"(?<=[。！？；])")
_SPOKEN = re.compile(r"[^\s，、。！？；：…“”《》（）]")
_FRAME = SAMPLE_RATE // 100
_SILENT_RMS = 80.0  # 52 dB below full scale; rendered speech is at -20
_NOISY_RMS = 330.0  # 40 dB below full scale: in a recording that is still the room, and no speech
_OVER_NOISE = 2.0
_PAUSE_FRAMES = 8
_LONGER_FRAMES = 40.0  # so many frames of error a pause twice as long makes up for
_LEAD_FRAMES = 3  # the sentence is begun this much before its first sound


def sentence_starts(text: str, samples: Samples) -> tuple[int, ...]:
    """The sample at which each sentence of `text` begins, the first at 0, in rising order.

    `samples`: (n,), the rendered text. Sentences that no silence parts are one.
    """
    lengths = [len(_SPOKEN.findall(sentence)) for sentence in _END.split(text)]
    lengths = [length for length in lengths if length]
    pauses = _pauses(samples)
    wanted = min(len(lengths) - 1, len(pauses))
    if wanted < 1:
        return (0,)
    spoken_frames = samples.size / _FRAME - sum(length for _, length in pauses)
    expected = np.cumsum(lengths)[:-1] / sum(lengths) * spoken_frames
    return (
        0,
        *(_FRAME * (pauses[place][0] + pauses[place][1] - _LEAD_FRAMES) for place in _best(expected, pauses)),
    )


def _pauses(samples: Samples) -> list[tuple[int, int]]:
    """(first frame, frames) of each silence between two sounds."""
    frames = samples[: samples.size // _FRAME * _FRAME].reshape(-1, _FRAME).astype(np.float64)
    rms = np.sqrt(np.mean(np.square(frames), axis=1))
    quiet_rms = float(np.quantile(rms, 0.05)) if rms.size else 0.0  # a recorded pause is never quite silent
    loud = np.flatnonzero(rms > min(max(_SILENT_RMS, _OVER_NOISE * quiet_rms), _NOISY_RMS))
    return [
        (int(before) + 1, int(after - before) - 1)
        for before, after in pairwise(loud)
        if after - before > _PAUSE_FRAMES
    ]


def _best(expected: np.ndarray[tuple[int], np.dtype[np.float64]], pauses: list[tuple[int, int]]) -> list[int]:
    """Indices of pauses, rising, one for each expected place (the first ones where there are too few): near to
    it in spoken time, and long."""
    silent_before = np.concatenate([[0], np.cumsum([length for _, length in pauses])])[:-1]
    spoken_at = np.array([start for start, _ in pauses]) - silent_before
    lengths = np.array([length for _, length in pauses], np.float64)
    count = min(len(expected), len(pauses))
    # costs[k][j]: the first k+1 places, the last of them at pause j.
    costs = np.full((count, len(pauses)), np.inf)
    came_from = np.zeros((count, len(pauses)), np.int64)
    for k in range(count):
        own = np.abs(spoken_at - expected[k]) - _LONGER_FRAMES * np.log2(lengths / _PAUSE_FRAMES)
        for j in range(k, len(pauses)):
            if k == 0:
                costs[k, j] = own[j]
            else:
                came_from[k, j] = int(np.argmin(costs[k - 1, :j]))
                costs[k, j] = own[j] + costs[k - 1, came_from[k, j]]
    chosen = [int(np.argmin(costs[-1]))]
    for k in range(count - 1, 0, -1):
        chosen.append(int(came_from[k, chosen[-1]]))
    return chosen[::-1]
