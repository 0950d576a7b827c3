"""A simulated elder: all that tells her from another, drawn from a seed and written down.

Figures without a source are guesses, chosen wide; those with one are from shared/reference/elders-and-voice.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from voiceguide.bench.plan import rng_for
from voiceguide.language.accents import HABITS

ESPEAK_VOICES = ("f5", "linda", "steph", "anika", "m7", "grandpa", "Andy", "max")
"""Held out of the recogniser's training (training/splits.toml); women first: they are most of those who come."""
WITH_KEYS = 0.6
"""Share of people before a laptop."""
HEEDS = (0.4, 1.0)
DOUBLES = (0.0, 0.2)
GOLDEN = 0.618_033_988_749_895


@dataclass(frozen=True)
class Elder:
    """One person."""

    number: int
    seed: int
    voice: str
    """An espeak variant."""
    human: bool
    """Speaks with a recorded voice where there is one; else with `voice`."""
    pitch: float
    """Her voice against the recorded or made one."""
    pace: int
    """Characters a minute. 250 is a newsreader's today, 185 one's of the sixties; elders speak slower to a machine
    than to people (Wang, Yang, Xu 2023)."""
    level_dbfs: float
    """At the microphone; half a metre from a laptop −23."""
    accent: tuple[str, ...]
    """Names of accents.HABITS."""
    reaction_seconds: float
    """From the end of a prompt to her first sound: elders need 2–3 s to form an answer."""
    hesitates: float
    """Share of her phrases with a pause inside or before them."""
    hesitation_seconds: float
    """How long such a pause lasts, about; common assistants cut people off after 0.5–1 s."""
    fillers: float
    """Share of her phrases with 那个, 就是, 嗯."""
    chattiness: float
    """Share of her phrases wrapped in politeness; 12 of 41 people are "social" (Wolters 2009)."""
    mishears: float
    """Share of prompts she asks to have repeated."""
    interrupts: float
    """Share of prompts into which she speaks ("they just start talking", Raza)."""
    patience_seconds: float
    """She says it again when nothing has happened for so long; more than 5 s of waiting is felt as too long."""
    tries: int
    """So many fruitless tries, one after the other, and she leaves."""
    memory: float
    """Share of answers in the very words the prompt asked for; else in her own (mhealth 2021: trouble building a
    structured command)."""
    complains: float
    """Share of the guide's errors she voices: about 80 % (Mahmood 2026)."""
    action_seconds: float
    """What a step takes her on the phone, about."""
    goes_silent: float
    """Share of steps that take her two minutes without a word."""
    cannot: float
    """Share of steps at which she says 我不会."""
    fails: float
    """Share of steps that can fail, and do."""
    troubles: float
    """Share of steps with something unexpected on the phone."""
    asks: float
    """Share of steps with a wish about the guide: louder, slower, which step, help, wait."""
    cheated: float
    """Share of steps at which she tells of a suspicious call."""
    coughs: float
    asides: float
    """Share of steps with a cough, and with a word to somebody else in the room."""
    heeds: float = 0.0
    """Share of what she is asked to do about the room that she does: to turn the television down, to come nearer.
    Not all can, and not all have understood."""
    doubles: float = 0.0
    """Share of her short answers that she says twice in one breath: 下一步下一步."""
    reaches_keys: bool = False
    """A keyboard is before her, as a laptop's is and a Raspberry Pi's is not: she presses a number when she has said
    it in vain."""


@dataclass(frozen=True)
class Journey:
    """The stretch of the guide she does today."""

    first: int
    """Number of the step at which she begins, from 0."""
    last: int
    """Number of the step that ends her day, when it is read to her; the number of steps: to the end; more: at the
    last step she begins again from the first."""


def draw(seed: int, number: int) -> Elder:
    """The elder of that number. The same two numbers give the same person, however many others there are."""
    rng = rng_for(seed, "elder", number)
    social = rng.random() < 12 / 41

    def about(median: float, spread: float, low: float, high: float) -> float:
        return round(float(np.clip(median * np.exp(rng.normal(0, spread)), low, high)), 2)

    def share(low: float, high: float) -> float:
        return round(float(rng.uniform(low, high)), 3)

    habits = int(rng.choice([0, 1, 2, 4], p=[0.3, 0.3, 0.25, 0.15]))
    return Elder(
        number=number,
        seed=seed,
        voice=ESPEAK_VOICES[number % len(ESPEAK_VOICES)],
        human=number % 4 == 3,
        pitch=about(1.0, 0.05, 0.9, 1.1),
        pace=round(about(155, 0.16, 105, 205)),
        level_dbfs=round(float(np.clip(rng.normal(-23, 3.5), -33, -15)), 1),
        accent=_accent(rng.choice(sorted(HABITS), habits, replace=False).tolist()),
        reaction_seconds=about(1.8, 0.4, 0.5, 4.5),
        hesitates=share(0.0, 0.4),
        hesitation_seconds=about(0.6, 0.35, 0.25, 1.3),
        fillers=share(0.0, 0.35),
        chattiness=share(0.4, 0.9) if social else share(0.0, 0.2),
        mishears=share(0.0, 0.15),
        interrupts=float(np.clip(round(rng.exponential(0.15), 3), 0.0, 0.6)),
        patience_seconds=about(7.0, 0.3, 4.0, 15.0),
        tries=int(rng.integers(6, 13)),
        memory=share(0.4, 1.0),
        complains=share(0.6, 1.0),
        action_seconds=about(9.0, 0.5, 3.0, 35.0),
        goes_silent=share(0.0, 0.08),
        cannot=share(0.0, 0.2),
        fails=share(0.0, 0.35),
        troubles=share(0.0, 0.25),
        asks=share(0.0, 0.25),
        cheated=share(0.0, 0.08),
        coughs=share(0.0, 0.2),
        asides=share(0.0, 0.15),
        heeds=round(float(rng_for(seed, "heeds", number).uniform(*HEEDS)), 3),
        doubles=round(float(rng_for(seed, "doubles", number).uniform(*DOUBLES)), 3),
        reaches_keys=bool(rng_for(seed, "keys", number).random() < WITH_KEYS),
    )


def _accent(drawn: list[str]) -> tuple[str, ...]:
    """Nobody turns n into l and l into n."""
    kept: list[str] = []
    for name in drawn:
        if HABITS[name][::-1] not in (HABITS[other] for other in kept):
            kept.append(name)
    return tuple(sorted(kept))


def journey(elder: Elder, steps: int) -> Journey:
    """Beginnings are spread evenly over the guide, however many people there are: all of it is walked."""
    first = int((elder.number * GOLDEN) % 1.0 * steps)
    stretch = int(rng_for(elder.seed, "journey", elder.number).integers(3, 6))
    return Journey(first, min(first + stretch, steps))
