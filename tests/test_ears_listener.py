"""Half-duplex turns of listening: to these ears a loud block is speech, and its level says which word."""

from dataclasses import replace
from itertools import pairwise
from math import inf

import numpy as np
import pytest

from voiceguide.ears.freed_memory import FreedMemory
from voiceguide.ears.front import HalfDuplex, Sound
from voiceguide.ears.hypothesis import UNKNOWN
from voiceguide.ears.listener import MicrophoneEars
from voiceguide.events import BLOCK_SAMPLES, BLOCK_SECONDS, Belief, NoInput, Phrase, SpeechStarted, Transcript

QUIET, SOFT, SOFT_PHRASE, FILLER, NEXT, LONG, NOT_UNDERSTOOD = 0, 150, 250, 1400, 1500, 1600, 1700
NO_VOICE = 1800
"""Loud, and the detector takes it for no speech."""
TALK, BREATH, FAR = 1300, 1550, 950
WORDS = {
    **{TALK: UNKNOWN, BREATH: UNKNOWN, NO_VOICE: "好了", SOFT_PHRASE: "轻轻的"},
    **{NEXT: "好了", LONG: "再说一遍", FILLER: "那个"},
}
SILENCE = np.zeros(BLOCK_SAMPLES, np.int16)


class Detector:
    speech_dbfs = -25.0
    noise_dbfs = -60.0

    def __init__(self):
        self.resets = 0
        self.above_room_db = 0.0

    def feed(self, block):
        self.above_room_db = 30.0 if self._is(block, NO_VOICE) else 0.0
        return bool(block.any()) and not self._is(block, NO_VOICE)

    @staticmethod
    def _is(block, level):
        return bool((block == level).all())

    def reset(self):
        self.resets += 1


class Turn:
    def __init__(self, phrases, recogniser):
        self.phrases = phrases
        self.believes = recogniser.believes
        self.confidence = recogniser.confidence
        self.least_seconds = recogniser.least_seconds
        self.least_samples = recogniser.least_samples
        self.accepted = np.empty(0, np.int16)
        self.thorough = None

    def accept(self, samples):
        self.accepted = np.concatenate([self.accepted, samples])

    def partial(self):
        levels = [int(level) for level in np.unique(self.accepted) if level]
        return "".join(WORDS.get(level, "") for level in levels)

    def result(self, thorough=True):
        self.thorough = thorough
        text = self.partial().replace(UNKNOWN, "")
        spoken = np.count_nonzero(self.accepted) / 16_000
        if spoken < self.least_seconds or self.accepted.size < self.least_samples:
            return Belief("", 0.1)
        return (
            Belief(text, self.confidence)
            if text in (*self.phrases, self.believes) and text
            else Belief("", 0.1)
        )


class Recogniser:
    def __init__(self):
        self.turns = []
        self.prepared = ()
        self.believes = ""
        self.confidence = 0.9
        self.least_seconds = 0.0
        self.least_samples = 0

    def prepare(self, phrases):
        self.prepared = phrases

    def turn(self, phrases):
        self.turns.append(Turn([phrase.text for phrase in phrases], self))
        return self.turns[-1]


PHRASES = (
    Phrase("好了", ("hao", "le")),
    Phrase("再说一遍", ("zai", "shuo", "yi", "bian")),
    Phrase("那个", ("na", "ge"), filler=True),
)


class Scene:
    """Blocks into ears; every hearing with the time it came."""

    def __init__(self, no_input_seconds=8.0, complete=lambda text: text == "好了", **options):
        self.recogniser = Recogniser()
        self.ears = MicrophoneEars(self.recogniser, Detector(), **options)
        self.ears.listen(PHRASES, no_input_seconds, complete)
        self.seconds = 0.0
        self.hearings = []

    def goes_on(self, seconds, level=QUIET, speaking=False):
        for _ in range(round(seconds / BLOCK_SECONDS)):
            block = np.full(BLOCK_SAMPLES, level, np.int16)
            self.seconds += BLOCK_SECONDS
            hearing = self.ears.hear(block, SILENCE, speaking)
            if hearing is not None:
                self.hearings.append((round(self.seconds, 2), hearing))
        return self


