"""`voiceguide record-commands`: a volunteer lends her voice, into a folder that bench and training read."""

from __future__ import annotations

import sys
from collections import Counter
from contextlib import ExitStack, closing
from pathlib import Path

import click

from voiceguide import paths
from voiceguide.commands import equipment
from voiceguide.commands.content import Content, open_content
from voiceguide.commands.equipment import MICROPHONE, MODEL_OPTION, SILENT, SPEAKER
from voiceguide.commands.recording_walk import Ending, Microphone, RecordingDisplay, Walk
from voiceguide.commands.screen import Screen
from voiceguide.dialogue import dialogue
from voiceguide.dialogue.script import prompts
from voiceguide.ears import Ears
from voiceguide.ears.keys import terminal_keys
from voiceguide.ears.listener import MicrophoneEars
from voiceguide.ears.recorder import TakeRecorder
from voiceguide.endpointer import Patience
from voiceguide.exit_codes import Exit
from voiceguide.mouth import Mouth
from voiceguide.mouth.pace import PACE
from voiceguide.recordings.recording_index import SENTENCE, WORD, is_speaker
from voiceguide.recordings.recording_plan import Item, commands, plan
from voiceguide.recordings.recordings import Recordings
from voiceguide.room import Room, RoomError
from voiceguide.session.talk import Talk
from voiceguide.session.typed import Keys
from voiceguide.texts.recording_texts import RecordingTexts

END_SILENCE_SECONDS = 1.0
"""She has said it: shorter than in a guide, whose listeners think while they speak; long enough for a comma."""


@click.command("record-commands", options_metavar="[选项]")
@click.argument("folder", metavar="[文件夹]", required=False, type=click.Path(path_type=Path))
@click.option(
    "--count",
    metavar="个数",
    type=click.IntRange(min=1),
    default=60,
    show_default=True,
    help="录多少个命令。",
)
@click.option(
    "--takes",
    metavar="遍数",
    type=click.IntRange(1, 20),
    default=2,
    show_default=True,
    help="每个命令录几遍。",
)
@click.option("--other-speech/--no-other-speech", default=True, help="也录／不录不是命令的话（默认录）。")
@click.option("--prompt-aloud/--text", default=True, help="念给她听（默认），或者只显示文字。")
@click.option("--listen", is_flag=True, help="每录一句放一遍：回车留下，r 重录，s 跳过，q 停。")
@click.option("--speaker", metavar="编号", help="说话人的编号；默认随机给一个，不用写名字。")
@click.option("--list", "listing", is_flag=True, help="列出谁录了多少，不录音。")
@click.option("--delete", is_flag=True, help="删掉录音和同意书：一个人的（加 --speaker），或者所有人的。")
@MODEL_OPTION
def command(
    folder: Path | None, count: int, takes: int, other_speech: bool, prompt_aloud: bool, listen: bool,
    speaker: str | None, listing: bool, delete: bool, model: Path | None,
) -> Exit:  # fmt: skip
    """请人说一遍命令，录下来，用来检查和训练识别模型。

    先问愿不愿意，答应了才录；录音只存在这台电脑里。中断了，下次接着录。
    按键：r 重录上一句，s 跳过，q 停，回车不等念完。
    文件夹默认在用户数据目录里；voiceguide bench 和 training 可以直接读它。
    """
    recordings = Recordings(folder or paths.volunteers())
    if speaker is not None and not is_speaker(speaker):
        raise click.BadParameter("编号只能用字母、汉字、数字和短横线，最长 32 个字。", param_hint="--speaker")
    if listing and delete:
        raise click.UsageError("--list 和 --delete 不能一起用。")
    if listing:
        return show_list(recordings)
    if delete:
        return erase(recordings, speaker)
    recordings.check_usable()
    content = open_content()
    texts = RecordingTexts.load(paths.prompts())
    items = planned(content, texts, count, takes, other_speech=other_speech)
    click.echo(f"录音放在：{recordings.folder}", err=True)
    ending = _record(content, texts, recordings, items, speaker, model, aloud=prompt_aloud, listen=listen)
    return Exit.NEGATIVE if ending is Ending.REFUSED else Exit.OK


def planned(
    content: Content, texts: RecordingTexts, count: int, takes: int, *, other_speech: bool
) -> tuple[Item, ...]:
    """Everything one volunteer is asked to say."""
    understanding = content.understanding
    anywhere = (*understanding.universal, *understanding.choices)
    elsewhere = [name for name in dialogue.intents(content.script) if name not in anywhere]
    words = commands(
        {name: understanding.phrases((name,)) for name in anywhere},
        {name: understanding.phrases((name,)) for name in elsewhere},
        [words for each in prompts(content.script) for words in understanding.asking.offered(each.text)],
    )
    sentences = [content.readings.phrase(text) for text in texts.sentences] if other_speech else []
    return plan(words[:count], sentences, takes)


