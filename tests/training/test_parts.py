"""The parts of training that need no torch: phones, features, labels, splits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("scipy", reason="training needs scipy and torch: script/test --training")

from training.examples import PDFS, _breathy, _places, frame_labels
from training.features import BANDS, HOP, WINDOW, filters, log_mel, mfcc_matrix
from training.human import SPLITS, SpeechMissing, clips, part_of, readings
from training.labelled import PHONE_IDS, Labelled, join
from training.phones import PHONES, normalise, spell, syllable_table


@pytest.mark.thorough
def test_every_syllable_of_pypinyin_is_spelt_in_known_phones() -> None:
    table = syllable_table()
    assert len(table) > 400
    assert {phone for spelling in table.values() for phone in spelling} == set(PHONES)


@pytest.mark.thorough
def test_no_two_syllables_of_standard_mandarin_are_spelt_alike() -> None:
    seen: dict[tuple[str, ...], str] = {}
    for syllable, spelling in syllable_table().items():
        if syllable not in ("ê", "wong", "bong"):
            assert spelling not in seen, (syllable, seen[spelling])
            seen[spelling] = syllable


@pytest.mark.parametrize(
    ("written", "spelling"),
    [
        ("xia", "x i a"),
        ("zhi4", "zh ir"),
        ("si", "s iz"),
        ("bian1", "b i E N"),
        ("lü4", "l v"),
        ("nue", "n v E"),
        ("yu", "v"),
        ("xun", "x v N"),
        ("wei", "u E Y"),
        ("er2", "er"),
    ],
)
def test_spelling(written: str, spelling: str) -> None:
    assert spell(written) == tuple(spelling.split())


def test_writings_of_u_with_dots() -> None:
    assert normalise("lu:4") == normalise("LÜ") == normalise("lv4") == "lv"
    assert normalise("jv") == "ju"


def test_what_is_no_mandarin_is_refused() -> None:
    with pytest.raises(KeyError):
        spell("street")
    assert readings("hello") == ()


def test_features_are_those_of_kaldi() -> None:
    fbank = pytest.importorskip("kaldi_native_fbank")
    options = fbank.MfccOptions()
    options.frame_opts.dither = 0
    options.frame_opts.samp_freq = 16000
    options.frame_opts.snip_edges = True
    options.mel_opts.num_bins = 40
    options.mel_opts.low_freq = 40
    options.mel_opts.high_freq = -200
    options.num_ceps = 40
    options.use_energy = False
    wave = np.random.default_rng(0).normal(0, 500, 8000).astype(np.float32)
    theirs = fbank.OnlineMfcc(options)
    theirs.accept_waveform(16000, wave.tolist())
    theirs.input_finished()
    expected = np.stack([theirs.get_frame(i) for i in range(theirs.num_frames_ready)])
    assert np.abs(log_mel(wave) @ mfcc_matrix().T - expected).max() < 1e-3


def test_frames_closer_together_are_slower_speech() -> None:
    wave = np.random.default_rng(0).normal(0, 500, 16000).astype(np.float32)
    slow = log_mel(wave, np.arange(0, 16000 - WINDOW + 1, HOP // 2))
    assert len(slow) == 196
    assert np.allclose(slow[::2], log_mel(wave))


def test_nobody_speaks_evenly_and_labels_follow() -> None:
    starts, phones = np.array([0, 3200, 8000, 14400]), np.array([0, PHONE_IDS["x"], PHONE_IDS["a"], 0])
    wave = np.repeat([0.0, 100.0, 5000.0, 0.0], np.diff([*starts, 24000])).astype(np.float32)
    wave *= np.random.default_rng(0).normal(0, 1, len(wave)).astype(np.float32)
    counts = set()
    for seed in range(20):
        places = _places(150.0, len(wave), starts, phones, np.random.default_rng(seed))
        assert places[-1] <= len(wave) - WINDOW
        assert (np.diff(places) >= 69).all()
        energy = log_mel(wave, places).mean(1)
        labels = frame_labels(starts, phones, len(places), places)
        vowel = np.flatnonzero(labels // 2 == PHONE_IDS["a"])
        loud = np.flatnonzero(energy[::3] > energy.max() - 4)
        assert abs(vowel[0] - loud[0]) <= 1, seed
        assert abs(vowel[-1] - loud[-1]) <= 1, seed
        counts.add(len(places))
    assert len(counts) > 10


def test_a_bent_frequency_axis_keeps_its_order_and_its_ends() -> None:
    plain, bent = filters(100), filters(100, (80.0, -40.0))
    centres = [
        np.average(np.arange(257)[:, None] * np.ones(BANDS), axis=0, weights=each) for each in (plain, bent)
    ]
    assert (np.diff(centres[1]) > 0).all()
    assert abs(centres[1][0] - centres[0][0]) < 1.5
    assert np.abs(centres[1] - centres[0]).max() > 3


def test_breath_fills_the_valleys_between_harmonics() -> None:
    rng = np.random.default_rng(0)
    voiced = np.tile(np.where(np.arange(BANDS) % 2, 10.0, 4.0), (200, 1)).astype(np.float32)
    depth = [np.ptp(_breathy(voiced, rng).mean(0)[4:36].reshape(-1, 2), axis=1).mean() for _ in range(30)]
    assert max(depth) < 6.0
    assert min(depth) < 2.0


def test_labels_enter_each_phone_once_and_keep_the_shortest() -> None:
    starts, phones = np.array([0, 1600, 1610, 6400]), np.array([0, 3, 4, 0])
    labels = frame_labels(starts, phones, frames=60)
    assert labels.tolist() == [0, 1, 1, 6, 8, 9, 9, 9, 9, 9, 9, 9, 9, 0, 1, 1, 1, 1, 1, 1]
    assert max(PHONE_IDS.values()) * 2 + 2 == PDFS


def test_pieces_are_joined_with_their_sounds_in_place() -> None:
    piece = Labelled(
        np.full(1600, 1000, np.int16), np.array([0, 800]), np.array([5, 6]), np.array([0, 800, 1600]), "she"
    )
    both = join([piece, piece.part(1, 2)], [160, 320, 480])
    assert len(both.samples) == 160 + 1600 + 320 + 800 + 480
    assert both.starts.tolist() == [0, 160, 960, 1760, 2080, 2880]
    assert both.phones.tolist() == [0, 5, 6, 0, 6, 0]
    assert both.samples[:160].max() == 0


def test_voices_for_measuring_are_not_trained_on() -> None:
    assert part_of("pinyin-sound-f") == "test"
    assert part_of("audio-cmn-syllables") == "dev"
    assert part_of("audio-cmn-words") == "train"
    assert (
        part_of("yali-voice-01") == "dev_only"
    )  # neither `clips(…, "train")` nor `clips(…, "dev")` trains on her
    assert not set(SPLITS["human"]["test"]) & set(SPLITS["human"]["dev"])
    assert {"f5", "m7", "linda", "Andy", "steph", "grandpa", "anika", "max"} == set(
        SPLITS["espeak"]["held_out"]
    )


def test_speakers_of_one_folder_are_told_apart_by_its_index(tmp_path: Path) -> None:
    soundfile = pytest.importorskip("soundfile")
    rows = ["file\tstart_seconds\tduration_seconds\tspeaker\tkind\ttext"]
    for speaker in ("s1", "s2", "pinyin-sound-f"):
        soundfile.write(tmp_path / f"好了_{speaker}_01.wav", np.zeros(8000, np.int16), 16000)
        rows.append(f"好了_{speaker}_01.wav\t0\t0.5\t{speaker}\tword\t好了")
    (tmp_path / "index.tsv").write_text("\n".join(rows), encoding="utf-8")
    assert [clip.speaker for clip in clips(tmp_path, "train")] == ["s1", "s2"]
    assert [clip.speaker for clip in clips(tmp_path, "test")] == ["pinyin-sound-f"]


def test_a_missing_speech_collection_is_named_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(SpeechMissing, match="--speech"):
        list(clips(tmp_path, "train"))
