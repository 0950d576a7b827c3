"""`voiceguide bench conversation` and `bench soak`: what is refused, what is told, once with real ears and mouth."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile

from tests.bench.text_session import GUIDE, LIBRARY, MAP, WORDINGS
from voiceguide import paths
from voiceguide.bench import conditions, elders
from voiceguide.bench.acts import SAY
from voiceguide.bench.conversation import Conversation
from voiceguide.bench.conversation_picture import draw as draw_picture
from voiceguide.bench.conversation_report import as_dict, figures
from voiceguide.bench.conversation_table import table
from voiceguide.bench.elders import Journey, journey
from voiceguide.bench.guest import NEARER_DB, Guest
from voiceguide.bench.mind import NEARER, QUIETEN, Mind
from voiceguide.bench.phrasing import Phrased, Phrasing, Piece
from voiceguide.bench.plan import rng_for
from voiceguide.bench.record import PromptSaid, Record, TurnHeard, Utterance
from voiceguide.bench.scoring import RIGHT, Score, Turn, WrongMove, score
from voiceguide.bench.soak import STALL_SECONDS, Soak, faults_of
from voiceguide.bench.transcript import transcript
from voiceguide.bench.voices import AccentedRenderer, ElderVoice, last_sound
from voiceguide.bench.whereabouts import STEP, Whereabouts
from voiceguide.cli import main
from voiceguide.events import BLOCK_SAMPLES, BLOCK_SECONDS, SAMPLE_RATE, Prompt, Said
from voiceguide.exit_codes import Exit
from voiceguide.mouth.cache import PromptCache
from voiceguide.room.acoustics import Dial, speech_dbfs
from voiceguide.room.simulated import Muted, Overrun, Unplugged

COMMAND = ("bench", "conversation")


def held(number: int, *, complete: bool = True, **score_values: object) -> Conversation:
    """One that was never held."""
    elder = elders.draw(1, number)
    made = Score(seconds=60.0, speaking_seconds=30.0, **score_values)  # type: ignore[arg-type]
    return Conversation(
        elder, conditions.draw(1, number), journey(elder, 25), elder.voice, "done" if complete else "gave-up", complete,
        made, Record(),
    )  # fmt: skip


def turn(fate: str, latency: float | None = None, hesitant: bool = False, complete: bool = True) -> Turn:
    utterance = Utterance(1.0, 2.0, "好了", SAY, "next", frozenset({"next"}), hesitant=hesitant)
    return Turn(utterance, fate, "", "", 1, latency, complete)


# ------------------------------------------------------------------------------------------------- figures


def test_figures_are_counted_over_all_conversations() -> None:
    wrong = WrongMove(
        3.0, Whereabouts(STEP, "phone"), Whereabouts(STEP, "network"), "再说一遍", "repeat", "好了", "next"
    )
    found = figures([
        held(0, turns=[turn(RIGHT, 0.3), turn("misheard"), turn(RIGHT, 0.5)], failures=1, repaired=1, barge_ins=2,
             missed_barge_ins=1, stop_seconds=[0.2], false_barge_ins=[9.0]),
        held(1, complete=False, turns=[turn("unheard"), turn(RIGHT, 9.0, hesitant=True),
                                    turn(RIGHT, 2.0, complete=False)], wrong_moves=[wrong],
             failures=1),
    ])  # fmt: skip
    assert found["completion_percent"] == 50.0
    assert found["outcomes"] == {"done": 1, "gave-up": 1}
    assert (found["turns"], found["right_percent"], found["unheard_percent"]) == (6, 66.67, 16.67)
    assert found["wrong_moves_percent"] == 16.67
    assert found["repaired_percent"] == 50.0
    assert found["missed_barge_ins_percent"] == 50.0
    assert found["stop_p95_seconds"] == 0.2
    assert found["false_barge_ins_per_hour"] == 60.0  # one in a minute of speaking
    assert found["answer_median_seconds"] == 0.4  # the hesitant phrase is no complete one, nor is 不
    assert found["answer_open_median_seconds"] == 2.0


def test_nothing_measured_is_null_and_never_met() -> None:
    report = as_dict([], 1, 5, "m", "g")
    assert report["all"]["completion_percent"] is None
    assert {target["met"] for target in report["targets"]} == {None}
    assert table(report) == "一段对话也没有做完。"


@pytest.mark.thorough
def test_the_report_tells_conditions_apart_and_names_who_failed(tmp_path: Path) -> None:
    people = [held(number, complete=number != 3, turns=[turn(RIGHT, 0.3)]) for number in range(10)]
    report = as_dict(reversed(people), 1, 12, "m", "g")
    assert json.loads(json.dumps(report))["by"] == report["by"]
    assert sum(found["people"] for found in report["by"]["echo"].values()) == 10
    assert [person["elder"]["number"] for person in report["people"]] == list(range(10))
    text = table(report)
    assert "第 3 位没做完" in text
    assert "提前结束了：要测 12 位" in text
    assert "没达到" in text
    draw_picture(report, tmp_path / "figures.png")
    assert (tmp_path / "figures.png").read_bytes().startswith(b"\x89PNG")


def test_a_transcript_is_for_reading() -> None:
    record = Record(loud=bytearray(b"\1" * 200 + b"\0" * 400))
    here = Whereabouts(STEP, "phone")
    record.log = [PromptSaid(0.0, GUIDE.step("phone").say, 4.0), TurnHeard(8.0, 6.0, 7.0, "好了", "next", 0.9),
                  PromptSaid(8.0, GUIDE.step("papers").say, 4.0)]  # fmt: skip
    record.utterances = [Utterance(6.0, 7.0, "再说一遍", SAY, "repeat", frozenset({"repeat"}), here)]
    written = transcript(replace(held(0), record=record, score=score(record, MAP)))
    assert [line.split("]")[0] for line in written.splitlines()] == [
        "[00:00.0",
        "[00:06.0",
        "[00:08.0",
        "[00:08.0",
    ]
    assert "再说一遍　〔repeat，misheard〕" in written
    assert "【走错：phone/step:1 → papers/step:1】" in written
    assert "听成“好了” → next（0.90）" in written


# ------------------------------------------------------------------------------------------------- refused


@pytest.mark.parametrize("command", [COMMAND, ("bench", "soak")])
def test_help_is_chinese(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*command, "--help"]) == Exit.OK
    assert capsys.readouterr().out.startswith("用法：")


@pytest.mark.thorough
@pytest.mark.parametrize(
    "arguments",
    [
        ("--guide", "nowhere"), ("--people", "0"), ("--save", "talk.wav"), ("--person", "1", "--save", "talk.mp3"),
        ("--picture", "curves.txt"), ("--picture", "/nowhere/at/all.png"), ("--first", "3", "--person", "1"),
        ("--transcripts", __file__), ("--transcripts", f"{__file__}/below"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_before_anything_begins(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*COMMAND, *arguments]) == Exit.USAGE
    told = capsys.readouterr()
    assert told.err
    assert not told.out


def test_transcripts_that_cannot_be_written_cost_no_figures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "talks"

    def converse(*_: object) -> Iterator[Conversation]:
        folder.rmdir()
        yield held(0)
        yield held(1)

    setup = SimpleNamespace(seed=1, model=Path("m"), guide="g")
    monkeypatch.setattr("voiceguide.bench.conversation.converse", converse)
    monkeypatch.setattr("voiceguide.commands.bench_conversation.prepared", lambda *_: setup)
    assert main([*COMMAND, "--people", "2", "--transcripts", str(folder), "--json"]) == Exit.OK
    told = capsys.readouterr()
    assert len(json.loads(told.out)["people"]) == 2
    assert told.err.count("对话不写了，接着测。") == 1


# ------------------------------------------------------------------------------------------------- the soak


def soaked(samples: list[tuple[float, float]], outcome: str = "too-long", **score_values: object) -> Soak:
    return Soak(replace(held(0, **score_values), outcome=outcome), 3600.0, {}, samples)


def test_memory_that_grows_does_not_pass() -> None:
    flat = [(60.0 * minute, 300.0 + 20 * (minute < 10)) for minute in range(60)]
    assert soaked(flat).passed  # what loads in the first quarter is no leak
    assert soaked(flat).slope_mb_per_hour == pytest.approx(0.0, abs=0.01)
    leaking = [(60.0 * minute, 300.0 + minute / 10) for minute in range(60)]
    assert soaked(leaking).slope_mb_per_hour == pytest.approx(6.0)
    assert not soaked(leaking).passed


def test_neither_does_a_wrong_move_or_an_early_end() -> None:
    here = Whereabouts(STEP, "phone")
    assert not soaked([], wrong_moves=[WrongMove(1.0, here, here, "", "", "", "")]).passed
    assert not soaked([], outcome="stopped").passed
    assert soaked([]).passed
    assert soaked([]).as_dict()["slope_mb_per_hour"] is None


def test_all_kinds_of_faults_strike_at_random_moments_that_are_always_the_same() -> None:
    faults = faults_of(1, 4 * 3600)
    assert faults == faults_of(1, 4 * 3600)
    assert faults != faults_of(2, 4 * 3600)
    assert 100 < len(faults) < 250
    assert {type(fault) for fault in faults} == {Unplugged, Overrun, Muted}
    assert any(
        isinstance(fault, Overrun) and fault.blocks * BLOCK_SECONDS == STALL_SECONDS for fault in faults
    )


# ------------------------------------------------------------------------------------------------- real sound


@pytest.mark.audio
def test_an_elder_sounds_as_she_is_drawn(tmp_path: Path) -> None:
    cache = PromptCache(tmp_path)
    elder = replace(elders.draw(1, 0), level_dbfs=-27.0, accent=("s-sh", "z-zh"), human=False)
    with AccentedRenderer(LIBRARY.readings) as renderer:
        voice = ElderVoice(elder, renderer, cache, None)
        plain = voice.say(Phrased((Piece("再说一遍"),), frozenset(), False))
        paused = voice.say(Phrased((Piece("再", 0.8), Piece("说一遍")), frozenset(), False))
        assert speech_dbfs(plain) == pytest.approx(-27, abs=0.5)
        assert paused.size > plain.size + 0.6 * SAMPLE_RATE
        np.testing.assert_array_equal(plain, ElderVoice(elder, renderer, cache, None).say(
            Phrased((Piece("再说一遍"),), frozenset(), False)
        ))  # fmt: skip
        renderer.habits = elder.accent
        assert "suo1" in renderer.engine_text("说")
        renderer.habits = ()
        assert "shuo1" in renderer.engine_text("说")
        slow = ElderVoice(replace(elder, pace=105), renderer, cache, None)
        assert slow.say(Phrased((Piece("再说一遍"),), frozenset(), False)).size > 1.2 * plain.size
        assert 0.2 * SAMPLE_RATE < voice.cough(0).size < 1.2 * SAMPLE_RATE


def test_a_phrase_ends_with_its_last_sound() -> None:
    sound = np.concatenate(
        [np.full(1000, 3000, np.int16), np.full(1600, 20, np.int16), np.zeros(800, np.int16)]
    )
    assert last_sound(sound) == 1000
    assert last_sound(np.zeros(0, np.int16)) == 0


def test_every_word_of_hers_can_be_read_out() -> None:
    elder = replace(elders.draw(1, 2), chattiness=1.0, fillers=1.0, hesitates=1.0)
    phrasing = Phrasing(elder, GUIDE, WORDINGS, rng_for(1, "words"))
    for _ in range(200):
        for piece in phrasing.put("repeat", Whereabouts(STEP, "phone"), None).pieces:
            assert LIBRARY.readings.toneless(piece.text), piece


@pytest.mark.audio
@pytest.mark.slow
def test_a_conversation_from_the_first_word_to_the_last(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a room without echo and television: see conditions.draw(1, 5)."""
    wav = tmp_path / "talk.wav"
    assert main([*COMMAND, "--person", "5", "--json", "--save", str(wav)]) == Exit.OK
    report = json.loads(capsys.readouterr().out)
    [person] = report["people"]
    assert person["elder"]["number"] == 5
    assert person["complete"], person
    assert report["all"]["turns"] >= 4
    assert report["all"]["right_percent"] >= 40
    samples, rate = soundfile.read(wav)
    assert rate == SAMPLE_RATE
    assert samples.shape[1] == 2
    assert samples.shape[0] / rate == pytest.approx(person["minutes"] * 60, abs=2)
    assert np.abs(samples[:, 0]).max() > 0.1  # the guide
    assert np.abs(samples[:, 1]).max() > 0.01  # what the microphone got


