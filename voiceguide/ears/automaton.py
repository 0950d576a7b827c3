"""Weighted transducers, written as OpenFst reads them: with pynini in the process, vosk deadlocks."""

from __future__ import annotations

from array import array
from collections.abc import Iterable

import numpy as np


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
        table = np.zeros(
            len(order), [("reads", "<i4"), ("writes", "<i4"), ("cost", "<f4"), ("target", "<i4")]
        )
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


def any_order(numbers: Iterable[int]) -> Automaton:
    """The grammar used when none is given at run time: all words, any order, alike."""
    graph = Automaton()
    state = graph.state()
    for number in numbers:
        graph.arc(state, number, number, 1.0, state)
    graph.final[state] = 1.0
    return graph
