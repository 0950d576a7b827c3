"""Chinese text → the syllables we decided on: the one reading that is spoken and that is matched.

Readings come from prompts/<language>/readings.toml where it knows the phrase, else from pypinyin's phrases
(see `dictionary`); `sandhi` then gives the tones of running speech. Nothing reaches across punctuation.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from sys import intern

from voiceguide.events import Phrase, Reading
from voiceguide.language.dictionary import Dictionary
from voiceguide.language.numerals import numbers_to_hanzi
from voiceguide.language.sandhi import NEUTRAL, Syllable, Word, in_running_speech

PUNCTUATION = frozenset("，。！？、；：…—·“”‘’《》〈〉「」『』（）【】,.!?;:()\"' \n\t\u3000")
_SYLLABLE = re.compile(r"[a-z]+[1-5]")


@dataclass(frozen=True)
class _Piece:
    """A word of the text before sandhi; without syllables where the text is no hanzi."""

    text: str
    word: Word = ()
    as_written: bool = False
    """readings.toml wrote this very word: 一 and 不 in it are settled."""


class ReadingsError(ValueError):
    """readings.toml is wrong; the message names the entry and the remedy, in Chinese."""


class Readings:
    """The readings of one language's prompts."""

    def __init__(
        self,
        readings: Mapping[str, str],
        *,
        spoken: Mapping[str, str] | None = None,
        words: Iterable[str] = (),
        neutral: Iterable[str] = (),
        polyphones: str = "",
    ) -> None:
        """`readings`: phrase → numbered pinyin "chang2 an4". Raises ReadingsError."""
        self._spoken = {key.lower(): value for key, value in (spoken or {}).items()}
        self._polyphones = frozenset(polyphones)
        self._table: dict[str, tuple[str, ...]] = {}
        for text, syllables in readings.items():
            reading = tuple(syllables.split())
            if len(reading) != len(text) or not all(_SYLLABLE.fullmatch(each) for each in reading):
                raise ReadingsError(
                    f"readings.toml：“{text}”的拼音“{syllables}”不对，请给每个字写一个带声调的音节。"
                )
            self._table[text] = reading
        self._neutral = frozenset(neutral)
        self._known_pieces: dict[str, _Piece] = {}
        phrases = {*self._table, *words, *self._neutral}
        longest_first = sorted((phrase for phrase in phrases if len(phrase) > 1), key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")
        keys = "|".join(re.escape(key) for key in sorted(self._spoken, key=len, reverse=True))
        # A key stands alone: 110 is not part of 1100, nor ok of book. 12333APP is two keys.
        alone = r"(?!(?<=[0-9])[0-9])(?!(?<=[a-z])[a-z])"
        self._pieces = lru_cache(maxsize=4_096)(self._pieces_of)
        """A word outside every known phrase -> what it is spoken as."""
        self._found = lru_cache(maxsize=1_024)(self._look_up)  # prompts and wordings come again and again
        self._undecided = lru_cache(maxsize=1_024)(self._look_undecided_up)
        self._spoken_keys = re.compile(rf"{alone}(?:{keys}){alone}" if keys else r"(?!)", re.IGNORECASE)

    @classmethod
    def load(cls, language_dir: Path) -> Readings:
        """Read `language_dir`/readings.toml. Raises OSError, ReadingsError."""
        path = language_dir / "readings.toml"
        return cls._parsed(path.read_bytes())

    @classmethod
    @lru_cache(maxsize=4)
    def _parsed(cls, content: bytes) -> Readings:
        """The same file gives the same Readings, with all it has looked up: many ask for it."""
        try:
            table = tomllib.loads(content.decode("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ReadingsError(f"readings.toml：这不是正确的 TOML 文件（{error}），请改正。") from error
        kinds = {"readings": dict, "spoken": dict, "words": str, "neutral": str, "polyphones": str}
        wrong = [name for name, kind in kinds.items() if not isinstance(table.get(name, kind()), kind)]
        if "spoken" not in wrong:
            wrong += [key for key, text in table.get("spoken", {}).items() if not isinstance(text, str)]
        if wrong:
            raise ReadingsError(
                f"readings.toml：{'、'.join(wrong)} 写的不是应有的样子，请照程序原来的文件改。"
            )
        return cls(
            table.get("readings", {}),
            spoken=table.get("spoken", {}),
            words=table.get("words", "").split(),
            neutral=table.get("neutral", "").split(),
            polyphones="".join(table.get("polyphones", "").split()),
        )

    # ------------------------------------------------------------------ what is asked of it

    def spoken(self, text: str) -> str:
        """Digits, Latin words and symbols as hanzi, as far as a spoken form is known."""
        text = self._spoken_keys.sub(lambda match: self._spoken[match.group().lower()], text)
        return numbers_to_hanzi(text)

    def words(self, text: str) -> tuple[Word | str, ...]:
        """The reading, word by word; punctuation stands between as single characters.

        Characters without a spoken form are left out (see `unspeakable`).
        """
        return self._found(text)[0]

    def _look_up(self, text: str) -> tuple[tuple[Word | str, ...], tuple[str, ...]]:
        """(words, what would be silent)."""
        result: list[Word | str] = []
        silent: list[str] = []
        clause: list[_Piece] = []
        for piece in (*self._cut(self.spoken(text)), _Piece(" ")):
            if piece.word:
                clause.append(piece)
            elif piece.text in PUNCTUATION:
                result += in_running_speech([p.word for p in clause], [p.as_written for p in clause])
                result.append(piece.text)
                clause = []
            else:
                silent.append(piece.text)
        return tuple(result[:-1]), tuple(silent)

    def read(self, text: str) -> tuple[Syllable | str, ...]:
        """The reading, syllable by syllable; a str is a punctuation mark."""
        result: list[Syllable | str] = []
        for word in self.words(text):
            result += [word] if isinstance(word, str) else word
        return tuple(result)

    def toneless(self, text: str) -> Reading:
        """("xia", "yi", "bu"), punctuation left out."""
        return tuple(each.pinyin for word in self.words(text) if not isinstance(word, str) for each in word)

    def phrase(self, text: str) -> Phrase:
        """A wording as the recogniser expects it: hanzi only, with its reading."""
        syllables = [each for word in self.words(text) if not isinstance(word, str) for each in word]
        return Phrase("".join(s.hanzi for s in syllables), tuple(s.pinyin for s in syllables))

    def undecided(self, text: str) -> tuple[str, ...]:
        """Hanzi nobody decided: listed in `polyphones`, outside every known phrase, without a default.

        Each is shown in its surroundings: "把【数】一遍".
        """
        return self._undecided(text)

    def _look_undecided_up(self, text: str) -> tuple[str, ...]:
        pieces = self._cut(self.spoken(text))
        plain = "".join(piece.text for piece in pieces)
        found: list[str] = []
        position = 0
        for piece in pieces:
            if piece.text in self._polyphones and piece.text not in self._table:
                before, after = plain[max(0, position - 3) : position], plain[position + 1 : position + 4]
                found.append(f"{before}【{piece.text}】{after}")
            position += len(piece.text)
        return tuple(found)

    def unspeakable(self, text: str) -> tuple[str, ...]:
        """Characters that would be silent: neither hanzi with a reading nor punctuation."""
        return self._found(text)[1]

    # ------------------------------------------------------------------ words and their dictionary tones

    def _cut(self, text: str) -> list[_Piece]:
        """Our own phrases first (leftmost, longest), then pypinyin's, then single characters."""
        found: list[_Piece] = []
        cut, position = Dictionary.shipped().cut, 0
        for match in self._known.finditer(text):
            for word in cut(text[position : match.start()]):
                found += self._pieces(word)
            found.append(self._known_piece(match.group()))
            position = match.end()
        for word in cut(text[position:]):
            found += self._pieces(word)
        return found

    def _known_piece(self, text: str) -> _Piece:
        piece = self._known_pieces.get(text)
        if piece is None:
            as_written = text in self._table
            reading = self._table[text] if as_written else _dictionary_reading(text)
            if text in self._neutral and not as_written:
                reading = (*reading[:-1], f"{reading[-1][:-1]}{NEUTRAL}")
            piece = self._known_pieces[text] = _Piece(text, _word(text, reading), as_written)
        return piece

    def _pieces_of(self, word: str) -> tuple[_Piece, ...]:
        """As one where it is hanzi throughout, else character by character."""
        if len(word) > 1 and _all_hanzi(word):
            return (_Piece(word, _word(word, _dictionary_reading(word))),)
        return tuple(_Piece(char, _word(char, self._single(char))) for char in word)

    def _single(self, char: str) -> tuple[str, ...]:
        if char in self._table:
            return self._table[char]
        return _dictionary_reading(char) if _all_hanzi(char) else ()


def _all_hanzi(text: str) -> bool:
    dictionary = Dictionary.shipped()
    return all(char in dictionary for char in text) and "〇" not in text


def _word(text: str, reading: tuple[str, ...]) -> Word:
    """`reading`: numbered pinyin for each hanzi; none: no word."""
    spelt = zip(text, reading, strict=True) if reading else ()
    return tuple(Syllable(hanzi, intern(pinyin[:-1]), int(pinyin[-1])) for hanzi, pinyin in spelt)


def _dictionary_reading(word: str) -> tuple[str, ...]:
    """pypinyin's reading; 一 and 不 in their dictionary tones, because some of its phrases apply sandhi."""
    syllables = Dictionary.shipped().reading(word)
    fixed = {"一": "yi1", "不": "bu4"}
    return tuple(fixed.get(char, syllable) for char, syllable in zip(word, syllables, strict=True))
