"""Finding the sentences in the sound of a prompt, and going on from the start of an interrupted one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest

from tests.test_mouth_speaker import FakeRenderer, play, prompt
from voiceguide import paths
from voiceguide.dialogue.script import Script, prompts
from voiceguide.events import BLOCK_SAMPLES, BLOCK_SECONDS, SAMPLE_RATE, Samples
from voiceguide.library import Library
from voiceguide.mouth.sentences import sentence_starts
from voiceguide.mouth.speaker import Speaker

SYLLABLE_SECONDS, COMMA_SECONDS, STOP_SECONDS = 0.3, 0.15, 0.35


def spoken(text: str) -> Samples:
    """A tone for each character, louder from sentence to sentence; silence for what stands between."""
    pieces, level = [], 1000
    for character in text:
        if character in "，。！？；":
            pieces.append(np.zeros(round((COMMA_SECONDS if character == "，" else STOP_SECONDS) * SAMPLE_RATE)))
            level += 0 if character == "，" else 1000
        else:
            pieces.append(np.full(round(SYLLABLE_SECONDS * SAMPLE_RATE), level))
    return np.concatenate(pieces).astype(np.int16)


def seconds(starts: tuple[int, ...]) -> list[float]:
    return [round(start / SAMPLE_RATE, 2) for start in starts]


def test_a_sentence_begins_shortly_before_its_first_sound() -> None:
    text = "一二三四五。六七八九十。"
    assert seconds(sentence_starts(text, spoken(text))) == [0, pytest.approx(1.5 + 0.35 - 0.03)]


def test_a_comma_is_no_new_sentence() -> None:
    text = "一二三，四五六，七八九。十一，二三四五六。"
    second = 9 * 0.3 + 2 * 0.15 + 0.35
    assert seconds(sentence_starts(text, spoken(text))) == [0, pytest.approx(second - 0.03)]


@pytest.mark.parametrize("text", ["一句话", "，。", ""])
def test_one_sentence_begins_at_the_beginning(text: str) -> None:
    assert sentence_starts(text, spoken(text or "一")) == (0,)


def test_sentences_without_silence_between_them_are_one() -> None:
    assert sentence_starts("一二。三四。", np.full(SAMPLE_RATE, 5000, np.int16)) == (0,)


@pytest.mark.audio
@pytest.mark.slow
def test_every_shipped_prompt_falls_into_its_sentences() -> None:
    """Each part lasts as long as its sentence rendered alone."""
    from voiceguide.mouth.renderer import Renderer

    library = Library.open(paths.prompts())
    script = Script(library.guide("12333"), library.common)
    texts = dict.fromkeys(prompt.text for prompt in prompts(script))
    sentences = {text: [each for each in re.split("(?<=[。！？；])", text) if each] for text in texts}
    several = [text for text in texts if len(sentences[text]) > 1][::8]
    assert len(several) > 20
    with Renderer(library.readings) as renderer:
        for text in several:
            whole = renderer.render(text, pace=160)
            starts = sentence_starts(text, whole)
            assert len(starts) == len(sentences[text]), text
            for (start, end), sentence in zip(
                pairwise((*starts, whole.size)), sentences[text], strict=True
            ):
                sounding = np.flatnonzero(np.abs(whole[start:end].astype(int)) > 150)
                alone = np.flatnonzero(np.abs(renderer.render(sentence, pace=160).astype(int)) > 150)
                lasted = (sounding[-1] - sounding[0]) / SAMPLE_RATE
                assert lasted == pytest.approx((alone[-1] - alone[0]) / SAMPLE_RATE, abs=0.15), sentence


# --------------------------------------------------------------------------- going on


class Reader(FakeRenderer):
    def render(self, text: str, *, voice: str, pace: int) -> Samples:
        super().render(text, voice=voice, pace=pace)
        return spoken(text)


TEXT = "一二三四五。六七八九十。上下左右中。"
SENTENCE_SECONDS = 5 * SYLLABLE_SECONDS + STOP_SECONDS


@pytest.fixture
def reader() -> Iterator[Speaker]:
    mouth = Speaker(Reader(), waits=True)
    yield mouth
    mouth.close()


def says(mouth: Speaker, for_seconds: float) -> None:
    for _ in range(round(for_seconds / BLOCK_SECONDS)):
        mouth.next_block()


def levels(samples: Samples) -> list[int]:
    """Which sentences sound in it, in order, as their thousands."""
    loud = samples[samples >= 1000] // 1000
    return [int(level) for level in loud[np.flatnonzero(np.diff(loud, prepend=0))]]


def interrupt(mouth: Speaker) -> None:
    mouth.hush()
    faded = mouth.next_block()
    assert not faded[BLOCK_SAMPLES // 2 :].any(), "gone within one block"
    assert not mouth.speaking


def test_it_goes_on_from_the_start_of_the_interrupted_sentence(reader: Speaker) -> None:
    reader.say(prompt(TEXT))
    says(reader, SENTENCE_SECONDS + 1.0)
    interrupt(reader)
    reader.resume()
    rest = play(reader)
    assert levels(rest) == [2, 3]
    assert np.flatnonzero(rest)[0] < 0.1 * SAMPLE_RATE, "without the silence before it"


def test_a_sentence_she_cannot_have_heard_is_not_the_interrupted_one(reader: Speaker) -> None:
    """It had only just been given to the device."""
    reader.say(prompt(TEXT))
    says(reader, SENTENCE_SECONDS + 0.2)
    interrupt(reader)
    reader.resume()
    assert levels(play(reader)) == [1, 2, 3]


@pytest.mark.parametrize(
    ("said_seconds", "early"),
    [(1.0, True), (SENTENCE_SECONDS + 0.2, True), (SENTENCE_SECONDS + 1.0, False)],
    ids=["in the first sentence", "only just behind it", "in the second"],
)
def test_who_interrupts_before_the_first_sentence_is_out_is_early(
    reader: Speaker, said_seconds: float, early: bool
) -> None:
    assert not reader.cut_off_early
    reader.say(prompt(TEXT))
    says(reader, said_seconds)
    interrupt(reader)
    assert reader.cut_off_early is early
    reader.say(prompt("好。"))
    assert not reader.cut_off_early


def test_who_interrupts_what_stands_before_the_question_is_early(reader: Speaker) -> None:
    reader.say(prompt(TEXT))
    reader.say(prompt("三四。"))
    says(reader, 2 * SENTENCE_SECONDS)
    interrupt(reader)
    assert reader.cut_off_early


def test_what_was_queued_comes_behind_it(reader: Speaker) -> None:
    reader.say(prompt("一二。"))
    reader.say(prompt("三四。"))
    says(reader, 0.5)
    assert [each.text for each in reader.begun()] == ["一二。"]
    interrupt(reader)
    reader.resume()
    assert levels(play(reader)) == [1]
    assert [each.text for each in reader.begun()] == ["三四。"], "the first one has been begun before"


def test_interrupted_again_it_still_goes_on(reader: Speaker) -> None:
    reader.say(prompt(TEXT))
    says(reader, 2 * SENTENCE_SECONDS + 1.0)
    for _ in range(3):
        interrupt(reader)
        reader.resume()
        says(reader, 0.8)
    assert levels(play(reader)) == [3]


def test_an_answer_takes_the_place_of_what_was_interrupted(reader: Speaker) -> None:
    reader.say(prompt(TEXT))
    says(reader, 1.0)
    interrupt(reader)
    reader.say(prompt("好。"))
    play(reader)
    reader.resume()
    assert not reader.speaking


def test_with_nothing_interrupted_there_is_nothing_to_resume(reader: Speaker) -> None:
    reader.say(prompt("好。"))
    play(reader)
    reader.hush()
    reader.resume()
    assert not reader.speaking


def test_it_goes_on_as_loud_and_at_the_pace_it_began(reader: Speaker) -> None:
    reader.say(prompt(TEXT))
    says(reader, 1.0)
    interrupt(reader)
    reader.adjust(2, 2)
    reader.resume()
    assert levels(play(reader)) == [1, 2, 3]
