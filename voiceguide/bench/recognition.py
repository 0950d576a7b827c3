"""Plan → ears in worker processes → figures."""

from __future__ import annotations

import multiprocessing
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from math import inf
from pathlib import Path
from typing import Any

from voiceguide.bench import COMMANDS, KINDS, NOISE, SPEECH, BenchError, hearing, sentences
from voiceguide.bench.collection import Collection, open_collection
from voiceguide.bench.commands import Meanings, drawn, sorted_clips
from voiceguide.bench.figures import Figures
from voiceguide.bench.hearing import Cost, Failure, Reply, Setup
from voiceguide.bench.joining import voices
from voiceguide.bench.other_speech import NoiseAlone, OtherSpeech, sayings
from voiceguide.bench.plan import ALL, Positives, Stage, Trial, joined, recorded, rng_for
from voiceguide.bench.surroundings import Surroundings
from voiceguide.bench.workers import leave_ending_to_parent
from voiceguide.dialogue.script import Script
from voiceguide.ears import EarsError
from voiceguide.events import Listen
from voiceguide.understanding.digits import DIGITS
from voiceguide.understanding.intents import Understanding

COST_TRIALS = 24


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    commands: int = 150
    recordings: int = 150
    """So many are heard in every condition; the rest clean only."""
    speech_seconds: float = 3_700.0
    noise_seconds: float = 3_600.0
    alternating: bool = True
    """Each command in the room or out of it, not both: twice the commands in the same time."""


FULL = Size()
QUICK = Size(40, 40, 300.0, 180.0)


@dataclass(frozen=True)
class Counts:
    """What the measurement is made of."""

    commands: int = 0
    """Different texts."""
    joined: int = 0
    recorded: int = 0
    """Utterances."""
    other_speech: int = 0
    trials: int = 0
    skipped: tuple[str, ...] = ()
    """Commands no unheard voice has the syllables for."""
    not_commands: tuple[str, ...] = ()
    """Texts of recordings that claim to be commands and that no shipped intent understands."""


@dataclass
class Plan:
    """Everything that will be heard."""

    collection: Collection
    stage: Stage
    positives: Positives
    sources: Mapping[str, Positives | OtherSpeech | NoiseAlone]
    """What is heard, by kind, in this order."""
    counts: Counts
    listening: Mapping[str, Listen] = field(default_factory=dict)

    def trials(self) -> Iterator[Trial]:
        return chain.from_iterable(source.trials() for source in self.sources.values())

    @property
    def notes(self) -> list[str]:
        return [*self.stage.around.notes, *self.stage.notes]


