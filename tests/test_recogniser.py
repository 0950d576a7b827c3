"""The shipped model through Vosk: word lists, rejection, damaged folders, recordings of nothing."""

import json
import os
import shutil
from dataclasses import replace

import numpy as np
import pytest

from voiceguide import paths
from voiceguide.ears import EarsError, graph
from voiceguide.ears.decision import NOTHING
from voiceguide.ears.files import recognise_file
from voiceguide.ears.models import installed
from voiceguide.ears.recogniser import Recogniser
from voiceguide.events import SAMPLE_RATE, NoInput, Phrase

NEXT = Phrase("下一步", ("xia", "yi", "bu"))
DONE = Phrase("好了", ("hao", "le"))
FAILED = Phrase("失败了", ("shi", "bai", "le"))
PHRASES = (NEXT, DONE, FAILED)


def never(partial):
    return False


@pytest.fixture(scope="session")
def shipped():
    return installed([paths.shipped_models()])[0].folder


@pytest.fixture
def model(shipped, tmp_path):
    """A copy to be damaged; links would damage the original."""
    return shutil.copytree(shipped, tmp_path / "model")


@pytest.fixture(scope="session")
def recogniser(shipped, tmp_path_factory):
    recogniser = Recogniser(shipped, tmp_path_factory.mktemp("cache"))
    recogniser.prepare(PHRASES)
    return recogniser


def noise(seconds, rms, seed=1):
    return np.rint(np.random.default_rng(seed).normal(0, rms, round(seconds * SAMPLE_RATE))).astype(np.int16)


@pytest.mark.thorough
@pytest.mark.parametrize(
    "samples",
    [
        np.empty(0, np.int16),
        np.zeros(7, np.int16),
        np.zeros(3 * SAMPLE_RATE, np.int16),
        noise(5.0, 30),
        noise(5.0, 3000),
    ],
    ids=["zero length", "seven samples", "silence", "quiet noise", "loud noise"],
)
def test_a_recording_without_speech(recogniser, samples):
    assert recognise_file(recogniser, samples, PHRASES, never) == NoInput(len(samples) / SAMPLE_RATE)


def test_nothing_in_is_nothing_out(recogniser):
    turn = recogniser.turn(PHRASES)
    assert turn.partial() == ""
    assert turn.result() == NOTHING


def test_noise_taken_for_speech_is_no_phrase(recogniser):
    turn = recogniser.turn(PHRASES)
    for _ in range(10):
        turn.accept(noise(0.1, 2000))
    assert turn.result().text == ""


@pytest.mark.thorough
def test_each_vocabulary_is_compiled_once_and_old_ones_are_forgotten(shipped, tmp_path):
    recogniser = Recogniser(shipped, tmp_path)
    recogniser.prepare(PHRASES)
    [first] = (tmp_path / "vocabularies").iterdir()
    stamp = (first / "graph/HCLr.fst").stat().st_mtime_ns
    recogniser.prepare(PHRASES)
    assert [path.name for path in (tmp_path / "vocabularies").iterdir()] == [first.name]
    assert (first / "graph/HCLr.fst").stat().st_mtime_ns == stamp
    for number in range(4):
        recogniser.prepare([Phrase("好" * (number + 2), ("hao",) * (number + 2))])
    assert len(list((tmp_path / "vocabularies").iterdir())) == 4
    assert not first.exists()


@pytest.mark.thorough
@pytest.mark.parametrize("name", ["graph/HCLr.fst", "graph/words.txt", "SHA256SUMS"])
def test_a_vocabulary_damaged_by_a_power_cut_is_made_again(recogniser, shipped, tmp_path, name):
    recogniser = Recogniser(shipped, tmp_path)
    recogniser.prepare(PHRASES)
    [vocabulary] = (tmp_path / "vocabularies").iterdir()
    whole = (vocabulary / name).read_bytes()
    (vocabulary / name).write_bytes(bytes(len(whole)))
    Recogniser(shipped, tmp_path).prepare(PHRASES)
    assert (vocabulary / name).read_bytes() == whole


@pytest.mark.thorough
def test_a_vocabulary_that_another_process_made_meanwhile_is_left_alone(shipped, tmp_path, monkeypatch):
    """It may be being read just now: vosk found half of a folder when two workers of a bench began at once."""
    compile_graph, stamps = graph.compile_graph, []

    def slowly(*arguments):
        monkeypatch.setattr(graph, "compile_graph", compile_graph)
        Recogniser(shipped, tmp_path).prepare(PHRASES)
        [theirs] = (tmp_path / "vocabularies").iterdir()
        stamps.append((theirs / "graph/HCLr.fst").stat().st_ino)
        compile_graph(*arguments)

    monkeypatch.setattr(graph, "compile_graph", slowly)
    monkeypatch.setattr("os.getpid", lambda: 1)
    Recogniser(shipped, tmp_path).prepare(PHRASES)
    [vocabulary] = (tmp_path / "vocabularies").iterdir()
    assert [(vocabulary / "graph/HCLr.fst").stat().st_ino] == stamps


