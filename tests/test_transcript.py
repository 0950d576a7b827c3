"""What the helper at the screen reads of a session."""

from __future__ import annotations

from voiceguide.commands.transcript import line, values
from voiceguide.events import Answered, Transcript, Unsure

GUESSED = Transcript("", 0.4, 1.0, 2.0, guess="下一步")


def test_a_guess_is_shown_as_one() -> None:
    entry = Answered(61.5, GUESSED, Unsure("next", "下一步", 0.4))
    assert line(entry) == "[01:01.5] 　她：下一步？　→ next？"
    shown = values(entry)
    assert (shown["outcome"], shown["intent"], shown["transcript"], shown["guess"]) == (
        "unsure",
        "next",
        "",
        "下一步",
    )
