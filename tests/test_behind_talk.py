"""Where the reply begins behind talk and a pause."""

from __future__ import annotations

import json

import numpy as np
import pytest

from voiceguide.ears.behind_talk import reply_behind_talk
from voiceguide.ears.decision import Decision
from voiceguide.ears.hypothesis import UNKNOWN, Roles, Word
from voiceguide.ears.turn import VoskTurn
from voiceguide.events import SAMPLE_RATE

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
        pytest.param([(0.5, "嗯", 0.2), (1.8, "好了", 0.4)], None, id="nothing unknown"),
        pytest.param([(0.5, _, 1.0)], None, id="talk alone"),
        pytest.param([], None, id="nothing"),
    ],
)
def test_where_the_reply_begins(heard: list[tuple[float, str, float]], begins: float | None) -> None:
    words = [Word(text, seconds, 1.0, start_seconds=start) for start, text, seconds in heard]
    assert reply_behind_talk(words, ROLES) == begins


class Kaldi:
    """Hears a scrap of talk, a pause and 好了 in whatever it is given."""

    def __init__(self, model: object, rate: float, grammar: str) -> None:
        self._phrases = len(json.loads(grammar)) > 1

    def SetWords(self, on: bool) -> None: ...  # noqa: N802 - Vosk's names

    def SetMaxAlternatives(self, count: int) -> None: ...  # noqa: N802

    def AcceptWaveform(self, samples: bytes) -> bool:  # noqa: N802
        return False

    def FinalResult(self) -> str:  # noqa: N802
        words = [{"word": UNKNOWN, "start": 0.0, "end": 0.4}, {"word": "好了", "start": 0.65, "end": 1.1}]
        heard = words if self._phrases else [{"word": UNKNOWN, "start": 0.0, "end": 1.1}]
        return json.dumps({"alternatives": [{"confidence": 50.0, "result": heard}]})


class Vosk:
    KaldiRecognizer = Kaldi


def test_a_reply_is_cut_out_but_once() -> None:
    """Where by itself it is talk and a reply again, it is none."""
    decision = Decision(against_rival=True, ignored_unknown_seconds=0.25)
    turn = VoskTurn(Vosk, None, ["好了"], decision, ROLES, {})
    turn.accept(np.ones(2 * SAMPLE_RATE, np.int16))
    assert turn.result().text == ""