def test_a_whole_phrase_is_taken_after_the_short_end_silence():
    scene = Scene().goes_on(2.0).goes_on(0.6, NEXT).goes_on(2.0)
    [(at_seconds, transcript)] = scene.hearings
    assert at_seconds == pytest.approx(2.0 + 0.6 + 0.06)
    assert (transcript.text, transcript.confidence) == ("好了", 0.9)
    assert (transcript.start_seconds, transcript.end_seconds) == pytest.approx((2.0, 2.6), abs=0.001)


def test_what_is_less_than_certain_is_taken_when_its_last_sound_is_known():
    """嗯，好的 … passes for 嗯，好了 until the recogniser has heard what follows."""
    scene = Scene()
    scene.recogniser.confidence = 0.8
    scene.goes_on(0.6, NEXT).goes_on(2.0)
    [(at_seconds, transcript)] = scene.hearings
    assert (at_seconds, transcript.text) == (pytest.approx(0.6 + 0.22), "好了")


def test_a_phrase_that_could_go_on_is_given_time():
    scene = Scene().goes_on(0.6, LONG).goes_on(2.0)
    [(at_seconds, transcript)] = scene.hearings
    assert at_seconds == pytest.approx(0.6 + 0.4)
    assert transcript.text == "再说一遍"


def test_who_thinks_aloud_is_waited_for_and_has_said_nothing_yet():
    scene = Scene().goes_on(0.4, FILLER).goes_on(4.0)
    assert scene.hearings == []
    scene.goes_on(0.6, NEXT).goes_on(1.0)
    assert [hearing.text for _, hearing in scene.hearings] == ["好了"]


@pytest.mark.parametrize(
    ("confidence", "silence_seconds"),
    [
        pytest.param(0.95, 0.4, id="sure"),
        pytest.param(0.85, 1.5, id="likely: she may talk on"),
    ],
)
def test_a_reply_behind_talk_is_answered_soon_where_it_is_sure(confidence, silence_seconds):
    scene = Scene()
    scene.recogniser.confidence = confidence
    scene.goes_on(1.0).goes_on(1.2, TALK).goes_on(0.3).goes_on(0.6, NEXT).goes_on(3.0)
    [(at_seconds, transcript)] = scene.hearings
    assert (transcript.text, at_seconds) == ("好了", pytest.approx(3.1 + silence_seconds, abs=0.03))


def test_a_breath_behind_a_phrase_is_no_talk_before_it():
    scene = Scene()
    scene.recogniser.confidence = 0.8
    scene.goes_on(0.6, NEXT).goes_on(0.14).goes_on(0.04, BREATH).goes_on(2.0)
    [(at_seconds, transcript)] = scene.hearings
    assert (transcript.text, at_seconds) == ("好了", pytest.approx(0.6 + 0.1 * 2.5, abs=0.061))


@pytest.mark.thorough
def test_talk_in_which_a_reply_was_looked_for_in_vain_may_go_on():
    scene = Scene()
    scene.recogniser.confidence = 0.5
    scene.goes_on(1.0).goes_on(1.2, TALK).goes_on(0.3).goes_on(0.6, NEXT).goes_on(0.5).goes_on(4.0, TALK)
    assert scene.hearings == [], "nobody talks into it"


def test_half_a_phrase_is_given_more():
    scene = Scene().goes_on(0.6, 7).goes_on(2.0)
    [(at_seconds, _)] = scene.hearings
    assert at_seconds == pytest.approx(0.6 + 1.5)


def test_the_recogniser_hears_one_second_before_and_everything_after():
    scene = Scene().goes_on(3.0).goes_on(0.6, NEXT).goes_on(1.0)
    [turn] = scene.recogniser.turns
    assert len(turn.accepted) / 16_000 == pytest.approx(1.0 - BLOCK_SECONDS + 0.6 + 0.06)
    assert np.flatnonzero(turn.accepted)[0] / 16_000 == pytest.approx(1.0 - BLOCK_SECONDS)


def test_catching_up_with_the_pre_roll_takes_no_more_than_a_few_blocks_at_once():
    scene = Scene().goes_on(3.0).goes_on(2 * BLOCK_SECONDS, NEXT)
    [turn] = scene.recogniser.turns
    assert len(turn.accepted) <= 10 * BLOCK_SAMPLES


def test_a_click_is_nothing_and_does_not_reach_the_next_reply():
    scene = Scene().goes_on(1.0).goes_on(0.1, 7).goes_on(2.0)
    assert scene.hearings == []
    scene.goes_on(0.6, NEXT).goes_on(1.0)
    assert [hearing.text for _, hearing in scene.hearings] == ["好了"]
    assert 7 not in scene.recogniser.turns[-1].accepted


