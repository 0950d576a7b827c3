"""Whole conversations of simulated elders with the real guide, in worker processes, far faster than real time.

Everything but the person and the room is the program's own: ears, mouth, model, dialogue, session.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing.synchronize import Event as Stop
from pathlib import Path

from voiceguide import paths
from voiceguide.bench import conditions, elders
from voiceguide.bench.collection import open_collection, splits, trained_on
from voiceguide.bench.conditions import Surround
from voiceguide.bench.elders import Elder, Journey
from voiceguide.bench.guest import Guest
from voiceguide.bench.hearing import Failure
from voiceguide.bench.joining import Voice, voices
from voiceguide.bench.mind import Mind
from voiceguide.bench.phrasing import Phrasing
from voiceguide.bench.plan import rng_for
from voiceguide.bench.record import Record
from voiceguide.bench.scoring import Score, score
from voiceguide.bench.voices import AccentedRenderer, ElderVoice
from voiceguide.bench.whereabouts import Map
from voiceguide.bench.workers import leave_ending_to_parent
from voiceguide.dialogue.script import Script
from voiceguide.ears import Ears, EarsError
from voiceguide.ears.keys import EarsAndKeys
from voiceguide.events import SAMPLE_RATE, Prompt
from voiceguide.language.phonetics import Readings
from voiceguide.library import Library
from voiceguide.mouth import Mouth, MouthError
from voiceguide.mouth.cache import PromptCache
from voiceguide.mouth.pace import PACE
from voiceguide.rehearsal.rehearsal import RehearsalKeeper
from voiceguide.room import Room, RoomError
from voiceguide.room.acoustics import Dial
from voiceguide.room.files import RecordingRoom
from voiceguide.room.simulated import Fault, SimulatedRoom
from voiceguide.session.session import Session
from voiceguide.understanding.intents import Understanding
from voiceguide.understanding.wordings import Wordings

MOST_SECONDS = 900.0
"""She leaves after a quarter of an hour, wherever she is."""
SAYS_ALMOST_ALL = 0.98


@dataclass(frozen=True)
class Instruments:
    """What makes the program's ears and mouth; functions of a module, so that they travel to other processes."""

    open_ears: Callable[[Path], Ears]
    """Of a model's folder."""
    open_mouth: Callable[[Readings], Mouth]
    """One that waits until a prompt is rendered, at PACE."""


@dataclass(frozen=True)
class Setup:
    """What every worker needs."""

    model: Path
    cache: Path
    guide: str
    seed: int
    instruments: Instruments
    data: Path
    """Recordings of people, if there are any."""
    split: Path
    """training/splits.toml."""


@dataclass(frozen=True)
class Conversation:
    """One, from the first word to the last."""

    elder: Elder
    surround: Surround
    journey: Journey
    voice: str
    outcome: str
    """done, gave-up, stopped (the guide ended it), too-long."""
    complete: bool
    """She was read the step she wanted to reach, and had done all before it."""
    score: Score
    record: Record


