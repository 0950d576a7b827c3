"""A voice's folder: manifest read strictly, takes replaced whole, nothing played that is not what was recorded."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from voiceguide.events import SAMPLE_RATE, Samples
from voiceguide.recordings.family_voice import (
    FamilyVoice,
    FamilyVoiceError,
    PlayableVoice,
    family_voices,
    flac,
    fullest,
)
from voiceguide.recordings.recordings import Consent
from voiceguide.recordings.voice_manifest import FILE, BadManifest, VoiceTake, file_name, parse, text_sha256

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
CONSENT = Consent("小芳", "2026-11-26", ("录音只存在这台电脑里。", "您愿意吗"), "y", "typed")


def tone(level: int = 3000, seconds: float = 1.0) -> Samples:
    return np.rint(level * np.sin(np.arange(round(seconds * SAMPLE_RATE)) * 0.12)).astype(np.int16)


def voice_with(folder: Path, *texts: str, when: datetime = NOON, level: int = 3000) -> FamilyVoice:
    """A voice that has read these."""
    voice = FamilyVoice(folder)
    voice.agree(replace(CONSENT, speaker=voice.name))
    for number, text in enumerate(texts):
        voice.keep(f"test/{number}", text, tone(level + 100 * number), 150, when)
    return voice


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some hundred of them take a minute; the tests of a full disk bring their own."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


@pytest.fixture
def voice(tmp_path: Path) -> FamilyVoice:
    return voice_with(tmp_path / "小芳", "您好。", "再见。")


def files(voice: FamilyVoice) -> set[str]:
    return {path.name for path in voice.folder.iterdir()}


def test_a_take_is_a_checked_file_and_a_line(voice: FamilyVoice) -> None:
    first, second = voice.takes()
    content = (voice.folder / first.file).read_bytes()
    assert first == VoiceTake(
        "test/0", "您好。", text_sha256("您好。"), file_name("您好。", first.audio_sha256),
        hashlib.sha256(content).hexdigest(), len(content), 1.0, 150, "2026-11-26T12:00:00+00:00",
    )  # fmt: skip
    assert files(voice) == {FILE, first.file, second.file}
    assert np.array_equal(voice.samples(first), tone())
    manifest = voice.manifest()
    assert manifest is not None
    assert (manifest.name, manifest.consent) == ("小芳", CONSENT)
    assert voice.damaged() == ()


def test_nothing_is_kept_before_she_has_agreed(tmp_path: Path) -> None:
    voice = FamilyVoice(tmp_path / "小芳")
    voice.check_usable()
    with pytest.raises(ValueError, match="consent"):
        voice.keep("a", "您好。", tone(), 150, NOON)
    assert voice.takes() == ()
    assert not any(tmp_path.rglob(FILE))


def test_a_retake_takes_the_place_of_the_first_and_agreeing_again_loses_nothing(voice: FamilyVoice) -> None:
    old = voice.takes()[0]
    new = voice.keep("test/0", "您好。", tone(5000), 170, NOON + timedelta(days=1))
    voice.agree(CONSENT)
    assert {take.text: take.pace for take in voice.takes()} == {"再见。": 150, "您好。": 170}
    assert old.file not in files(voice)
    assert new.file in files(voice)


def test_only_what_was_read_word_for_word_is_played(voice: FamilyVoice) -> None:
    playable = PlayableVoice(voice)
    recorded = playable.load("您好。")
    assert recorded is not None
    assert (recorded.samples.size, recorded.pace) == (SAMPLE_RATE, 150)
    assert playable.load("您好！") is None  # the author has changed a character


@pytest.mark.parametrize("harm", [b"", b"nonsense", flac(tone(1000))])
def test_a_damaged_take_is_not_played_and_is_named(voice: FamilyVoice, harm: bytes) -> None:
    take = voice.takes()[0]
    (voice.folder / take.file).write_bytes(harm)
    assert PlayableVoice(voice).load("您好。") is None
    assert PlayableVoice(voice).load("再见。") is not None
    assert voice.damaged() == (take,)


def test_another_sound_of_the_same_size_is_noticed(voice: FamilyVoice) -> None:
    take = voice.takes()[0]
    alike = (flac(np.roll(tone(), shift)) for shift in range(1, 400))
    other = next(each for each in alike if len(each) == take.bytes)
    (voice.folder / take.file).write_bytes(other)
    assert voice.damaged() == (take,)


def test_another_sound_behind_the_same_digest_is_refused(voice: FamilyVoice) -> None:
    """Whoever writes the manifest can write the digest, too: the sound itself is looked at."""
    samples = tone(seconds=0.5)
    for content in (b"no sound", flac(np.zeros(SAMPLE_RATE, np.int16)), flac(samples)):
        digest = hashlib.sha256(content).hexdigest()
        good = next(take for take in voice.takes() if take.text == "您好。")
        bad = replace(good, file=file_name("您好。", digest), audio_sha256=digest, bytes=len(content))
        voice.adopt([(bad, content)])
        assert [take.text for take in voice.damaged()] == ["您好。"]


@pytest.mark.parametrize("stage", ["take", "manifest"])
def test_a_power_cut_leaves_the_old_take(voice: FamilyVoice, stage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before, real = voice.takes(), os.replace

    def cut(source: str, target: Path) -> None:
        if stage == "take" or Path(target).name == FILE:
            raise KeyboardInterrupt
        real(source, target)

    monkeypatch.setattr(os, "replace", cut)
    with pytest.raises(KeyboardInterrupt):
        voice.keep("test/0", "您好。", tone(5000), 170, NOON)
    monkeypatch.undo()
    assert (voice.takes(), voice.damaged()) == (before, ())
    voice.keep("test/0", "您好。", tone(6000), 170, NOON)
    assert files(voice) == {FILE, *(take.file for take in voice.takes())}, "what was left is cleared away"


def test_a_full_disk_is_told_and_loses_nothing(voice: FamilyVoice, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    before = voice.takes()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FamilyVoiceError) as error:
        voice.keep("test/0", "您好。", tone(5000), 170, NOON)
    assert error.value.code == "no-space"
    assert (voice.takes(), voice.damaged()) == (before, ())


def test_erasing_leaves_nothing(voice: FamilyVoice) -> None:
    assert voice.erase() == 2
    assert not voice.folder.exists()
    assert voice.erase() == 0


def test_the_voice_that_has_read_most_of_it_speaks(tmp_path: Path) -> None:
    voice_with(tmp_path / "小芳", "您好。", "以前的话。", "更早的话。")
    voice_with(tmp_path / "大明", "您好。", "再见。")
    (tmp_path / ".import-x").mkdir()
    voices = family_voices(tmp_path)
    assert {voice.name for voice in voices} == {"大明", "小芳"}
    best = fullest(voices, ["您好。", "再见。"])
    assert best is not None
    assert best.name == "大明"
    assert fullest(voices, ["新的话。"]) is None
    assert family_voices(tmp_path / "nowhere") == ()


def _take(name: str, value: object) -> Callable[[Any], None]:
    return lambda table: table["takes"][0].update({name: value})


BAD: dict[str, Callable[[Any], None]] = {
    "version": lambda table: table.update(version=2),
    "name": lambda table: table.update(name="../小芳"),
    "more": lambda table: table.update(more=1),
    "no takes": lambda table: table.update(takes={}),
    "consent": lambda table: table.update(consent=None),
    "consent words": lambda table: table["consent"].update(wording="好"),
    "twice": lambda table: table["takes"].append(table["takes"][0]),
    "outside": _take("file", "../../letter.flac"),
    "other file": _take("file", "0" * 16 + "-" + "0" * 16 + ".flac"),
    "text": _take("text", "别的话。"),
    "text kind": _take("text", 3),
    "half a character": _take("text", "\ud800"),
    "a terminal's commands": _take("id", "\033[2J"),
    "digest": _take("audio_sha256", "x"),
    "bytes": _take("bytes", 1 << 40),
    "bytes kind": _take("bytes", True),
    "seconds": _take("seconds", float("nan")),
    "pace": _take("pace", 0),
    "moment": _take("recorded_at", "2026-11-26T12:00:00"),
    "more of a take": _take("more", 1),
}


@pytest.mark.parametrize("name", BAD)
def test_a_manifest_that_is_not_exactly_ours_is_refused(voice: FamilyVoice, name: str) -> None:
    table = json.loads((voice.folder / FILE).read_bytes())
    parse(json.dumps(table).encode())
    BAD[name](table)
    with pytest.raises(BadManifest):
        parse(json.dumps(table).encode())


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[]", b"3", b"[" * 100_000])
def test_a_manifest_that_is_none_is_told_and_never_written_over(voice: FamilyVoice, content: bytes) -> None:
    (voice.folder / FILE).write_bytes(content)
    for attempt in (voice.check_usable, voice.takes, lambda: voice.agree(CONSENT)):
        with pytest.raises(FamilyVoiceError) as error:
            attempt()
        assert error.value.code == "bad-file"
    assert (voice.folder / FILE).read_bytes() == content
