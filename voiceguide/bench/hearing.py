"""The program's ears in a process of their own: samples in, what was understood out.

Imports nothing the guide itself does not need, so that what it costs can be measured here.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from pathlib import Path

import numpy as np

from voiceguide import paths
from voiceguide.bench.workers import leave_ending_to_parent
from voiceguide.ears import EarsError
from voiceguide.ears.files import recognise_file
from voiceguide.ears.listener import MicrophoneEars
from voiceguide.ears.recogniser import Recogniser
from voiceguide.events import (
    BLOCK_SAMPLES,
    SAMPLE_RATE,
    CompletePhrase,
    Heard,
    Listen,
    Phrase,
    Samples,
    Transcript,
    Unsure,
)
from voiceguide.library import Library
from voiceguide.understanding.intents import Understanding


@dataclass(frozen=True)
class Setup:
    """What the ears need; goes to every process."""

    model: Path
    cache: Path
    guide: str
    listening: Mapping[str, Listen]
    """Place -> what is listened for there."""


@dataclass(frozen=True)
class Reply:
    """One utterance the ears made out."""

    text: str
    confidence: float
    intent: str
    """"" where nothing was understood."""
    asked: str = ""
    """The intent the guide would ask about (您是说…吗), "" where it would not."""
    start_seconds: float = 0.0
    end_seconds: float = 0.0


NOTHING = Reply("", 0.0, "")


@dataclass(frozen=True)
class Failure:
    """An EarsError on its way home: exceptions with three arguments do not travel."""

    code: str
    message: str
    remedy: str


class Listener:
    """A recogniser that was told everything that may be expected anywhere, as at the start of a session."""

    def __init__(self, setup: Setup) -> None:
        """Raises EarsError, ContentError."""
        guide = Library.open(paths.prompts()).guide(setup.guide)
        self._understanding = Understanding.load(paths.prompts(), guide)
        self._listening = setup.listening
        self._recogniser = Recogniser(setup.model, setup.cache)
        listed = (self._understanding.word_list(each.expecting) for each in setup.listening.values())
        phrases = dict.fromkeys(phrase for word_list in listed for phrase in word_list)
        self._recogniser.prepare(list(phrases))

    def once(self, samples: Samples, place: str) -> Reply:
        """A reply to the guide, as `voiceguide recognise` hears it."""
        phrases, complete = self._expected(place)
        heard = recognise_file(self._recogniser, samples, phrases, complete)
        return self._reply(heard, place) if isinstance(heard, Transcript) else NOTHING

    def on_and_on(self, samples: Samples, place: str) -> list[Reply]:
        """Turn after turn: what was accepted, with its times in `samples`."""
        phrases, complete = self._expected(place)
        ears = MicrophoneEars(self._recogniser)
        ears.listen(phrases, inf, complete)
        silence = np.zeros(BLOCK_SAMPLES, np.int16)
        accepted: list[Reply] = []
        for block in _blocks(samples):
            hearing = ears.hear(block, silence, speaking=False)
            if isinstance(hearing, Transcript):
                reply = self._reply(hearing, place)
                accepted += [reply] if reply.intent else []
            if hearing is not None:
                ears.listen(phrases, inf, complete)
        return accepted

    def _expected(self, place: str) -> tuple[tuple[Phrase, ...], CompletePhrase]:
        listen = self._listening[place]
        phrases = self._understanding.word_list(listen.expecting, listen.question)
        return phrases, self._understanding.complete(listen.expecting)

    def _reply(self, heard: Transcript, place: str) -> Reply:
        event = self._understanding.hear(heard, self._listening[place].expecting)
        intent = event.intent if isinstance(event, Heard) else ""
        asked = event.intent if isinstance(event, Unsure) else ""
        return Reply(heard.text, heard.confidence, intent, asked, heard.start_seconds, heard.end_seconds)


def _blocks(samples: Samples) -> Iterator[Samples]:
    for at in range(0, len(samples) - BLOCK_SAMPLES + 1, BLOCK_SAMPLES):
        yield samples[at : at + BLOCK_SAMPLES]


# ------------------------------------------------------------------------------------------- worker processes

_setup: Setup | None = None
_listener: Listener | None = None


def begin(setup: Setup) -> None:
    """Called first in every worker."""
    global _setup
    leave_ending_to_parent()
    _setup = setup


def answer(samples: Samples, places: Sequence[str], continuous: bool) -> list[list[Reply]] | Failure:
    """For each place what was heard there: one Reply, or in continuous sound all that was accepted."""
    global _listener
    try:
        if _listener is None:
            assert _setup is not None
            _listener = Listener(_setup)
        if continuous:
            return [_listener.on_and_on(samples, place) for place in places]
        return [[_listener.once(samples, place)] for place in places]
    except EarsError as error:
        return Failure(error.code, error.message, error.remedy)


# ------------------------------------------------------------------------------------------------- what it costs


@dataclass(frozen=True)
class Cost:
    """What a listening process costs, measured in one that did nothing else."""

    load_seconds: float
    """Until it could listen: model and vocabulary; wall time."""
    audio_seconds: float
    compute_seconds: float
    """Processor time of everything: speech detection, recogniser, understanding."""
    recogniser_seconds: float
    """Of it, the recogniser's."""
    peak_rss_mb: float | None
    """None where the system does not say."""

    @property
    def rtf(self) -> float | None:
        """Processor time by the time the audio lasts; None where nothing was heard."""
        return self.compute_seconds / self.audio_seconds if self.audio_seconds else None

    @property
    def recogniser_rtf(self) -> float | None:
        return self.recogniser_seconds / self.audio_seconds if self.audio_seconds else None


def cost(setup: Setup, place: str, recordings: Sequence[Samples]) -> Cost | Failure:
    """Hear these; to be called in a new process."""
    try:
        guide = Library.open(paths.prompts()).guide(setup.guide)
        understanding = Understanding.load(paths.prompts(), guide)
        expecting = setup.listening[place].expecting
        phrases = understanding.word_list(expecting)
        began = time.perf_counter()
        recogniser = Recogniser(setup.model, setup.cache)
        recogniser.prepare(phrases)
        load_seconds = time.perf_counter() - began
        complete = understanding.complete(expecting)
        began_compute, recogniser_seconds = time.process_time(), 0.0
        for samples in recordings:
            heard = recognise_file(recogniser, samples, phrases, complete)
            if isinstance(heard, Transcript):
                understanding.understand(heard.text, expecting, heard.confidence)
                recogniser_seconds += heard.compute_seconds
    except EarsError as error:
        return Failure(error.code, error.message, error.remedy)
    audio_seconds = sum(map(len, recordings)) / SAMPLE_RATE
    compute_seconds = time.process_time() - began_compute
    return Cost(load_seconds, audio_seconds, compute_seconds, recogniser_seconds, peak_rss_mb())


def peak_rss_mb() -> float | None:
    """The most memory this process held; None where the system does not say."""
    status = Path("/proc/self/status")
    if status.is_file():  # getrusage would count what the parent held before this process became another
        for line in status.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024**2 if sys.platform == "darwin" else peak / 1024
