"""What the engine is given, so that it says the reading we decided and nothing else.

espeak-ng 1.52 (`sit/cmn`) speaks numbered pinyin truly: ni3hao3. Syllables written together form one rhythmic
word, so words stay together and a neutral syllable leans on the word before it (打开了 → da3kai1le5); each
hanzi by itself would be stressed like a word of its own. Voices that read hanzi well get hanzi.
"""

from __future__ import annotations

from voiceguide.language.phonetics import Readings
from voiceguide.language.sandhi import NEUTRAL, Syllable, Word

_PAUSES = {
    **dict.fromkeys("，,、", "，"),
    **dict.fromkeys("；;：:—·…", "；"),
    **dict.fromkeys("。.!！", "。"),
    **dict.fromkeys("？?", "？"),
}
"""The engine's four pauses; quotation marks and brackets are not heard."""

_RESPELLED = {"jiong": "jong", "qiong": "qong", "xiong": "xong"}
"""Syllables 1.52 would read letter by letter in English, and spellings it says alike."""


def numbered_pinyin(readings: Readings, text: str) -> str:
    """ "下一步，好了。" → "xia4yi2bu4，hao3le5。" for espeak-ng; "" where nothing can be spoken."""
    clauses: list[list[str]] = [[]]
    pauses: list[str] = []
    for item in readings.words(text):
        words = clauses[-1]
        if isinstance(item, str):
            # Of two pauses in a row the first is enough.
            if words and item in _PAUSES:
                pauses.append(_PAUSES[item])
                clauses.append([])
        elif words and all(syllable.tone == NEUTRAL for syllable in item):
            words[-1] += _spelled(item)
        else:
            words.append(_spelled(item))
    pauses.append("")
    return "".join(" ".join(words) + pause for words, pause in zip(clauses, pauses, strict=True))


def hanzi(readings: Readings, text: str) -> str:
    """The text for a system voice that reads characters: digits and Latin as hanzi."""
    return readings.spoken(text) if readings.toneless(text) else ""


def spelled(syllable: Syllable) -> str:
    """One syllable as espeak-ng is to be given it: "xiong2" → "xong2"."""
    return f"{_RESPELLED.get(syllable.pinyin, syllable.pinyin)}{syllable.tone}"


def _spelled(word: Word) -> str:
    return "".join(spelled(syllable) for syllable in word)
