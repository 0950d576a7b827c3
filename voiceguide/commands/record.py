"""`voiceguide record`: somebody of the family reads the prompts aloud; the guide then speaks with that voice."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime

import click

from voiceguide import paths
from voiceguide.commands import equipment
from voiceguide.commands.content import Content, open_content
from voiceguide.commands.equipment import MICROPHONE, SILENT, SPEAKER
from voiceguide.commands.reading import ReadingDisplay, ReadingWalk
from voiceguide.commands.recording_walk import Ending, Microphone
from voiceguide.commands.screen import Screen
from voiceguide.commands.voices import named_voice, plans, report
from voiceguide.ears.keys import terminal_keys
from voiceguide.ears.recorder import TakeRecorder
from voiceguide.endpointer import Patience
from voiceguide.events import Prompt
from voiceguide.exit_codes import Exit
from voiceguide.mouth.silent import SilentMouth
from voiceguide.recordings.family_voice import FamilyVoice, family_voices
from voiceguide.recordings.recordings import Consent
from voiceguide.recordings.voice_manifest import LONGEST_SECONDS
from voiceguide.recordings.voice_plan import standing
from voiceguide.room import Room, RoomError
from voiceguide.session.talk import Talk
from voiceguide.session.typed import Keys
from voiceguide.texts.reading_texts import ReadingTexts

DEFAULT_NAME = "家人"
PATIENCE = Patience(hesitant_silence_seconds=1.6, utterance_seconds=LONGEST_SECONDS - 5.0)
"""She takes a breath between two sentences; and the longest prompt is far from a minute."""
CLEAR = "\033[2J\033[H"
BAR_CELLS = 24


@click.command("record", options_metavar="[选项]")
@click.option("--guide", metavar="指南", default=None, help="念哪一份指南；不写就是第一份。")
@click.option("--voice", metavar="名字", help="谁的声音，例如：小芳；默认是上次那一位，第一次叫“家人”。")
@click.option("--again", metavar="文字", help="只重录含有这几个字的句子，录过的也再录。")
@click.option("--listen/--no-listen", default=True, help="每录一句放出来听听（默认），或者不放。")
@click.option("--list", "listing", is_flag=True, help="列出谁录了多少、哪几句要补录，不录音。")
@click.option("--delete", is_flag=True, help="删掉一个人的录音和同意书（加 --voice），或者所有人的。")
def command(
    guide: str | None, voice: str | None, again: str | None, listen: bool, listing: bool, delete: bool
) -> Exit:
    """把指南的话念出来，让老人听到家里人的声音。

    屏幕上出来一句，倒数三下，您念一句。最常听到的先录；没录的，指南用合成的声音说。
    随时可以停，下次接着录。录好了用 voiceguide voicepack export 带到老人的机器上。
    """
    if listing and delete:
        raise click.UsageError("--list 和 --delete 不能一起用。")
    if listing:
        return show_list(voice)
    if delete:
        return erase(voice)
    content = open_content(guide)
    hers = named_voice(voice or _last_name())
    hers.check_usable()
    prompts, total = to_read(plans()[content.script.guide.id], hers, again)
    if not prompts:
        click.echo(f"“{hers.name}”没有要录的句子了。" if again is None else f"没有含有“{again}”的句子。")
        return Exit.OK
    texts = ReadingTexts.load(paths.prompts())
    if hers.manifest() is None:
        with _room(listen=listen):
            pass  # whether one can record here at all is known before she is asked anything
    if not consents(hers, texts):
        return Exit.NEGATIVE
    click.echo(f"声音：{hers.name}，录音放在：{hers.folder}", err=True)
    _record(content, texts, hers, prompts, total, listen=listen)
    return Exit.OK


def to_read(plan: tuple[Prompt, ...], voice: FamilyVoice, again: str | None) -> tuple[Sequence[Prompt], int]:
    """(what is read now, out of how many). Raises FamilyVoiceError."""
    if again is not None:
        chosen = [prompt for prompt in plan if again in prompt.text]
        return chosen, len(chosen)
    damaged = voice.damaged()
    whole = [take for take in voice.takes() if take not in damaged]
    return standing(plan, whole).missing, len(plan)


def consents(voice: FamilyVoice, texts: ReadingTexts) -> bool:
    """Has she agreed before, or does she now? A yes is written down; before it nothing is. Raises FamilyVoiceError."""
    if voice.manifest() is not None:
        return True
    for line in texts.explain:
        click.echo(line, err=True)
    question = texts.texts["consent"]
    if not click.confirm(question, err=True):
        click.echo(texts.texts["refused"], err=True)
        return False
    today = datetime.now().astimezone().date().isoformat()
    voice.agree(Consent(voice.name, today, (*texts.explain, question), "y", "typed"))
    return True


def read_aloud(
    content: Content, texts: ReadingTexts, voice: FamilyVoice, prompts: Sequence[Prompt], total: int,
    ports: tuple[Room, Keys], display: ReadingDisplay, *, listen: bool = True,
) -> Ending:  # fmt: skip
    """The whole sitting over these ports. Raises RoomError, FamilyVoiceError."""
    room, keys = ports
    recorder, microphone = TakeRecorder(), Microphone(display)
    from voiceguide.ears.listener import MicrophoneEars

    ears = MicrophoneEars(recorder, patience=PATIENCE)
    back = Prompt("record/begin", texts.texts["begin"])
    talk = Talk(room, SilentMouth(), ears, content.understanding, keys, microphone, back)

    def syllables(text: str) -> int:
        return len(content.readings.toneless(text))

    def now() -> datetime:
        return datetime.now(UTC)

    walk = ReadingWalk(talk, recorder, microphone, texts, voice, display, syllables, now, listen=listen)
    return walk.run(prompts, total)


def _record(
    content: Content, texts: ReadingTexts, voice: FamilyVoice, prompts: Sequence[Prompt], total: int, *, listen: bool
) -> Ending:  # fmt: skip
    with ExitStack() as stack:
        room = stack.enter_context(_room(listen=listen))
        keys: Keys = stack.enter_context(terminal_keys()) if sys.stdin.isatty() else str
        display = ReadingScreen(texts.texts["keys"], terminal=sys.stderr.isatty())
        return read_aloud(content, texts, voice, prompts, total, (room, keys), display, listen=listen)


@contextmanager
def _room(*, listen: bool) -> Iterator[Room]:
    """Raises RoomError, with a remedy that this command understands."""
    remedies = {
        "no-speaker": "请接上音箱或耳机，再试一次；也可以加上 --no-listen，不放出来听。",
        "no-microphone": "请接上话筒，再试一次。",
    }
    with ExitStack() as stack:
        try:
            room = stack.enter_context(equipment.opened_room(MICROPHONE, SPEAKER if listen else SILENT))
        except RoomError as error:
            raise RoomError(error.code, error.message, remedies.get(error.code, error.remedy)) from error
        yield room


class ReadingScreen(Screen):
    """One text at a time, alone on the screen, a sentence a line."""

    def __init__(self, keys: str, *, terminal: bool) -> None:
        super().__init__(meter=terminal)
        self._terminal = terminal
        self._keys = keys

    def item(self, number: int, total: int, text: str) -> None:
        if self._terminal:
            click.echo(CLEAR, nl=False, err=True)
        done = round(BAR_CELLS * (number - 1) / total)
        self._line(f"第 {number} 句，共 {total} 句　{'▮' * done}{'▯' * (BAR_CELLS - done)}")
        for line in ("", *large(text), "", self._keys, ""):
            self._line(line)

    def counting(self, number: int) -> None:
        self._line(f"　{number}")

    def told(self, text: str) -> None:
        self._line(click.style(text, bold=True))


def large(text: str) -> list[str]:
    """A sentence a line, its characters apart: as large as a terminal can show it."""
    sentences = text.replace("。", "。\n").replace("？", "？\n").replace("！", "！\n").split("\n")
    return [click.style(f"　　{' '.join(sentence)}", bold=True) for sentence in sentences if sentence]


def show_list(name: str | None) -> Exit:
    """What has been read, and what of it is not played any more."""
    voices = [each for each in family_voices(paths.voices()) if name in (None, each.name)]
    if not voices:
        click.echo(f"还没有录音：{paths.voices()}")
        return Exit.OK
    fine = True
    for voice in voices:
        lines, whole = report(voice)
        fine = fine and whole
        click.echo("\n".join(lines))
    return Exit.OK if fine else Exit.NEGATIVE


def erase(name: str | None) -> Exit:
    """After a confirmation. Raises FamilyVoiceError."""
    voices = [each for each in family_voices(paths.voices()) if name in (None, each.name)]
    if not voices:
        click.echo("没有可以删除的录音。")
        return Exit.NEGATIVE
    whose = "、".join(voice.name for voice in voices)
    if not click.confirm(f"要删掉 {whose} 的全部录音和同意书吗？删了就找不回来", err=True):
        click.echo("没有删除。")
        return Exit.NEGATIVE
    count = sum(voice.erase() for voice in voices)
    click.echo(f"删掉了：{whose} 的 {count} 个录音，还有同意书。")
    return Exit.OK


def _last_name() -> str:
    """Who read last; the first one has no name yet. Raises FamilyVoiceError."""
    moments = {
        voice.name: max((take.moment for take in voice.takes()), default=datetime.min.replace(tzinfo=UTC))
        for voice in family_voices(paths.voices())
    }
    return max(moments, key=lambda name: moments[name], default=DEFAULT_NAME)
