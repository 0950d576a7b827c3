"""More people, from clones of their repositories, in the form of ../shared/speech.

    git clone https://github.com/junzew/HanTTS            (MIT) every toned syllable, one man
    git clone https://github.com/d33tah/chinese-tones     (CC BY, in each file's tags) words, Wei Gao of Beijing
    git clone https://github.com/ray-pH/wenbun-audio      (CC BY-SA 4.0, one CC0) words, four volunteers of Lingua Libre
    git clone https://github.com/ssb22/yali-voice         (GPL 3) syllables, Cheng Ya Li: she only helps to choose
    …                                                     excerpts of large corpora: see excerpts.py
    python -m training.more_voices --hantts HanTTS --chinese-tones chinese-tones --wenbun wenbun-audio \
        --yali yali-voice --beside ../shared/speech build/speech
    python -m training all --speech build/speech

With --beside the folder holds the other collection as well (as links), so that the rest needs only one. None is a voice
of ../shared/speech; the other recordings in chinese-tones and wenbun-audio are (Yue Tan), and are left out.
"""

from __future__ import annotations

import argparse
import csv
import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import scipy.signal

from training.excerpts import excerpts
from training.features import RATE

PEAK = 0.7
_HOP = RATE // 100
_MARGIN_HOPS = 5
_LEAST_SECONDS = 0.12
_FADE_SAMPLES = 48
_HANZI, _LONGEST_WORD = re.compile("[\u4e00-\u9fff]+"), 5
_HUMMED = ("hm", "ng", "hng", "m", "n")  # interjections; not syllables of words
_HIGH_PASS = scipy.signal.butter(2, 60, "high", fs=RATE, output="sos")


def hantts(clone: Path) -> Iterator[tuple[Path, str, str]]:
    """(file, kind, text) of HanTTS: ma3.wav, lv4.wav; without a number the neutral tone."""
    for path in sorted((clone / "syllables").glob("*.wav")):
        name = re.fullmatch("([a-z]+)([1-4]?)", path.stem)
        if name and name[1] not in _HUMMED:
            yield path, "syllable", name[1] + (name[2] or "5")


def chinese_tones(clone: Path) -> Iterator[tuple[Path, str, str]]:
    """(file, kind, text) of what Wei Gao says; who speaks and what stands in each file's comments."""
    for path in sorted((clone / "sounds").glob("*.ogg")):
        head = path.read_bytes()[:6000]
        # A Vorbis comment is its length in four bytes and then KEY=text.
        found = re.search(rb"(.{4})SWAC_TEXT=", head, re.DOTALL)
        if found and b"SWAC_SPEAK_NAME=Wei Gao" in head:
            end = found.start() + 4 + int.from_bytes(found[1], "little")
            text = head[found.end() : end].decode("utf-8", "replace").strip()
            if _HANZI.fullmatch(text):
                yield path, "word", text


def lingua_libre(speaker: str, clone: Path) -> Iterator[tuple[Path, str, str]]:
    """(file, kind, text) of what one volunteer says in wenbun-audio; the text is the file's name."""
    folder = clone / "mandarin" / "lingualibre-Q113-cmn-Mandarin Chinese" / speaker
    for path in sorted(folder.glob("*.ogg")):
        if _HANZI.fullmatch(path.stem):
            yield path, "word" if len(path.stem) <= _LONGEST_WORD else "sentence", path.stem


def yali(clone: Path) -> Iterator[tuple[Path, str, str]]:
    """(file, kind, text) of yali-voice: ma3.wav; a sixth tone (high neutral) is no tone of a word's."""
    for path in sorted((clone / "wav-syllables").glob("*.wav")):
        if re.fullmatch("[a-z]+[1-5]", path.stem) and path.stem[:-1] not in _HUMMED:
            yield path, "syllable", path.stem


