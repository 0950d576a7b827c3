"""espeak-ng as a source of training speech: many random voices, with the time of every phone.

The library comes from PyPI (`espeakng-loader`), so nothing has to be installed with apt. Numbered pinyin
goes in through the voice `cmn-latn-pinyin`; the phoneme events that come back are translated to this project's phones.
"""

import ctypes
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from training.phones import SILENCE, spell

RATE = 22050

# espeak mnemonic -> our phones and how the sound's time is shared among them.
_PHONES: dict[str, tuple[tuple[str, float], ...]] = {
    **{theirs: ((ours, 1.0),) for theirs, ours in {
        "p": "b", "ph": "p", "t": "d", "th": "t", "k": "g", "kh": "k", "X": "h",
        "tS;": "j", "tS;h": "q", "S;": "x", "ts.": "zh", "ts.h": "ch", "s.": "sh", "z.": "r", "ts": "z", "tsh": "c",
        "s": "s", "m": "m", "f": "f", "l": "l", "n": "n",
        "N": "G", "A": "a", "a": "a", "@": "@", "o-": "e", "o": "o", "i": "i", "u": "u", "y": "v",
        "i.": "ir", "i[": "iz",
        "@r": "er", "w": "u", "j": "i", "y@": "v", "yi": "v"}.items()},
    "ai": (("a", 0.6), ("Y", 0.4)), "Au": (("A", 0.6), ("W", 0.4)),
    "ei": (("E", 0.55), ("Y", 0.45)), "ou": (("o", 0.55), ("W", 0.45)),
    "iE": (("i", 0.35), ("E", 0.65)), "iA": (("i", 0.35), ("a", 0.65)),
    "iou": (("i", 0.3), ("o", 0.35), ("W", 0.35)),
    "io": (("i", 0.35), ("o", 0.65)), "ua": (("u", 0.35), ("a", 0.65)), "u@": (("u", 0.45), ("@", 0.55)),
    "uei": (("u", 0.3), ("E", 0.35), ("Y", 0.35)), "uai": (("u", 0.3), ("a", 0.4), ("Y", 0.3)),
    "uo": (("u", 0.35), ("o", 0.65)),
    "ong": (("U", 0.55), ("G", 0.45)), "y&": (("v", 0.35), ("E", 0.65)), "yE": (("v", 0.35), ("E", 0.65)),
}  # fmt: skip

# Where espeak's sound and ours have one name each for the same place: coda n, ang, the weak vowel of de and le, shun.
_SPOKEN_AS = {("n", "N"), ("a", "A"), ("@", "e"), ("e", "@")}

# A pause mark shorter than this before a stop is the stop's closure and belongs to it.
_CLOSURE_SECONDS = 0.06

Segment = tuple[int, str]


class _Id(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int), ("unique", ctypes.c_uint), ("text_position", ctypes.c_int), ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int), ("sample", ctypes.c_int), ("user_data", ctypes.c_void_p), ("id", _Id),
    ]  # fmt: skip


_CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)
_PHONEME_EVENT = 7


class Espeak:
    """One synthesiser per process; `speak` gives samples at 22,050 Hz and the segments they consist of."""

    def __init__(self, data: Path | None = None) -> None:
        import espeakng_loader

        data = data or Path(espeakng_loader.get_data_path())
        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        # It may have been begun before, by an Espeak that is gone or in the process this one was forked from: what is
        # then begun over it crashes sooner or later. Ending what was never begun does nothing.
        self._library.espeak_Terminate()
        if self._library.espeak_Initialize(2, 0, os.fspath(data.parent).encode(), 1) != RATE:
            raise RuntimeError(f"espeak-ng cannot use the data in {data}")
        self._audio: list[np.ndarray] = []
        self._events: list[tuple[int, str]] = []
        self._callback = _CALLBACK(self._receive)
        self._library.espeak_SetSynthCallback(self._callback)
        self._library.espeak_Synth.argtypes = [
            ctypes.c_void_p, ctypes.c_size_t, ctypes.c_uint, ctypes.c_int,
            ctypes.c_uint, ctypes.c_uint, ctypes.c_void_p, ctypes.c_void_p,
        ]  # fmt: skip

    def _receive(self, samples, count, events) -> int:  # type: ignore[no-untyped-def]
        if count > 0 and samples:
            self._audio.append(np.ctypeslib.as_array(samples, shape=(count,)).copy())
        index = 0
        while events[index].type:
            if events[index].type == _PHONEME_EVENT:
                self._events.append((events[index].sample, events[index].id.string.decode("utf8", "replace")))
            index += 1
        return 0

    def speak(
        self,
        syllables: Sequence[str],
        variant: str = "",
        rate: int = 160,
        pitch: int = 50,
        pitch_range: int = 50,
        gaps: Sequence[str] = (),
    ) -> tuple[np.ndarray, list[Segment]] | None:
        """Speak numbered pinyin; `gaps[i]` stands after syllable i ("", " " or ", "). None when espeak
        says something else.
        """
        name = "cmn-latn-pinyin" + (f"+{variant}" if variant else "")
        if self._library.espeak_SetVoiceByName(name.encode()) != 0:
            raise RuntimeError(f"espeak-ng has no voice {name}")
        for parameter, value in ((1, rate), (3, pitch), (4, pitch_range)):
            self._library.espeak_SetParameter(parameter, value, 0)
        self._audio.clear()
        self._events.clear()
        text = (
            "".join(s + (gaps[i] if i < len(gaps) else "") for i, s in enumerate(syllables)).encode() + b"\0"
        )
        self._library.espeak_Synth(text, len(text), 0, 1, 0, 1, None, None)
        if not self._audio:
            return None
        audio = np.concatenate(self._audio)
        segments = _translate(
            self._events, len(audio), [phone for syllable in syllables for phone in spell(syllable)]
        )
        return None if segments is None else (audio, segments)


