"""`voiceguide bench recognition` as it is typed: what it refuses, and once with real ears."""

from __future__ import annotations

import importlib.util
import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voiceguide import paths
from voiceguide.bench import plan, recognition
from voiceguide.bench.collection import splits
from voiceguide.bench.figures import Figures
from voiceguide.bench.picture import draw
from voiceguide.bench.plan import CLEAN
from voiceguide.bench.recognition import Size
from voiceguide.bench.report import Heading, as_dict
from voiceguide.cli import main
from voiceguide.commands import bench, bench_data
from voiceguide.ears.vocabulary import DESCRIPTION
from voiceguide.events import SAMPLE_RATE
from voiceguide.exit_codes import Exit

SPEECH = Path(__file__).resolve().parents[3] / "shared" / "speech"
HELD_OUT_VOICE = "sit/cmn+f5"
MODEL = "voiceguide-cmn-0.9"
COMMAND = ("bench", "recognition")
SMALL = Size(commands=2, recordings=8, speech_seconds=15, noise_seconds=9, alternating=True)


def recording(path: Path, samples: np.ndarray | None = None) -> Path:
    wave = np.sin(np.arange(SAMPLE_RATE) / 9) / 3 if samples is None else samples
    soundfile.write(path, wave, SAMPLE_RATE)
    return path


# ------------------------------------------------------------------------------------------------- refused


@pytest.mark.parametrize("command", [("bench",), COMMAND])
def test_help_is_chinese_and_names_what_can_be_chosen(command, capsys):
    assert main([*command, "--help"]) == Exit.OK
    text = capsys.readouterr().out
    assert text.startswith("用法：")
    assert ("--picture" in text) == (command == COMMAND)


@pytest.mark.thorough
def test_missing_recordings_are_told_with_what_to_do(tmp_path, capsys):
    assert main([*COMMAND, "--data", str(tmp_path / "none")]) == Exit.USAGE
    told = capsys.readouterr()
    assert "找不到录音文件夹" in told.err
    assert "--data" in told.err
    assert not told.out


@pytest.mark.thorough
def test_a_folder_without_a_command_is_told(tmp_path, capsys):
    recording(tmp_path / "芝麻开门.wav")
    assert main([*COMMAND, "--data", str(tmp_path)]) == Exit.USAGE
    assert "没有一段录音能用来测" in capsys.readouterr().err


def test_a_model_that_is_not_there_is_told(tmp_path, capsys):
    assert main([*COMMAND, "--model", str(tmp_path / "none")]) == Exit.MODEL
    assert "none" in capsys.readouterr().err
    assert main([*COMMAND, "--model", "small-cn"]) == Exit.USAGE
    assert "voiceguide models fetch small-cn" in capsys.readouterr().err


def test_models_are_found_by_the_names_they_are_listed_by():
    shipped = next(path for path in paths.shipped_models().iterdir() if path.is_dir())
    assert bench._models((shipped.name, str(shipped)), every=False) == [shipped, shipped]
    assert shipped in bench._models((), every=True)
    assert len(bench._models((), every=False)) == 1


def test_missing_libraries_are_named_before_anything_is_measured(tmp_path, capsys, monkeypatch):
    recording(tmp_path / "好了_1.wav")
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    assert main([*COMMAND, "--data", str(tmp_path), "--picture", str(tmp_path / "a.png")]) == Exit.USAGE
    assert "pip install matplotlib" in capsys.readouterr().err
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "scipy" else find_spec(name)
    )
    assert main([*COMMAND, "--data", str(tmp_path)]) == Exit.USAGE
    assert "pip install scipy" in capsys.readouterr().err


@pytest.mark.thorough
@pytest.mark.parametrize("name", ["curves.jpg", "missing/curves.png"])
def test_a_picture_that_cannot_be_written_is_refused_at_once(tmp_path, capsys, name):
    assert main([*COMMAND, "--data", str(tmp_path), "--picture", str(tmp_path / name)]) == Exit.USAGE
    assert ".png" in capsys.readouterr().err


@pytest.mark.thorough
def test_the_picture_is_a_picture(tmp_path):
    heading = Heading(Path("d"), "dev", [], 1, True, recognition.Counts(), [], [])
    draw(as_dict(heading, [Figures("a"), Figures("b")]), tmp_path / "curves.png")
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")


def test_the_collection_beside_the_checkout_is_the_default():
    assert paths.ROOT.parent / "shared" / "speech" == bench_data.DATA
    assert bench_data.SPLITS.is_file()


# ------------------------------------------------------------------------------------------------- for real


@pytest.fixture
def small(monkeypatch):
    """A measurement of seconds: two conditions, a little other speech."""
    monkeypatch.setattr(recognition, "QUICK", SMALL)
    few = (CLEAN, next(each for each in plan.CONDITIONS if each.name == "kitchen 18 dB"))
    monkeypatch.setattr(plan, "CONDITIONS", few)