def carry_out(
    content: Content, texts: RecordingTexts, recordings: Recordings, items: tuple[Item, ...],
    speaker: str | None, ports: tuple[Room, Mouth, Ears, TakeRecorder, Keys], display: RecordingDisplay,
    *, listen: bool = False,
) -> Ending:  # fmt: skip
    """The whole walk over these ports. Raises EarsError, RoomError, RecordingsError."""
    room, mouth, ears, recorder, keys = ports
    asked = [texts.asking("ask-word" if item.kind == WORD else "ask-sentence", item.text) for item in items]
    told = [texts.prompts[name] for name in ("explain", "consent", "start")]
    mouth.prepare([*(prompt for each in told for prompt in each), *dict.fromkeys(asked)])
    microphone = Microphone(display)
    back = texts.vary("mic-back")
    talk = Talk(room, mouth, ears, content.understanding, keys, microphone, back, texts.answers)
    return Walk(talk, recorder, microphone, texts, recordings, display, listen=listen).run(items, speaker)


def recording_ears(recorder: TakeRecorder) -> MicrophoneEars:
    """The program's ears, a little less patient. Raises EarsError."""
    return MicrophoneEars(recorder, patience=Patience(hesitant_silence_seconds=END_SILENCE_SECONDS))


def _record(
    content: Content, texts: RecordingTexts, recordings: Recordings, items: tuple[Item, ...],
    speaker: str | None, model: Path | None, *, aloud: bool, listen: bool,
) -> Ending:  # fmt: skip
    mouth_name = SPEAKER if aloud or listen else SILENT
    with ExitStack() as stack:
        try:
            room = stack.enter_context(equipment.opened_room(MICROPHONE, mouth_name))
        except RoomError as error:
            raise _explained(error) from error
        mouth = equipment.open_mouth(SPEAKER if aloud else SILENT, content.readings, PACE, waits=False)
        stack.enter_context(closing(mouth))
        recorder = TakeRecorder(equipment.open_recogniser(model))
        keys: Keys = stack.enter_context(terminal_keys()) if sys.stdin.isatty() else str
        ports = (room, mouth, recording_ears(recorder), recorder, keys)
        display = Screen(meter=sys.stderr.isatty())
        return carry_out(content, texts, recordings, items, speaker, ports, display, listen=listen)


def _explained(error: RoomError) -> RoomError:
    """Without the remedies that only the guide has."""
    remedies = {
        "no-microphone": "请接上话筒，再试一次；没有话筒不能录音。",
        "no-speaker": "请接上音箱或耳机，再试一次；也可以加上 --text，只看文字。",
    }
    return RoomError(error.code, error.message, remedies.get(error.code, error.remedy))


def show_list(recordings: Recordings) -> Exit:
    """Who has recorded how much."""
    index = recordings.index()
    consents = {each.speaker: each.date for each in recordings.consents()}
    if not (speakers := recordings.speakers()):
        click.echo(f"还没有录音：{recordings.folder}")
        return Exit.OK
    click.echo(f"录音放在：{recordings.folder}")
    for speaker in speakers:
        hers = [each for each in index if each.speaker == speaker]
        kinds = Counter(each.kind for each in hers)
        seconds = sum(each.duration_seconds for each in hers)
        click.echo(
            f"{speaker}　命令 {kinds[WORD]} 句，别的话 {kinds[SENTENCE]} 句，共 {seconds:.0f} 秒，"
            f"{consents.get(speaker, '没有写明哪天')} 同意"
        )
    return Exit.OK


def erase(recordings: Recordings, speaker: str | None) -> Exit:
    """After a confirmation. Raises RecordingsError."""
    known = set(recordings.speakers())
    gone = known if speaker is None else known & {speaker}
    if not gone:
        click.echo("没有可以删除的录音。" if speaker is None else f"没有编号是 {speaker} 的录音。")
        return Exit.NEGATIVE
    count = sum(each.speaker in gone for each in recordings.index())
    whose = "所有人" if speaker is None else speaker
    if not click.confirm(f"要删掉{whose}的 {count} 个录音和同意书吗？删了就找不回来", err=True):
        click.echo("没有删除。")
        return Exit.NEGATIVE
    files = recordings.erase(speaker)
    click.echo(f"删掉了：{whose}的 {files} 个文件，还有同意书。")
    return Exit.OK
