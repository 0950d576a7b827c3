"""The sound card without one: a PortAudio in memory whose callbacks a test calls itself."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from voiceguide.events import BLOCK_SAMPLES, SAMPLE_RATE, Samples
from voiceguide.room import Reopenable, RoomError, TellsWhatSounded, soundcard, streams
from voiceguide.room.conversion import FromDevice, ToDevice, device_block_frames
from voiceguide.room.soundcard import SoundCard

pytestmark = pytest.mark.slow  # a watchdog and a patience of half a second are really waited for

SILENCE = np.zeros(BLOCK_SAMPLES, np.int16)
SPEECH = np.full(BLOCK_SAMPLES, 1000, np.int16)
FINE = SimpleNamespace(input_overflow=False, output_underflow=False)


class PortAudioError(Exception):
    pass


class Stream:
    def __init__(self, **settings: Any) -> None:
        self.settings = settings
        self.latency = settings["latency"]
        self.open = False

    def start(self) -> None:
        self.open = True

    def abort(self, ignore_errors: bool = False) -> None:
        self.open = False

    def close(self, ignore_errors: bool = False) -> None:
        self.open = False

    def hear(self, samples: Samples, status: Any = FINE) -> None:
        """The device's callback with one of its blocks."""
        self.settings["callback"](samples.tobytes(), len(samples), None, status)

    def play(self, status: Any = FINE) -> Samples:
        """The device asks for a block."""
        frames = self.settings["blocksize"] * self.settings["channels"]
        out = bytearray(frames * 2)
        self.settings["callback"](memoryview(out), self.settings["blocksize"], None, status)
        return np.frombuffer(bytes(out), np.int16)


class PortAudio:
    """As much of sounddevice as a sound card needs; its devices can be plugged in and out."""

    PortAudioError = PortAudioError

    def __init__(self, *devices: tuple[str, int, int, tuple[int, ...]]) -> None:
        """Devices: (name, inputs, outputs, rates)."""
        self.devices = list(devices)
        self.streams: list[Stream] = []
        self.refusal: tuple[str, int] | None = None
        self.initialised = 1
        self.default = SimpleNamespace(device=[self._first(1), self._first(2)])

    def _first(self, column: int) -> int:
        return next((index for index, device in enumerate(self.devices) if device[column]), -1)

    def query_devices(self, number: int | None = None) -> Any:
        listed = [
            {"index": index, "name": name, "max_input_channels": inputs, "max_output_channels": outputs,
             "default_samplerate": float(rates[0])}
            for index, (name, inputs, outputs, rates) in enumerate(self.devices)
        ]  # fmt: skip
        return listed if number is None else listed[number]

    def check_input_settings(self, device: int, channels: int, dtype: str, samplerate: int) -> None:
        if samplerate not in self.devices[device][3]:
            raise PortAudioError("Invalid sample rate", -9997)

    check_output_settings = check_input_settings

    def RawInputStream(self, **settings: Any) -> Stream:  # noqa: N802 - sounddevice's name
        if self.refusal:
            raise PortAudioError(*self.refusal)
        self.streams.append(Stream(**settings))
        return self.streams[-1]

    RawOutputStream = RawInputStream

    def _terminate(self) -> None:
        assert not any(stream.open for stream in self.streams)
        self.initialised -= 1

    def _initialize(self) -> None:
        self.initialised += 1
        self.default.device = [self._first(1), self._first(2)]


HEADSET = ("Headset: USB", 1, 2, (16_000, 48_000))
BUILT_IN = ("Built-in", 2, 2, (44_100,))


@pytest.fixture
def plug(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """plug(device, …): the PortAudio that the sound card will find."""

    def make(*devices: tuple[str, int, int, tuple[int, ...]]) -> PortAudio:
        portaudio = PortAudio(*devices)
        monkeypatch.setattr(soundcard, "portaudio", lambda: portaudio)
        return portaudio

    monkeypatch.setattr(soundcard, "RETRY_SECONDS", 0)
    return make


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "WATCHDOG_SECONDS", 0.4)
    monkeypatch.setattr(streams, "STARTING_SECONDS", 0.0)


