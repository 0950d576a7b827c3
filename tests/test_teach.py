"""`voiceguide teach`: the lesson, what is kept and what is not, undoing; and her word in every command that listens."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click
import numpy as np
import pytest
import soundfile

from voiceguide import paths
from voiceguide.checking.linter import check
from voiceguide.cli import main
from voiceguide.commands import own_words, recognise, teach
from voiceguide.commands.lesson import Lesson
from voiceguide.commands.recording_walk import Microphone
from voiceguide.ears.models import installed
from voiceguide.ears.recorder import TakeRecorder
from voiceguide.ears.transcriber import sounds_id
from voiceguide.events import (
    SAMPLE_RATE,
    Belief,
    Heard,
    NoInput,
    NoMatch,
    Phrase,
    Prompt,
    Samples,
    Transcript,
)
from voiceguide.exit_codes import Exit
from voiceguide.profile.profile import Profile
from voiceguide.profile.profile_file import People, ProfileFile
from voiceguide.room import RoomClosed
from voiceguide.room.take import Flaw
from voiceguide.teaching.pronouncing import Refusal
from voiceguide.texts.teaching_texts import TeachingTexts
from voiceguide.understanding.personal import PersonalWord

WORD = PersonalWord("晓得哉", "next", (("xiao", "/d e/", "zei"),), "these", "2026-11-23")


def shipped_sounds() -> str:
    return sounds_id(installed([paths.shipped_models()])[0].folder)


def hers() -> ProfileFile:
    return People(paths.data()).files()[0]


def saved() -> tuple[PersonalWord, ...]:
    return hers().load().words


def save(*words: PersonalWord) -> None:
    hers().save(Profile(words=words))


def tone(rms: float = 3000.0) -> Samples:
    """A second of quiet with half a second of something in it."""
    rng = np.random.default_rng(0)
    samples = rng.normal(0, 5, SAMPLE_RATE)
    samples[4000:12000] += rng.normal(0, rms, 8000)
    return np.clip(np.rint(samples), -32_768, 32_767).astype(np.int16)


GOOD, SILENT, LOUD = tone(), np.zeros(0, np.int16), tone(60_000.0)

# ---------------------------------------------------------------------------------------- the lesson


class FakeTalk:
    """Answers what is asked with `heard` in turn; an empty one is no answer."""

    def __init__(self, heard: Sequence[Samples]) -> None:
        self.recorder = Recorder()
        self._heard = list(heard)
        self.said: list[str] = []

    def tell(self, *prompts: Prompt) -> None:
        self.said += [prompt.id.removeprefix("teach/") for prompt in prompts]

    def listen(
        self, prompts: Sequence[Prompt], phrases: Sequence[Phrase], no_input_seconds: float
    ) -> Transcript | NoInput:
        self.tell(*prompts)
        if not self._heard:
            raise RoomClosed
        self.recorder.heard = self._heard.pop(0)
        return Transcript("", 0.0, 0.0, 1.0) if self.recorder.heard.size else NoInput(no_input_seconds)


class Recorder(TakeRecorder):
    def __init__(self) -> None:
        self.heard = SILENT

    @property
    def taken(self) -> Samples:
        return self.heard


class Taught:
    """What learning gives, in turn."""

    def __init__(self, *results: PersonalWord | Refusal) -> None:
        self.results = list(results)
        self.lengths: list[int] = []

    def __call__(self, repetitions: Sequence[Samples]) -> PersonalWord | Refusal:
        self.lengths.append(len(repetitions))
        return self.results.pop(0)


def lesson(
    heard: Sequence[Samples], learn: Taught, understood: Sequence[bool] = (True,)
) -> tuple[PersonalWord | None, list[str]]:
    talk, answers = FakeTalk(heard), list(understood)
    texts = TeachingTexts.load(paths.prompts())
    taught = Lesson(talk, talk.recorder, Microphone(None), texts).run(  # type: ignore[arg-type]
        "下一步", learn, lambda word, samples: answers.pop(0)
    )
    return (taught[0] if taught else None), [said.partition("/")[0] for said in talk.said]


def test_three_times_then_tried_then_said() -> None:
    learn = Taught(WORD)
    word, said = lesson([GOOD] * 4, learn)
    assert word == WORD
    assert learn.lengths == [3]
    assert said == ["ask.1", "ask.2", "ask.3", "check.1", "learnt.1"]


def test_silence_and_a_loud_take_are_asked_again() -> None:
    word, said = lesson([SILENT, GOOD, LOUD, GOOD, GOOD, GOOD], Taught(WORD))
    assert word == WORD
    assert said[:6] == ["ask.1", "nothing.1", "ask-again.1", "ask.2", "clipped.1", "ask-again.1"]


def test_after_three_silences_it_gives_up() -> None:
    word, said = lesson([SILENT] * 3, Taught())
    assert word is None
    assert said[-1] == "given-up.1"
    assert said.count("ask-again.1") + said.count("ask-again.2") == 2


def test_a_refusal_is_explained_and_the_lesson_begins_again_once() -> None:
    word, said = lesson([GOOD] * 7, Taught(Refusal("like-ours", "停"), WORD))
    assert word == WORD
    assert said[3] == "word-like-ours.1"
    word, said = lesson([GOOD] * 7, Taught(Refusal("differ"), Refusal("short")))
    assert word is None
    assert said[-2:] == ["word-short.1", "given-up.1"]


def test_a_word_that_does_not_work_is_not_learnt() -> None:
    word, said = lesson([GOOD] * 10, Taught(WORD, WORD), [False] * 4)
    assert word is None
    assert said.count("check.2") == 2
    assert said[-1] == "given-up.1"


def test_a_room_that_closes_ends_the_lesson() -> None:
    assert lesson([GOOD], Taught(WORD))[0] is None


def test_every_flaw_and_every_refusal_has_its_sentence() -> None:
    texts = TeachingTexts.load(paths.prompts())
    for flaw in Flaw:
        assert texts.vary(flaw.value).text
    for code in ("nothing", "differ", "short", "long", "like-ours", "like-hers", "unsure"):
        assert "{" not in texts.why(Refusal(code, "停")).text


@pytest.mark.thorough
def test_what_is_said_is_linted(tmp_path: Path) -> None:
    import shutil

    # The small good guide in place of the shipped one: what is said here stands in no guide.
    language = shutil.copytree(paths.prompts(), tmp_path / "zh-CN", ignore=shutil.ignore_patterns("guides"))
    (language / "guides").mkdir()
    shutil.copy(Path(__file__).parent / "broken" / "good.toml", language / "guides" / "broken.toml")
    assert check(language) == []
    file = language / "teach.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("请家里人", "请用 USB"), encoding="utf-8")
    assert {finding.file for finding in check(language)} == {"teach.toml"}


# ------------------------------------------------------------------------------------- from recordings


class FakeTeacher:
    def __init__(self, result: PersonalWord | Refusal) -> None:
        self.result = result
        self.known: Sequence[PersonalWord] = ()

    def learn(
        self, intent: str, label: str, repetitions: Sequence[Samples], known: Sequence[PersonalWord], day: str
    ) -> PersonalWord | Refusal:
        self.known = known
        if isinstance(self.result, Refusal):
            return self.result
        return replace(self.result, intent=intent, label=label, taught=day)


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Three good recordings; speech detection is not asked."""
    monkeypatch.setattr("voiceguide.ears.transcriber.first_utterance", lambda samples: samples)
    names = [str(tmp_path / f"{number}.wav") for number in range(3)]
    for name in names:
        soundfile.write(name, GOOD, SAMPLE_RATE)
    return names