def make_plan(
    data: Path,
    part: str,
    trained: frozenset[str] | None,
    split: Mapping[str, Any],
    understanding: Understanding,
    script: Script,
    intents: tuple[str, ...],
    size: Size,
    seed: int,
    kinds: Sequence[str] = KINDS,
) -> Plan:
    """`kinds`: only these. Raises BenchError(no-data, no-commands)."""
    collection = open_collection(data, part, trained, split)
    meanings = Meanings(understanding, script, intents)
    stage = Stage(collection, Surroundings.of(collection, rng_for(seed, "surroundings")), seed)
    people = voices(collection, understanding.readings)
    commands, other, strange = sorted_clips(collection.clips, meanings, rng_for(seed, "steps"))
    skipped: list[str] = []
    offered = sentences.offered()
    drawn_commands = drawn(meanings, offered, size.commands, rng_for(seed, "commands")) if people else []
    utterances = [
        *joined(drawn_commands, people, skipped),
        *recorded(commands, rng_for(seed, "recordings")),
    ]
    near_misses = [text for text in sentences.near_misses() if not meanings.everywhere(text)]
    texts = [text for text in collection.texts if not meanings.everywhere(text)]
    said = [
        replace(each, rightly=DIGITS) if understanding.tells_digits(each.text) else each
        for each in sayings(other, people, near_misses, texts, size.speech_seconds, seed)
    ]
    if not utterances and not said:
        raise BenchError(
            "no-commands", f"{data} 里没有一段录音能用来测。", "请检查文件名或 index.tsv 里的文字。"
        )
    joins = sum(each.clip is None for each in utterances)
    if len(utterances) - joins > size.recordings:
        stage.notes.append(f"整句录音中 {size.recordings} 句在各种条件下测，其余的只在安静时测。")
    positives = Positives(stage, utterances, joins + size.recordings, size.alternating)
    other_speech, noise = OtherSpeech(stage, said), NoiseAlone(stage, size.noise_seconds)
    every: Mapping[str, Positives | OtherSpeech | NoiseAlone] = {
        COMMANDS: positives, SPEECH: other_speech, NOISE: noise,
    }  # fmt: skip
    sources = {kind: source for kind, source in every.items() if kind in kinds}
    counts = Counts(
        len({each.command.text for each in utterances}), joins, len(utterances) - joins, len(said),
        sum(map(len, sources.values())), tuple(skipped), tuple(sorted({clip.text for clip in strange})),
    )  # fmt: skip
    # As in every listening step: the word for strings of digits is heard by mistake like any other.
    everything = Listen((*dict.fromkeys((*intents, DIGITS)),), inf)
    listening = {ALL: everything, **meanings.listening}
    return Plan(collection, stage, positives, sources, counts, listening)


def measure(
    plan: Plan, model: Path, cache: Path, guide: str, jobs: int, advance: Callable[[], object]
) -> Figures:
    """`advance` is called after each trial. Ended early (KeyboardInterrupt) it gives what it has. Raises EarsError
    where the model cannot be used."""
    setup = Setup(model, cache, guide, plan.listening)
    figures = Figures(model.name)
    _cost(figures, plan, setup)
    context = multiprocessing.get_context("spawn")  # vosk's threads do not survive a fork
    pool = ProcessPoolExecutor(jobs, context, initializer=hearing.begin, initargs=(setup,))
    try:
        for trial, replies in _answers(pool, plan.trials(), 3 * jobs):
            figures.add(trial, replies)
            advance()
    except KeyboardInterrupt:
        figures.ended_early = True
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    return figures


def _answers(
    pool: ProcessPoolExecutor, trials: Iterable[Trial], ahead: int
) -> Iterator[tuple[Trial, list[list[Reply]]]]:
    """In order; only `ahead` trials wait in memory."""
    waiting: deque[tuple[Trial, Future[list[list[Reply]] | Failure]]] = deque()
    for trial in trials:
        continuous = trial.utterance is None
        waiting.append((trial, pool.submit(hearing.answer, trial.samples, trial.places, continuous)))
        if len(waiting) >= ahead:
            first, future = waiting.popleft()
            yield first, _sound(future.result())
    while waiting:
        first, future = waiting.popleft()
        yield first, _sound(future.result())


def _sound(result: Any) -> Any:
    if isinstance(result, Failure):
        raise EarsError(result.code, result.message, result.remedy)
    return result


def _cost(figures: Figures, plan: Plan, setup: Setup) -> None:
    """Twice in new processes: with an empty cache for the first load, then as every day."""
    recordings = [trial.samples for trial in islice(plan.positives.clean(), COST_TRIALS)]
    with tempfile.TemporaryDirectory(prefix="voiceguide-bench-") as folder:
        emptied = replace(setup, cache=Path(folder))
        for heard in ([], recordings):
            context = multiprocessing.get_context("spawn")
            with ProcessPoolExecutor(1, context, initializer=leave_ending_to_parent) as pool:
                cost: Cost = _sound(pool.submit(hearing.cost, emptied, ALL, heard).result())
            if figures.first_load_seconds is None:
                figures.first_load_seconds = cost.load_seconds
    figures.cost = cost