@pytest.mark.parametrize(("level", "text"), [(NEXT, "好了"), pytest.param(LONG, "再说一遍", id="may go on")])
def test_a_reply_of_which_too_little_was_taken_for_speech_is_one_all_the_same(level, text):
    """好了 in a noisy room: 0.1 s of it stands out, and the recogniser is sure."""
    scene = Scene().goes_on(1.0).goes_on(0.1, level).goes_on(2.0)
    assert [hearing.text for _, hearing in scene.hearings] == [text]


def test_a_phrase_in_a_voice_the_detector_does_not_know_is_heard():
    scene = Scene().goes_on(2.0).goes_on(0.6, NO_VOICE).goes_on(2.0)
    [(at_seconds, transcript)] = scene.hearings
    assert (at_seconds, transcript.text) == (pytest.approx(2.0 + 0.6 + 0.4), "好了")
    assert (transcript.start_seconds, transcript.end_seconds) == pytest.approx((2.12, 2.6), abs=0.041)


@pytest.mark.parametrize(
    ("confidence", "heard"),
    [pytest.param(0.9, "好了", id="a phrase"), pytest.param(0.7, None, id="not surely one")],
)
def test_she_is_not_asked_whether_she_is_there_while_a_loud_sound_goes_on(confidence, heard):
    scene = Scene(no_input_seconds=2.0)
    scene.recogniser.confidence = confidence
    scene.goes_on(1.6).goes_on(0.8, NO_VOICE).goes_on(0.3)
    assert scene.hearings == []
    scene.goes_on(1.0)
    [(_, hearing)] = scene.hearings
    assert getattr(hearing, "text", None) == heard


def test_a_loud_sound_that_is_not_surely_a_phrase_is_not_told():
    scene = Scene()
    scene.recogniser.confidence = 0.8
    scene.goes_on(2.0).goes_on(0.6, NO_VOICE).goes_on(2.0)
    assert scene.recogniser.turns
    assert scene.hearings == []


@pytest.mark.parametrize(
    ("seconds", "speaking"),
    [pytest.param(0.1, False, id="a knock"), pytest.param(0.6, True, id="over a prompt")],
)
def test_loud_sounds_that_the_recogniser_does_not_hear(seconds, speaking):
    scene = Scene(front=WideOpen()).goes_on(1.0, speaking=speaking)
    scene.goes_on(seconds, NO_VOICE, speaking).goes_on(1.0, speaking=speaking)
    assert not scene.recogniser.turns


def test_a_tap_that_runs_is_not_listened_to_for_ever():
    scene = Scene(no_input_seconds=inf).goes_on(1.0).goes_on(30.0, NO_VOICE)
    [turn] = scene.recogniser.turns
    assert turn.accepted.size < 6 * 16_000


@pytest.mark.parametrize(("before", "waits"), [((), 0.56), ((0.3, FILLER), 1.5)])
def test_what_may_stand_beside_a_command_often_begins_one(before, waits):
    """好的 … 下一步; and with a filler before it, 嗯，好的, it is a beginning more often than not."""
    scene = Scene()
    beside = replace(PHRASES[1], beside=True)
    scene.ears.listen((PHRASES[0], beside, PHRASES[2]), 60.0, lambda text: False)
    scene = (scene.goes_on(*before) if before else scene).goes_on(0.6, LONG).goes_on(3.0)
    [(at_seconds, _)] = scene.hearings
    assert at_seconds == pytest.approx((0.9 if before else 0.6) + waits)


def test_thinking_aloud_before_a_phrase_that_could_go_on_changes_nothing():
    scene = Scene()
    scene.recogniser.believes = "那个再说一遍"
    scene.goes_on(0.3, FILLER).goes_on(0.6, LONG).goes_on(2.0)
    [(at_seconds, _)] = scene.hearings
    assert at_seconds == pytest.approx(0.9 + 0.4)


def test_what_looks_whole_and_is_not_believed_may_go_on():
    """再说一 … 遍: the recogniser saw 再说一遍 in the first half already."""
    scene = Scene()
    scene.recogniser.least_seconds = 0.8
    scene.goes_on(1.0).goes_on(0.5, LONG).goes_on(0.9).goes_on(0.5, LONG).goes_on(2.0)
    [(at_seconds, transcript)] = scene.hearings
    assert (transcript.text, transcript.start_seconds) == ("再说一遍", pytest.approx(1.0, abs=0.001))
    assert at_seconds == pytest.approx(2.9 + 0.4), "and what is believed is answered as soon as ever"


