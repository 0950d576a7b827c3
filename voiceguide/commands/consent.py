"""`voiceguide consent`: she is asked aloud, once, whether her family may read what she said where she got stuck."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from voiceguide import paths
from voiceguide.commands.aloud import opened_talk
from voiceguide.commands.content import Content, open_content
from voiceguide.commands.equipment import MODEL_OPTION
from voiceguide.commands.own_words import with_own_words
from voiceguide.commands.persons import PERSON_OPTION, chosen, opened
from voiceguide.commands.report import drop_words
from voiceguide.exit_codes import Exit
from voiceguide.notes import Consented
from voiceguide.profile.profile import Profile
from voiceguide.profile.profile_file import ProfileFile
from voiceguide.room import RoomClosed
from voiceguide.session.talk import Meaning, Talk
from voiceguide.texts.permission_texts import PermissionTexts


@click.command("consent", options_metavar="[选项]")
@click.option("--again", is_flag=True, help="问过了，也再问一次。")
@click.option("--withdraw", is_flag=True, help="不再记她说的话，记过的删掉；不问。")
@PERSON_OPTION
@MODEL_OPTION
def command(again: bool, withdraw: bool, person: str | None, model: Path | None) -> Exit:
    """请她亲口答应：卡住的时候说的话，可不可以给家里人看（voiceguide report）。

    只问一次，要用嘴回答，别人不能按键替她答应。答应了，只记卡住的时候那几句话，只写字，不录音，最多三十句，
    号码和密码不记。她随时说“不要记我说的话”，就不记了，记过的也删掉。
    """
    file = chosen(person)
    profile = opened(file)
    if withdraw:
        remember(file, Consented(False, datetime.date.today()))
        click.echo("不再记她说的话，记过的都删掉了。以前用 --out 写到别处的网页，请自己删。")
        return Exit.OK
    if profile.consent is not None and not again:
        click.echo(f"{told(profile.consent)}要再问一次，请加 --again。")
        return Exit.OK if profile.keeps_words else Exit.NEGATIVE
    content = with_own_words(open_content(), profile.words, model)
    answer = _asked(content, profile, model)
    if answer is Meaning.UNCLEAR:
        click.echo("没有听到她答应还是不答应，什么也没有记下。")
        return Exit.NEGATIVE
    remember(file, Consented(answer is Meaning.YES, datetime.date.today()))
    click.echo("她答应了。" if answer is Meaning.YES else "她没有答应，她说的话不会记。")
    return Exit.OK if answer is Meaning.YES else Exit.NEGATIVE


def remember(file: ProfileFile, consent: Consented) -> None:
    """Into her profile as it stands now. Raises ProfileError, OSError."""
    drop_words(file, file.change(lambda profile: profile.noting(consent)))


def told(consent: Consented) -> str:
    """What she answered before."""
    day = f"{consent.day.year}年{consent.day.month}月{consent.day.day}日" if consent.day else "已经"
    return f"{day}问过她了，{'她答应了' if consent.to_transcripts else '她没有答应'}。"


def _asked(content: Content, profile: Profile, model: Path | None) -> Meaning:
    """Raises RoomError, MouthError, EarsError."""
    texts = PermissionTexts.load(paths.prompts())
    try:
        with opened_talk(content, texts.all("words-ask"), texts.all("mic-back")[0], model) as talk:
            return ask_aloud(talk, texts, profile.called)
    except RoomClosed:
        return Meaning.UNCLEAR


def ask_aloud(talk: Talk, texts: PermissionTexts, called: str) -> Meaning:
    """Explained, asked, and told what comes of it. Only her voice agrees: a key says no more than no."""
    talk.tell(*texts.all("words-explain", called))
    answer = talk.ask(*texts.all("words-ask", called))
    meaning = Meaning.UNCLEAR if answer.typed and answer.meaning is Meaning.YES else answer.meaning
    endings = {Meaning.YES: "words-agreed", Meaning.NO: "words-refused", Meaning.UNCLEAR: "words-unclear"}
    talk.tell(texts.all(endings[meaning], called)[0])
    return meaning
