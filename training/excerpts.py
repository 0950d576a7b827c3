"""A sentence or two of many people each: what other people's repositories show of large open corpora.

AISHELL-1, AISHELL-3 and THCHS-30 (Apache-2.0), Common Voice (CC0) and FLEURS (CC BY 4.0) cannot be had whole without
downloads of many gigabytes. But whoever shows off a synthesiser or teaches a recogniser puts some recordings beside it.
They are few and short, and yet each is a voice, a microphone and a room that no other recording of ours has.

    mkdir excerpts; cd excerpts
    git clone https://github.com/X-CCS/zhrtvc   30 voices of AISHELL-3
    …                                           all in SOURCES, and the lists of `corpora`, at the commits named there
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

from training.corpora import by_text, hanzi, recording, texts

Excerpt = tuple[str, Path, str]
"""(whose voice, file, what is said in hanzi)."""

Reader = Callable[[Path], Iterator[Excerpt]]

_OTHER_WORDS = re.compile("[0-9A-Za-z]")
_LONGEST_IN_FIVE_SECONDS = 14
_OF_F5_TTS = {
    "0794": 54, "0366": 49, "0341": 48, "0737": 48, "0395": 55, "0299": 53, "0588": 54, "0686": 48, "0762": 48,
    "0342": 54, "0133": 53, "0723": 49, "0267": 51, "0720": 42, "0599": 38, "0629": 57, "0603": 46, "0394": 44,
    "0375": 47, "0631": 51, "0407": 44, "0710": 38, "0316": 53, "0535": 64, "0590": 54, "0623": 52, "0261": 50,
    "0139": 47, "0434": 59,
}  # fmt: skip
_DOUBTFUL = ("Cf1/5", "Cf2/5")  # what stands beside these two of SingleVC is no sentence


def excerpts(folder: Path) -> dict[str, list[tuple[Path, str, str]]]:
    """Voice -> its (file, kind, text), of the clones in `folder`; those that are not there are left out."""
    voices: dict[str, dict[str, tuple[Path, str, str]]] = {}
    for name, readers in SOURCES.items():
        for read in readers if (folder / name).is_dir() else ():
            for voice, path, text in read(folder / name):
                spoken = hanzi(text)
                if path.is_file() and spoken and not _OTHER_WORDS.search(text):
                    voices.setdefault(voice, {}).setdefault(spoken, (path, "sentence", spoken))
    return {voice: list(clips.values()) for voice, clips in sorted(voices.items())}


def _known(path: Path, text: str) -> Iterator[Excerpt]:
    """A recording whose name tells the speaker."""
    if known := recording(path.stem):
        yield known[1], path, text


def _shown(*patterns: str) -> Reader:
    """Recordings of a corpus, without what is said in them: that stands in other repositories."""

    def read(clone: Path) -> Iterator[Excerpt]:
        said = texts(clone.parent)
        for pattern in patterns:
            for path in sorted(clone.glob(pattern)):
                known = recording(path.stem)
                if known and known[0] in said:
                    yield known[1], path, said[known[0]]

    return read


def _zhrtvc(clone: Path) -> Iterator[Excerpt]:
    folder = clone / "data" / "samples" / "aishell3"
    for line in (folder / "metadata_hanzi.csv").read_text("utf-8").splitlines():
        name, text, *_ = line.split("\t")
        yield from _known(folder / name, text)


def _icassp2022(clone: Path) -> Iterator[Excerpt]:
    """A table: | whose | another recording of hers | 汉字。 (pinyin) | synthetic … | hers |."""
    for line in (clone / "index.md").read_text("utf-8").splitlines():
        cells = line.split("|")
        shown = re.search(r"wavs/GT/(\w+\.wav)", cells[-2]) if len(cells) > 4 else None
        if shown:  # what it shows went through a vocoder; the recording lies beside it
            yield from _known(clone / "wavs" / "GT_recording" / shown[1], cells[3].split("(")[0])


def _e3tts(clone: Path) -> Iterator[Excerpt]:
    """Above each row of sounds what the first of them, the recording, says."""
    text = ""
    for line in (clone / "index.html").read_text("utf-8").splitlines():
        if told := re.search("(?:Original text|>Text): ?(.*?)</th>", line):
            text = re.sub("<[^>]*>", "", told[1])
        elif shown := re.search(r"samples/\w+/chn/(?:\w+/)?gt/\w+\.wav", line):
            yield from _known(clone / shown[0], text)


def _tacotron2_samples(clone: Path) -> Iterator[Excerpt]:
    for name, text in re.findall(r"<b>(SSB\d+)\.wav ([^<]+)</b>", (clone / "index.md").read_text("utf-8")):
        yield from _known(clone / "audio" / f"{name}.wav", text)


def _codex_tts(clone: Path) -> Iterator[Excerpt]:
    page = (clone / "web" / "app.js").read_text("utf-8")
    for name, text in re.findall(r'uttId: "(\w+)",\s*text: "([^"]*)"', page):
        yield from _known(clone / "web" / "audio" / "raw" / f"{name}.wav", text)


def _training_data(clone: Path) -> Iterator[Excerpt]:
    """Beside each recording a text of hanzi and pinyin by turns."""
    for path in sorted((clone / "speech_recognition" / "chinese").glob("AISHELL*/demo/*.mp3")):
        yield from _known(path, hanzi(path.with_suffix(".txt").read_text("utf-8")))


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
    twenty people speaks tells what is said; where it does not, the recording counts as another voice."""

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
                text = re.sub("<[^>]*>", "", entry[f"gt_{number}"])
                known = recording(by_text(clone.parent).get(hanzi(text), ""))
                yield known[1] if known else f"aishell1-test-{blob[:8]}", path, text


