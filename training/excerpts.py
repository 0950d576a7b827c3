"""A sentence or two of many people each: what other people's repositories show of large open corpora.

AISHELL-1, AISHELL-3 and THCHS-30 (Apache-2.0), Common Voice (CC0) and FLEURS (CC BY 4.0) cannot be had whole without
downloads of many gigabytes. But whoever shows off a synthesiser or teaches a recogniser puts some recordings beside it.
They are few and short, and yet each is a voice, a microphone and a room that no other recording of ours has.

    mkdir excerpts; cd excerpts
    git clone https://github.com/X-CCS/zhrtvc              30 voices of AISHELL-3
    git clone https://github.com/Liangzheng-ZL/E3TTS-web   13 (the folders called gt; the rest is synthetic)
    …                                                      all in SOURCES, each at the commit that stands there
    python -m training.more_voices --excerpts excerpts --beside ../shared/speech build/speech

Which recording it is tells its name; of one that several repositories show, the first counts.
"""

from __future__ import annotations

import csv
import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

Excerpt = tuple[str, Path, str]
"""(whose voice, file, what is said in hanzi)."""

_HANZI = re.compile("[\u4e00-\u9fff]")
_OTHER_WORDS = re.compile("[0-9A-Za-z]")
_AISHELL_3 = re.compile(r"SSB(\d{4})\d{4}")
_AISHELL_1 = re.compile(r"BAC009S(\d{4})W\d{4}")


def excerpts(folder: Path) -> dict[str, list[tuple[Path, str, str]]]:
    """Voice -> its (file, kind, text), of the clones in `folder`; those that are not there are left out."""
    voices: dict[str, dict[str, tuple[Path, str, str]]] = {}
    for name, read in SOURCES.items():
        if (folder / name).is_dir():
            for voice, path, text in read(folder / name):
                spoken = "".join(_HANZI.findall(text))
                if path.is_file() and spoken and not _OTHER_WORDS.search(text):
                    voices.setdefault(voice, {}).setdefault(path.stem, (path, "sentence", spoken))
    return {voice: list(clips.values()) for voice, clips in sorted(voices.items())}


def _aishell(path: Path, text: str) -> Iterator[Excerpt]:
    """The speaker stands in the name of every recording of AISHELL."""
    for pattern, voice in ((_AISHELL_3, "aishell3-{}"), (_AISHELL_1, "aishell1-{}")):
        if name := pattern.fullmatch(path.stem):
            yield voice.format(name[1]), path, text


def _zhrtvc(clone: Path) -> Iterator[Excerpt]:
    folder = clone / "data" / "samples" / "aishell3"
    for line in (folder / "metadata_hanzi.csv").read_text("utf-8").splitlines():
        name, text, *_ = line.split("\t")
        yield from _aishell(folder / name, text)


def _icassp2022(clone: Path) -> Iterator[Excerpt]:
    """A table: | whose | another recording of hers | 汉字。 (pinyin) | synthetic … | hers |."""
    for line in (clone / "index.md").read_text("utf-8").splitlines():
        cells = line.split("|")
        shown = re.search(r"wavs/GT/(\w+\.wav)", cells[-2]) if len(cells) > 4 else None
        if shown:  # what it shows went through a vocoder; the recording lies beside it
            yield from _aishell(clone / "wavs" / "GT_recording" / shown[1], cells[3].split("(")[0])


def _e3tts(clone: Path) -> Iterator[Excerpt]:
    """Above each row of sounds what the first of them, the recording, says."""
    text = ""
    for line in (clone / "index.html").read_text("utf-8").splitlines():
        if told := re.search("(?:Original text|>Text): ?(.*?)</th>", line):
            text = re.sub("<[^>]*>", "", told[1])
        elif shown := re.search(r"samples/\w+/chn/(?:\w+/)?gt/\w+\.wav", line):
            yield from _aishell(clone / shown[0], text)


def _tacotron2_samples(clone: Path) -> Iterator[Excerpt]:
    for name, text in re.findall(r"<b>(SSB\d+)\.wav ([^<]+)</b>", (clone / "index.md").read_text("utf-8")):
        yield from _aishell(clone / "audio" / f"{name}.wav", text)


def _codex_tts(clone: Path) -> Iterator[Excerpt]:
    page = (clone / "web" / "app.js").read_text("utf-8")
    for name, text in re.findall(r'uttId: "(\w+)",\s*text: "([^"]*)"', page):
        yield from _aishell(clone / "web" / "audio" / "raw" / f"{name}.wav", text)


def _training_data(clone: Path) -> Iterator[Excerpt]:
    """Beside each recording a text of hanzi and pinyin by turns."""
    for path in sorted((clone / "speech_recognition" / "chinese").glob("AISHELL*/demo/*.mp3")):
        yield from _aishell(path, "".join(_HANZI.findall(path.with_suffix(".txt").read_text("utf-8"))))


