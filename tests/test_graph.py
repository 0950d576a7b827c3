"""Vocabularies for the embedded recogniser: what the written graphs let through, and that Vosk takes them."""

from __future__ import annotations

import hashlib
import json
import struct
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from training import kaldi_format
from voiceguide.ears.automaton import Automaton
from voiceguide.ears.graph import can_compile, compile_graph
from voiceguide.ears.pronunciations import OTHER_MEANING, SAME_MEANING, pronunciations
from voiceguide.ears.vocabulary import DESCRIPTION, UNKNOWN_WORD, Entry, Sounds, UnknownSyllable

SHIPPED = Path(__file__).parent.parent / "models" / "voiceguide-cmn-0.9"
COSTS = {
    "word": 5.0,
    "syllable": 3.0,
    "unknown": 5.0,
    "filler": 3.0,
    "silence": 0.7,
    "hesitation": 3.0,
    "accent": 2.5,
    "bigram": 0.5,
}
TINY = {
    "phones": ["x", "i", "a", "b", "u", "zh", "z", "ir", "iz", "N", "G"],
    "syllables": {
        "xia": "x i a",
        "yi": "i",
        "bu": "b u",
        "zhi": "zh ir",
        "zi": "z iz",
        "xi": "x i",
        "xin": "x i N",
    },
    "accents": {"initials": [["zh", "z"]], "rimes": [["ir", "iz"], ["i N", "i G"]]},
    "costs": COSTS,
    # From silence and x, i, a …: x is followed by i, nearly always.
    "bigram": [[4.0] * 12, [4.0, 4.0, 0.0, *[4.0] * 9], *[[2.0] * 12] * 10],
}


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A model directory with everything but a network."""
    model = tmp_path / "tiny"
    (model / "am").mkdir(parents=True)
    (model / "am" / "final.mdl").write_bytes(b"network")
    (model / DESCRIPTION).write_text(json.dumps(TINY), encoding="utf-8")
    return model


def graph_of(*entries: Entry) -> Automaton:
    numbers = {UNKNOWN_WORD: 1, **{entry.word: 2 + index for index, entry in enumerate(entries)}}
    return pronunciations(Sounds.from_description(TINY), entries, numbers)


def arcs_of(graph: Automaton) -> list[list[tuple[int, int, float, int]]]:
    """For each state (writes, reads, cost, target)."""
    arcs: list[list[tuple[int, int, float, int]]] = [[] for _ in range(graph.states)]
    for source, *arc in zip(graph.source, graph.writes, graph.reads, graph.cost, graph.target, strict=True):
        arcs[source].append((arc[0], arc[1], arc[2], arc[3]))
    return arcs


def cost_of(graph: Automaton, ids: list[int]) -> tuple[float, list[int]] | None:
    """The cheapest way to read exactly these transition ids, and the words written on it."""
    arcs = arcs_of(graph)
    best: dict[int, tuple[float, list[int]]] = {0: (0.0, [])}

    def spread(reached: dict[int, tuple[float, list[int]]]) -> None:
        pending = list(reached)
        while pending:
            state = pending.pop()
            for writes, reads, cost, target in arcs[state]:
                found = (reached[state][0] + cost, [*reached[state][1], *([writes] if writes else [])])
                if reads == 0 and (target not in reached or found[0] < reached[target][0]):
                    reached[target] = found
                    pending.append(target)

    spread(best)
    for number in ids:
        reached: dict[int, tuple[float, list[int]]] = {}
        for state, (cost, words) in best.items():
            for writes, reads, more, target in arcs[state]:
                found = (cost + more, [*words, *([writes] if writes else [])])
                if reads == number and (target not in reached or found[0] < reached[target][0]):
                    reached[target] = found
        spread(reached)
        best = reached
    ends = [
        (cost + graph.final[state], words) for state, (cost, words) in best.items() if state in graph.final
    ]
    return min(ends) if ends else None


def spoken(*phones: str, frames: int = 2) -> list[int]:
    """Transition ids of one word said in these phones, each so many frames long; `-` is a hesitation."""
    sounds = Sounds.from_description(TINY)
    ids: list[int] = []
    for index, phone in enumerate(phones):
        last = index == len(phones) - 1
        position = 3 if len(phones) == 1 else 0 if index == 0 else 2 if last else 1
        enters, stays = sounds.hesitation() if phone == "-" else sounds.phone(phone, position)
        ids += [enters, *[stays] * (frames - 1)]
    return ids


XIA_YI_BU = Entry("下一步", ("xia", "yi", "bu"), 5.0, phrase=True)
SAID = ("x", "i", "a", "i", "b", "u")


def test_transition_ids_are_counted_as_in_the_model_file() -> None:
    phones = 5
    model = kaldi_format.transition_model(phones)
    start = model.index(b"<Tuples> ") + len(b"<Tuples> ")
    (count,) = struct.unpack_from("<i", model, start + 1)
    rows = [struct.unpack_from("<xixixixi", model, start + 5 + 20 * row) for row in range(count)]
    ids: dict[tuple[int, ...], int] = {}
    number = 1
    for row in rows:
        ids[row] = number
        number += 3 if row[0] == kaldi_format.FILLER_ID else 2
    sounds = Sounds.from_description({**TINY, "phones": ["a", "b", "c", "d", "e"]})
    assert sounds.transition_ids == number - 1 == kaldi_format.transition_id_count(phones)
    assert sounds.silence() == (ids[1, 0, 0, 1] + 1, ids[1, 0, 0, 1])
    assert sounds.hesitation() == (ids[3, 0, 0, 1] + 1, ids[3, 0, 0, 1])
    for index, phone in enumerate(sounds.phones):
        pdfs = (2 + 2 * index, 3 + 2 * index)
        for position in range(4):
            first = ids[(kaldi_format.FIRST_PHONE_ID + 4 * index + position, 0, *pdfs)]
            assert sounds.phone(phone, position) == (first + 1, first)
        outer, inner = ids[(kaldi_format.FILLER_ID, 0, *pdfs)], ids[(kaldi_format.FILLER_ID, 1, *pdfs)]
        assert sounds.filler(phone, "first") == (outer + 1, outer)
        assert sounds.filler(phone, "inside") == (inner + 1, inner)
        assert sounds.filler(phone, "last") == (inner + 2, inner)


def test_a_phrase_is_one_word() -> None:
    assert cost_of(graph_of(XIA_YI_BU), spoken(*SAID)) == (5.0, [2])


def test_other_sounds_are_no_phrase() -> None:
    assert cost_of(graph_of(XIA_YI_BU), spoken("x", "i", "a", "b", "u")) is None


def test_she_may_hesitate_between_syllables_but_not_within() -> None:
    graph = graph_of(XIA_YI_BU)
    assert cost_of(graph, spoken("x", "i", "a", "-", "i", "b", "u")) == (8.0, [2])
    assert cost_of(graph, spoken("x", "-", "i", "a", "i", "b", "u")) is None


def test_an_accent_costs_a_little() -> None:
    graph = graph_of(Entry("知新", ("zhi", "xin"), 5.0, phrase=True))
    assert cost_of(graph, spoken("zh", "ir", "x", "i", "N")) == (5.0, [2])
    assert cost_of(graph, spoken("z", "iz", "x", "i", "G")) == (5.0 + 3 * 2.5, [2])


def test_single_syllables_are_heard_strictly_and_follow_one_another() -> None:
    graph = graph_of(Entry("zhi", ("zhi",), 3.0), Entry("bu", ("bu",), 3.0))
    assert cost_of(graph, spoken("z", "iz")) is None
    assert cost_of(graph, spoken("zh", "ir") + spoken("b", "u")) == (6.0, [2, 3])


def test_after_a_phrase_comes_no_second_one_but_other_speech_may() -> None:
    graph = graph_of(XIA_YI_BU, Entry("不", ("bu",), 5.0, phrase=True))
    sounds = Sounds.from_description(TINY)
    other = [sounds.filler("x", "first")[0], sounds.filler("i", "inside")[0], sounds.filler("a", "last")[0]]
    silence = [sounds.silence()[0], sounds.silence()[1]]
    assert cost_of(graph, spoken(*SAID) + spoken("b", "u")) is None
    assert cost_of(graph, [*silence, *spoken(*SAID), *silence]) == (pytest.approx(5.0 + 2 * 0.7), [2])
    # What begins it, each sound, and half of what the bigram says: x after silence, i after x, a after i, silence.
    cost = 5.0 + 3 * 3.0 + 0.5 * (4.0 + 0.0 + 2.0 + 2.0)
    assert cost_of(graph, spoken(*SAID) + other) == (5.0 + cost, [2, 1])
    assert cost_of(graph, other + spoken(*SAID)) == (5.0 + cost, [1, 2])


def test_other_speech_follows_the_bigram() -> None:
    sounds = Sounds.from_description(TINY)

    def cost(*phones: str) -> float:
        parts = ["first", *["inside"] * (len(phones) - 2), "last"]
        ids = [sounds.filler(phone, part)[0] for phone, part in zip(phones, parts, strict=True)]
        found = cost_of(graph_of(), ids)
        assert found is not None
        return found[0]

    assert cost("x", "i") == 5.0 + 2 * 3.0 + 0.5 * (4.0 + 0.0 + 2.0)
    assert cost("x", "a") - cost("x", "i") == 0.5 * 4.0
    assert cost("x", "i", "a", "i") == 5.0 + 4 * 3.0 + 0.5 * (4.0 + 0.0 + 2.0 + 2.0 + 2.0)


def test_a_less_likely_phrase_costs_more(tiny: Path, tmp_path: Path) -> None:
    words = {"下一步": [("xia", "yi", "bu")], "信": [("xin",)]}
    compile_graph(tiny, words, tmp_path / "alike")
    compile_graph(tiny, words, tmp_path / "unlike", surprise={"信": 1.5})
    name = "graph/HCLr.fst"
    assert (tmp_path / "alike" / name).read_bytes() != (tmp_path / "unlike" / name).read_bytes()


def test_what_may_stand_beside_a_phrase_comes_before_and_after_it() -> None:
    graph = graph_of(XIA_YI_BU, Entry("嘻", ("xi",), 5.0, phrase=True, beside=True))
    chatter = spoken("x", "i")
    assert cost_of(graph, chatter) == (5.0, [3])
    assert cost_of(graph, [*chatter, *spoken(*SAID), *chatter]) == (15.0, [3, 2, 3])
    assert cost_of(graph, [*spoken(*SAID), *chatter, *spoken(*SAID)]) is None, "still no second command"


NEXT = Entry("下一步", ("xia", "yi", "bu"), 5.0, phrase=True, meaning="next")


def test_phrases_of_the_same_meaning_may_be_said_in_one_breath() -> None:
    """弄好了，下一步. 下一步，下一步，下一步."""
    other = Entry("下一字", ("xia", "yi", "zi"), 7.0, phrase=True, meaning="next")
    graph = graph_of(NEXT, other)
    quiet, quiet_costs = [Sounds.from_description(TINY).silence()[0]], 0.7
    said_other = ("x", "i", "a", "i", "z", "iz")
    second = 5.0 - SAME_MEANING
    assert cost_of(graph, spoken(*SAID)) == (pytest.approx(5.0), [2])
    assert cost_of(graph, spoken(*said_other) + spoken(*SAID)) == (pytest.approx(7.0 + second), [3, 2])
    paused = cost_of(graph, [*spoken(*SAID), *quiet, *spoken(*SAID)])
    assert paused == (pytest.approx(5.0 + quiet_costs + second), [2, 2])
    assert cost_of(graph, spoken(*SAID) * 3) == (pytest.approx(5.0 + 2 * second), [2, 2, 2])


def test_phrases_of_different_meanings_may_not() -> None:
    """Noise after a command must not become another command."""
    graph = graph_of(NEXT, Entry("下一字", ("xia", "yi", "zi"), 7.0, phrase=True, meaning="no"))
    assert cost_of(graph, spoken("x", "i", "a", "i", "z", "iz") + spoken(*SAID)) is None


def test_phrases_of_meanings_that_go_together_may() -> None:
    """知道了，下一步, and in the other order only if that goes together too."""
    graph = graph_of(
        Entry("下一步", ("xia", "yi", "bu"), 5.0, phrase=True, meaning="next"),
        Entry(
            "下一字",
            ("xia", "yi", "zi"),
            7.0,
            phrase=True,
            meaning="yes",
            then=frozenset({"next", "unlisted"}),
        ),
    )
    yes, onward = spoken("x", "i", "a", "i", "z", "iz"), spoken(*SAID)
    assert cost_of(graph, yes + onward) == (pytest.approx(7.0 + 5.0 - SAME_MEANING + OTHER_MEANING), [3, 2])
    assert cost_of(graph, onward + yes) is None


def test_behind_one_syllable_only_the_same_may_be_said() -> None:
    """停，停，停; for a word of one syllable within others is understood as a part of them."""
    graph = graph_of(NEXT, Entry("新", ("xin",), 6.0, phrase=True, meaning="next"))
    one, second = spoken("x", "i", "N"), 5.0 - SAME_MEANING
    assert cost_of(graph, one * 2) == (pytest.approx(6.0 + second), [3, 3])
    assert cost_of(graph, one * 3) == (pytest.approx(6.0 + 2 * second), [3, 3, 3])
    assert cost_of(graph, one + spoken(*SAID)) is None
    assert cost_of(graph, spoken(*SAID) + one) is None


def test_what_is_cheap_by_itself_is_not_cheaper_said_again() -> None:
    graph = graph_of(NEXT, Entry("新", ("xin",), -4.0, phrase=True, meaning="pause"))
    assert cost_of(graph, spoken("x", "i", "N") * 2) == (pytest.approx(-8.0), [3, 3])


def test_two_readings_of_one_word_and_two_words_of_one_reading() -> None:
    graph = graph_of(Entry("行", ("xin",), 5.0, phrase=True), Entry("新", ("xin",), 6.0, phrase=True))
    assert cost_of(graph, spoken("x", "i", "N")) == (5.0, [2])
    assert {arc[0] for arcs in arcs_of(graph) for arc in arcs if arc[0] > 1} == {2, 3}


def test_phrases_that_begin_alike_share_it_and_each_costs_what_it_costs() -> None:
    other = Entry("下一字", ("xia", "yi", "zi"), 7.0, phrase=True)
    shorter = Entry("下一", ("xia", "yi"), 20.0, phrase=True)
    graph = graph_of(XIA_YI_BU, other, shorter)
    assert cost_of(graph, spoken(*SAID)) == (pytest.approx(5.0), [2])
    assert cost_of(graph, spoken("x", "i", "a", "i", "z", "iz")) == (pytest.approx(7.0), [3])
    assert cost_of(graph, spoken("x", "i", "a", "i")) == (pytest.approx(20.0), [4])
    assert cost_of(graph, spoken("x", "i", "a", "-", "i", "-", "z", "iz")) == (pytest.approx(13.0), [3])
    apart = sum(graph_of(each).states - graph_of().states for each in (XIA_YI_BU, other, shorter))
    assert graph.states - graph_of().states < 0.7 * apart


def test_what_a_phrase_costs_is_spread_over_its_syllables() -> None:
    """Or it would be given up before it was said."""
    sounds = Sounds.from_description(TINY)
    graph = graph_of(Entry("下一步", ("xia", "yi", "bu"), 15.0, phrase=True))
    [first] = [arc for arc in arcs_of(graph)[1] if arc[1] == sounds.phone("x", 0)[0]]
    [told] = [arc for arcs in arcs_of(graph) for arc in arcs if arc[0] == 2]
    assert 0 < first[2] < 8.0
    assert 0 < told[2] < 8.0


def test_arcs_are_sorted_for_composition(tiny: Path, tmp_path: Path) -> None:
    compile_graph(tiny, {"下一步": [("xia", "yi", "bu")]}, tmp_path / "made")
    for name, key in (("HCLr.fst", "writes"), ("Gr.fst", "reads")):
        for arcs in states_of((tmp_path / "made" / "graph" / name).read_bytes()):
            assert (np.diff(arcs[key]) >= 0).all()


def states_of(data: bytes) -> Iterator[np.ndarray]:
    """The arcs of every state of a const FST file."""
    head = struct.calcsize("<ii5si8siiQqqq")
    states, arcs = struct.unpack_from("<qq", data, head - 16)
    table = np.frombuffer(data, "<f4,<u4,<u4,<u4,<u4", states, head)
    kind = [("reads", "<i4"), ("writes", "<i4"), ("cost", "<f4"), ("target", "<i4")]
    every = np.frombuffer(data, kind, arcs, head + 20 * states)
    assert len(data) == head + 20 * states + 16 * arcs
    for _, first, count, _, _ in table:
        yield every[first : first + count]


def test_the_same_words_give_the_same_bytes_and_replace_an_older_directory(
    tiny: Path, tmp_path: Path
) -> None:
    words = {"下一步": [("xia", "yi", "bu")], "新": [("xin",)]}
    compile_graph(tiny, words, tmp_path / "one")
    compile_graph(tiny, {"新": [("xin",)]}, tmp_path / "two")
    compile_graph(tiny, words, tmp_path / "two")
    names = ["am/final.mdl", "graph/HCLr.fst", "graph/Gr.fst", "graph/words.txt"]
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert can_compile(tmp_path / "two")
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_a_syllable_the_model_does_not_know(tiny: Path, tmp_path: Path) -> None:
    with pytest.raises(UnknownSyllable, match="xyz") as caught:
        compile_graph(tiny, {"坏": [("xyz",)]}, tmp_path / "made")
    assert (caught.value.word, caught.value.syllable) == ("坏", "xyz")
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("word", ["", "下 一步", "xia", UNKNOWN_WORD])
def test_names_that_no_word_can_have(tiny: Path, tmp_path: Path, word: str) -> None:
    with pytest.raises(ValueError, match="cannot be a word"):
        compile_graph(tiny, {word: [("xia",)]}, tmp_path / "made")


def test_a_word_without_a_reading(tiny: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot be a word"):
        compile_graph(tiny, {"下": []}, tmp_path / "made")


def test_other_makers_models_cannot_be_compiled(tmp_path: Path) -> None:
    assert not can_compile(tmp_path)


def test_the_shipped_model_is_whole_and_small() -> None:
    listed = [line.split("  ") for line in (SHIPPED / "SHA256SUMS").read_text(encoding="ascii").splitlines()]
    for digest, name in listed:
        assert hashlib.sha256((SHIPPED / name).read_bytes()).hexdigest() == digest, name
    files = {p.relative_to(SHIPPED).as_posix() for p in SHIPPED.rglob("*") if p.is_file()}
    assert files == {name for _, name in listed} | {"SHA256SUMS"}
    assert sum((SHIPPED / name).stat().st_size for name in files) < 8_000_000


@pytest.mark.thorough
def test_vosk_hears_with_a_compiled_vocabulary(tmp_path: Path) -> None:
    vosk = pytest.importorskip("vosk")
    vosk.SetLogLevel(-1)
    syllables = list(Sounds.of(SHIPPED).syllables)
    rng = np.random.default_rng(1)
    words = {f"词{number}": [tuple(str(s) for s in rng.choice(syllables, 4))] for number in range(500)}
    words["下一步"] = [("xia", "yi", "bu")]
    began = time.perf_counter()
    compile_graph(SHIPPED, words, tmp_path / "made")
    assert time.perf_counter() - began < 3.0  # 0.1 s on an idle machine
    model = vosk.Model(model_path=str(tmp_path / "made"))
    assert min(model.vosk_model_find_word(word) for word in ("下一步", "词499", "xia", UNKNOWN_WORD)) > 0
    grammar = json.dumps([*words, UNKNOWN_WORD], ensure_ascii=False)
    recogniser = vosk.KaldiRecognizer(model, 16000, grammar)
    recogniser.AcceptWaveform(bytes(32000))
    assert json.loads(recogniser.FinalResult())["text"] == ""


def test_a_string_is_one_word_of_four_readings_or_more_in_any_order() -> None:
    xia, zhi = ("xia",), ("zhi",)
    graph = graph_of(Entry("串", (), 1.0, phrase=True, beside=True, strung=(xia, zhi)))
    sounds = Sounds.from_description(TINY)

    def said(*syllables: str) -> list[int]:
        phones = [phone for each in syllables for phone in TINY["syllables"][each].split()]  # type: ignore[index]
        last = len(phones) - 1
        return [
            sounds.phone(phone, 0 if n == 0 else 2 if n == last else 1)[0] for n, phone in enumerate(phones)
        ]

    for syllables in (("xia", "zhi", "zhi", "xia"), ("zhi",) * 7, ("xia", "zi", "xia", "zi", "zi")):
        found = cost_of(graph, said(*syllables))
        assert found is not None, syllables
        assert found[1] == [2], "one word, whichever they are"
    for syllables in (("xia", "zhi", "xia"), ("xia", "bu", "xia", "xia")):
        assert cost_of(graph, said(*syllables)) is None
    twice = [*said("xia", "zhi", "zhi", "xia"), *said("zhi", "zhi", "zhi", "zhi")]
    found = cost_of(graph, twice)
    assert found is not None
    assert found[1] == [2, 2], "it may stand beside another"
