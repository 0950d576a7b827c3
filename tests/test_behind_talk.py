"""Where the reply begins behind talk and a pause."""

from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
import pytest

from voiceguide.ears.behind_talk import reply_before_talk, reply_behind_talk
from voiceguide.ears.decision import Decision
from voiceguide.ears.hypothesis import UNKNOWN, Roles, Word
from voiceguide.ears.turn import VoskTurn
from voiceguide.events import SAMPLE_RATE, Belief

ROLES = Roles(chatter=frozenset({"嗯", "好了", "谢谢"}), fillers=frozenset({"嗯"}), idle=frozenset({"谢谢"}))
_ = UNKNOWN


@pytest.mark.parametrize(
    ("heard", "begins"),
    [
        pytest.param([(0.5, _, 1.0), (1.8, "好了", 0.4)], 1.8, id="talk, a pause, a reply"),
        pytest.param([(0.5, _, 1.0), (1.8, "好了", 0.4), (2.5, "谢谢", 0.6)], 1.8, id="and thanks"),
        pytest.param([(0.5, _, 1.0), (1.8, "嗯", 0.2), (2.4, "好了", 0.4)], 1.8, id="and a filler before it"),
        pytest.param(
            [(0.5, _, 0.5), (1.0, "不好", 0.5), (2.0, "好了", 0.4)], 2.0, id="talk may hold a phrase"
        ),
        pytest.param([(0.5, _, 1.0), (1.55, "好了", 0.4)], None, id="no pause: part of the talk"),
        pytest.param([(0.5, _, 1.0), (1.8, "好了", 0.4), (2.3, _, 0.4)], None, id="she talks on"),
        pytest.param([(0.5, _, 1.0), (1.8, "好了", 0.4), (2.8, _, 0.4)], None, id="and after a pause too"),
        pytest.param([(0.5, _, 1.0), (1.8, "谢谢", 0.6)], None, id="thanks are no reply"),
        pytest.param([(0.5, _, 1.0), (1.8, "嗯", 0.2)], None, id="a filler is none"),
        pytest.param([(0.5, "不好", 0.5), (1.8, "好了", 0.4)], 1.8, id="talk that seems known"),
        pytest.param(
            [(0.5, "不好", 0.5), (1.8, "好了", 0.4), (2.5, "谢谢", 0.6)], 1.8, id="talk that seems known, and thanks"
        ),
        pytest.param(
            [(0.5, "不好", 0.5), (1.8, "不好", 0.5), (2.6, "好了", 0.4)], 2.6, id="of several what is said last"
        ),
        pytest.param([(0.5, "不好", 0.5), (1.05, "好了", 0.4)], None, id="known, and no pause"),
        pytest.param([(0.5, "不好", 0.5), (1.8, "谢谢", 0.6)], None, id="known, and thanks"),
        pytest.param([(0.5, "好了", 0.4)], None, id="a reply alone"),
        pytest.param([(0.5, _, 1.0)], None, id="talk alone"),
        pytest.param([], None, id="nothing"),
    ],
)
def test_where_the_reply_begins(heard: list[tuple[float, str, float]], begins: float | None) -> None:
    words = [Word(text, seconds, 1.0, start_seconds=start) for start, text, seconds in heard]
    assert reply_behind_talk(words, ROLES) == begins


@pytest.mark.parametrize(
    ("heard", "ends"),
    [
        pytest.param([(0.5, "好了", 0.5), (1.5, _, 0.5)], 1.0, id="a reply, a pause, talk"),
        pytest.param([(0.5, "嗯", 0.25), (0.75, "好了", 0.5), (1.5, "不好", 0.5)], 1.25, id="a filler before it"),
        pytest.param([(0.5, "好了", 0.5), (1.5, "不好", 0.5), (2.5, _, 0.5)], 1.0, id="only what was said first"),
        pytest.param([(0.5, "好了", 0.5), (1.05, _, 0.5)], None, id="no pause: part of the talk"),
        pytest.param([(0.5, _, 0.25), (0.75, "好了", 0.5), (1.5, _, 0.5)], None, id="talk before it"),
        pytest.param([(0.5, "谢谢", 0.5), (1.5, _, 0.5)], None, id="thanks are no reply"),
        pytest.param([(0.5, "好了", 0.5)], None, id="a reply alone"),
        pytest.param([], None, id="nothing"),
    ],
)
def test_where_a_reply_before_talk_ends(heard: list[tuple[float, str, float]], ends: float | None) -> None:
    words = [Word(text, seconds, 1.0, start_seconds=start) for start, text, seconds in heard]
    assert reply_before_talk(words, ROLES) == ends


