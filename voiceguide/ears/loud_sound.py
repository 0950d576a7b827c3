"""A sound louder than the room, whatever makes it: the detector of speech does not know every voice.

Of a short 好了 in a low synthetic voice, said in rooms that ring for 0.2 and 0.4 s, 24 dB above their noise, Silero
took six of ten for none (p 0.08 to 0.43), and whoever has such a voice would say it in vain all day. So the recogniser
hears such a sound as well; nobody is told of it unless it is surely a phrase.

In noise only 6 dB softer than her nothing is ever far louder: of eight 好了 in two such voices two to five were heard
while 12 dB were asked for, and eight with 7.
"""

from __future__ import annotations

from collections import deque

from voiceguide.events import BLOCK_SECONDS

LOUDER_DB, LOUDER_THAN_VOICES_DB = 7.0, 12.0
"""Than the room in its quietest moments, in nearly all of its beginning; and where other people talk in it, who are
louder than that all the time. Six minutes of bursts of noise over noise, 4 to 28 dB louder: 128 utterances heard by the
recogniser, at 12 dB 106; of both nothing was taken for a phrase, and the same four were asked about."""
LONGEST_SECONDS = 4.0
"""No phrase is longer; a tap that runs is, and becomes the room."""
SURE_WITHOUT_VOICE = 0.85
"""So sure a phrase must be in which no voice was found."""

PAUSE_SECONDS = 0.4
"""Within such a time it goes on: 好 … 了."""

_BEGINS_BLOCKS, _OF_BLOCKS = 6, 8
# A knock is over sooner.
_PAUSE_BLOCKS = round(PAUSE_SECONDS / BLOCK_SECONDS)


class LoudSound:
    """Feed it every block."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """What was heard up to now is over."""
        self._newest: deque[bool] = deque(maxlen=_OF_BLOCKS)
        self._blocks = self._quiet_blocks = 0

    def feed(self, above_room_db: float, voices_behind: bool) -> None:
        """The next 20 ms: how far above the room in its quietest moments, 0 where it is the guide's own; and do others
        talk?"""
        is_loud = above_room_db >= (LOUDER_THAN_VOICES_DB if voices_behind else LOUDER_DB)
        self._newest.append(is_loud)
        if not self._blocks and sum(self._newest) < _BEGINS_BLOCKS:
            return
        self._blocks += 1
        self._quiet_blocks = 0 if is_loud else self._quiet_blocks + 1
        if self._quiet_blocks >= _PAUSE_BLOCKS:
            self.forget()

    @property
    def goes_on(self) -> bool:
        """Is it there, or did it pause only just now?"""
        return 0 < self._blocks * BLOCK_SECONDS <= LONGEST_SECONDS

    @property
    def begins(self) -> bool:
        """In this very block."""
        return self._blocks == 1