def test_no_place_for_a_vocabulary_at_all(shipped, tmp_path, monkeypatch):
    def nowhere(**options):
        raise FileNotFoundError(2, "No usable temporary directory found")

    (tmp_path / "cache").write_text("a file, not a folder", encoding="ascii")
    monkeypatch.setattr("tempfile.TemporaryDirectory", nowhere)
    with pytest.raises(EarsError) as raised:
        Recogniser(shipped, tmp_path / "cache").prepare(PHRASES)
    assert raised.value.code == "no-space"


@pytest.mark.thorough
def test_the_cache_may_be_unwritable(shipped, tmp_path, caplog):
    (tmp_path / "cache").write_text("a file, not a folder", encoding="ascii")
    recogniser = Recogniser(shipped, tmp_path / "cache")
    recogniser.prepare(PHRASES)
    assert recogniser.turn(PHRASES).result() == NOTHING
    assert "临时目录" in caplog.text


@pytest.mark.thorough
def test_what_goes_together_still_does_when_less_is_expected(shipped, tmp_path, monkeypatch):
    """Else 知道了，下一步 would no longer be heard once a phrase was added where only 下一步 was expected."""
    compiled, compile_graph = [], graph.compile_graph

    def watched(*arguments):
        compiled.append(arguments[-1])
        compile_graph(*arguments)

    monkeypatch.setattr(graph, "compile_graph", watched)
    recogniser = Recogniser(shipped, tmp_path)
    recogniser.prepare([replace(NEXT, meaning="next", then=frozenset({"resume", "yes"}))])
    recogniser.turn([replace(DONE, meaning="next", then=frozenset({"resume"}))])
    assert compiled == [{"next": ["resume", "yes"]}] * 2


@pytest.mark.thorough
def test_a_phrase_that_was_not_prepared_can_still_be_expected(shipped, tmp_path):
    recogniser = Recogniser(shipped, tmp_path)
    recogniser.prepare([NEXT])
    assert recogniser.turn([DONE]).result() == NOTHING
    assert len(list((tmp_path / "vocabularies").iterdir())) == 2


def test_what_the_model_cannot_hear_is_said_and_left_out(shipped, tmp_path, caplog):
    recogniser = Recogniser(shipped, tmp_path)
    recogniser.prepare([NEXT, Phrase("唵", ("qqq",))])
    recogniser.turn([NEXT, Phrase("唵", ("qqq",))])
    assert "唵" in caplog.text
    assert caplog.text.count("唵") == 1


FILES = [
    "am/final.mdl",
    "conf/model.conf",
    "conf/mfcc.conf",
    "graph/HCLr.fst",
    "graph/Gr.fst",
    "voiceguide.json",
]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("keep", [0.0, 0.5])
def test_a_truncated_model_is_refused_by_its_checksums(model, tmp_path, name, keep):
    os.truncate(model / name, int((model / name).stat().st_size * keep))
    with pytest.raises(EarsError) as raised:
        Recogniser(model, tmp_path / "cache")
    assert raised.value.code == "bad-model"
    assert str(model) in raised.value.message


@pytest.mark.thorough
@pytest.mark.parametrize(
    "name", ["am/final.mdl", "graph/HCLr.fst"]
)  # Gr.fst is never used: we bring a grammar
def test_without_checksums_truncation_is_found_by_a_child_process(model, tmp_path, name):
    (model / "SHA256SUMS").unlink()
    os.truncate(model / name, (model / name).stat().st_size // 2)
    with pytest.raises(EarsError) as raised:
        Recogniser(model, tmp_path / "cache")
    assert raised.value.code == "bad-model"


@pytest.mark.thorough
def test_a_model_of_another_language(model, tmp_path):
    for name in ("SHA256SUMS", "voiceguide.json"):
        (model / name).unlink()
    lines = (model / "graph/words.txt").read_text(encoding="utf-8").splitlines()
    english = [
        line if line.startswith(("<", "[")) else f"word{line.split()[1]} {line.split()[1]}" for line in lines
    ]
    (model / "graph/words.txt").write_text("\n".join(english) + "\n", encoding="utf-8")
    with pytest.raises(EarsError) as raised:
        Recogniser(model, tmp_path / "cache")
    assert raised.value.code == "wrong-language"


@pytest.mark.thorough
def test_another_makers_model_gets_phrases_in_its_own_words(model, tmp_path, caplog):
    """Our model, stripped of what makes it ours, has single hanzi for a vocabulary."""
    for name in ("SHA256SUMS", "voiceguide.json"):
        (model / name).unlink()
    recogniser = Recogniser(model, tmp_path / "cache")
    recogniser.prepare(PHRASES)
    recogniser.turn([NEXT, Phrase("Ω", ("omega",))])
    assert "Ω" in caplog.text
    assert list((tmp_path / "cache/sound-models").iterdir())


@pytest.mark.thorough
@pytest.mark.parametrize("description", [{"phones": 3}, [], {"decision": []}])
def test_a_description_that_is_none(model, tmp_path, description):
    (model / "SHA256SUMS").unlink()
    (model / "voiceguide.json").write_text(json.dumps(description), encoding="ascii")
    with pytest.raises(EarsError) as raised:
        Recogniser(model, tmp_path / "cache")
    assert raised.value.code == "bad-model"


def test_no_folder(tmp_path):
    with pytest.raises(EarsError) as raised:
        Recogniser(tmp_path / "absent", tmp_path)
    assert raised.value.code == "no-model"
