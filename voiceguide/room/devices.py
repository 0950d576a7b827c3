"""What PortAudio tells about devices, and what its refusals mean to a person.

`sd` is the sounddevice module, handed in by soundcard.py; `kind` is "input" or "output".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from voiceguide.events import SAMPLE_RATE
from voiceguide.room import RoomError

_UNAVAILABLE, _BAD_RATE, _HOST_ERROR = -9985, -9997, -9999  # PaErrorCode


@dataclass(frozen=True)
class Device:
    """A microphone or loudspeaker as the doctor lists it."""

    name: str
    channels: int
    default_rate: int
    is_default: bool


def every(sd: Any, kind: str) -> tuple[Device, ...]:
    """All devices of a kind, in PortAudio's order."""
    default = _default(sd, kind)
    return tuple(
        Device(d["name"], d[f"max_{kind}_channels"], int(d["default_samplerate"]), d["index"] == default)
        for d in _query(sd, kind)
    )


def find(sd: Any, kind: str, asked: str | None, before: str | None) -> tuple[int, str]:
    """(number, name) of the device asked for, else of the one in use before, else of the default.

    A part of the name will do. Raises RoomError: no-device, no-microphone, no-speaker.
    """
    present = _query(sd, kind)
    for name in (asked, before):
        for device in present:
            if name and name.lower() in device["name"].lower():
                return device["index"], device["name"]
        if name and name == asked:
            raise _missing(sd, kind, asked)
    default = _default(sd, kind)
    for device in sorted(present, key=lambda device: device["index"] != default):
        return device["index"], device["name"]
    raise _missing(sd, kind)


def settings(sd: Any, device: int, kind: str) -> tuple[int, int]:
    """(rate, channels) the device agrees to, nearest to 16 kHz mono. Raises PortAudioError."""
    about = sd.query_devices(device)
    check: Callable[..., None] = getattr(sd, f"check_{kind}_settings")
    choices = [
        (rate, channels)
        for rate in (SAMPLE_RATE, int(about["default_samplerate"]), 48_000, 44_100)
        for channels in (1, 2, about[f"max_{kind}_channels"])
        if channels <= about[f"max_{kind}_channels"]
    ]
    refusal: Exception | None = None
    for rate, channels in choices:
        try:
            check(device=device, channels=channels, dtype="int16", samplerate=rate)
        except sd.PortAudioError as error:
            refusal = refusal or error
        else:
            return rate, channels
    assert refusal is not None
    raise refusal


def refused(error: Any) -> RoomError:
    """What a PortAudioError at opening means to a person."""
    code = error.args[1] if len(error.args) > 1 else None
    if code == _BAD_RATE:
        return RoomError(
            "bad-rate", "声音设备不支持需要的采样率。", "请换一个话筒或音箱，或在系统设置里选默认设备。"
        )
    if code in (_UNAVAILABLE, _HOST_ERROR):
        return RoomError(
            "device-busy", "声音设备正被别的程序占用。", "请关掉别的录音、通话或播放程序，再试一次。"
        )
    return RoomError("no-device", "打不开声音设备。", "请检查话筒和音箱是否插好，再试一次。")


def lost() -> RoomError:
    """A device that was working has gone."""
    return RoomError("device-lost", "话筒或音箱断开了。", "请把插头重新插好，我会自己接上。")


def _missing(sd: Any, kind: str, asked: str = "") -> RoomError:
    if not len(sd.query_devices()):
        return RoomError("no-device", "没有找到声音设备。", "请接上话筒和音箱，再试一次。")
    if asked:
        code, what = ("no-microphone", "话筒") if kind == "input" else ("no-speaker", "音箱")
        return RoomError(
            code, f"没有找到名字里有「{asked}」的{what}。", "请看 voiceguide doctor 列出的名字。"
        )
    if kind == "input":
        return RoomError(
            "no-microphone",
            "没有找到话筒。",
            "请接上话筒，再试一次；也可以加上 --ears keyboard，用键盘回答。",
        )
    return RoomError(
        "no-speaker", "没有找到音箱。", "请接上音箱或耳机，再试一次；也可以加上 --mouth silent，只看文字。"
    )


def _default(sd: Any, kind: str) -> int:
    return int(sd.default.device[0 if kind == "input" else 1])


def _query(sd: Any, kind: str) -> list[Any]:
    return [device for device in sd.query_devices() if device[f"max_{kind}_channels"] > 0]