def teaches(monkeypatch: pytest.MonkeyPatch, result: PersonalWord | Refusal) -> FakeTeacher:
    teacher = FakeTeacher(result)

    @contextmanager
    def opened(content: object, model: object) -> Iterator[tuple[FakeTeacher, None]]:
        yield teacher, None

    monkeypatch.setattr(teach, "opened_teacher", opened)
    return teacher


def test_taught_from_recordings_by_our_words_or_the_name(
    files: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    teaches(monkeypatch, WORD)
    assert main(["teach", "--from-files", "失败了", *files]) == Exit.OK
    assert main(["teach", "--from-files", "repeat", *files, "--label", "侬讲啥"]) == Exit.OK
    assert [(word.intent, word.label) for word in saved()] == [("failed", "自己的话一"), ("repeat", "侬讲啥")]
    assert "「侬讲啥」" in capsys.readouterr().out


def test_no_audio_is_kept(files: list[str], monkeypatch: pytest.MonkeyPatch, own_folders: Path) -> None:
    teaches(monkeypatch, WORD)
    assert main(["teach", "--from-files", "next", *files]) == Exit.OK
    kept = [path for path in own_folders.rglob("*") if path.is_file()]
    assert kept == [hers().path]
    assert hers().path.stat().st_size < 1000


@pytest.mark.parametrize("agrees", [True, False])
def test_audio_is_kept_only_where_she_agrees_and_forgotten_with_the_word(
    agrees: bool, files: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    teaches(monkeypatch, WORD)
    monkeypatch.setattr(click, "confirm", lambda question, err: agrees)
    assert main(["teach", "--from-files", "next", *files, "--keep-audio"]) == Exit.OK
    assert len(list(hers().recordings.glob("*.wav"))) == (3 if agrees else 0)
    assert main(["teach", "--forget"]) == Exit.OK
    assert not list(hers().recordings.glob("*.wav"))


def test_a_refusal_says_why_and_keeps_nothing(
    files: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    teaches(monkeypatch, Refusal("like-ours", "停"))
    assert main(["teach", "--from-files", "next", *files]) == Exit.NEGATIVE
    assert "停" in capsys.readouterr().err
    assert saved() == ()


@pytest.mark.parametrize(
    ("samples", "text"), [(LOUD, "太大"), (np.zeros(SAMPLE_RATE, np.int16), "话筒")], ids=["loud", "silent"]
)
def test_a_bad_recording_is_named(
    samples: Samples, text: str, files: list[str], monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    teaches(monkeypatch, WORD)
    monkeypatch.setattr(
        "voiceguide.ears.transcriber.first_utterance",
        lambda recording: recording if recording.any() else recording[:0],
    )
    soundfile.write(files[1], samples, SAMPLE_RATE)
    assert main(["teach", "--from-files", "next", *files]) == Exit.NEGATIVE
    shown = capsys.readouterr().err
    assert files[1] in shown
    assert text in shown


@pytest.mark.parametrize(
    "arguments",
    [
        ["--from-files", "next", "one.wav"],
        ["--from-files"],
        ["next", "one.wav"],
        ["--from-files", "炒青菜", "a.wav", "b.wav", "c.wav"],
        ["--list", "--forget"],
        ["--from-files", "next", "a.wav", "b.wav", "--label", "a b"],
        ["--from-files", "next", "a.wav", "b.wav", "--label", "晓得哉"],
    ],
)
def test_a_wrong_command_is_explained(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    save(WORD)
    assert main(["teach", *arguments]) == Exit.USAGE
    assert capsys.readouterr().err
    assert saved() == (WORD,)


# ------------------------------------------------------------------------------------- list and undo


def test_the_list_tells_what_cannot_be_used(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["teach", "--list"]) == Exit.OK
    assert "还没有教过" in capsys.readouterr().out
    save(replace(WORD, sounds=shipped_sounds()), replace(WORD, label="外头的"))
    assert main(["teach", "--list"]) == Exit.OK
    shown = capsys.readouterr()
    mine, foreign = shown.out.splitlines()
    assert "下一步" in mine
    assert "用不上" not in mine
    assert "用不上" in foreign
    assert "外头的" in shown.err


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ([], ["晓得哉", "歇"]),
        (["晓得哉"], ["歇", "好哉"]),
        (["「晓得哉」"], ["歇", "好哉"]),
        (["下一步"], ["歇"]),
        (["stop"], ["晓得哉", "好哉"]),
    ],
)
def test_undo(name: list[str], left: list[str]) -> None:
    save(WORD, replace(WORD, label="歇", intent="stop"), replace(WORD, label="好哉"))
    assert main(["teach", "--forget", *name]) == Exit.OK
    assert [word.label for word in saved()] == left


@pytest.mark.parametrize("name", [["再说一遍"], ["炒青菜"]])
def test_what_was_never_taught_cannot_be_forgotten(name: list[str]) -> None:
    save(WORD)
    assert main(["teach", "--forget", *name]) == Exit.NEGATIVE
    assert saved() == (WORD,)


def test_nothing_to_undo() -> None:
    assert main(["teach", "--forget"]) == Exit.NEGATIVE


# --------------------------------------------------------------------------------- where it is used


class HearsHerWord:
    """A recogniser that hears her word where it is listened for."""

    def prepare(self, phrases: Sequence[Phrase]) -> None: ...

    def turn(self, phrases: Sequence[Phrase]) -> HearsHerWord:
        self.text = WORD.text if WORD.text in {phrase.text for phrase in phrases} else ""
        return self

    def accept(self, samples: Samples) -> None: ...

    def partial(self) -> str:
        return self.text

    def result(self, thorough: bool = True) -> Belief:
        return Belief(self.text, 0.9)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    def recognised(
        recogniser: HearsHerWord, samples: Samples, phrases: Sequence[Phrase], _: object
    ) -> Transcript:
        belief = recogniser.turn(phrases).result()
        return Transcript(belief.text, belief.confidence, 0.0, 1.0)

    monkeypatch.setattr(recognise, "open_recogniser", lambda model: HearsHerWord())
    monkeypatch.setattr("voiceguide.ears.files.recognise_file", recognised)
    soundfile.write(tmp_path / "a.wav", GOOD, SAMPLE_RATE)
    return tmp_path / "a.wav"


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("sounds", "options", "intent"),
    [("shipped", [], "next"), ("shipped", ["--no-personal"], None), ("other", [], None)],
)
def test_recognise_hears_her_word_unless_told_not_to_or_taught_to_another_model(
    sounds: str, options: list[str], intent: str | None, heard: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(replace(WORD, sounds=shipped_sounds() if sounds == "shipped" else sounds))
    assert main(["recognise", str(heard), *options]) == Exit.OK
    shown = capsys.readouterr()
    assert json.loads(shown.out)["intent"] == intent
    assert ("用别的识别模型教的" in shown.err) == (sounds == "other")


def test_a_damaged_file_of_words_never_stops_a_command(
    heard: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(WORD)
    hers().path.write_text("{", encoding="ascii")
    assert main(["recognise", str(heard)]) == Exit.OK
    assert "坏了" in capsys.readouterr().err


@pytest.mark.thorough
def test_run_and_rehearse_understand_her_word_too() -> None:
    from voiceguide.commands.content import open_content

    save(replace(WORD, sounds=shipped_sounds()))
    content = own_words.with_own_words(open_content(), saved(), None)
    assert content.understanding.understand(WORD.text, ("next",)) == Heard("next", WORD.text)
    assert open_content().understanding.understand(WORD.text, ("next",)) == NoMatch(WORD.text)
