"""When to believe a result: what the whole program makes of the dev voices, and the numbers fitted to it.

    python -m training.decide collect MODEL OUT.pickle      everything the two recognisers said, nothing decided
    python -m training.decide fit OUT.pickle                the numbers for `export.DECISION`, and what they reach

The commands, rooms and noises are those of `voiceguide bench recognition --part dev`, with another seed.
"""

from __future__ import annotations

import argparse
import multiprocessing
import pickle
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from math import inf
from pathlib import Path

import numpy as np
from tqdm import tqdm

from voiceguide import paths
from voiceguide.bench.collection import splits, trained_on
from voiceguide.bench.plan import ALL, Positives, Trial
from voiceguide.bench.recognition import Size, make_plan
from voiceguide.commands.content import EVERYTHING, open_expecting
from voiceguide.ears.decision import NO_ROLES, Decision, Hypothesis, Roles
from voiceguide.ears.files import recognise_file
from voiceguide.ears.listener import MicrophoneEars
from voiceguide.ears.recogniser import Recogniser
from voiceguide.events import BLOCK_SAMPLES, SAMPLE_RATE, Samples
from voiceguide.intents import Understanding

SEED = 2
COMMANDS, SPEECH_SECONDS, SHARE = 150, 2_400.0, 4
PROCESSES = 2
SPLITS_FILE = Path(__file__).parent / "splits.toml"


@dataclass(frozen=True)
class Pair:
    """What the two recognisers made of one utterance."""

    heard: Hypothesis
    rival: Hypothesis


@dataclass(frozen=True)
class Watched:
    """One trial, one place."""

    kind: str
    """command or speech."""
    condition: str
    place: str
    said: str
    wanted: str
    """The right intent; "" for other speech."""
    pairs: tuple[Pair, ...]
    seconds: float


@dataclass(frozen=True)
class Witness(Decision):
    """Believes nothing, forgets nothing."""

    seen: list[Pair] = field(default_factory=list)

    def decide(
        self, heard: Hypothesis, rival: Hypothesis | None, roles: Roles = NO_ROLES
    ) -> tuple[str, float]:
        assert rival is not None
        self.seen.append(Pair(heard, rival))
        return "", 0.0


_ears: tuple[Recogniser, Witness, Understanding] | None = None


def _begin(model: Path, cache: Path) -> None:
    global _ears
    witness = Witness(against_rival=True)
    content, intents = open_expecting(EVERYTHING)
    recogniser = Recogniser(model, cache, witness)
    recogniser.prepare(content.understanding.word_list(intents))
    _ears = recogniser, witness, content.understanding


def _watch(samples: Samples, expecting: Sequence[str], continuous: bool) -> tuple[Pair, ...]:
    assert _ears is not None
    recogniser, witness, understanding = _ears
    witness.seen.clear()
    phrases, complete = understanding.word_list(expecting), understanding.complete(expecting)
    if not continuous:
        recognise_file(recogniser, samples, phrases, complete)
        return tuple(witness.seen)
    ears = MicrophoneEars(recogniser)
    ears.listen(phrases, inf, complete)
    silence = np.zeros(BLOCK_SAMPLES, np.int16)
    for at in range(0, len(samples) - BLOCK_SAMPLES + 1, BLOCK_SAMPLES):
        if ears.hear(samples[at : at + BLOCK_SAMPLES], silence, speaking=False) is not None:
            ears.listen(phrases, inf, complete)
    return tuple(witness.seen)


def collect(model: Path, speech: Path, out: Path, size: Size, part: str = "dev") -> None:
    """Hear the bench's trials and keep what both recognisers said."""
    content, intents = open_expecting(EVERYTHING)
    plan = make_plan(
        speech, part, trained_on(model), splits(SPLITS_FILE), content.understanding, content.script, intents, size,
        SEED,
    )  # fmt: skip
    trials = [*_some(plan.positives), *plan.other_speech.trials()]
    found: list[Watched] = []
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, context, initializer=_begin, initargs=(model, paths.cache())) as pool:
        waiting = []
        for trial in tqdm(trials, mininterval=20, ascii=True):
            utterance, condition = trial.utterance, trial.condition
            assert condition is not None
            for place in trial.places:
                future = pool.submit(_watch, trial.samples, plan.expecting[place], utterance is None)
                wanted = utterance.command.wanted(place) if utterance else ""
                said = utterance.command.text if utterance else " ".join(span.text for span in trial.spans)
                spoken = sum(span.end - span.start for span in trial.spans) / SAMPLE_RATE
                waiting.append((future, condition.name, place if place == ALL else "step", said, wanted, spoken))
            while len(waiting) > 3 * PROCESSES:
                found.append(_watched(*waiting.pop(0)))
        found += [_watched(*each) for each in waiting]
    out.write_bytes(pickle.dumps((found, plan.expecting[ALL])))


def _some(positives: Positives) -> Iterator[Trial]:
    """Each command in a quarter of the conditions, by turns: more commands in the same time."""
    for number in range(len(positives.utterances)):
        yield from positives.of(number, positives.conditions(number)[number % SHARE :: SHARE])


def _watched(
    future: Future[tuple[Pair, ...]], condition: str, place: str, said: str, wanted: str, spoken: float
) -> Watched:
    return Watched(
        "command" if wanted else "speech", condition, place, said, wanted, future.result(), spoken
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m training.decide", description=__doc__)
    parser.add_argument("what", choices=("collect", "fit"))
    parser.add_argument("--model", type=Path)
    parser.add_argument("--speech", type=Path, default=Path("../shared/speech"))
    parser.add_argument("--seen", type=Path, default=Path("build/training/seen.pickle"))
    parser.add_argument("--commands", type=int, default=COMMANDS)
    parser.add_argument("--speech-seconds", type=float, default=SPEECH_SECONDS)
    options = parser.parse_args(arguments)
    if options.what == "collect":
        size = Size(options.commands, 0, options.speech_seconds, 0.0)
        collect(options.model, options.speech, options.seen, size)


if __name__ == "__main__":
    main()
