"""The sound of a session, 20 ms at a time: mouth -> room -> ears, the microphone's blocks as the only clock.

A device that is lost, a prompt that cannot be spoken and an echo that was torn are met here; what is said and what
becomes of what was heard is the session's matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace

from voiceguide.ears import Ears, NeedsWholeSound
from voiceguide.events import (
    BLOCK_SECONDS,
    Block,
    Entry,
    Hearing,
    Interrupted,
    Noticed,
    Prompt,
    Said,
    SpeechStarted,
    Transcript,
)
from voiceguide.mouth import Mouth, MouthError
from voiceguide.room import Reopenable, Room, RoomClosed, RoomError, TellsWhatSounded

REOPEN_ATTEMPTS = 600
"""How often a lost device is looked for (about once a second) before the session gives up."""

GREETING_BLOCKS = 75
"""A second and a half of the first prompt."""


class Exchange:
    """What sounds and what is heard."""

    def __init__(self, room: Room, mouth: Mouth, ears: Ears, log: Callable[[Entry], None]) -> None:
        self._room, self._mouth, self._ears, self._log = room, mouth, ears, log
        self._sounding = room if isinstance(room, TellsWhatSounded) else None
        self._comparing = ears if isinstance(ears, NeedsWholeSound) else None
        self._blocks = 0
        self._unheard_blocks = 0
        """Behind the greetings: the ears count from the first block they were given."""
        self.saying: Prompt | None = None
        """The prompt that was begun last."""

    @property
    def now_seconds(self) -> float:
        """Session time."""
        return self._blocks * BLOCK_SECONDS

    def hear(self) -> Hearing | None:
        """Twenty milliseconds. Raises EarsError, RoomError, RoomClosed."""
        block, sounded = self._give_and_take()
        if self._sounding is not None and self._sounding.torn and self._comparing is not None:
            self._comparing.torn()
        return self._in_session_time(self._ears.hear(block, sounded, self._mouth.speaking))

    def greet(self) -> None:
        """The first words, to nobody's ears: so long a model may take to load without anybody waiting for it.
        A number of blocks and not "until it is loaded", so that a rehearsal is the same every time.
        """
        for _ in range(GREETING_BLOCKS):
            if not self._mouth.speaking:
                return
            try:
                self._give_and_take()
            except (RoomError, RoomClosed):
                return  # the loop meets it again, and knows what to do
            self._unheard_blocks += 1

    def fall_silent(self) -> bool:
        """The prompt fades, and what the loudspeaker has queued is not heard any more. False: it was silent."""
        if not self._mouth.speaking:
            return False
        self._log(Interrupted(self.now_seconds))
        self._mouth.hush()
        if self._sounding is not None:
            self._sounding.cut()
        else:
            self._room.flush()
        return True

    def reopen(self, error: RoomError) -> None:
        """Wait for the device to come back. Raises the error when there is nothing to wait for."""
        self.notice(error.message + error.remedy)
        room = self._room
        if error.code != "device-lost" or not isinstance(room, Reopenable):
            raise error
        if not any(room.reopen() for _ in range(REOPEN_ATTEMPTS)):
            raise error
        self.notice("声音设备回来了，接着做。")

    def last_words(self, prompt: Prompt) -> None:
        """Nothing else is said any more."""
        self._mouth.hush()
        last_words(prompt, self._mouth, self._room)

    def notice(self, text: str) -> None:
        """Tell the helper."""
        self._log(Noticed(self.now_seconds, text))

    def _give_and_take(self) -> tuple[Block, Block]:
        """(what was heard, what sounded meanwhile)."""
        failure: MouthError | None = None
        try:
            played = self._mouth.next_block()
        except MouthError as error:
            failure = error
            played = self._mouth.next_block()
        for prompt in self._mouth.begun():
            self.saying = prompt
            self._log(Said(self.now_seconds, prompt))
        if failure is not None:  # she did not hear it: whoever is there can read it
            self.notice(failure.message + failure.remedy)
        block = self._room.exchange(played)
        self._blocks += 1
        return block, played if self._sounding is None else self._sounding.sounded

    def _in_session_time(self, hearing: Hearing | None) -> Hearing | None:
        before = self._unheard_blocks * BLOCK_SECONDS
        match hearing:
            case Transcript(start_seconds=start, end_seconds=end):
                return replace(hearing, start_seconds=start + before, end_seconds=end + before)
            case SpeechStarted(at_seconds=at):
                return SpeechStarted(at + before)
        return hearing


def speak(prompts: Iterable[Prompt], mouth: Mouth, room: Room) -> None:
    """Say these to their end, listening to nothing. Raises MouthError, RoomError, RoomClosed."""
    for prompt in prompts:
        mouth.say(prompt)
    while mouth.speaking:
        room.exchange(mouth.next_block())


def last_words(prompt: Prompt, mouth: Mouth, room: Room) -> None:
    """Tell her that it is over, if anything can still be heard: an error is on its way up, and that is the
    one to report.
    """
    with suppress(MouthError, RoomError, RoomClosed):
        speak([prompt], mouth, room)
