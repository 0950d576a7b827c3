"""`voiceguide rehearse`: a written conversation, carried out by the real guide with a synthetic person."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path

import click

from voiceguide import paths
from voiceguide.commands import equipment
from voiceguide.commands.content import Content, open_content
from voiceguide.commands.equipment import MODEL_OPTION
from voiceguide.commands.own_words import with_own_words
from voiceguide.commands.persons import opened, people
from voiceguide.commands.transcript import printer
from voiceguide.ears import Ears
from voiceguide.events import Entry
from voiceguide.exit_codes import Exit
from voiceguide.rehearsal.conversation import Conversation, Differs, PersonSays, PersonSilent, parse
from voiceguide.rehearsal.rehearsal import Prompter, RehearsalKeeper, Talked, rehearse_text
from voiceguide.room import Room
from voiceguide.session.session import Session

SHIPPED = paths.conversations() / "whole-guide.txt"
"""The whole guide, with one failure, one 我不会 and one question about a fraud."""

PERSON_VOICE = "sit/cmn+f5"
"""Kept out of the recogniser's training (training/splits.toml). Other systems have one voice for both."""

GUIDE_PACE = 160
PERSON_PACE = 170
"""Characters a minute; both as in ordinary life."""
INTERRUPTS_AFTER_SECONDS = 1.5
"""Into the prompt."""
SPEAKS_AGAIN_SECONDS = 4.0
"""After a line of hers that the guide leaves without an answer: no turn of hers lasts over such a silence."""
STAYS_SECONDS = 3.0
"""After the last line: long enough to hear the answer, too short for the guide to wonder where she is."""


@click.command("rehearse", options_metavar="[选项]")
@click.argument(
    "conversations",
    metavar="[对话.txt]…",
    nargs=-1,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option("--text", "text_only", is_flag=True, help="不出声，只比较文字。")
@click.option(
    "--save",
    metavar="文件.wav",
    type=click.Path(dir_okay=False, path_type=Path),
    callback=equipment.named_recording,
    help="把听到的一切存下来：左声道是指南，右声道是她。",
)
@click.option("--json", "as_json", is_flag=True, help="每件事一行 JSON。")
@MODEL_OPTION
def command(
    conversations: tuple[Path, ...], text_only: bool, save: Path | None, as_json: bool, model: Path | None
) -> Exit:
    """照写好的对话演练：合成的声音回答，识别模型真的去听。

    没有写对话时，把认证的指南从头到尾演练一遍。指南的回答与写好的不同，结束代码是 1。
    """
    if save and (text_only or len(conversations) > 1):
        raise click.UsageError("--save 要出声，而且一次只能存一段对话。")
    results = [
        rehearse_written(path, as_json=as_json)
        if text_only
        else rehearse_aloud(path, model, save, as_json=as_json)
        for path in conversations or (SHIPPED,)
    ]
    return max(results)


def rehearse_written(path: Path, *, as_json: bool) -> Exit:
    """Without sound. Raises ConversationError, ContentError."""
    conversation = parse(path)
    content = open_content(_first(conversation))

    return _told(
        conversation,
        as_json,
        lambda log: rehearse_text(conversation, content.script, content.understanding, log, _talked),
    )


def rehearse_aloud(path: Path, model: Path | None, save: Path | None, *, as_json: bool) -> Exit:
    """In the simulated room. Raises ConversationError, ContentError, EarsError, MouthError, RoomError."""
    conversation = parse(path)
    words = opened(people().files()[0]).words
    content = with_own_words(open_content(_first(conversation)), words, model)
    ears = equipment.open_ears(equipment.MICROPHONE, model, "")
    result = _told(conversation, as_json, lambda log: _carry_out(conversation, content, ears, save, log))
    if save:
        click.echo(f"录音在 {save}", err=True)
    return result


def _talked(guide_id: str) -> Talked:
    content = open_content(guide_id)
    return content.script, content.understanding


def _first(conversation: Conversation) -> str | None:
    return None if conversation.asks_which else conversation.guide


def _told(
    conversation: Conversation, as_json: bool, rehearse: Callable[[Callable[[Entry], None]], None]
) -> Exit:
    """Run it, showing what happens, and say how it ended."""
    began = time.monotonic()
    try:
        rehearse(printer(as_json))
    except Differs as difference:
        click.echo(f"与写好的不同。{difference}", err=True)
        return Exit.NEGATIVE
    click.echo(
        f"演练完成，与写好的完全一样（{conversation.path.name}，{time.monotonic() - began:.0f} 秒）。",
        err=True,
    )
    return Exit.OK


def _carry_out(
    conversation: Conversation, content: Content, ears: Ears, save: Path | None, log: Callable[[Entry], None]
) -> None:
    from voiceguide.room.files import RecordingRoom

    readings = content.readings
    prompter = Prompter(conversation, log)
    with ExitStack() as stack:
        room: Room = _room_with_person(conversation, content)
        if save:
            room = RecordingRoom(room, save, stereo=True)
        stack.enter_context(closing(room))
        mouth = stack.enter_context(closing(equipment.open_speaker(readings, GUIDE_PACE, waits=True)))
        keeper = RehearsalKeeper(conversation.guide, conversation.saved, conversation.known)
        today = conversation.known.today
        Session(
            content.script, content.understanding, room, ears, mouth, keeper, prompter, today,
            open_guide=_talked, asks_which=conversation.asks_which,
        ).run()  # fmt: skip
    prompter.finish()


def _room_with_person(conversation: Conversation, content: Content) -> Room:
    """A quiet room with a person in it who says the written lines."""
    from voiceguide.mouth.renderer import ON_LINUX, VOICE, Renderer
    from voiceguide.room.person import Line, Reply, ScriptedPerson, Silence
    from voiceguide.room.simulated import SimulatedRoom

    lines: list[Line] = []
    before: object = None
    with Renderer(content.readings, voice=PERSON_VOICE if ON_LINUX else VOICE) as renderer:
        for line in conversation.lines:
            if isinstance(line, PersonSays):
                said = renderer.render(line.text, pace=PERSON_PACE)
                if line.interrupts:
                    lines.append(Reply(said, INTERRUPTS_AFTER_SECONDS, interrupts=True))
                elif isinstance(before, PersonSays):
                    lines.append(Reply(said, SPEAKS_AGAIN_SECONDS, unasked=True))
                else:
                    lines.append(said)
            elif isinstance(line, PersonSilent):
                lines.append(Silence(line.seconds))
            before = line
    return SimulatedRoom(ScriptedPerson(lines, stays_seconds=STAYS_SECONDS))
