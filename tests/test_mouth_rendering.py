"""Rendering: what the engine may do wrong, and what the real one does right."""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from tests import shipped
from voiceguide.events import SAMPLE_RATE, Prompt, Samples
from voiceguide.language.phonetics import Readings
from voiceguide.mouth import MouthError
from voiceguide.mouth.cache import PromptCache
from voiceguide.mouth.loudness import amplified, finish
from voiceguide.mouth.renderer import Renderer
from voiceguide.mouth.speaker import Speaker

FAKE_ENGINE = Path(__file__).with_name("fake_engine.py")
TEXT = "您好，我陪您做退休认证。"


@pytest.fixture(scope="module")
def readings() -> Readings:
    return shipped.readings()


class Faulty:
    """A Renderer over the fake engine, and the plan it follows."""

    def __init__(self, readings: Readings, plan: Path) -> None:
        self._plan = plan
        self.follow()
        self.renderer = Renderer(
            readings, command=[sys.executable, "-S", str(FAKE_ENGINE), str(plan)], time_limit_seconds=1.5
        )

    def follow(self, *behaviours: str) -> None:
        self._plan.write_text("\n".join(behaviours))


@pytest.fixture
def faulty(readings: Readings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Faulty]:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    faulty = Faulty(readings, tmp_path / "plan")
    yield faulty
    faulty.renderer.close()
    assert list(scratch.iterdir()) == []


def level_db(samples: Samples) -> float:
    return 20 * float(np.log10(np.sqrt(np.mean((samples / 32768.0) ** 2))))


def test_a_prompt_is_16_khz_levelled_and_begins_and_ends_in_silence(faulty: Faulty) -> None:
    samples = faulty.renderer.render(TEXT)
    assert samples.dtype == np.int16
    assert samples.size / SAMPLE_RATE == pytest.approx(10 * 60 / 160, abs=0.2)
    assert level_db(samples) == pytest.approx(-20, abs=1)
    assert abs(samples[0]) < 50
    assert abs(samples[-1]) < 50


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["hang", "die", "missing", "truncated", "silence"])
def test_one_fault_is_tried_again(faulty: Faulty, fault: str) -> None:
    faulty.follow(fault, "ok")
    assert faulty.renderer.render(TEXT).size > 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("hang", "render-timeout"),
        ("die", "no-engine"),
        ("missing", "bad-audio"),
        ("garbage", "bad-audio"),
        ("silence", "bad-audio"),
        ("faint", "bad-audio"),
        ("clipped", "bad-audio"),
        ("short", "bad-audio"),
        ("long", "bad-audio"),
    ],
)
def test_a_fault_that_stays_is_an_error_and_the_next_prompt_works(
    faulty: Faulty, fault: str, code: str
) -> None:
    faulty.follow(fault, fault, "ok")
    with pytest.raises(MouthError) as caught:
        faulty.renderer.render(TEXT)
    assert caught.value.code == code
    assert caught.value.message.endswith("。")
    assert caught.value.remedy.endswith("。")
    assert faulty.renderer.render(TEXT).size > 0


@pytest.mark.slow
def test_an_engine_that_never_starts(faulty: Faulty) -> None:
    faulty.follow("start-mute")
    with pytest.raises(MouthError) as caught:
        faulty.renderer.start()
    assert caught.value.code == "render-timeout"


def test_no_mandarin_voice_names_the_remedy(faulty: Faulty) -> None:
    faulty.follow("start-no-voice")
    with pytest.raises(MouthError, match="普通话") as caught:
        faulty.renderer.render(TEXT)
    assert caught.value.code == "no-voice"


def test_no_engine_at_all(readings: Readings, tmp_path: Path) -> None:
    with pytest.raises(MouthError) as caught:
        Renderer(readings, command=[str(tmp_path / "missing")]).render(TEXT)
    assert caught.value.code == "no-engine"


def test_a_killed_engine_is_replaced(faulty: Faulty) -> None:
    first = faulty.renderer.render(TEXT)
    assert faulty.renderer._child is not None
    faulty.renderer._child.kill()
    assert np.array_equal(faulty.renderer.render(TEXT), first)


def test_nothing_to_say_needs_no_engine(faulty: Faulty) -> None:
    faulty.follow("die", "die", "die")
    assert faulty.renderer.render("").size == 0
    assert faulty.renderer.render("……★").size == 0


