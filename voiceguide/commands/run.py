"""`voiceguide run`: the guide, aloud."""

from __future__ import annotations

import datetime
import sys
from contextlib import ExitStack, closing
from pathlib import Path

import click

from voiceguide import faults, paths
from voiceguide.commands import equipment
from voiceguide.commands.aloud import say_what_fails
from voiceguide.commands.appointments import told_calendar
from voiceguide.commands.asking_who import Prompts, ask_who
from voiceguide.commands.content import Content, open_content
from voiceguide.commands.equipment import KEYBOARD, MICROPHONE, MODEL_OPTION, SPEAKER
from voiceguide.commands.own_words import with_own_words
from voiceguide.commands.persons import PERSON_OPTION, chosen, opened, people
from voiceguide.commands.rehearse import SHIPPED, rehearse_aloud
from voiceguide.commands.report import drop_words
from voiceguide.commands.transcript import printer
from voiceguide.commands.voices import VOICE_OPTION, speaking_voice
from voiceguide.content import ContentError
from voiceguide.ears import Ears, EarsError
from voiceguide.ears.keys import EarsAndKeys, terminal_keys
from voiceguide.exit_codes import Exit
from voiceguide.mouth import Mouth
from voiceguide.mouth.pace import PACE
from voiceguide.profile.keeping import Keeper
from voiceguide.profile.profile_file import Forgetful, ProfileFile, WhileTalking
from voiceguide.recordings.voice_plan import reading_plan
from voiceguide.refusals import in_words
from voiceguide.room import Room, RoomClosed, RoomError
from voiceguide.session.exchange import last_words
from voiceguide.session.session import Opened, Outcome, Session

NO_DEVICE_CODES = frozenset({"no-portaudio", "no-device", "no-microphone", "no-speaker"})


@click.command("run", options_metavar="[选项]")
@click.argument("guide", metavar="[指南]", required=False)
@click.option(
    "--ears",
    metavar="mic|keyboard|录音.wav",
    help="听哪里：mic 话筒（默认），keyboard 键盘（打字回答，或者直接回车），或者一个录音文件。",
)
@click.option(
    "--mouth",
    metavar="speaker|silent|文件.wav",
    callback=equipment.named_recording,
    help="往哪里说：speaker 音箱（默认），silent 不出声只显示文字，或者写进一个 WAV 文件。",
)
@click.option(
    "--pace",
    metavar="字数",
    type=click.IntRange(100, 240),
    default=PACE,
    show_default=True,
    help="每分钟说多少个字，100 到 240。",
)
@PERSON_OPTION
@VOICE_OPTION
@MODEL_OPTION
def command(
    guide: str | None,
    ears: str | None,
    mouth: str | None,
    pace: int,
    person: str | None,
    voice: str | None,
    model: Path | None,
) -> Exit:
    """读指南给她听，听她的回答（默认命令）。

    不写指南的名字，而指南不止一份，就先问她要做哪一件；什么时候都可以换。上次没做完，会问要不要接着做。
    """
    file = chosen(person) if person is not None or len(people().files()) == 1 else None
    try:
        _talk(guide, file, ears or MICROPHONE, mouth or SPEAKER, pace, voice, model)
    except ContentError:
        if mouth in (None, SPEAKER):
            say_what_fails("content")
        raise
    except RoomError as error:
        if error.code == "no-microphone" and mouth in (None, SPEAKER):
            say_what_fails("microphone")
        if error.code not in NO_DEVICE_CODES or ears or mouth:
            raise
        return _rehearse_instead(error, model)
    return Exit.OK


def _talk(
    guide: str | None, file: ProfileFile | None, ears_name: str, mouth_name: str, pace: int, voice: str | None,
    model: Path | None,
) -> Outcome:  # fmt: skip
    """`file`: None where she is to be asked who she is."""
    content = open_content(guide)
    live = ears_name == MICROPHONE or mouth_name == SPEAKER
    hers = speaking_voice(voice, reading_plan(content.script))
    with ExitStack() as stack:
        room = stack.enter_context(equipment.opened_room(ears_name, mouth_name))
        mouth = equipment.open_mouth(mouth_name, content.readings, pace, waits=not live, voice=hers)
        stack.enter_context(closing(mouth))
        try:
            ears = equipment.open_ears(
                ears_name, model, content.understanding.keys()["\n"] if ears_name == KEYBOARD else ""
            )
        except EarsError:
            last_words(content.script.vary("trouble-sound", 0), mouth, room)
            raise
        if ears_name == MICROPHONE and sys.stdin.isatty():
            ears = EarsAndKeys(
                ears, stack.enter_context(terminal_keys()), lambda: content.understanding.keys()
            )
        try:
            file = file or _who(content, (room, mouth, ears))
        except RoomClosed:
            return Outcome.CLOSED
        # Once before the session does: a bad file is set aside now, and said.
        words = () if file is None else opened(file).words

        def with_hers(content: Content) -> Content:
            return content if ears_name == KEYBOARD else with_own_words(content, words, model)

        def open_guide(guide_id: str) -> Opened:
            other = with_hers(open_content(guide_id))
            return other.script, lambda: other.understanding

        keeper: Keeper = Forgetful() if file is None else WhileTalking(file)
        session = Session(
            content.script, lambda: with_hers(content).understanding, room, ears, mouth, keeper, printer(False),
            datetime.date.today(), open_guide=open_guide, asks_which=guide is None,
        )  # fmt: skip
        try:
            return session.run()
        finally:
            if file is not None:
                told_calendar(file)
                drop_words(file, file.load())


def _who(content: Content, ports: tuple[Room, Mouth, Ears]) -> ProfileFile | None:
    by_name = {profile.called: file for file in people().files() if (profile := opened(file)).called}
    prompts = Prompts(content.script.common)
    return ask_who(by_name, prompts, content.understanding, ports, printer(False))


def _rehearse_instead(error: RoomError, model: Path | None) -> Exit:
    """No sound device: say so, then show what would have happened."""
    recording: Path | None = paths.cache() / "rehearsal.wav"
    click.echo(f"{error.message}{error.remedy}", err=True)
    try:
        paths.cache().mkdir(parents=True, exist_ok=True)
    except OSError as refused:
        click.echo(f"演练的录音存不下来：{paths.cache()} 不能写（{in_words(refused)}）。", err=True)
        recording = None
    click.echo("下面先完整演练一遍，让您看到它怎样工作：\n", err=True)
    result = rehearse_aloud(SHIPPED, model, recording, as_json=False)
    return faults.exit_of(error) if result is Exit.OK else result