def _translate(
    events: Sequence[tuple[int, str]], total: int, expected: Sequence[str]
) -> list[Segment] | None:
    """Phoneme events -> (start sample, phone), following the phones that ought to come; None where espeak
    says something else.
    """
    marks = [
        (sample, name.lstrip("',")) for sample, name in events if name.strip() and not name.startswith("(")
    ]
    sounds: list[tuple[float, str]] = []
    for index, (sample, name) in enumerate(marks):
        end, following = marks[index + 1] if index + 1 < len(marks) else (total, "_")
        if name.startswith("_"):
            if not following.startswith("_") and end - sample < _CLOSURE_SECONDS * RATE:
                marks[index + 1] = (sample, following)
            elif not sounds or sounds[-1][1] != SILENCE:
                sounds.append((sample, SILENCE))
        elif name in ("j", "w") and following[:1] in ("i", "u", "y"):
            marks[index + 1] = (sample, following)  # yi, wu, yu: the glide is part of the vowel
        elif name not in _PHONES:
            return None
        else:
            position = float(sample)
            for phone, share in _PHONES[name]:
                sounds.append((position, phone))
                position += share * (end - sample)
    result: list[Segment] = []
    wanted = iter(expected)
    for position, sound in sounds:
        phone = SILENCE if sound == SILENCE else next(wanted, "")
        if sound != phone and (sound, phone) not in _SPOKEN_AS:
            return None
        result.append((int(position), phone))
    return result if next(wanted, None) is None else None


def write_voices(target: Path, count: int, seed: int) -> list[str]:
    """Copy espeak's data without the other languages to `target` and add `count` random voices; gives their names.

    espeak lists at most 350 voice files, so the stock variants of other languages' voices are left out.
    """
    import espeakng_loader

    source = Path(espeakng_loader.get_data_path())
    rng = np.random.default_rng(seed)
    if not target.exists():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("*_dict", "lang", "mb"))
        for needed in ("cmn_dict", "en_dict"):
            shutil.copy(source / needed, target)
        shutil.copytree(source / "lang" / "sit", target / "lang" / "sit")
    names = [f"rnd{i}" for i in range(count)]
    for name in names:
        (target / "voices" / "!v" / name).write_text(_random_voice(name, rng), encoding="ascii")
    return names


def _random_voice(name: str, rng: np.random.Generator) -> str:
    """A speaker nobody ever met: vocal tract, pitch, voice quality and consonants drawn at random."""
    tract = np.exp(rng.normal(0.03, 0.11))
    low = int(rng.uniform(70, 250))
    lines = [
        "language variant",
        f"name {name}",
        f"pitch {low} {low + int(rng.uniform(5, 90))}",
        f"flutter {int(rng.uniform(0, 15))}",
    ]
    lines.append(f"roughness {int(rng.integers(0, 5))}")
    for formant in range(9):
        frequency = int(100 * tract * np.exp(rng.normal(0, 0.05)))
        lines.append(f"formant {formant} {frequency} {int(rng.uniform(60, 140))} {int(rng.uniform(70, 170))}")
    if rng.random() < 0.5:
        lines.append("breath " + " ".join(str(int(v)) for v in rng.uniform(0, 12, 8)))
        lines.append("breathw 150 150 200 200 400 400 600 600")
    if rng.random() < 0.25:
        lines.append(f"klatt {int(rng.integers(1, 5))}")
    lines.append(f"consonants {int(rng.uniform(60, 160))} {int(rng.uniform(60, 160))}")
    lines.append(f"voicing {int(rng.uniform(60, 130))}")
    return "\n".join(lines) + "\n"
