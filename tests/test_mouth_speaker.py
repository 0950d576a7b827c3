"""The speaking mouth: queue, playback from memory, hushing, and prompts that cannot be made."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from voiceguide.events import BLOCK_SAMPLES, EARCONS, SAMPLE_RATE, Block, Prompt, Samples
from voiceguide.mouth import Mouth, MouthError
from voiceguide.mouth.cache import PromptCache
from voiceguide.mouth.silent import SilentMouth
from voiceguide.mouth.speaker import BREATH_SECONDS, Speaker
from voiceguide.mouth.tones import GAP_SECONDS, tone

LEVEL = 8000


class FakeRenderer:
    """Half a second of constant level for each text; slow while `gate` is shut; broken for texts in `broken`."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.broken: set[str] = set()
        self.asked: list[str] = []
        self.rendered: list[tuple[str, int]] = []
        self.closed = 0

    def start(self) -> str:
        return "fake 1"

    def identity(self, text: str, *, voice: str, pace: int) -> tuple[str, ...]:
        return ("fake 1", voice, str(pace), text)

    def render(self, text: str, *, voice: str, pace: int) -> Samples:
        self.asked.append(f"{voice}:{text}" if voice else text)
        if not self.gate.wait(10):
            raise AssertionError("the test forgot to open the gate")
        self.rendered.append((text, pace))
        if text in self.broken:
            raise MouthError("render-timeout", "合成语音的程序没有反应。", "请重新启动。")
        return np.full(SAMPLE_RATE // 2, LEVEL, np.int16)

    def close(self) -> None:
        self.closed += 1
        self.gate.set()


@pytest.fixture
def renderer() -> FakeRenderer:
    return FakeRenderer()


@pytest.fixture
def mouth(renderer: FakeRenderer) -> Iterator[Speaker]:
    mouth = Speaker(renderer, waits=True)
    yield mouth
    mouth.close()


def prompt(text: str) -> Prompt:
    return Prompt(f"test/{text}", text)


def play(mouth: Mouth) -> Samples:
    blocks: list[Block] = []
    while mouth.speaking:
        blocks.append(mouth.next_block())
        assert len(blocks) < 1000
    return np.concatenate(blocks) if blocks else np.zeros(0, np.int16)


def until(condition: object) -> None:
    deadline = time.monotonic() + 20
    assert callable(condition)
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.002)


def test_both_mouths_keep_the_port(mouth: Speaker) -> None:
    ports: list[Mouth] = [mouth, SilentMouth()]  # mypy looks at this line
    for port in ports:
        assert not port.speaking
        block = port.next_block()
        assert block.shape == (BLOCK_SAMPLES,)
        assert block.dtype == np.int16
        assert not block.any()


def test_the_silent_mouth_takes_no_time() -> None:
    mouth = SilentMouth()
    mouth.prepare([prompt("好")])
    mouth.say(prompt("好"))
    mouth.adjust(1, 1)
    mouth.hush()
    assert not mouth.speaking
    mouth.close()


def test_a_prompt_sounds_from_the_first_block(mouth: Speaker) -> None:
    mouth.say(prompt("好"))
    assert mouth.speaking
    assert mouth.next_block()[0] == LEVEL
    assert play(mouth).size == SAMPLE_RATE // 2 - BLOCK_SAMPLES
    assert not mouth.next_block().any()


def test_the_next_prompt_follows_after_a_breath(mouth: Speaker) -> None:
    mouth.say(prompt("一"))
    mouth.say(prompt("二"))
    heard = play(mouth)
    gap = np.flatnonzero(heard == 0)
    assert gap.size == BREATH_SECONDS * SAMPLE_RATE
    assert gap[0] == SAMPLE_RATE // 2


def test_silence_while_a_prompt_is_not_ready_then_at_once(renderer: FakeRenderer) -> None:
    mouth = Speaker(renderer)
    renderer.gate.clear()
    mouth.say(prompt("好"))
    began = time.monotonic()
    for _ in range(20):
        assert mouth.speaking
        assert not mouth.next_block().any()
    assert time.monotonic() - began < 0.5
    renderer.gate.set()
    until(lambda: mouth._rendered._memory)
    assert mouth.next_block()[0] == LEVEL
    mouth.close()


def test_prompts_are_rendered_ahead_the_newest_wish_first(renderer: FakeRenderer) -> None:
    mouth = Speaker(renderer)
    renderer.gate.clear()
    mouth.prepare([prompt(text) for text in "甲乙丙丁"])
    until(lambda: renderer.asked == ["甲"])
    mouth.prepare([prompt("子"), prompt("丑"), prompt("丙")])
    mouth.say(prompt("午"))
    renderer.gate.set()
    until(lambda: len(renderer.rendered) == 7)
    assert "".join(text for text, _ in renderer.rendered) == "甲午子丑丙乙丁"
    mouth.say(prompt("丁"))
    assert mouth.next_block()[0] == LEVEL  # from memory
    time.sleep(0.02)
    assert len(renderer.rendered) == 7
    mouth.close()


