"""`voiceguide forget`: erases all that is kept of one person, and says so."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from voiceguide import faults, paths
from voiceguide.commands.aloud import opened_talk, say_aloud
from voiceguide.commands.content import open_content
from voiceguide.commands.equipment import MODEL_OPTION, MOUTH_OPTION, SILENT, SPEAKER
from voiceguide.commands.own_words import with_own_words
from voiceguide.commands.persons import chosen, opened, people
from voiceguide.ears import EarsError
from voiceguide.events import Prompt
from voiceguide.exit_codes import Exit
from voiceguide.mouth import MouthError
from voiceguide.profile.profile import Profile
from voiceguide.profile.profile_file import ProfileFile
from voiceguide.reminders import calendar_file, reminder_timer
from voiceguide.room import RoomClosed, RoomError
from voiceguide.session.talk import Meaning, Talk
from voiceguide.texts.permission_texts import PermissionTexts

CACHES = ("prompts", "vocabularies", "rehearsal.wav")
"""Her name, her days and the sounds of her words are in them. All can be made again."""


@click.command("forget", options_metavar="[选项]")
@click.argument("person", metavar="[称呼]", required=False)
@click.option("--yes", "agreed", is_flag=True, help="不再问，马上忘掉。")
@MOUTH_OPTION
@MODEL_OPTION
def command(person: str | None, agreed: bool, mouth: str, model: Path | None) -> Exit:
    """忘掉一位的一切：进度、教过的话和录音、她说过的话、练习、次数、下次的日子、日历文件。

    先问：有音箱和话筒，就说出来问，她说是的，或者在键盘上按 y，都行。忘了就找不回来。只有一位的时候不用写称呼。
    """
    file = chosen(person, "在 forget 后面")
    profile = opened(file)  # what an earlier version kept is hers, too, and goes with it
    name = profile.called or "她"
    if not agreed and not _agreed(profile, mouth, model):
        click.echo("没有忘掉，什么都还在。")
        return Exit.NEGATIVE
    _erase(file, profile)
    said = open_content().script.vary("forgotten", 0)
    click.echo(said.text)
    click.echo(f"{name}的档案、教过的话、录音、网页、日历文件、出错的记录和缓存都删掉了。")
    click.echo("已经导入手机的日历，用 --out 写到别处的网页，请自己删。")
    if paths.volunteers().is_dir():
        click.echo("照着念的录音只有编号，不知道哪些是她的。要删，请运行 voiceguide record-commands --delete")
    if mouth != SILENT:
        _say(said, mouth)
    return Exit.OK


def ask_aloud(talk: Talk, texts: PermissionTexts, called: str) -> bool:
    """May all that is hers go? Whoever says so is asked twice: a television says yes, too. A key is beyond doubt."""
    answer = talk.ask(*texts.all("forget-ask", called))
    if answer.meaning is Meaning.YES and not answer.typed:
        answer = talk.ask(*texts.all("forget-sure", called))
    if answer.meaning is not Meaning.YES:
        kept = "forget-kept" if answer.meaning is Meaning.NO else "forget-unclear"
        talk.tell(texts.all(kept, called)[0])
    return answer.meaning is Meaning.YES


def _agreed(profile: Profile, mouth: str, model: Path | None) -> bool:
    """Asked aloud, and at the keyboard alone where that cannot be."""
    if mouth == SPEAKER:
        texts = PermissionTexts.load(paths.prompts())
        try:
            content = with_own_words(open_content(), profile.words, model)
            questions = (*texts.all("forget-ask"), *texts.all("forget-sure"))
            with opened_talk(content, questions, texts.all("mic-back")[0], model) as talk:
                click.echo("可以用嘴回答，也可以按 y（要忘掉）或者 n（不忘）。", err=True)
                return ask_aloud(talk, texts, profile.called)
        except RoomClosed:
            return False
        except (RoomError, MouthError, EarsError) as error:
            click.echo(f"不能说出来问：{error.message}请在键盘上回答。", err=True)
    name = profile.called or "她"
    return click.confirm(f"{name}的一切都会删掉，找不回来。真的要忘掉吗", err=True)


def _erase(file: ProfileFile, profile: Profile) -> None:
    """Raises OSError."""
    file.erase()
    calendar_file.remove(paths.calendars(), profile.called)
    left = [other.load().called for other in people().files() if other.folder.exists()]
    if all(left):
        calendar_file.remove_all_but(paths.calendars(), left)
    for cache in CACHES:
        path = paths.cache() / cache
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    for log in paths.logs().glob(faults.LOGS):
        log.unlink(missing_ok=True)
    if not any(other.path.exists() for other in people().files()):
        reminder_timer.remove(paths.user_units())


def _say(prompt: Prompt, mouth: str) -> None:
    """Aloud as well, where there is a voice: it is done in any case."""
    try:
        say_aloud([prompt], mouth)
    except RoomClosed:
        pass  # nobody is there any more
    except (RoomError, MouthError) as error:
        click.echo(f"这句话没能说出来：{error.message}{error.remedy}", err=True)
