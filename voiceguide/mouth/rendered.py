"""Prompts rendered ahead and kept in memory: a worker thread owns the renderer and the cache on disk.

One lock joins it with the session's thread, and is never held while anything is rendered.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from voiceguide.events import SAMPLE_RATE, Samples
from voiceguide.mouth import MouthError
from voiceguide.mouth.cache import PromptCache

MEMORY_SECONDS = 1200.0
"""Speech kept in memory (38 MB); the rest of a guide is a few milliseconds away, on disk."""

_log = logging.getLogger(__name__)


class Renders(Protocol):
    """What is needed of a Renderer."""

    def start(self) -> str: ...
    def identity(self, text: str, *, voice: str, pace: int) -> tuple[str, ...] | None: ...
    def render(self, text: str, *, voice: str, pace: int) -> Samples: ...
    def close(self) -> None: ...


@dataclass(frozen=True)
class Wanted:
    """A text in a voice at a pace: one piece of audio."""

    text: str
    voice: str
    pace: int


class Rendered:
    """All methods belong to the session's thread."""

    def __init__(self, renderer: Renders, cache: PromptCache | None, memory_seconds: float) -> None:
        """Raises MouthError where there is no engine or no voice."""
        self._renderer = renderer
        self._cache = cache
        self._memory_samples = memory_seconds * SAMPLE_RATE
        self._changed = threading.Condition()
        # Below: shared with the worker, under the lock.
        self._memory: dict[Wanted, Samples | MouthError] = {}
        self._needed = Counter[Wanted]()
        """Waits to be played, so often: not to be forgotten."""
        self._urgent: deque[Wanted] = deque()
        self._pending: deque[Wanted] = deque()
        self._prepared: tuple[Wanted, ...] = ()
        self._closed = False
        self._fault: BaseException | None = None
        renderer.start()
        self._worker = threading.Thread(target=self._work, name="mouth", daemon=True)
        self._worker.start()

    def prepare(self, wanted: Iterable[Wanted]) -> None:
        """These next, before what was asked for earlier."""
        with self._changed:
            first = tuple(wanted)
            self._prepared = tuple(dict.fromkeys((*first, *self._prepared)))
            self._pending = deque(dict.fromkeys((*first, *self._pending)))
            self._changed.notify_all()

    def change_pace(self, pace: int) -> None:
        """All that was prepared is wanted at this pace from now on."""
        with self._changed:
            self._prepared = tuple(replace(wanted, pace=pace) for wanted in self._prepared)
            self._pending = deque(self._prepared)
            self._changed.notify_all()

    def need(self, wanted: Wanted) -> None:
        """At once, and until it is `played` or `nothing_needed`; what failed before is tried again."""
        with self._changed:
            self._needed[wanted] += 1
            if isinstance(self._memory.get(wanted), MouthError):
                del self._memory[wanted]  # it may work this time
            if wanted not in self._memory:
                self._urgent.append(wanted)
            self._changed.notify_all()

    def played(self, wanted: Wanted) -> None:
        """It may be forgotten, unless it waits once more."""
        with self._changed:
            self._needed -= Counter([wanted])

    def nothing_needed(self) -> None:
        """She interrupted."""
        with self._changed:
            self._needed.clear()
            self._urgent.clear()

    def find(self, wanted: Wanted) -> Samples | MouthError | None:
        """None: not rendered yet, or forgotten."""
        with self._changed:
            return self._memory.get(wanted)

    def get(self, wanted: Wanted, *, waits: bool) -> Samples | MouthError | None:
        """The same; `waits`: until it is rendered. Raises whatever has ended the worker."""
        with self._changed:
            while waits and not (self._closed or self._fault) and wanted not in self._memory:
                self._changed.wait()
            if self._fault is not None:
                raise self._fault
            return self._memory.get(wanted)

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._renderer.close()  # what is being rendered ends now
        self._worker.join()
        self._renderer.close()

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

    def _audio(self, wanted: Wanted) -> Samples | MouthError:
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
        rank.update((wanted, -1) for wanted in self._needed)
        sizes = {each: audio.size for each, audio in self._memory.items() if isinstance(audio, np.ndarray)}
        total = sum(sizes.values())
        for wanted in sorted(sizes, key=lambda each: rank.get(each, len(rank)), reverse=True):
            if total <= self._memory_samples or rank.get(wanted) == -1:
                return
            total -= sizes[wanted]
            del self._memory[wanted]
