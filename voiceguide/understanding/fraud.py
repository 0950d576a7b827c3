"""prompts/<language>/fraud.toml: how the guide notices that somebody is cheating her."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import inf
from pathlib import Path

from voiceguide.events import Phrase
from voiceguide.language.concept_file import ConceptWords, concept_words, known_classes
from voiceguide.language.concepts import Concepts
from voiceguide.tables import Source, Table
from voiceguide.understanding.alarms import NOBODY, Agency, Alarms, Points, Rule

FILE = "fraud.toml"

LEAST_HEARD = 4
"""Shorter words count only as they are written: 报卡号 is not in 社保卡号."""


@dataclass(frozen=True, eq=False)
class FraudWords:
    """The file, checked. The same file gives the same object."""

    words: ConceptWords
    alarms: Alarms
    listen: tuple[str, ...]
    """What the recogniser listens for in the midst of other speech."""

    @classmethod
    def load(cls, language_dir: Path) -> FraudWords:
        """Raises ContentError with everything that is wrong at once."""
        try:
            return _parsed((language_dir / FILE).read_bytes())
        except OSError:
            Source(language_dir, FILE).stop_if_bad()  # says it so that its author can mend it
            raise

    def sense(self, read: Callable[[str], Phrase]) -> Fraud:
        """`read`: gives text its sound."""
        return Fraud(self.words.concepts(read, LEAST_HEARD), self.alarms)


@dataclass(frozen=True, eq=False)
class Fraud:
    """Hears the alarm in what she says."""

    concepts: Concepts
    alarms: Alarms

    def alarm(self, text: str) -> str:
        """The name of the rule by which somebody is cheating her; "" where nobody is."""
        mentions, _ = self.concepts.mentions(text)
        return self.alarms.sounding(mentions)


@lru_cache(maxsize=2)
def _parsed(content: bytes) -> FraudWords:
    source = Source(Path(), FILE, content)
    source.stop_if_bad()
    root = source.root
    root.only(("classes", "said_as", "agency", "alarms", "alarm", "points", "listen"))
    words = concept_words(source)
    known = words.classes
    agency, never = root.table("agency"), root.table("alarms")
    persons = known_classes(agency, "persons", known)
    after, near = known_classes(agency, "after", persons), agency.table("near")
    distances = {name: round(near.number(name, 0, 0, 99)) for name in near.data}
    known_classes(Table(source, "agency", {"near": list(distances)}), "near", persons)
    things = known_classes(agency, "things", persons)
    meant = agency.table("refers")
    refers = {unnamed: meant.string(unnamed) for unnamed in meant.data}
    known_classes(Table(source, "agency", {"refers": [*refers, *refers.values()]}), "refers", persons)
    refers_unless = known_classes(agency, "refers_unless", known)
    rules = [_rule(table, list(known), persons) for table in root.list_of_tables("alarm")]
    listen = root.table("listen").strings("words", optional=True)
    never_names = known_classes(never, "never", known)
    points = _points(root.table("points"), list(known), persons)
    source.stop_if_bad()
    agency_rules = Agency(persons, after, distances, things, refers, refers_unless)
    return FraudWords(words, Alarms(rules, agency_rules, never_names, points), listen)


def _points(table: Table, names: Sequence[str], persons: Sequence[str]) -> Points:
    table.only(("least", "unless", "spoken", "done"))
    spoken, done = table.table("spoken"), table.tables("done")
    known_classes(Table(table.source, table.key, {"spoken": list(spoken.data)}), "spoken", names)
    known_classes(Table(table.source, table.key, {"done": list(done)}), "done", [*persons, NOBODY])
    return Points(
        table.number("least", inf, 0.0, inf),
        {name: spoken.number(name, 0.0, -99.0, 99.0) for name in spoken.data},
        {(who, deed): by.number(deed, 0.0, -99.0, 99.0) for who, by in done.items() for deed in by.data},
        known_classes(table, "unless", names),
    )


def _rule(table: Table, names: Sequence[str], persons: Sequence[str]) -> Rule:
    table.only(("name", "who", "does", "all", "unless"))
    groups = table.data.get("all", [])
    if not isinstance(groups, list):
        table.report("all", "wrong-type", "这里应该是几组类名。", '请写成 [["secret"], ["hand"]]。')
        groups = []
    needed = tuple(
        known_classes(Table(table.source, table.key, {"all": each}), "all", names) for each in groups
    )
    rule = Rule(
        table.string("name"),
        known_classes(table, "who", [*persons, NOBODY]),
        known_classes(table, "does", names),
        needed,
        known_classes(table, "unless", names),
    )
    if not rule.does and not rule.all:
        table.report("", "silent-alarm", "这一条永远不会响。", "请写 does，或者写 all。")
    return rule
