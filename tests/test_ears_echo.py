"""Taking the guide's own voice out: what is left, what is learnt about it, and what counts as hers."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from tests.test_ears_alignment import delayed, murmur
from voiceguide.ears import echo
from voiceguide.ears.echo import Cleaned, EchoCanceller, NoCanceller, load_canceller
from voiceguide.ears.echo_likeness import ECHO_LIKENESS, EchoLikeness
from voiceguide.ears.front import FullDuplex
from voiceguide.ears.near_end import NearEnd
from voiceguide.events import BLOCK_SAMPLES, SAMPLE_RATE, Block, Samples
from voiceguide.loudness import dbfs

SILENCE = np.zeros(BLOCK_SAMPLES, np.int16)


def blocks(samples: Samples) -> list[Samples]:
    whole = samples[: samples.size // BLOCK_SAMPLES * BLOCK_SAMPLES]
    return list(whole.reshape(-1, BLOCK_SAMPLES))


def seconds(samples: Samples, first: float, last: float) -> Samples:
    return samples[round(first * SAMPLE_RATE) : round(last * SAMPLE_RATE)]


def cleaned_of(heard: Samples, played: Samples) -> Samples:
    canceller = load_canceller()
    pairs = zip(blocks(heard), blocks(played), strict=True)
    return np.concatenate([canceller.process(h, p).block for h, p in pairs])


@pytest.mark.thorough
@pytest.mark.parametrize("delay", [320, 1600, 4000])
def test_the_echo_is_taken_out_at_any_delay(delay: int) -> None:
    played = murmur(10.0, 1)
    heard = delayed(played, delay, 0.5)
    left = cleaned_of(heard, played)
    assert dbfs(seconds(left, 8, 10)) < dbfs(seconds(heard, 8, 10)) - 20


@pytest.mark.thorough
def test_her_voice_stays() -> None:
    played, hers = murmur(10.0, 1), murmur(2.0, 2)
    heard = delayed(played, 1600, 0.5)
    heard[8 * SAMPLE_RATE :] += hers
    left = seconds(cleaned_of(heard, played), 8, 10).astype(float)
    likeness = np.dot(left, hers) / np.linalg.norm(left) / np.linalg.norm(hers.astype(float))
    assert likeness > 0.9


def test_until_the_delay_is_known_the_sound_is_left_as_it_is() -> None:
    played = murmur(0.4, 1)
    heard = delayed(played, 1600)
    np.testing.assert_array_equal(cleaned_of(heard, played), heard)


@pytest.mark.thorough
def test_what_would_become_louder_is_left_as_it_is() -> None:
    """Her voice leads the filter astray; then what it takes for echo would be added."""
    played, hers = murmur(12.0, 1), murmur(12.0, 2, rms=6000)
    heard = delayed(played, 1600, 0.03)
    heard[4 * SAMPLE_RATE : 8 * SAMPLE_RATE] += seconds(hers, 4, 8)
    left = cleaned_of(heard, played)
    for before, after in zip(blocks(heard), blocks(left), strict=True):
        assert np.sum(np.square(after.astype(float))) <= np.sum(np.square(before.astype(float)))


def test_a_platform_without_the_library_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyaec", None)
    with pytest.raises(NoCanceller):
        load_canceller()


@pytest.mark.thorough
def test_a_filter_is_begun_anew_only_when_the_echo_leaves_its_reach() -> None:
    played = murmur(14.0, 1)
    third = played.size // 7
    moves = {0: 1600, 2 * third: 1700, 4 * third: 3000}
    heard = np.zeros_like(played)
    for start, delay in moves.items():
        heard[start:] = delayed(played, delay, 0.5)[start:]
    canceller = echo.SpeexCanceller()
    cleaned = [canceller.process(h, p) for h, p in zip(blocks(heard), blocks(played), strict=True)]
    begun, slipped = [each.begun for each in cleaned], [each.slipped for each in cleaned]
    assert [round(at * 0.02) for at in np.flatnonzero(begun)] == [
        pytest.approx(1, abs=1),
        pytest.approx(9, abs=1),
    ]
    assert list(np.flatnonzero(slipped)) == list(np.flatnonzero(begun))[1:]


def still_echo_while(heard: Samples, played: Samples, first: float, last: float) -> list[bool]:
    """What the canceller says in each block of that stretch of seconds, asked as the ears ask."""
    canceller, said = load_canceller(), []
    for at, (h, p) in enumerate(zip(blocks(heard), blocks(played), strict=True)):
        canceller.process(h, p)
        if first <= at * 0.02 < last:
            said.append(canceller.still_echo())
    return said


@pytest.mark.thorough
def test_an_echo_out_of_place_is_recognised_at_once_and_cancelled_soon() -> None:
    """A buffer has run dry: from here on everything is 60 ms later."""
    played = murmur(12.0, 1)
    heard = delayed(played, 1600, 0.5)
    heard[8 * SAMPLE_RATE :] = delayed(played, 2560, 0.5)[8 * SAMPLE_RATE :]
    assert any(still_echo_while(heard, played, 8.1, 8.3))
    canceller, left = load_canceller(), []
    for at, (h, p) in enumerate(zip(blocks(heard), blocks(played), strict=True)):
        left.append(canceller.process(h, p).block)
        if 8.1 <= at * 0.02 < 8.3:
            canceller.still_echo()
    assert dbfs(seconds(np.concatenate(left), 10, 12)) < dbfs(seconds(heard, 10, 12)) - 12


@pytest.mark.thorough
@pytest.mark.parametrize("to", [2500, 700])
def test_a_card_that_ran_empty_or_over_is_followed_before_anybody_is_believed(to: int) -> None:
    played = murmur(12.0, 1)
    heard = delayed(played, 1600, 0.5)
    slipped = round(8.3 * SAMPLE_RATE)
    heard[slipped:] = delayed(played, to, 0.5)[slipped:]
    canceller = load_canceller()
    front, believed, begun, deaf = FullDuplex(canceller), [], [], []
    process = canceller.process

    def watched(h: Block, p: Block) -> Cleaned:
        cleaned = process(h, p)
        begun.append(cleaned.begun)
        return cleaned

    canceller.process = watched  # type: ignore[method-assign]
    for h, p in zip(blocks(heard), blocks(played), strict=True):
        sound = front.take(h, p, True)
        believed.append(sound is not None and sound.sure)
        deaf.append(sound is None)
    assert not any(believed)
    assert deaf.index(True) * 0.02 == pytest.approx(8.45, abs=0.15), "what it has heard of her was the guide"
    assert sum(deaf) * 0.02 == pytest.approx(2.0, abs=0.1)
    assert [at * 0.02 for at in np.flatnonzero(begun)][1:] == [pytest.approx(8.45, abs=0.15)]


def vowels(length: float, seed: int) -> Samples:
    """A fifth of a second each, at gliding pitches: more alike than noises are."""
    random, said = np.random.default_rng(seed), []
    at = np.arange(3200) / SAMPLE_RATE
    for _ in range(round(length / 0.2)):
        phase = 2 * np.pi * random.uniform(110, 260) * (at + random.uniform(-0.75, 0.75) * at**2)
        vowel = sum(np.sin(k * phase) / k for k in range(1, 16)) * np.hanning(3200) ** 0.3
        said.append(vowel / np.std(vowel) * random.uniform(0, 2000))
    return np.clip(np.concatenate(said), -32768, 32767).astype(np.int16)


@pytest.mark.thorough
@pytest.mark.parametrize("gain", [0.3, 1.0])
def test_her_voice_over_the_echo_does_not_move_it(gain: float) -> None:
    played = vowels(14.0, 1) + murmur(14.0, 1, 300.0)
    heard = delayed(played, 1600, gain)
    heard[4 * SAMPLE_RATE :] += vowels(10.0, 3)
    canceller, begun = load_canceller(), []
    for h, p in zip(blocks(heard), blocks(played), strict=True):
        begun.append(canceller.process(h, p).begun)
        canceller.still_echo()
    assert sum(begun) == 1


@pytest.mark.thorough
def test_her_voice_over_a_cancelled_echo_is_not_called_echo() -> None:
    played, hers = murmur(12.0, 1), murmur(2.0, 2)
    heard = delayed(played, 1600, 0.5)
    heard[10 * SAMPLE_RATE :] += hers
    said = still_echo_while(heard, played, 10.2, 12)
    assert sum(said) < 0.2 * len(said)


# --------------------------------------------------------------------------- what counts as hers


class Leaky(EchoCanceller):
    """Takes out all but a known share."""

    def __init__(self, leak: float) -> None:
        self._leak = leak

    def process(self, heard: Block, played: Block) -> Cleaned:
        echo_in_it = heard if played.any() else SILENCE
        return Cleaned((heard - (1 - self._leak) * echo_in_it).astype(np.int16), played)

    def still_echo(self) -> bool:
        return False


def near(canceller: EchoCanceller, heard: Samples, played: Samples) -> list[bool]:
    """After each block: is somebody speaking?"""
    near_end = NearEnd()
    found = []
    for h, p in zip(blocks(heard), blocks(played), strict=True):
        near_end.feed(h, p, canceller.process(h, p))
        found.append(near_end.speaking)
    return found


@pytest.mark.thorough
@pytest.mark.parametrize("leak_db", [-40, -20, -10, 0])
def test_what_is_left_of_the_echo_is_nobody_however_much_it_is(leak_db: float) -> None:
    played = murmur(30.0, 1)
    assert not any(near(Leaky(10 ** (leak_db / 20)), played, played))


@pytest.mark.thorough
@pytest.mark.parametrize("leak_db", [-40, -20])
def test_who_speaks_over_it_is_believed_within_a_fifth_of_a_second(leak_db: float) -> None:
    played = murmur(12.0, 1)
    quiet = played.copy()
    quiet[10 * SAMPLE_RATE :] = 0
    canceller, hers = Leaky(10 ** (leak_db / 20)), np.full(2 * SAMPLE_RATE, 0, np.int16)
    hers[:] = np.clip(np.random.default_rng(2).standard_normal(hers.size) * 1500, -32768, 32767)
    near_end, found = NearEnd(), []
    for at, (h, p) in enumerate(zip(blocks(played), blocks(played), strict=True)):
        cleaned = canceller.process(h, p)
        over = at * BLOCK_SAMPLES - 10 * SAMPLE_RATE
        if over >= 0:
            with_her = cleaned.block + hers[over : over + BLOCK_SAMPLES]
            cleaned = Cleaned(with_her.astype(np.int16), cleaned.echo_of)
        near_end.feed(h, p, cleaned)
        found.append(near_end.speaking)
    assert not any(found[: 10 * 50])
    assert any(found[10 * 50 : 10 * 50 + 10])


def test_nothing_is_believed_before_anything_is_known_of_the_echo() -> None:
    loud = murmur(0.4, 2, rms=9000)
    assert not any(near(Leaky(0.1), loud, murmur(0.4, 1)))


@pytest.mark.thorough
def test_a_loudspeaker_turned_up_is_learnt() -> None:
    """It is doubtful for a while, not for ever."""
    played = murmur(40.0, 1, rms=800)
    heard = played.copy()
    heard[20 * SAMPLE_RATE :] = np.clip(played[20 * SAMPLE_RATE :] * 4.0, -32768, 32767)
    found = near(Leaky(0.3), heard, played)
    assert not any(found[: 20 * 50])
    assert not any(found[32 * 50 :])


@pytest.mark.thorough
def test_the_front_tells_echo_from_her() -> None:
    front, played = FullDuplex(Leaky(0.1)), murmur(10.0, 1)
    for block in blocks(played):
        sound = front.take(block, block, speaking=True)
    assert sound is not None
    assert (sound.echo, sound.near, sound.sure) == (True, False, False)
    for _ in range(100):
        sound = front.take(SILENCE, SILENCE, speaking=False)
    assert sound is not None
    assert not sound.echo, "the guide has long been silent"


def test_behind_a_hole_in_the_sound_the_ears_are_deaf_as_long_as_the_guide_can_be_heard() -> None:
    front, played = FullDuplex(Leaky(0.1)), murmur(6.0, 1)
    deaf = []
    for at, block in enumerate(blocks(played)):
        if at == 100:
            front.torn()
        deaf.append(front.take(block, block, speaking=True) is None)
    assert (deaf.index(True), sum(deaf)) == (100, 99)
    front.torn()
    for _ in range(50):
        sound = front.take(SILENCE, SILENCE, speaking=False)
    assert sound is not None, "with nothing playing there is no echo to doubt"


@pytest.mark.thorough
def test_a_microphone_that_was_switched_off_during_a_prompt_does_not_take_the_rest_of_it_for_her() -> None:
    played = murmur(24.0, 1)
    noise = np.random.default_rng(3).standard_normal(played.size) * 12
    heard = (delayed(played, 1600, 0.4) + noise).astype(np.int16)
    heard[10 * SAMPLE_RATE : round(13.5 * SAMPLE_RATE)] = 0
    front = FullDuplex(load_canceller())
    taken = [front.take(h, p, speaking=True) for h, p in zip(blocks(heard), blocks(played), strict=True)]
    assert not any(sound.sure or sound.near for sound in taken[: 16 * 50] if sound is not None)
    assert any(sound is not None for sound in taken[16 * 50 :]), "it hears again"


@pytest.mark.parametrize("delay", [320, 1600, 4000, 7000])
def test_an_echo_that_nobody_cancelled_is_like_the_guide(delay: int) -> None:
    played = murmur(4.0, 1)
    likeness = EchoLikeness()
    for heard, given in zip(blocks(delayed(played, delay, 0.5)), blocks(played), strict=True):
        likeness.feed(heard, given)
    assert likeness.of_last(1.5) > 0.9
    assert likeness.of_last(1.5, 1.0) > 0.9


def test_her_voice_is_not_like_the_guide() -> None:
    played, hers = murmur(4.0, 1), murmur(4.0, 2)
    likeness = EchoLikeness()
    for heard, given in zip(blocks(hers), blocks(played), strict=True):
        likeness.feed(heard, given)
    assert likeness.of_last(1.5) < ECHO_LIKENESS


def test_of_a_syllable_nobody_can_tell_whether_it_is_the_guide() -> None:
    played = murmur(4.0, 1)
    likeness = EchoLikeness()
    for block in blocks(played):
        likeness.feed(block, block)
    assert likeness.of_last(0.4) == 0.0


class NothingTakenOut:
    """A canceller whose filter has gone astray."""

    def process(self, heard: Block, played: Block) -> Cleaned:
        return Cleaned(heard, played)

    def still_echo(self) -> bool:
        return False


def test_the_front_knows_the_guide_whatever_the_canceller_leaves_of_it() -> None:
    played, hers = murmur(6.0, 1), murmur(6.0, 2)
    fronts = [FullDuplex(NothingTakenOut()) for _ in range(2)]
    for front, sound in zip(fronts, (delayed(played, 1600, 0.5), hers), strict=True):
        for heard, given in zip(blocks(sound), blocks(played), strict=True):
            front.take(heard, given, speaking=True)
    assert [front.is_echo(1.5) for front in fronts] == [True, False]
