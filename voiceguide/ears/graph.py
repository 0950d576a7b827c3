"""Gives the embedded recogniser its vocabulary: whole phrases, each one word, written as the graph files Vosk reads.

Vosk turns a run-time grammar into free sequences of words. When `下一步` is one word instead of three, a
grammar is a true choice between whole phrases, and `[unk]`, which stands for any other speech, competes
with them as a whole. The model says in `voiceguide.json` how its sounds are numbered, so a graph for new
phrases needs no training and no tool: this module writes OpenFst files itself (with pynini in the process,
vosk deadlocks).

The graph works on transition ids, Kaldi's numbers for "this frame enters (or stays in) this sound at this
place of a word".
"""

import os
import shutil
import tempfile
from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from voiceguide.ears.vocabulary import DESCRIPTION, UNKNOWN_WORD, Entry, Reading, Sounds, UnknownSyllable
from voiceguide.events import LEAST_STRUNG

STRUNG_COST = 2.5
"""What each of a string costs: about the logarithm of how many there are to choose from."""

__all__ = [
    "DESCRIPTION",
    "UNKNOWN_WORD",
    "Automaton",
    "Reading",
    "Sounds",
    "UnknownSyllable",
    "can_compile",
    "compile_graph",
    "write_model",
]


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
) -> None:
    """Write to `target` a model directory like `model` whose vocabulary is `words`, the single syllables, and `[unk]`.

    words: phrase -> its readings, each a tuple of toneless syllables; the phrase becomes one word, so it
    must hold no white space. beside: those of them that may also stand before and after another. surprise:
    how much less likely than others a word is, as a natural logarithm. strung: further words, each any LEAST_STRUNG or
    more of these readings in a row. The directory appears whole or not at
    all, replaces an older one, and its bytes depend on the arguments alone. Raises UnknownSyllable,
    ValueError (no readings, white space, a phrase named like a syllable) or OSError.
    """
    sounds, less = Sounds.of(model), surprise or {}
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
        Entry(word, reading, sounds.costs["word"] + less.get(word, 0.0), phrase=True, beside=word in beside)
        for word, readings in words.items()
        for reading in readings
    ]
    entries += [
        Entry(word, (), sounds.costs["word"] + less.get(word, 0.0), True, word in beside, tuple(readings))
        for word, readings in (strung or {}).items()
    ]
    write_model(model, sounds, entries, target)


class Automaton:
    """A weighted transducer in the making: state 0 is the start."""

    def __init__(self) -> None:
        self.states = 0
        self.final: dict[int, float] = {}
        # A column each: 200,000 arcs as Python objects would cost 40 MB, and not all of it comes back.
        self.source, self.writes, self.reads = array("i"), array("i"), array("i")
        self.cost, self.target = array("d"), array("i")

    def state(self) -> int:
        self.states += 1
        return self.states - 1

    def arc(self, source: int, reads: int, writes: int, cost: float, target: int) -> None:
        self.source.append(source)
        self.writes.append(writes)
        self.reads.append(reads)
        self.cost.append(cost)
        self.target.append(target)

    def sound(self, source: int, ids: tuple[int, int], word: int = 0, cost: float = 0.0) -> int:
        """One sound from `source`: the state after it, which may last."""
        after = self.state()
        self.arc(source, ids[0], word, cost, after)
        self.arc(after, ids[1], 0, 0.0, after)
        return after

    def to_bytes(self) -> bytes:
        """OpenFst's `const` format; arcs sorted by what they write, which in an acceptor is also what they read."""
        owner, writes, reads, target = (
            np.frombuffer(column, np.intc) for column in (self.source, self.writes, self.reads, self.target)
        )
        cost = np.frombuffer(self.cost, np.float64)
        order = np.lexsort((target, cost, reads, writes, owner))
        table = np.zeros(len(order), [("reads", "<i4"), ("writes", "<i4"), ("cost", "<f4"), ("target", "<i4")])
        table["writes"], table["reads"], table["cost"], table["target"] = (
            column[order] for column in (writes, reads, cost, target)
        )
        owner = owner[order]
        counts = np.bincount(owner, minlength=self.states)
        states = np.zeros(
            self.states,
            [("final", "<f4"), ("first", "<u4"), ("arcs", "<u4"), ("silent", "<u4"), ("mute", "<u4")],
        )
        states["final"] = np.inf
        for state, price in self.final.items():
            states["final"][state] = price
        states["first"] = np.concatenate([[0], np.cumsum(counts)[:-1]])
        states["arcs"] = counts
        states["silent"] = np.bincount(owner[table["reads"] == 0], minlength=self.states)
        states["mute"] = np.bincount(owner[table["writes"] == 0], minlength=self.states)
        acceptor = bool((table["reads"] == table["writes"]).all())
        # Expanded, sorted by output (and, for an acceptor, by input), weighted: what composition asks for.
        properties = 0x1 | 0x40000000 | (0x10000 | 0x10000000 if acceptor else 0x20000) | 0x100000000
        header = b"".join(
            [
                np.int32(2125659606).tobytes(), _text("const"), _text("standard"), np.array([2, 0], "<i4").tobytes(),
                np.array([properties], "<u8").tobytes(), np.array([0, self.states, len(table)], "<i8").tobytes(),
            ]
        )  # fmt: skip
        return header + states.tobytes() + table.tobytes()


