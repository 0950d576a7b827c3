"""The swindler sounds like somebody else, and digits are heard without being written down."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

import numpy as np
import pytest

from tests.test_session import content
from voiceguide.bench.plan import rng_for
from voiceguide.bench.surroundings import NOISES, recorded
from voiceguide.commands import equipment
from voiceguide.dialogue import dialogue
from voiceguide.dialogue.state import State
from voiceguide.ears.files import recognise_file
from voiceguide.ears.listener import MicrophoneEars
from voiceguide.events import BLOCK_SAMPLES, OTHER_VOICES, SAMPLE_RATE, Heard, Prompt, Samples, Transcript
from voiceguide.mouth.renderer import PITCHES, VOICES, Renderer
from voiceguide.mouth.speaker import Speaker
from voiceguide.understanding.digits import DIGITS

pytestmark = pytest.mark.audio

SAID = "您的养老金今天就要停发，快把验证码念给我听。"
PERSON_VOICE = "sit/cmn+f5"
_WINDOW = SAMPLE_RATE // 25


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer(content()[1].readings) as renderer:
        yield renderer


def pitch_hertz(samples: Samples) -> float:
    """The median of the voice's pitch, by autocorrelation of its loud 40 ms."""
    found = []
    for start in range(0, samples.size - _WINDOW, _WINDOW // 2):
        part = samples[start : start + _WINDOW].astype(np.float64)
        if np.sqrt(np.mean(part**2)) < 800:
            continue
        part -= part.mean()
        alike = np.correlate(part, part, "full")[_WINDOW - 1 :]
        shortest, longest = SAMPLE_RATE // 400, SAMPLE_RATE // 60
        period = shortest + int(np.argmax(alike[shortest:longest]))
        if alike[period] > 0.5 * alike[0]:
            found.append(SAMPLE_RATE / period)
    assert len(found) > 20
    return float(np.median(found))


def test_every_other_voice_is_much_lower_than_the_guides(renderer: Renderer) -> None:
    assert set(VOICES) == set(PITCHES) == set(OTHER_VOICES)
    own = pitch_hertz(renderer.render(SAID))
    for voice in OTHER_VOICES:
        other = pitch_hertz(renderer.render(SAID, voice=voice))
        assert other < 0.7 * own, (voice, other, own)
        assert renderer.identity(SAID, voice=voice) != renderer.identity(SAID), "kept apart"


def test_the_mouth_plays_a_prompt_in_its_own_voice(renderer: Renderer) -> None:
    heard = []
    for voice in ("", "man"):
        mouth = Speaker(Renderer(content()[1].readings), waits=True)
        mouth.prepare([Prompt("test/a", SAID), Prompt("test/b", SAID, "man")])
        mouth.say(Prompt("test/a", SAID, voice))
        blocks = []
        while mouth.speaking:
            blocks.append(mouth.next_block())
        mouth.close()
        heard.append(pitch_hertz(np.concatenate(blocks)))
    assert heard[1] < 0.7 * heard[0]


@pytest.mark.slow
def test_digits_are_heard_as_one_word_that_does_not_tell_which(renderer: Renderer) -> None:
    play, understanding = content()
    recogniser = equipment.open_recogniser(None)
    recogniser.prepare(understanding.word_list((*dialogue.intents(play), *dialogue.answers(play))))
    expecting = dialogue.expecting(play, State("log-in"))
    phrases, complete = understanding.word_list(expecting), understanding.complete(expecting)
    quiet = np.zeros(SAMPLE_RATE // 2, np.int16)

    def heard(text: str) -> tuple[str, str]:
        spoken = renderer.render(text, voice=PERSON_VOICE, pace=150)
        hearing = recognise_file(recogniser, np.concatenate([quiet, spoken, quiet]), phrases, complete)
        assert isinstance(hearing, Transcript)
        event = understanding.hear(hearing, expecting)
        return hearing.text + hearing.guess, event.intent if isinstance(event, Heard) else ""

    said = heard("验证码是四七八八二九")[0]  # 0.4 hears no digits behind these words; nor may it write any down
    assert not set(said) - set("验证码是一串数字")
    for text in ("四七八八二九", "六二二二零二一三四四五五", "幺三八零零幺三八零零零"):
        written, intent = heard(text)
        assert intent == DIGITS, (text, written)
        assert not set(written) - set("验证码是一串数字"), "nothing tells which digits they were"
    for text, wanted in (("下一步", "next"), ("再说一遍", "repeat"), ("三月十五号", ""), ("我今年七十五岁", "")):
        assert heard(text)[1] == wanted
    assert "一串数字" not in heard("幺二三三三")[0], "everybody's number"


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 2])
def test_a_melody_is_no_string_of_digits(seed: int) -> None:
    play, understanding = content()
    recogniser = equipment.open_recogniser(None)
    expecting = dialogue.expecting(play, State("log-in"))
    phrases, complete = understanding.word_list(expecting), understanding.complete(expecting)
    recogniser.prepare(phrases)
    ears = MicrophoneEars(recogniser)
    ears.listen(phrases, inf, complete)
    music = recorded(NOISES["melody"](rng_for(97, "melody", seed), 30 * SAMPLE_RATE), -12)
    for block in music[: music.size // BLOCK_SAMPLES * BLOCK_SAMPLES].reshape(-1, BLOCK_SAMPLES):
        hearing = ears.hear(block, np.zeros_like(block), speaking=False)
        if isinstance(hearing, Transcript):
            assert "一串数字" not in hearing.text + hearing.guess
            ears.listen(phrases, inf, complete)


def test_silence_behind_her_words_changes_nothing(renderer: Renderer) -> None:
    """Vosk ends an utterance by itself after a second or so of silence: it must do so neither for the phrases nor for
    their rival, or what is heard behind counts for one of them alone."""
    script, understanding = content()
    expecting = dialogue.expecting(script, State(script.guide.steps[0].id))
    recogniser = equipment.open_recogniser(None)
    recogniser.prepare(understanding.word_list(expecting))
    for text in ("四八二一九三", "好了"):
        said = renderer.render(text, voice=PERSON_VOICE)
        said = said[: np.flatnonzero(np.abs(said.astype(int)) > 300)[-1]]
        believed = set()
        for seconds in (0.3, 1.6, 2.5):
            silence = np.zeros(round(seconds * SAMPLE_RATE), np.int16)
            whole = np.concatenate([np.zeros(SAMPLE_RATE // 2, np.int16), said, silence])
            turn = recogniser.turn(understanding.word_list(expecting))
            for at in range(0, whole.size, 1600):
                turn.accept(whole[at : at + 1600])
            believed.add(round(turn.result().confidence, 2))
        assert len(believed) == 1, text
