"""The simulated room: who speaks when, what the microphone gets, what goes wrong on demand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from voiceguide.events import BLOCK_SAMPLES, BLOCK_SECONDS, SAMPLE_RATE, Samples
from voiceguide.loudness import dbfs
from voiceguide.room import Reopenable, Room, RoomClosed, RoomError
from voiceguide.room.acoustics import AcousticPath, Acoustics, Background, Dial, speech_dbfs
from voiceguide.room.person import Reply, ScriptedPerson, Silence
from voiceguide.room.simulated import Muted, Overrun, SimulatedRoom, Unplugged

SILENCE = np.zeros(BLOCK_SAMPLES, np.int16)


def tone(seconds: float, peak: int = 8000, hertz: float = 400) -> Samples:
    at = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return (peak * np.sin(2 * np.pi * hertz * at)).astype(np.int16)


SPEECH = tone(BLOCK_SECONDS)


def talk(room: Room, guide_seconds: float, silent_seconds: float) -> Samples:
    """The guide speaks, then waits; what the microphone got meanwhile."""
    blocks = [SPEECH] * round(guide_seconds / BLOCK_SECONDS) + [SILENCE] * round(
        silent_seconds / BLOCK_SECONDS
    )
    return np.concatenate([room.exchange(block) for block in blocks])


def starts(person: ScriptedPerson) -> list[float]:
    return [round(spoken.start_seconds, 2) for spoken in person.spoken]


# --------------------------------------------------------------------------- the person


def test_she_answers_after_her_time_of_reaction() -> None:
    reply = tone(0.5)
    person = ScriptedPerson([reply], level_dbfs=None)
    heard = talk(SimulatedRoom(person), 2.0, 3.0)
    assert starts(person) == [2.78]  # in the block that makes 0.8 s full
    np.testing.assert_array_equal(heard[round(2.78 * SAMPLE_RATE) :][: reply.size], reply)
    assert np.count_nonzero(heard) == np.count_nonzero(reply)


def test_she_waits_until_she_is_spoken_to() -> None:
    person = ScriptedPerson([tone(0.5), tone(0.5)])
    room = SimulatedRoom(person)
    talk(room, 0, 5)
    assert starts(person) == []
    talk(room, 1, 5)
    assert starts(person) == [6.78]
    talk(room, 1, 5)
    assert starts(person) == [6.78, 12.78]


def test_a_breath_of_the_guide_is_no_invitation() -> None:
    person = ScriptedPerson([tone(0.2)])
    room = SimulatedRoom(person)
    talk(room, 1, 0.7)
    talk(room, 1, 0.7)
    assert starts(person) == []


def test_a_silence_outlasts_reprompts() -> None:
    person = ScriptedPerson([Silence(10), tone(0.5)])
    room = SimulatedRoom(person)
    talk(room, 2, 8)
    talk(room, 2, 1.5)
    assert starts(person) == []
    talk(room, 0, 1)
    assert starts(person) == [pytest.approx(14, abs=0.03)]  # 10 s of silence and the 4 s the guide spoke


def test_two_silences_add_up() -> None:
    person = ScriptedPerson([Silence(2), Silence(3), tone(0.5)])
    talk(SimulatedRoom(person), 1, 8)
    assert starts(person) == [pytest.approx(6, abs=0.05)]


def test_a_silence_counts_from_the_guides_words() -> None:
    person = ScriptedPerson([Silence(3), tone(0.5)], stays_seconds=1)
    room = SimulatedRoom(person)
    talk(room, 0, 5)  # nobody has asked her anything
    talk(room, 1, 3.2)
    assert starts(person) == [pytest.approx(9, abs=0.05)]


def test_unanswered_she_speaks_again_by_herself() -> None:
    person = ScriptedPerson([tone(0.5), Reply(tone(0.5), after_seconds=4.0, unasked=True)])
    room = SimulatedRoom(person)
    talk(room, 1, 4)
    assert starts(person) == [1.78]
    talk(room, 0, 2)
    assert starts(person) == [1.78, pytest.approx(1.78 + 0.5 + 4.0, abs=0.05)]


def test_she_interrupts() -> None:
    person = ScriptedPerson([Reply(tone(0.5), after_seconds=1.5, interrupts=True)])
    room = SimulatedRoom(person)
    talk(room, 0, 3)
    talk(room, 4, 1)
    assert starts(person) == [pytest.approx(4.5, abs=0.03)]


def test_a_breath_does_not_begin_the_interruption_anew() -> None:
    person = ScriptedPerson([Reply(tone(0.5), after_seconds=1.5, interrupts=True)])
    room = SimulatedRoom(person)
    talk(room, 1, 0.3)
    talk(room, 1, 0)
    assert starts(person) == [pytest.approx(1.8, abs=0.03)]


def test_replies_may_be_given_while_the_scene_runs() -> None:
    person = ScriptedPerson()
    room = SimulatedRoom(person)
    talk(room, 1, 1)
    person.say(tone(0.5), after_seconds=0.5)  # before the guide has begun what it is answered to
    talk(room, 2, 3)
    assert starts(person) == [pytest.approx(4.5, abs=0.03)]
    person.say(tone(0.5), after_seconds=0.5, interrupts=True)
    assert person.waiting == 1
    talk(room, 2, 0)
    assert starts(person)[1:] == [pytest.approx(7.5, abs=0.03)]
    assert person.spoken[1].end_seconds - person.spoken[1].start_seconds == pytest.approx(0.5)


def test_she_leaves_when_told_but_finishes_the_word() -> None:
    person = ScriptedPerson([tone(1.0)])
    room = SimulatedRoom(person)
    talk(room, 1, 1)
    assert person.speaking
    person.leave()
    with pytest.raises(RoomClosed):
        talk(room, 0, 5)
    assert room.now_seconds == pytest.approx(2.78, abs=0.03)


def test_she_leaves_when_nothing_is_left_to_say() -> None:
    room = SimulatedRoom(ScriptedPerson(stays_seconds=5))
    talk(room, 10, 4.9)
    with pytest.raises(RoomClosed):
        talk(room, 0, 0.2)


@pytest.mark.parametrize("peak", [300, 30_000])
def test_every_reply_has_the_same_loudness(peak: int) -> None:
    person = ScriptedPerson([np.concatenate([tone(0.5, peak), np.zeros(8000, np.int16)])], level_dbfs=-23)
    heard = talk(SimulatedRoom(person), 1, 3)
    assert speech_dbfs(heard) == pytest.approx(-23, abs=0.3)


# --------------------------------------------------------------------------- the room


def through(acoustics: Acoustics, spoken: Samples, played: Samples, seed: int = 0) -> Samples:
    path = AcousticPath(acoustics, seed)
    pairs = zip(spoken.reshape(-1, BLOCK_SAMPLES), played.reshape(-1, BLOCK_SAMPLES), strict=True)
    return np.concatenate([path.through(said, given) for said, given in pairs])


NOTHING = np.zeros(SAMPLE_RATE * 4, np.int16)


def test_the_echo_is_later_and_quieter() -> None:
    played = tone(4.0)
    heard = through(Acoustics(echo_db=-20, echo_seconds=0.055), NOTHING, played)
    late = round(0.055 * SAMPLE_RATE)
    assert not heard[:late].any()
    np.testing.assert_allclose(heard[late:], played[:-late] / 10, atol=0.51)


@pytest.mark.parametrize("noise", ["white", "pink", tone(0.3, 1000) + 5])
def test_the_noise_floor_has_the_level_asked_for(noise: Samples | str) -> None:
    heard = through(Acoustics(noise_dbfs=-45, noise=noise), NOTHING, NOTHING)
    assert dbfs(heard) == pytest.approx(-45, abs=1.0)


def test_pink_noise_is_deeper_than_white() -> None:
    low: dict[str, float] = {}
    for colour in ("white", "pink"):
        spectrum = (
            np.abs(np.fft.rfft(through(Acoustics(noise_dbfs=-30, noise=colour), NOTHING, NOTHING))) ** 2
        )
        low[colour] = float(spectrum[: spectrum.size // 16].sum() / spectrum.sum())
    assert low["white"] < 0.1
    assert low["pink"] > 0.5


def test_reverberation_dies_away_in_its_time() -> None:
    click = NOTHING.copy()
    click[0] = 20_000
    heard = through(Acoustics(reverberation_seconds=0.5), click, NOTHING).astype(float)
    assert heard[0] == 20_000

    def energy_db(at_seconds: float) -> float:
        at = round(at_seconds * SAMPLE_RATE)
        return 10 * float(np.log10(np.sum(heard[at : at + 1600] ** 2)))

    assert energy_db(0.05) - energy_db(0.25) == pytest.approx(24, abs=3)  # 60 dB in 0.5 s
    assert not heard[round(0.52 * SAMPLE_RATE) :].any()


def test_reverberation_loses_nothing_between_blocks() -> None:
    acoustics = Acoustics(reverberation_seconds=0.3)
    spoken = tone(4.0, 3000)
    click = NOTHING.copy()
    click[0] = 32_000
    response = through(acoustics, click, NOTHING) / 32_000
    expected = np.fft.irfft(np.fft.rfft(spoken, 131_072) * np.fft.rfft(response, 131_072))[: spoken.size]
    np.testing.assert_allclose(through(acoustics, spoken, NOTHING), expected, atol=12)


def test_too_much_gain_clips() -> None:
    heard = through(Acoustics(microphone_gain_db=20), tone(4.0, 20_000), NOTHING)
    assert heard.max() == 32_767
    assert heard.min() == -32_768


def test_a_television_can_be_turned_while_time_goes_on() -> None:
    dial = Dial()
    path = AcousticPath(Acoustics(backgrounds=(Background(tone(1.0), -30.0, dial), Background(tone(1.0), -60.0))), 0)

    def level() -> float:
        return dbfs(np.concatenate([path.through(SILENCE, SILENCE) for _ in range(50)]))

    assert level() == pytest.approx(-29.7, abs=0.6)  # the two are in phase
    dial.gain = 0.0
    assert level() == pytest.approx(-60, abs=0.5), "only that one"


def test_the_same_seed_is_the_same_room() -> None:
    acoustics = Acoustics(noise_dbfs=-40, reverberation_seconds=0.2, echo_db=-10)
    first = through(acoustics, tone(4.0), tone(4.0, hertz=700), seed=3)
    np.testing.assert_array_equal(first, through(acoustics, tone(4.0), tone(4.0, hertz=700), seed=3))
    assert (first != through(acoustics, tone(4.0), tone(4.0, hertz=700), seed=4)).any()


def test_senseless_noise_is_refused() -> None:
    for noise in ("brown", np.zeros(10, np.int16), np.zeros(0, np.int16)):
        with pytest.raises(ValueError, match="noise"):
            AcousticPath(Acoustics(noise_dbfs=-40, noise=noise), 0)


def test_speech_level_ignores_pauses() -> None:
    spoken = np.concatenate([tone(1.0), np.zeros(SAMPLE_RATE * 9, np.int16)])
    assert speech_dbfs(spoken) == pytest.approx(dbfs(tone(1.0)), abs=0.1)
    assert dbfs(spoken) == pytest.approx(dbfs(tone(1.0)) - 10, abs=0.1)
    assert dbfs(NOTHING) == speech_dbfs(NOTHING) == float("-inf")


# --------------------------------------------------------------------------- faults and recordings


def test_unplugged_and_plugged_in_again() -> None:
    room = SimulatedRoom(ScriptedPerson(), faults=[Unplugged(1.0, back_after_tries=3)])
    assert isinstance(room, Reopenable)
    talk(room, 1.0, 0)
    for _ in range(2):
        with pytest.raises(RoomError) as lost:
            room.exchange(SPEECH)
        assert lost.value.code == "device-lost"
    assert [room.reopen(), room.reopen(), room.reopen()] == [False, False, True]
    talk(room, 1.0, 0)
    assert room.now_seconds == pytest.approx(2.0)


def test_unplugged_for_good() -> None:
    room = SimulatedRoom(ScriptedPerson(), faults=[Unplugged(0, back_after_tries=float("inf"))])
    with pytest.raises(RoomError):
        room.exchange(SPEECH)
    assert not any(room.reopen() for _ in range(100))


def test_an_overrun_swallows_what_she_says() -> None:
    reply = tone(1.0)
    whole = talk(SimulatedRoom(ScriptedPerson([reply], level_dbfs=None)), 1, 3)
    torn = talk(SimulatedRoom(ScriptedPerson([reply], level_dbfs=None), faults=[Overrun(2.0, 5)]), 1, 3)
    lost = round(2.0 * SAMPLE_RATE) + np.arange(5 * BLOCK_SAMPLES)
    np.testing.assert_array_equal(
        torn[: -5 * BLOCK_SAMPLES], np.delete(whole, lost)[: torn.size - 5 * BLOCK_SAMPLES]
    )


def test_a_muted_microphone_hears_not_even_noise() -> None:
    room = SimulatedRoom(ScriptedPerson(), Acoustics(noise_dbfs=-40), faults=[Muted(1.0, 0.5)])
    heard = talk(room, 0, 3)
    assert heard[: SAMPLE_RATE - 320].any()
    assert not heard[SAMPLE_RATE : round(1.5 * SAMPLE_RATE) - 320].any()
    assert heard[round(1.6 * SAMPLE_RATE) :].any()


def test_both_sides_are_recorded() -> None:
    person = ScriptedPerson([tone(0.5, hertz=900)], level_dbfs=None)
    room = SimulatedRoom(person, Acoustics(noise_dbfs=-50))
    heard = talk(room, 1, 2)
    room.close()
    room.close()
    stereo, mono = room.stereo_recording(), room.recording()
    assert stereo.shape == (3 * SAMPLE_RATE, 2)
    np.testing.assert_array_equal(stereo[:SAMPLE_RATE, 0], np.tile(SPEECH, 50))
    np.testing.assert_array_equal(stereo[:, 1], heard)
    at = round(1.78 * SAMPLE_RATE)
    np.testing.assert_array_equal(mono[at : at + 8000], tone(0.5, hertz=900))  # clean, without the noise
    np.testing.assert_array_equal(mono[:SAMPLE_RATE], stereo[:SAMPLE_RATE, 0])
    with pytest.raises(RoomClosed):
        room.exchange(SPEECH)


@pytest.mark.thorough
def test_a_long_scene_is_quick() -> None:
    import time

    busy = replace(Acoustics(), echo_db=-12, noise_dbfs=-50, reverberation_seconds=0.4)
    room = SimulatedRoom(ScriptedPerson(stays_seconds=1e9), busy)
    began = time.process_time()
    talk(room, 30, 30)
    assert time.process_time() - began < 6  # a minute of audio