def test_what_looks_whole_and_is_not_believed_ends_like_anything_else():
    scene = Scene()
    scene.recogniser.least_seconds = 0.8
    scene.goes_on(1.0).goes_on(0.5, LONG).goes_on(4.0)
    [(at_seconds, transcript)] = scene.hearings
    assert (at_seconds, transcript.text) == (pytest.approx(1.5 + 1.5, abs=0.021), "")


def test_a_television_that_goes_on_behind_her_words_does_not_keep_the_answer_from_her():
    scene = Scene()
    scene.recogniser.least_seconds = 20.0
    scene.goes_on(1.0).goes_on(0.5, LONG).goes_on(0.5).goes_on(9.0, 700)
    (at_seconds, transcript) = scene.hearings[0]
    assert (at_seconds, transcript.text) == (pytest.approx(1.5 + 0.4 + 2.5, abs=0.021), "")


def test_what_is_believed_once_a_little_more_is_heard_behind_it_does_not_wait_for_the_long_silence():
    scene = Scene()
    scene.recogniser.least_samples = round(1.1 * 16_000)
    scene.goes_on(0.6, LONG).goes_on(3.0)
    [(at_seconds, transcript)] = scene.hearings
    assert (at_seconds, transcript.text) == (pytest.approx(0.6 + 0.4 * 2.5), "再说一遍")


def test_other_speech_is_an_empty_transcript():
    scene = Scene().goes_on(0.6, 7).goes_on(2.0)
    assert [(hearing.text, hearing.confidence) for _, hearing in scene.hearings] == [("", 0.1)]


def test_no_input():
    scene = Scene(no_input_seconds=8.0).goes_on(20.0)
    assert scene.hearings == [(8.0, NoInput(pytest.approx(8.0)))]


@pytest.mark.thorough
def test_waiting_mutely():
    assert Scene(no_input_seconds=inf).goes_on(120.0).hearings == []


def test_deaf_while_the_guide_speaks_and_a_little_longer():
    scene = Scene().goes_on(3.0, NEXT, speaking=True).goes_on(0.58, NEXT).goes_on(5.0)
    assert scene.hearings == []
    assert scene.recogniser.turns == []


def test_the_waiting_begins_after_the_hold_off():
    scene = Scene(no_input_seconds=2.0).goes_on(3.0, speaking=True).goes_on(5.0)
    assert scene.hearings == [(pytest.approx(3.0 + 0.6 + 2.0), NoInput(pytest.approx(2.0)))]


def test_the_hold_off_is_adjustable():
    scene = (
        Scene(no_input_seconds=2.0, front=HalfDuplex(hold_off_seconds=1.2))
        .goes_on(3.0, speaking=True)
        .goes_on(5.0)
    )
    assert scene.hearings[0][0] == pytest.approx(3.0 + 1.2 + 2.0)


def test_when_the_guide_speaks_up_what_was_half_heard_is_forgotten():
    scene = (
        Scene().goes_on(0.4, LONG).goes_on(1.0, speaking=True).goes_on(1.0).goes_on(0.6, NEXT).goes_on(1.0)
    )
    assert [hearing.text for _, hearing in scene.hearings] == ["好了"]
    assert not (scene.recogniser.turns[-1].accepted == LONG).any()


def test_a_turn_gives_one_hearing():
    scene = Scene().goes_on(0.6, NEXT).goes_on(1.0).goes_on(0.6, NEXT).goes_on(20.0)
    assert len(scene.hearings) == 1
    scene.ears.listen(PHRASES[:1], 8.0, lambda text: True)
    scene.goes_on(0.6, NEXT).goes_on(1.0)
    assert len(scene.hearings) == 2
    assert scene.recogniser.turns[-1].phrases == ["好了"]


def test_nothing_is_heard_before_listen():
    ears = MicrophoneEars(Recogniser(), Detector())
    assert ears.hear(np.full(BLOCK_SAMPLES, NEXT, np.int16), SILENCE, False) is None