@contextmanager
def calling_back(callback: Callable[[], object], every_seconds: float) -> Iterator[None]:
    """The device goes on meanwhile, in a thread of its own."""
    done = threading.Event()

    def go_on() -> None:
        while not done.wait(every_seconds):
            callback()

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


# --------------------------------------------------------------------------- opening


def test_settings_of_the_streams(plug: Any) -> None:
    portaudio = plug(HEADSET)
    card = SoundCard()
    assert isinstance(card, Reopenable)
    microphone, loudspeaker = (stream.settings for stream in portaudio.streams)
    assert (microphone["samplerate"], microphone["channels"], microphone["blocksize"]) == (16_000, 1, 320)
    assert (loudspeaker["samplerate"], loudspeaker["channels"], loudspeaker["blocksize"]) == (16_000, 1, 320)
    assert 0.05 <= microphone["latency"] <= 0.1 == loudspeaker["latency"]
    assert card.names == {"input": "Headset: USB", "output": "Headset: USB"}
    card.close()
    card.close()
    assert not any(stream.open for stream in portaudio.streams)


def test_a_device_of_another_rate_is_opened_at_its_own(plug: Any) -> None:
    portaudio = plug(BUILT_IN)
    SoundCard()
    for stream in portaudio.streams:
        assert (stream.settings["samplerate"], stream.settings["blocksize"]) == (44_100, 882)


