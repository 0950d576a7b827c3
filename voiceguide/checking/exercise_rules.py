"""Are the movements good to hear, and does all she is asked to say there mean something?"""

from __future__ import annotations

from collections.abc import Iterator

from voiceguide.content import Finding
from voiceguide.events import Prompt
from voiceguide.guides.exercise import PRACTISING, Exercise
from voiceguide.guides.exercise_library import FILE
from voiceguide.language.phonetics import Readings
from voiceguide.language.sandhi import Syllable
from voiceguide.understanding.wordings import EXERCISE, UNIVERSAL

EXPECTING = (*UNIVERSAL, *EXERCISE, PRACTISING)
"""What she may say while she practises."""

BEAT_SYLLABLES = 8
"""A beat is a call, not a sentence: she moves with it."""


def prompts(exercise: Exercise) -> Iterator[tuple[str, Prompt]]:
    """(key in the file, prompt) of everything that is said."""
    for variants in exercise.frame.values():
        yield from ((each.id.removeprefix("exercise/"), each) for each in variants)
    for movement in exercise.movements:
        for each in (*movement.say, *movement.rhythm, *movement.beware):
            yield each.id.removeprefix("exercise/"), each


def check(exercise: Exercise, readings: Readings) -> Iterator[Finding]:
    """Beats too long to move by. What holds for every prompt is checked by the linter, as for all others."""
    for movement in exercise.movements:
        for beat in movement.rhythm:
            syllables = sum(isinstance(each, Syllable) for each in readings.read(beat.text))
            if syllables > BEAT_SYLLABLES:
                key = beat.id.removeprefix("exercise/")
                message = f"这一拍有{syllables}个字，她跟不上。"
                yield Finding(FILE, f"{key}.say", "long-beat", message, f"请缩短到{BEAT_SYLLABLES}个字以内。")
