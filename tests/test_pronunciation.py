"""What espeak-ng really says: its phonemes for every shipped sentence are the reading we decided.

The phonemes of each syllable are written out here from the sounds of Mandarin, not taken from the engine.
"""

import ctypes
import os
import re
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import shipped
from voiceguide.language.phonetics import Readings
from voiceguide.language.sandhi import Syllable
from voiceguide.mouth.pronunciation import hanzi, numbered_pinyin, spelled

LANGUAGE = Path(__file__).parents[1] / "prompts" / "zh-CN"
FILES = sorted(
    path
    for pattern in ("*.toml", "guides/*.toml")
    for path in LANGUAGE.glob(pattern)
    if path.name not in ("readings.toml", "topics.toml", "fraud.toml")
)
"""All but words that are only listened for."""

INITIALS = {
    **{"b": "p", "p": "ph", "m": "m", "f": "f", "d": "t", "t": "th", "n": "n", "l": "l", "g": "k", "k": "kh"},
    **{"h": "X", "j": "tS;", "q": "tS;h", "x": "S;", "zh": "ts.", "ch": "ts.h", "sh": "s.", "r": "z."},
    **{"z": "ts", "c": "tsh", "s": "s", "": "", "y": "j", "w": "w"},
}
# T is where the tone stands.
FINALS = {
    **{"a": "AT", "ai": "aiT", "an": "aTn", "ang": "ATN", "ao": "AuT", "e": "o-T", "ei": "eiT", "en": "@Tn"},
    **{"eng": "@TN", "er": "@rT", "i": "iT", "ia": "iAT", "ian": "iETn", "iang": "iATN", "iao": "jAuT"},
    **{"ie": "iET", "in": "iTn", "ing": "iTN", "iong": "ongT", "iu": "iouT", "o": "oT", "ong": "ongT"},
    **{"ou": "ouT", "u": "uT", "ua": "wAT", "uai": "uaiT", "uan": "uaTn", "uang": "wATN", "ui": "ueiT"},
    **{"un": "u@Tn", "uo": "uoT", "v": "yT", "ve": "yET"},
}
AFTER_PALATAL = {"u": "yT", "uan": "y&Tn", "ue": "yET", "un": "y@Tn"}
WHOLE = {
    # 1.52 hears these differently from the rule, all of them near enough.
    **{"de": "t@T", "te": "th@T", "le": "l@T", "ne": "n@T", "qun": "tS;hyiTn", "shui": "s.weiT"},
    **{"shun": "s.wo-Tn", "shuo": "s.woT", "guan": "kwaTn", "kuan": "khwaTn"},
    **{"hun": "Xwu@Tn", "kun": "khwu@Tn", "tun": "thwu@Tn"},
    # no consonant before them
    **{"wan": "wATn", "wen": "wu@Tn", "weng": "wu@TN", "wu": "wuT", "yo": "jioT"},
    **{"ya": "jiAT", "yan": "jiETn"},
    **{"yang": "jiATN", "yao": "jAuT", "ye": "jiET", "yong": "jongT", "you": "jiouT"},
}
TONES = {1: "55", 2: "35", 3: "214", 4: "51", 5: "11"}


def expected(syllable: Syllable) -> str:
    pinyin = syllable.pinyin
    if pinyin in WHOLE:
        phonemes = WHOLE[pinyin]
    else:
        initial = next(each for each in sorted(INITIALS, key=len, reverse=True) if pinyin.startswith(each))
        final = pinyin[len(initial) :]
        if final == "i" and initial in ("zh", "ch", "sh", "r", "z", "c", "s"):
            phonemes = INITIALS[initial] + ("i[T" if initial in ("z", "c", "s") else "i.T")
        elif initial in ("j", "q", "x", "y") and final in AFTER_PALATAL:
            phonemes = INITIALS[initial] + AFTER_PALATAL[final]
        else:
            phonemes = INITIALS[initial] + FINALS[final]
    return re.sub(r"T(?=[nN]?$)", TONES[syllable.tone], phonemes)


@pytest.fixture(scope="module")
def readings() -> Readings:
    return shipped.readings()


