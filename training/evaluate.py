"""Measures a model directory with the real recogniser (vosk): commands understood, other speech let through.

A command counts as right when the result is exactly that one phrase: nothing before it, nothing after it, no `[unk]`.
"""

import argparse
import json
import tempfile
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from training.features import RATE
from training.human import SPLITS, Clip, clips, readings
from training.surroundings import Surroundings, level
from training.trials import Trial, Voice, placed, spoken
from voiceguide.ears.graph import UNKNOWN_WORD, compile_graph

TRIALS: dict[str, Any] = tomllib.loads((Path(__file__).parent / "trials.toml").read_text(encoding="utf-8"))
NOISES: tuple[float, ...] = (24, 18, 12, 9, 6)
BLOCK = RATE // 10


def vocabulary(phrases: Iterable[str]) -> dict[str, list[tuple[str, ...]]]:
    return {phrase: [readings(phrase)] for phrase in phrases}


def recognise(model: Any, grammar: Sequence[str], samples: np.ndarray) -> tuple[list[str], float]:
    """Words heard in one turn, and the least confidence among them. A new recogniser for each turn: an old one keeps its past."""
    import vosk

    recogniser = vosk.KaldiRecognizer(model, RATE, json.dumps(list(grammar), ensure_ascii=False))
    recogniser.SetWords(True)
    words: list[dict[str, Any]] = []
    for start in range(0, len(samples), BLOCK):
        if recogniser.AcceptWaveform(samples[start : start + BLOCK].tobytes()):
            words += json.loads(recogniser.Result()).get("result", [])
    words += json.loads(recogniser.FinalResult()).get("result", [])
    return [w["word"] for w in words], min((w["conf"] for w in words), default=0.0)


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
        one = len(heard) == 1 and heard[0] != UNKNOWN_WORD
        if trial.wanted:
            good = heard == [trial.phrase]
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


def people(speech: Path, part: str) -> list[Clip]:
    return list(clips(speech, part))


def surroundings_for(speech: Path, everyone: Sequence[Clip]) -> Surroundings:
    found = Surroundings.recorded(speech, testing=True)
    rng = np.random.default_rng(5)
    found.add_babble([c.samples for c in everyone if c.kind != "syllable"], rng, count=6)
    return found


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
    return [
        Trial(placed(c.samples.astype(np.float32) / level(c.samples), snr, surroundings, rng), c.text, wanted, c.speaker,
              "clean" if snr is None else f"{snr:g} dB")
        for c in chosen for snr in conditions
    ]  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--speech", type=Path, default=Path("../shared/speech"))
    parser.add_argument("--part", choices=("dev", "test"), default="dev")
    parser.add_argument("--quick", action="store_true", help="fewer trials")
    parser.add_argument(
        "--costs", default="{}", help="JSON: costs of voiceguide.json to try instead of the model's"
    )
    options = parser.parse_args(arguments)
    import vosk

    vosk.SetLogLevel(-1)
    everyone = people(options.speech, options.part)
    voices = [
        Voice([c for c in everyone if c.speaker == s])
        for s in SPLITS["human"][options.part]
        if not s.startswith("dsp")
    ]
    around = surroundings_for(options.speech, everyone)
    commands, listed = TRIALS["commands"], [*TRIALS["commands"], *TRIALS["also_listed"]]
    conditions: list[float | None] = [None, 12] if options.quick else [None, *NOISES]
    said = list(
        spoken(voices, dict.fromkeys(commands, True), conditions, around, 1 if options.quick else 2, 1)
    )
    chatter = list(spoken(voices, dict.fromkeys(TRIALS["other_speech"], False), conditions[:2], around, 1, 2))
    students = [c for c in everyone if c.kind == "word"]
    chatter += recorded(students, False, around, 60 if options.quick else 240, [None])
    with tempfile.TemporaryDirectory() as folder:
        source = options.model
        if options.costs != "{}":
            source = _with_costs(options.model, json.loads(options.costs), Path(folder) / "base")
        compile_graph(source, vocabulary([*listed, *{c.text for c in students}]), Path(folder) / "model")
        model = vosk.Model(str(Path(folder) / "model"))
        report = {
            "closed": measure(model, listed, said),
            "with [unk]": measure(model, [*listed, UNKNOWN_WORD], said + chatter),
            "students' words, recorded whole, closed": measure(
                model,
                [*listed, *sorted({c.text for c in students})],
                recorded(students, True, around, 60 if options.quick else 240, conditions[:2]),
            ),
        }
    print(json.dumps(report, ensure_ascii=False, indent=1))


def _with_costs(model: Path, costs: dict[str, float], target: Path) -> Path:
    import shutil

    shutil.copytree(model, target)
    description = json.loads((target / "voiceguide.json").read_text(encoding="utf-8"))
    description["costs"].update(costs)
    (target / "voiceguide.json").write_text(json.dumps(description, ensure_ascii=False), encoding="utf-8")
    return target


if __name__ == "__main__":
    main()
