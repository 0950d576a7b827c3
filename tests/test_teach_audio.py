"""Teaching for real: a voice kept out of training teaches a word the guide does not know, and is understood."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voiceguide import paths
from voiceguide.cli import main
from voiceguide.events import SAMPLE_RATE, Samples
from voiceguide.exit_codes import Exit
from voiceguide.profile.profile_file import People

pytestmark = pytest.mark.audio

WORD = "乌拉巴古"
"""Means nothing in Mandarin."""
OTHER_WORD = "米索咖啡"
TAUGHT_AT, HEARD_AT = (130, 150, 170), 190
"""Paces: none is heard twice."""

Speak = Callable[[str, int], Samples]


@pytest.fixture(scope="module")
def speak() -> Iterator[Speak]:
    from voiceguide.commands.rehearse import PERSON_VOICE
    from voiceguide.language.phonetics import Readings
    from voiceguide.mouth.renderer import Renderer

    with Renderer(Readings.load(paths.prompts()), voice=PERSON_VOICE) as renderer:
        yield lambda text, pace: renderer.render(text, pace=pace)


def written(folder: Path, speak: Speak, text: str, paces: tuple[int, ...]) -> list[str]:
    files = []
    for pace in paces:
        files.append(str(folder / f"{text}-{pace}.wav"))
        soundfile.write(files[-1], speak(text, pace), SAMPLE_RATE)
    return files


def recognised(file: str, capsys: pytest.CaptureFixture[str]) -> str | None:
    capsys.readouterr()
    assert main(["recognise", file, "--expecting", "12333/blink"]) == Exit.OK
    intent: str | None = json.loads(capsys.readouterr().out)["intent"]
    return intent


def test_taught_understood_undone(
    speak: Speak, tmp_path: Path, own_folders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    takes = written(tmp_path, speak, WORD, TAUGHT_AT)
    [fourth] = written(tmp_path, speak, WORD, (HEARD_AT,))
    [other] = written(tmp_path, speak, OTHER_WORD, (HEARD_AT,))
    assert recognised(fourth, capsys) is None, "else there is nothing to teach"
    assert main(["teach", "--from-files", "再说一遍", *takes, "--label", WORD]) == Exit.OK
    assert recognised(fourth, capsys) == "repeat"
    assert recognised(other, capsys) is None
    assert not [path for path in own_folders.rglob("*") if path.suffix == ".wav"], "no audio is kept"
    assert main(["teach", "--forget", WORD]) == Exit.OK
    assert recognised(fourth, capsys) is None


def test_short_words_are_written_down_with_all_their_syllables(speak: Speak) -> None:
    """Two of three words that people taught lost a syllable or both, and were refused as too short or as nothing. (A
    synthetic voice loses one of these; and has fewer other ways to be heard, where the lattice is narrow none.)"""
    from voiceguide.commands.equipment import model_folders
    from voiceguide.ears.models import find
    from voiceguide.ears.transcriber import Transcriber

    words = ("复旦", "北京", "饭店", "总工", "识别", "数字", "上海", "语音", "中国", "背景")
    with closing(Transcriber(find(None, model_folders()))) as transcriber:
        guesses = {word: transcriber.guesses(speak(word, 150)) for word in words}
    assert all(found and len(found[0].reading) == 2 for found in guesses.values()), guesses
    assert sum(map(len, guesses.values())) >= 14


def test_takes_of_different_words_and_our_own_words_are_refused(
    speak: Speak, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    takes = [*written(tmp_path, speak, WORD, (150,)), *written(tmp_path, speak, OTHER_WORD, (150, 160))]
    assert main(["teach", "--from-files", "再说一遍", *takes]) == Exit.NEGATIVE
    assert "不一样" in capsys.readouterr().err
    assert (
        main(["teach", "--from-files", "再说一遍", *written(tmp_path, speak, "下一步", TAUGHT_AT)])
        == Exit.NEGATIVE
    )
    assert "像" in capsys.readouterr().err
    assert People(paths.data()).files()[0].load().words == ()


CONVERSATION = f"""guide 12333
<< 您好…
<< 谁要…
>> {WORD}
<< 认证…
"""


def test_a_conversation_in_her_own_word(speak: Speak, tmp_path: Path) -> None:
    file = tmp_path / "conversation.txt"
    file.write_text(CONVERSATION, encoding="utf-8")
    assert main(["rehearse", str(file)]) == Exit.NEGATIVE, "else it was understood without being taught"
    takes = written(tmp_path, speak, WORD, TAUGHT_AT)
    assert main(["teach", "--from-files", "下一步", *takes]) == Exit.OK
    assert main(["rehearse", str(file)]) == Exit.OK


def test_a_whole_lesson_heard_from_a_recording(
    speak: Speak, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pause = np.zeros(2 * SAMPLE_RATE, np.int16)
    said = [part for pace in (*TAUGHT_AT, HEARD_AT) for part in (pause, speak(WORD, pace))]
    soundfile.write(tmp_path / "lesson.wav", np.concatenate([*said, pause]), SAMPLE_RATE)
    heard = ["--ears", str(tmp_path / "lesson.wav"), "--mouth", "silent"]
    assert main(["teach", "下一步", *heard]) == Exit.OK
    shown = capsys.readouterr()
    assert "听懂了" in shown.err
    assert [word.intent for word in People(paths.data()).files()[0].load().words] == ["next"]
