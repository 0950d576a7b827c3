"""The engine's process, which says nothing itself: each text is spoken by a fork of it, and so by an engine that has
said nothing before. `python -m voiceguide.bench.repeatable_engine VOICE FOLDER`; for Linux alone, otherwise like
voiceguide.mouth.engine.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
from collections.abc import Callable

from voiceguide.mouth.engine import Engine, EngineError, load_espeak_and_driver, serve

_PR_SET_PDEATHSIG = 1
_HUNG = "the engine ended without a word"


class ForkedEngine:
    """Loads all that an engine needs, and begins none. Raises EngineError."""

    def __init__(self, voice: str) -> None:
        load_espeak_and_driver()  # once for all forks
        self._voice = voice
        self.name = _in_fork(lambda: Engine(voice).name)

    def save(self, text: str, voice: str, rate: int, path: str) -> None:
        """See Engine."""
        _in_fork(lambda: Engine(self._voice).save(text, voice, rate, path))


def _in_fork(work: Callable[[], str | None]) -> str:
    """What it gives there. Raises EngineError."""
    receiver, sender = os.pipe()
    fork = os.fork()
    if not fork:
        # It may hang, and it is the parent that is killed for that.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        try:
            _tell(sender, work)
        finally:
            os._exit(0)
    os.close(sender)
    with open(receiver, encoding="utf-8") as stream:
        told = stream.read()
    os.waitpid(fork, 0)
    outcome = json.loads(told) if told else {"error": "no-engine", "detail": _HUNG}
    if "error" in outcome:
        raise EngineError(outcome["error"], outcome["detail"])
    return str(outcome["gives"])


def _tell(sender: int, work: Callable[[], str | None]) -> None:
    try:
        outcome = {"gives": work() or ""}
    except EngineError as error:
        outcome = {"error": error.code, "detail": error.detail}
    os.write(sender, json.dumps(outcome).encode())


if __name__ == "__main__":
    serve(ForkedEngine)
