"""The folder of recordings: index.tsv, files, consent; several volunteers, power cuts, deletion, errors."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voiceguide.recordings import recording_index, recordings
from voiceguide.recordings.recording_index import SENTENCE, WORD, Recording, has, is_speaker
from voiceguide.recordings.recordings import CONSENT, INDEX, Consent, Recordings, RecordingsError

HEADER = "file\tstart_seconds\tduration_seconds\tspeaker\tkind\ttext"
TONE = np.arange(8_000, dtype=np.int16)


def agreed(speaker: str) -> Consent:
    return Consent(speaker, "2026-11-23", ("录音只留在这台电脑里。", "您愿意录音吗？"), "好", "spoken")


@pytest.fixture
def folder(tmp_path: Path) -> Recordings:
    """Nothing is there yet, the folder itself included."""
    return Recordings(tmp_path / "new" / "recordings")


@pytest.fixture
def two(folder: Recordings) -> Recordings:
    for speaker in ("7k2pm", "奶奶"):
        folder.consent(agreed(speaker))
        folder.add(speaker, WORD, "下一步", 1, TONE)
        folder.add(speaker, SENTENCE, "外面下雨了", 1, TONE)
    return folder


def test_a_take_is_a_file_and_a_line(folder: Recordings) -> None:
    folder.consent(agreed("7k2pm"))
    folder.add("7k2pm", WORD, "下一步", 2, TONE)
    folder.add("7k2pm", SENTENCE, "外面下雨了", 1, TONE)
    folder.add("7k2pm", SENTENCE, "汤快烧干了", 1, TONE)
    assert (folder.folder / INDEX).read_text(encoding="utf-8").splitlines() == [
        HEADER,
        "下一步_7k2pm_02.wav\t0.0000\t0.5000\t7k2pm\tword\t下一步",
        "oov_7k2pm_01.wav\t0.0000\t0.5000\t7k2pm\tsentence\t外面下雨了",
        "oov_7k2pm_02.wav\t0.0000\t0.5000\t7k2pm\tsentence\t汤快烧干了",
    ]
    samples, rate = soundfile.read(folder.folder / "下一步_7k2pm_02.wav", dtype="int16")
    assert rate == 16_000
    assert np.array_equal(samples, TONE)


def test_without_consent_nothing_can_be_kept(folder: Recordings) -> None:
    with pytest.raises(ValueError, match="consent"):
        folder.add("7k2pm", WORD, "下一步", 1, TONE)
    folder.consent(agreed("other"))
    with pytest.raises(ValueError, match="consent"):
        folder.add("7k2pm", WORD, "下一步", 1, TONE)
    assert [path.name for path in folder.folder.iterdir()] == [CONSENT]


def test_looking_writes_nothing(folder: Recordings) -> None:
    folder.check_usable()
    assert (folder.index(), folder.consents(), folder.speakers()) == ((), (), ())
    assert not folder.folder.parent.exists()


def test_consent_is_written_with_its_wording(two: Recordings) -> None:
    table = json.loads((two.folder / CONSENT).read_text(encoding="utf-8"))
    assert [each["speaker"] for each in table["consents"]] == ["7k2pm", "奶奶"]
    assert table["consents"][0]["wording"] == ["录音只留在这台电脑里。", "您愿意录音吗？"]
    assert table["consents"][0]["answer"] == "好"
    assert two.consents() == (agreed("7k2pm"), agreed("奶奶"))


def test_the_same_take_again_takes_the_place_of_the_first(two: Recordings) -> None:
    before = len(two.index())
    two.add("7k2pm", WORD, "下一步", 1, TONE[:1600])
    two.add("7k2pm", SENTENCE, "外面下雨了", 1, TONE[:1600])
    hers = [each for each in two.index() if each.speaker == "7k2pm"]
    assert len(two.index()) == before
    assert [each.duration_seconds for each in hers] == [0.1, 0.1]


def test_a_take_whose_file_is_gone_is_missing(two: Recordings) -> None:
    assert has(two.index(), "7k2pm", WORD, "下一步", 1)
    assert not has(two.index(), "7k2pm", WORD, "下一步", 2)
    assert not has(two.index(), "7k2pm", SENTENCE, "汤快烧干了", 1)
    (two.folder / "下一步_7k2pm_01.wav").unlink()
    assert not has(two.index(), "7k2pm", WORD, "下一步", 1)
    assert has(two.index(), "奶奶", WORD, "下一步", 1)


def test_lines_of_others_survive(two: Recordings) -> None:
    """A long file with many pieces, as in a collection for training."""
    soundfile.write(two.folder / "voice.flac", TONE, 16_000)
    line = "voice.flac\t2.3200\t2.4130\tvoice\tsentence\t设定三十度"
    with (two.folder / INDEX).open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    two.add("7k2pm", WORD, "好了", 1, TONE)
    assert line in (two.folder / INDEX).read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("stage", ["file", "index"])
def test_a_power_cut_leaves_everything_before_it(
    two: Recordings, stage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut before the new file, or the new index, takes its place."""
    before = two.index()
    real = os.replace

    def cut(source: str, target: Path) -> None:
        if Path(target).name == INDEX or stage == "file":
            raise KeyboardInterrupt
        real(source, target)

    monkeypatch.setattr(os, "replace", cut)
    with pytest.raises(KeyboardInterrupt):
        two.add("7k2pm", WORD, "好了", 1, TONE)
    monkeypatch.undo()
    assert two.index() == before
    assert not list(two.folder.glob("*.part"))
    two.add("7k2pm", WORD, "好了", 1, TONE)
    assert len(two.index()) == len(before) + 1


