"""The mouth that speaks: what waits to be said, and how it sounds, block by block.

`next_block` is called from the session's loop, once every 20 ms, and never waits for the engine: prompts are rendered
in the background and played from memory (`rendered`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from voiceguide.events import BLOCK_SAMPLES, SAMPLE_RATE, Block, Prompt, Samples
from voiceguide.mouth import MouthError
from voiceguide.mouth.cache import PromptCache
from voiceguide.mouth.loudness import amplified
from voiceguide.mouth.pace import LOUDNESS_NOTCH_DB, PACE, PACE_NOTCH, clamp_loudness, clamp_pace
from voiceguide.mouth.rendered import MEMORY_SECONDS, Rendered, Renders, Wanted
from voiceguide.mouth.sentences import sentence_starts
from voiceguide.mouth.tones import GAP_SECONDS, silence, tone

BREATH_SECONDS = 0.3
"""A prompt that follows another at once begins with so much silence."""

HEARD_BEHIND_SECONDS = 0.4
"""What was given away so shortly before an interruption she has not heard: it waited in the device, or she was
already speaking."""

_FADE_SAMPLES = SAMPLE_RATE // 200
_SILENCE = np.zeros(BLOCK_SAMPLES, np.int16)


@dataclass(frozen=True)
class _Queued:
    prompt: Prompt
    wanted: Wanted
    gain_db: float
    from_sample: int = 0
    """Above 0: it was interrupted and goes on here."""
    resumed: bool = False


class Speaker:
    """Implements the Mouth port. All methods belong to one thread, the session's."""

    def __init__(
        self,
        renderer: Renders,
        cache: PromptCache | None = None,
        *,
        pace: int = PACE,
        waits: bool = False,
        memory_seconds: float = MEMORY_SECONDS,
    ) -> None:
        """`pace` in characters a minute. `waits`: let `next_block` wait until a prompt is rendered, for rooms
        whose clock would run away meanwhile (the simulated one, files); with a sound card leave it out.

        Raises MouthError where there is no engine or no voice.
        """
        self._pace = clamp_pace(pace)
        self._loudness = 0
        self._waits = waits
        self._playing: Samples = _SILENCE[:0]
        self._audible: _Queued | None = None
        """What `_playing` is of, as long as it is to be said to its end."""
        self._cut_off: tuple[_Queued, ...] = ()
        self._begun: list[Prompt] = []
        self._queue: deque[_Queued] = deque()
        self._rendered = Rendered(renderer, cache, memory_seconds)

    @property
    def pace(self) -> int:
        """Characters a minute, for the next prompt."""
        return self._pace

    @property
    def loudness_db(self) -> float:
        """Louder (+) or softer (−) than rendered, for the next prompt."""
        return self._loudness * LOUDNESS_NOTCH_DB

    @property
    def cut_off_early(self) -> bool:
        return bool(self._cut_off) and self._cut_off[-1].from_sample == 0

    @property
    def speaking(self) -> bool:
        return bool(self._queue) or self._playing.size > 0

    def prepare(self, prompts: Sequence[Prompt]) -> None:
        """Render these next, before what was asked for earlier."""
        self._rendered.prepare([self._wanted(prompt) for prompt in prompts])

    def say(self, prompt: Prompt) -> None:
        """Queue it. A prompt that cannot be rendered makes `next_block` raise when its turn has come."""
        self._cut_off = ()
        self._enqueue(_Queued(prompt, self._wanted(prompt), self.loudness_db))

    def next_block(self) -> Block:
        """The next 20 ms. Raises MouthError once for a prompt that failed; those after it still come.

        Raises whatever has ended the worker.
        """
        if not self._playing.size and self._queue:
            self._begin(after=False)
        block = self._playing[:BLOCK_SAMPLES]
        self._playing = self._playing[BLOCK_SAMPLES:]
        if not self._playing.size:
            self._audible = None
        if not self._playing.size and self._queue and block.size:
            self._begin(after=True)
        return block if block.size == BLOCK_SAMPLES else np.concatenate((block, _SILENCE[block.size :]))

    def begun(self) -> Sequence[Prompt]:
        begun, self._begun = self._begun, []
        return begun

    def hush(self) -> None:
        self._cut_off = self._interrupted() or self._cut_off
        self._queue.clear()
        self._rendered.nothing_needed()
        self._audible = None
        tail = self._playing[:_FADE_SAMPLES].astype(np.float32)
        self._playing = (tail * np.linspace(1, 0, tail.size, dtype=np.float32)).astype(np.int16)

    def resume(self) -> None:
        cut_off, self._cut_off = self._cut_off, ()
        for queued in cut_off:
            self._enqueue(queued)

    def adjust(self, pace_notches: int, loudness_notches: int) -> None:
        self._loudness = clamp_loudness(self._loudness + loudness_notches)
        pace = clamp_pace(self._pace + pace_notches * PACE_NOTCH)
        if pace != self._pace:
            self._pace = pace
            self._rendered.change_pace(pace)

    def close(self) -> None:
        self._rendered.close()

    def _wanted(self, prompt: Prompt) -> Wanted:
        return Wanted(prompt.text, prompt.voice, self._pace)

    def _enqueue(self, queued: _Queued) -> None:
        self._queue.append(queued)
        self._rendered.need(queued.wanted)

    def _interrupted(self) -> tuple[_Queued, ...]:
        """What is being said, from the start of the sentence she heard last, and what waits."""
        audible = self._audible
        if audible is None:
            return tuple(self._queue)
        audio = self._rendered.find(audible.wanted)
        if not isinstance(audio, np.ndarray):  # forgotten to make room: from its beginning
            return (replace(audible, from_sample=0, resumed=True), *self._queue)
        heard = audio.size - self._playing.size - round(HEARD_BEHIND_SECONDS * SAMPLE_RATE)
        starts = (0,) if _is_beat(audible.prompt) else sentence_starts(audible.prompt.text, audio)
        start = max((start for start in starts if start <= heard), default=0)
        return (replace(audible, from_sample=start, resumed=True), *self._queue)

    def _begin(self, *, after: bool) -> None:
        """Put the first waiting prompt in front, if it is rendered."""
        queued = self._queue[0]
        audio = self._rendered.get(queued.wanted, waits=self._waits)
        if audio is None or (after and isinstance(audio, MouthError)):
            return  # not rendered yet; or the last block of the prompt before is still to be played
        self._queue.popleft()
        self._rendered.played(queued.wanted)
        if not queued.resumed:  # it was begun before
            self._begun.append(queued.prompt)
        if isinstance(audio, MouthError):
            self._playing = tone("missing")
            raise MouthError(audio.code, audio.message, audio.remedy) from audio
        breath = np.zeros(round(BREATH_SECONDS * SAMPLE_RATE) if after else 0, np.int16)
        before, behind = _around(queued.prompt)
        spoken = np.concatenate((before, audio[queued.from_sample :]))
        self._playing = np.concatenate((breath, amplified(spoken, queued.gain_db), behind))
        self._audible = queued


def _is_beat(prompt: Prompt) -> bool:
    """A tone, a short word, silence to move in: interrupted, it begins again with its tone."""
    return bool(prompt.earcon or prompt.pause_seconds)


def _around(prompt: Prompt) -> tuple[Samples, Samples]:
    """What belongs to a prompt besides its words: (before, behind)."""
    before = np.concatenate((tone(prompt.earcon), silence(GAP_SECONDS))) if prompt.earcon else silence(0)
    return before, silence(prompt.pause_seconds)
