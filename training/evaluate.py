"""Measures a model directory with the real recogniser (vosk): commands understood, other speech let through.

A command counts as right when the result is exactly that one phrase: nothing before it, nothing after it, and
no `[unk]` but what is short or far quieter than the phrase (export.DECISION).
"""

import argparse
import json
import shutil
import tempfile
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from training.export import DECISION
from training.features import RATE
from training.human import SPLITS, Clip, clips, readings
from training.surroundings import Surroundings, level
from training.trials import Trial, Voice, condition_name, placed, spoken
from voiceguide.ears.graph import DESCRIPTION, UNKNOWN_WORD, compile_graph

TRIALS: dict[str, Any] = tomllib.loads((Path(__file__).parent / "trials.toml").read_text(encoding="utf-8"))
NOISES: tuple[float, ...] = (24, 18, 12, 9, 6)
BLOCK = RATE // 10


def vocabulary(phrases: Iterable[str]) -> dict[str, list[tuple[str, ...]]]:
    return {phrase: [readings(phrase)] for phrase in phrases}


def recognise(model: Any, grammar: Sequence[str], samples: np.ndarray) -> tuple[list[str], float]:
    """What is heard in one turn by the rules of DECISION, and the least confidence among it.

    A new recogniser for each turn: an old one keeps its past.
    """
    import vosk

    recogniser = vosk.KaldiRecognizer(model, RATE, json.dumps(list(grammar), ensure_ascii=False))
    recogniser.SetWords(True)
    words: list[dict[str, Any]] = []
    for start in range(0, len(samples), BLOCK):
        if recogniser.AcceptWaveform(samples[start : start + BLOCK].tobytes()):
            words += json.loads(recogniser.Result()).get("result", [])
    words += json.loads(recogniser.FinalResult()).get("result", [])
    phrases = [w for w in words if w["word"] != UNKNOWN_WORD]
    loud = max((_decibels(samples, w) for w in phrases), default=-np.inf) - DECISION["unknown_quieter_db"]
    kept = [
        w
        for w in words
        if w["word"] != UNKNOWN_WORD
        or not phrases
        or (w["end"] - w["start"] > DECISION["ignored_unknown_seconds"] and _decibels(samples, w) > loud)
    ]
    return [w["word"] for w in kept], min((w["conf"] for w in kept), default=0.0)


def _decibels(samples: np.ndarray, word: dict[str, Any]) -> float:
    stretch = samples[int(word["start"] * RATE) : int(word["end"] * RATE)]
    return 20 * float(np.log10(level(stretch))) if len(stretch) else -np.inf


def measure(model: Any, grammar: Sequence[str], trials: Sequence[Trial]) -> dict[str, Any]:
    """Shares right per condition, shares of other speech that passed for a command, and the commonest mistakes."""
    right: defaultdict[str, list[bool]] = defaultdict(list)
    wrong: defaultdict[str, list[bool]] = defaultdict(list)
    passed: defaultdict[str, list[bool]] = defaultdict(list)
    mistakes: Counter[str] = Counter()
    sure: list[float] = []
    unsure: list[float] = []
    for trial in trials:
        heard, confidence = recognise(model, grammar, trial.samples)
        sure_enough = confidence >= DECISION["least_confidence"]
        one = len(heard) == 1 and heard[0] != UNKNOWN_WORD and sure_enough
        if trial.wanted:
            good = one and heard == [trial.phrase]
            right[trial.condition].append(good)
            wrong[trial.condition].append(one and not good)
            if good:
                sure.append(confidence)
            else:
                mistakes[f"{trial.phrase} > {' '.join(heard)}"] += 1
        else:
            passed[trial.condition].append(one)
        if one and (not trial.wanted or heard != [trial.phrase]):
            unsure.append(confidence)
            if not trial.wanted:
                mistakes[f"({trial.phrase}) > {heard[0]}"] += 1
    return {
        "right": {c: round(100 * float(np.mean(v)), 1) for c, v in right.items()},
        "trials": {c: len(v) for c, v in {**right, **{f"other {k}": v for k, v in passed.items()}}.items()},
        "wrong": {c: round(100 * float(np.mean(v)), 1) for c, v in wrong.items()},
        "passed": {c: round(100 * float(np.mean(v)), 1) for c, v in passed.items()},
        "confidence right 1 5 10 25 %": np.percentile(sure, [1, 5, 10, 25]).round(2).tolist() if sure else [],
        "confidence wrong 50 75 90 %": np.percentile(unsure, [50, 75, 90]).round(2).tolist()
        if unsure
        else [],
        "mistakes": dict(mistakes.most_common(25)),
    }


def surroundings_for(speech: Path, everyone: Sequence[Clip]) -> tuple[Surroundings, Surroundings]:
    """(recorded noises, babble of the part's own voices), both with the room kept for measuring."""
    around = Surroundings.recorded(speech, testing=True)
    crowd = Surroundings({}, around.rooms)
    crowd.add_babble(
        [c.samples for c in everyone if c.kind != "syllable"], np.random.default_rng(5), count=12
    )
    return around, crowd