class Stage:
    """One process: a guide, a model, and whatever serves every conversation alike. Raises what opening raises."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        library = Library.open(paths.prompts())
        guide = library.guide(setup.guide)
        self.script = Script(guide, library.common)
        self.understanding = Understanding.load(paths.prompts(), guide)
        self.readings = library.readings
        self.map = Map(guide)
        self.wordings = Wordings.load(paths.prompts())
        self.renderer = AccentedRenderer(self.readings)
        self.people = PromptCache(setup.cache / "people")
        self._prompts = PromptCache(setup.cache / "prompts")
        self.prompt_seconds = lru_cache(maxsize=2048)(self._prompt_seconds)
        self._human: Voice | str | None = "not asked"

    def human(self) -> Voice | None:
        """A recorded voice the model never heard that can say nearly anything; None where there is none."""
        if isinstance(self._human, str):
            self._human = self._find_human()
        return self._human

    def _find_human(self) -> Voice | None:
        setup = self.setup
        if not setup.data.is_dir():
            return None
        collection = open_collection(setup.data, "test", trained_on(setup.model), splits(setup.split))
        texts = [
            text for name in ("next", "repeat", "cannot", "failed") for text in self.wordings.heard[name]
        ]
        for voice in voices(collection, self.readings):
            if sum(map(voice.can_say, texts)) >= SAYS_ALMOST_ALL * len(texts):
                return voice
        return None

    def hold(
        self,
        elder: Elder,
        surround: Surround,
        *,
        journey: Journey | None = None,
        faults: Sequence[Fault] = (),
        most_seconds: float = MOST_SECONDS,
        save: Path | None = None,
        stop: Callable[[], bool] = lambda: False,
    ) -> Conversation:
        """`stop`: asked once a second of audio. Raises EarsError, MouthError; RoomError where the recording cannot
        be written, or a device stays lost."""
        journey = journey or elders.journey(elder, len(self.script.guide.steps))
        voice = ElderVoice(elder, self.renderer, self.people, self.human() if elder.human else None)
        phrasing = Phrasing(
            elder, self.script.guide, self.wordings, rng_for(elder.seed, "words", elder.number), voice.can_say
        )
        mind = Mind(elder, journey, self.map, phrasing, rng_for(elder.seed, "mind", elder.number))
        television = Dial()
        sounds = conditions.acoustics(surround, elder, self.renderer, self.people, television)
        first = self.script.guide.steps[journey.first].id
        with ExitStack() as stack:
            mouth = stack.enter_context(closing(self.setup.instruments.open_mouth(self.readings)))

            def lasts_seconds(prompt: Prompt) -> float | None:
                return self.prompt_seconds(prompt.text, getattr(mouth, "pace", PACE))

            rng = rng_for(elder.seed, "guest", elder.number)
            watches = surround.television_db is not None
            guest = Guest(
                elder, mind, voice, lasts_seconds, rng, most_seconds, stop,
                television=television if watches else None,
            )  # fmt: skip
            guest.record.faults = [fault.at_seconds for fault in faults]
            room: Room = SimulatedRoom(guest, sounds, faults=faults, seed=elder.number, keeps_recording=False)
            if save is not None:
                room = RecordingRoom(room, save, stereo=True)
            stack.enter_context(closing(room))
            ears = EarsAndKeys(
                self.setup.instruments.open_ears(self.setup.model), guest.keys, self.understanding.keys
            )
            keeper = RehearsalKeeper(self.script.guide.id, first if journey.first else None)
            Session(self.script, self.understanding, room, ears, mouth, keeper, guest.note).run()
            guest.end()
        wanted = {step.id for step in self.script.guide.steps[journey.first : journey.last]}
        outcome = mind.outcome or ("stopped" if guest.record.seconds < most_seconds else "too-long")
        complete = outcome == "done" and wanted <= mind.done
        figures = score(guest.record, self.map)
        return Conversation(elder, surround, journey, voice.name, outcome, complete, figures, guest.record)

    def _prompt_seconds(self, text: str, pace: int) -> float | None:
        """How long it lasts when nobody stops it: the mouth has just put it into its cache."""
        samples = self._prompts.load(self.renderer_of_guide.identity(text, pace=pace))
        return None if samples is None else samples.size / SAMPLE_RATE

    @property
    def renderer_of_guide(self) -> AccentedRenderer:
        """Without anybody's accent."""
        self.renderer.habits = ()
        return self.renderer

    def close(self) -> None:
        self.renderer.close()


# ------------------------------------------------------------------------------------------- worker processes

_setup: Setup | None = None
_stage: Stage | None = None
_stop: Stop | None = None


def begin(setup: Setup, stop: Stop) -> None:
    """Called first in every worker."""
    global _setup, _stop
    leave_ending_to_parent()
    _setup, _stop = setup, stop


def hold(number: int, save: Path | None = None) -> Conversation | Failure:
    """The conversation of the elder of that number."""
    global _stage
    assert _setup is not None
    assert _stop is not None
    try:
        if _stage is None:
            _stage = Stage(_setup)
        return _stage.hold(
            elders.draw(_setup.seed, number),
            conditions.draw(_setup.seed, number),
            save=save,
            stop=_stop.is_set,
        )
    except (EarsError, MouthError, RoomError) as error:
        return Failure(error.code, error.message, error.remedy)


def converse(
    setup: Setup, numbers: Sequence[int], jobs: int, save: Path | None = None
) -> Generator[Conversation]:
    """As they end. Closing the iterator ends what is going on. Raises EarsError."""
    context = multiprocessing.get_context("spawn")  # vosk's threads do not survive a fork
    stop = context.Event()
    pool = ProcessPoolExecutor(
        min(jobs, max(1, len(numbers))), context, initializer=begin, initargs=(setup, stop)
    )
    try:
        futures: list[Future[Conversation | Failure]] = [
            pool.submit(hold, number, save) for number in numbers
        ]
        for future in as_completed(futures):
            result = future.result()
            if isinstance(result, Failure):
                raise EarsError(result.code, result.message, result.remedy)
            yield result
    finally:
        stop.set()
        pool.shutdown(wait=True, cancel_futures=True)
