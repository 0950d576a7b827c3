"""Speech in which every sound has its place: pieces that can be cut at syllables and joined anew."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from training.phones import PHONES, SILENCE
from training.surroundings import level

PHONE_IDS = {SILENCE: 0, **{phone: i + 1 for i, phone in enumerate(PHONES)}}


@dataclass(frozen=True)
class Labelled:
    """Speech with its sounds. starts: first sample of each segment; phones: ids (0 silence); cuts: samples
    where syllables begin, and the end of the last one. voice: whose speech it is; only pieces of one voice
    are ever joined.
    """

    samples: np.ndarray
    starts: np.ndarray
    phones: np.ndarray
    cuts: np.ndarray
    voice: str

    def part(self, first: int, last: int) -> "Labelled":
        """Syllables first to last (not included)."""
        a, b = int(self.cuts[first]), int(self.cuts[last])
        inside = np.flatnonzero((self.starts >= a) & (self.starts < b))
        return Labelled(
            self.samples[a:b],
            self.starts[inside] - a,
            self.phones[inside],
            self.cuts[first : last + 1] - a,
            self.voice,
        )


def join(pieces: Sequence[Labelled], pauses: Sequence[int], fade: int = 96) -> Labelled:
    """One piece after another with `pauses` samples of silence before each and after the last; ends faded
    against clicks.
    """
    waves, starts, phones, cuts, at = [], [], [], [], 0
    ramp = np.linspace(0, 1, fade, dtype=np.float32)
    for piece, pause in zip(pieces, pauses, strict=False):
        if pause:
            waves.append(np.zeros(pause, np.float32))
            starts.append(np.array([at]))
            phones.append(np.array([0]))
            at += pause
        wave = piece.samples.astype(np.float32)
        wave /= level(wave)
        if len(wave) > 2 * fade:
            wave[:fade] *= ramp
            wave[-fade:] *= ramp[::-1]
        waves.append(wave)
        starts.append(piece.starts + at)
        phones.append(piece.phones)
        cuts.append(piece.cuts + at)
        at += len(wave)
    waves.append(np.zeros(pauses[-1], np.float32))
    starts.append(np.array([at]))
    phones.append(np.array([0]))
    return Labelled(
        np.concatenate(waves),
        np.concatenate(starts),
        np.concatenate(phones),
        np.concatenate(cuts),
        pieces[0].voice,
    )
