"""Reads prompts/<language>/ into values. Refuses bad content with file, key and remedy, all errors at once.

The shape of the files is told in prompts/README.md. Whether it is good to hear is linter.py's matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from voiceguide.events import Prompt
from voiceguide.guides import drill_library, exercise_library, guide_library
from voiceguide.guides.drills import Drills
from voiceguide.guides.exercise import Exercise
from voiceguide.guides.guide import Guide
from voiceguide.guides.shelf import Shelf
from voiceguide.guides.shelving import stock
from voiceguide.language.phonetics import Readings, ReadingsError
from voiceguide.tables import Source
from voiceguide.texts import spoken_texts
from voiceguide.understanding import dates_file
from voiceguide.understanding.wordings import PRIVACY, SHELF, UNIVERSAL

COMMON_VARIANTS = {
    **dict.fromkeys(
        ("no-input", "no-input-asked", "no-match", "no-match-sentence", "help", "answer-yes-no", "sorry", "pardon"), 3
    ),
    **dict.fromkeys(
        ("no-input-last", "clarify", "choose", "again", "back", "choose-yes-no", "paused-unheard"), 2
    ),
    **dict.fromkeys(("disturbed-voices", "disturbed-noise", "drowned"), 2),
    **dict.fromkeys(("paused", "resumed", "after-fraud", "slower", "faster", "louder", "softer"), 1),
    **dict.fromkeys(("slowest", "fastest", "loudest", "softest", "first-step", "ask-done", "not-done"), 1),
    **dict.fromkeys(("ask-restart", "ask-stop", "restarted", "stopped", "carry-on", "no-detail"), 1),
    **dict.fromkeys(("cannot-more", "failed-here", "retry", "resume-yes", "mic-back"), 1),
    **dict.fromkeys(("trouble-sound", "trouble-keeping", "where", "resume", "woken", "confirm"), 1),
    **{"unknown-question": 3, "confirm-question": 1, "shortly": 1, "shortly-heard": 1},
    **{
        "which-welcome": 1,
        "which": 3,
        "which-1": 3,
        "which-2": 3,
        "which-3": 3,
        "which-others": 1,
        "which-chosen": 1,
    },
    **{"ask-change": 2, "changed": 1},
    **dict.fromkeys(("when", "when-month", "when-day", "when-sure", "when-missed"), 2),
    **dict.fromkeys(("when-known", "when-a-year", "when-finished", "when-unknown", "when-lunar"), 1),
    **dict.fromkeys(
        ("when-past", "when-no-such-day", "when-too-far", "when-vague", "when-far", "when-in-parts"), 1
    ),
    **dict.fromkeys(
        ("when-kept", "when-skipped", "when-given-up", "due-soon", "due-today", "due-over", "due-done"), 1
    ),
    **dict.fromkeys(
        ("day-this-year", "day-next-year", "day-after-next-year", "day-in-full", "day-and-month"), 1
    ),
    **dict.fromkeys(("who", "who-one", "who-name", "who-hello", "who-not-you", "who-guest", "forgotten"), 1),
    "who-again": 2,
    "digits": 3,
    **{"no-words": 1, "no-words-kept": 2},
    **{
        f"confirm-{intent}": 1
        for intent in (*UNIVERSAL, *SHELF, *PRIVACY)
        if intent not in ("yes", "no", "fraud")
    },
}
"""Prompts that every guide needs -> how many wordings at least."""


@dataclass(frozen=True)
class Library:
    """The content of one language, read."""

    directory: Path
    readings: Readings
    common: Mapping[str, tuple[Prompt, ...]]
    drills: Drills
    exercise: Exercise

    @classmethod
    def open(cls, directory: Path) -> Library:
        """Read the readings, the common prompts, the drills and the movements. Raises ContentError."""
        source = Source(directory, "common.toml")
        source.stop_if_bad()
        source.root.only(COMMON_VARIANTS)
        common = {
            name: guide_library.prompts(source.root, name, "common", least)
            for name, least in COMMON_VARIANTS.items()
        }
        source.stop_if_bad()
        hints = dates_file.read(directory)["month_hints"]
        common["day-by-month"] = tuple(
            spoken_texts.filled(common["day-and-month"][0], "{month}", hint)
            for hint in sorted(hints, key=hints.get)
        )
        exercises = drill_library.load(directory), exercise_library.load(directory)
        return cls(directory, _readings(directory), common, *exercises)

    @cached_property
    def shelf(self) -> Shelf:
        """All guides, for her to choose from."""
        return stock(self.directory, self.guide_ids(), self.readings, self.common)

    def guide_ids(self) -> tuple[str, ...]:
        return tuple(sorted(path.stem for path in (self.directory / "guides").glob("*.toml")))

    def guide(self, guide_id: str) -> Guide:
        """Raises ContentError with every error of the file."""
        return guide_library.load(self.directory, guide_id, self.guide_ids(), self)


def _readings(directory: Path) -> Readings:
    source = Source(directory, "readings.toml")
    source.stop_if_bad()
    try:
        return Readings.load(directory)
    except ReadingsError as error:
        source.report("readings", "bad-reading", str(error), "")
        source.stop_if_bad()
        raise