@pytest.mark.audio
@pytest.mark.slow
def test_two_in_two_processes_are_the_same_as_one_after_the_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def measured(*options: str) -> list[object]:
        arguments = ["--people", "2", "--seed", "39", "--json", "--transcripts", str(tmp_path / "talks")]  # quiet rooms
        assert main([*COMMAND, *arguments, *options]) == Exit.OK
        people: list[object] = json.loads(capsys.readouterr().out)["people"]
        return people

    both = measured("--jobs", "2")
    assert {path.name for path in (tmp_path / "talks").iterdir()} == {"000.txt", "001.txt"}
    assert "指南：" in (tmp_path / "talks" / "001.txt").read_text("utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))  # nothing of what was rendered, and in another order
    assert [*measured("--people", "1", "--first", "1"), *measured("--people", "1")] == [*reversed(both)]


@pytest.mark.audio
@pytest.mark.slow
def test_three_simulated_minutes_with_faults_lose_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["bench", "soak", "--hours", "0.08", "--seed", "3", "--json"])
    report = json.loads(capsys.readouterr().out)
    assert report["lasted"]
    assert not report["wrong_moves"]
    assert report["turns"] >= 3
    assert sum(report["faults"].values()) >= 2
    assert code in (Exit.OK, Exit.NEGATIVE)  # memory is still warming up
    assert paths.cache().is_dir()


