"""The red team: everything a cheated elder says brings the warning, in every state; nothing innocent does."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from tests.test_session import content
from tests.walk import live, script
from voiceguide.dialogue import dialogue
from voiceguide.dialogue.state import Mode
from voiceguide.events import Heard
from voiceguide.guides.guide import TROUBLE
from voiceguide.language.accents import accent_key
from voiceguide.understanding.answers import OF_PROMPT
from voiceguide.understanding.intents import Understanding
from voiceguide.understanding.wordings import UNIVERSAL

FOLDER = Path(__file__).parent / "red_team"


def lines(name: str) -> list[str]:
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@cache
def states() -> tuple[tuple[str, ...], ...]:
    """What may be expected in the states of the shipped guide, each once, the longest first."""
    play = content()[0]
    alarming = (state for state in live(script(play.guide.id)) if state.mode is not Mode.DRILL)
    expected = (dialogue.expecting(play, state) for state in alarming)
    return tuple(dict.fromkeys(sorted(expected, key=len, reverse=True)))


def differing(understanding: Understanding, utterance: str) -> list[tuple[str, ...]]:
    """Of all states those that may understand it differently: a trouble, and what answers only one prompt, matters
    where its words occur."""
    key = " ".join(accent_key(understanding.readings.toneless(utterance)))
    occurring = {each for each, keys in _elsewhere_unheard(understanding).items() if any(k in key for k in keys)}
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for expecting, always, sometimes in _split():
        found.setdefault((*always, *sorted(sometimes & occurring)), expecting)
    return list(found.values())


@cache
def _split() -> list[tuple[tuple[str, ...], tuple[str, ...], frozenset[str]]]:
    """(all that is expected, what is expected in many states, what only in some)."""
    return [
        (expecting, tuple(e for e in expecting if not _is_local(e)), frozenset(filter(_is_local, expecting)))
        for expecting in states()
    ]


def _is_local(expected: str) -> bool:
    return expected.startswith((OF_PROMPT, TROUBLE))


@cache
def _elsewhere_unheard(understanding: Understanding) -> dict[str, set[str]]:
    """What is expected only in some states -> how its wordings sound."""
    return {
        each: {" ".join(accent_key(phrase.reading)) for phrase in understanding.phrases([each])}
        for each in {each for _, _, sometimes in _split() for each in sometimes}
    }


def warned(understanding: Understanding, utterance: str, expecting: tuple[str, ...]) -> bool:
    heard = understanding.understand(utterance, expecting)
    return isinstance(heard, Heard) and heard.intent == "fraud"


def test_the_lists_are_large_enough() -> None:
    assert len(set(lines("swindled"))) >= 60
    assert len(set(lines("innocent"))) >= 60


@pytest.mark.thorough
@pytest.mark.parametrize(("name", "wanted"), [("swindled", True), ("innocent", False)])
def test_the_warning_comes_in_every_state_or_in_none(name: str, wanted: bool) -> None:
    understanding = content()[1]
    wrong = [
        f"{utterance} [{expecting}]"
        for utterance in lines(name)
        for expecting in (UNIVERSAL, *differing(understanding, utterance))
        if warned(understanding, utterance, expecting) != wanted
    ]
    assert not wrong, f"{len(wrong)}: " + "\n".join(wrong[:40])


@pytest.mark.slow
def test_the_states_left_out_above_are_no_different() -> None:
    """Every state without exception, for a tenth of the lines."""
    understanding = content()[1]
    wrong = [
        f"{utterance} [{expecting}]"
        for name, wanted in (("swindled", True), ("innocent", False))
        for utterance in lines(name)[::10]
        for expecting in states()
        if warned(understanding, utterance, expecting) != wanted
    ]
    assert not wrong, f"{len(wrong)}: " + "\n".join(wrong[:40])
