"""The shipped recogniser, as it listens at one step of the first guide."""

from __future__ import annotations

from typing import NamedTuple

from tests.test_session import content
from voiceguide.commands import equipment
from voiceguide.dialogue import dialogue
from voiceguide.dialogue.state import State
from voiceguide.ears.recogniser import Recogniser
from voiceguide.events import Heard, Phrase, Samples, Transcript, Unsure
from voiceguide.understanding.intents import Understanding


class Listening(NamedTuple):
    understanding: Understanding
    recogniser: Recogniser
    expecting: tuple[str, ...]
    phrases: tuple[Phrase, ...]

    def acted_on(self, sound: Samples) -> str:
        """The intent that is acted on when this is heard once, "" for none."""
        turn = self.recogniser.turn(self.phrases)
        turn.accept(sound)
        belief = turn.result()
        event = self.understanding.hear(Transcript(belief.text, belief.confidence, 0.0, 1.0), self.expecting)
        return event.intent if belief.text and isinstance(event, Heard) else ""


    def asked_about(self, sound: Samples) -> str:
        """The intent that is acted on or asked about, "" for none."""
        turn = self.recogniser.turn(self.phrases)
        turn.accept(sound)
        belief = turn.result()
        transcript = Transcript(belief.text, belief.confidence, 0.0, 1.0, guess=belief.guess)
        event = self.understanding.hear(transcript, self.expecting)
        return event.intent if isinstance(event, (Heard, Unsure)) else ""


def listening_at(step: str) -> Listening:
    """Right after the step was read to her."""
    script, understanding = content()
    expecting = dialogue.expecting(script, State(step))
    phrases = understanding.word_list(expecting, (script.guide.step(step).say.text,))
    recogniser = equipment.open_recogniser(None)
    recogniser.prepare(phrases)
    return Listening(understanding, recogniser, tuple(expecting), phrases)
