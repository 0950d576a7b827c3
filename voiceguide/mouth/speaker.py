"""The mouth that speaks: prompts are rendered in the background and played from memory.

`next_block` is called from the session's loop, once every 20 ms, and never waits for the engine; a worker
thread owns the renderer and the cache. One lock joins them and is never held while anything is rendered.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from voiceguide.events import BLOCK_SAMPLES, SAMPLE_RATE, Block, Prompt, Samples
from voiceguide.mouth import MouthError
from voiceguide.mouth.cache import PromptCache
from voiceguide.mouth.loudness import amplified
from voiceguide.mouth.pace import LOUDNESS_NOTCH_DB, PACE, PACE_NOTCH, clamp_loudness, clamp_pace
from voiceguide.mouth.sentences import sentence_starts
from voiceguide.mouth.tones import GAP_SECONDS, silence, tone

BREATH_SECONDS = 0.3
"""A prompt that follows another at once begins with so much silence."""

HEARD_BEHIND_SECONDS = 0.4
"""What was given away so shortly before an interruption she has not heard: it waited in the device, or she was
already speaking."""

_FADE_SAMPLES = SAMPLE_RATE // 200
MEMORY_SECONDS = 1200.0
"""Speech kept in memory (38 MB); the rest of a guide is a few milliseconds away, on disk."""

_SILENCE = np.zeros(BLOCK_SAMPLES, np.int16)
_log = logging.getLogger(__name__)


class Renders(Protocol):
    """What the speaker needs of a Renderer."""

    def start(self) -> str: ...
    def identity(self, text: str, *, voice: str, pace: int) -> tuple[str, ...] | None: ...
    def render(self, text: str, *, voice: str, pace: int) -> Samples: ...
    def close(self) -> None: ...


@dataclass(frozen=True)
class _Wanted:
    """A text in a voice at a pace: one piece of audio."""

    text: str
    voice: str
    pace: int

    @classmethod
    def of(cls, prompt: Prompt, pace: int) -> _Wanted:
        return cls(prompt.text, prompt.voice, pace)


@dataclass(frozen=True)
class _Queued:
    prompt: Prompt
    wanted: _Wanted
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
        self._renderer = renderer
        self._cache = cache
        self._pace = clamp_pace(pace)
        self._loudness = 0
        self._waits = waits
        self._memory_samples = memory_seconds * SAMPLE_RATE
        self._playing: Samples = _SILENCE[:0]
        self._audible: _Queued | None = None
        """What `_playing` is of, as long as it is to be said to its end."""
        self._cut_off: tuple[_Queued, ...] = ()
        self._begun: list[Prompt] = []
        self._changed = threading.Condition()
        # Below: shared with the worker, under the lock.
        self._queue: deque[_Queued] = deque()
        self._memory: dict[_Wanted, Samples | MouthError] = {}
        self._urgent: deque[_Wanted] = deque()
        self._pending: deque[_Wanted] = deque()
        self._prepared: tuple[_Wanted, ...] = ()
        self._closed = False
        self._fault: BaseException | None = None
        renderer.start()
        self._worker = threading.Thread(target=self._work, name="mouth", daemon=True)
        self._worker.start()

    @property
    def pace(self) -> int:
        """Characters a minute, for the next prompt."""
        return self._pace

    @property
    def loudness_db(self) -> float:
        """Louder (+) or softer (−) than rendered, for the next prompt."""
        return self._loudness * LOUDNESS_NOTCH_DB

    @property
    def speaking(self) -> bool:
        return bool(self._queue) or self._playing.size > 0

    def prepare(self, prompts: Sequence[Prompt]) -> None:
        """Render these next, before what was asked for earlier."""
        with self._changed:
            wanted = [_Wanted.of(prompt, self._pace) for prompt in prompts]
            self._prepared = tuple(dict.fromkeys((*wanted, *self._prepared)))
            self._pending = deque(dict.fromkeys((*wanted, *self._pending)))
            self._changed.notify_all()

    def say(self, prompt: Prompt) -> None:
        """Queue it. A prompt that cannot be rendered makes `next_block` raise when its turn has come."""
        self._cut_off = ()
        self._enqueue(_Queued(prompt, _Wanted.of(prompt, self._pace), self.loudness_db))

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
        with self._changed:
            cut_off = self._interrupted()
            if cut_off:
                self._cut_off = cut_off
            self._queue.clear()
            self._urgent.clear()
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
            with self._changed:
                self._prepared = tuple(replace(wanted, pace=pace) for wanted in self._prepared)
                self._pending = deque(self._prepared)
                self._changed.notify_all()

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._renderer.close()  # what is being rendered ends now
        self._worker.join()
        self._renderer.close()

    def _enqueue(self, queued: _Queued) -> None:
        with self._changed:
            self._queue.append(queued)
            if isinstance(self._memory.get(queued.wanted), MouthError):
                del self._memory[queued.wanted]  # it may work this time
            if queued.wanted not in self._memory:
                self._urgent.append(queued.wanted)
            self._changed.notify_all()

    def _interrupted(self) -> tuple[_Queued, ...]:
        """What is being said, from the start of the sentence she heard last, and what waits. Under the lock."""
        audible = self._audible
        if audible is None:
            return tuple(self._queue)
        audio = self._memory.get(audible.wanted)
        if not isinstance(audio, np.ndarray):  # forgotten to make room: from its beginning
            return (replace(audible, from_sample=0, resumed=True), *self._queue)
        heard = audio.size - self._playing.size - round(HEARD_BEHIND_SECONDS * SAMPLE_RATE)
        starts = (0,) if _is_beat(audible.prompt) else sentence_starts(audible.prompt.text, audio)
        start = max((start for start in starts if start <= heard), default=0)
        return (replace(audible, from_sample=start, resumed=True), *self._queue)

    def _begin(self, *, after: bool) -> None:
        """Put the first waiting prompt in front, if it is rendered."""
        with self._changed:
            queued = self._queue[0]
            while self._waits and not (self._closed or self._fault) and queued.wanted not in self._memory:
                self._changed.wait()
            if self._fault is not None:
                raise self._fault
            audio = self._memory.get(queued.wanted)
            if audio is None or (after and isinstance(audio, MouthError)):
                return  # not rendered yet; or the last block of the prompt before is still to be played
            self._queue.popleft()
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

    # ------------------------------------------------------------------ the worker's thread

    def _work(self) -> None:
        try:
            self._render_wanted()
        except BaseException as fault:  # ours: it must come up in the session, not be silence for ever
            with self._changed:
                self._fault = fault
                self._changed.notify_all()

    def _render_wanted(self) -> None:
        while True:
            with self._changed:
                while not (self._closed or self._urgent or self._pending):
                    self._changed.wait()
                if self._closed:
                    return
                wanted = self._urgent.popleft() if self._urgent else self._pending.popleft()
                if wanted in self._memory:
                    continue
            audio = self._audio(wanted)
            with self._changed:
                self._memory[wanted] = audio
                self._make_room()
                self._changed.notify_all()

    def _audio(self, wanted: _Wanted) -> Samples | MouthError:
        try:
            identity = self._renderer.identity(wanted.text, voice=wanted.voice, pace=wanted.pace)
            cache = self._cache if identity is not None else None  # None: what must not lie in a cache
            audio = cache.load(identity) if cache and identity else None
            if audio is None:
                audio = self._renderer.render(wanted.text, voice=wanted.voice, pace=wanted.pace)
                if cache and identity and audio.size:
                    cache.store(identity, audio)
            return audio
        except MouthError as error:
            if not self._closed:
                _log.warning("有一句话说不出来：%s（%s）", wanted.text, error)
            return error

    def _make_room(self) -> None:
        """Forget what was prepared longest ago, and what was prepared at another pace, but nothing queued."""
        rank = {wanted: place for place, wanted in enumerate(self._prepared)}
        rank.update((queued.wanted, -1) for queued in self._queue)
        sizes = {each: audio.size for each, audio in self._memory.items() if isinstance(audio, np.ndarray)}
        total = sum(sizes.values())
        for wanted in sorted(sizes, key=lambda each: rank.get(each, len(rank)), reverse=True):
            if total <= self._memory_samples or rank.get(wanted) == -1:
                return
            total -= sizes[wanted]
            del self._memory[wanted]


def _is_beat(prompt: Prompt) -> bool:
    """A tone, a short word, silence to move in: interrupted, it begins again with its tone."""
    return bool(prompt.earcon or prompt.pause_seconds)


def _around(prompt: Prompt) -> tuple[Samples, Samples]:
    """What belongs to a prompt besides its words: (before, behind)."""
    before = np.concatenate((tone(prompt.earcon), silence(GAP_SECONDS))) if prompt.earcon else silence(0)
    return before, silence(prompt.pause_seconds)