def _zhu_han(clone: Path) -> Iterator[Excerpt]:
    """What other voices are made from, and what it says, in one cell of a table."""
    folder = clone / "omnivoice"
    page = (folder / "index.html").read_text("utf-8")
    for name, number, text in re.findall(
        r'src="(audios/fleurs/prompt/zh_fleurs_cmn_hans_cn_(\d+)\.wav)"></audio><br/>([^<]*)<', page
    ):
        yield f"fleurs-zh-{number}", folder / name, text
    for name, text in re.findall(
        r'src="(audios/minimax/prompt/common_voice_zh-CN_\d+\.mp3)"></audio><br/>([^<]*)<', page
    ):
        yield _common_voice(folder / name, text)


def _transliteration(clone: Path) -> Iterator[Excerpt]:
    """A table of what is said, and below it of the sounds; the first of each row is the recording."""
    folder = clone / "transliteration"
    text = ""
    for line in (folder / "index.html").read_text("utf-8").splitlines():
        if told := re.search(r">Mandarin: ([^<]*)</td>", line):
            text = told[1]
        elif shown := re.search(r'src="\./(speech/[^"]*/common_voice_zh-CN_\d+\.wav)"', line):
            yield _common_voice(folder / shown[1], text)


def _aishell_3_page(clone: Path) -> Iterator[Excerpt]:
    """The corpus's own demonstration: what is said stands beside the recordings, and tells who says it. Some might be
    of voices that stay out: who is not known so is left out."""
    folder = clone / "aishell3"
    targets = json.loads((folder / "targets.json").read_text("utf-8"))
    for key, text in targets.items():
        if shown := re.fullmatch(r"(raw|recon|ps)_text_(\d+)", key):
            original = f"{shown[1]}_{shown[2]}" if shown[1] == "raw" else f"{shown[1]}_org_{shown[2]}"
            known = recording(by_text(clone.parent).get(hanzi(text), ""))
            if known and original in targets:
                yield known[1], folder / targets[original], text


def _first_of_each(clone: Path) -> Iterator[Excerpt]:
    """The first recording of each speaker, cut after five seconds (scripts/prepare_voice_library.py): only what is
    said sooner can be used."""
    said = texts(clone.parent)
    for path in sorted((clone / "voice_library" / "samples").glob("aishell3_SSB????.wav")):
        name = f"{path.stem.removeprefix('aishell3_')}0001"
        if len(said.get(name, "")) in range(1, _LONGEST_IN_FIVE_SECONDS):
            yield f"aishell3-{name[3:7]}", path, said[name]


def _singlevc(clone: Path) -> Iterator[Excerpt]:
    """1_BAC009S0112W0129.wav, and beside it a numbered list of what is said."""
    for path in sorted((clone / "any2one").glob("demo_page/ConvertedSpeeches/AISHELL/*/?_BAC009*.wav")):
        if "generated" not in path.stem and f"{path.parent.name}/{path.stem[0]}" not in _DOUBTFUL:
            lines = (path.parent / "TEXT.txt").read_text("utf-8").splitlines()
            text = next((line for line in lines if line.startswith(f"{path.stem[0]}. ")), "")
            yield from _known(path, hanzi(text))


def _mos_test(clone: Path) -> Iterator[Excerpt]:
    page = (clone / "config" / "aishell3_test_config_mushra.js").read_text("utf-8")
    for name, text in re.findall(r'"Reference": "([^"]*)",.*?"transcribe": "([^"]*)"', page, re.DOTALL):
        yield from _known(clone / name, text)


def _rocling(clone: Path) -> Iterator[Excerpt]:
    """Who, what (hanzi and pinyin), and then the sounds, of which the first is the recording."""
    page = (clone / "index.md").read_text("utf-8")
    for speaker, text, name in re.findall(
        r"Speaker: SSB(\d{4}) .*?Text: ([^(]*)\(.*?\"(audio/[^\"]*/gt\.wav)\"", page, re.DOTALL
    ):
        yield f"aishell3-{speaker}", clone / name, text


