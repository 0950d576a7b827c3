"""What may be heard: phrases, single syllables, and any other speech, as one automaton of sounds.

It works on transition ids, Kaldi's numbers for "this frame enters (or stays in) this sound at this place of a word".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from voiceguide.ears.automaton import Automaton
from voiceguide.ears.vocabulary import UNKNOWN_WORD, Entry, Reading, Sounds
from voiceguide.events import LEAST_STRUNG

PAID_A_SOUND, PAID_IN_ALL = 2.4, 11.0
"""So much of what it costs to be one of some 2,000 a phrase pays for each sound, when its syllable begins: nearly as
"any speech" pays for its own (2.4). Paid at once it falls behind before its sounds can speak for it; paid last it looks
better than it is. Either way the decoder has to follow many more."""
SAME_MEANING = 4.0
"""So much less costs one more phrase of the same meaning: there are some twenty to choose from, and not 2,000."""
OTHER_MEANING = 2.0
"""So much of it is taken back where its meaning is another one that goes with the first: of those there are more."""
STRUNG_COST = 2.5
"""What each of a string costs: about the logarithm of how many there are to choose from."""


def pronunciations(sounds: Sounds, entries: Sequence[Entry], numbers: Mapping[str, int]) -> Automaton:
    """What may be heard. Syllables and hanzi follow one another freely; after a phrase comes nothing but silence or
    other speech: noise after a command must not become a second command. Only what may stand beside a phrase (嗯, 好的)
    comes before and after it as often as it is said; and more of the same meaning (弄好了，下一步. 不会，不会), or of
    one that goes with it: 知道了，下一步.

    Phrases that begin alike share what they begin with; which of them it is, is told with the last syllable. What it
    costs is spread over the sounds.
    """
    graph = Automaton()
    start, loop, after, behind = graph.state(), graph.state(), graph.state(), graph.state()
    graph.final[loop] = graph.final[after] = 0.0
    graph.arc(start, 0, 0, 0.0, loop)
    graph.arc(after, 0, 0, 0.0, behind)
    ends = {}
    for place in (loop, after):
        quiet = graph.sound(start if place == loop else after, sounds.silence(), cost=sounds.costs["silence"])
        graph.arc(quiet, 0, 0, 0.0, place)
        ends[place] = quiet

    def end_word(state: int, place: int) -> None:
        graph.arc(state, 0, 0, 0.0, place)
        if place == loop:  # after a phrase, silence begins from `after` itself
            graph.arc(state, sounds.silence()[0], 0, sounds.costs["silence"], ends[place])

    together: dict[tuple[Reading, bool, bool, str], list[Entry]] = {}
    strings = [entry for entry in entries if entry.strung]
    for entry in entries:
        if entry.strung:
            continue
        together.setdefault((entry.reading, entry.phrase, entry.beside, entry.meaning), []).append(entry)
    heads: dict[tuple[int, bool, Reading], int] = {}

    def say(source: int, group: Sequence[Entry]) -> int:
        reading, phrase = group[0].reading, group[0].phrase
        head = source
        for count in range(1, len(reading)):
            key = (source, phrase, reading[:count])
            if key not in heads:
                heads[key] = _head(graph, sounds, head, reading[:count], group[0].word)
            head = heads[key]
        return _last(graph, sounds, head, reading, group, numbers)

    # Of a meaning: where a phrase of it has been said, and where one more begins. Behind one syllable only the same
    # (停，停，停): within other words it is understood as a part of them.
    said: dict[tuple[str, Reading], tuple[int, int]] = {}

    def places(reading: Reading, meaning: str) -> tuple[int, int]:
        key = (meaning, reading if len(reading) == 1 else ())
        if key not in said:
            end, begin = said[key] = graph.state(), graph.state()
            graph.final[end] = 0.0
            quiet = graph.sound(end, sounds.silence(), cost=sounds.costs["silence"])
            graph.arc(quiet, 0, 0, 0.0, end)
            graph.arc(end, 0, 0, 0.0, behind)
            graph.arc(end, 0, 0, 0.0, begin)
        return said[key]

    for (reading, phrase, beside, meaning), group in together.items():
        if beside:
            end_word(say(loop, group), loop)
            end_word(say(behind, group), after)
        elif not phrase:
            end_word(say(loop, group), loop)
        elif not meaning:
            end_word(say(loop, group), after)
        else:
            end, begin = places(reading, meaning)
            graph.arc(say(loop, group), 0, 0, 0.0, end)
            # What is cheap by itself is not cheaper still: 停停 would be heard in much that is none.
            cheaper = sounds.costs["word"] - SAME_MEANING
            again = [replace(entry, cost=min(entry.cost, cheaper)) for entry in group]
            graph.arc(say(begin, again), 0, 0, 0.0, end)
    joined = {(entry.meaning, other) for entry in entries for other in entry.then}
    for one, other in sorted(joined):
        if (one, ()) in said and (other, ()) in said:
            graph.arc(said[one, ()][0], 0, 0, OTHER_MEANING, said[other, ()][1])
    for entry in strings:
        end_word(_string(graph, sounds, loop, entry, numbers[entry.word]), loop if entry.beside else after)
        if entry.beside:
            end_word(_string(graph, sounds, behind, entry, numbers[entry.word]), after)
    end_word(_other_speech(graph, sounds, loop, numbers[UNKNOWN_WORD]), loop)
    end_word(_other_speech(graph, sounds, behind, numbers[UNKNOWN_WORD]), after)
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


def _head(graph: Automaton, sounds: Sounds, source: int, reading: Reading, word: str) -> int:
    """The last of these syllables, with which no phrase ends; gives the state after it, where she may pause. word: one
    that begins so."""
    ways = sounds.ways(sounds.spell(word, reading[-1]))
    cost = _paid(sounds, reading) - _paid(sounds, reading[:-1])
    after = graph.state()
    _spoken(graph, sounds, source, [ways], [(0, cost)], starts_word=len(reading) == 1, target=after)
    wait = graph.sound(after, sounds.hesitation(), cost=sounds.costs["hesitation"])
    graph.arc(wait, 0, 0, 0.0, after)
    return after


def _last(
    graph: Automaton,
    sounds: Sounds,
    source: int,
    reading: Reading,
    group: Sequence[Entry],
    numbers: Mapping[str, int],
) -> int:
    """The last syllable of a reading, with which it is told which word it was; gives the state after its last sound."""
    spelling = sounds.spell(group[0].word, reading[-1])
    # Single syllables are heard strictly: they tell accents apart.
    ways = sounds.ways(spelling) if group[0].phrase else [[spelling]]
    words = [(numbers[entry.word], entry.cost - _paid(sounds, reading[:-1])) for entry in group]
    return _spoken(graph, sounds, source, [ways], words, starts_word=len(reading) == 1, ends_word=True)


def _paid(sounds: Sounds, head: Reading) -> float:
    """What a phrase that begins so has paid of its cost."""
    phones = sum(len(sounds.spell("", syllable)) for syllable in head)
    return min(PAID_A_SOUND * phones, PAID_IN_ALL)


def _string(graph: Automaton, sounds: Sounds, source: int, entry: Entry, number: int) -> int:
    """LEAST_STRUNG or more of its readings one after the other, as one word; gives the state after the last sound."""
    each = [[sounds.ways(sounds.spell("", syllable)) for syllable in reading] for reading in entry.strung]
    goes_on = [(0, STRUNG_COST)]
    at, begins = source, [(number, entry.cost + STRUNG_COST)]
    for _ in range(LEAST_STRUNG - 1):
        after = graph.state()
        for syllables in each:
            _spoken(graph, sounds, at, syllables, begins, starts_word=at == source, target=after)
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
    words: Sequence[tuple[int, float]],
    *,
    starts_word: bool = False,
    ends_word: bool = False,
    target: int | None = None,
) -> int:
    """Syllables in any accent, from `source` to `target`, or to a state of their own; gives where they end.

    syllables: of each its parts, of each part the ways to say it. words: (number, cost) of those that are told with
    the first sound; number 0 where none is.
    """
    state, accent = source, sounds.costs["accent"]
    parts = [ways for syllable in syllables for ways in syllable]
    for index, ways in enumerate(parts):
        last = index == len(parts) - 1
        ends = [
            _way(
                graph, sounds, state, way, words if index == 0 else [(0, 0.0)], accent if choice else 0.0,
                starts_word=starts_word and index == 0, ends_word=ends_word and last,
            )
            for choice, way in enumerate(ways)
        ]  # fmt: skip
        joined = target if last else None
        if joined is None and len(ends) > 1:
            joined = graph.state()
        if joined is None:
            state = ends[0]
            continue
        for end in ends:
            graph.arc(end, 0, 0, 0.0, joined)
        state = joined
    return state


def _way(
    graph: Automaton,
    sounds: Sounds,
    source: int,
    way: Reading,
    words: Sequence[tuple[int, float]],
    accent: float,
    *,
    starts_word: bool,
    ends_word: bool,
) -> int:
    """One way to say a part of a syllable; gives the state after it. accent: what it costs."""
    state = source
    for step, phone in enumerate(way):
        begins = step == 0 and starts_word
        ends = ends_word and step == len(way) - 1
        ids = sounds.phone(phone, 3 if begins and ends else 0 if begins else 2 if ends else 1)
        (word, cost), *others = words if step == 0 else [(0, 0.0)]
        after = graph.sound(state, ids, word, cost + (accent if step == 0 else 0.0))
        for number, its_cost in others:
            graph.arc(state, ids[0], number, its_cost + accent, after)
        state = after
    return state
