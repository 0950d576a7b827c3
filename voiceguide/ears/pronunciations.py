"""What may be heard: phrases, single syllables, and any other speech, as one automaton of sounds.

It works on transition ids, Kaldi's numbers for "this frame enters (or stays in) this sound at this place of a word".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

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
    syllables = [sounds.ways(spelling) if lenient else [[spelling]] for spelling in spellings]
    begins = [(numbers[entry.word], entry.cost) for entry in group]
    return _spoken(graph, sounds, source, syllables, begins, ends_word=True, hesitant=True)


def _string(graph: Automaton, sounds: Sounds, source: int, entry: Entry, number: int) -> int:
    """LEAST_STRUNG or more of its readings one after the other, as one word; gives the state after the last sound."""
    each = [[sounds.ways(sounds.spell("", syllable)) for syllable in reading] for reading in entry.strung]
    goes_on = [(0, STRUNG_COST)]
    at, begins = source, [(number, entry.cost + STRUNG_COST)]
    for _ in range(LEAST_STRUNG - 1):
        after = graph.state()
        for syllables in each:
            _spoken(graph, sounds, at, syllables, begins, target=after)
        # She reads them out one by one: to pause between them is the rule, and costs what silence costs elsewhere.
        graph.arc(graph.sound(after, sounds.hesitation(), cost=sounds.costs["silence"]), 0, 0, 0.0, after)
        at, begins = after, goes_on
    end = graph.state()
    for syllables in each:
        _spoken(graph, sounds, at, syllables, goes_on, target=at)
        _spoken(graph, sounds, at, syllables, goes_on, target=end, ends_word=True)
    return end


def _spoken(
    graph: Automaton,
    sounds: Sounds,
    source: int,
    syllables: Sequence[Sequence[Sequence[Reading]]],
    begins: Sequence[tuple[int, float]],
    *,
    target: int | None = None,
    ends_word: bool = False,
    hesitant: bool = False,
) -> int:
    """Syllables in any accent, from `source` to `target`, or to a state of their own; gives where they end.

    syllables: of each its parts, of each part the ways to say it. begins: (number, cost) of the words that begin with
    them; number 0 where none does. hesitant: she may pause between the syllables.
    """
    state, accent = source, sounds.costs["accent"]
    parts = [(ways, place == len(them) - 1) for them in syllables for place, ways in enumerate(them)]
    for index, (ways, syllable_ends) in enumerate(parts):
        last = index == len(parts) - 1
        words = begins if index == 0 else [(0, 0.0)]
        ends = [
            _way(graph, sounds, state, way, words, accent if choice else 0.0, ends_word and last)
            for choice, way in enumerate(ways)
        ]
        pauses = hesitant and syllable_ends and not last
        joined = target if last else None
        if joined is None and (len(ends) > 1 or pauses):
            joined = graph.state()
        if joined is None:
            state = ends[0]
            continue
        for end in ends:
            graph.arc(end, 0, 0, 0.0, joined)
        state = joined
        if pauses:
            wait = graph.sound(state, sounds.hesitation(), cost=sounds.costs["hesitation"])
            graph.arc(wait, 0, 0, 0.0, state)
    return state


def _way(
    graph: Automaton,
    sounds: Sounds,
    source: int,
    way: Reading,
    words: Sequence[tuple[int, float]],
    accent: float,
    ends_word: bool,
) -> int:
    """One way to say a part of a syllable; gives the state after it. words: as `begins`; accent: what it costs."""
    state = source
    for step, phone in enumerate(way):
        begins = step == 0 and words[0][0] != 0
        ends = ends_word and step == len(way) - 1
        ids = sounds.phone(phone, 3 if begins and ends else 0 if begins else 2 if ends else 1)
        (word, cost), *others = words if step == 0 else [(0, 0.0)]
        after = graph.sound(state, ids, word, cost + (accent if step == 0 else 0.0))
        for number, its_cost in others:
            graph.arc(state, ids[0], number, its_cost + accent, after)
        state = after
    return state