def test_hush_fades_within_a_block_and_forgets_the_queue(mouth: Speaker) -> None:
    mouth.say(prompt("一"))
    mouth.say(prompt("二"))
    for _ in range(5):
        mouth.next_block()
    mouth.hush()
    tail = mouth.next_block().astype(int)
    assert tail[0] == LEVEL
    assert np.max(np.abs(np.diff(tail))) < LEVEL / 40  # no click
    assert tail[-1] == 0
    assert not mouth.speaking
    assert not mouth.next_block().any()


def test_hush_while_a_prompt_is_being_rendered(renderer: FakeRenderer) -> None:
    mouth = Speaker(renderer)
    renderer.gate.clear()
    mouth.say(prompt("一"))
    until(lambda: renderer.asked)
    mouth.hush()
    assert not mouth.speaking
    renderer.gate.set()
    until(lambda: mouth._rendered._memory)
    assert not mouth.next_block().any()
    mouth.close()


def test_loudness_goes_by_3_db_and_stops_at_the_ends(mouth: Speaker) -> None:
    mouth.adjust(0, -2)
    mouth.say(prompt("好"))
    assert play(mouth)[1000] == pytest.approx(LEVEL * 10 ** (-6 / 20), abs=2)
    for _ in range(9):
        mouth.adjust(0, -1)
    assert mouth.loudness_db == -12
    for _ in range(20):
        mouth.adjust(0, 1)
    assert mouth.loudness_db == 9
    mouth.say(prompt("好"))
    assert LEVEL * 2 < play(mouth)[1000] < 32767


def test_loudness_changes_from_the_next_prompt_on(mouth: Speaker) -> None:
    mouth.say(prompt("好"))
    mouth.next_block()
    mouth.adjust(0, -4)
    assert (play(mouth) == LEVEL).all()


def test_pace_goes_by_20_stops_at_the_ends_and_renders_anew(mouth: Speaker, renderer: FakeRenderer) -> None:
    mouth.prepare([prompt("好")])
    until(lambda: ("好", 160) in renderer.rendered)
    mouth.adjust(-1, 0)
    until(lambda: ("好", 140) in renderer.rendered)
    for _ in range(9):
        mouth.adjust(-1, 0)
    assert mouth.pace == 100
    for _ in range(20):
        mouth.adjust(1, 0)
    assert mouth.pace == 240
    mouth.say(prompt("快"))
    until(lambda: ("快", 240) in renderer.rendered)


