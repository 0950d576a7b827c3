"""A profile as JSON and back. Refuses whatever was not written here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any, TypeVar

from voiceguide.notes import Consented, Practised
from voiceguide.profile.profile import GuideCounts, Profile, StepCounts
from voiceguide.profile.sayings import Saying
from voiceguide.understanding import personal

VERSION = 3
"""Of the file. One higher whenever an older program could not read it any more without losing something.
2: whether she agreed that her words are kept, and those words. 3: what calendars know her by."""

Value = TypeVar("Value")


class NewerVersionError(ValueError):
    """A newer program wrote this."""


def to_json(profile: Profile) -> dict[str, Any]:
    """What `from_json` reads. The order of the keys is the order in which people read it."""
    return {
        "version": VERSION,
        "called": profile.called,
        "pace": profile.pace,
        "pace_asked": profile.pace_asked,
        "loudness": profile.loudness,
        "steps": dict(profile.steps),
        "finished": {guide: [day.isoformat() for day in days] for guide, days in profile.finished.items()},
        "next_certification": _day_text(profile.next_certification),
        "calendar_id": profile.calendar_id,
        "words": [asdict(word) for word in profile.words],
        "practised": {
            name: {
                "times": each.times,
                "result": each.result,
                "well_in_a_row": each.well_in_a_row,
                "due": _day_text(each.due),
            }
            for name, each in profile.practised.items()
        },
        "counts": {
            guide: {
                "visits": counts.visits,
                "last_visit": _day_text(counts.last_visit),
                "steps": {step: asdict(each) for step, each in counts.steps.items()},
            }
            for guide, counts in profile.counts.items()
        },
        "warnings": profile.warnings,
        "consent": None
        if profile.consent is None
        else {"to_transcripts": profile.consent.to_transcripts, "day": _day_text(profile.consent.day)},
        "sayings": [
            {"day": _day_text(each.day), "guide": each.guide, "step": each.step, "text": each.text}
            for each in profile.sayings
        ],
    }


def from_json(data: Any) -> Profile:
    """Raises NewerVersionError, ValueError, KeyError, TypeError, AttributeError."""
    version = data["version"]
    if _number(version) > VERSION:
        raise NewerVersionError
    if version < 2:  # nobody was ever asked
        data = {**data, "consent": None, "sayings": []}
    if version < 3:  # all machines shared their ids
        data = {**data, "calendar_id": ""}
    return Profile(
        called=_text(data["called"]),
        pace=_number(data["pace"]),
        pace_asked=_truth(data["pace_asked"]),
        loudness=_number(data["loudness"]),
        steps=_table(data["steps"], _text),
        finished=_table(data["finished"], lambda days: tuple(date.fromisoformat(day) for day in days)),
        words=personal.parse_all(data["words"]),
        next_certification=_day(data["next_certification"]),
        calendar_id=_text(data["calendar_id"]),
        practised={name: _practised(name, each) for name, each in _table(data["practised"], _same).items()},
        counts=_table(data["counts"], _guide_counts),
        warnings=_count(data["warnings"]),
        consent=None if data["consent"] is None else _consent(data["consent"]),
        sayings=tuple(_saying(each) for each in data["sayings"]),
    )


def _practised(name: str, data: Mapping[str, Any]) -> Practised:
    times, well = _count(data["times"]), _count(data["well_in_a_row"])
    return Practised(name, times, _text(data["result"]), well, _day(data["due"]))


def _consent(data: Mapping[str, Any]) -> Consented:
    return Consented(_truth(data["to_transcripts"]), _day(data["day"]))


def _saying(data: Mapping[str, Any]) -> Saying:
    return Saying(_day(data["day"]), *(_text(data[name]) for name in ("guide", "step", "text")))


def _guide_counts(data: Mapping[str, Any]) -> GuideCounts:
    steps = _table(data["steps"], _step_counts)
    return GuideCounts(_count(data["visits"]), _day(data["last_visit"]), steps)


def _step_counts(data: Mapping[str, Any]) -> StepCounts:
    seconds = data["seconds"]
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds < float("inf"):
        raise ValueError("not seconds")
    counts = (_count(data[name]) for name in ("misses", "failed", "cannot"))
    return StepCounts(_count(data["visits"]), float(seconds), *counts)


def _table(data: Any, value: Callable[[Any], Value]) -> dict[str, Value]:
    return {_text(key): value(each) for key, each in data.items()}


def _same(value: Any) -> Any:
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("not a text")
    return value


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("neither true nor false")
    return value


def _number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("not a whole number")
    return value


def _count(value: Any) -> int:
    if _number(value) < 0:
        raise ValueError("not a count")
    return int(value)


def _day(value: Any) -> date | None:
    return None if value is None else date.fromisoformat(value)


def _day_text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