def test_closing_does_not_wait_for_an_engine_that_hangs(readings: Readings, tmp_path: Path) -> None:
    plan = tmp_path / "plan"
    plan.write_text("hang\nhang")
    renderer = Renderer(readings, command=[sys.executable, "-S", str(FAKE_ENGINE), str(plan)])
    errors: list[str] = []

    def render() -> None:
        try:
            renderer.render(TEXT)
        except MouthError as error:
            errors.append(error.code)

    thread = threading.Thread(target=render)
    thread.start()
    while plan.read_text() != "hang":  # until the request has been taken
        time.sleep(0.01)
    began = time.monotonic()
    renderer.close()
    thread.join()
    assert time.monotonic() - began < 2
    assert errors == ["no-engine"]


def test_no_place_to_write(faulty: Faulty, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as context:
        context.setattr(tempfile, "tempdir", "/proc/nowhere")
        with pytest.raises(MouthError) as caught:
            faulty.renderer.render(TEXT)
    assert caught.value.code == "no-space"
    assert faulty.renderer.render(TEXT).size > 0


def test_a_full_disk(faulty: Faulty, monkeypatch: pytest.MonkeyPatch) -> None:
    from voiceguide.mouth import renderer

    with monkeypatch.context() as context:
        context.setattr(renderer.shutil, "disk_usage", lambda path: SimpleNamespace(free=4096))
        with pytest.raises(MouthError) as caught:
            faulty.renderer.render(TEXT)
    assert caught.value.code == "no-space"
    assert faulty.renderer.render(TEXT).size > 0


def test_several_threads_get_each_their_own_prompt(faulty: Faulty) -> None:
    texts = ["一二三四" * n for n in (1, 3, 2, 4, 1, 3)]
    with ThreadPoolExecutor(4) as pool:
        sizes = [samples.size / SAMPLE_RATE for samples in pool.map(faulty.renderer.render, texts)]
    assert sizes == pytest.approx([len(text) * 60 / 160 for text in texts], abs=0.2)


def test_identity_names_all_that_the_sound_depends_on(faulty: Faulty) -> None:
    identity = faulty.renderer.identity("下一步", pace=140)
    assert identity == ("fake 1", "sit/cmn+f2", "140", "xia4yi2bu4") or sys.platform != "linux"
    assert identity != faulty.renderer.identity("下一步", pace=160)
    assert identity != faulty.renderer.identity("下一步", pace=140, voice="sit/cmn+f5")


def test_louder_never_clips_and_softer_is_exact() -> None:
    loud = (np.sin(np.arange(8000) / 10) * 20000).astype(np.int16)
    assert np.max(np.abs(amplified(loud, 9.0).astype(int))) < 32767
    assert np.unique(amplified(loud, 9.0)).size > 500  # bent, not cut flat
    assert level_db(amplified(loud, -6.0)) == pytest.approx(level_db(loud) - 6, abs=0.1)
    assert amplified(loud, 0.0) is loud


def test_silence_around_the_speech_is_trimmed() -> None:
    rate = 22050
    tone = 0.3 * np.sin(2 * np.pi * 220 * np.arange(rate) / rate).astype(np.float32)
    audio = np.concatenate((np.zeros(rate, np.float32), tone, np.zeros(2 * rate, np.float32)))
    assert finish(audio, rate, syllables=3, pace=160).size / SAMPLE_RATE == pytest.approx(1.11, abs=0.03)


@pytest.mark.parametrize("seconds", [0.35, 0.5])
def test_two_syllables_are_short_at_the_slowest_pace_too(seconds: float) -> None:
    """A word of two took 0.49 s where more than 1.2 were reckoned with."""
    tone = (0.3 * np.sin(np.arange(round(seconds * 22_050)) * 0.1)).astype(np.float32)
    assert finish(tone, 22_050, syllables=2, pace=95).size
    with pytest.raises(MouthError):
        finish(tone, 22_050, syllables=4, pace=95)


# ------------------------------------------------------------------ the real engine


@pytest.fixture(scope="module")
def real(readings: Readings) -> Iterator[Renderer]:
    with Renderer(readings) as renderer:
        yield renderer


PARAGRAPH = "请打开手机，在屏幕上找到蓝色的图标，点一下。看到退休认证，再点一下。做完了，请说，好了。"


@pytest.mark.audio
def test_the_real_engine_says_who_it_is(real: Renderer) -> None:
    assert real.start().startswith("espeak-ng 1.52") or sys.platform != "linux"


@pytest.mark.audio
@pytest.mark.parametrize("pace", range(100, 241, 20))
def test_pace_is_true_to_ten_percent(real: Renderer, readings: Readings, pace: int) -> None:
    samples = real.render(PARAGRAPH, pace=pace)
    characters_a_minute = len(readings.toneless(PARAGRAPH)) / (samples.size / SAMPLE_RATE) * 60
    assert characters_a_minute == pytest.approx(pace, rel=0.1)


@pytest.mark.audio
def test_every_file_of_many_is_right(real: Renderer, readings: Readings) -> None:
    texts = ["好了。", "下一步。", "不是。", PARAGRAPH] * 15
    samples = [real.render(text, pace=100 + index % 8 * 20).size for index, text in enumerate(texts)]
    again = [real.render(text, pace=100 + index % 8 * 20).size for index, text in enumerate(texts)]
    # espeak-ng never says a thing twice alike to the sample
    assert np.allclose(samples, again, atol=SAMPLE_RATE * 0.04)


def depth_db(samples: Samples) -> float:
    """How much of a voice lies below 150 Hz."""
    energy = np.abs(np.fft.rfft(samples)) ** 2
    hertz = np.fft.rfftfreq(samples.size, 1 / SAMPLE_RATE)
    return 10 * float(np.log10(energy[(hertz > 80) & (hertz < 150)].sum() / energy.sum()))


@pytest.mark.audio
def test_the_rehearsing_person_has_another_voice(real: Renderer) -> None:
    guide, person = real.render(TEXT), real.render(TEXT, voice="sit/cmn+f5")
    assert level_db(person) == pytest.approx(level_db(guide), abs=3)
    assert depth_db(person) < depth_db(guide) - 6  # measured: −36 and −23 dB
    assert depth_db(real.render(TEXT)) == pytest.approx(depth_db(guide), abs=2)


@pytest.mark.audio
@pytest.mark.skipif(sys.platform != "linux", reason="espeak-ng voices")
@pytest.mark.parametrize("voice", ["gmw/en", "sit/nowhere", "zh", "sit/cmn+nobody"])
def test_a_voice_that_does_not_speak_mandarin_is_refused(readings: Readings, voice: str) -> None:
    with Renderer(readings, voice=voice) as renderer, pytest.raises(MouthError) as caught:
        renderer.render(TEXT)
    assert caught.value.code == "no-voice"


@pytest.mark.audio
def test_a_mouth_with_the_real_voice(real: Renderer, tmp_path: Path) -> None:
    heard = []
    for _ in range(2):  # rendered, then from the disk
        mouth = Speaker(real, PromptCache(tmp_path), waits=True)
        for text in (TEXT, "好了。"):
            mouth.say(Prompt("test/a", text))
        blocks = []
        while mouth.speaking:
            blocks.append(mouth.next_block())
        heard.append(np.concatenate(blocks))
        mouth.close()
    assert heard[0].size / SAMPLE_RATE == pytest.approx(3.6 + 0.3 + 0.7, abs=0.4)
    assert np.array_equal(*heard)


@pytest.mark.audio
@pytest.mark.skipif(sys.platform == "win32", reason="kill -9")
def test_the_engine_ends_with_a_parent_that_is_killed() -> None:
    program = (
        "from pathlib import Path; from voiceguide.language.phonetics import Readings\n"
        "from voiceguide.mouth.renderer import Renderer\n"
        "renderer = Renderer(Readings({})); renderer.start()\n"
        "print(renderer._child._process.pid, renderer._child.directory, flush=True); input()"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    ) as parent:
        assert parent.stdout is not None
        pid, folder = parent.stdout.readline().decode().split()
        engine = int(pid)
        os.kill(engine, 0)  # it is there
        assert Path(folder).is_dir()
        parent.kill()
    deadline = time.monotonic() + 20
    while _running(engine):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert not Path(folder).exists(), "nothing is left behind"


def _running(pid: int) -> bool:
    try:
        state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout
    except FileNotFoundError:
        pytest.skip("no ps")
    return bool(state.strip()) and not state.startswith("Z")


@pytest.mark.audio
def test_the_same_rehearsal_sounds_the_same_every_time(readings: Readings) -> None:
    heard = []
    for _ in range(2):
        with Renderer(readings) as renderer:
            heard.append(np.concatenate([renderer.render(text) for text in (TEXT, "好了。", PARAGRAPH)]))
    assert np.array_equal(*heard)


@pytest.mark.audio
@pytest.mark.skipif(sys.platform != "linux", reason="espeak-ng data")
def test_a_checkout_in_a_deep_folder_has_a_voice(
    readings: Readings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import espeakng_loader

    deep = tmp_path / ("deep" * 25) / ("deeper" * 25)
    deep.mkdir(parents=True)
    (deep / "espeakng_loader").symlink_to(Path(espeakng_loader.__file__).parent)
    monkeypatch.setenv("PYTHONPATH", str(deep))
    with Renderer(readings) as renderer:
        assert renderer.render(TEXT).size > 0
