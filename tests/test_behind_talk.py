"""Where the reply begins behind talk and a pause."""

from __future__ import annotations

import pytest

from voiceguide.ears.behind_talk import reply_behind_talk
from voiceguide.ears.decision import UNKNOWN, Roles, Word

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
