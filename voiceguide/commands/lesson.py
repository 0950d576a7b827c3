"""She teaches a word of her own: asked three times, judged, learnt, tried. Receives ports.

please say … -> one utterance -> judge -> flaw? what was wrong, and again, twice at most
three of them -> learn -> refused? why, and from the beginning, once
                      '-> once more, to see that it is understood -> the word
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from voiceguide.commands.recording_walk import Microphone
from voiceguide.ears.recorder import TakeRecorder
from voiceguide.events import NoInput, Prompt, Samples
from voiceguide.room import RoomClosed
from voiceguide.room.take import Take, judge, nothing_heard
from voiceguide.session.talk import Talk
from voiceguide.teaching.pronouncing import REPETITIONS, Refusal
from voiceguide.texts.teaching_texts import TeachingTexts
from voiceguide.understanding.personal import PersonalWord

ATTEMPTS = 3
ROUNDS = 2
TAKE_SECONDS = 10.0
"""So long she may think before she speaks."""

Learn: TypeAlias = Callable[[Sequence[Samples]], PersonalWord | Refusal]
Understood: TypeAlias = Callable[[PersonalWord, Samples], bool]


class Lesson:
    """One word."""

    def __init__(
        self, talk: Talk, recorder: TakeRecorder, microphone: Microphone, texts: TeachingTexts
    ) -> None:
        """`talk` hears through `recorder` and shows to `microphone`."""
        self._talk = talk
        self._recorder = recorder
        self._microphone = microphone
        self._texts = texts

    def run(
        self, meaning: str, learn: Learn, understood: Understood
    ) -> tuple[PersonalWord, list[Samples]] | None:
        """The word and its repetitions; None where it was not learnt, which she has been told.

        `meaning`: what her word shall mean, in ours. Raises EarsError, RoomError.
        """
        try:
            for _ in range(ROUNDS):
                repetitions = self._repetitions(meaning)
                if repetitions is None:
                    break
                word = learn(repetitions)
                if isinstance(word, Refusal):
                    self._talk.tell(self._texts.why(word))
                elif self._works(word, understood):
                    self._talk.tell(self._texts.vary("learnt", 0, meaning))
                    return word, repetitions
            self._talk.tell(self._texts.vary("given-up"))
        except RoomClosed:
            return None
        return None

    def _repetitions(self, meaning: str) -> list[Samples] | None:
        takes: list[Samples] = []
        for number in range(REPETITIONS):
            take = self._take(self._texts.vary("ask", number, meaning))
            if take is None:
                return None
            takes.append(take)
        return takes

    def _take(self, ask: Prompt) -> Samples | None:
        """One repetition that is good enough to learn from."""
        prompts: tuple[Prompt, ...] = (ask,)
        for attempt in range(ATTEMPTS):
            hearing = self._talk.listen(prompts, (), TAKE_SECONDS)
            if isinstance(hearing, NoInput):
                flaw = nothing_heard(self._microphone.last)
            else:
                take = judged(self._recorder)
                if take.flaw is None:
                    return take.samples
                flaw = take.flaw
            prompts = (self._texts.vary(flaw.value, attempt), self._texts.vary("ask-again", attempt))
        self._talk.tell(prompts[0])
        return None

    def _works(self, word: PersonalWord, understood: Understood) -> bool:
        for attempt in range(len(self._texts.prompts["check"])):
            hearing = self._talk.listen((self._texts.vary("check", attempt),), (), TAKE_SECONDS)
            if not isinstance(hearing, NoInput) and understood(word, self._recorder.taken):
                return True
        return False


def judged(recorder: TakeRecorder) -> Take:
    """The utterance just heard. A word nobody wrote down has at least one syllable."""
    return judge(recorder.taken, 1)