def recorded(
    found: Sequence[Clip],
    wanted: bool,
    surroundings: Surroundings,
    most: int,
    conditions: Sequence[float | None],
) -> list[Trial]:
    """Clips as they were recorded."""
    rng = np.random.default_rng(9)
    chosen = [found[i] for i in rng.permutation(len(found))[:most]]
    trials = []
    for clip in chosen:
        for snr in conditions:
            samples = placed(clip.samples.astype(np.float32) / level(clip.samples), snr, surroundings, rng)
            trials.append(Trial(samples, clip.text, wanted, clip.speaker, condition_name(snr, surroundings)))
    return trials


@dataclass(frozen=True)
class Material:
    """What one measurement needs: phrases listed, trials with commands and other speech, whole recordings."""

    listed: list[str]
    trials: list[Trial]
    recordings: list[Trial]


def joined(speech: Path, part: str, quick: bool) -> Material:
    """Commands joined from the syllables of the part's voices, chatter of the same making, students' words."""
    everyone = list(clips(speech, part))
    voices = [
        Voice([c for c in everyone if c.speaker == s])
        for s in SPLITS["human"][part]
        if any(c.speaker == s and c.kind == "syllable" for c in everyone)
    ]
    around, crowd = surroundings_for(speech, everyone)
    conditions: list[float | None] = [None, 12] if quick else [None, *NOISES]
    takes, most = (1, 60) if quick else (2, 240)
    commands = dict.fromkeys(TRIALS["commands"], True)
    chatter = dict.fromkeys(TRIALS["other_speech"], False)
    students = [c for c in everyone if c.kind == "word"]
    return Material(
        [*TRIALS["commands"], *TRIALS["also_listed"]],
        [
            *spoken(voices, commands, conditions, around, takes, 1),
            *spoken(voices, commands, conditions[1:], crowd, takes, 1),
            *spoken(voices, chatter, [None, 12], around, 1, 2),
            *recorded(students, False, around, most, [None]),
        ],
        recorded(students, True, around, most, [None, 12]),
    )


def whole(speech: Path, speaker: str) -> Material:
    """A control: command words recorded whole by a voice that the model measured was trained without."""
    others = set(SPLITS["human"]["test"] + SPLITS["human"]["dev"])
    everyone = [c for c in clips(speech, "train") if c.speaker == speaker and c.speaker not in others]
    around, _ = surroundings_for(speech, list(clips(speech, "dev")))
    wanted = [c for c in everyone if c.text in TRIALS["recorded_words"]]
    other = [c for c in everyone if c.text not in TRIALS["recorded_words"] and len(c.syllables) <= 4]
    conditions: list[float | None] = [None, *NOISES]
    listed = [*dict.fromkeys([*TRIALS["commands"], *TRIALS["also_listed"], *TRIALS["recorded_words"]])]
    trials = recorded(wanted, True, around, 1000, conditions) + recorded(
        other, False, around, 300, [None, 12]
    )
    return Material(listed, trials, [])


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--speech", type=Path, default=Path("../shared/speech"))
    parser.add_argument("--part", choices=("dev", "test"), default="dev")
    parser.add_argument(
        "--speaker", help="whole words of this voice instead; the model must not have learnt it"
    )
    parser.add_argument("--quick", action="store_true", help="fewer trials")
    parser.add_argument("--costs", default="{}", help="JSON: costs to try instead of the model's own")
    options = parser.parse_args(arguments)
    import vosk

    vosk.SetLogLevel(-1)
    if options.speaker:
        material = whole(options.speech, options.speaker)
    else:
        material = joined(options.speech, options.part, options.quick)
    texts = sorted({trial.phrase for trial in material.recordings})
    with tempfile.TemporaryDirectory() as folder:
        source = with_costs(options.model, json.loads(options.costs), Path(folder) / "base")
        compile_graph(source, vocabulary([*material.listed, *texts]), Path(folder) / "model")
        model = vosk.Model(str(Path(folder) / "model"))
        commands = [trial for trial in material.trials if trial.wanted]
        report = {
            "closed": measure(model, material.listed, commands),
            "with [unk]": measure(model, [*material.listed, UNKNOWN_WORD], material.trials),
        }
        if texts:
            listed = [*material.listed, *texts]
            report["students' words, recorded whole, closed"] = measure(model, listed, material.recordings)
    print(json.dumps(report, ensure_ascii=False, indent=1))


def with_costs(model: Path, costs: dict[str, float], target: Path) -> Path:
    """A copy of the model with some of its graph's costs changed."""
    shutil.copytree(model, target)
    description = json.loads((target / DESCRIPTION).read_text(encoding="utf-8"))
    description["costs"].update(costs)
    (target / DESCRIPTION).write_text(json.dumps(description, ensure_ascii=False), encoding="utf-8")
    return target


if __name__ == "__main__":
    main()