@pytest.mark.thorough
def test_endless_speech_is_cut():
    scene = Scene().goes_on(13.0, LONG)
    [(at_seconds, transcript)] = scene.hearings
    assert at_seconds == pytest.approx(12.0)
    assert isinstance(transcript, Transcript)
    assert transcript.too_long


@pytest.mark.thorough
def test_a_television_is_listened_to_in_silence_and_her_word_after_it_is_heard():
    scene = Scene(no_input_seconds=8.0).goes_on(20.0, 7)
    [(_, told)] = scene.hearings
    assert told.voices_behind, "it is told that there is one, and no more"
    scene.ears.listen(PHRASES, 8.0, lambda text: text == "好了")
    scene.goes_on(30.0, 7)
    assert len(scene.hearings) == 1
    scene.goes_on(3.0)
    assert scene.hearings[-1][1].text == "", "it fell silent: that may have been she"
    scene.ears.listen(PHRASES, 8.0, lambda text: text == "好了")
    scene.goes_on(0.6, NEXT).goes_on(1.0)
    assert scene.hearings[-1][1].text == "好了"


def test_preparing_reaches_the_recogniser():
    recogniser = Recogniser()
    MicrophoneEars(recogniser, Detector()).prepare(PHRASES)
    assert recogniser.prepared == PHRASES


def test_how_loud_she_and_the_room_were_is_told_with_the_transcript():
    scene = Scene().goes_on(1.0).goes_on(0.6, NEXT).goes_on(1.0)
    (_, heard) = scene.hearings[0]
    assert (heard.speech_dbfs, heard.noise_dbfs) == (-25.0, -60.0)


class WideOpen:
    """Full duplex with nothing of the guide in the microphone."""

    def __init__(self, echo=False):
        self._echo = echo

    def take(self, heard, played, speaking):
        return Sound(heard)

    def is_echo(self, seconds, ended_seconds_ago=0.0):
        return self._echo


def interrupted(scene, level):
    """She says something into a prompt, which stops if the ears say so; then the guide listens anew."""
    before = len(scene.hearings)
    scene.goes_on(1.0, speaking=True).goes_on(0.6, level, speaking=True)
    stopped = any(isinstance(hearing, SpeechStarted) for _, hearing in scene.hearings[before:])
    scene.goes_on(3.0, speaking=not stopped)
    scene.ears.listen(PHRASES, 60.0, lambda text: text == "好了")
    return stopped


def test_a_louder_word_in_what_is_read_aloud_does_not_begin_it_anew():
    scene = Scene()
    scene.ears.listen((), 8.0, lambda text: False)
    scene.goes_on(4.0, 20).goes_on(1.0, 200).goes_on(2.0)
    [turn] = scene.recogniser.turns
    assert len(turn.accepted) / 16_000 > 5.0


def replied(scene):
    """She answers, and the ears know from it how loud she is."""
    scene.goes_on(2.0).goes_on(0.6, NEXT).goes_on(1.0)
    scene.ears.listen(PHRASES, 60.0, lambda text: text == "好了")
    return scene


def test_it_tells_whether_anything_expected_could_have_followed():
    for complete in (True, False):
        scene = Scene(no_input_seconds=60.0)
        scene.ears.listen(PHRASES, 60.0, lambda text, complete=complete: complete)
        scene.goes_on(2.0).goes_on(0.6, NEXT).goes_on(3.0)
        [(_, told)] = scene.hearings
        assert (told.text, told.complete) == ("好了", complete)


def test_over_a_prompt_only_a_voice_as_loud_as_hers_stops_the_guide_before_it_is_understood():
    scene = replied(Scene(no_input_seconds=60.0, front=WideOpen()))
    assert interrupted(scene, NOT_UNDERSTOOD), "as loud as her reply"
    assert not interrupted(scene, SOFT), "a television"


def test_what_is_much_softer_than_her_replies_and_no_sure_phrase_is_left_alone():
    """A television's words: to say 没听清 would be to talk into them; to act on them would be worse."""
    scene = replied(Scene(no_input_seconds=60.0))
    before = len(scene.hearings)
    scene.goes_on(0.6, SOFT).goes_on(3.0)
    assert scene.hearings[before:] == []
    scene.recogniser.believes, scene.recogniser.confidence = "轻轻的", 0.7
    scene.goes_on(0.6, SOFT_PHRASE).goes_on(3.0)
    assert scene.hearings[before:] == []
    scene.recogniser.confidence = 0.9
    scene.goes_on(0.6, SOFT_PHRASE).goes_on(3.0)
    assert scene.hearings[before:] == [], "a television says it as clearly"
    scene.goes_on(0.6, SOFT_PHRASE).goes_on(3.0)
    assert [hearing.text for _, hearing in scene.hearings[before:]] == ["轻轻的"], (
        "she has gone to the other end"
    )


