"""The doctor: each thing that can be wrong is found, named, given a remedy, and said aloud where possible."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests import shipped
from voiceguide import paths
from voiceguide.cli import main
from voiceguide.commands import checkup, doctor, equipment
from voiceguide.commands.checkup import CHECKS, Checked
from voiceguide.ears import EarsError
from voiceguide.ears.front import HalfDuplex
from voiceguide.events import BLOCK_SAMPLES, SAMPLE_RATE, Block
from voiceguide.exit_codes import Exit
from voiceguide.room import RoomError, soundcard
from voiceguide.room.devices import Device

if TYPE_CHECKING:
    from tests.rig import Rig


class Microphone:
    """A sound card whose microphone delivers what a test wants."""

    samples = np.zeros(BLOCK_SAMPLES, np.int16)

    def __init__(self, *, microphone: bool = True, speaker: bool = True) -> None:
        self.names = {"input": "USB 话筒", "output": "音箱"}

    def exchange(self, played: Block) -> Block:
        return self.samples

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def microphone(monkeypatch: pytest.MonkeyPatch) -> type[Microphone]:
    monkeypatch.setattr(soundcard, "SoundCard", Microphone)
    monkeypatch.setattr(soundcard, "microphones", lambda: (Device("USB 话筒", 1, 44_100, True),))
    monkeypatch.setattr(Microphone, "samples", np.zeros(BLOCK_SAMPLES, np.int16))
    return Microphone


def only(monkeypatch: pytest.MonkeyPatch, name: str) -> Checked:
    """The result of one of the real checks."""
    monkeypatch.setattr(checkup, "CHECKS", tuple(check for check in CHECKS if check[0] == name))
    (result,) = checkup.checkup()
    return result


def test_a_muted_microphone(microphone: type[Microphone], monkeypatch: pytest.MonkeyPatch) -> None:
    result = only(monkeypatch, "microphone")
    assert not result.ok
    assert "几乎没有声音" in result.detail
    assert "调高" in result.remedy


def test_a_clipped_microphone(microphone: type[Microphone], monkeypatch: pytest.MonkeyPatch) -> None:
    microphone.samples = np.full(BLOCK_SAMPLES, 32_767, np.int16)
    result = only(monkeypatch, "microphone")
    assert not result.ok
    assert "调低" in result.remedy


def test_the_environment_names_the_devices_of_every_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[dict[str, object]] = []
    monkeypatch.setattr(soundcard, "SoundCard", lambda **options: asked.append(options) or Microphone())
    monkeypatch.setenv("VOICEGUIDE_MICROPHONE", "USB")
    monkeypatch.setenv("VOICEGUIDE_SPEAKER", "Headphones")
    with equipment.opened_room("mic", "speaker"):
        pass
    only(monkeypatch, "microphone")
    both = {"microphone_name": "USB", "speaker_name": "Headphones"}
    alone = {"microphone": True, "speaker": False, "microphone_name": "USB"}
    assert asked == [{"microphone": True, "speaker": True, **both}, alone]


def test_she_may_interrupt_where_echo_can_be_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    result = only(monkeypatch, "interrupting")
    assert result.ok
    assert "也可以插话" in result.detail


def test_without_a_canceller_the_guide_works_and_says_that_she_cannot_interrupt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "pyaec", None)
    result = only(monkeypatch, "interrupting")
    assert result.ok
    assert "不能插话" in result.detail
    assert isinstance(equipment.open_front(), HalfDuplex)


def test_a_good_microphone_is_named_with_its_rate(
    microphone: type[Microphone], monkeypatch: pytest.MonkeyPatch
) -> None:
    microphone.samples = np.random.default_rng(1).normal(0, 300, BLOCK_SAMPLES).astype(np.int16)
    result = only(monkeypatch, "microphone")
    assert result.ok
    assert "USB 话筒（44100 Hz）" in result.detail
    assert result.remedy == ""


@pytest.mark.parametrize("name", ["portaudio", "speaker", "microphone"])
def test_without_portaudio(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> object:
        raise RoomError(
            "no-portaudio", "电脑里缺少声音组件 PortAudio。", "请运行：sudo apt install libportaudio2。"
        )

    monkeypatch.setattr(soundcard, "portaudio", missing)
    result = only(monkeypatch, name)
    assert not result.ok
    assert "libportaudio2" in result.remedy


@pytest.mark.parametrize(
    ("name", "folder", "remedy"),
    [("model", "shipped_models", "voiceguide models fetch"), ("content", "prompts", "voiceguide check")],
)
def test_a_folder_that_is_empty(
    name: str, folder: str, remedy: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(paths, folder, lambda: tmp_path)
    result = only(monkeypatch, name)
    assert not result.ok
    assert remedy in result.remedy


def test_a_folder_that_cannot_be_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(paths, "data", lambda: tmp_path / "file" / "data")
    result = only(monkeypatch, "folders")
    assert not result.ok
    assert str(tmp_path / "file" / "data") in result.detail


def test_a_disk_that_is_nearly_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkup, "ENOUGH_BYTES", 1 << 60)
    result = only(monkeypatch, "folders")
    assert not result.ok
    assert "磁盘快满了" in result.remedy


def fine() -> tuple[bool, str, str]:
    return True, "都好", "没用的话"


def broken() -> tuple[bool, str, str]:
    raise EarsError("no-model", "没有模型。", "请下载。")


def test_it_prints_every_check_and_the_remedies(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(checkup, "CHECKS", (("folders", "磁盘", fine), ("model", "识别模型", broken)))
    assert main(["doctor"]) == Exit.NEGATIVE
    text = capsys.readouterr().out
    assert "磁盘：都好" in text
    assert "识别模型：没有模型。" in text
    assert "怎么办：请下载。" in text
    assert "没用的话" not in text


def test_a_check_that_fails_itself_does_not_hide_the_others(
    monkeypatch: pytest.MonkeyPatch, own_folders: Path
) -> None:
    monkeypatch.setattr(checkup, "CHECKS", (("model", "识别模型", lambda: 1 // 0), ("folders", "磁盘", fine)))
    first, second = checkup.checkup()
    (log,) = (own_folders / "logs").iterdir()
    assert (first.ok, second.ok) == (False, True)
    assert str(log) in first.detail


def test_it_tells_programs_the_same(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(checkup, "CHECKS", (("folders", "磁盘", fine), ("model", "识别模型", broken)))
    main(["doctor", "--json"])
    good, bad = map(json.loads, capsys.readouterr().out.splitlines())
    assert good == {"name": "folders", "title": "磁盘", "ok": True, "detail": "都好", "remedy": ""}
    assert (bad["ok"], bad["remedy"]) == (False, "请下载。")


def test_it_ends_well_where_all_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkup, "CHECKS", (("folders", "磁盘", fine),))
    said: list[list[Checked]] = []
    monkeypatch.setattr(doctor, "_say_aloud", lambda results: said.append(results))
    assert main(["doctor"]) == Exit.OK
    assert len(said) == 1


@pytest.mark.parametrize("name", ["voice", "speaker"])
def test_it_keeps_silent_where_nothing_can_be_heard(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkup, "CHECKS", ((name, "出声", broken),))
    monkeypatch.setattr(doctor, "_say_aloud", lambda results: pytest.fail("it cannot speak"))
    assert main(["doctor"]) == Exit.NEGATIVE


def test_whatever_it_says_can_be_spoken() -> None:
    readings = shipped.readings()
    audible = [name for name, _, _ in CHECKS if name not in ("voice", "portaudio", "speaker")]
    results = [Checked(name, "", False, "") for name in audible]
    prompts = [*doctor.spoken(results), *doctor.spoken([])]
    assert len(prompts) == len(audible) + 3
    for prompt in prompts:
        assert not readings.unspeakable(prompt.text)
        assert not readings.undecided(prompt.text)


@pytest.mark.rig
def test_on_a_real_sound_card_it_speaks_and_notices_a_dead_microphone(rig: Rig) -> None:
    rig.forget()
    done = rig.python("-m", "voiceguide", "doctor")
    assert done.returncode == Exit.NEGATIVE
    assert "好　  音箱" in done.stdout
    assert "不行  话筒" in done.stdout
    assert "几乎没有声音" in done.stdout
    spoken_blocks = np.abs(rig.recorded().astype(np.int32)) > 1_000
    assert spoken_blocks.sum() > SAMPLE_RATE / 4, "two sentences were said aloud"
