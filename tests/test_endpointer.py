"""When a turn of listening ends, in literal seconds."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceguide.endpointer import Endpointer, Pace, Patience, Verdict
from voiceguide.events import Transcript

SPEECH, QUIET = True, False
WHOLE, PART = True, False  # is what was heard so far a complete phrase?


def part(spoken: float, quiet: float) -> list[tuple[float, bool, bool]]:
    """So much speech, then so much quiet; no complete phrase yet."""
    return [(spoken, SPEECH, PART), (quiet, QUIET, PART)]


FINAL_VERDICTS = {Verdict.FINISHED, Verdict.NO_INPUT, Verdict.TOO_LONG}
# name: (no_input_seconds, [(seconds, speech?, complete?), …], verdict)
TURNS = {
    "nothing yet": (8, [(7.9, QUIET, PART)], Verdict.WAITING),
    "nothing said": (8, [(8.0, QUIET, PART)], Verdict.NO_INPUT),
    "waits mutely for ever": (inf, [(100_000.0, QUIET, PART)], Verdict.WAITING),
    "a click is not speech": (8, [(1.0, QUIET, PART), *part(0.1, 1.0)], Verdict.WAITING),
    "a click does not stop the waiting": (8, [(7.0, QUIET, PART), *part(0.1, 0.9)], Verdict.NO_INPUT),
    "clicks far apart do not add up": (inf, part(0.15, 0.5) * 5, Verdict.WAITING),
    "two short sounds close together": (8, [*part(0.15, 0.2), (0.15, SPEECH, PART)], Verdict.SPEAKING),
    "she begins as time runs out": (8, [(7.95, QUIET, PART), (0.1, SPEECH, PART)], Verdict.WAITING),
    "having stirred in time": (8, [(7.9, QUIET, PART), *part(0.15, 0.1)], Verdict.WAITING),
    "having begun in time": (8, [(7.95, QUIET, PART), (0.3, SPEECH, PART)], Verdict.SPEAKING),
    "the shortest reply": (8, [(0.2, SPEECH, PART)], Verdict.SPEAKING),
    "a whole phrase, a breath": (8, [(0.6, SPEECH, WHOLE), (0.04, QUIET, WHOLE)], Verdict.SPEAKING),
    "a whole phrase, end silence": (8, [(0.6, SPEECH, WHOLE), (0.06, QUIET, WHOLE)], Verdict.FINISHED),
    "half a phrase, the same silence": (8, part(0.6, 0.5), Verdict.SPEAKING),
    "half a phrase, searching for words": (8, part(0.6, 1.4), Verdict.SPEAKING),
    "half a phrase and no more": (8, part(0.6, 1.5), Verdict.FINISHED),
    "she goes on in time": (8, part(0.6, 1.4) + part(0.3, 1.4), Verdict.SPEAKING),
    "a click does not renew patience": (8, part(0.6, 1.2) + part(0.04, 0.3), Verdict.FINISHED),
    "the phrase completes late": (8, [*part(0.6, 0.6), (0.1, QUIET, WHOLE)], Verdict.FINISHED),
    "no-input is over once she has spoken": (1, part(0.5, 1.2), Verdict.SPEAKING),
    "a television": (8, [(11.9, SPEECH, PART)], Verdict.SPEAKING),
    "a television, cut": (8, [(12.0, SPEECH, WHOLE)], Verdict.TOO_LONG),
    "many short pauses are one utterance": (8, part(1.0, 1.0) * 6, Verdict.TOO_LONG),
    "what came first in one coarse block": (8, [*(part(0.3, 1.2) * 7), *part(0.3, 5.0)], Verdict.TOO_LONG),
}


@pytest.mark.parametrize(("opening", "seconds"), [(False, 0.4), (True, 0.55)])
def test_what_could_go_on_waits_longer_than_a_whole_phrase_and_shorter_than_half_a_one(opening, seconds):
    """还没有, and one syllable that begins many phrases: 好."""
    endpointer = Endpointer(8)
    endpointer.process(0.6, SPEECH, PART, True, opening)
    assert endpointer.process(seconds - 0.05, QUIET, PART, True, opening) is Verdict.SPEAKING
    assert endpointer.process(0.05, QUIET, PART, True, opening) is Verdict.FINISHED


def spoke(text: str, seconds: float) -> Transcript:
    return Transcript(text, 0.9, 10.0, 10.0 + seconds)


def test_the_end_silences_follow_her_pace():
    usual, pace = Patience(), Pace()
    assert pace.patience() == usual
    pace.learn(spoke("再说一遍", 2.4), 0.0)  # twice as slow as usual
    slow = pace.patience()
    assert slow.complete_silence_seconds == pytest.approx(0.12)
    assert slow.extendable_silence_seconds == pytest.approx(0.8)
    assert slow.opening_silence_seconds == pytest.approx(0.9)  # the most
    assert slow.hesitant_silence_seconds == pytest.approx(2.5)  # the most
    for _ in range(20):
        pace.learn(spoke("再说一遍", 0.6), 0.0)
    quick = pace.patience()
    assert quick.complete_silence_seconds == pytest.approx(0.06)  # the least
    assert quick.hesitant_silence_seconds == pytest.approx(1.2)


def test_who_pauses_within_her_words_is_given_as_long_behind_them():
    pace = Pace()
    pace.learn(spoke("再说一遍", 1.2), 0.35)
    assert pace.patience().complete_silence_seconds == pytest.approx(0.35)


def test_one_syllable_tells_nothing_of_her_pace():
    pace = Pace()
    pace.learn(spoke("好", 2.0), 0.0)
    assert pace.patience() == Patience()


def test_the_longest_pause_within_an_utterance_is_known():
    endpointer = Endpointer(8)
    for blocks in (part(0.4, 0.3), part(0.4, 0.6), part(0.4, 1.4)):
        for seconds, is_speech, complete in blocks:
            endpointer.process(seconds, is_speech, complete)
    assert endpointer.longest_pause_seconds == pytest.approx(0.6), "the one at the end is none within it"


@pytest.mark.parametrize(("no_input_seconds", "blocks", "verdict"), TURNS.values(), ids=TURNS)
def test_turn(no_input_seconds, blocks, verdict):
    endpointer = Endpointer(no_input_seconds)
    for block in blocks:
        endpointer.process(*block)
    assert endpointer.verdict is verdict


def test_a_final_verdict_stands():
    endpointer = Endpointer(1.0)
    endpointer.process(1.0, QUIET, PART)
    assert endpointer.process(5.0, SPEECH, PART) is Verdict.NO_INPUT


def test_stirring_lasts_from_the_first_sound_until_it_is_forgotten():
    endpointer = Endpointer(inf)
    assert not endpointer.stirring
    endpointer.process(0.1, SPEECH, PART)
    assert endpointer.stirring
    endpointer.process(0.3, QUIET, PART)
    assert endpointer.stirring
    endpointer.process(0.1, QUIET, PART)
    assert not endpointer.stirring


def test_silence_is_counted_from_her_last_sound():
    endpointer = Endpointer(8)
    endpointer.process(0.6, SPEECH, PART)
    endpointer.process(0.3, QUIET, PART)
    endpointer.process(0.3, SPEECH, PART)
    assert endpointer.silence_seconds == 0
    endpointer.process(0.5, QUIET, WHOLE)
    assert endpointer.silence_seconds == pytest.approx(0.5)


def test_what_was_not_believed_is_looked_at_again_when_its_last_sound_can_be_known_and_later_still():
    endpointer = Endpointer(8)
    endpointer.process(0.6, SPEECH, WHOLE)
    looks, silence = [], 0.0
    for _ in range(50):
        silence += 0.02
        if endpointer.process(0.02, QUIET, WHOLE) is Verdict.FINISHED:
            looks.append(round(silence, 2))
            endpointer.listen_on()
    assert looks[:3] == [0.06, 0.22, 0.56]


def test_patience_is_adjustable():
    endpointer = Endpointer(8, Patience(complete_silence_seconds=0.9))
    endpointer.process(0.6, SPEECH, WHOLE)
    assert endpointer.process(0.8, QUIET, WHOLE) is Verdict.SPEAKING
    assert endpointer.process(0.1, QUIET, WHOLE) is Verdict.FINISHED


stretches = st.lists(
    st.tuples(st.integers(1, 300).map(lambda n: n / 50), st.booleans(), st.booleans()),
    min_size=1,
    max_size=12,
)


@pytest.mark.thorough
@given(stretches, st.sampled_from([0.5, 4.0, inf]), st.sampled_from([1, 2, 3, 7, 50]))
def test_block_size_does_not_change_the_verdict(blocks, no_input_seconds, pieces):
    coarse, fine = Endpointer(no_input_seconds), Endpointer(no_input_seconds)
    for seconds, is_speech, complete in blocks:
        coarse.process(seconds, is_speech, complete)
        for _ in range(pieces):
            fine.process(seconds / pieces, is_speech, complete)
        assert fine.verdict is coarse.verdict
        if coarse.verdict in FINAL_VERDICTS:
            return
        assert fine.silence_seconds == pytest.approx(coarse.silence_seconds, abs=0.02) or is_speech


@pytest.mark.thorough
@given(stretches)
def test_every_turn_with_a_deadline_ends(blocks):
    endpointer = Endpointer(5.0)
    for block in blocks:
        endpointer.process(*block)
    endpointer.process(5.0, QUIET, PART)
    assert endpointer.verdict in FINAL_VERDICTS