def piece(path: Path) -> np.ndarray | None:
    """float32 at 16 kHz, quiet cut off at both ends, peak 0.7; None where hardly anything is left."""
    import soundfile

    audio, rate = soundfile.read(path, dtype="float64", always_2d=True)
    if not len(audio):
        return None
    divisor = int(np.gcd(rate, RATE))
    wave = scipy.signal.resample_poly(audio.mean(1), RATE // divisor, rate // divisor)
    wave = scipy.signal.sosfilt(_HIGH_PASS, wave)
    hops = len(wave) // _HOP
    loudness = np.sqrt((wave[: hops * _HOP].reshape(hops, _HOP) ** 2).mean(1))
    if hops <= _MARGIN_HOPS or not loudness.any():
        return None
    loudest = loudness.max()
    least = max(0.012 * loudest, min(2 * np.percentile(loudness, 5), 0.05 * loudest))
    loud = np.flatnonzero(loudness > least)
    first, last = max(0, loud[0] - _MARGIN_HOPS), min(hops, loud[-1] + 1 + _MARGIN_HOPS)
    wave = wave[first * _HOP : last * _HOP]
    if len(wave) < _LEAST_SECONDS * RATE:
        return None
    ramp = np.linspace(0, 1, _FADE_SAMPLES)
    wave[:_FADE_SAMPLES] *= ramp
    wave[-_FADE_SAMPLES:] *= ramp[::-1]
    return (PEAK * wave / np.abs(wave).max()).astype(np.float32)


Reader = Callable[[Path], Iterator[tuple[Path, str, str]]]
VOICES: dict[str, dict[str, Reader]] = {
    "hantts": {"hantts-01": hantts},
    "chinese_tones": {"chinese-tones-01": chinese_tones},
    "wenbun": {
        f"lingua-libre-{number:02}": functools.partial(lingua_libre, speaker)
        for number, speaker in enumerate(("Fake estate", "Luilui6666", "CanonNi", "Jouketou"), 1)
    },
    "yali": {"yali-voice-01": yali},
}
"""Of each clone: speaker -> what reads it."""


def gather(voices: Mapping[str, Iterator[tuple[Path, str, str]]], target: Path, beside: Path | None) -> None:
    """One sound file a voice and index.tsv in `target`; and links to what `beside` holds, with its index."""
    import soundfile

    target.mkdir(parents=True, exist_ok=True)
    header = ("file", "start_seconds", "duration_seconds", "speaker", "kind", "text")
    with (target / "index.tsv").open("w", encoding="utf-8", newline="") as listing:
        index = csv.writer(listing, delimiter="\t", quoting=csv.QUOTE_NONE, lineterminator="\n")
        index.writerow(header)
        if beside is not None:
            index.writerows(_linked(beside, target, header))
        for speaker, files in voices.items():
            waves, at = [], 0
            for path, kind, text in files:
                wave = piece(path)
                if wave is not None:
                    row = f"{at / RATE:.4f}", f"{len(wave) / RATE:.4f}"
                    index.writerow((f"{speaker}.flac", *row, speaker, kind, text))
                    waves.append(wave)
                    at += len(wave)
            if not waves:
                raise SystemExit(f"{speaker}: nothing found; is this a clone of the right repository?")
            soundfile.write(target / f"{speaker}.flac", np.concatenate(waves), RATE)
            print(f"{speaker}: {len(waves)} pieces, {at / RATE / 3600:.2f} h")


def _linked(beside: Path, target: Path, header: Sequence[str]) -> Iterator[list[str]]:
    """The rows of another collection whose files now stand in `target` as well."""
    for path in sorted(beside.iterdir()):
        place = target / path.name
        if path.name != "index.tsv" and not place.is_symlink():
            place.symlink_to(path.resolve())
    with (beside / "index.tsv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield [row[name] for name in header]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m training.more_voices",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.add_argument("--excerpts", type=Path, metavar="DIR", help="clones: see training/excerpts.py")
    for name in VOICES:
        parser.add_argument(f"--{name.replace('_', '-')}", type=Path, metavar="CLONE")
    parser.add_argument(
        "--beside", type=Path, metavar="DIR", help="another collection: linked and listed too"
    )
    parser.add_argument("target", type=Path)
    options = parser.parse_args(arguments)
    given = {name: getattr(options, name) for name in VOICES if getattr(options, name) is not None}
    voices = {speaker: read(clone) for name, clone in given.items() for speaker, read in VOICES[name].items()}
    if options.excerpts is not None:
        voices |= {voice: iter(files) for voice, files in excerpts(options.excerpts).items()}
    gather(voices, options.target, options.beside)


if __name__ == "__main__":
    main()
