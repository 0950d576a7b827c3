"""The child process that owns pyttsx3: `python -m voiceguide.mouth.engine VOICE FOLDER`, JSON lines in
and out.

First line out: {"ready": "espeak-ng 1.52.0, pyttsx3 2.99"}, or {"error": CODE, "detail": …} and it exits.
Then for each line in, {"text": …, "rate": …, "voice": …, "path": …}, one line out: {"saved": path} or an
error. The WAV may still be wrong or missing: whoever asked has to look. When standard input ends, the parent
is gone, perhaps by kill -9: FOLDER, which it made for the WAVs, is deleted and this process ends.

pyttsx3 2.99 races and hangs (used plainly it loses 173 of 400 files). It behaves when one process has one
engine, runs it once empty, waits until espeak is idle before and after all it does, saves one file a run,
takes whole-numbered rates and is never told to stop. It also prints to standard output.
"""

from __future__ import annotations

import ctypes
import json
import os
import queue
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol, TextIO

SYSTEM_VOICE = "system"
"""Ask for the system's Mandarin voice, whatever its name."""

_MANDARIN = ("zh-cn", "zh_cn", "huihui", "kangkang", "yaoyao", "xiaoxiao", "tingting", "ting-ting", "cmn")
_POLL_SECONDS = 0.001
# On a busy machine espeak is idle for a moment before it begins, and one file in 300 came out empty: so an
# utterance must also be reported finished (or espeak stay idle), and an empty file is made once more.
_IDLE_POLLS = 100
_TRIES = 3
_HEADER_BYTES = 44


class EngineError(Exception):
    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


class Saves(Protocol):
    """What is served."""

    @property
    def name(self) -> str:
        """Of the engine and of what it is made of, with their versions."""

    def save(self, text: str, voice: str, rate: int, path: str) -> None:
        """Speak `text` into a file. Raises EngineError."""


class Engine:
    """One pyttsx3 engine, used the one way that works. Raises EngineError."""

    def __init__(self, voice: str) -> None:
        self._espeak = _load_espeak() if sys.platform.startswith("linux") else None
        try:
            import pyttsx3

            self._engine: Any = pyttsx3.init()
        except Exception as error:  # whatever a driver raises, it means that there is none
            raise EngineError("no-engine", repr(error)) from error
        self.name = f"pyttsx3 {version('pyttsx3')}"
        self._idle: Callable[[], bool] = lambda: True
        if self._espeak is not None:
            from pyttsx3.drivers import _espeak

            self._idle = lambda: not _espeak.IsPlaying()
            self.name = f"espeak-ng {_espeak_version(self._espeak)}, {self.name}"
        self._finished = False
        self._engine.connect("finished-utterance", self._finish)
        self._engine.runAndWait()  # the first run returns too early: spend it
        self._wait()
        self._voice = ""
        self._rate = 0
        self._choose(voice)

    def save(self, text: str, voice: str, rate: int, path: str) -> None:
        """Speak `text` into a WAV (AIFF on macOS) at `path`, which must be in a writable directory."""
        if voice != self._voice:
            self._choose(voice)
        if rate != self._rate:
            self._set("rate", rate)
            self._rate = rate
        for _ in range(_TRIES):
            self._begin_afresh()
            self._finished = False
            self._engine.save_to_file(text, path)
            self._engine.runAndWait()
            self._wait()
            idle_polls = 0
            while not self._finished and idle_polls < _IDLE_POLLS:
                idle_polls = idle_polls + 1 if self._idle() else 0
                time.sleep(_POLL_SECONDS)
            if os.path.exists(path) and os.path.getsize(path) > _HEADER_BYTES:
                return

    def _begin_afresh(self) -> None:
        """Let the same texts, one after the other, sound the same every time.

        Breath is random, from the clock; and on a busy machine one text in fifty came out otherwise than the
        same text after the same ones before, which the random numbers alone did not mend. What was said before
        still changes a text a little: espeak's flutter runs on, and nothing outside can set it.
        """
        if self._espeak is not None:
            self._espeak.espeak_SetVoiceByName(self._voice.encode())
            self._espeak.espeak_ng_SetRandSeed(ctypes.c_long(1))
            self._set("rate", self._rate)

    def _wait(self) -> None:
        while not self._idle():
            time.sleep(_POLL_SECONDS)

    def _finish(self, name: str, completed: bool) -> None:
        self._finished = True

    def _set(self, name: str, value: str | int) -> None:
        self._wait()
        self._engine.setProperty(name, value)
        self._wait()

    def _choose(self, voice: str) -> None:
        if self._espeak is None:
            self._set("voice", self._system_voice() if voice == SYSTEM_VOICE else voice)
        else:
            # setProperty swallows errors, so the library is asked first whether it has the voice; of a
            # variant (after the +) that it lacks it says nothing and speaks without.
            variant = voice.partition("+")[2]
            variants = Path("espeak-ng-data/voices/!v")
            if self._espeak.espeak_SetVoiceByName(voice.encode()) != 0 or not (variants / variant).exists():
                raise EngineError("no-voice", voice)
            self._set("voice", voice)
            trace = _trace(self._espeak, "你好")
            if "(en)" in trace or "214" not in trace:
                raise EngineError("no-voice", f"{voice}: 你好 = {trace}")
        self._voice = voice

    def _system_voice(self) -> str:
        for voice in self._engine.getProperty("voices"):
            if any(name in f"{voice.id} {voice.name} {voice.languages}".lower() for name in _MANDARIN):
                return str(voice.id)
        raise EngineError("no-voice", "zh-CN")