def _text(text: str) -> bytes:
    return np.int32(len(text)).tobytes() + text.encode("ascii")


def pronunciations(sounds: Sounds, entries: Iterable[Entry], numbers: Mapping[str, int]) -> Automaton:
    """What may be heard. Syllables and hanzi follow one another freely; a phrase is said once, and after it
    comes nothing but silence or other speech: noise after a command must not become a second command. Only
    what may stand beside a phrase (嗯, 好的) comes before and after it as often as it is said.

    Words with the same reading share all but their first arc.
    """
    graph = Automaton()
    start, loop, after = graph.state(), graph.state(), graph.state()
    graph.final[loop] = graph.final[after] = 0.0
    graph.arc(start, 0, 0, 0.0, loop)
    ends = {}
    for place in (loop, after):
        quiet = graph.sound(start if place == loop else after, sounds.silence(), cost=sounds.costs["silence"])
        graph.arc(quiet, 0, 0, 0.0, place)
        ends[place] = quiet

    def end_word(state: int, place: int) -> None:
        graph.arc(state, 0, 0, 0.0, place)
        if place == loop:  # after a phrase, silence begins from `after` itself
            graph.arc(state, sounds.silence()[0], 0, sounds.costs["silence"], ends[place])

    together: dict[tuple[Reading, bool, bool], list[Entry]] = {}
    strings = [entry for entry in entries if entry.strung]
    for entry in entries:
        if entry.strung:
            continue
        together.setdefault((entry.reading, entry.phrase, entry.beside), []).append(entry)
    for (reading, phrase, beside), group in together.items():
        alone = phrase and not beside
        end_word(_word(graph, sounds, loop, reading, group, numbers), after if alone else loop)
        if beside:
            end_word(_word(graph, sounds, after, reading, group, numbers), after)
    for entry in strings:
        for place in (loop, after) if entry.beside else (loop,):
            end = _string(graph, sounds, place, entry, numbers[entry.word])
            end_word(end, place if entry.beside else after)
    for place in (loop, after):
        end_word(_other_speech(graph, sounds, place, numbers[UNKNOWN_WORD]), place)
    return graph


def _other_speech(graph: Automaton, sounds: Sounds, source: int, unknown: int) -> int:
    """Any speech: all phones in the order of the model's bigram, inside one phone of Kaldi's. The model was trained to
    tell what was said from just this, so what a phrase gains on it means something.
    """
    price, weight, bigram = sounds.costs["filler"], sounds.costs["bigram"], sounds.bigram
    end = graph.state()
    # After each phone the choice of the next, of which the last one is marked for Kaldi.
    following = [graph.state() for _ in sounds.phones]
    for index, phone in enumerate(sounds.phones):
        cost = sounds.costs["unknown"] + price + weight * bigram[0][index + 1]
        graph.arc(
            graph.sound(source, sounds.filler(phone, "first"), unknown, cost), 0, 0, 0.0, following[index]
        )
        inside, last = graph.state(), graph.state()
        for before, choice in enumerate(following):
            cost = price + weight * bigram[before + 1][index + 1]
            graph.arc(choice, sounds.filler(phone, "inside")[0], 0, cost, inside)
            graph.arc(choice, sounds.filler(phone, "last")[0], 0, cost, last)
        graph.arc(inside, sounds.filler(phone, "inside")[1], 0, 0.0, inside)
        graph.arc(inside, 0, 0, 0.0, following[index])
        graph.arc(last, sounds.filler(phone, "last")[1], 0, 0.0, last)
        graph.arc(last, 0, 0, weight * bigram[index + 1][0], end)
    return end


