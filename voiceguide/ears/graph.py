"""Gives the embedded recogniser its vocabulary: whole phrases, each one word, written as the graph files Vosk reads.

Vosk turns a run-time grammar into free sequences of words. When `下一步` is one word instead of three, a
grammar is a true choice between whole phrases, and `[unk]`, which stands for any other speech, competes
with them as a whole. The model says in `voiceguide.json` how its sounds are numbered, so a graph for new
phrases needs no training and no tool.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from voiceguide.ears.automaton import any_order
from voiceguide.ears.pronunciations import pronunciations
from voiceguide.ears.vocabulary import DESCRIPTION, UNKNOWN_WORD, Entry, Reading, Sounds


def can_compile(model: Path) -> bool:
    """Whether `compile_graph` can give this model directory a vocabulary (it was made by this project's `training`)."""
    return (model / DESCRIPTION).is_file()


def compile_graph(
    model: Path,
    words: Mapping[str, Sequence[Reading]],
    target: Path,
    beside: Collection[str] = (),
    surprise: Mapping[str, float] | None = None,
    strung: Mapping[str, Sequence[Reading]] | None = None,
    meanings: Mapping[str, str] | None = None,
    then: Mapping[str, Collection[str]] | None = None,
) -> None:
    """Write to `target` a model directory like `model` whose vocabulary is `words`, the single syllables, and `[unk]`.

    words: phrase -> its readings, each a tuple of toneless syllables; the phrase becomes one word, so it
    must hold no white space. beside: those of them that may also stand before and after another. surprise:
    how much less likely than others a word is, as a natural logarithm. strung: further words, each any LEAST_STRUNG or
    more of these readings in a row. meanings: of words; those of the same may be said in one breath. then: meaning to
    others that may be said behind it. The directory appears whole or not at all, replaces an older one, and its bytes
    depend on the arguments alone. Raises UnknownSyllable, ValueError (no readings, white space, a phrase named like a
    syllable) or OSError.
    """
    sounds, less, means, behind = Sounds.of(model), surprise or {}, meanings or {}, then or {}
    for word, readings in words.items():
        if (
            not readings
            or not all(readings)
            or word.split() != [word]
            or word in sounds.syllables
            or word == UNKNOWN_WORD
        ):
            raise ValueError(f"{word!r} cannot be a word of the recogniser")
    entries = [
        Entry(
            word, reading, sounds.costs["word"] + less.get(word, 0.0), phrase=True, beside=word in beside,
            meaning=means.get(word, ""), then=frozenset(behind.get(means.get(word, ""), ())),
        )
        for word, readings in words.items()
        for reading in readings
    ]  # fmt: skip
    entries += [
        Entry(word, (), sounds.costs["word"] + less.get(word, 0.0), True, word in beside, tuple(readings))
        for word, readings in (strung or {}).items()
    ]
    write_model(model, sounds, entries, target)


def write_model(model: Path, sounds: Sounds, entries: Sequence[Entry], target: Path) -> None:
    """Everything but the graph is taken from `model`; `entries` and the single syllables become the vocabulary."""
    syllables = [Entry(name, (name,), sounds.costs["syllable"]) for name in sorted(sounds.syllables)]
    names = [UNKNOWN_WORD, *dict.fromkeys(entry.word for entry in [*syllables, *entries])]
    numbers = {name: number for number, name in enumerate(names, 1)}
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        for path in sorted(model.rglob("*")):
            place = fresh / path.relative_to(model)
            if path.is_dir():
                place.mkdir()
            elif path.name not in ("HCLr.fst", "Gr.fst", "words.txt", "SHA256SUMS"):
                _share(path, place)
        (fresh / "graph").mkdir(exist_ok=True)
        (fresh / "graph" / "HCLr.fst").write_bytes(
            pronunciations(sounds, [*syllables, *entries], numbers).to_bytes()
        )
        (fresh / "graph" / "Gr.fst").write_bytes(any_order(numbers.values()).to_bytes())
        listing = "".join(f"{name} {number}\n" for name, number in {"<eps>": 0, **numbers}.items())
        (fresh / "graph" / "words.txt").write_text(listing, encoding="utf-8", newline="\n")
        fresh.chmod(0o755)
        if target.exists():
            old = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
            # Into the empty folder: Windows replaces none by another.
            os.replace(target, old / target.name)
            os.replace(fresh, target)
            shutil.rmtree(old)
        else:
            os.replace(fresh, target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _share(source: Path, place: Path) -> None:
    try:
        os.link(source, place)
    except OSError:  # another disk, or a file system without links
        shutil.copyfile(source, place)