def test_a_soft_word_of_which_too_little_was_taken_for_speech_is_a_televisions():
    scene = replied(Scene(no_input_seconds=60.0))
    scene.ears.listen(PHRASES, 60.0, lambda text: text == "轻轻的")
    scene.recogniser.believes = "轻轻的"
    before = len(scene.hearings)
    scene.goes_on(0.1, SOFT_PHRASE).goes_on(3.0)
    assert scene.hearings[before:] == []


def test_a_softer_voice_that_says_a_phrase_stops_the_guide():
    scene = replied(Scene(no_input_seconds=60.0, front=WideOpen()))
    scene.ears.listen(PHRASES, 60.0, lambda text: text == "轻轻的")
    assert not interrupted(scene, SOFT_PHRASE), "what only looks like one for a moment is not believed"
    scene.recogniser.believes = "轻轻的"
    scene.ears.listen(PHRASES, 60.0, lambda text: text == "轻轻的")
    assert interrupted(scene, SOFT_PHRASE)


def test_whoever_is_interrupted_is_told_what_it_was_for_though_the_ears_go_deaf_at_once():
    """The sound was torn, and what stopped the guide was its own echo: else it would have waited for a reply to what it
    had not said."""

    class Torn(WideOpen):
        deaf = False

        def take(self, block, played, speaking):
            return None if self.deaf else Sound(block)

    front = Torn()
    scene = replied(Scene(no_input_seconds=60.0, front=front))
    before = len(scene.hearings)
    scene.goes_on(1.5, speaking=True).goes_on(0.6, NOT_UNDERSTOOD, speaking=True)
    assert [type(hearing) for _, hearing in scene.hearings[before:]] == [SpeechStarted]
    front.deaf = True
    scene.goes_on(0.1)
    [_, (_, told)] = scene.hearings[before:]
    assert isinstance(told, Transcript)
    assert told.text == ""


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("speaking", "seconds", "thorough"), [(False, 0.6, True), (True, 0.6, False), (False, 9.0, False)]
)
def test_what_is_doubtful_is_heard_again_where_nobody_waits_for_it(speaking, seconds, thorough):
    """Not while the guide speaks, which would stutter, nor when it would take long."""
    scene = replied(Scene(no_input_seconds=60.0, front=WideOpen()))
    scene.goes_on(1.5, speaking=speaking).goes_on(seconds, SOFT, speaking=speaking).goes_on(
        3.0, speaking=speaking
    )
    assert scene.recogniser.turns[-1].thorough is thorough


def test_the_first_second_of_an_answer_is_stopped_by_a_phrase_alone():
    """好了 … 麻烦你了: the guide answers already, and she is still polite."""
    for level, stops in ((NOT_UNDERSTOOD, False), (NEXT, True)):
        scene = replied(Scene(no_input_seconds=60.0, front=WideOpen()))
        before = len(scene.hearings)
        scene.goes_on(0.2, speaking=True).goes_on(0.6, level, speaking=True)
        scene.goes_on(0.1, speaking=True)
        assert any(isinstance(hearing, SpeechStarted) for _, hearing in scene.hearings[before:]) is stops


def test_a_voice_that_began_in_the_first_second_of_an_answer_does_not_stop_it_later():
    for begins_seconds, stops in ((0.6, False), (1.1, True)):
        scene = replied(Scene(no_input_seconds=60.0, front=WideOpen()))
        before = len(scene.hearings)
        scene.goes_on(begins_seconds, speaking=True).goes_on(0.8, NOT_UNDERSTOOD, speaking=True)
        assert any(isinstance(hearing, SpeechStarted) for _, hearing in scene.hearings[before:]) is stops


