"""Learns the points of fraud.toml: `python -m training.fraud_points` prints the section to be put there.

Logistic regression on which classes an utterance speaks of and who does what in it: a handful of numbers that can be
read, from the lines that the tests know. What the rules already hear is learnt as well, so that points alone suffice.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from voiceguide import paths
from voiceguide.language.phonetics import Readings
from voiceguide.library import Library
from voiceguide.understanding.fraud import FraudWords
from voiceguide.understanding.topics import TopicWords

TESTS = Path(__file__).parent.parent / "tests"
CAUTION = 0.9
"""So much more than an even chance, as a natural logarithm."""
RIDGE = 1.0
LEAST_POINTS = 0.25
"""Fewer are noise."""
ROUNDS, STEP = 3000, 0.01
UNLESS = '["heard_of", "trusted", "advice", "refuse"]'
"""She speaks of swindlers in general: points add up then, and mean nothing."""


def lines() -> Iterator[tuple[str, bool]]:
    """(what she says, is it fraud?)."""
    for name, fraud in (("swindled", True), ("told", True), ("innocent", False), ("daily", False)):
        yield from ((line, fraud) for line in _rows(TESTS / "red_team" / f"{name}.txt"))
    for path in sorted((TESTS / "understanding" / "zh-CN").glob("*.tsv")):
        for row in _rows(path):
            columns = row.split("\t")
            if len(columns) > 2 and columns[0] != "expecting":
                yield columns[1], columns[2] == "fraud"
    yield from ((text, False) for text in TopicWords.load(paths.prompts()).alike.unanswered)
    for question in Library.open(paths.prompts()).guide("12333").questions:
        yield from ((text, False) for text in question.told)


def _rows(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def learned() -> tuple[float, dict[str, float], dict[str, dict[str, float]]]:
    """(least, points of classes, doer -> points of deeds)."""
    sense = FraudWords.load(paths.prompts()).sense(Readings.load(paths.prompts()).phrase)
    place: dict[tuple[str, ...], int] = {}
    signs, frauds = [], []
    for text, fraud in lines():
        mentions, _ = sense.concepts.mentions(text)
        found = {(mention.name,) for mention in mentions} | sense.alarms.done(mentions)
        signs.append([place.setdefault(sign, len(place)) for sign in sorted(found)])
        frauds.append(fraud)
    table, target = np.zeros((len(signs), len(place))), np.array(frauds, float)
    for row, columns in enumerate(signs):
        table[row, columns] = 1
    weights, offset = np.zeros(len(place)), -3.0
    for _ in range(ROUNDS):
        error = 1 / (1 + np.exp(-(table @ weights + offset))) - target
        weights -= STEP * (table.T @ error + RIDGE * weights)
        offset -= STEP * float(error.sum())
    points = {
        sign: round(float(weights[at]), 1) for sign, at in place.items() if abs(weights[at]) >= LEAST_POINTS
    }
    done: dict[str, dict[str, float]] = {}
    for sign, value in points.items():
        if len(sign) == 2:
            done.setdefault(sign[0], {})[sign[1]] = value
    return CAUTION - offset, {sign[0]: value for sign, value in points.items() if len(sign) == 1}, done


def section() -> str:
    """As fraud.toml has it."""
    least, spoken, done = learned()
    parts = [f"[points]\nleast = {least:.1f}\nunless = {UNLESS}\n", "[points.spoken]\n" + _sorted(spoken)]
    parts += [f"[points.done.{doer}]\n" + _sorted(done[doer]) for doer in sorted(done)]
    return "\n".join(parts)


def _sorted(points: dict[str, float]) -> str:
    most_first = sorted(points.items(), key=lambda each: (-each[1], each[0]))
    return "".join(f"{name} = {value}\n" for name, value in most_first)


if __name__ == "__main__":
    sys.stdout.write(section())
