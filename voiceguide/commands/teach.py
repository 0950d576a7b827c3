"""`voiceguide teach`: a word of her own, said three times; from then on it is understood."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from voiceguide import paths
from voiceguide.commands import equipment
from voiceguide.commands.content import Content, open_content
from voiceguide.commands.equipment import MICROPHONE, MODEL_OPTION, MOUTH_OPTION, SPEAKER
from voiceguide.commands.own_words import forget_words, keep_audio, list_words, usable_words
from voiceguide.commands.persons import PERSON_OPTION, chosen, opened
from voiceguide.dialogue import dialogue
from voiceguide.events import Heard, Prompt, Samples
from voiceguide.exit_codes import Exit
from voiceguide.mouth.pace import PACE
from voiceguide.teaching.pronouncing import REPETITIONS, Refusal
from voiceguide.teaching.teaching import RISKY, Teacher
from voiceguide.texts.teaching_texts import TeachingTexts
from voiceguide.understanding.personal import LONGEST_LABEL, PersonalWord, free_label, is_label
from voiceguide.understanding.wordings import UNIVERSAL

if TYPE_CHECKING:
    from voiceguide.ears.recogniser import Recogniser

OFFERED = (
    "next", "repeat", "failed", "cannot", "pause", "resume", "stop", "yes", "no", "previous", "slower", "louder",
    "help",
)  # fmt: skip
"""The menu, the commonest first."""


@click.command("teach", options_metavar="[选项]")
@click.argument("meaning", metavar="[意思]", required=False)
@click.argument("files", metavar="[录音]…", nargs=-1, type=click.Path(path_type=Path))
@click.option("--from-files", is_flag=True, help="从录音学：意思后面写三个录音文件，每个里面说一遍。")
@click.option("--label", metavar="汉字", help="这句话怎么写，列出来的时候好认；不写也可以。")
@click.option("--list", "listing", is_flag=True, help="列出教过的话。")
@click.option(
    "--forget", metavar="[意思|那句话]", is_flag=False, flag_value="", help="忘掉；不写就忘掉最后教的一句。"
)
@click.option(
    "--keep-audio", "keeping", is_flag=True, help="把录音也存在这台电脑里（先问同意不同意）；默认不存。"
)
@click.option(
    "--ears", metavar="mic|录音.wav", default=MICROPHONE, help="听哪里：mic 话筒（默认），或者一个录音。"
)
@MOUTH_OPTION
@PERSON_OPTION
@MODEL_OPTION
def command(
    meaning: str | None, files: tuple[Path, ...], from_files: bool, label: str | None, listing: bool,
    forget: str | None, keeping: bool, ears: str, mouth: str,
    person: str | None, model: Path | None,
) -> Exit:  # fmt: skip
    """教一句她自己的话（方言、口头语），说三遍就学会。

    意思是程序懂的一句话，例如：下一步、再说一遍、失败了、我不会、等一下、停、是、不是。
    不写意思就列出来让您选。学会了，run、rehearse、recognise 都听得懂。
    """
    if listing + (forget is not None) + from_files > 1:
        raise click.UsageError("--list、--forget、--from-files 一次只能用一个。")
    if files and not from_files:
        raise click.UsageError("要从录音学，请加上 --from-files。")
    content, file = open_content(), chosen(person)
    if listing:
        return list_words(opened(file).words, lambda intent: meaning_of(content, intent), model)
    if forget is not None:
        return forget_words(file, forget, meant(content, forget))
    if from_files and (meaning is None or len(files) < 2):
        raise click.UsageError(f"--from-files 后面要写意思和 {REPETITIONS} 个录音，最少两个。")
    known = opened(file).words
    if label is not None and (not is_label(label) or label in {word.label for word in known}):
        hint = "这个名字已经用过了。" if is_label(label) else f"只能写字，最多 {LONGEST_LABEL} 个。"
        raise click.BadParameter(hint, param_hint="--label")
    label = label or free_label(known)
    intent = None if meaning is None else intent_of(content, meaning)
    keeps = keeping and click.confirm("录音会存在这台电脑里，只有您看得到。同意吗", err=True)
    if from_files:
        assert intent is not None
        learnt = _from_files(content, intent, label, files, usable_words(known, model), model)
    else:
        learnt = _aloud(content, intent, label, ears, mouth, usable_words(known, model), model)
    if learnt is None:
        return Exit.NEGATIVE
    word, repetitions = learnt
    file.change(lambda profile: replace(profile, words=(*profile.words, word)))
    if keeps:
        keep_audio(file, word, repetitions)
    click.echo(f"学会了：{word.text}，意思是「{meaning_of(content, word.intent)}」。")
    click.echo("不要了就运行 voiceguide teach --forget。", err=True)
    return Exit.OK


def intent_of(content: Content, meaning: str) -> str:
    """下一步 or next -> next. Raises click.UsageError."""
    if intent := meant(content, meaning):
        return intent
    offered = "、".join(meaning_of(content, intent) for intent in OFFERED)
    raise click.UsageError(f"程序不懂「{meaning}」是什么意思。可以教的意思：{offered}。")


def meant(content: Content, text: str) -> str:
    """The intent named or worded so; "" for anything else."""
    if text in UNIVERSAL:
        return text
    event = content.understanding.understand(text, UNIVERSAL)
    return event.intent if isinstance(event, Heard) else ""


def meaning_of(content: Content, intent: str) -> str:
    """next -> 下一步."""
    known = intent in dialogue.intents(content.script)
    return content.understanding.phrases((intent,))[0].text if known else intent


# --------------------------------------------------------------------------------------- teaching


@contextmanager
def opened_teacher(content: Content, model: Path | None) -> Iterator[tuple[Teacher, Recogniser]]:
    """Listens with the model in use. Raises EarsError."""
    from voiceguide.ears.transcriber import Transcriber

    recogniser = equipment.open_recogniser(model)
    with closing(Transcriber(recogniser.folder)) as transcriber:
        understanding = content.understanding.with_personal(())
        yield Teacher(transcriber, recogniser, understanding, dialogue.intents(content.script)), recogniser


def _from_files(
    content: Content, intent: str, label: str, files: Sequence[Path], known: tuple[PersonalWord, ...],
    model: Path | None,
) -> tuple[PersonalWord, list[Samples]] | None:  # fmt: skip
    from voiceguide.ears.transcriber import first_utterance
    from voiceguide.room.files import read_samples
    from voiceguide.room.take import judge, nothing_heard

    texts = TeachingTexts.load(paths.prompts())
    with opened_teacher(content, model) as (teacher, _):
        repetitions = []
        for file in files:
            recording = read_samples(file)
            said = first_utterance(recording)
            take = judge(said, 1)
            flaw = take.flaw if said.size else nothing_heard(recording)
            if flaw:
                click.echo(f"{file}：{texts.vary(flaw.value).text}", err=True)
                return None
            repetitions.append(take.samples)
        word = teacher.learn(intent, label, repetitions, known, datetime.date.today().isoformat())
    if isinstance(word, Refusal):
        click.echo(f"没有学会：{texts.why(word).text}", err=True)
        return None
    return word, repetitions


def _aloud(
    content: Content, intent: str | None, label: str, ears_name: str, mouth_name: str,
    known: tuple[PersonalWord, ...], model: Path | None,
) -> tuple[PersonalWord, list[Samples]] | None:  # fmt: skip
    from voiceguide.commands.lesson import Lesson
    from voiceguide.commands.record_commands import recording_ears
    from voiceguide.commands.recording_walk import Microphone
    from voiceguide.commands.screen import Screen
    from voiceguide.ears.recorder import TakeRecorder
    from voiceguide.session.talk import Talk

    texts = TeachingTexts.load(paths.prompts())
    live = ears_name == MICROPHONE or mouth_name == SPEAKER
    with ExitStack() as stack:
        teacher, recogniser = stack.enter_context(opened_teacher(content, model))
        room = stack.enter_context(equipment.opened_room(ears_name, mouth_name))
        mouth = equipment.open_mouth(mouth_name, content.readings, PACE, waits=not live)
        stack.enter_context(closing(mouth))
        recorder = TakeRecorder(recogniser)
        screen = Screen(meter=sys.stderr.isatty())
        microphone = Microphone(screen)
        talk = Talk(
            room,
            mouth,
            recording_ears(recorder),
            content.understanding,
            str,
            microphone,
            texts.vary("mic-back"),
        )
        if intent is None:
            talk.tell(texts.vary("choose"))
            intent = _chosen(content)
        text = meaning_of(content, intent)
        mouth.prepare(spoken(texts, text))
        day = datetime.date.today().isoformat()

        def understood(word: PersonalWord, said: Samples) -> bool:
            event = teacher.heard((*known, word), said)
            return isinstance(event, Heard) and event.intent == intent

        return Lesson(talk, recorder, microphone, texts).run(
            text, lambda takes: teacher.learn(intent, label, takes, known, day), understood
        )


def spoken(texts: TeachingTexts, meaning: str) -> list[Prompt]:
    """What will be said if all goes well, in this order."""
    asked = [texts.vary("ask", number, meaning) for number in range(REPETITIONS)]
    return [*asked, texts.vary("check"), texts.vary("learnt", 0, meaning)]


def _chosen(content: Content) -> str:
    """By a number on the keyboard."""
    for number, intent in enumerate(OFFERED, 1):
        risky = "（要说得特别一点）" if intent in RISKY else ""
        click.echo(f"{number:>3}  {meaning_of(content, intent)}{risky}", err=True)
    number = click.prompt("选几", type=click.IntRange(1, len(OFFERED)), err=True)
    return OFFERED[number - 1]
