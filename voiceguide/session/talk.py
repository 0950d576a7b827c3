"""Saying and hearing one thing at a time, for commands that are no guide. Receives ports; imports no adapter.

A lost device is waited for, and what was being said or asked is said again; a prompt that cannot be spoken
is shown all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from math import inf
from typing import Protocol

import numpy as np

from voiceguide.ears import Ears
from voiceguide.events import (
    BLOCK_SAMPLES,
    BLOCK_SECONDS,
    Block,
    CompletePhrase,
    Heard,
    Hearing,
    NoInput,
    Phrase,
    Prompt,
    Samples,
    Transcript,
)
from voiceguide.mouth import Mouth, MouthError
from voiceguide.replacing import replace
from voiceguide.room import Reopenable, Room, RoomError
from voiceguide.session.said_again import HEARD_ANSWER_SECONDS
from voiceguide.session.typed import ENTER, NO_KEY, YES_KEY, Key, Keys, Line, Typed
from voiceguide.understanding.intents import Understanding
from voiceguide.understanding.phrasebook import ASKED_TIMES

REOPEN_ATTEMPTS = 120
"""How often a lost device is looked for (about once a second)."""
ANSWER_SECONDS = 15.0
"""A question waits so long."""
CERTAIN = 0.7
"""A yes is believed from this confidence on."""
SILENCE: Block = np.zeros(BLOCK_SAMPLES, np.int16)
YES_NO = ("yes", "no")


class Display(Protocol):
    """What the person at the screen sees."""

    def said(self, prompt: Prompt) -> None:
        """The guide says this now."""

    def noticed(self, text: str) -> None:
        """Something went wrong, one Chinese sentence or two."""

    def heard(self, block: Block) -> None:
        """The microphone, while somebody is listened to."""


class Meaning(Enum):
    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Answer:
    """To a yes-or-no question."""

    meaning: Meaning
    text: str = ""
    typed: bool = False


def echoes(understanding: Understanding, wordings: Iterable[Prompt]) -> dict[str, list[str]]:
    """yes, no -> what she may say in their place, as elders do: 愿意 where 愿意，请说，是的 was asked."""
    also: dict[str, list[str]] = {}
    for wording in wordings:
        for words, condition in understanding.asking.echoes(wording.text):
            event = understanding.understand(words, YES_NO)
            if isinstance(event, Heard) and condition not in also.setdefault(event.intent, []):
                also[event.intent].append(condition)
    return also


class Talk:
    """The turns of one conversation."""

    def __init__(
        self, room: Room, mouth: Mouth, ears: Ears, understanding: Understanding, keys: Keys, display: Display,
        back: Prompt, also: Mapping[str, Sequence[str]] | None = None,
    ) -> None:  # fmt: skip
        """`ears`: new ones, so that their seconds are these. `back`: said when a lost device is there again. `also`:
        further wordings of yes and no, by intent.

        Prepares the ears. Raises EarsError.
        """
        self._room, self._mouth, self._ears = room, mouth, ears
        self._understanding = understanding
        self._keys = keys
        self._display = display
        self._back = back
        self._now_seconds, self._begun_at_seconds = 0.0, inf
        readings = understanding.readings
        also = also or {}
        self._also = {readings.toneless(text): Meaning(name) for name in also for text in also[name]}
        # Named in the question itself: 愿意，请说，是的.
        self._further = tuple(
            replace(readings.phrase(text), asked=True, expected=True, times=ASKED_TIMES)
            for texts in also.values()
            for text in texts
        )
        ears.prepare((*understanding.word_list(YES_NO), *self._further))

    def tell(self, *prompts: Prompt) -> None:
        """Say these to their end. Raises RoomError, RoomClosed."""
        self._turn(prompts, None)

    def listen(
        self,
        prompts: Sequence[Prompt],
        phrases: Sequence[Phrase],
        no_input_seconds: float,
        *,
        keys: str = "",
    ) -> Transcript | NoInput | Typed:
        """Say these, then hear one utterance, or one of `keys` at any time; Enter cuts the prompts short.

        Raises EarsError, RoomError, RoomClosed.
        """
        return self._heard(prompts, _Question(phrases, no_input_seconds, lambda partial: False, Key(keys)))

    def ask(self, *wordings: Prompt) -> Answer:
        """Ask yes or no, in other words while it is not clear; y, n or a typed line will do too.

        Raises EarsError, RoomError, RoomClosed.
        """
        complete = self._understanding.complete(YES_NO)
        self._keys()  # what was typed before the question is no answer to it
        for wording in wordings:
            phrases = (*self._understanding.word_list(YES_NO, (wording.text,)), *self._further)
            hearing = self._heard((wording,), _Question(phrases, ANSWER_SECONDS, complete, Line(), heard_first=True))
            answer = Answer(Meaning.UNCLEAR) if isinstance(hearing, NoInput) else self._meant(hearing)
            if answer.meaning is not Meaning.UNCLEAR:
                return answer
        return Answer(Meaning.UNCLEAR)

    def play(self, samples: Samples) -> None:
        """Let her hear it. Raises RoomError, RoomClosed."""
        for start in range(0, samples.size - BLOCK_SAMPLES + 1, BLOCK_SAMPLES):
            block = samples[start : start + BLOCK_SAMPLES]
            self._hear(self._room.exchange(block), block, True)

    def rest(self, seconds: float) -> None:
        """Let so much audio pass in silence, unheard. Raises RoomError, RoomClosed."""
        for _ in range(round(seconds / BLOCK_SECONDS)):
            self._hear(self._room.exchange(SILENCE), SILENCE, False)

    def _meant(self, hearing: Transcript | Typed) -> Answer:
        typed = isinstance(hearing, Typed)
        if typed and hearing.text in (YES_KEY, NO_KEY):
            return Answer(Meaning.YES if hearing.text == YES_KEY else Meaning.NO, hearing.text, typed)
        meaning = self._also.get(self._understanding.readings.toneless(hearing.text))
        if meaning is None:
            event = self._understanding.understand(hearing.text, YES_NO)
            meaning = Meaning(event.intent) if isinstance(event, Heard) else Meaning.UNCLEAR
        certain = isinstance(hearing, Typed) or hearing.confidence >= CERTAIN
        if meaning is Meaning.YES and not certain:
            return Answer(Meaning.UNCLEAR)
        return Answer(meaning, hearing.text, typed)

    # ------------------------------------------------------------------ one turn

    def _heard(self, prompts: Sequence[Prompt], question: _Question) -> Transcript | NoInput | Typed:
        hearing = self._turn(prompts, question)
        assert hearing is not None, "a question ends with an answer"
        return hearing

    def _turn(
        self, prompts: Sequence[Prompt], question: _Question | None
    ) -> Transcript | NoInput | Typed | None:
        while True:
            try:
                return self._once(prompts, question)
            except RoomError as error:
                self._reopen(error)
                prompts = (self._back, *prompts)

    def _once(
        self, prompts: Sequence[Prompt], question: _Question | None
    ) -> Transcript | NoInput | Typed | None:
        self._begun_at_seconds = inf
        for prompt in prompts:
            self._mouth.say(prompt)
        if question is not None:
            self._ears.listen(question.phrases, question.no_input_seconds, question.complete)
        while True:
            hearing = self._exchange(listening=question is not None)
            if question is None:
                if not self._mouth.speaking:
                    return None
                continue
            if (typed := self._typed(question)) is not None:
                return typed
            if isinstance(hearing, Transcript) and question.heard_first and self._is_early(hearing):
                self._ears.listen(question.phrases, question.no_input_seconds, question.complete)
            elif isinstance(hearing, Transcript | NoInput):
                return hearing

    def _is_early(self, hearing: Transcript) -> bool:
        """Had what is being asked just begun to sound? 是的 … 是的 is one answer, and not two."""
        return self._mouth.speaking and hearing.start_seconds < self._begun_at_seconds + HEARD_ANSWER_SECONDS

    def _exchange(self, *, listening: bool) -> Hearing | None:
        try:
            played = self._mouth.next_block()
        except MouthError as error:
            self._display.noticed(error.message + error.remedy)
            played = self._mouth.next_block()
        for prompt in self._mouth.begun():
            self._begun_at_seconds = self._now_seconds
            self._display.said(prompt)
        block = self._room.exchange(played)
        speaking = self._mouth.speaking
        if listening and not speaking:
            self._display.heard(block)
        return self._hear(block, played, speaking)

    def _hear(self, block: Block, played: Block, speaking: bool) -> Hearing | None:
        self._now_seconds += BLOCK_SECONDS
        return self._ears.hear(block, played, speaking)

    def _typed(self, question: _Question) -> Typed | None:
        for character in self._keys():
            typed = question.typing.take(character)
            if typed is not None or (character == ENTER and question.typing.skips_prompts):
                self._mouth.hush()
                self._room.flush()  # what the loudspeaker has queued would still be heard
            if typed is not None:
                return Typed(typed)
        return None

    def _reopen(self, error: RoomError) -> None:
        """Wait for the device to come back. Raises the error when there is nothing to wait for."""
        self._display.noticed(error.message + error.remedy)
        room = self._room
        if error.code != "device-lost" or not isinstance(room, Reopenable):
            raise error
        self._mouth.hush()
        if not any(room.reopen() for _ in range(REOPEN_ATTEMPTS)):
            raise error


@dataclass(frozen=True)
class _Question:
    """What may be answered, and how."""

    phrases: Sequence[Phrase]
    no_input_seconds: float
    complete: CompletePhrase
    typing: Key | Line
    heard_first: bool = False
    """What is said before she can have heard it is no answer to it."""
