"""What is said in which condition: every intent, nothing twice, the same for every model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from voiceguide.bench import sentences
from voiceguide.bench.collection import Clip, Collection
from voiceguide.bench.commands import Command, Meanings, drawn, sorted_clips
from voiceguide.bench.other_speech import GAP_SECONDS, NoiseAlone, OtherSpeech, Saying, sayings
from voiceguide.bench.plan import (
    ALL,
    BABBLE,
    CLEAN,
    CONDITIONS,
    Positives,
    Stage,
    Utterance,
    joined,
    recorded,
    rng_for,
)
from voiceguide.bench.surroundings import Surroundings
from voiceguide.commands.content import open_expecting
from voiceguide.endpointer import Patience
from voiceguide.events import SAMPLE_RATE
from voiceguide.guides.guide import UNKNOWN_QUESTION


@pytest.fixture(scope="module")
def meanings():
    content, intents = open_expecting("all")
    return Meanings(content.understanding, content.script, intents)


class Hums(Collection):
    """Every clip is a hum whose pitch is its speaker's."""

    def samples(self, clip):
        if clip.text == "unreadable":
            return None
        time = np.arange(SAMPLE_RATE // 2) / SAMPLE_RATE
        return (8000 * np.sin(2 * np.pi * (200 + 100 * len(clip.speaker)) * time)).astype(np.int16)


def stage(*clips):
    rng = np.random.default_rng(1)
    around = Surroundings(
        {"tap": rng.standard_normal(8_000).astype(np.float32)},
        {"hall": np.eye(1, 2_000)[0].astype(np.float32)},
    )
    return Stage(Hums(Path(), list(clips)), around, seed=1)


def clip(text="好了", speaker="anna", number=0, kind="word", negative=False):
    return Clip(Path(f"{text}{number}"), speaker, kind, text, negative=negative)


NEXT = Command("好了", "next", "blink", "next")


# ------------------------------------------------------------------------------------------------- commands


@pytest.mark.thorough
def test_every_intent_is_said_and_the_most_offered_commands(meanings):
    commands = drawn(meanings, sentences.offered(), 150, rng_for(1, "commands"))
    guide = open_expecting("all")[0].script.guide
    unsaid = {UNKNOWN_QUESTION, *(each.intent for each in guide.questions if each.trouble)}  # something else somewhere
    assert set(meanings.intents) - unsaid <= {command.intent for command in commands} <= set(meanings.intents)
    texts = [command.text for command in commands]
    assert len(texts) == len(set(texts)) == 150
    assert set(sentences.offered()) <= set(texts)


@pytest.mark.thorough
def test_what_is_said_means_what_it_is_taken_for_everywhere_and_at_its_step(meanings):
    for command in drawn(meanings, sentences.offered(), 150, rng_for(2, "commands")):
        assert meanings.everywhere(command.text) == command.intent
        if command.step:  # else it means something else at its own step
            heard = meanings.understanding.understand(command.text, meanings.expecting[command.step])
            assert heard.intent == command.step_intent == command.intent


@pytest.mark.thorough
def test_a_quick_draw_keeps_both_halves_and_the_seed_decides(meanings):
    first, again, other = (
        [c.text for c in drawn(meanings, sentences.offered(), 40, rng_for(seed, "commands"))]
        for seed in (1, 1, 2)
    )
    assert first == again != other
    assert len(first) == 40
    assert 20 <= len(set(first) & set(sentences.offered())) < 40


def test_there_are_near_misses_enough_and_none_is_a_wording(meanings):
    texts = sentences.near_misses()
    assert len(set(texts)) == len(texts) >= 160
    wordings = {phrase.text for phrase in meanings.understanding.phrases(meanings.intents)}
    assert not wordings & set(texts)


def test_recordings_are_sorted_by_what_they_mean(meanings):
    said, other, oov = clip("下一步"), clip("复旦"), clip("好了", negative=True)
    strange, syllable = clip("芝麻开门", kind="recording"), clip("hao3", kind="syllable")
    found = sorted_clips([said, other, oov, strange, syllable], meanings, rng_for(1, "x"))
    assert [each.intent for each in found[0].values()] == ["next"]
    assert found[1] == [other, oov]
    assert found[2] == [strange]


def test_what_means_one_thing_here_and_another_there_is_asked_at_a_step_only(meanings):
    command = meanings.command("没收到短信", rng_for(1, "x"))
    assert not command.everywhere
    assert command.step_intent.startswith("trouble:")
    assert command.wanted(command.step) == command.step_intent


# ------------------------------------------------------------------------------------------------ conditions


class Able:
    def __init__(self, name, *texts):
        self.name, self.texts = name, texts

    def can_say(self, text):
        return text in self.texts

    def say(self, text, rng, pace=1.0):
        return np.ones(4_000, np.float32)


def test_two_voices_say_each_command_and_what_nobody_can_say_is_told():
    skipped = []
    texts = ("好了", "停", "走")
    commands = [Command(text, "next") for text in texts]
    people = [Able("a", "好了", "停"), Able("b", "好了"), Able("c", "好了")]
    said = list(joined(commands, people, skipped))
    assert skipped == ["走"]
    assert sorted(each.command.text for each in said) == ["停", "好了", "好了"]
    assert [each.speaker for each in said] == sorted(each.speaker for each in said)


def test_every_utterance_is_heard_in_every_condition_once():
    heard = Positives(stage(), [Utterance(NEXT, "v", voice=Able("v", "好了"))], 1, alternating=False)
    trials = list(heard.trials())
    assert len(trials) == len(heard) == len(CONDITIONS)
    assert {trial.condition.name for trial in trials} == {condition.name for condition in CONDITIONS}
    assert all(trial.samples.dtype == np.int16 and trial.samples.any() for trial in trials)


def test_a_command_of_one_step_is_heard_only_where_steps_are_asked_about():
    said = [Utterance(Command("没收到短信", "", "log-in", "trouble:code-missing"), "v", voice=Able("v"))]
    heard = Positives(stage(), said, 1, alternating=False).trials()
    assert {trial.places for trial in heard} == {("log-in",)}


def test_quick_means_in_the_room_or_out_of_it_by_turns():
    said = [Utterance(NEXT, "v", voice=Able("v", "好了"))] * 2
    heard = Positives(stage(), said, 2, alternating=True)
    first, second = ({c.name for c in heard.conditions(number)} for number in (0, 1))
    assert "babble 6 dB" in first - second
    assert "babble 6 dB room" in second - first
    assert first | second == {condition.name for condition in CONDITIONS}


def test_recordings_beyond_the_first_are_heard_clean_only_and_unreadable_ones_not_at_all():
    clips = {clip("好了", number=n): NEXT for n in range(2)} | {
        clip("unreadable"): Command("unreadable", "next")
    }
    said = recorded(clips, rng_for(1, "x"))
    heard = Positives(stage(*clips), said, 1, alternating=False)
    assert [len(heard.conditions(number)) for number in range(3)] == [len(CONDITIONS), 1, 1]
    texts = {trial.utterance.command.text for trial in heard.trials()}
    assert texts == {"好了"}


@pytest.mark.thorough
def test_the_same_seed_gives_the_same_samples_whatever_else_is_measured():
    alone = Positives(stage(), [Utterance(NEXT, "v", voice=Able("v", "好了"))], 1, alternating=False)
    quick = Positives(stage(), [Utterance(NEXT, "v", voice=Able("v", "好了"))], 1, alternating=True)
    whole = {trial.condition.name: trial.samples for trial in alone.trials()}
    some = {trial.condition.name: trial.samples for trial in quick.trials()}
    assert some
    assert all(np.array_equal(whole[name], samples) for name, samples in some.items())


def test_the_talker_does_not_babble_and_commands_give_way_to_other_speech():
    others = [clip("今天", "ben", n, negative=True) for n in range(6)]
    commands = [clip("好了", "a-very-long-name", n) for n in range(9)]
    scene = stage(*others, *commands)
    crowd = scene.babble("anna")[0]
    spectrum = np.abs(np.fft.rfft(crowd))
    hertz = np.fft.rfftfreq(len(crowd), 1 / SAMPLE_RATE)
    assert hertz[np.argmax(spectrum)] == pytest.approx(500, abs=2), "ben hums at 500 Hz"
    assert not scene.notes
    assert not np.array_equal(scene.babble("ben")[0], crowd)


def test_too_few_people_for_babble_are_told_once():
    scene = stage(clip())
    scene.babble("anna")
    scene.babble("ben")
    assert len(scene.notes) == 1
    assert "合成" in scene.notes[0]


def test_clean_speech_keeps_its_distance_from_the_quietest_room():
    wave = np.sin(np.arange(8_000) / 5).astype(np.float32)
    samples = stage().placed(wave, CLEAN, "v", rng_for(1, "x")).astype(float)
    before = samples[:6_000]
    spoken = samples[6_400:14_400]
    assert 20 * np.log10(spoken.std() / before.std()) == pytest.approx(54, abs=1.5)


# ----------------------------------------------------------------------------------------------- other speech


def test_an_hour_is_filled_with_recordings_near_misses_sentences_and_near_misses_again():
    clips = [Clip(Path("a"), "anna", "word", "复旦", 0.0, 1.0) for _ in range(50)]
    voice = Able("v", "下雨了", "今天真冷")
    said = sayings(clips, [Able("mute"), voice], ["下雨了"], ["今天真冷"], 60.0, seed=1)
    assert sum(each.seconds for each in said) >= 60
    assert sum(each.clip is not None for each in said) == 50
    assert {each.text for each in said if each.voice} == {"下雨了", "今天真冷"}
    assert len({each.take for each in said if each.text == "下雨了"}) > 1


def test_without_a_voice_there_is_only_what_was_recorded():
    clips = [Clip(Path("a"), "anna", "word", "复旦", 0.0, 1.0) for _ in range(5)]
    assert len(sayings(clips, [], ["下雨了"], ["今天真冷"], 60.0, seed=1)) == 5


def test_whoever_can_says_each_near_miss_once():
    voices = [Able("mute"), Able("a", "下雨了", "上班去"), Able("b", "下雨了")]
    said = sayings([], voices, ["下雨了", "上班去", "下雨了"], [], 1.6, seed=1)
    assert sorted((each.text, each.speaker) for each in said if each.take == 0) == [
        ("上班去", "a"),
        ("下雨了", "a"),
        ("下雨了", "b"),
    ]


def test_every_utterance_is_a_turn_of_its_own():
    assert Patience().hesitant_silence_seconds < GAP_SECONDS
    said = [Saying("复旦", "anna", 30.0, clip=clip("复旦", number=n)) for n in range(3)]
    said.append(Saying("unreadable", "anna", 1.0, clip=clip("unreadable")))
    speech = OtherSpeech(stage(), said)
    trials = list(speech.trials())
    assert len(trials) == len(speech) == 3
    for trial in trials:
        assert trial.places == (ALL,)
        assert trial.utterance is None
        span = trial.spans[0]
        assert span.start == GAP_SECONDS * SAMPLE_RATE
        assert len(trial.samples) - span.end == GAP_SECONDS * SAMPLE_RATE
        spoken = np.abs(trial.samples[span.start : span.end].astype(float)).mean()
        assert spoken > 5 * np.abs(trial.samples[: span.start].astype(float)).mean()


def test_noise_alone_lasts_as_long_as_asked_and_has_every_kind():
    noise = NoiseAlone(stage(), 30.0)
    trials = list(noise.trials())
    assert len(trials) == len(noise)
    assert sum(len(trial.samples) for trial in trials) / SAMPLE_RATE == pytest.approx(30, abs=0.1)
    kinds = {trial.kind for trial in trials}
    assert {"recorded tap", "silence", "crowd next door", "chords", "melody", "fan"} <= kinds
    silence = next(trial for trial in trials if trial.kind == "silence")
    assert np.abs(silence.samples).max() <= 4
    assert not any(trial.spans for trial in trials)


def test_babble_is_among_the_conditions():
    assert {condition.noise for condition in CONDITIONS} == {"", "kitchen", BABBLE}
