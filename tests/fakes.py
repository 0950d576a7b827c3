"""Stand-ins behind our own ports: each follows a script and keeps a record. No mocks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from voiceguide.ears import EarsError
from voiceguide.events import (
    BLOCK_SAMPLES,
    Block,
    CompletePhrase,
    Hearing,
    NoInput,
    Phrase,
    Prompt,
    SpeechStarted,
    Transcript,
)
from voiceguide.mouth import MouthError
from voiceguide.profile.profile import Profile
from voiceguide.profile.profile_file import ProfileError
from voiceguide.room import RoomClosed, RoomError

QUIET: Block = np.zeros(BLOCK_SAMPLES, np.int16)
BLOCKS_A_PROMPT = 3
FAILS = -1


class FakeRoom:
    """Silence without a device. `lost_at`: exchanges at which the device is gone."""

    def __init__(
        self, lost_at: Sequence[int] = (), tries_until_back: int = 1, most_blocks: int = 5000
    ) -> None:
        self.exchanged = 0
        self.lost_at = set(lost_at)
        self.tries_until_back = tries_until_back
        self.tries = 0
        self.most_blocks = most_blocks

    def exchange(self, played: Block) -> Block:
        assert played.shape == (BLOCK_SAMPLES,)
        self.exchanged += 1
        if self.exchanged in self.lost_at:
            raise RoomError("device-lost", "声音断了。", "请插好。")
        if self.exchanged > self.most_blocks:
            raise RoomClosed
        return QUIET

    def reopen(self) -> bool:
        self.tries += 1
        return self.tries >= self.tries_until_back

    def flush(self) -> None: ...

    def close(self) -> None: ...


class FakeMouth:
    """Says every prompt in BLOCKS_A_PROMPT blocks. `unspeakable`: ids that fail."""

    def __init__(self, unspeakable: Sequence[str] = ()) -> None:
        self.said: list[str] = []
        self.adjusted: list[tuple[int, int]] = []
        self.prepared: list[Prompt] = []
        self.hushed = self.resumed = 0
        self.cut_off_early = False
        self._cut_off: list[tuple[Prompt, int]] = []
        self._unspeakable = set(unspeakable)
        self._queue: list[tuple[Prompt, int]] = []
        self._begun: list[Prompt] = []

    def prepare(self, prompts: Sequence[Prompt]) -> None:
        self.prepared = list(prompts)

    def say(self, prompt: Prompt) -> None:
        if prompt.id in self._unspeakable:
            self._queue.append((prompt, FAILS))
            return
        self.said.append(prompt.text)
        self._queue += [(prompt, number) for number in range(BLOCKS_A_PROMPT)]

    def next_block(self) -> Block:
        if self._queue:
            prompt, number = self._queue.pop(0)
            if number <= 0:
                self._begun.append(prompt)
            if number == FAILS:
                raise MouthError("render-timeout", "这句话说不出来。", "请看屏幕。")
        return QUIET

    def begun(self) -> Sequence[Prompt]:
        begun, self._begun = self._begun, []
        return begun

    def hush(self) -> None:
        self.hushed += 1
        begun = [prompt for prompt, number in self._queue[:1] if number > 0]  # said again, not begun again
        rest = [each for each in self._queue if each[0] not in begun]
        self._cut_off = [(prompt, 1) for prompt in begun for _ in range(BLOCKS_A_PROMPT)] + rest
        self._queue.clear()

    def resume(self) -> None:
        self.resumed += 1
        self._queue += self._cut_off
        self._cut_off = []

    def adjust(self, pace_notches: int, loudness_notches: int) -> None:
        self.adjusted.append((pace_notches, loudness_notches))

    @property
    def speaking(self) -> bool:
        return bool(self._queue)

    def close(self) -> None: ...


class Interruption(str):
    """A reply while the guide speaks."""


class ScriptedEars:
    """Hears one scripted reply a turn ("" is silence), two blocks after the guide has finished; an
    Interruption in the second block of what the guide says."""

    def __init__(self, replies: Sequence[str | Transcript], failing_turn: int | None = None) -> None:
        self._replies = list(replies)
        self._spoken = 0
        self._failing_turn = failing_turn
        self._turn = 0
        self._listening = False
        self._waited = 0
        self._no_input_seconds = 0.0
        self.expected: list[tuple[str, ...]] = []

    def prepare(self, phrases: Sequence[Phrase]) -> None:
        self.prepared = {phrase.text for phrase in phrases}

    def listen(self, phrases: Sequence[Phrase], no_input_seconds: float, complete: CompletePhrase) -> None:
        assert {phrase.text for phrase in phrases} <= self.prepared, "every phrase must have been announced"
        self.expected.append(tuple(phrase.text for phrase in phrases))
        self._no_input_seconds = no_input_seconds
        self._listening = True
        self._waited = self._spoken = 0

    def hear(self, block: Block, played: Block, speaking: bool) -> Hearing | None:
        if speaking:
            self._waited = 0
            self._spoken += 1
            interrupts = self._listening and self._replies and isinstance(self._replies[0], Interruption)
            return SpeechStarted(0.0) if interrupts and self._spoken == 2 else None
        if not self._listening:
            return None
        self._waited += 1
        if self._waited < 2:
            return None
        self._listening = False
        self._turn += 1
        if self._turn == self._failing_turn:
            raise EarsError("bad-model", "识别模型坏了。", "请重新安装。")
        if not self._replies:
            raise RoomClosed
        reply = self._replies.pop(0)
        if isinstance(reply, Transcript):
            return reply
        return Transcript(reply, 1.0, 0.0, 0.0) if reply else NoInput(self._no_input_seconds)


class FakeKeeper:
    """Keeps a profile in memory. `full`: how many saves fail first."""

    def __init__(self, profile: Profile = Profile(), full: int = 0) -> None:  # noqa: B008 - frozen
        self.profile = profile
        self.full = full
        self.saved: list[Profile] = []

    def load(self) -> Profile:
        return self.profile

    def save(self, profile: Profile) -> None:
        if self.full > 0:
            self.full -= 1
            raise ProfileError("no-space", "没有存下来。", "请清理磁盘。")
        self.saved.append(profile)
