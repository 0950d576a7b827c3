"""Two changed her profile at once, a conversation and another command: what each of them changed stands. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from voiceguide.profile.profile import Profile


def merged(before: Profile, mine: Profile, theirs: Profile) -> Profile:
    """`before`: what both began with. Where both changed the same, mine stands; her words never outlive her consent,
    whoever asked her."""
    changed = {
        each.name: _merged(*(getattr(profile, each.name) for profile in (before, mine, theirs)))
        for each in fields(Profile)
    }
    profile = Profile(**changed)
    return profile if profile.consent is None else profile.noting(profile.consent)


def _merged(before: Any, mine: Any, theirs: Any) -> Any:
    if mine == before:
        return theirs
    if not isinstance(mine, Mapping):
        return mine
    kept = {key: value for key, value in theirs.items() if key in mine or key not in before}
    return kept | {key: value for key, value in mine.items() if key not in before or value != before[key]}
