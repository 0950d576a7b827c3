"""Digits and their signs → hanzi, the way they are read aloud: 2个 → 两个, 90% → 百分之九十."""

from __future__ import annotations

import re
from collections.abc import Callable

_DIGITS = "零一二三四五六七八九"
_TELEPHONE = "零幺二三四五六七八九"
_CIRCLED = {chr(0x2460 + n): n + 1 for n in range(20)}
_MEASURE_WORDS = "个次遍下张年天位条分秒小块部种台只把句页家名件间层倍点"


def numbers_to_hanzi(text: str) -> str:
    """Every number in `text` as hanzi; letters and unknown symbols stay.

    More than four digits, or a leading zero, is read digit by digit (a telephone number, a code).
    """
    if not _HOLDS_NUMBER.search(text):
        return text
    for pattern, reading in _FORMS:
        text = pattern.sub(reading, text)
    return text


def number(value: int) -> str:
    """0 … 9999 as a number: 105 → 一百零五. Raises ValueError."""
    if not 0 <= value <= 9999:
        raise ValueError(value)
    result = ""
    for power, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // power % 10
        if digit:
            result += _DIGITS[digit] + unit
        elif result and not result.endswith("零") and value % power:
            result += "零"
    if 10 <= value < 20:
        result = result.removeprefix("一")
    return result or "零"


def _digits(text: str, names: str = _DIGITS) -> str:
    return "".join(names[int(digit)] for digit in text)


def _integer(text: str) -> str:
    return _digits(text, _TELEPHONE) if len(text) > 4 or text[0] == "0" != text else number(int(text))


def _decimal(text: str) -> str:
    whole, _, fraction = text.partition(".")
    return _integer(whole) + (f"点{_digits(fraction)}" if fraction else "")


def _clock(match: re.Match[str]) -> str:
    hours, minutes = int(match[1]), int(match[2])
    return f"{number(hours)}点" + (f"{'零' if minutes < 10 else ''}{number(minutes)}分" if minutes else "")


def _fraction(match: re.Match[str]) -> str:
    return f"{number(int(match[2]))}分之{number(int(match[1]))}"


_NUMBER = r"\d+(?:\.\d+)?"
_HOLDS_NUMBER = re.compile(r"[\d①-⑳]")
_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile("[①-⑳]"), lambda m: number(_CIRCLED[m[0]]) + "，"),
    (re.compile(r"(\d{4})(?=年)"), lambda m: _digits(m[1])),
    (re.compile(r"(?<!\d)([01]?\d|2[0-4])[:：]([0-5]\d)(?!\d)"), _clock),
    (re.compile(r"(?<![\d/])(\d{1,4})/(\d{1,4})(?![\d/])"), _fraction),
    (re.compile(rf"({_NUMBER})[%％]"), lambda m: f"百分之{_decimal(m[1])}"),
    (re.compile(r"(?<=\d)\s*[~～-]\s*(?=\d{1,4}(?!\d))"), lambda m: "到"),
    (re.compile(rf"(?<![第\d.])2(?=[{_MEASURE_WORDS}])"), lambda m: "两"),
    (re.compile(_NUMBER), lambda m: _decimal(m[0])),
)