@pytest.mark.parametrize(
    "fault", ["OSError('PortAudio library not found')", "Exception('Error initializing PortAudio')"]
)
def test_without_portaudio(fault: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", """
import sys
class NoPortAudio:
    def find_spec(self, name, *rest):
        if name == "sounddevice": raise FAULT
sys.meta_path.insert(0, NoPortAudio())
from voiceguide.room import RoomError
from voiceguide.room.soundcard import SoundCard, microphones
for attempt in (SoundCard, microphones):
    try: attempt()
    except RoomError as error: print(error.code, error.remedy)
""".replace("FAULT", fault)], capture_output=True, text=True, check=True)  # fmt: skip
    lines = done.stdout.splitlines()
    assert len(lines) == 2
    assert all(line.startswith("no-portaudio ") for line in lines)
    if sys.platform.startswith("linux"):
        assert "sudo apt install libportaudio2" in lines[0]


def test_importing_the_sound_card_needs_no_portaudio() -> None:
    subprocess.run(
        [sys.executable, "-c", """
import sys, voiceguide.room.soundcard, voiceguide.room.simulated, voiceguide.room.files
assert "sounddevice" not in sys.modules
"""], check=True)  # fmt: skip


@pytest.mark.parametrize(
    ("devices", "options", "code"),
    [
        ([], {}, "no-device"),
        ([], {"speaker": False}, "no-device"),
        ([("Line out", 0, 2, (48_000,))], {}, "no-microphone"),
        ([("Webcam", 1, 0, (48_000,))], {}, "no-speaker"),
        ([HEADSET], {"microphone_name": "webcam"}, "no-microphone"),
        ([HEADSET], {"speaker_name": "hdmi"}, "no-speaker"),
        ([("Odd", 1, 1, (8_000,))], {}, None),
        ([("Odd", 1, 1, (11_025, ))], {"microphone": False}, None),
    ],
)  # fmt: skip
def test_devices_that_are_not_there(plug: Any, devices: Any, options: Any, code: str | None) -> None:
    plug(*devices)
    if code is None:
        SoundCard(**options).close()
        return
    with pytest.raises(RoomError) as refused:
        SoundCard(**options)
    assert refused.value.code == code
    assert refused.value.remedy
    assert all(name in refused.value.message for name in options.values() if isinstance(name, str))


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        (("Device unavailable", -9985), "device-busy"),
        (("Unanticipated host error", -9999), "device-busy"),
        (("Invalid sample rate", -9997), "bad-rate"),
        (("Invalid device", -9996), "no-device"),
    ],
)
def test_devices_that_refuse(plug: Any, refusal: tuple[str, int], code: str) -> None:
    plug(HEADSET).refusal = refusal
    with pytest.raises(RoomError) as refused:
        SoundCard()
    assert refused.value.code == code


def test_nothing_wanted_is_a_mistake(plug: Any) -> None:
    plug(HEADSET)
    with pytest.raises(ValueError, match="microphone or a speaker"):
        SoundCard(microphone=False, speaker=False)


def test_lists_for_the_doctor(plug: Any) -> None:
    plug(BUILT_IN, ("Webcam", 1, 0, (48_000,)))
    assert [(d.name, d.channels, d.default_rate, d.is_default) for d in soundcard.microphones()] == [
        ("Built-in", 2, 44_100, True),
        ("Webcam", 1, 48_000, False),
    ]
    assert [device.name for device in soundcard.speakers()] == ["Built-in"]


# --------------------------------------------------------------------------- the flow of blocks


def open_card(portaudio: PortAudio, **options: Any) -> tuple[SoundCard, list[Stream]]:
    card = SoundCard(**options)
    return card, portaudio.streams


def test_blocks_are_exchanged_in_step(plug: Any) -> None:
    card, (microphone, loudspeaker) = open_card(plug(HEADSET))
    heard = []
    for value in range(1, 30):
        microphone.hear(np.full(320, value, np.int16))
        heard.append(int(card.exchange(np.full(320, -value, np.int16))[0]))
        assert (loudspeaker.play() == -value).all()
    assert heard == list(range(1, 30))
    assert card.trouble.starved_blocks == 0


def test_an_exchange_waits_for_the_microphone(plug: Any) -> None:
    card, (microphone, _) = open_card(plug(HEADSET))
    spoke = threading.Event()

    def speak() -> None:
        spoke.set()
        microphone.hear(SPEECH)

    threading.Timer(0.1, speak).start()
    assert (card.exchange(SILENCE) == 1000).all()
    assert spoke.is_set()


def test_silence_keeps_a_cushion_and_no_more(plug: Any) -> None:
    card, (microphone, loudspeaker) = open_card(plug(HEADSET))
    for _ in range(50):  # the loudspeaker does not take anything
        microphone.hear(SILENCE)
        card.exchange(SILENCE)
    microphone.hear(SILENCE)
    card.exchange(SPEECH)
    waited = next(index for index in range(50) if loudspeaker.play().any())
    assert waited == streams.CUSHION_BLOCKS


def test_speech_is_never_dropped_when_the_loudspeaker_is_late(plug: Any) -> None:
    card, (microphone, loudspeaker) = open_card(plug(HEADSET))
    played: list[Samples] = []
    with calling_back(lambda: played.append(loudspeaker.play()), 0.002):
        for value in range(1, 61):
            microphone.hear(SILENCE)
            card.exchange(np.full(320, value, np.int16))
        for _ in range(500):
            if any((block == 60).all() for block in played):
                break
            time.sleep(0.01)
    assert [int(block[0]) for block in played if block.any()] == list(range(1, 61))


def test_an_under_run_is_silence(plug: Any) -> None:
    card, (_, loudspeaker) = open_card(plug(HEADSET))
    assert not loudspeaker.play().any()
    loudspeaker.play(SimpleNamespace(output_underflow=True))
    assert (card.trouble.starved_blocks, card.trouble.output_underflows) == (2, 1)


def test_a_session_that_stands_still_does_not_fill_the_memory(plug: Any) -> None:
    card, (microphone, _) = open_card(plug(HEADSET))
    for _ in range(streams.BACKLOG_BLOCKS + 7):
        microphone.hear(SPEECH)
    microphone.hear(SPEECH, SimpleNamespace(input_overflow=True))
    assert (card.trouble.dropped_blocks, card.trouble.input_overflows) == (8, 1)


def test_a_late_session_does_not_hear_the_guide_after_its_end(plug: Any) -> None:
    card, (microphone, _) = open_card(plug(HEADSET))
    for value in range(1, 51):  # a second went by while the recogniser was thinking
        microphone.hear(np.full(320, value, np.int16))
    assert (card.exchange(SILENCE) == 1).all()  # her words are not lost as long as the guide is silent
    threading.Timer(0.05, lambda: microphone.hear(np.full(320, 99, np.int16))).start()
    assert (card.exchange(SPEECH) == 99).all()
    assert card.trouble.dropped_blocks == 49
    for value in range(1, 5):  # a driver's burst is not lateness
        microphone.hear(np.full(320, value, np.int16))
    assert [int(card.exchange(SPEECH)[0]) for _ in range(4)] == [1, 2, 3, 4]


@pytest.mark.parametrize("device", [HEADSET, BUILT_IN])
def test_a_late_session_that_catches_up_knows_at_once_what_sounds_now(plug: Any, device: Any) -> None:
    """The model was loading: the echo of the first words must not come seconds before the words themselves."""
    card, (microphone, loudspeaker) = open_card(plug(device))
    for _ in range(200):
        microphone.hear(loudspeaker.play())
    echo, sounded, torn = [], [], False
    with calling_back(lambda: microphone.hear(loudspeaker.play()), 0.005):
        for value in [0] * 10 + [1000] * 20 + [0] * 20:
            echo.append(card.exchange(np.full(320, value, np.int16)))
            sounded.append(card.sounded)
            torn |= card.torn
    assert card.trouble.dropped_blocks > 150
    assert not torn, "both skipped the same, and the ears need not go deaf"
    starts = [int(np.argmax(np.abs(np.concatenate(blocks)) > 500)) for blocks in (echo, sounded)]
    assert all(starts)
    assert abs(starts[0] - starts[1]) <= 2 * 320


def test_the_last_words_are_played_before_the_end(plug: Any) -> None:
    card, (microphone, loudspeaker) = open_card(plug(HEADSET))
    for _ in range(3):
        microphone.hear(SILENCE)
        card.exchange(SPEECH)
    played = [loudspeaker.play()]
    closing = threading.Thread(target=card.close)
    closing.start()
    while closing.is_alive():
        time.sleep(0.02)
        if loudspeaker.open:
            played.append(loudspeaker.play())
    assert [bool(block.any()) for block in played[:3]] == [True, True, True]
    assert len(played) >= 3 + loudspeaker.latency / 0.02  # and they left the device's buffer
    assert not loudspeaker.open


def test_a_dead_loudspeaker_is_closed_without_waiting(plug: Any) -> None:
    card, (microphone, loudspeaker) = open_card(plug(HEADSET))
    microphone.hear(SILENCE)
    card.exchange(SPEECH)
    began = time.monotonic()
    card.close()
    assert time.monotonic() - began < 2.0
    assert not loudspeaker.open


def test_flush_forgets_both_directions(plug: Any) -> None:
    card, (microphone, loudspeaker) = open_card(plug(HEADSET))
    for _ in range(4):
        microphone.hear(SILENCE)
        card.exchange(SPEECH)
    microphone.hear(np.full(320, 5, np.int16))
    card.flush()
    microphone.hear(np.full(320, 6, np.int16))
    assert (card.exchange(SILENCE) == 6).all()
    faded = loudspeaker.play()
    assert faded[0] == 1000
    assert (np.diff(faded.astype(int)) <= 0).all()
    assert not faded[80:].any()
    assert not loudspeaker.play().any()


def test_an_interruption_cuts_what_waits_and_keeps_what_she_said(plug: Any) -> None:
    card, (microphone, loudspeaker) = open_card(plug(HEADSET))
    assert isinstance(card, TellsWhatSounded)
    for _ in range(4):
        microphone.hear(SILENCE)
        card.exchange(SPEECH)
    microphone.hear(np.full(320, 5, np.int16))
    card.cut()
    assert (card.exchange(SILENCE) == 5).all()
    assert not loudspeaker.play()[80:].any()


def test_it_tells_what_sounded_and_not_what_was_given(plug: Any) -> None:
    """Of three blocks one is cut; then the device starves."""
    card, (microphone, loudspeaker) = open_card(plug(HEADSET))
    for _ in range(3):
        microphone.hear(SILENCE)
        card.exchange(SPEECH)
    gave = [loudspeaker.play(), loudspeaker.play()]
    card.cut()
    gave += [loudspeaker.play(), loudspeaker.play()]
    told = []
    for _ in gave:
        microphone.hear(SILENCE)
        card.exchange(SILENCE)
        told.append(card.sounded)
    np.testing.assert_array_equal(told, gave)
    assert [block.any() for block in gave] == [True, True, True, False], "the third only fades"


def test_lost_sound_is_told_once(plug: Any) -> None:
    card, (microphone, loudspeaker) = open_card(plug(HEADSET))
    torn = []
    for overflow in (False, False, False, True, False, False):
        loudspeaker.play()
        microphone.hear(SILENCE, SimpleNamespace(input_overflow=overflow, output_underflow=False))
        card.exchange(SILENCE)
        torn.append(card.torn)
    assert torn == [False, False, False, True, False, False]


def test_flush_gives_every_place_in_the_queue_back(plug: Any) -> None:
    card, (microphone, loudspeaker) = open_card(plug(HEADSET))
    for _ in range(10):
        for _ in range(8):
            microphone.hear(SILENCE)
            card.exchange(SPEECH)
        card.flush()
        loudspeaker.play()


def test_the_loudspeaker_alone_gives_the_pace(plug: Any) -> None:
    card, (loudspeaker,) = open_card(plug(HEADSET), microphone=False)
    played: list[Samples] = []
    done = threading.Event()

    def device() -> None:
        while not done.wait(0.005):
            played.append(loudspeaker.play())

    thread = threading.Thread(target=device)
    thread.start()
    for block in [SPEECH, SILENCE] * 20:
        assert not card.exchange(block).any()
        assert len(played) <= 45
    taken = len(played)
    done.set()
    thread.join()
    assert taken >= 40 - streams.CUSHION_BLOCKS - 1
    card.flush()
    card.close()


def test_a_microphone_alone(plug: Any) -> None:
    card, (microphone,) = open_card(plug(HEADSET), speaker=False)
    microphone.hear(SPEECH)
    assert (card.exchange(SPEECH) == 1000).all()
    assert card.trouble.starved_blocks == 0


# --------------------------------------------------------------------------- losing and finding devices


@pytest.mark.parametrize("which", [0, 1])
def test_a_device_that_says_it_has_finished(plug: Any, which: int) -> None:
    card, opened = open_card(plug(HEADSET))
    opened[which].settings["finished_callback"]()
    if which == 1:
        opened[0].hear(SPEECH)
    with pytest.raises(RoomError) as lost:
        card.exchange(SPEECH)
    assert lost.value.code == "device-lost"


@pytest.mark.usefixtures("impatient")
def test_a_device_that_falls_silent(plug: Any) -> None:
    card, (microphone, loudspeaker) = open_card(plug(HEADSET))
    microphone.hear(SPEECH)
    card.exchange(SPEECH)
    began = time.monotonic()
    with pytest.raises(RoomError) as lost:
        card.exchange(SPEECH)
    assert lost.value.code == "device-lost"
    assert time.monotonic() - began > 0.3
    loudspeaker.play()


@pytest.mark.usefixtures("impatient")
def test_a_loudspeaker_that_falls_silent_while_the_microphone_lives(plug: Any) -> None:
    card, (microphone, _) = open_card(plug(HEADSET))
    with pytest.raises(RoomError) as lost:  # noqa: PT012 - some exchange, not the first
        for _ in range(100):
            microphone.hear(SILENCE)
            card.exchange(SILENCE)
            time.sleep(0.01)
    assert lost.value.code == "device-lost"


@pytest.mark.usefixtures("impatient")
def test_a_session_that_slept_does_not_take_the_device_for_lost(plug: Any) -> None:
    card, (microphone, loudspeaker) = open_card(plug(HEADSET))
    microphone.hear(SILENCE)
    loudspeaker.play()
    card.exchange(SILENCE)
    time.sleep(0.6)  # a closed laptop: nobody called back, nobody looked
    threading.Timer(0.05, lambda: microphone.hear(SPEECH)).start()
    assert (card.exchange(SILENCE) == 1000).all()


def test_reopened_by_name_though_the_numbers_moved(plug: Any) -> None:
    portaudio = plug(HEADSET, BUILT_IN)
    card = SoundCard()
    portaudio.devices = [BUILT_IN, HEADSET]
    assert card.reopen()
    assert card.names == {"input": "Headset: USB", "output": "Headset: USB"}
    assert [stream.settings["device"] for stream in portaudio.streams] == [0, 0, 1, 1]
    assert [stream.open for stream in portaudio.streams] == [False, False, True, True]
    assert portaudio.initialised == 1


def test_another_device_will_do_unless_one_was_asked_for(plug: Any) -> None:
    portaudio = plug(HEADSET, BUILT_IN)
    card, asked = SoundCard(), SoundCard(microphone_name="headset")
    for one in (card, asked):
        one.close()
    portaudio.devices = [BUILT_IN]
    assert not asked.reopen()
    assert card.reopen()
    assert card.names["input"] == "Built-in"
    portaudio.devices = [BUILT_IN, HEADSET]
    card.close()
    assert asked.reopen()


@pytest.mark.parametrize("options", [{}, {"microphone": False}, {"speaker": False}])
def test_until_it_is_back_every_exchange_says_lost(plug: Any, options: dict[str, bool]) -> None:
    portaudio = plug(HEADSET)
    card = SoundCard(**options)
    portaudio.devices = []
    assert not card.reopen()
    for _ in range(3):
        with pytest.raises(RoomError) as lost:
            card.exchange(SPEECH)
        assert lost.value.code == "device-lost"
    card.flush()
    portaudio.devices = [HEADSET]
    assert card.reopen()
    if options.get("microphone", True):
        next(stream for stream in portaudio.streams if stream.open).hear(SPEECH)
    assert (card.exchange(SPEECH) == (1000 if options.get("microphone", True) else 0)).all()


def test_a_portaudio_that_was_not_running_is_started(plug: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def down() -> None:
        raise PortAudioError("PortAudio not initialized", -10000)

    portaudio = plug(HEADSET)
    card = SoundCard()
    monkeypatch.setattr(portaudio, "_terminate", down)
    assert card.reopen()


@pytest.mark.parametrize("broken", ["_initialize", "query_devices"])
def test_a_sound_system_that_is_down_is_tried_again(
    plug: Any, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    portaudio = plug(HEADSET)
    card = SoundCard()

    def down(*_: object) -> None:
        raise PortAudioError("Unanticipated host error", -9999)

    with monkeypatch.context() as patch:
        patch.setattr(portaudio, broken, down)
        assert not card.reopen()
        assert not card.reopen()
    assert card.reopen()


# --------------------------------------------------------------------------- conversion


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("channels", [1, 2, 6])
def test_there_and_back_again(rate: int, channels: int) -> None:
    there, back = ToDevice(rate, channels), FromDevice(rate, channels)
    at = np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE
    sound = (8000 * np.sin(2 * np.pi * 440 * at)).astype(np.int16)
    heard = []
    for block in sound.reshape(-1, BLOCK_SAMPLES):
        for piece in there.convert(block):
            assert len(piece) == device_block_frames(rate) * channels * 2 == len(there.silence())
            back.push(piece)
        while (ready := back.pop()) is not None:
            assert ready.shape == (BLOCK_SAMPLES,)
            heard.append(ready)
    whole = np.concatenate(heard)[3200:-3200].astype(float)
    assert sound.size - 3200 <= np.concatenate(heard).size + 2600  # at most 0.16 s is still under way
    assert np.sqrt(np.mean(whole**2)) == pytest.approx(8000 / np.sqrt(2), rel=0.01)
    spectrum = np.abs(np.fft.rfft(whole * np.hanning(whole.size)))
    assert np.argmax(spectrum) * SAMPLE_RATE / whole.size == pytest.approx(440, abs=1)
    assert np.sort(spectrum)[-20:].sum() > 0.95 * spectrum.sum()  # a clean tone: nothing lost between blocks


def test_channels_are_averaged() -> None:
    device = FromDevice(SAMPLE_RATE, 2)
    device.push(np.tile(np.array([30_000, 20_000], np.int16), 400).tobytes())
    block = device.pop()
    assert block is not None
    assert (block == 25_000).all()
    assert device.pop() is None


@pytest.mark.parametrize("rate", [16_000, 48_000])
def test_clear_forgets_what_is_under_way(rate: int) -> None:
    there = ToDevice(rate, 1)
    for _ in range(10):
        there.convert(SPEECH)
    there.clear()
    for _ in range(10):
        assert not any(np.frombuffer(piece, np.int16).any() for piece in there.convert(SILENCE))
