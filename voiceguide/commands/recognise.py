"""`voiceguide recognise`: recordings through the same ears that listen to her."""

from __future__ import annotations

import time
from pathlib import Path

import click

from voiceguide.commands.content import EXPECTING_OPTION, open_expecting
from voiceguide.commands.equipment import MODEL_OPTION, open_recogniser
from voiceguide.commands.own_words import with_own_words
from voiceguide.commands.persons import PERSON_OPTION, chosen, opened
from voiceguide.commands.results import as_json
from voiceguide.events import SAMPLE_RATE, Event, NoInput
from voiceguide.exit_codes import Exit
from voiceguide.room import RoomError
from voiceguide.understanding.digits import DIGITS


@click.command("recognise", options_metavar="[选项]")
@click.argument("files", metavar="文件…", nargs=-1, required=True, type=click.Path(path_type=Path))
@EXPECTING_OPTION
@click.option("--personal/--no-personal", default=True, help="也听／不听她自己教的话（默认听）。")
@PERSON_OPTION
@MODEL_OPTION
def command(
    files: tuple[Path, ...], expecting: str, personal: bool, person: str | None, model: Path | None
) -> Exit:
    """录音（WAV、FLAC、OGG）里说的是什么；每个文件一行 JSON。

    读不了的文件在标准错误里说明，其余的照常识别，结束代码是 2。
    """
    from voiceguide.ears.files import recognise_file
    from voiceguide.room.files import read_samples

    content, intents = open_expecting(expecting)
    intents = tuple(dict.fromkeys((*intents, DIGITS)))
    if personal:
        content = with_own_words(content, opened(chosen(person)).words, model)
    phrases = content.understanding.word_list(intents)
    complete = content.understanding.complete(intents)
    recogniser = open_recogniser(model)
    recogniser.prepare(phrases)
    exit_code = Exit.OK
    for file in files:
        try:
            samples = read_samples(file)
        except RoomError as error:
            click.echo(f"{error.message}{error.remedy}", err=True)
            exit_code = Exit.USAGE
            continue
        began = time.process_time()
        hearing = recognise_file(recogniser, samples, phrases, complete)
        transcript = None if isinstance(hearing, NoInput) else content.understanding.forgotten(hearing)
        event: Event = NoInput(samples.size / SAMPLE_RATE)
        if transcript is not None:
            event = content.understanding.understand(transcript.text, intents, transcript.confidence)
        compute_seconds = time.process_time() - began
        click.echo(as_json(str(file), transcript, event, samples.size / SAMPLE_RATE, compute_seconds))
    return exit_code
