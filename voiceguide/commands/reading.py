"""Somebody of the family reads the prompts aloud, one by one. Receives ports.

shown -> 3, 2, 1 -> read -> judged, levelled -> flaw? why not, and again, twice at most
                                          '---> heard back -> kept, or read again -> the next one
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import numpy as np

from voiceguide.commands.one_by_one import Next, one_by_one
from voiceguide.commands.recording_walk import Ending, Microphone
from voiceguide.ears.recorder import TakeRecorder
from voiceguide.events import SAMPLE_RATE, NoInput, Prompt, Samples
from voiceguide.mouth.levelling import levelled
from voiceguide.mouth.pace import PACE_RANGE
from voiceguide.recordings.family_voice import FamilyVoice
from voiceguide.room import RoomClosed
from voiceguide.room.take import judge, nothing_heard
from voiceguide.session.talk import Display, Talk
from voiceguide.session.typed import Typed
from voiceguide.texts.reading_texts import ReadingTexts

ATTEMPTS = 3
"""After so many flaws in a row the prompt is left for another day."""
SILENCES = 2
"""After so many readings of nothing she has gone."""
BEGINS_SECONDS = 10.0
"""So long she may wait before she begins."""
REVIEW_SECONDS = 6.0
"""A take that was heard back is kept unless she says otherwise within this time."""
COUNT = 3
TICK_SECONDS = 0.6
DEAF_SECONDS = 0.7
"""After the last tick the ears are deaf for 0.6 s: she begins behind that."""

LEAST_SNR_DB = 20.0
"""More than a recogniser needs: she hears the noise, too, as loud again as the take is raised."""
FADE_SECONDS = 0.02
SLOWEST_PACE = 60
"""Characters a minute: slower, and it is not this text."""

DONE, AGAIN, SKIP, BACK, STOP, REPLAY = "\n", "r", "s", "b", "q", "p"


class ReadingDisplay(Display, Protocol):
    """What she sees."""

    def item(self, number: int, total: int, text: str) -> None:
        """Now comes this one."""

    def counting(self, number: int) -> None:
        """3, 2, 1."""

    def told(self, text: str) -> None:
        """A remark."""

    def kept(self, file: str, seconds: float) -> None:
        """It was good."""


@dataclass(frozen=True)
class Reading:
    """One take, judged, and as it would be played."""

    samples: Samples
    pace: int
    flaw: str
    """A key of prompts/<language>/family-voice.toml; "": keep it."""


class ReadingWalk:
    """One sitting."""

    def __init__(
        self, talk: Talk, recorder: TakeRecorder, microphone: Microphone, texts: ReadingTexts, voice: FamilyVoice,
        display: ReadingDisplay, syllables: Callable[[str], int], now: Callable[[], datetime], *, listen: bool = True,
    ) -> None:  # fmt: skip
        """`talk` hears through `recorder` and shows to `microphone`. `listen`: play every take back. `now`: for the
        manifest; decides nothing."""
        self._talk = talk
        self._recorder = recorder
        self._microphone = microphone
        self._texts = texts.texts
        self._voice = voice
        self._display = display
        self._syllables = syllables
        self._now = now
        self._listen = listen

    def run(self, prompts: Sequence[Prompt], total: int) -> Ending:
        """Until all of `prompts` are read or she has had enough; `total` counts what was read before, too.

        Raises RoomError, FamilyVoiceError.
        """
        try:
            return self._run(prompts, total)
        except RoomClosed:
            return Ending.CLOSED

    def _run(self, prompts: Sequence[Prompt], total: int) -> Ending:
        ended = one_by_one(
            prompts,
            total,
            lambda number, of, prompt: self._display.item(number, of, prompt.text),
            self._prompt,
        )
        self._tell({Next.STOP: "stopped", Next.GONE: "silent"}.get(ended, "done"))
        return Ending.DONE if ended is Next.ON else Ending.STOPPED

    def _prompt(self, prompt: Prompt) -> Next:
        """Until it is good, she goes elsewhere, or it has been tried often enough."""
        flaws = silences = 0
        while flaws < ATTEMPTS:
            self._count_in()
            self._tell("begin")
            self._recorder.forget()
            hearing = self._talk.listen((), (), BEGINS_SECONDS, keys=DONE + AGAIN + SKIP + BACK + STOP)
            if isinstance(hearing, Typed) and hearing.text != DONE:
                if hearing.text == AGAIN:
                    continue
                return _WAYS[hearing.text]
            if isinstance(hearing, NoInput) or not self._recorder.taken.size:
                silences += 1
                reading = Reading(self._microphone.last, 0, nothing_heard(self._microphone.last).value)
            else:
                silences = 0
                reading = judged(self._recorder.taken, self._syllables(prompt.text))
            if reading.flaw:
                flaws += 1
                self._tell(reading.flaw)
                if silences == SILENCES:
                    return Next.GONE
                continue
            wish = self._review(reading.samples)
            if wish == AGAIN:
                continue
            if wish != DONE:
                return _WAYS[wish]
            take = self._voice.keep(prompt.id, prompt.text, reading.samples, reading.pace, self._now())
            self._display.kept(take.file, take.seconds)
            return Next.ON
        self._tell("skipped")
        return Next.ON

    def _count_in(self) -> None:
        for number in range(COUNT, 0, -1):
            self._display.counting(number)
            self._talk.play(_TICK)
        self._talk.rest(DEAF_SECONDS)

    def _review(self, samples: Samples) -> str:
        """She hears it and may press a key."""
        while self._listen:
            self._tell("review")
            self._talk.play(samples)
            keys = DONE + AGAIN + SKIP + BACK + STOP + REPLAY
            hearing = self._talk.listen((), (), REVIEW_SECONDS, keys=keys)
            if not isinstance(hearing, Typed):
                break
            if hearing.text != REPLAY:
                return hearing.text
        return DONE

    def _tell(self, name: str) -> None:
        self._display.told(self._texts[name])


def judged(heard: Samples, syllables: int) -> Reading:
    """What she read, trimmed and levelled, or why it is not kept."""
    take = judge(heard, syllables)
    if take.flaw is not None:
        return Reading(take.samples, 0, take.flaw.value)
    samples = _faded(take.samples)
    pace = round(60 * syllables * SAMPLE_RATE / samples.size)
    flaw = ""
    if take.speech_dbfs - take.noise_dbfs < LEAST_SNR_DB:
        flaw = "noisy"
    elif pace > PACE_RANGE[1]:
        flaw = "fast"
    elif pace < SLOWEST_PACE:
        flaw = "slow"
    return Reading(levelled(samples), pace, flaw)


def _faded(samples: Samples) -> Samples:
    """In and out within the silence around the speech."""
    level = samples.astype(np.float32)
    ramp = np.linspace(0, 1, round(FADE_SECONDS * SAMPLE_RATE), dtype=np.float32)
    level[: ramp.size] *= ramp
    level[-ramp.size :] *= ramp[::-1]
    return np.rint(level).astype(np.int16)


_WAYS = {SKIP: Next.ON, BACK: Next.BACK, STOP: Next.STOP}


def _tick() -> Samples:
    """A soft tick, then silence."""
    seconds = np.arange(round(0.06 * SAMPLE_RATE)) / SAMPLE_RATE
    tone = np.sin(np.pi * seconds / 0.06) ** 2 * np.sin(2 * np.pi * 880.0 * seconds) * 0.1 * 32_767
    tick = np.zeros(round(TICK_SECONDS * SAMPLE_RATE), np.int16)
    tick[: tone.size] = tone.astype(np.int16)
    return tick


_TICK = _tick()
