"""Typed replies."""

import io

import numpy as np
import pytest

from voiceguide.ears.keyboard import KeyboardEars
from voiceguide.events import BLOCK_SAMPLES
from voiceguide.room import RoomClosed

BLOCK = np.zeros(BLOCK_SAMPLES, np.int16)


def heard(ears, speaking=False):
    return ears.hear(BLOCK, BLOCK, speaking)


def listening(typed: bytes) -> KeyboardEars:
    ears = KeyboardEars(io.BytesIO(typed), "下一步")
    ears.listen((), 1.0, lambda text: False)
    return ears


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("再说一遍\n".encode(), "再说一遍"),
        ("  好了 \r\n".encode(), "好了"),
        (b"\n", "下一步"),
        (b"   \n", "下一步"),
        ("没有换行".encode(), "没有换行"),
        (b"\xff\xfe\n", "\ufffd\ufffd"),
    ],
)
def test_one_line_is_one_reply(typed, text):
    transcript = heard(listening(typed))
    assert (transcript.text, transcript.confidence) == (text, 1.0)


def test_the_keyboard_waits_until_the_guide_has_spoken():
    ears = listening(b"1\n")
    assert heard(ears, speaking=True) is None
    assert heard(ears).text == "1"


def test_one_reply_a_turn():
    ears = listening(b"1\n2\n")
    assert heard(ears).text == "1"
    assert heard(ears) is None
    ears.listen((), 1.0, lambda text: False)
    assert heard(ears).text == "2"


def test_end_of_input_ends_the_session():
    with pytest.raises(RoomClosed):
        heard(listening(b""))