def _f5_tts(clone: Path) -> Iterator[Excerpt]:
    """One recording a speaker, without telling which: our recogniser, given all that the speaker has recorded, was sure
    (35 to 100 nats against any speech; and all are of the same twenty-seven numbers of some 450)."""
    folder = clone / "src" / "f5_tts" / "infer" / "examples" / "ref_audio"
    said = texts(clone.parent)
    for path in sorted(folder.glob("zh_*_aishell3_SSB????.wav")):
        speaker = path.stem[-4:]
        name = f"SSB{speaker}{_OF_F5_TTS.get(speaker, 0):04}"
        if name in said:
            yield f"aishell3-{speaker}", path, said[name]


def _speechmatics(clone: Path) -> Iterator[Excerpt]:
    folder = clone / "tests" / "voice"
    for page in sorted(folder.glob("*languages*.py")):
        for name, text in re.findall(
            r'path="\./(assets/languages/cmn_hans_cn_\d+\.wav)",\s*transcript="([^"]*)"',
            page.read_text("utf-8"),
        ):
            yield f"fleurs-zh-{Path(name).stem[12:]}", folder / name, text


SOURCES: dict[str, tuple[Reader, ...]] = {
    "zhrtvc": (_zhrtvc,),  # X-CCS @8af030d
    # thuhcsi @49c6435
    "icassp2022-zeroshot-tts-finegrained-spkemb": (_icassp2022, _shown("wavs/GT_recording/*.wav")),
    "E3TTS-web": (_e3tts,),  # Liangzheng-ZL @6b8cbab
    "tacotron2_samples": (_tacotron2_samples,),  # BabaiLi @8b42287
    "codex-tts": (_codex_tts,),  # lczju @659a5a8
    # wu-jingtao @28382a5
    "training-data": (_training_data, _shown("speech_recognition/chinese/THCHS30/demo/*.mp3")),
    "CycleGAN-VC2": (_shown("data/S0913/*.wav"),),  # jackaduma @55f842e
    "food": (_fleurs,),  # el23xg2 @38270d9 (its first pull request)
    "asr_finetuning": (_asr_finetuning,),  # ssbuild @6a5e08f
    "2019-FlyAI-Life-Scene-Chinese-Speech-Recognition": (_flyai,),  # wjunneng @f063d7c
    "Speech-Transformer": (_redrawn,),  # foamliu @cf917db, with its history
    "Listen-Attend-Spell": (_redrawn,),  # foamliu @f9bcab4, with its history
    # liuyoude @d4801ea; the texts beside them are a recogniser's, with its mistakes
    "speech_text_render": (_shown("examples/audios/zh/D4_*.wav"),),
    "zhu-han.github.io": (_zhu_han, _transliteration),  # zhu-han @9e4f0cf
    # BrightGu @dfca8c8; what is named otherwise was converted
    "MAE-VC": (_shown("Demo/ConvertedSpeeches/Comapred*/Aishell/**/SSB????????.wav"),),
    "FastSpeech2": (_shown("demo/AISHELL3/*_ground-truth.wav"),),  # ming024 @d4e79eb
    "sos1sos2Sixteen.github.io": (_aishell_3_page,),  # sos1sos2Sixteen @eb0a306
    "novel2audiobook": (_first_of_each,),  # lamboJw @92ac7a4
    "cythc-github.io": (_shown("wavs/GT/**/SSB*.wav"),),  # cythc @3b6d508, cythc.github.io
    "charsiu": (_shown("local/SSB*.wav"),),  # lingjzhu @13a69f2
    "SingleVC": (_singlevc,),  # BrightGu @928cbeb
    "OpenSpeaker": (_shown("test_data/*.wav"),),  # zycv @bbf0a43
    "masr": (_shown("data_aishell/*.wav"),),  # binzhouchn @615a511
    "DyTSwiG-SE": (_shown("MandarinDemos/*/* reference.wav"),),  # Yj-Xiong @881a417
    "Td-SENet": (_shown("Demos/* clean.wav"),),  # Yj-Xiong @6215a57
    "F5-TTS": (_f5_tts,),  # hefengcn @470b582
    "mos-test": (_mos_test,),  # pymaster17 @22baa8f
    "speechcraft2024": (_shown("userstudy/6/train_SSB????????.wav"),),  # speechcraft2024 @38cbd45 (gh-pages)
    "rocling2021_demo": (_rocling,),  # BabaiLi @a81cf81
    # Edenedry1 @6d28eb3; what begins otherwise was made
    "final-project": (_shown("client/public/audio/SSB????????.wav"),),
    "wenet": (_shown("test/resources/aishell-BAC009S*.wav"),),  # wenet-e2e @0154699
    "speechmatics-python-sdk": (_speechmatics,),  # speechmatics @a57ee8d
}
"""Name of the clone -> what reads it. What is said in what is only shown stands in the lists of `corpora`."""