class Kaldi:
    """Hears a scrap of talk, a pause and 好了 in whatever it is given first, and 好了 in whatever it is given then."""

    talk = UNKNOWN
    gained = (0.0, 50.0)
    """On its rival: by all of it, and by what is behind the talk."""
    reply_first = False
    still_talk = False
    """Is it talk and a reply even when it is heard by itself?"""

    def __init__(self, model: object, rate: float, grammar: str) -> None:
        self._phrases = len(json.loads(grammar)) > 1
        self._samples = 0

    def SetWords(self, on: bool) -> None: ...  # noqa: N802 - Vosk's names

    def SetMaxAlternatives(self, count: int) -> None: ...  # noqa: N802

    def AcceptWaveform(self, samples: bytes) -> bool:  # noqa: N802
        self._samples += len(samples) // 2
        return False

    def FinalResult(self) -> str:  # noqa: N802
        reply_alone = self._samples < 2 * SAMPLE_RATE
        talk = {"word": self.talk, "start": 0.0, "end": 0.4}
        reply = {"word": "好了", "start": 0.65, "end": 1.1}
        if self.reply_first:
            talk, reply = {**reply, "word": self.talk}, {**talk, "word": "好了"}
        both = sorted([talk, reply], key=lambda word: float(word["start"]))
        words = [reply] if reply_alone and not self.still_talk else both
        heard = words if self._phrases else [{"word": UNKNOWN, "start": 0.0, "end": 1.1}]
        gained = self.gained[reply_alone] if self._phrases else 0.0
        return json.dumps({"alternatives": [{"confidence": gained, "result": heard}]})


def believed(**heard: object) -> Belief:
    """What is made of two seconds of it. Of 好了 alone 10 nats are as likely as not; its confidence at 11 is 0.67."""
    vosk = SimpleNamespace(KaldiRecognizer=type("Kaldi", (Kaldi,), heard))
    decision = Decision(
        against_rival=True, ignored_unknown_seconds=0.25, margin_per_second=0.0, margin_allowance=-10.0,
        margin_slope=0.7, least_confidence=0.6, least_to_ask=0.25,
    )  # fmt: skip
    turn = VoskTurn(vosk, None, ["好了", "不好"], decision, Roles(), {})
    turn.accept(np.ones(2 * SAMPLE_RATE, np.int16))
    return turn.result()


def test_a_sure_reply_behind_talk_is_believed() -> None:
    assert believed().text == "好了"


def test_a_reply_behind_talk_that_is_less_sure_is_asked_about() -> None:
    belief = believed(gained=(0.0, 11.0))
    assert (belief.text, belief.guess) == ("", "好了")


def test_a_doubtful_reply_behind_talk_is_not_even_asked_about() -> None:
    belief = believed(gained=(0.0, 9.5))
    assert (belief.text, belief.guess) == ("", "")


def test_a_reply_behind_what_may_have_meant_something_must_be_surer() -> None:
    less_sure = believed(talk="不好", gained=(0.0, 12.5))
    assert (less_sure.text, less_sure.guess) == ("", "好了")
    assert believed(talk=UNKNOWN, gained=(0.0, 12.5)).text == "好了"
    assert believed(talk="不好", gained=(0.0, 14.0)).text == "好了"


def test_a_reply_before_talk_is_asked_about() -> None:
    """好了 … and what may have been thanks."""
    belief = believed(reply_first=True)
    assert (belief.text, belief.guess) == ("", "好了")


def test_a_doubtful_reply_before_talk_is_not_even_asked_about() -> None:
    belief = believed(reply_first=True, gained=(0.0, 9.5))
    assert (belief.text, belief.guess) == ("", "")


def test_what_is_believed_as_a_whole_is_not_cut() -> None:
    assert believed(talk="不好", gained=(50.0, 0.0)).text == "不好好了"


def test_what_was_said_last_is_told_besides() -> None:
    assert believed(talk="不好", gained=(50.0, 0.0)).guess == "好了"


def test_a_reply_is_cut_out_but_once() -> None:
    """Where by itself it is talk and a reply again, it is none."""
    belief = believed(still_talk=True)
    assert (belief.text, belief.guess) == ("", "")
