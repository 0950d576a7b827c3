"""What is written for strangers is true: links, commands and options exist, and both READMEs say the same."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from voiceguide.cli import voiceguide
from voiceguide.exit_codes import Exit

ROOT = Path(__file__).parent.parent
READMES = (ROOT / "README.md", ROOT / "README.en.md")
DOCUMENTS = (
    *READMES, *sorted((ROOT / "docs").glob("*.md")),
    ROOT / "prompts/README.md", ROOT / "models/README.md", ROOT / "training/README.md",
)  # fmt: skip
LINK = re.compile(r"\]\((?!https?:)([^)#]+)\)")
CALL = re.compile(r"(?:script/run|(?<![\w-])voiceguide) ([a-z][a-z-]*)((?: [^`\n]*)?)")
OPTION = re.compile(r"(?<!\S)--[a-z][a-z-]+")


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def named(words: str, path: Path) -> click.Command | None:
    """The command these words begin with; None for prose and for a guide's name."""
    command: click.Command | None = voiceguide
    for word in words.split():
        if not isinstance(command, click.Group) or word not in command.commands:
            break
        command = command.commands[word]
    return None if command is voiceguide else command


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere_and_options_exist(path: Path) -> None:
    for link in LINK.findall(text(path)):
        assert (path.parent / link).exists(), link
    for first, rest in CALL.findall(text(path)):
        call = f"{first}{rest}".split("#")[0]
        command = named(call.replace("|", " "), path)
        if command is None:
            continue
        known = {name for option in command.params for name in (*option.opts, *option.secondary_opts)}
        assert set(OPTION.findall(call)) <= {*known, "--help"}, call


def test_both_readmes_name_every_command_and_every_exit_code() -> None:
    for path in READMES:
        rows = set(re.findall(r"^\| `voiceguide ([a-z-]+)", text(path), re.MULTILINE))
        assert rows == {*voiceguide.commands} - {"run"}, path.name
        codes = re.findall(r"^\| (\d+) \|", text(path), re.MULTILINE)
        assert [int(code) for code in codes] == [code.value for code in Exit], path.name
    chinese, english = (set(OPTION.findall(text(path).replace("`", " "))) for path in READMES)
    assert chinese == english


def test_the_modules_that_are_pointed_at_exist() -> None:
    package = ROOT / "voiceguide"
    names = re.findall(r"`((?:\w+/)*\w+\.py)`", text(ROOT / "docs" / "architecture.md"))
    assert len(names) > 20
    for name in names:
        places = (ROOT / name, package / name, *package.glob(f"*/{name}"))
        assert any(place.exists() for place in places), name