@pytest.mark.parametrize(
    ("known", "confidence", "heard"), [(False, 0.8, []), (False, 0.9, ["好了"]), (True, 0.8, ["好了"])]
)
def test_before_anything_is_known_of_her_soft_words_over_a_prompt_must_be_sure(known, confidence, heard):
    """A television said 重复一遍 into the very first prompt."""
    scene = Scene(no_input_seconds=60.0, front=WideOpen())
    scene = replied(scene) if known else scene
    scene.recogniser.confidence = confidence
    before = len(scene.hearings)
    scene.goes_on(2.0, speaking=True).goes_on(0.6, NEXT, speaking=True).goes_on(3.0, speaking=True)
    told = [hearing for _, hearing in scene.hearings[before:]]
    assert [hearing.text for hearing in told if isinstance(hearing, Transcript)] == heard
    assert any(isinstance(hearing, SpeechStarted) for hearing in told) is bool(heard)


def test_a_soft_stranger_is_heard_when_it_is_what_may_always_be_said():
    """停, or that somebody asks for her code, into the very first prompt."""
    scene = Scene(no_input_seconds=60.0, front=WideOpen())
    phrases = (replace(PHRASES[0], always=True), *PHRASES[1:])
    scene.ears.listen(phrases, 60.0, lambda text: text == "好了")
    scene.recogniser.confidence = 0.7
    scene.goes_on(2.0, speaking=True).goes_on(0.6, NEXT, speaking=True).goes_on(3.0)
    assert [hearing.text for _, hearing in scene.hearings if isinstance(hearing, Transcript)] == ["好了"]


def test_words_that_begin_in_the_first_second_of_an_answer_must_be_sure():
    for confidence, always, heard in ((0.8, False, []), (0.9, False, ["好了"]), (0.7, True, ["好了"])):
        scene = replied(Scene(no_input_seconds=60.0, front=WideOpen()))
        phrases = (replace(PHRASES[0], always=always), *PHRASES[1:])  # always: as if it were 停
        scene.ears.listen(phrases, 60.0, lambda text: text == "好了")
        scene.recogniser.confidence = confidence
        before = len(scene.hearings)
        scene.goes_on(0.2, speaking=True).goes_on(0.6, NEXT, speaking=True).goes_on(3.0)
        told = [hearing.text for _, hearing in scene.hearings[before:] if isinstance(hearing, Transcript)]
        assert [text for text in told if text] == heard


@pytest.mark.parametrize(("clear", "heard"), [(False, ""), (True, "好了")])
def test_words_of_which_next_to_nothing_stands_clear_of_the_echo_are_the_guides_own(clear, heard):
    class Echoing(WideOpen):
        def take(self, block, played, speaking):
            return Sound(block, echo=speaking, near=True, clear=clear or not speaking)

    scene = replied(Scene(no_input_seconds=60.0, front=Echoing()))
    before = len(scene.hearings)
    scene.goes_on(2.0, speaking=True).goes_on(0.6, NEXT, speaking=True).goes_on(3.0)
    told = [hearing.text for _, hearing in scene.hearings[before:] if isinstance(hearing, Transcript)]
    assert told == [heard]


@pytest.mark.parametrize(("echo", "heard"), [(True, ""), (False, "好了")])
def test_the_guides_own_words_neither_stop_it_nor_are_heard_however_clear_they_are(echo, heard):
    scene = replied(Scene(no_input_seconds=60.0, front=WideOpen(echo)))
    before = len(scene.hearings)
    scene.goes_on(2.0, speaking=True).goes_on(0.6, NEXT, speaking=True)
    stopped = [hearing for _, hearing in scene.hearings[before:] if isinstance(hearing, SpeechStarted)]
    assert bool(stopped) is not echo
    scene.goes_on(3.0)
    told = [hearing.text for _, hearing in scene.hearings[before:] if isinstance(hearing, Transcript)]
    assert [text for text in told if text] == [heard] * bool(heard)


@pytest.mark.parametrize(("after_seconds", "heard"), [(0.2, []), (1.0, ["好了"])])
def test_what_begins_just_behind_a_prompt_may_be_its_echo(after_seconds, heard):
    """The last word of it, 好了, from a loudspeaker that lags; and nobody is told that it was not understood."""
    scene = replied(Scene(no_input_seconds=60.0, front=WideOpen(echo=True)))
    before = len(scene.hearings)
    scene.goes_on(2.0, speaking=True).goes_on(after_seconds).goes_on(0.6, NEXT).goes_on(3.0)
    assert [hearing.text for _, hearing in scene.hearings[before:]] == heard


