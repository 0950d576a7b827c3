"""The library and the linter: shipped content has no error, and every rule catches its example in broken/."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path

import pytest

from voiceguide import paths
from voiceguide.checking.linter import check
from voiceguide.content import ContentError
from voiceguide.library import Library
from voiceguide.understanding.wordings import PRIVACY, SHELF, UNIVERSAL

BROKEN = Path(__file__).parent / "broken"
RULES = sorted(path.stem for path in BROKEN.glob("*.toml") if path.stem != "good")
PACKAGE = Path(paths.__file__).parent


@pytest.fixture
def language(tmp_path: Path) -> Path:
    """A language folder with the small good guide, twice."""
    folder = tmp_path / "zh-CN"
    (folder / "guides").mkdir(parents=True)
    for path in paths.prompts().glob("*.toml"):
        shutil.copy(path, folder)
    good = (BROKEN / "good.toml").read_text(encoding="utf-8")
    (folder / "guides" / "broken.toml").write_text(good, encoding="utf-8")
    other = good.replace('title = "打电话"', 'title = "听广播"', 1)  # only then is there anything to choose
    (folder / "guides" / "other.toml").write_text(other, encoding="utf-8")
    (folder / "drills").mkdir()
    shutil.copy(paths.prompts() / "drills" / "pension-stops.toml", folder / "drills")
    drills = (folder / "drills.toml").read_text(encoding="utf-8")
    one = re.sub(r"^order = \[.*?\]", 'order = ["pension-stops"]', drills, flags=re.MULTILINE | re.DOTALL)
    (folder / "drills.toml").write_text(one, encoding="utf-8")
    return folder


def damage(language: Path, rule: str) -> None:
    case = tomllib.loads((BROKEN / f"{rule}.toml").read_text(encoding="utf-8"))
    path = language / case["file"]
    if case.get("delete"):
        path.unlink()
        return
    if "whole" in case:
        path.write_text(case["whole"], encoding="utf-8")
        return
    text = path.read_text(encoding="utf-8")
    assert case["replace"] in text, "the example no longer fits what it breaks"
    path.write_text(text.replace(case["replace"], case["by"], 1), encoding="utf-8")


@pytest.mark.thorough
def test_shipped_content_has_no_error() -> None:
    assert [str(finding) for finding in check(paths.prompts())] == []


@pytest.mark.thorough
def test_the_good_example_has_no_error(language: Path) -> None:
    assert [str(finding) for finding in check(language)] == []


@pytest.mark.thorough
@pytest.mark.parametrize("rule", RULES)
def test_a_broken_example_is_found_by_its_rule(language: Path, rule: str) -> None:
    damage(language, rule)
    findings = check(language)
    assert rule in {finding.rule for finding in findings}, [str(finding) for finding in findings]
    for finding in findings:
        assert finding.message.endswith(("。", "？")), finding
        assert (language / finding.file).suffix == ".toml" or finding.file == "guides"


@pytest.mark.thorough
def test_a_missing_or_garbled_file_of_words_is_named(language: Path) -> None:
    for name in ("fraud.toml", "topics.toml", "phrases.toml", "dates.toml", "readings.toml"):
        content = (language / name).read_bytes()
        (language / name).unlink()
        assert [(each.file, each.rule) for each in check(language)] == [(name, "missing-file")]
        (language / name).write_bytes(content + b"[")
        assert [(each.file, each.rule) for each in check(language)] == [(name, "toml-syntax")]
        (language / name).write_bytes(content)


def test_every_rule_has_a_broken_example() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.glob("*.py"))
    reported = set(re.findall(r'report\(\s*(?:f?"[^"]*"|name|key),\s*"([a-z-]+)"', source))
    reported |= set(re.findall(r'Finding\(\s*[^,]+,\s*[^,]+,\s*"([a-z-]+)"', source))
    assert reported - set(RULES) - {"unknown-guide"} == set()


def test_all_errors_of_a_file_are_reported_at_once(language: Path) -> None:
    for rule in ("missing-step", "unknown-target", "empty-prompt"):
        damage(language, rule)
    with pytest.raises(ContentError) as error:
        Library.open(language).guide("broken")
    assert {finding.rule for finding in error.value.findings} >= {
        "missing-step",
        "unknown-target",
        "empty-prompt",
    }


def test_a_mistyped_guide_gets_a_hint() -> None:
    with pytest.raises(ContentError, match="12333"):
        Library.open(paths.prompts()).guide("1233")


@pytest.mark.thorough
def test_a_mistyped_target_gets_a_hint(language: Path) -> None:
    damage(language, "unknown-target")
    (finding,) = check(language)
    assert "pick-up" in finding.remedy
    assert finding.file == "guides/broken.toml"
    assert finding.key == "steps.dial.trouble.wrong-number.then"


@pytest.mark.thorough
def test_every_prompt_has_its_own_id() -> None:
    from voiceguide.dialogue.script import Script, prompts

    library = Library.open(paths.prompts())
    for guide_id in library.guide_ids():
        ids = [prompt.id for prompt in prompts(Script(library.guide(guide_id), library.common))]
        assert len(ids) == len(set(ids))


@pytest.mark.thorough
def test_every_intent_that_may_be_guessed_has_its_question() -> None:
    library = Library.open(paths.prompts())
    guide = library.guide("12333")
    asked = {name.removeprefix("confirm-") for name in library.common if name.startswith("confirm-")}
    assert asked == {*UNIVERSAL, *SHELF, *PRIVACY} - {"yes", "no", "fraud"} | {"question"}
    troubles = [*guide.troubles, *(trouble for step in guide.steps for trouble in step.troubles)]
    assert len({trouble.confirm.id for trouble in troubles}) == len(troubles)
    for trouble in troubles:
        assert trouble.heard[0].text in trouble.confirm.text
        assert "{" not in trouble.confirm.text
    for question in guide.questions:
        assert question.heard[0].text in question.confirm.text


def test_the_shipped_guide_answers_a_lot_of_questions() -> None:
    """Issue 5: at least 25 questions, at least 5 wordings each."""
    questions = Library.open(paths.prompts()).guide("12333").questions
    assert len(questions) >= 25
    assert min(len(question.heard) for question in questions) >= 5
    assert all(question.say and question.source for question in questions)
