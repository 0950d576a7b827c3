"""The microphone's ears, half-duplex: deaf while the guide speaks and a little longer, then one turn at
a time.

    block -> deaf? -> is it speech? -> recogniser (from 1 s before the speech) -> has she finished? ->
    Transcript
                                                                    nothing said ------------------> NoInput

Full duplex will replace the first question by echo cancelling; the rest stays.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np

from voiceguide.ears.speech import SpeechDetector
from voiceguide.endpointer import Endpointer, Patience, Verdict
from voiceguide.events import (
    BLOCK_SECONDS,
    Belief,
    Block,
    CompletePhrase,
    Hearing,
    NoInput,
    Phrase,
    Samples,
    Transcript,
)

HOLD_OFF_SECONDS = 0.6
"""Deaf for so long after the guide has spoken: the room still rings, and a loudspeaker lags up to 0.4 s behind
the program.
"""

PRE_ROLL_SECONDS = 1.0
"""The recogniser hears so much of the time before speech was detected; detection takes up to 0.6 s of a
short 好.
"""

_CATCH_UP_BLOCKS = 5
# While the pre-roll is worked off, so many blocks are recognised per block heard: no stall in the
# session's loop.

_PARTIAL_BLOCKS = 5
# The recogniser advances in steps of about 0.1 s; asking it more often tells nothing new.


class Turn(Protocol):
    """One utterance being recognised."""

    def accept(self, samples: Samples) -> None:
        """The next samples, any number."""

    def partial(self) -> str:
        """What has been heard up to now, without spaces; "" where nothing expected."""

    def result(self) -> Belief:
        """What is made of it once all has been accepted."""


class Recognises(Protocol):
    """What the listener needs of a recogniser."""

    def prepare(self, phrases: Sequence[Phrase]) -> None:
        """All phrases of the session."""

    def turn(self, phrases: Sequence[Phrase]) -> Turn:
        """A new utterance, which may be one of these phrases."""


class MicrophoneEars:
    """The Ears port over a recogniser and a speech detector."""

    def __init__(
        self,
        recogniser: Recognises,
        detector: SpeechDetector | None = None,
        patience: Patience | None = None,
        hold_off_seconds: float = HOLD_OFF_SECONDS,
    ) -> None:
        self._recogniser = recogniser
        self._detector = detector or SpeechDetector()
        self._patience = patience
        self._hold_off_seconds = hold_off_seconds
        self._now_seconds = 0.0
        self._deaf_seconds = 0.0
        self._pre_roll: deque[Block] = deque(maxlen=round(PRE_ROLL_SECONDS / BLOCK_SECONDS))
        self._phrases: Sequence[Phrase] = ()
        self._complete: CompletePhrase = _never
        self._endpointer: Endpointer | None = None
        self._utterance: _Utterance | None = None

    def prepare(self, phrases: Sequence[Phrase]) -> None:
        self._recogniser.prepare(phrases)

    def listen(self, phrases: Sequence[Phrase], no_input_seconds: float, complete: CompletePhrase) -> None:
        self._phrases = tuple(phrases)
        self._complete = complete
        self._endpointer = Endpointer(no_input_seconds, self._patience)
        self._forget()

    def hear(self, block: Block, played: Block, speaking: bool) -> Hearing | None:
        self._now_seconds += BLOCK_SECONDS
        if self._is_deaf(speaking) or self._endpointer is None:
            return None
        self._pre_roll.append(block)
        is_speech = self._detector.feed(block)
        if self._utterance is not None:
            self._utterance.add(block)
        elif is_speech:
            turn = self._recogniser.turn(self._phrases)
            self._utterance = _Utterance(turn, self._pre_roll, self._now_seconds - BLOCK_SECONDS)
        complete = self._utterance is not None and self._complete(self._utterance.partial())
        verdict = self._endpointer.process(BLOCK_SECONDS, is_speech, complete)
        if verdict is Verdict.WAITING and not self._endpointer.stirring:
            self._utterance = None  # it was a click
        return self._report(verdict)

    def _is_deaf(self, speaking: bool) -> bool:
        if speaking:
            self._deaf_seconds = self._hold_off_seconds
            if self._pre_roll or self._utterance is not None:
                self._forget()
            return True
        if self._deaf_seconds > BLOCK_SECONDS / 2:
            self._deaf_seconds -= BLOCK_SECONDS
            return True
        return False

    def _report(self, verdict: Verdict) -> Hearing | None:
        assert self._endpointer is not None
        if verdict is Verdict.NO_INPUT:
            waited_seconds = self._endpointer.waited_seconds
            self._endpointer = None
            return NoInput(waited_seconds)
        if verdict in (Verdict.FINISHED, Verdict.TOO_LONG) and self._utterance is not None:
            transcript = self._utterance.transcript(self._now_seconds - self._endpointer.silence_seconds)
            if verdict is Verdict.TOO_LONG and not transcript.text:
                # A television, or a talk with somebody else: to say 没听清 would be to talk into it.
                self._forget()
                return None
            speech_dbfs, noise_dbfs = self._detector.speech_dbfs, self._detector.noise_dbfs
            transcript = replace(transcript, speech_dbfs=speech_dbfs, noise_dbfs=noise_dbfs)
            self._endpointer = None
            self._forget()
            return transcript
        return None

    def _forget(self) -> None:
        """What has been heard up to now belongs to nobody's reply."""
        self._pre_roll.clear()
        self._utterance = None
        self._detector.reset()
        if self._endpointer is not None:
            self._endpointer.restart()


class _Utterance:
    """Her words on the way through the recogniser, which may lag behind by the pre-roll."""

    def __init__(self, turn: Turn, pre_roll: Sequence[Block], start_seconds: float) -> None:
        self._turn = turn
        self._waiting = deque(pre_roll)
        self._start_seconds = start_seconds
        self._compute_seconds = 0.0
        self._partial = ""
        self._blocks_since_partial = 0

    def add(self, block: Block) -> None:
        self._waiting.append(block)
        self._recognise(_CATCH_UP_BLOCKS)

    def partial(self) -> str:
        if self._blocks_since_partial >= _PARTIAL_BLOCKS:
            began = time.thread_time()
            self._partial = self._turn.partial()
            self._compute_seconds += time.thread_time() - began
            self._blocks_since_partial = 0
        return self._partial

    def transcript(self, end_seconds: float) -> Transcript:
        self._recognise(len(self._waiting))
        began = time.thread_time()
        belief = self._turn.result()
        self._compute_seconds += time.thread_time() - began
        return Transcript(
            belief.text, belief.confidence, self._start_seconds, end_seconds, self._compute_seconds, belief.guess
        )

    def _recognise(self, at_most_blocks: int) -> None:
        count = min(at_most_blocks, len(self._waiting))
        if count:
            began = time.thread_time()
            self._turn.accept(np.concatenate([self._waiting.popleft() for _ in range(count)]))
            self._compute_seconds += time.thread_time() - began
            self._blocks_since_partial += count


def _never(partial: str) -> bool:
    return False
