"""Writes voiceguide/language/dictionary.txt, the readings the program lives by, from pypinyin.

    .venv/bin/python script/dictionary.py

Run it after raising pypinyin in pyproject.toml, and look at the difference: what she hears may change.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

from pypinyin.contrib.tone_convert import to_tone3
from pypinyin.phrases_dict import phrases_dict
from pypinyin.pinyin_dict import pinyin_dict

TARGET = Path(__file__).resolve().parent.parent / "voiceguide" / "language" / "dictionary.txt"


def text() -> str:
    """The file, as voiceguide/language/dictionary.py reads it; the same for the same pypinyin."""
    pypinyin = distribution("pypinyin")
    licence = next(path for path in pypinyin.files or () if path.name.startswith("LICENSE"))
    heading = [
        f"Readings of pypinyin {pypinyin.version} (https://github.com/mozillazg/python-pinyin), written by",
        "script/dictionary.py; do not edit, what it gets wrong is put right in prompts/<language>/readings.toml.",
        "First part: a reading, then all hanzi that have it. Second part, one line for each first hanzi: the phrases,",
        "each with its reading where that is not what its hanzi have alone.",
        "It is kept with the source so that whoever installs the program needs no pypinyin; a test compares the two.",
        "",
        *Path(str(pypinyin.locate_file(licence))).read_text(encoding="utf-8").splitlines(),
    ]
    lines = [f"# {line}".rstrip() for line in heading]
    alone = {chr(code): _numbered(readings.split(",")[0]) for code, readings in sorted(pinyin_dict.items())}
    hanzi_of: dict[str, list[str]] = defaultdict(list)
    for hanzi, reading in alone.items():
        hanzi_of[reading].append(hanzi)
    lines += [f"{reading} {''.join(hanzi_of[reading])}" for reading in sorted(hanzi_of)]
    lines.append("")
    phrases: dict[str, list[str]] = defaultdict(list)
    for phrase, syllables in sorted(phrases_dict.items()):
        reading = [_numbered(readings[0]) for readings in syllables]
        special = reading != [alone[hanzi] for hanzi in phrase]
        phrases[phrase[0]].append(f"{phrase}={','.join(reading)}" if special else phrase)
    lines += [" ".join(phrases[first]) for first in sorted(phrases)]
    return "\n".join(lines) + "\n"


@cache
def _numbered(syllable: str) -> str:
    """nǚ -> nv3, le -> le5."""
    return to_tone3(syllable, v_to_u=False, neutral_tone_with_five=True)


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8", newline="\n")
    print(f"{TARGET}: {TARGET.stat().st_size} bytes", file=sys.stderr)