def _cyclegan(clone: Path) -> Iterator[Excerpt]:
    """One voice of AISHELL-1; what it says stands in another repository."""
    lists = clone.parent / "SpeechRecognition_ASRT" / "data" / "aishell_test.txt"
    for line in lists.read_text("utf-8").splitlines() if lists.is_file() else ():
        name, _, text = line.split("\t")
        yield from _aishell(clone / "data" / "S0913" / Path(name).name, text)


def _fleurs(clone: Path) -> Iterator[Excerpt]:
    """Who speaks is not told: each counts as another."""
    folder = clone / "speech-annotation-demo"
    for entry in json.loads((folder / "manifest.json").read_text("utf-8")):
        path = folder / entry["audio_file"]
        yield path.stem.replace("_", "-"), path, entry["reference_text"]


def _common_voice(path: Path, text: str) -> Excerpt:
    """Who speaks is not told: each counts as another."""
    return path.stem.replace("common_voice_zh-CN_", "common-voice-"), path, text


def _asr_finetuning(clone: Path) -> Iterator[Excerpt]:
    for line in (clone / "data" / "common_voice_zh-CN.json").read_text("utf-8").splitlines():
        entry = json.loads(line)
        yield _common_voice(clone / "data" / entry["path"], entry["sentence"])


def _flyai(clone: Path) -> Iterator[Excerpt]:
    folder = clone / "demo" / "data" / "input"
    with (folder / "dev.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            yield _common_voice(folder / row["audio_path"], row["label"])


def _redrawn(clone: Path) -> Iterator[Excerpt]:
    """Ten recordings of AISHELL-1's test set, drawn anew nine times and four: the history has them all. Who of the
    twenty people speaks is not told: each recording counts as another."""

    def git(*arguments: str) -> bytes:
        return subprocess.run(("git", "-C", str(clone), *arguments), check=True, capture_output=True).stdout

    recordings = clone / "recordings-of-the-history"
    recordings.mkdir(exist_ok=True)
    for commit in git("log", "--format=%H", "--", "audios").decode().split():
        # What is said is told in the same commit, or by none: without it stands the list of another set.
        listed = git("ls-tree", "-r", commit).decode().splitlines()
        blobs = {path: entry.split()[2] for entry, _, path in (line.partition("\t") for line in listed)}
        touched = git("show", "--format=", "--name-only", commit).decode().split()
        told = [name for name in ("results.json", "result.json") if name in touched and name in blobs]
        for number, entry in enumerate(json.loads(git("cat-file", "blob", blobs[told[0]])) if told else ()):
            blob = blobs.get(f"audios/audio_{number}.wav")
            if blob is not None:
                path = recordings / f"{blob}.wav"
                path.write_bytes(git("cat-file", "blob", blob))
                yield f"aishell1-test-{blob[:8]}", path, re.sub("<[^>]*>", "", entry[f"gt_{number}"])


def _speech_text_render(clone: Path) -> Iterator[Excerpt]:
    """One voice of THCHS-30."""
    for path in sorted((clone / "examples" / "audios" / "zh").glob("D4_*.wav")):
        yield "thchs30-d4", path, path.with_suffix(".txt").read_text("utf-8")


def _zhu_han(clone: Path) -> Iterator[Excerpt]:
    """What other voices are made from, and what it says, in one cell of a table."""
    folder = clone / "omnivoice"
    page = (folder / "index.html").read_text("utf-8")
    for name, number, text in re.findall(
        r'src="(audios/fleurs/prompt/zh_fleurs_cmn_hans_cn_(\d+)\.wav)"></audio><br/>([^<]*)<', page
    ):
        yield f"fleurs-zh-{number}", folder / name, text


SOURCES: dict[str, Callable[[Path], Iterator[Excerpt]]] = {
    "zhrtvc": _zhrtvc,  # X-CCS @8af030d
    "icassp2022-zeroshot-tts-finegrained-spkemb": _icassp2022,  # thuhcsi @49c6435
    "E3TTS-web": _e3tts,  # Liangzheng-ZL @6b8cbab
    "tacotron2_samples": _tacotron2_samples,  # BabaiLi @8b42287
    "codex-tts": _codex_tts,  # lczju @659a5a8
    "training-data": _training_data,  # wu-jingtao @28382a5
    "CycleGAN-VC2": _cyclegan,  # jackaduma @55f842e, with Echo-wu151/SpeechRecognition_ASRT @6d80578
    "food": _fleurs,  # el23xg2 @38270d9 (its first pull request)
    "asr_finetuning": _asr_finetuning,  # ssbuild @6a5e08f
    "2019-FlyAI-Life-Scene-Chinese-Speech-Recognition": _flyai,  # wjunneng @f063d7c
    "Speech-Transformer": _redrawn,  # foamliu @cf917db, with its history
    "Listen-Attend-Spell": _redrawn,  # foamliu @f9bcab4, with its history
    "speech_text_render": _speech_text_render,  # liuyoude @d4801ea
    "zhu-han.github.io": _zhu_han,  # zhu-han @9e4f0cf
}
"""Name of the clone -> what reads it."""
