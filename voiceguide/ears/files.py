"""A recording heard by the same ears as a live person: every utterance in it is a turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import inf

import numpy as np

from voiceguide.ears.listener import MicrophoneEars, Recognises
from voiceguide.ears.speech import SpeechDetector
from voiceguide.endpointer import Patience
from voiceguide.events import BLOCK_SAMPLES, SAMPLE_RATE, CompletePhrase, NoInput, Phrase, Samples, Transcript

LEAD_IN_SECONDS = 0.6
"""Quiet before a recording that may begin with its word: speech detection wants to hear the room first."""


def recognise_file(
    recogniser: Recognises,
    samples: Samples,
    phrases: Sequence[Phrase],
    complete: CompletePhrase,
    patience: Patience | None = None,
) -> Transcript | NoInput:
    """The first utterance in which a phrase was recognised; else an utterance that was none; else NoInput.

    `samples`: (n,) int16 at 16 kHz, any level, with or without quiet around the words; n may be 0.
    Times count from its
    first sample. The recogniser must be prepared. Raises EarsError.
    """
    patience = patience or Patience()
    ears = MicrophoneEars(recogniser, SpeechDetector(), patience)
    silence = np.zeros(BLOCK_SAMPLES, np.int16)
    rejected: Transcript | None = None
    compute_seconds = 0.0
    ears.listen(phrases, inf, complete)
    for block in _blocks(samples, patience.hesitant_silence_seconds + 0.5):
        hearing = ears.hear(block, silence, speaking=False)
        if hearing is None:
            continue
        if isinstance(hearing, Transcript):
            compute_seconds += hearing.compute_seconds
            if hearing.text:
                return _shifted(hearing, compute_seconds)
            rejected = rejected or hearing
        ears.listen(phrases, inf, complete)
    return _shifted(rejected, compute_seconds) if rejected else NoInput(len(samples) / SAMPLE_RATE)


def _blocks(samples: Samples, tail_seconds: float) -> list[Samples]:
    """The recording in whole blocks, within a room as quiet as its quietest moments."""
    floor = _quietest_rms(samples)
    rng = np.random.default_rng(0)

    def room(seconds: float) -> Samples:
        return np.rint(rng.normal(0.0, floor, round(seconds * SAMPLE_RATE))).astype(np.int16)

    whole = np.concatenate([room(LEAD_IN_SECONDS), samples, room(tail_seconds)])
    count = len(whole) // BLOCK_SAMPLES
    return list(whole[: count * BLOCK_SAMPLES].reshape(count, BLOCK_SAMPLES))


def _quietest_rms(samples: Samples) -> float:
    count = len(samples) // BLOCK_SAMPLES
    if count == 0:
        return 1.0
    blocks = samples[: count * BLOCK_SAMPLES].reshape(count, BLOCK_SAMPLES).astype(np.float64)
    quietest = float(np.sqrt(np.quantile(np.mean(blocks * blocks, axis=1), 0.02)))
    # A trimmed word has no quiet moment: its softest sound must not become the room.
    loudest = float(np.max(np.abs(blocks)))
    return min(quietest, max(0.5, loudest / 1000), 20.0)


def _shifted(transcript: Transcript, compute_seconds: float) -> Transcript:
    return replace(
        transcript,
        start_seconds=max(0.0, transcript.start_seconds - LEAD_IN_SECONDS),
        end_seconds=max(0.0, transcript.end_seconds - LEAD_IN_SECONDS),
        compute_seconds=compute_seconds,
    )
