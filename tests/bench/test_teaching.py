"""`voiceguide bench teaching` on one person the model never heard: small, but every part of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from voiceguide.cli import main
from voiceguide.exit_codes import Exit

SPEECH = Path(__file__).resolve().parents[3] / "shared" / "speech"

WORDS = ["数字", "语音", "语言", "识别", "中国", "总工", "北京", "背景", "上海", "商行", "复旦", "饭店"]

pytestmark = [
    pytest.mark.speech,
    pytest.mark.audio,
    pytest.mark.skipif(not SPEECH.is_dir(), reason="../shared/speech is not here"),
]


def test_words_of_a_student_are_learnt_and_let_no_sentence_in(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--part", "test", "--speaker", "dspspeech20-s005", "--words", "3", "--takes", "4"]
    assert main(["bench", "teaching", *arguments, "--sentences", "4", "--json"]) == Exit.OK
    [person] = json.loads(capsys.readouterr().out)["people"]
    assert len(person["learnt"]) == 3
    assert person["right"] + person["wrong"] + person["rejected"] == 12
    assert person["right"] >= 10
    assert person["other_utterances"] >= 4
    # 背景 is 北京 but for its tones, 上海 nearly 商行: such twins are let in, and models/README.md says so.
    sentences = [each for each in person["false_accepts_with"] if each.partition(" -> ")[0] not in WORDS]
    assert len(sentences) <= len(person["false_accepts_without"])


def test_whose_voice_the_model_knows_is_not_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "teaching", "--part", "test", "--speaker", "dspspeech20-s001"]) == Exit.USAGE
    assert "dspspeech20-s005" in capsys.readouterr().err


def test_a_folder_without_repeated_words_is_explained(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", "teaching", "--data", str(tmp_path)]) == Exit.USAGE
    assert capsys.readouterr().err
