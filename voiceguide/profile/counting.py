"""Counts of what happens in a conversation, for the family's page: how often and how long, never which words. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from voiceguide.events import Event, Heard, NoMatch, Unsure
from voiceguide.profile.profile import GuideCounts, Profile, StepCounts


def visited(profile: Profile, guide_id: str, step: str, today: date | None) -> Profile:
    """A conversation begins at that step."""
    counts = profile.counts.get(guide_id, GuideCounts())
    counts = replace(counts, visits=counts.visits + 1, last_visit=today or counts.last_visit)
    profile = replace(profile, counts={**profile.counts, guide_id: counts})
    return _added(profile, guide_id, step, StepCounts(visits=1))


def answered(
    profile: Profile, guide_id: str, before: str, after: str, event: Event, seconds: float
) -> Profile:
    """She was at step `before` for `seconds` more, then this happened, and now she is at step `after`."""
    intent = event.intent if isinstance(event, Heard) else ""
    profile = _added(
        profile,
        guide_id,
        before,
        StepCounts(
            seconds=seconds,
            misses=int(isinstance(event, NoMatch | Unsure)),
            failed=int(intent == "failed"),
            cannot=int(intent == "cannot"),
        ),
    )
    return profile if after == before else _added(profile, guide_id, after, StepCounts(visits=1))


def stayed(profile: Profile, guide_id: str, step: str, seconds: float) -> Profile:
    """She was at that step for so long more, and the conversation is over."""
    return _added(profile, guide_id, step, StepCounts(seconds=seconds))


def _added(profile: Profile, guide_id: str, step: str, more: StepCounts) -> Profile:
    counts = profile.counts.get(guide_id, GuideCounts())
    old = counts.steps.get(step, StepCounts())
    new = StepCounts(
        visits=old.visits + more.visits,
        seconds=round(old.seconds + more.seconds, 2),
        misses=old.misses + more.misses,
        failed=old.failed + more.failed,
        cannot=old.cannot + more.cannot,
    )
    counts = replace(counts, steps={**counts.steps, step: new})
    return replace(profile, counts={**profile.counts, guide_id: counts})
