"""What the number means with which voiceguide ends."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """The README and `voiceguide --help` show this table."""

    OK = 0
    NEGATIVE = 1
    USAGE = 2
    NO_SOUND = 3
    MODEL = 4
    VOICE = 5
    CONTENT = 6
    NO_SPACE = 7
    FAULT = 70
    INTERRUPTED = 130

    @property
    def meaning(self) -> str:
        """For the help text, in Chinese."""
        return _MEANING[self]


_MEANING = {
    Exit.OK: "成功",
    Exit.NEGATIVE: "做完了，结果是否定的：演练与写好的不同，或者检查发现了问题",
    Exit.USAGE: "命令写得不对，或者给的文件读不了",
    Exit.NO_SOUND: "声音设备不能用：没有、被占用、中途拔掉（没有设备时先演练一遍）",
    Exit.MODEL: "识别模型不能用",
    Exit.VOICE: "朗读的声音不能用",
    Exit.CONTENT: "指南的内容有错误",
    Exit.NO_SPACE: "磁盘满了，或者文件夹不能写",
    Exit.FAULT: "程序自身的错误，详情在日志里",
    Exit.INTERRUPTED: "被中断（Ctrl+C）",
}
