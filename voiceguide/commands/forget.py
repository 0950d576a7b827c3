"""`voiceguide forget`: erases all that is kept of one person, and says so."""

from __future__ import annotations

import shutil
from contextlib import closing

import click

from voiceguide import calendar_file, paths, reminder_timer
from voiceguide.commands import equipment
from voiceguide.commands.content import open_content
from voiceguide.commands.equipment import KEYBOARD, SILENT, SPEAKER
from voiceguide.commands.persons import chosen, opened, people
from voiceguide.events import Prompt
from voiceguide.exit_codes import Exit
from voiceguide.mouth import MouthError
from voiceguide.mouth.pace import PACE
from voiceguide.room import RoomError
from voiceguide.session import speak

CACHES = ("prompts", "vocabularies", "rehearsal.wav")
"""Her name, her days and the sounds of her words are in them. All can be made again."""


@click.command("forget", options_metavar="[选项]")
@click.argument("person", metavar="[称呼]", required=False)
@click.option("--yes", "agreed", is_flag=True, help="不再问，马上忘掉。")
@click.option(
    "--mouth",
    metavar="speaker|silent|文件.wav",
    default=SPEAKER,
    callback=equipment.named_recording,
    help="往哪里说：speaker 音箱（默认），silent 只显示文字，或者写进一个 WAV。",
)
def command(person: str | None, agreed: bool, mouth: str) -> Exit:
    """忘掉一位的一切：进度、教过的话和录音、练习、次数、下次的日子、日历文件。

    忘了就找不回来。只有一位的时候不用写称呼。
    """
    file = chosen(person)
    profile = opened(file)  # what an earlier version kept is hers, too, and goes with it
    name = profile.called or "她"
    if not agreed and not click.confirm(f"{name}的一切都会删掉，找不回来。真的要忘掉吗", err=True):
        click.echo("没有忘掉，什么都还在。")
        return Exit.NEGATIVE
    file.erase()
    calendar_file.remove(paths.calendars(), profile.called)
    for cache in CACHES:
        path = paths.cache() / cache
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    if not any(other.path.exists() for other in people().files()):
        reminder_timer.remove(paths.user_units())
    script = open_content().script
    said = script.vary("forgotten", 0)
    click.echo(said.text)
    click.echo(f"{name}的档案、教过的话、录音、日历文件和缓存都删掉了。已经导入手机的日历，请自己删。")
    if mouth != SILENT:
        _say(said, mouth)
    return Exit.OK


def _say(prompt: Prompt, mouth: str) -> None:
    """Aloud as well, where there is a voice: it is done in any case."""
    try:
        with (
            equipment.opened_room(KEYBOARD, mouth) as room,
            closing(equipment.open_mouth(mouth, open_content().readings, PACE, waits=mouth != SPEAKER)) as voice,
        ):
            speak([prompt], voice, room)
    except (RoomError, MouthError) as error:
        click.echo(f"这句话没能说出来：{error.message}{error.remedy}", err=True)