def _word(
    graph: Automaton,
    sounds: Sounds,
    source: int,
    reading: Reading,
    group: Sequence[Entry],
    numbers: Mapping[str, int],
) -> int:
    """All the ways to say one reading; gives the state after its last sound."""
    spellings = [sounds.spell(group[0].word, syllable) for syllable in reading]
    lenient = group[0].phrase  # single syllables are heard strictly: they tell accents apart
    parts: list[list[Reading]] = []
    for spelling in spellings:
        parts += sounds.ways(spelling) if lenient else [[spelling]]
    length = len(parts)
    syllable_ends = np.cumsum([len(sounds.ways(s)) if lenient else 1 for s in spellings])
    state = source
    for index, ways in enumerate(parts):
        ends = []
        for number, way in enumerate(ways):
            at = state
            for step, phone in enumerate(way):
                begins, closes = index == 0 and step == 0, index == length - 1 and step == len(way) - 1
                position = 3 if begins and closes else 0 if begins else 2 if closes else 1
                ids = sounds.phone(phone, position)
                cost = sounds.costs["accent"] if number and step == 0 else 0.0
                after = graph.sound(
                    at,
                    ids,
                    numbers[group[0].word] if begins else 0,
                    cost + (group[0].cost if begins else 0.0),
                )
                if begins:
                    for entry in group[1:]:
                        graph.arc(at, ids[0], numbers[entry.word], cost + entry.cost, after)
                at = after
            ends.append(at)
        pause_possible = index + 1 in syllable_ends and index + 1 < length
        if len(ends) > 1 or pause_possible:
            state = graph.state()
            for at in ends:
                graph.arc(at, 0, 0, 0.0, state)
        else:
            state = ends[0]
        if pause_possible:
            wait = graph.sound(state, sounds.hesitation(), cost=sounds.costs["hesitation"])
            graph.arc(wait, 0, 0, 0.0, state)
    return state


def _string(graph: Automaton, sounds: Sounds, source: int, entry: Entry, number: int) -> int:
    """LEAST_STRUNG or more of its readings one after the other, as one word; gives the state after the last sound."""
    at = source
    for place in range(LEAST_STRUNG - 1):
        after = graph.state()
        for reading in entry.strung:
            _one_of_a_string(graph, sounds, at, after, reading, number if place == 0 else 0, entry.cost)
        # She reads them out one by one: to pause between them is the rule, and costs what silence costs elsewhere.
        graph.arc(graph.sound(after, sounds.hesitation(), cost=sounds.costs["silence"]), 0, 0, 0.0, after)
        at = after
    end = graph.state()
    for reading in entry.strung:
        _one_of_a_string(graph, sounds, at, at, reading)
        _one_of_a_string(graph, sounds, at, end, reading, last=True)
    return end


def _one_of_a_string(
    graph: Automaton,
    sounds: Sounds,
    source: int,
    target: int,
    reading: Reading,
    begins_word: int = 0,
    cost: float = 0.0,
    *,
    last: bool = False,
) -> None:
    """One reading from `source` to `target`, in any accent. begins_word: the word that begins here, at `cost`."""
    parts = [way for syllable in reading for way in sounds.ways(sounds.spell("", syllable))]
    state = source
    for index, ways in enumerate(parts):
        ends = []
        for choice, way in enumerate(ways):
            at = state
            for step, phone in enumerate(way):
                first, final = index == 0 and step == 0, index == len(parts) - 1 and step == len(way) - 1
                begins = first and begins_word != 0
                price = (sounds.costs["accent"] if choice and step == 0 else 0.0) + (cost if begins else 0.0)
                price += STRUNG_COST if first else 0.0
                ids = sounds.phone(phone, 0 if begins else 2 if last and final else 1)
                at = graph.sound(at, ids, begins_word if begins else 0, price)
            ends.append(at)
        state = target if index == len(parts) - 1 else graph.state()
        for at in ends:
            graph.arc(at, 0, 0, 0.0, state)


def any_order(numbers: Iterable[int]) -> Automaton:
    """The grammar used when none is given at run time: all words, any order, alike."""
    graph = Automaton()
    state = graph.state()
    for number in numbers:
        graph.arc(state, number, number, 1.0, state)
    graph.final[state] = 1.0
    return graph


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
            os.replace(target, old)
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
