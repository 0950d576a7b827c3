"""What may be heard: phrases, single syllables, and any other speech, as one automaton of sounds.

It works on transition ids, Kaldi's numbers for "this frame enters (or stays in) this sound at this place of a word".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from voiceguide.ears.automaton import Automaton
from voiceguide.ears.vocabulary import UNKNOWN_WORD, Entry, Reading, Sounds
from voiceguide.events import LEAST_STRUNG

STRUNG_COST = 2.5
"""What each of a string costs: about the logarithm of how many there are to choose from."""


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
