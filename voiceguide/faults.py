"""Every error that ends a command: what the user is told, and the exit code."""

from __future__ import annotations

import datetime
import errno
import traceback
from pathlib import Path
from typing import TypeAlias

from voiceguide import paths
from voiceguide.content import ContentError
from voiceguide.ears import EarsError
from voiceguide.exit_codes import Exit
from voiceguide.fetching import DISK_FULL, FetchError
from voiceguide.language.phonetics import ReadingsError
from voiceguide.mouth import MouthError
from voiceguide.profile.profile_file import ProfileError
from voiceguide.recordings.family_voice import FamilyVoiceError
from voiceguide.recordings.recordings import RecordingsError
from voiceguide.refusals import in_words
from voiceguide.rehearsal.conversation import ConversationError
from voiceguide.room import RoomError

LOGS = "fault-*.log"
"""What was going on then stands in them, perhaps with a word of hers."""
NOT_ALLOWED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})

Known: TypeAlias = (
    RoomError
    | EarsError
    | MouthError
    | ContentError
    | FetchError
    | ProfileError
    | ConversationError
    | RecordingsError
    | FamilyVoiceError
)
"""Errors that carry `code`, `message` and `remedy`."""


def exit_of(error: Known) -> Exit:
    """The exit code an error leads to."""
    match error.code:
        case "no-space":
            return Exit.NO_SPACE
        case "bad-file" | "bad-pack":
            return Exit.USAGE
    match error:
        case RoomError():
            return Exit.NO_SOUND
        case EarsError() | FetchError():
            return Exit.MODEL
        case MouthError():
            return Exit.VOICE
        case ContentError():
            return Exit.CONTENT
        case ProfileError() | RecordingsError() | FamilyVoiceError():
            return Exit.NO_SPACE
        case ConversationError():
            return Exit.USAGE


def explain(error: Exception) -> tuple[Exit, str]:
    """(exit code, Chinese text for the user). Writes a log for errors that are ours."""
    if isinstance(error, ContentError):
        return exit_of(error), f"{error}\n{error.message}{error.remedy}"
    if isinstance(error, Known):
        return exit_of(error), f"{error.message}{error.remedy}"
    if isinstance(error, ReadingsError):
        return Exit.CONTENT, str(error)
    if isinstance(error, OSError) and error.errno in DISK_FULL:
        return Exit.NO_SPACE, "磁盘满了。请删除一些文件，腾出至少 500 MB，再试一次。"
    if isinstance(error, OSError) and error.errno in NOT_ALLOWED:
        return Exit.NO_SPACE, f"没有权限使用 {error.filename}。请检查它属于谁，再试一次。"
    if isinstance(error, OSError) and error.filename:
        return Exit.NO_SPACE, f"{error.filename} 用不了：{in_words(error)}。请检查这个位置，再试一次。"
    if isinstance(error, ModuleNotFoundError):
        return Exit.FAULT, f"程序没有装全，少了 {error.name}。请运行 script/setup --again，从头装一遍。"
    return Exit.FAULT, f"程序出了意外，这不是您的错。{_keep(error)}"


def _keep(error: Exception) -> str:
    """Write the traceback where the helper finds it, and say where."""
    text = "".join(traceback.format_exception(error))
    moment = datetime.datetime.now().strftime("%Y%m%d-%H%M%S")
    file: Path = paths.logs() / LOGS.replace("*", moment)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as refused:
        return f"详情写不进 {file}（{in_words(refused)}），只能写在这里：\n{text}"
    return f"详情写在 {file}，请把它发给帮您的人。"