@pytest.mark.thorough
def test_she_turns_the_television_down_and_comes_nearer_when_she_is_asked_to(tmp_path: Path) -> None:
    elder = replace(elders.draw(1, 0), heeds=1.0, human=False, level_dbfs=-30.0, interrupts=0.0, tries=99)
    phrasing = Phrasing(elder, GUIDE, WORDINGS, rng_for(1, "words", 0))
    mind = Mind(elder, Journey(0, 3), MAP, phrasing, rng_for(1, "mind", 0))
    dial = Dial()
    with closing(AccentedRenderer(LIBRARY.readings)) as renderer:
        voice = ElderVoice(elder, renderer, PromptCache(tmp_path), None)
        guest = Guest(elder, mind, voice, lambda _: None, rng_for(1, "guest", 0), 900.0, television=dial)
        silence = np.zeros(BLOCK_SAMPLES, np.int16)

        def says(*prompts: Prompt) -> float:
            """How loud her answer is."""
            for prompt in prompts:
                guest.note(Said(0.0, prompt))
            at = guest.record.seconds
            guest.hear_and_speak(np.full(BLOCK_SAMPLES, 1000, np.int16), at)
            said = [guest.hear_and_speak(silence, at + n * BLOCK_SECONDS) for n in range(1, 1500)]
            return speech_dbfs(np.concatenate(said))

        before_dbfs = says(GUIDE.welcome, GUIDE.steps[0].say)
        assert dial.gain == 1.0
        after_dbfs = says(LIBRARY.common["disturbed-noise"][0], LIBRARY.common["no-match"][0])
    assert dial.gain < 0.3
    assert after_dbfs == pytest.approx(before_dbfs + NEARER_DB, abs=1.5)
    assert [errand for _, errand in guest.record.errands] == [QUIETEN, NEARER]
