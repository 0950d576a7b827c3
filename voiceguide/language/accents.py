"""How alike two readings sound to someone who knows the accents of Mandarin. Arithmetic on pinyin, no words.

Readings are toneless (`events.Reading`). Two of them are accent-equal when ordinary southern and north-western
habits make one of the other: n/l/r, zh/z, ch/c, sh/s, f/h, an/ang, en/eng, in/ing, ü/u after n and l.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from voiceguide.events import Reading

_INITIALS = (
    "zh", "ch", "sh", "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x", "r", "z", "c", "s",
)  # fmt: skip

_SPELT = (("yi", "i"), ("yu", "v"), ("y", "i"), ("wu", "u"), ("w", "u"))
"""y and w are spelling: wei is uei, ying is ing."""

_SAME_INITIAL = {"n": "l", "r": "l", "zh": "z", "ch": "c", "sh": "s", "f": "h"}

_SAME_FINAL = {
    "ang": "an", "eng": "en", "ing": "in", "iang": "ian", "uang": "uan", "ueng": "uen", "ui": "uei", "un": "uen",
}  # fmt: skip

_AFTER_H = {"ua": "a", "uai": "ai", "uan": "an", "uei": "ei", "uen": "en", "uo": "o"}
"""f has no medial u, so 会 and 飞, 慌 and 方 meet without it."""

_PARTICLES = frozenset({"le", "ne", "re"})
"""Kept apart though n, l and r are one: 好了 finishes a step, 好呢 does not, 好热 is the weather."""

_NEAR_INITIALS = ("bp", "dt", "gk", "jqx", "zcs", "jz", "qc", "xs", "mb", "gh", "kh", "dl")
_NEAR_FINALS = (
    {"ai", "ei", "an", "en", "a"}, {"e", "o", "uo", "en"}, {"i", "in", "ei", "v"}, {"u", "ou", "ong"}, {"ao", "ou"},
    {"ie", "ian", "ia", "ve"}, {"iao", "iou", "iu"}, {"uan", "uen", "van", "ua", "uai"}, {"uei", "ei", "uai"},
    {"in", "vn", "ian"}, {"ong", "uen", "iong"},
)  # fmt: skip

HABITS: dict[str, tuple[str, str]] = {
    **{f"{said}-{meant}": (meant, said) for meant, said in _SAME_INITIAL.items() if meant != "r"},
    **{f"-{said}-{meant}": (meant, said) for meant, said in _SAME_FINAL.items() if meant in ("ang", "eng", "ing")},
    "n-l": ("l", "n"), "f-h": ("h", "f"),
}  # fmt: skip
"""Ways of speaking, by name -> (what is meant, what is said): {"l-n": ("n", "l"), "-in-ing": ("ing", "in") …};
said first in the name."""

_SPEAKABLE_AFTER_F = frozenset({"a", "ei", "an", "en", "ang", "eng", "u", "o"})

ACCENT = 0.2
"""Distance of two accent-equal syllables."""

NEAR = 0.5
"""Distance of two syllables that a recogniser may take for one another: one half same, the other half near."""


@lru_cache(maxsize=4096)
def split(syllable: str) -> tuple[str, str]:
    """("x", "ia") of "xia"; the initial is "" in "yi" and "an"."""
    for initial in _INITIALS:
        if syllable.startswith(initial) and len(syllable) > len(initial):
            final = syllable[len(initial) :]
            if initial in ("j", "q", "x") and final.startswith("u"):
                final = "v" + final[1:]
            return initial, final
    for spelt, sound in _SPELT:
        if syllable.startswith(spelt):
            return "", sound + syllable[len(spelt) :]
    return "", syllable


def accented(syllable: str, habits: Iterable[str]) -> str:
    """How somebody with these habits says it: "shang" -> "san" with s-sh and -an-ang. Pinyin in, pinyin out.

    了 and 呢 stay apart in every accent we know of.
    """
    if syllable in _PARTICLES:
        return syllable
    initial, final = _as_written(syllable)
    habits = set(habits)
    for habit in sorted(habits):
        meant, said = HABITS[habit]
        if habit.startswith("-"):
            final = said if final == meant else final
        elif initial == meant and not (meant == "h" and final not in _SPEAKABLE_AFTER_F):
            initial = said
            break  # n that has become l does not become n again
    return f"{initial}{final}"


def _as_written(syllable: str) -> tuple[str, str]:
    """("", "ying") -> ("y", "ing"): spelling as it is, initial and final apart."""
    for initial in (*_INITIALS, "y", "w"):
        if syllable.startswith(initial) and len(syllable) > len(initial):
            return initial, syllable[len(initial) :]
    return "", syllable


@lru_cache(maxsize=4096)
def syllable_key(syllable: str) -> str:
    """The same for all syllables that an accent makes one: "shang" and "san" are both "san"."""
    if syllable in _PARTICLES:
        return syllable
    initial, final = split(syllable)
    initial = _SAME_INITIAL.get(initial, initial)
    final = _SAME_FINAL.get(final, final)
    if initial == "l" and final.startswith("v"):
        final = "u" + final[1:]
    if initial == "h":
        final = _AFTER_H.get(final, final)
    return f"{initial}{final}" if initial else f"'{final}"


def accent_key(reading: Reading) -> Reading:
    """Two readings are accent-equal exactly when their keys are equal."""
    key = tuple(map(syllable_key, reading))
    return reading if key == reading else key  # one tuple is kept, not two that are equal


@lru_cache(maxsize=65536)
def syllable_distance(one: str, other: str) -> float:
    """0 same, ACCENT accent-equal, NEAR easily mistaken, 1 anything else."""
    if one == other:
        return 0.0
    if syllable_key(one) == syllable_key(other):
        return ACCENT
    if one in _PARTICLES or other in _PARTICLES:
        return 1.0
    (initial_1, final_1), (initial_2, final_2) = _folded(one), _folded(other)
    if initial_1 == initial_2 and any({final_1, final_2} <= near for near in _NEAR_FINALS):
        return NEAR
    if final_1 == final_2 and any({initial_1, initial_2} <= set(near) for near in _NEAR_INITIALS):
        return NEAR
    return 1.0


def distance(one: Reading, other: Reading) -> float:
    """Weighted edit distance: what it takes to hear `one` as `other`. A syllable more or less costs 1."""
    row = [float(column) for column in range(len(other) + 1)]
    for index, syllable in enumerate(one, 1):
        previous, row = row, [float(index)]
        for column, against in enumerate(other, 1):
            changed = previous[column - 1] + syllable_distance(syllable, against)
            row.append(min(changed, previous[column] + 1, row[-1] + 1))
    return row[-1]


def _folded(syllable: str) -> tuple[str, str]:
    initial, final = split(syllable)
    return _SAME_INITIAL.get(initial, initial), _SAME_FINAL.get(final, final)
