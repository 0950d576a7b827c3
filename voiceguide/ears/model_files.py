"""Is this folder a whole Mandarin model? Asked before Vosk opens it: its C++ may end the process over a
damaged file.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from voiceguide.ears import EarsError

_ALWAYS = ("am/final.mdl", "conf/model.conf")
_STATIC_GRAPH = ("graph/HCLG.fst",)
_RUNTIME_GRAPH = ("graph/HCLr.fst", "graph/Gr.fst", "graph/disambig_tid.int")
CHECKSUMS = "SHA256SUMS"

_COMMON_WORDS = "的一是不了我好"
# Any Mandarin vocabulary holds nearly all of these as words; no other language's holds one.

_PROBE_LIMIT_SECONDS = 60.0
# A large model on a Raspberry Pi's memory card loads within this.

_PROBE = """
import json, os, sys, vosk
vosk.SetLogLevel(-2)
folder = sys.argv[1]
if sys.platform == "win32":  # see vosk_library
    os.chdir(folder)
    folder = "."
recogniser = vosk.KaldiRecognizer(vosk.Model(model_path=folder), 16000.0, json.dumps(["[unk]"]))
recogniser.AcceptWaveform(bytes(32000))
recogniser.FinalResult()
print("whole")
"""


def check_folder(model: Path) -> None:
    """Everything Vosk needs is there and not empty. Raises EarsError(no-model | bad-model)."""
    if not model.is_dir():
        raise EarsError(
            "no-model",
            f"找不到语音识别模型：{model}。",
            "请检查 --model 后面的路径，或运行 voiceguide models。",
        )
    missing = [name for name in _ALWAYS if not _has(model, name)]
    static, runtime = (
        [name for name in names if not _has(model, name)] for names in (_STATIC_GRAPH, _RUNTIME_GRAPH)
    )
    if static and runtime:
        missing += runtime
    if missing:
        raise damaged(model, f"缺少或为空的文件：{'、'.join(missing)}")


def check_content(model: Path, cache: Path) -> None:
    """The files are as they were made: by the folder's checksums, or else by loading it once in a child
    process.

    A child that succeeded is remembered in `cache` by the files' sizes and times. Raises
    EarsError(bad-model).
    """
    if _has(model, CHECKSUMS):
        if differing := _differing(model):
            raise damaged(model, f"与校验值不符的文件：{'、'.join(differing)}")
        return
    mark = cache / "sound-models" / _fingerprint(model)
    if mark.exists():
        return
    _load_in_child(model)
    try:
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.touch()
    except OSError:
        return  # asked again next time, which costs a second and nothing else


def check_language(model: Path, knows: Callable[[str], bool]) -> None:
    """`knows`: does the loaded model's vocabulary hold this word? Raises EarsError(wrong-language)."""
    if sum(map(knows, _COMMON_WORDS)) < len(_COMMON_WORDS) // 2:
        raise EarsError(
            "wrong-language",
            f"这个模型不是普通话的：{model}。",
            "请换一个普通话模型，例如运行 voiceguide models fetch small-cn。",
        )


def seal(vocabulary: Path) -> None:
    """Write down the checksums of the graph just compiled. Raises OSError."""
    lines = [f"{_digest(path)}  graph/{path.name}\n" for path in sorted((vocabulary / "graph").glob("*.*"))]
    (vocabulary / CHECKSUMS).write_text("".join(lines), encoding="utf-8")


def publish(vocabulary: Path, target: Path) -> None:
    """Move a sealed graph to its place. Another process may have been quicker: its graph is as good, and may be being
    read just now. Raises OSError.
    """
    if target.exists() and not is_sealed(target):
        shutil.rmtree(target)
    try:
        os.replace(vocabulary, target)
    except OSError:
        shutil.rmtree(vocabulary, ignore_errors=True)
        if not is_sealed(target):
            raise


def is_sealed(vocabulary: Path) -> bool:
    """Is the graph there as it was compiled?"""
    return _has(vocabulary, CHECKSUMS) and not _differing(vocabulary)


def _has(model: Path, name: str) -> bool:
    path = model / name
    return path.is_file() and path.stat().st_size > 0


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _differing(model: Path) -> list[str]:
    """The files that are not as the folder's checksums say."""
    differing = []
    for line in (model / CHECKSUMS).read_text(encoding="utf-8", errors="replace").splitlines():
        digest, _, name = line.partition(" ")
        name = name.lstrip(" *")
        if not name and digest:
            differing.append(CHECKSUMS)
        if not name:
            continue
        path = model / name
        if not path.is_file() or _digest(path) != digest:
            differing.append(name)
    return differing


def _fingerprint(model: Path) -> str:
    digest = hashlib.sha256(str(model.resolve()).encode())
    for path in sorted(model.rglob("*")):
        if path.is_file():
            digest.update(
                f"{path.relative_to(model)} {path.stat().st_size} {path.stat().st_mtime_ns}\n".encode()
            )
    return digest.hexdigest()[:32]


def _load_in_child(model: Path) -> None:
    try:
        # A folder of its own: a crashing child leaves its core file, if any, there.
        with tempfile.TemporaryDirectory() as folder:
            child = subprocess.run(
                [sys.executable, "-c", _PROBE, str(model.resolve())],
                capture_output=True,
                text=True,
                errors="replace",
                timeout=_PROBE_LIMIT_SECONDS,
                cwd=folder,
                check=False,
            )
    except subprocess.TimeoutExpired as error:
        raise damaged(model, f"{_PROBE_LIMIT_SECONDS:.0f} 秒内没有载入") from error
    if child.returncode != 0 or "whole" not in child.stdout:
        reason = (child.stderr.strip().splitlines() or ["没有说明"])[-1]
        raise damaged(model, f"试着载入时失败（{child.returncode}：{reason}）")


def damaged(model: Path, reason: str) -> EarsError:
    """The one error of a model that cannot be used."""
    return EarsError(
        "bad-model",
        f"语音识别模型已损坏：{model}，{reason}。",
        "请重新取得这个模型（voiceguide models fetch small-cn），或不带 --model 运行。",
    )