@pytest.mark.parametrize(("echo", "heard"), [(True, []), (False, ["好了"])])
def test_nor_is_it_a_reply_when_it_is_too_short_to_be_a_turn(echo, heard):
    scene = replied(Scene(no_input_seconds=60.0, front=WideOpen(echo)))
    before = len(scene.hearings)
    scene.goes_on(2.0, speaking=True).goes_on(0.2).goes_on(0.16, NEXT).goes_on(3.0)
    assert [hearing.text for _, hearing in scene.hearings[before:]] == heard


def test_politeness_over_a_prompt_is_no_reply():
    scene = replied(Scene(no_input_seconds=60.0, front=WideOpen()))
    idle = replace(PHRASES[2], filler=False, idle=True)
    scene.ears.listen((*PHRASES[:2], idle), 60.0, lambda text: text == "好了")
    before = len(scene.hearings)
    scene.goes_on(0.2, speaking=True).goes_on(0.4, FILLER, speaking=True).goes_on(4.0, speaking=True)
    assert scene.hearings[before:] == []
    scene.goes_on(1.0).goes_on(0.6, NEXT).goes_on(1.0)
    assert [hearing.text for _, hearing in scene.hearings[before:]] == ["好了"]


def test_after_an_interruption_for_nothing_only_a_phrase_stops_the_guide_for_a_while():
    scene = replied(Scene(no_input_seconds=60.0, front=WideOpen()))
    assert [interrupted(scene, NOT_UNDERSTOOD) for _ in range(2)] == [True, False]
    assert interrupted(scene, NEXT)
    assert interrupted(scene, NOT_UNDERSTOOD), "a reply has made it trustful again"


@pytest.mark.thorough
def test_where_somebody_else_was_talking_the_voice_must_be_as_loud_as_hers_for_a_while():
    for talk in (False, True):
        scene = replied(Scene(no_input_seconds=60.0, front=WideOpen()))
        if talk:
            scene.goes_on(2.0).goes_on(0.6, SOFT).goes_on(3.0)
        assert interrupted(scene, FAR) is not talk
        scene = replied(Scene(no_input_seconds=60.0, front=WideOpen()))
        if talk:
            scene.goes_on(2.0).goes_on(0.6, SOFT).goes_on(3.0)
        assert interrupted(scene, NOT_UNDERSTOOD)


@pytest.mark.thorough
def test_when_only_a_television_is_heard_for_long_that_is_told_once_in_a_while():
    scene = Scene(no_input_seconds=inf)
    told = []
    for _ in range(4):
        scene.goes_on(40.0, NOT_UNDERSTOOD)
        told += [(at, hearing) for at, hearing in scene.hearings if at not in dict(told)]
        scene.ears.listen(PHRASES, inf, lambda text: text == "好了")
    assert all(isinstance(hearing, NoInput) and hearing.voices_behind for _, hearing in told)
    times = [at for at, _ in told]
    assert 10.0 <= times[0] <= 15.0
    assert len(times) == 3
    assert all(60.0 <= later - earlier <= 80.0 for earlier, later in pairwise(times))


def test_the_guide_is_not_told_of_a_television_while_it_speaks():
    scene = Scene(no_input_seconds=inf).goes_on(40.0, NOT_UNDERSTOOD, speaking=True)
    assert not any(isinstance(hearing, NoInput) for _, hearing in scene.hearings)


@pytest.mark.thorough
@pytest.mark.parametrize(("before_seconds", "voices_behind"), [(0.0, False), (30.0, True)])
def test_a_reply_tells_whether_somebody_else_talks_all_the_time(before_seconds, voices_behind):
    scene = Scene(no_input_seconds=inf).goes_on(before_seconds, NOT_UNDERSTOOD)
    scene.ears.listen(PHRASES, inf, lambda text: text == "好了")
    scene.goes_on(2.0).goes_on(0.6, NEXT).goes_on(2.0)
    transcript = scene.hearings[-1][1]
    assert isinstance(transcript, Transcript)
    assert transcript.voices_behind is voices_behind


def test_freed_memory_is_given_back_when_what_she_said_has_been_recognised(monkeypatch):
    given = []
    monkeypatch.setattr(FreedMemory, "give_back", lambda memory, now_seconds: given.append(round(now_seconds, 2)))
    scene = Scene().goes_on(2.0).goes_on(0.6, NEXT).goes_on(2.0)
    assert len(scene.hearings) == 1
    assert given == [0.0]
    scene.ears.listen(PHRASES, 8.0, lambda text: True)
    assert given == [0.0, 4.6]