@pytest.mark.audio
def test_strangers_recordings_are_measured_and_a_wrong_label_is_found(small, tmp_path, capsys):
    from voiceguide.language.phonetics import Readings
    from voiceguide.mouth.renderer import Renderer

    with Renderer(Readings.load(paths.prompts()), voice=HELD_OUT_VOICE) as renderer:
        for text in ("下一步", "再说一遍", "从头开始"):
            recording(tmp_path / f"{text}_01.wav", renderer.render(text, pace=160))
        recording(tmp_path / "上一步_wrong label.flac", renderer.render("再说一遍", pace=160))
        recording(tmp_path / "oov_今天天气真不错.wav", renderer.render("今天天气真不错", pace=160))
        recording(tmp_path / "芝麻开门.ogg", renderer.render("芝麻开门", pace=160))
    (tmp_path / "好了_bad.wav").write_bytes(b"not a sound")
    picture = tmp_path / "curves.png"

    code = main(
        [*COMMAND, "--data", str(tmp_path), "--quick", "--json", "--jobs", "2", "--picture", str(picture)]
    )

    told = capsys.readouterr()
    report = json.loads(told.out)
    assert code == Exit.USAGE
    assert "好了_bad.wav" in told.err
    assert "好了_bad.wav" in report["problems"][0]
    assert report["not_commands"] == ["芝麻开门"]
    assert (report["trials"]["recorded"], report["trials"]["joined"]) == (5, 0)
    model = report["models"][0]
    clean = model["conditions"][0]
    assert clean["all"]["trials"] == clean["own"]["trials"] == 4
    assert clean["all"]["right"] >= 50.0
    assert clean["all"]["wrong"] + clean["all"]["rejected"] >= 25.0
    wrong = [each for each in model["confusions"] if each["said"] == "上一步"]
    assert any((each["wanted"], each["intent"]) == ("previous", "repeat") for each in wrong)
    speech = model["false_accepts"]["speech"]
    assert 0 < speech["hours"] < 0.01
    assert speech["count"] == len(speech["accepts"])
    assert model["false_accepts"]["noise"]["hours"] > 0
    assert model["load_seconds"] > 0
    assert model["rtf"] > model["recogniser_rtf"] > 0
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.speech
@pytest.mark.audio
@pytest.mark.skipif(not SPEECH.is_dir(), reason="needs ../shared/speech")
def test_commands_joined_from_a_voice_the_model_never_heard(small, capsys):
    # Two commands prove that the way is open; they choose nothing.
    code = main([*COMMAND, "--part", "test", "--quick", "--json"])
    report = json.loads(capsys.readouterr().out)
    assert code == Exit.OK
    students = {f"dspspeech20-s{number}" for number in ("005", "013", "022", "031")}
    assert set(report["speakers"]) == {"pinyin-sound-f", *students}
    assert report["trials"]["joined"] == 2
    model = report["models"][0]
    assert [each["speaker"] for each in model["by_voice"]] == ["pinyin-sound-f"]
    assert model["conditions"][0]["own"]["trials"] == 2
    assert model["false_accepts"]["speech"]["hours"] > 0.003


@pytest.mark.speech
@pytest.mark.skipif(not SPEECH.is_dir(), reason="needs ../shared/speech")
def test_voices_the_model_has_heard_are_not_measured(tmp_path, capsys):
    knowing = tmp_path / "knowing"
    shutil.copytree(paths.ROOT / "models" / MODEL, knowing)
    description = json.loads((knowing / DESCRIPTION).read_text(encoding="utf-8"))
    human = splits(bench_data.SPLITS)["human"]
    description["trained_on"] += human["dev"] + human["dev_only"]
    (knowing / DESCRIPTION).write_text(json.dumps(description), encoding="utf-8")
    assert main([*COMMAND, "--part", "dev", "--quick", "--model", str(knowing)]) == Exit.USAGE
    assert "训练过模型的人" in capsys.readouterr().err


class Ends:
    """Trials, and somebody who has seen enough."""

    def __init__(self, trials):
        self._trials = trials

    def __len__(self):
        return len(self._trials)

    def trials(self):
        yield from self._trials
        raise KeyboardInterrupt


@pytest.mark.audio
def test_ended_early_it_tells_what_it_has(small, tmp_path, capsys, monkeypatch):
    from voiceguide.language.phonetics import Readings
    from voiceguide.mouth.renderer import Renderer

    with Renderer(Readings.load(paths.prompts()), voice=HELD_OUT_VOICE) as renderer:
        recording(tmp_path / "下一步_01.wav", renderer.render("下一步", pace=160))

    def plan_that_ends(*arguments):
        made = recognition_plan(*arguments)
        return replace(made, sources={kind: Ends([*source.trials()]) for kind, source in made.sources.items()})

    recognition_plan = recognition.make_plan
    monkeypatch.setattr(recognition, "make_plan", plan_that_ends)
    options = ("--data", str(tmp_path), "--quick", "--jobs", "1")
    assert main([*COMMAND, *options, "--only", "noise", "--only", "commands", "--json"]) == Exit.OK
    report = json.loads(capsys.readouterr().out)
    assert report["models"][0]["ended_early"]
    twice = ("--model", MODEL, "--model", MODEL)
    assert main([*COMMAND, *options, *twice, "--only", "noise"]) == Exit.OK
    assert capsys.readouterr().out.count("提前结束") == 1, "the second model is not begun"


@pytest.mark.audio
def test_one_kind_alone_can_be_measured(small, tmp_path, capsys):
    from voiceguide.language.phonetics import Readings
    from voiceguide.mouth.renderer import Renderer

    with Renderer(Readings.load(paths.prompts()), voice=HELD_OUT_VOICE) as renderer:
        recording(tmp_path / "下一步_01.wav", renderer.render("下一步", pace=160))
    assert main([*COMMAND, "--data", str(tmp_path), "--quick", "--jobs", "1", "--only", "noise", "--json"]) == Exit.OK
    model = json.loads(capsys.readouterr().out)["models"][0]
    assert model["trials"] == 0
    assert model["false_accepts"]["speech"]["hours"] == 0
    assert model["false_accepts"]["noise"]["hours"] > 0
    assert not model["ended_early"]
