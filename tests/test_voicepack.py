"""A voice in one file: the same comes out, and nothing of a bad or hostile file ever gets in."""

from __future__ import annotations

import io
import json
import random
import stat
import zipfile
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.test_family_voice import CONSENT, NOON, files, tone, voice_with
from tests.test_family_voice import quick_disk as quick_disk
from voiceguide import paths, unpacking
from voiceguide.cli import main
from voiceguide.commands.voices import plans
from voiceguide.events import SAMPLE_RATE
from voiceguide.exit_codes import Exit
from voiceguide.recordings.family_voice import FamilyVoice, FamilyVoiceError, flac
from voiceguide.recordings.voice_manifest import FILE
from voiceguide.recordings.voicepack import TOP, export, opened

Members = dict[str, bytes]


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """Made on another machine."""
    there = voice_with(tmp_path / "there" / "小芳", "您好。", "再见。")
    export(there, tmp_path / "a.voicepack")
    return tmp_path / "a.voicepack"


@pytest.fixture
def voices(tmp_path: Path) -> Path:
    return tmp_path / "voices"


def everything(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*")) if folder.exists() else []


def bring(pack: Path, voices: Path) -> FamilyVoice:
    """Import all of it."""
    with opened(pack, voices) as found:
        mine = FamilyVoice(voices / found.manifest.name)
        difference = found.difference(mine)
        found.adopt(mine, (*difference.new, *difference.newer))
    return mine


def test_what_goes_in_comes_out_and_the_same_voice_makes_the_same_file(
    pack: Path, voices: Path, tmp_path: Path
) -> None:
    mine = bring(pack, voices)
    theirs = FamilyVoice(tmp_path / "there" / "小芳")
    assert mine.takes() == theirs.takes()
    assert [mine.audio(take) for take in mine.takes()] == [theirs.audio(take) for take in theirs.takes()]
    manifest = mine.manifest()
    assert manifest is not None
    assert manifest.consent == CONSENT, "her consent comes along"
    assert [path.name for path in voices.iterdir()] == ["小芳"], "nothing is left of the unpacking"
    export(mine, tmp_path / "b.voicepack")
    assert (tmp_path / "b.voicepack").read_bytes() == pack.read_bytes()


def test_a_damaged_take_stays_behind_and_an_empty_voice_is_none(tmp_path: Path) -> None:
    voice = voice_with(tmp_path / "小芳", "您好。", "再见。")
    (voice.folder / voice.takes()[0].file).write_bytes(b"x")
    packed = export(voice, tmp_path / "a.voicepack")
    assert [take.text for take in packed.takes] == ["再见。"]
    with pytest.raises(FamilyVoiceError):
        export(voice_with(tmp_path / "大明"), tmp_path / "b.voicepack")
    assert not (tmp_path / "b.voicepack").exists()


def test_newer_takes_of_ours_are_told_apart(pack: Path, voices: Path) -> None:
    mine = voice_with(voices / "小芳", "您好。", when=NOON + timedelta(hours=1), level=5000)
    before = mine.takes()[0]
    with opened(pack, voices) as found:
        difference = found.difference(mine)
        assert [take.text for take in difference.older] == ["您好。"]
        assert [take.text for take in difference.new] == ["再见。"]
        assert (difference.same, difference.newer) == ((), ())
    (mine.folder / before.file).unlink()
    with opened(pack, voices) as found:
        assert not found.difference(mine).older, "a take that cannot be played is no loss"


@pytest.mark.parametrize(("answer", "kept"), [("n\n", True), ("\n", True), ("y\n", False)])
def test_the_command_asks_before_a_newer_take_is_lost(
    answer: str, kept: bool, pack: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = voice_with(paths.voices() / "小芳", "您好。", when=NOON + timedelta(hours=1), level=5000)
    before = mine.takes()[0]
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    assert main(["voicepack", "import", str(pack)]) == Exit.OK
    assert (before in mine.takes()) == kept
    assert {take.text for take in mine.takes()} == {"您好。", "再见。"}
    out, err = capsys.readouterr()
    assert "您好。" in err
    assert "留着这里更新的 1 句" in out if kept else "装进来 2 句" in out


def test_the_commands_of_both_machines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    voice_with(paths.voices() / "小芳", "以前的话。", plans()["12333"][0].text)
    file = tmp_path / "a"
    assert main(["voicepack", "export", str(file)]) == Exit.OK
    assert main(["voicepack", "import", str(file.with_suffix(".voicepack")), "--voice", "大明"]) == Exit.OK
    assert sorted(path.name for path in paths.voices().iterdir()) == ["大明", "小芳"]
    told = capsys.readouterr().out
    assert "12333：能播放 1 句" in told
    assert "有 1 句的文字在这台机器上不一样，不会播放" in told, "made with another version of the guide"
    assert main(["voicepack", "export", str(file)]) == Exit.USAGE, "of two voices one must be named"
    assert main(["voicepack", "import", str(tmp_path / "nothing")]) == Exit.USAGE
    (tmp_path / "bad").write_bytes(b"PK nonsense")
    assert main(["voicepack", "import", str(tmp_path / "bad")]) == Exit.USAGE
    assert "什么也没有导入" in capsys.readouterr().err


# --------------------------------------------------------------------------- files nobody should trust


def members(pack: Path) -> Members:
    with zipfile.ZipFile(pack) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def rezipped(pack: Path, contents: Members, change: Callable[[zipfile.ZipInfo], None] = lambda info: None) -> None:
    with zipfile.ZipFile(pack, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in contents.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            change(info)
            zipped.writestr(info, content)


def first_take(contents: Members) -> str:
    return next(name for name in contents if name.endswith(".flac"))


def _manifest(change: Callable[[dict[str, object]], object]) -> Callable[[Members], None]:
    def harm(contents: Members) -> None:
        table = json.loads(contents[f"{TOP}/{FILE}"])
        change(table)
        contents[f"{TOP}/{FILE}"] = json.dumps(table).encode()

    return harm


def _another_sound(contents: Members) -> None:
    contents[first_take(contents)] = flac(tone(700))


def _endless(contents: Members) -> None:
    """A few hundred bytes of FLAC that would be hours of silence; the manifest knows its digest."""
    import hashlib

    from voiceguide.recordings.voice_manifest import file_name

    sound = flac(np.zeros(200 * SAMPLE_RATE, np.int16))
    table = json.loads(contents[f"{TOP}/{FILE}"])
    take, digest = table["takes"][0], hashlib.sha256(sound).hexdigest()
    del contents[f"{TOP}/{take['file']}"]
    take.update(file=file_name(take["text"], digest), audio_sha256=digest, bytes=len(sound))
    contents[f"{TOP}/{take['file']}"] = sound
    contents[f"{TOP}/{FILE}"] = json.dumps(table).encode()


HOSTILE: dict[str, Callable[[Members], object]] = {
    "a path upwards": lambda contents: contents.update({f"{TOP}/../../evil": b"x"}),
    "an absolute path": lambda contents: contents.update({"/tmp/evil-voicepack": b"x"}),
    "a Windows path": lambda contents: contents.update({f"{TOP}/..\\evil": b"x"}),
    "another folder": lambda contents: contents.update({"other/x.flac": b"x"}),
    "a file nobody names": lambda contents: contents.update({f"{TOP}/run.sh": b"x"}),
    "a folder within": lambda contents: contents.update({f"{TOP}/more/x.flac": b"x"}),
    "a take missing": lambda contents: contents.pop(first_take(contents)),
    "no manifest": lambda contents: contents.pop(f"{TOP}/{FILE}"),
    "another sound": _another_sound,
    "no sound": lambda contents: contents.update({first_take(contents): b"RIFF"}),
    "an endless sound": _endless,
    "a manifest of tomorrow": _manifest(lambda table: table.update(version=2)),
    "a name that is a path": _manifest(lambda table: table.update(name="../../.ssh")),
    "no consent": _manifest(lambda table: table.pop("consent")),
    "nothing": lambda contents: contents.clear(),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_pack_brings_nothing(name: str, pack: Path, voices: Path, tmp_path: Path) -> None:
    contents = members(pack)
    HOSTILE[name](contents)
    rezipped(pack, contents)
    before = everything(tmp_path)
    with pytest.raises(FamilyVoiceError) as error:
        bring(pack, voices)
    assert error.value.code == "bad-pack"
    assert everything(tmp_path) == sorted([*before, "voices"])
    assert not Path("/tmp/evil-voicepack").exists()


def _link(info: zipfile.ZipInfo) -> None:
    if info.filename.endswith(".flac"):
        info.external_attr = (stat.S_IFLNK | 0o777) << 16


def test_links_and_bombs_are_refused(pack: Path, voices: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    contents = members(pack)
    rezipped(pack, contents, _link)
    with pytest.raises(FamilyVoiceError, match="链接"):
        bring(pack, voices)
    rezipped(pack, contents | {f"{TOP}/big": bytes(2_000_000)})
    monkeypatch.setattr(unpacking, "MAX_UNPACKED_BYTES", 1_000_000)
    with pytest.raises(FamilyVoiceError, match="太大"):
        bring(pack, voices)
    monkeypatch.setattr(unpacking, "MAX_UNPACKED_BYTES", 100)
    with pytest.raises(FamilyVoiceError, match="文件太大"):
        bring(pack, voices)
    monkeypatch.undo()
    lying = pack.read_bytes().replace((2_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    pack.write_bytes(lying)
    with pytest.raises(FamilyVoiceError, match="损坏"):
        bring(pack, voices)
    assert everything(voices) == []


def test_a_pack_hurt_anywhere_brings_all_of_it_or_nothing(pack: Path, voices: Path, tmp_path: Path) -> None:
    """A byte changed, or the end cut off: only our own error, and never another sound."""
    whole, rng = pack.read_bytes(), random.Random(7)
    right = {take.text: asdict(take) for take in FamilyVoice(tmp_path / "there" / "小芳").takes()}
    refused = 0
    for number in range(60):
        hurt = bytearray(whole)
        if number % 5 == 0:
            del hurt[rng.randrange(len(hurt)) :]
        else:
            hurt[rng.randrange(len(hurt))] ^= 1 << rng.randrange(8)
        pack.write_bytes(hurt)
        try:
            mine = bring(pack, voices)
        except FamilyVoiceError:
            refused += 1
            continue
        assert {take.text: asdict(take) for take in mine.takes()} == right  # a bit that means nothing
        assert not mine.damaged()
        mine.erase()
    assert refused > 50
    assert everything(voices) == []


def test_what_a_power_cut_left_is_cleared_and_a_full_disk_is_told(
    pack: Path, voices: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (voices / ".import-left" / TOP).mkdir(parents=True)
    mine = bring(pack, voices)
    assert [path.name for path in voices.iterdir()] == ["小芳"]
    before = files(mine)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    mine.keep("x", "您好。", tone(900), 150, NOON - timedelta(days=3))
    before = files(mine)
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(FamilyVoiceError) as error:
        bring(pack, voices)
    assert error.value.code == "no-space"
    assert files(mine) == before
