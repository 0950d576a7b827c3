"""Does somebody want something of her that only a swindler wants? Read off the concepts of an utterance. Pure.

    who   does it: the person named last before the deed, or the first one after it. Nobody named counts as "nobody".
    does  the deed: demands it of her, wants it, asks, offers, says
    all   what else has to be spoken of: one class of every group
    unless  calls it off

Where no rule holds, points: every class spoken of has some, and every deed by its doer; what calms has less than none.

她叫我把密码念给她听 alarms as 叫我 is done by a stranger; 女儿叫我把密码写下来 does not, as it is done by her kin; nor
does 它叫我眨眼睛: the phone itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from voiceguide.language.concepts import Mention, named

BY_POINTS = "points"

NOBODY = "nobody"
"""Stands in `who` for a deed whose doer is not named."""


@dataclass(frozen=True)
class Agency:
    """Which classes are persons, and how near one must stand to be the doer."""

    persons: tuple[str, ...]
    after: tuple[str, ...]
    """Those of them that may be named behind their deed: 叫我报密码那个人."""
    near: Mapping[str, int]
    """Class of persons -> so many syllables at most between it and its deed: 手机叫我, but not 手机 … 叫我."""
    things: tuple[str, ...]
    """Those of them that are no human beings."""
    refers: Mapping[str, str]
    """Who is not named -> who is meant where she named only such before: 我儿子在，他帮我点."""
    refers_unless: tuple[str, ...]
    """Then somebody else may be meant."""


@dataclass(frozen=True)
class Rule:
    """One way to be swindled."""

    name: str
    who: tuple[str, ...]
    does: tuple[str, ...]
    all: tuple[tuple[str, ...], ...]
    unless: tuple[str, ...]


@dataclass(frozen=True)
class Points:
    """Where no rule holds: many small signs together."""

    least: float
    """So many points sound the alarm."""
    spoken: Mapping[str, float]
    """Class -> its points, once."""
    done: Mapping[tuple[str, str], float]
    """(doer, deed) -> points besides."""
    unless: tuple[str, ...]
    """Calls them off."""


class Alarms:
    """All rules of a language."""

    def __init__(self, rules: Sequence[Rule], agency: Agency, never: Sequence[str], points: Points) -> None:
        """`never`: classes that call every rule off."""
        self._rules, self._agency, self._never = tuple(rules), agency, tuple(never)
        self._points = points

    def sounding(self, mentions: Sequence[Mention]) -> str:
        """The name of the first rule that holds, BY_POINTS where the points suffice, else ""."""
        mentions = self._referring(mentions)
        spoken = {mention.name for mention in mentions}
        if spoken & {*self._never}:
            return ""
        for rule in self._rules:
            if spoken & {*rule.unless} or not all(spoken & {*group} for group in rule.all):
                continue
            if self._done(rule, mentions):
                return rule.name
        enough = not spoken & {*self._points.unless} and self.points(mentions) >= self._points.least
        return BY_POINTS if enough else ""

    def _referring(self, mentions: Sequence[Mention]) -> Sequence[Mention]:
        """With who is meant in the place of who is not named: she named him before, and nobody else."""
        agency = self._agency
        if {mention.name for mention in mentions} & {*agency.refers_unless}:
            return mentions
        persons = named(mentions, agency.persons)
        for unnamed, meant in agency.refers.items():
            others = [each for each in persons if each.name not in (unnamed, *agency.things)]
            unnamed_at = [each.start for each in persons if each.name == unnamed]
            if not unnamed_at or {each.name for each in others} != {meant}:
                continue
            if min(each.start for each in others) < min(unnamed_at):
                mentions = [each._replace(name=meant) if each.name == unnamed else each for each in mentions]
        return mentions

    def points(self, mentions: Sequence[Mention]) -> float:
        """How much of it sounds like fraud."""
        return sum(
            self._points.spoken.get(name, 0.0) for name in {mention.name for mention in mentions}
        ) + sum(self._points.done.get(done, 0.0) for done in self.done(mentions))

    def done(self, mentions: Sequence[Mention]) -> set[tuple[str, str]]:
        """(doer, deed) of everything that somebody does."""
        deeds = {deed for rule in self._rules for deed in rule.does}
        return {(self._doer(deed, mentions), deed.name) for deed in named(mentions, deeds)}

    def _done(self, rule: Rule, mentions: Sequence[Mention]) -> bool:
        if not rule.does:
            return not rule.who or bool({mention.name for mention in mentions} & {*rule.who})
        doers = [self._doer(deed, mentions) for deed in named(mentions, rule.does)]
        return any(not rule.who or doer in rule.who for doer in doers)

    def _doer(self, deed: Mention, mentions: Sequence[Mention]) -> str:
        persons = named(mentions, self._agency.persons)
        before = [
            each
            for each in persons
            if each.start <= deed.start
            and deed.start - each.end <= self._agency.near.get(each.name, deed.start)
        ]
        if before:
            return max(before, key=lambda each: (each.start, each.end)).name
        after = [each for each in named(mentions, self._agency.after) if each.start >= deed.end]
        return min(after).name if after else NOBODY
