"""A volunteer says the commands: told, asked, recorded, judged, asked again. Receives ports.

explain -> does she agree? --no, unclear--> nothing is written
              | yes: consent.json
              v
please say … -> one utterance -> judge -> flaw? what was wrong, and again, twice at most
                                    '---> file, index.tsv -> the next one
"""

from __future__ import annotations

import datetime
from collections import deque
from collections.abc import Sequence
from enum import Enum
from typing import Protocol

import numpy as np

from voiceguide.commands.one_by_one import Next, one_by_one
from voiceguide.ears.recorder import TakeRecorder
from voiceguide.events import BLOCK_SECONDS, Block, NoInput, Prompt, Samples
from voiceguide.recordings.recording_index import WORD, has
from voiceguide.recordings.recording_plan import Item
from voiceguide.recordings.recordings import Consent, Recordings
from voiceguide.room import RoomClosed
from voiceguide.room.take import Flaw, judge, nothing_heard
from voiceguide.session.talk import Display, Meaning, Talk
from voiceguide.session.typed import Typed
from voiceguide.texts.recording_texts import RecordingTexts

ATTEMPTS = 3
TAKE_SECONDS = 8.0
"""So long she may think before she speaks."""
REVIEW_SECONDS = 6.0
"""With --listen: a take is kept unless she says otherwise within this time."""
AGAIN, SKIP, STOP, KEEP = "r", "s", "q", "\n"


class Ending(Enum):
    DONE = "done"
    STOPPED = "stopped"
    REFUSED = "refused"
    CLOSED = "closed"
    """The room closed: the recording or the scene that stood for the microphone is over."""


class RecordingDisplay(Display, Protocol):
    """What the person at the screen sees of a recording."""

    def item(self, number: int, total: int, text: str) -> None:
        """Now comes this one."""

    def kept(self, file: str, seconds: float) -> None:
        """It was good."""


class Microphone:
    """A display that remembers the last seconds heard, for her who said nothing, and shows them on."""

    def __init__(self, display: RecordingDisplay) -> None:
        self._display = display
        self._blocks: deque[Block] = deque(maxlen=round(2.0 / BLOCK_SECONDS))

    def heard(self, block: Block) -> None:
        self._blocks.append(block)
        self._display.heard(block)

    def said(self, prompt: Prompt) -> None:
        self._display.said(prompt)

    def noticed(self, text: str) -> None:
        self._display.noticed(text)

    @property
    def last(self) -> Samples:
        return np.concatenate([np.zeros(0, np.int16), *self._blocks])


class Walk:
    """One volunteer's way through the plan."""

    def __init__(
        self, talk: Talk, recorder: TakeRecorder, microphone: Microphone, texts: RecordingTexts,
        recordings: Recordings, display: RecordingDisplay, *, listen: bool = False,
    ) -> None:  # fmt: skip
        """`listen`: play every take back."""
        self._talk = talk
        self._recorder = recorder
        self._microphone = microphone
        self._texts = texts
        self._recordings = recordings
        self._display = display
        self._listen = listen

    def run(self, plan: Sequence[Item], speaker: str | None) -> Ending:
        """Until all is recorded or she has had enough. `speaker`: None asks whether she has been here before.

        Raises EarsError, RoomError, RecordingsError.
        """
        try:
            speaker = speaker or self._speaker_of_last_time(plan)
            if not self._agrees(speaker):
                return Ending.REFUSED
            return self._record(plan, speaker)
        except RoomClosed:
            return Ending.CLOSED

    # ------------------------------------------------------------------ who, and does she agree

    def _speaker_of_last_time(self, plan: Sequence[Item]) -> str:
        """The last one who has not finished, if it is she; else a new id."""
        unfinished = [
            each.speaker for each in self._recordings.consents() if self._missing(plan, each.speaker)
        ]
        if unfinished and self._asked("same-person") is Meaning.YES:
            return unfinished[-1]
        return self._recordings.new_speaker()

    def _agrees(self, speaker: str) -> bool:
        """Has she agreed before, or does she now? A yes is written down."""
        if self._recordings.agreed(speaker):
            self._tell("welcome-back")
            return True
        explained = self._texts.prompts["explain"]
        self._talk.tell(*explained)
        wordings = self._texts.prompts["consent"]
        answer = self._talk.ask(*wordings)
        if answer.meaning is not Meaning.YES:
            self._tell("refused" if answer.meaning is Meaning.NO else "unclear")
            return False
        told = tuple(prompt.text for prompt in (*explained, *wordings))
        today = datetime.date.today().isoformat()
        how = "typed" if answer.typed else "spoken"
        self._recordings.consent(Consent(speaker, today, told, answer.text, how))
        self._tell("start")
        return True

    # ------------------------------------------------------------------ what she says

    def _missing(self, plan: Sequence[Item], speaker: str) -> list[Item]:
        index = self._recordings.index()
        return [i for i in plan if not has(index, speaker, i.kind, i.text, i.take)]

    def _record(self, plan: Sequence[Item], speaker: str) -> Ending:
        items = self._missing(plan, speaker)

        def show(number: int, total: int, item: Item) -> None:
            if item is not items[0] and number == total // 2 + 1:
                self._tell("halfway")
            self._display.item(number, total, item.text)

        ended = one_by_one(items, len(plan), show, lambda item: self._say(item, speaker))
        self._tell("done" if ended is Next.ON else "stopped")
        return Ending.DONE if ended is Next.ON else Ending.STOPPED

    def _say(self, item: Item, speaker: str) -> Next:
        """Ask for it until it is good, she skips it, or it has been tried often enough."""
        asking = "ask-word" if item.kind == WORD else "ask-sentence"
        prompts = [self._texts.asking(asking, item.text)]
        silences = 0
        for attempt in range(ATTEMPTS):
            hearing = self._talk.listen(prompts, (), TAKE_SECONDS, keys=AGAIN + SKIP + STOP)
            if isinstance(hearing, Typed):
                return {AGAIN: Next.BACK, SKIP: Next.ON, STOP: Next.STOP}[hearing.text]
            if isinstance(hearing, NoInput):
                flaw: Flaw | None = nothing_heard(self._microphone.last)
                silences += 1
            else:
                take = judge(self._recorder.taken, item.syllables)
                flaw, silences = take.flaw, 0
                if flaw is None:
                    kept = self._review(take.samples)
                    if kept is None:
                        recording = self._recordings.add(
                            speaker, item.kind, item.text, item.take, take.samples
                        )
                        self._display.kept(recording.file, recording.duration_seconds)
                        return Next.ON
                    if kept != AGAIN:
                        return Next.STOP if kept == STOP else Next.ON
            if silences == 2 and self._asked("carry-on") is not Meaning.YES:
                return Next.STOP
            wrong = [self._texts.vary(flaw.value, attempt)] if flaw is not None else []
            prompts = [*wrong, self._texts.asking("ask-again", item.text)]
        self._tell("skipped")
        return Next.ON

    def _review(self, samples: Samples) -> str | None:
        """With --listen she hears it and may press a key. None: keep it."""
        if not self._listen:
            return None
        self._talk.play(samples)
        hearing = self._talk.listen((), (), REVIEW_SECONDS, keys=KEEP + AGAIN + SKIP + STOP)
        return hearing.text if isinstance(hearing, Typed) and hearing.text != KEEP else None

    # ------------------------------------------------------------------ short forms

    def _tell(self, name: str) -> None:
        self._talk.tell(self._texts.vary(name))

    def _asked(self, name: str) -> Meaning:
        return self._talk.ask(*self._texts.prompts[name]).meaning