def load_espeak_and_driver() -> None:
    """All that an engine needs, and begin none. Raises EngineError."""
    _load_espeak()
    from pyttsx3.drivers import espeak  # noqa: F401


def _load_espeak() -> ctypes.CDLL:
    """Load espeakng-loader's 1.52 before pyttsx3 finds the system's 1.51, whose Mandarin is unusable."""
    try:
        import espeakng_loader

        # espeak-ng cuts a data path off after 160 characters: this process moves there instead.
        os.chdir(Path(espeakng_loader.get_data_path()).parent)
        os.environ["ESPEAK_DATA_PATH"] = "."
        # The same SONAME as pyttsx3 asks for: its dlopen then gets this one.
        return ctypes.CDLL(str(espeakng_loader.get_library_path()))
    except (ImportError, OSError) as error:
        raise EngineError("no-engine", repr(error)) from error


def _espeak_version(espeak: ctypes.CDLL) -> str:
    espeak.espeak_Info.restype = ctypes.c_char_p
    return bytes(espeak.espeak_Info(None)).decode().split()[0]


def _trace(espeak: ctypes.CDLL, text: str) -> str:
    """espeak's phonemes for a text."""
    espeak.espeak_TextToPhonemes.restype = ctypes.c_char_p
    espeak.espeak_TextToPhonemes.argtypes = [ctypes.POINTER(ctypes.c_char_p), ctypes.c_int, ctypes.c_int]
    pointer = ctypes.c_char_p(text.encode())
    traces = []
    while pointer.value is not None:
        traces.append(bytes(espeak.espeak_TextToPhonemes(ctypes.byref(pointer), 1, 0)).decode())
    return " ".join(traces)


def serve(open_engine: Callable[[str], Saves]) -> None:
    """`open_engine`: of a voice. For ever; raises SystemExit where there is none."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then ends us
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    requests: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_read, args=(requests,), daemon=True).start()
    try:
        engine = open_engine(sys.argv[1])
    except EngineError as error:
        _reply(replies, error=error.code, detail=error.detail)
        sys.exit(1)
    _reply(replies, ready=engine.name)
    while True:
        request = json.loads(requests.get())
        try:
            engine.save(request["text"], request["voice"], request["rate"], request["path"])
        except EngineError as error:
            _reply(replies, error=error.code, detail=error.detail)
        else:
            _reply(replies, saved=request["path"])


def _read(requests: queue.Queue[str]) -> None:
    stream = open(sys.stdin.fileno(), encoding="utf-8", closefd=False)  # noqa: SIM115 - as long as we live
    for line in stream:
        requests.put(line)
    shutil.rmtree(sys.argv[2], ignore_errors=True)
    os._exit(0)  # the parent is gone; the main thread may hang in pyttsx3 for ever


def _reply(replies: TextIO, **values: str) -> None:
    print(json.dumps(values), file=replies, flush=True)


if __name__ == "__main__":
    serve(Engine)
