"""Strings of digits that may be a code, a password, a card or an identity number: found in what was heard, and
forgotten.

What stands for them is one phrase, the same that our own recogniser writes where it hears them: it never writes down
which digits they were. Public numbers, years, dates and amounts are left alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from voiceguide.events import Transcript

DIGITS = "digits"
"""The intent of having said such a string."""

_DATE = re.compile(r"(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}(?!\d)")
_DIGITS_OF_A_DATE = 8
_COUNTED = range(2, 10)


@dataclass(frozen=True, eq=False)
class DigitRules:
    """The [digits] of phrases.toml."""

    stands_for: str
    """Written in their place, everywhere: 一串数字."""
    values: Mapping[str, int]
    """Hanzi that are digits: 幺 -> 1."""
    ten: str
    """Stands between digits and is none: 五十六七十八."""
    counter: str
    """两个六 is 六六."""
    between: tuple[str, ...]
    """May stand between the digits of one string: 嗯."""
    amount: str
    """Hanzi that make a number of what they stand in: 千."""
    after: tuple[str, ...]
    """Behind a number: 年, 块. Then it is a year or an amount."""
    public: tuple[str, ...]
    """Everybody's numbers, as digits 0 … 9: 12333."""
    least: int
    """So many digits, or more."""
    before: tuple[str, ...] = ()
    """What she says before them, which the recogniser would not know otherwise: 我的密码是."""

    def forgotten(self, hearing: Transcript) -> Transcript:
        """The same without the digits."""
        return replace(hearing, text=self.hidden(hearing.text), guess=self.hidden(hearing.guess))

    def hidden(self, text: str) -> str:
        """The text with every such string replaced by `stands_for`; unchanged where there is none."""
        left, start = "", 0
        for begin, end in self._strings(text):
            left += text[start:begin] + self.stands_for
            start = end
        return left + text[start:]

    # ------------------------------------------------------------------ which strings

    @cached_property
    def _run(self) -> re.Pattern[str]:
        digit = rf"[\d{''.join(self.values)}]"
        joint = rf"(?:[\s，,、。.\-—]|{self._filler.pattern})*"
        inner = rf"[\d{''.join(self.values)}{self.ten}{self.amount}]"
        return re.compile(rf"{digit}(?:{joint}(?:{inner}|{self.counter}(?={joint}{digit})))*")

    @cached_property
    def _filler(self) -> re.Pattern[str]:
        return re.compile("|".join(map(re.escape, sorted(self.between, key=len, reverse=True))) or r"(?!)")

    @cached_property
    def _public(self) -> re.Pattern[str]:
        # The whole string: 123456 is nobody's hotline with a 6 behind it. 拨12333，一问就知道 ends in a 1 that is none.
        long = sorted((number for number in self.public if len(number) > self.least), key=len, reverse=True)
        return re.compile(f"(?:1?(?:{'|'.join(long)})1?)+" if long else r"(?!)")

    def _strings(self, text: str) -> Iterator[tuple[int, int]]:
        dates = [match.span() for match in _DATE.finditer(text)]
        for match in self._run.finditer(text):
            begin, end = match.span()
            digits = self._digits(match.group())
            is_date = any(begin < stop and start < end for start, stop in dates)
            is_number = len(digits) <= 4 and text[end:].lstrip().startswith(self.after)
            if is_number or (is_date and len(digits) <= _DIGITS_OF_A_DATE) or self._is_amount(match.group()):
                continue
            if len(digits) >= self.least and not self._public.fullmatch(digits):
                yield begin, end

    def _is_amount(self, run: str) -> bool:
        """三千五百六十七; but not 两千，六二二八四八零四: a card may follow an amount."""
        if not any(hanzi in run for hanzi in self.amount):
            return False
        *counted, last = re.split(f"[{re.escape(self.amount)}]", run)
        return len(self._digits(last)) < self.least and all(len(self._digits(part)) <= 4 for part in counted)

    def _digits(self, run: str) -> str:
        """两个六幺 -> 661."""
        found: list[str] = []
        run = self._filler.sub("", run)
        signs = [sign for sign in run if sign in self.counter or self._value(sign) is not None]
        place = 0
        while place < len(signs):
            value = self._value(signs[place])
            follows = signs[place + 1 : place + 3]
            if value is not None and value in _COUNTED and len(follows) == 2 and follows[0] == self.counter:
                found += [str(self._value(follows[1]))] * value
                place += 3
                continue
            if value is not None:
                found.append(str(value))
            place += 1
        return "".join(found)

    def _value(self, sign: str) -> int | None:
        return self.values.get(sign, unicodedata.digit(sign, None))


def fault(values: Mapping[str, object], public: Sequence[str]) -> str:
    """What is wrong with the hanzi or the public numbers of the file; "" where nothing is."""
    wrong = [sign for sign, value in values.items() if len(sign) != 1 or value not in range(10)]
    wrong += [number for number in public if not number.isdecimal()]
    return "、".join(wrong)
