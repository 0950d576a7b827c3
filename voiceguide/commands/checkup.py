"""What `voiceguide doctor` looks at: one function a check, each with the remedy for what does not work."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from voiceguide import faults, paths
from voiceguide.commands import equipment
from voiceguide.commands.content import open_content
from voiceguide.content import ContentError
from voiceguide.ears import EarsError
from voiceguide.events import Heard, Transcript
from voiceguide.library import Library
from voiceguide.mouth import MouthError
from voiceguide.recordings.family_voice import FamilyVoiceError, family_voices
from voiceguide.refusals import in_words
from voiceguide.room import RoomError

ENOUGH_BYTES = 200_000_000
"""Free disk space for prompts, models and logs."""


@dataclass(frozen=True)
class Checked:
    """The result of one check."""

    name: str
    """Stable, for --json and for what is said aloud."""
    title: str
    ok: bool
    detail: str
    """What was found, Chinese."""
    remedy: str = ""
    """What to do where it is not ok, Chinese."""


def checkup() -> Iterator[Checked]:
    """Every check, one after the other; each is done when it is asked for."""
    for name, title, check in CHECKS:
        try:
            ok, detail, remedy = check()
        except (RoomError, EarsError, MouthError, FamilyVoiceError) as error:
            yield Checked(name, title, False, error.message, error.remedy)
        except ContentError as error:
            yield Checked(name, title, False, f"{error.message}{error.findings[0]}", error.remedy)
        except Exception as error:  # the doctor must not fall ill: the other checks are wanted all the more
            yield Checked(name, title, False, faults.explain(error)[1], "请把日志发给帮您的人。")
        else:
            yield Checked(name, title, ok, detail, "" if ok else remedy)


Found = tuple[bool, str, str]
"""ok, detail, remedy."""


def _portaudio() -> Found:
    from voiceguide.room.soundcard import portaudio

    return True, str(portaudio().get_portaudio_version()[1]), ""


def _speaker() -> Found:
    from voiceguide.room.soundcard import speakers

    room = equipment.sound_card(microphone=False)
    room.close()
    return True, _devices(room.names["output"], [(each.name, each.default_rate) for each in speakers()]), ""


def _microphone() -> Found:
    from voiceguide.room.levels import measure
    from voiceguide.room.soundcard import microphones

    room = equipment.sound_card(speaker=False)
    try:
        level = measure(room)
    finally:
        room.close()
    present = _devices(room.names["input"], [(each.name, each.default_rate) for each in microphones()])
    detail = f"{present}；音量 {level.rms_dbfs:.0f} dBFS，最高 {level.peak_dbfs:.0f} dBFS"
    if level.muted:
        return (
            False,
            f"{detail}，几乎没有声音",
            "话筒可能关着：请打开它的开关，在系统的声音设置里调高输入音量。",
        )
    if level.clipped:
        return False, f"{detail}，声音太大破了", "请在系统的声音设置里调低输入音量，或者把话筒拿远一些。"
    return True, detail, ""


def _interrupting() -> Found:
    """Not having it is no fault: the guide works, one after the other."""
    from voiceguide.ears.echo import NoCanceller, load_canceller

    try:
        load_canceller()
    except NoCanceller:
        return True, "这台电脑装不上回声消除程序 pyaec，不能插话：请等指南说完，再回答", ""
    return True, "能去掉自己的回声，指南说话的时候也可以插话", ""


def _voice() -> Found:
    from voiceguide.mouth.renderer import Renderer

    with Renderer(Library.open(paths.prompts()).readings) as renderer:
        engine = renderer.start()  # refuses a voice that does not really speak Mandarin
        samples = renderer.render("您好")
    return samples.size > 0, engine, "请运行 script/setup --again，从头装一遍。"


def _model() -> Found:
    """Does the model hear what the guide's own voice says?"""
    from voiceguide.ears.files import recognise_file
    from voiceguide.mouth.renderer import Renderer

    content = open_content()
    expecting = ("next", "previous", "repeat", "yes", "no")
    phrases = content.understanding.word_list(expecting)
    recogniser = equipment.open_recogniser(None)
    recogniser.prepare(phrases)
    with Renderer(content.readings) as renderer:
        samples = renderer.render("下一步")
    hearing = recognise_file(recogniser, samples, phrases, content.understanding.complete(expecting))
    text = hearing.text if isinstance(hearing, Transcript) else ""
    ok = content.understanding.understand(text, expecting) == Heard("next", text)
    detail = f"{recogniser.folder}，说「下一步」听成「{text or '没听见'}」"
    return ok, detail, "请运行 voiceguide models 看看用的是哪个模型，或者重新下载本程序。"


def _content() -> Found:
    from voiceguide.checking.linter import check

    findings = check(paths.prompts())
    detail = f"有 {len(findings)} 处错误，第一处：{findings[0]}" if findings else str(paths.prompts())
    return not findings, detail, "请运行 voiceguide check，照着改。"


def _recordings() -> Found:
    """The family's voices: what was read and cannot be played any more. A changed text is no fault of the machine."""
    from voiceguide.commands.voices import plans
    from voiceguide.recordings.voice_plan import outdated

    found, broken = [], 0
    for voice in family_voices(paths.voices()):
        takes, damaged = voice.takes(), voice.damaged()
        changed = outdated(takes, tuple(plans().values()))
        broken += len(damaged)
        notes = [f"{len(changed)} 句的文字改过，不再播放"] if changed else []
        notes += [f"{len(damaged)} 句的文件坏了"] if damaged else []
        found.append(f"{voice.name} {len(takes)} 句{''.join(f'，{note}' for note in notes)}")
    detail = "；".join(found) or "没有，全部用合成的声音"
    return not broken, detail, "请运行 voiceguide record --list 看是哪几句，再补录一遍。"


def _folders() -> Found:
    for folder in (paths.data(), paths.cache(), paths.logs()):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder) as file:
                file.write(bytes(4096))
        except OSError as error:
            return False, f"{folder} 不能写：{in_words(error)}", "请检查这个文件夹属于谁，磁盘有没有满。"
    free_bytes = shutil.disk_usage(paths.data()).free
    detail = f"{paths.data()}，剩余 {free_bytes / 1e9:.1f} GB"
    return free_bytes >= ENOUGH_BYTES, detail, "磁盘快满了，请删掉一些不用的文件。"


def _devices(used: str, present: list[tuple[str, int]]) -> str:
    others = "、".join(f"{name}（{rate} Hz）" for name, rate in present)
    return f"用的是 {used}；现有：{others}"


CHECKS: tuple[tuple[str, str, Callable[[], Found]], ...] = (
    ("folders", "磁盘", _folders),
    ("content", "指南内容", _content),
    ("voice", "朗读的声音", _voice),
    ("recordings", "家里人的录音", _recordings),
    ("model", "识别模型", _model),
    ("portaudio", "声音组件", _portaudio),
    ("speaker", "音箱", _speaker),
    ("microphone", "话筒", _microphone),
    ("interrupting", "插话", _interrupting),
)
