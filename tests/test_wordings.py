"""phrases.toml: what is wrong with it is said with the key and the remedy, all at once."""

from __future__ import annotations

import tomllib
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from voiceguide import paths
from voiceguide.content import ContentError
from voiceguide.understanding.wordings import Wordings

TABLE = tomllib.loads((paths.prompts() / "phrases.toml").read_text(encoding="utf-8"))


def findings(table: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(ContentError) as caught:
        Wordings.of(table)
    return [(finding.key, finding.rule) for finding in caught.value.findings]


def test_an_intent_without_wordings_and_an_unknown_one() -> None:
    table = deepcopy(TABLE)
    table["intents"]["nxt"] = table["intents"].pop("next")
    assert findings(table) == [("intents.next", "missing-intent"), ("intents.nxt", "unknown-intent")]


def test_text_where_a_list_belongs() -> None:
    table = deepcopy(TABLE)
    table["intents"]["repeat"]["heard"] = "再说一遍"
    table["chatter"]["sounds"] = []
    assert findings(table) == [("intents.repeat.heard", "not-a-list"), ("chatter.sounds", "not-a-list")]


def test_rules_about_unknown_intents() -> None:
    table = deepcopy(TABLE)
    table["together"].append({"pair": ["yes", "nxt"], "means": "yes"})
    table["made"].append({"intent": "nxt", "parts": [["好"], ["了"]]})
    table["made"].append({"intent": "next", "parts": "好了"})
    assert sorted(rule for _, rule in findings(table)) == ["not-a-list", "unknown-intent", "unknown-intent"]


@pytest.mark.parametrize(
    "way",
    ["intents", "intents.next", "chatter", "harmless", "made", "made.0", "made.0.intent",
     "together", "together.0", "together.0.pair.0", "also_read"],
)  # fmt: skip
def test_anything_of_a_wrong_kind_is_a_finding(way: str) -> None:
    *names, last = [int(name) if name.isdecimal() else name for name in way.split(".")]
    accepted = []
    for value in ("x", 3, [], [1], [[]]):
        table: Any = deepcopy(TABLE)
        inner = table
        for name in names:
            inner = inner[name]
        # of the right kind and empty: another matter
        inner[last] = 3 if isinstance(value, type(inner[last])) and value in ("x", []) else value
        accepted += [] if findings(table) else [value]
    assert not accepted


def test_a_number_that_is_none() -> None:
    table = deepcopy(TABLE)
    table["cautious"]["least_confidence"] = "0.5"
    assert findings(table) == [("cautious.least_confidence", "not-a-number")]


def test_a_file_that_is_no_toml(tmp_path: Path) -> None:
    (tmp_path / "phrases.toml").write_text("heard = [", encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        Wordings.load(tmp_path)
    assert [finding.rule for finding in caught.value.findings] == ["toml-syntax"]