def test_one_speaker_is_erased_and_the_others_are_not(two: Recordings) -> None:
    (two.folder / "好了_7k2pm_01.wav").write_bytes(b"left by a power cut")
    (two.folder / f"{INDEX}abc.part").write_text("7k2pm")
    (two.folder / "note.txt").write_text("mine")
    assert two.erase("7k2pm") == 4
    assert two.speakers() == ("奶奶",)
    assert sorted(path.name for path in two.folder.iterdir()) == sorted(
        [CONSENT, INDEX, "note.txt", "下一步_奶奶_01.wav", "oov_奶奶_01.wav"]
    )
    assert "7k2pm" not in (two.folder / CONSENT).read_text() + (two.folder / INDEX).read_text()


def test_erasing_all_leaves_nothing_of_ours(two: Recordings) -> None:
    (two.folder / "note.txt").write_text("mine")
    two.erase()
    assert [path.name for path in two.folder.iterdir()] == ["note.txt"]


def test_an_index_cannot_make_it_delete_elsewhere(two: Recordings, tmp_path: Path) -> None:
    outside = tmp_path / "new" / "letter.txt"
    outside.write_text("dear")
    with (two.folder / INDEX).open("a", encoding="utf-8") as file:
        file.write("../letter.txt\t0\t1\t7k2pm\tword\t好了\n")
    with pytest.raises(RecordingsError) as error:
        two.erase()
    assert error.value.code == "bad-file"
    assert outside.exists()


@pytest.mark.thorough
@pytest.mark.parametrize("name", [INDEX, CONSENT])
@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"nonsense\n", b'{"consents": 3}', b""])
def test_a_damaged_file_is_named_and_never_written_over(two: Recordings, name: str, content: bytes) -> None:
    (two.folder / name).write_bytes(content)
    for attempt in (two.check_usable, lambda: two.add("7k2pm", WORD, "好了", 1, TONE)):
        with pytest.raises(RecordingsError) as error:
            attempt()
        assert error.value.code == "bad-file"
        assert name in error.value.message
    assert (two.folder / name).read_bytes() == content


def test_a_full_disk(two: Recordings, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    before = two.index()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RecordingsError) as error:
        two.add("7k2pm", WORD, "好了", 1, TONE)
    assert error.value.code == "no-space"
    assert two.index() == before
    assert not list(two.folder.glob("*.part"))


def test_a_nearly_full_disk_is_noticed_before_she_begins(
    folder: Recordings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recordings, "LEAST_FREE_BYTES", 1 << 80)
    with pytest.raises(RecordingsError) as error:
        folder.check_usable()
    assert error.value.code == "no-space"


def test_a_folder_that_is_a_file_or_not_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(RecordingsError) as error:
            Recordings(folder).check_usable()
        assert error.value.code == "bad-file"
    monkeypatch.setattr(os, "access", lambda place, mode: False)
    with pytest.raises(RecordingsError) as error:
        Recordings(tmp_path / "new").check_usable()
    assert error.value.code == "no-space"


def test_ids_say_nothing_and_are_not_taken_twice(folder: Recordings, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter("aaaaaaaaab")
    monkeypatch.setattr(recordings.secrets, "choice", lambda characters: next(drawn))
    folder.consent(agreed("aaaaa"))
    assert folder.new_speaker() == "aaaab"
    monkeypatch.undo()
    made = {folder.new_speaker() for _ in range(50)}
    assert all(is_speaker(each) and each[-1].isalpha() and len(each) == 5 for each in made)
    assert len(made) > 40


@pytest.mark.parametrize("name", ["", "a_b", "../x", "a b", "-a", "a/b", "a.b", "x" * 33, "a\tb", "a\n"])
def test_names_that_cannot_stand_in_a_file_name(name: str) -> None:
    assert not is_speaker(name)


def test_an_index_survives_a_round_trip() -> None:
    index = (
        Recording("下一步_a_01.wav", 0.0, 1.25, "a", WORD, "下一步"),
        Recording("b.ogg", 2.32, 2.413, "b", SENTENCE, '他说"好"，就走了'),
    )
    assert recording_index.parse(recording_index.written(index).splitlines(keepends=True)) == index
