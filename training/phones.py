"""The sounds of Mandarin as this project's models hear them: every toneless pinyin syllable as a short list of phones.

Finals are taken apart into medial, nucleus and coda, so that rare syllables borrow their parts from common
ones: six hours of speech hold few `qiong`, but many `q`, `i` and `ong`. Tones are left out: commands
differ in their syllables.
"""

import functools
import re

SILENCE = "SIL"

INITIALS = (
    "b",
    "p",
    "m",
    "f",
    "d",
    "t",
    "n",
    "l",
    "g",
    "k",
    "h",
    "j",
    "q",
    "x",
    "zh",
    "ch",
    "sh",
    "r",
    "z",
    "c",
    "s",
)

# a: front/central a; A: back a (ao, ang); E: e of ei, ie, ian; @: e of en, eng; e: e of he; U: vowel of ong; v: ü;
# ir, iz: the vowels of zhi and zi; er. Codas: Y (ai, ei), W (ao, ou), N (an), G (ang).
VOWELS = ("a", "A", "o", "e", "E", "@", "i", "u", "v", "U", "ir", "iz", "er")
CODAS = ("Y", "W", "N", "G")
PHONES = (*INITIALS, *VOWELS, *CODAS)

FINALS: dict[str, tuple[str, ...]] = {
    "a": ("a",), "ai": ("a", "Y"), "an": ("a", "N"), "ang": ("A", "G"), "ao": ("A", "W"),
    "o": ("o",), "ou": ("o", "W"), "ong": ("U", "G"),
    "e": ("e",), "ei": ("E", "Y"), "en": ("@", "N"), "eng": ("@", "G"), "er": ("er",), "ê": ("E",),
    "i": ("i",), "ia": ("i", "a"), "ian": ("i", "E", "N"), "iang": ("i", "A", "G"), "iao": ("i", "A", "W"),
    "ie": ("i", "E"), "in": ("i", "N"), "ing": ("i", "G"), "io": ("i", "o"), "iong": ("i", "U", "G"),
    "iu": ("i", "o", "W"),
    "u": ("u",), "ua": ("u", "a"), "uai": ("u", "a", "Y"), "uan": ("u", "a", "N"), "uang": ("u", "A", "G"),
    "ueng": ("u", "@", "G"), "ui": ("u", "E", "Y"), "un": ("u", "@", "N"), "uo": ("u", "o"), "uong": ("u", "U", "G"),
    "v": ("v",), "van": ("v", "E", "N"), "ve": ("v", "E"), "vn": ("v", "N"),
}  # fmt: skip

# Interjections without a vowel.
HUMMED: dict[str, tuple[str, ...]] = {
    "m": ("m",),
    "n": ("n",),
    "ng": ("G",),
    "hm": ("h", "m"),
    "hng": ("h", "G"),
}

# Spellings of finals that stand alone: yi, wu, yu and their families.
_ZERO_INITIAL = {
    "yi": "i", "ya": "ia", "yan": "ian", "yang": "iang", "yao": "iao", "ye": "ie", "yin": "in", "ying": "ing",
    "yo": "io", "yong": "iong", "you": "iu", "yai": "ia",
    "wu": "u", "wa": "ua", "wai": "uai", "wan": "uan", "wang": "uang", "wei": "ui", "wen": "un", "weng": "ueng",
    "wo": "uo", "wong": "uong",
    "yu": "v", "yuan": "van", "yue": "ve", "yun": "vn",
}  # fmt: skip

# Regional speech: sounds that many elders do not keep apart. Each pair may stand for the other, at a cost.
ACCENT_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"), ("r", "l"), ("f", "h"))
ACCENT_RIMES: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("a", "N"), ("A", "G")),
    (("@", "N"), ("@", "G")),
    (("i", "N"), ("i", "G")),
    (("ir",), ("iz",)),
)


def normalise(syllable: str) -> str:
    """`lü4`, `lu:4`, `LV` -> `lv`: lower case, no tone digit, ü as v."""
    plain = re.sub(r"[1-5]$", "", syllable.strip().lower()).replace("u:", "v").replace("ü", "v")
    if plain in ("lue", "nue"):
        return plain[0] + "ve"
    if plain[:1] in ("j", "q", "x", "y"):
        return plain.replace("v", "u")
    return plain


def spell(syllable: str) -> tuple[str, ...]:
    """Phones of one toneless syllable; KeyError for what is no Mandarin syllable."""
    syllable = normalise(syllable)
    if syllable in HUMMED:
        return HUMMED[syllable]
    if syllable in _ZERO_INITIAL:
        return FINALS[_ZERO_INITIAL[syllable]]
    if syllable in FINALS and syllable[0] not in "iuv":
        return FINALS[syllable]
    initial = syllable[:2] if syllable[:2] in ("zh", "ch", "sh") else syllable[:1]
    if initial not in INITIALS:
        raise KeyError(syllable)
    final = syllable[len(initial) :]
    if initial in ("j", "q", "x") and final.startswith("u"):
        final = "v" + final[1:]
    if final == "i" and initial in ("zh", "ch", "sh", "r"):
        return (initial, "ir")
    if final == "i" and initial in ("z", "c", "s"):
        return (initial, "iz")
    return (initial, *FINALS[final])


@functools.lru_cache(maxsize=1)
def syllable_table() -> dict[str, tuple[str, ...]]:
    """Every toneless syllable pypinyin can give, with its phones."""
    from pypinyin.contrib.tone_convert import to_normal
    from pypinyin.pinyin_dict import pinyin_dict

    names = {
        to_normal(reading, v_to_u=False)
        for readings in pinyin_dict.values()
        for reading in readings.split(",")
    }
    return {normalise(name): spell(name) for name in sorted(names)}