@pytest.fixture(scope="module")
def trace() -> Callable[[str], str]:
    """Phonemes of a text as the guide's voice speaks it, without stress and pauses."""
    if not sys.platform.startswith("linux"):
        pytest.skip("espeak-ng speaks only on Linux")
    import espeakng_loader

    os.environ["ESPEAK_DATA_PATH"] = str(Path(espeakng_loader.get_data_path()).parent)
    espeak = ctypes.CDLL(espeakng_loader.get_library_path())
    retrieval_without_playing = 2
    assert espeak.espeak_Initialize(retrieval_without_playing, 0, None, 0) > 0
    assert espeak.espeak_SetVoiceByName(b"sit/cmn+f2") == 0
    translate = espeak.espeak_TextToPhonemes
    translate.restype = ctypes.c_char_p
    translate.argtypes = [ctypes.POINTER(ctypes.c_char_p), ctypes.c_int, ctypes.c_int]

    def phonemes(text: str) -> str:
        pointer = ctypes.c_char_p(text.encode())
        clauses = []
        while pointer.value is not None:
            clauses.append(translate(ctypes.byref(pointer), 1, 0).decode())
        return re.sub(r"[',_:|\s]", "", "".join(clauses))

    return phonemes


def _strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):  # what is only compared by its signs is neither spoken nor heard
        value = [child for key, child in value.items() if key != "told"]
    children = value if isinstance(value, list) else ()
    return [text for child in children for text in _strings(child)]


def _spoken_texts(path: Path) -> list[str]:
    texts = _strings(tomllib.loads(path.read_text("utf-8")))
    # {number} and the like are filled in before anything is spoken.
    return [re.sub(r"\{\w+\}", "三", text) for text in texts if not text.isascii()]


@pytest.mark.thorough
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_shipped_sentence_is_spoken_as_we_read_it(
    path: Path, readings: Readings, trace: Callable[[str], str]
) -> None:
    wrong = {}
    for text in _spoken_texts(path):
        syllables = [each for each in readings.read(text) if isinstance(each, Syllable)]
        said = trace(numbered_pinyin(readings, text))
        if said != "".join(map(expected, syllables)):
            wrong[text] = (said, "".join(map(expected, syllables)))
    assert wrong == {}


@pytest.mark.thorough
def test_every_syllable_of_mandarin_is_spoken_in_every_tone(trace: Callable[[str], str]) -> None:
    # All that stand in the dictionary of the 20,000 unified hanzi, but for bare interjections.
    from pypinyin import Style, lazy_pinyin
    from pypinyin.pinyin_dict import pinyin_dict

    found = {
        lazy_pinyin(chr(code), style=Style.NORMAL, v_to_u=False)[0]
        for code in pinyin_dict
        if 0x4E00 <= code < 0x9FA6
    } - {"m", "n", "hm", "fiao", "chua", "rua"}
    assert len(found) > 380
    wrong = {}
    for pinyin in sorted(found):
        for tone in TONES:
            syllable = Syllable("", pinyin, tone)
            if trace(spelled(syllable)) != expected(syllable):
                wrong[spelled(syllable)] = (trace(spelled(syllable)), expected(syllable))
    assert wrong == {}


def test_no_sentence_falls_into_english(readings: Readings, trace: Callable[[str], str]) -> None:
    # the trap: 兄 穷 窘 are read letter by letter where 1.52 is given their plain pinyin
    assert "(en)" in trace("xiong1")
    assert "(en)" not in trace(numbered_pinyin(readings, "兄弟贫穷，很窘迫，熊。"))


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("下一步，好了。", "xia4yi2bu4，hao3le5。"),
        ("请说：“好了”！", "qing3shuo1；hao3le5。"),
        ("您好……再见？", "nin2hao3；zai4jian4？"),
        ("很便宜", "hen3 pian2yi5"),
        ("我的吗", "wo3de5ma5"),
        ("12333", "yao1 er4 san1 san1 san1"),
        ("绿色", "lv4 se4"),
        ("，。好", "hao3"),
        ("。", ""),
        ("", ""),
    ],
)
def test_what_espeak_is_given(readings: Readings, text: str, given: str) -> None:
    assert numbered_pinyin(readings, text) == given


def test_what_system_voices_are_given(readings: Readings) -> None:
    assert hanzi(readings, "拨12333，连WiFi。") == "拨幺二三三三，连无线网。"
    assert hanzi(readings, "……") == ""
