"""Which recording of a large corpus is it, whose voice, and what is said: its name tells, and lists that others keep.

AISHELL-1, AISHELL-3 and THCHS-30 name every recording by its speaker. What is said in it stands in lists beside the
corpus; whoever shows some recordings mostly shows no list, but some repositories hold nothing else:

    SpeechRecognition_ASRT   Echo-wu151 @6d80578    AISHELL-1, dev and test
    MB-iSTFT-VITS            MofasJang @f928221     AISHELL-3, what trains: 174 people, of 32 hardly anything
    DeepSpeechRecognition    audier @85806ec        THCHS-30, all
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

_HANZI = re.compile("[\u4e00-\u9fff]")
_NAMES = (
    (re.compile(r"SSB(\d{4})\d{4}"), "aishell3-{}"),
    (re.compile(r"BAC009S(\d{4})W\d{4}"), "aishell1-{}"),
    (re.compile(r"(?<![A-Za-z0-9])([A-D]\d{1,2})_\d{1,3}(?![0-9])"), "thchs30-{}"),
)
_LISTS = (
    ("SpeechRecognition_ASRT/data", "aishell_*.txt", "\t"),
    ("MB-iSTFT-VITS/filelists", "aishell3_*.txt", "|"),
    ("DeepSpeechRecognition/data", "thchs_*.txt", "\t"),
)


def recording(name: str) -> tuple[str, str] | None:
    """A file's name -> (the recording's own name, whose voice). None: of no corpus that is known here."""
    for pattern, voice in _NAMES:
        if found := pattern.search(name):
            return found[0], voice.format(found[1].lower())
    return None


@lru_cache(maxsize=2)
def texts(folder: Path) -> dict[str, str]:
    """The recording's own name -> what is said in it, in hanzi, as the clones in `folder` list it."""
    return dict(_listed(folder))


@lru_cache(maxsize=2)
def by_text(folder: Path) -> dict[str, str]:
    """The other way round: what only one recording says -> its own name."""
    found: dict[str, str | None] = {}
    for name, text in texts(folder).items():
        found[text] = None if text in found else name
    return {text: name for text, name in found.items() if name is not None}


def _listed(folder: Path) -> Iterator[tuple[str, str]]:
    for place, pattern, between in _LISTS:
        for path in sorted((folder / place).glob(pattern)):
            for line in path.read_text("utf-8").splitlines():
                cells = line.split(between)
                known = recording(Path(cells[0]).name)
                if known:
                    yield known[0], hanzi(cells[-1])


def hanzi(text: str) -> str:
    """Without punctuation, spaces, and pinyin between them."""
    return "".join(_HANZI.findall(text))