def test_a_prompt_that_cannot_be_made_is_told_once_and_the_next_one_works(
    mouth: Speaker, renderer: FakeRenderer
) -> None:
    renderer.broken = {"坏"}
    for text in "一坏二":
        mouth.say(prompt(text))
    heard: list[Block] = []
    errors: list[str] = []
    while mouth.speaking:
        try:
            heard.append(mouth.next_block())
        except MouthError as error:
            errors.append(error.code)
    assert errors == ["render-timeout"]
    samples = np.concatenate(heard)
    assert np.count_nonzero(samples == LEVEL) >= SAMPLE_RATE  # 一 and 二
    between = samples[SAMPLE_RATE // 2 : -SAMPLE_RATE // 2]
    assert np.abs(between).max() > 1000  # the earcon
    renderer.broken = set()
    mouth.say(prompt("坏"))
    assert mouth.next_block()[0] == LEVEL


def test_it_tells_which_prompts_have_begun(mouth: Speaker, renderer: FakeRenderer) -> None:
    renderer.broken = {"坏"}
    for text in "一二坏":
        mouth.say(prompt(text))
    assert mouth.begun() == []
    mouth.next_block()
    assert [each.text for each in mouth.begun()] == ["一"]
    assert mouth.begun() == []
    with pytest.raises(MouthError):
        play(mouth)
    assert [each.text for each in mouth.begun()] == ["二", "坏"]


def test_memory_is_bounded_and_keeps_what_was_wished_last(renderer: FakeRenderer) -> None:
    mouth = Speaker(renderer, memory_seconds=2.0, waits=True)
    mouth.prepare([prompt(str(n)) for n in range(10)])
    until(lambda: len(renderer.rendered) == 10)
    until(lambda: {wanted.text for wanted in mouth._rendered._memory} == set("0123"))
    mouth.prepare([prompt("9")])
    until(lambda: {wanted.text for wanted in mouth._rendered._memory} == set("9012"))
    mouth.say(prompt("7"))  # long forgotten
    assert play(mouth).size == SAMPLE_RATE // 2
    mouth.close()


def test_the_second_start_speaks_from_the_disk(renderer: FakeRenderer, tmp_path: Path) -> None:
    for _ in range(2):
        mouth = Speaker(renderer, PromptCache(tmp_path), waits=True)
        mouth.say(prompt("好"))
        assert (play(mouth) == LEVEL).all()
        mouth.close()
    assert renderer.rendered == [("好", 160)]


def test_a_cache_that_cannot_be_written_does_not_stop_it(renderer: FakeRenderer, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    mouth = Speaker(renderer, PromptCache(tmp_path / "file" / "cache"), waits=True)
    mouth.say(prompt("好"))
    assert (play(mouth) == LEVEL).all()
    mouth.close()


def test_no_engine_is_told_at_the_start(renderer: FakeRenderer, monkeypatch: pytest.MonkeyPatch) -> None:
    def start() -> str:
        raise MouthError("no-voice", "没有会说普通话的声音。", "请重新安装。")

    monkeypatch.setattr(renderer, "start", start)
    with pytest.raises(MouthError):
        Speaker(renderer)


def test_close_ends_the_worker_and_may_be_repeated(renderer: FakeRenderer) -> None:
    mouth = Speaker(renderer)
    renderer.gate.clear()
    mouth.prepare([prompt(text) for text in "甲乙丙"])
    began = time.monotonic()
    mouth.close()
    mouth.close()
    assert time.monotonic() - began < 1
    assert not mouth._rendered._worker.is_alive()


def test_a_whole_conversation_of_prompts_under_load(mouth: Speaker) -> None:
    rng = np.random.default_rng(3)
    for turn in range(40):
        mouth.prepare([prompt(f"{turn}/{n}") for n in range(5)])
        mouth.say(prompt(f"{turn}/{rng.integers(5)}"))
        if rng.random() < 0.3:
            mouth.adjust(int(rng.integers(-1, 2)), 0)
        for _ in range(int(rng.integers(40))):
            mouth.next_block()
        if rng.random() < 0.5:
            mouth.hush()
        play(mouth)
    assert not mouth.next_block().any()


@pytest.mark.parametrize("waits", [True, False])
def test_a_fault_of_ours_in_the_worker_comes_up_instead_of_silence_for_ever(
    waits: bool, renderer: FakeRenderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renderer, "identity", lambda text, *, voice, pace: 1 // 0)
    mouth = Speaker(renderer, waits=waits)
    mouth.say(prompt("好"))
    with pytest.raises(ZeroDivisionError):
        until(lambda: mouth.next_block().any())
    mouth.close()


def test_a_beat_has_its_tone_before_and_its_silence_behind_and_both_are_the_prompts_own_time(mouth: Speaker) -> None:
    mouth.say(Prompt("test/beat", "一，睁开", earcon="ready", pause_seconds=1.5))
    heard = play(mouth)
    before = tone("ready").size + round(GAP_SECONDS * SAMPLE_RATE)
    assert heard.size == pytest.approx(before + SAMPLE_RATE // 2 + 1.5 * SAMPLE_RATE, abs=BLOCK_SAMPLES)
    assert np.array_equal(heard[: tone("ready").size], tone("ready"))
    assert not heard[tone("ready").size : before].any()
    assert (heard[before : before + SAMPLE_RATE // 2] == LEVEL).all()
    assert not heard[before + SAMPLE_RATE // 2 :].any()


def test_a_beat_interrupted_in_its_silence_begins_again_with_its_tone(mouth: Speaker) -> None:
    beat = Prompt("test/beat", "一，睁开", earcon="beat", pause_seconds=3.0)
    mouth.say(beat)
    mouth.say(prompt("后面"))
    for _ in range(100):  # two seconds: the word is over, she is moving
        mouth.next_block()
    assert mouth.speaking
    mouth.hush()
    play(mouth)
    mouth.resume()
    heard = play(mouth)
    assert np.array_equal(heard[: tone("beat").size], tone("beat"))
    assert heard.size > 4 * SAMPLE_RATE, "and what waits behind it still comes"
    assert [each.id for each in mouth.begun()] == ["test/beat", "test/后面"]


@pytest.mark.parametrize("name", [*EARCONS, "missing"])
def test_a_tone_is_short_soft_and_does_not_click(name: str) -> None:
    made = tone(name).astype(np.float64) / 32768
    assert 0.05 < made.size / SAMPLE_RATE < 0.6
    assert 0.03 < np.abs(made).max() <= 0.16, "softer than speech, and heard"
    assert np.abs(np.diff(made)).max() < 0.06, "no step anywhere"
    assert np.abs(made[[0, -1]]).max() < 0.01
    spectrum = np.abs(np.fft.rfft(made))
    hertz = np.fft.rfftfreq(made.size, 1 / SAMPLE_RATE)
    assert 300 < hertz[spectrum.argmax()] < 1000, "where old ears hear best"
