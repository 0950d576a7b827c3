"""The real sound path: PortAudio, ALSA and a sound server, over a virtual loudspeaker and microphone."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.rig import Rig
from voiceguide.events import SAMPLE_RATE, Samples

pytestmark = pytest.mark.rig

PROGRAM = """
import json, sys, time
import numpy as np
from voiceguide.room import Reopenable, RoomError
from voiceguide.room import soundcard
from voiceguide.room.soundcard import SoundCard

def report(**facts):
    print(json.dumps(facts), flush=True)

def blocks(path):
    samples = np.fromfile(path, np.int16)
    return samples[: samples.size // 320 * 320].reshape(-1, 320)

silence = np.zeros(320, np.int16)
tone = (8000 * np.sin(2 * np.pi * 500 * np.arange(320) / 16000)).astype(np.int16)  # ten whole periods
"""


def sweep(low_hz: float, high_hz: float, seconds: float = 4.0) -> Samples:
    """Rising evenly, with soft ends: a lost or doubled piece puts all that follows out of place."""
    time_seconds = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    phase = 2 * np.pi * (low_hz * time_seconds + (high_hz - low_hz) * time_seconds**2 / (2 * seconds))
    ends = np.clip(np.minimum(time_seconds, seconds - time_seconds) / 0.02, 0, 1)
    return (9000 * ends * np.sin(phase)).astype(np.int16)


def likeness(heard: Samples, original: Samples) -> tuple[float, float]:
    """(correlation at the best place, gain in dB there): (1, 0) where nothing was lost or changed.

    The best place is looked for between the samples too: a resampler delays by fractions.
    """
    finer, size = 8, 1 << (heard.size + original.size).bit_length()
    spectrum = np.fft.rfft(heard.astype(float), size) * np.conj(np.fft.rfft(original.astype(float), size))
    products = np.fft.irfft(spectrum, size * finer)[: heard.size * finer] * finer
    place = int(np.argmax(products))
    part = heard[place // finer : place // finer + original.size].astype(float)
    energy, whole = float(np.sum(part**2)), float(np.sum(original.astype(float) ** 2))
    return float(products[place]) / np.sqrt(energy * whole), 10 * float(np.log10(energy / whole))


def run(rig: Rig, body: str, *arguments: str) -> list[dict[str, Any]]:
    """Run a program to its end and return what it reported."""
    done = rig.python("-c", PROGRAM + body, *arguments)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


DUPLEX = """
rate = int(sys.argv[3])
if rate != 16000:  # a USB microphone that knows one rate only
    sd = soundcard.portaudio()
    def only(check):
        def checked(**settings):
            if settings["samplerate"] != rate:
                raise sd.PortAudioError("Invalid sample rate", -9997)
            check(**settings)
        return checked
    sd.check_input_settings = only(sd.check_input_settings)
    sd.check_output_settings = only(sd.check_output_settings)
card = SoundCard()
heard = [card.exchange(silence) for _ in range(25)]
report(ready=True)
began = time.monotonic()
for block in [*blocks(sys.argv[1]), *[silence] * 75]:
    heard.append(card.exchange(block))
took = time.monotonic() - began
np.concatenate(heard).tofile(sys.argv[2])
trouble = card.trouble
report(took=took, starved=trouble.starved_blocks, dropped=trouble.dropped_blocks, overflows=trouble.input_overflows,
       rate=int(card._microphone.stream.samplerate))
card.close()
"""


@pytest.mark.parametrize("rate", [16_000, 48_000, 44_100])
def test_both_directions_arrive_whole_at_any_rate(rig: Rig, tmp_path: Path, rate: int) -> None:
    guide, person = sweep(300, 3000), sweep(2500, 400)
    facts, played, heard = both_directions(rig, tmp_path, rate, guide, person)
    found = [likeness(played, guide), likeness(heard, person)]
    assert facts["rate"] == rate
    assert facts["took"] == pytest.approx(5.5, abs=0.3)  # audio time is real time
    for correlation, gain_db in found:
        assert correlation > 0.98, (found, facts)
        assert gain_db == pytest.approx(0, abs=1)


def both_directions(
    rig: Rig, directory: Path, rate: int, guide: Samples, person: Samples
) -> tuple[dict[str, Any], Samples, Samples]:
    """(facts, what the loudspeaker played, what the microphone gave) with both speaking at once."""
    said, heard = directory / "guide.raw", directory / "heard.raw"
    guide.tofile(said)
    rig.forget()
    program = rig.python("-c", PROGRAM + DUPLEX, str(said), str(heard), str(rate), wait=False)
    assert json.loads(program.stdout.readline()) == {"ready": True}
    rig.say(person)
    out, err = program.communicate(timeout=30)
    assert program.returncode == 0, err
    return json.loads(out), rig.recorded(), np.fromfile(heard, np.int16)


def test_a_hole_in_the_sound_would_be_noticed() -> None:
    whole = sweep(300, 3000)
    assert likeness(np.delete(whole, slice(32_000, 32_320)), whole)[0] < 0.8


def test_the_loudspeaker_alone_is_a_clock(rig: Rig) -> None:
    (facts,) = run(rig, """
card = SoundCard(microphone=False)
for _ in range(20): card.exchange(silence)
began = time.monotonic()
loud = any(card.exchange(tone).any() for _ in range(150))
report(took=time.monotonic() - began, loud=loud, names=sorted(card.names))
card.close()
""")  # fmt: skip
    assert facts["took"] == pytest.approx(3.0, abs=0.3)
    assert not facts["loud"]
    assert facts["names"] == ["output"]


def test_flush_cuts_what_is_queued(rig: Rig) -> None:
    rig.forget()
    run(rig, """
card = SoundCard()
for block in [silence] * 50 + [tone] * 100: card.exchange(block)
card.flush()
for _ in range(50): card.exchange(silence)
card.close()
""")  # fmt: skip
    loud = np.flatnonzero(np.abs(rig.recorded().astype(int)) > 4000)
    heard_seconds = (loud[-1] - loud[0]) / SAMPLE_RATE
    assert 1.8 < heard_seconds < 1.98  # of 2.0: at least a block of it never came out


@pytest.mark.parametrize("options", ["{}", '{"microphone": False}'])
def test_the_last_words_are_heard_to_their_end(rig: Rig, options: str) -> None:
    rig.forget()
    (facts,) = run(rig, """
card = SoundCard(**eval(sys.argv[1]))
for block in [silence] * 50 + [tone] * 100: card.exchange(block)
began = time.monotonic()
card.close()
report(closing=time.monotonic() - began)
""", options)  # fmt: skip
    time.sleep(0.5)  # what the server still holds
    loud = np.flatnonzero(np.abs(rig.recorded().astype(int)) > 4000)
    assert (loud[-1] - loud[0]) / SAMPLE_RATE == pytest.approx(2.0, abs=0.01)
    assert facts["closing"] < 0.6


def test_the_echo_of_the_rig_reaches_the_microphone(rig: Rig) -> None:
    rig.echo(-12, 40)
    try:
        (facts,) = run(rig, """
card = SoundCard()
heard = np.concatenate([card.exchange(block) for block in [silence] * 50 + [tone] * 100]).astype(float)
first = int(np.argmax(np.abs(heard) > 500))
report(rms=float(np.sqrt(np.mean(heard[first + 1600:] ** 2))), late=first / 16000 - 1.0)
card.close()
""")  # fmt: skip
    finally:
        rig.no_echo()
    assert 20 * np.log10(facts["rms"] / (8000 / np.sqrt(2))) == pytest.approx(-12, abs=1.5)
    assert 0.04 < facts["late"] < 0.5  # within the hold-off of half-duplex ears


@pytest.mark.parametrize("options", ["{}", '{"speaker": False}', '{"microphone": False}'])
def test_unplugged_in_mid_sentence_and_plugged_in_again(rig: Rig, options: str) -> None:
    program = rig.python("-c", PROGRAM + """
card = SoundCard(**eval(sys.argv[1]))
assert isinstance(card, Reopenable)
try:
    for index in range(100_000):
        card.exchange(tone)
        if index == 50: report(speaking=True)
except RoomError as error:
    report(code=error.code, at=time.time())
try:
    card.exchange(tone)
except RoomError as error:
    report(code=error.code)
report(reopened=card.reopen())
sys.stdin.readline()
report(reopened=card.reopen())
for _ in range(100): card.exchange(tone)
report(done=True)
card.close()
card.close()
""", options, wait=False)  # fmt: skip
    assert json.loads(program.stdout.readline()) == {"speaking": True}
    killed_at = time.time()
    rig.close()
    lost = json.loads(program.stdout.readline())
    assert lost["code"] == "device-lost"
    assert lost["at"] - killed_at < 2.5
    assert json.loads(program.stdout.readline()) == {"code": "device-lost"}
    assert json.loads(program.stdout.readline()) == {"reopened": False}
    rig.start()
    out, err = program.communicate("\n", timeout=30)
    assert program.returncode == 0, err
    assert [json.loads(line) for line in out.splitlines()] == [{"reopened": True}, {"done": True}]


def test_a_stalled_sound_server_is_noticed(rig: Rig) -> None:
    program = rig.python("-c", PROGRAM + """
card = SoundCard()
try:
    for index in range(100_000):
        card.exchange(tone)
        if index == 200: report(speaking=True)
except RoomError as error:
    report(code=error.code, at=time.time())
import os; os._exit(0)  # nothing that talks to a stalled server can be closed in order
""", wait=False)  # fmt: skip
    assert json.loads(program.stdout.readline()) == {"speaking": True}
    stopped_at = time.time()
    with rig.stalled():
        lost = json.loads(program.stdout.readline())
        program.communicate(timeout=30)
    assert lost["code"] == "device-lost"
    assert 1.0 < lost["at"] - stopped_at < 3.0


def test_no_sound_device(rig: Rig) -> None:
    rig.close()
    try:
        facts = run(rig, """
report(listed=len(soundcard.microphones()) + len(soundcard.speakers()))
for options in ({}, {"speaker": False}, {"microphone": False}):
    try: SoundCard(**options)
    except RoomError as error: report(code=error.code, remedy=bool(error.remedy))
""")  # fmt: skip
    finally:
        rig.start()
    assert facts == [{"listed": 0}, *[{"code": "no-device", "remedy": True}] * 3]


def test_devices_are_listed_and_found_by_name(rig: Rig) -> None:
    facts = run(rig, """
report(defaults=[device.name for device in soundcard.microphones() if device.is_default])
card = SoundCard(microphone_name="PULSE", speaker_name="pulse")
report(names=card.names)
card.close()
for options in ({"microphone_name": "nothing"}, {"speaker_name": "nothing"}):
    try: SoundCard(**options)
    except RoomError as error: report(code=error.code)
""")  # fmt: skip
    assert facts == [
        {"defaults": ["default"]},
        {"names": {"input": "pulse", "output": "pulse"}},
        {"code": "no-microphone"},
        {"code": "no-speaker"},
    ]
