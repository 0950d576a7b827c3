"""`voiceguide understand`: what the guide would make of written words."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable

import click

from voiceguide.commands.content import EXPECTING_OPTION, open_expecting
from voiceguide.commands.results import as_json
from voiceguide.events import NoInput, Transcript
from voiceguide.understanding.digits import DIGITS


@click.command("understand", options_metavar="[选项]")
@click.argument("texts", metavar="[话]…", nargs=-1)
@EXPECTING_OPTION
def command(texts: tuple[str, ...], expecting: str) -> None:
    """写下来的话，指南听成什么意思；每句话一行 JSON。

    不写话时，从标准输入读，每行一句。
    """
    content, intents = open_expecting(expecting)
    lines: Iterable[str] = texts or (line.rstrip("\r\n") for line in sys.stdin)
    for line in lines:
        began = time.process_time()
        written = content.understanding.forgotten(Transcript(line, 1.0, 0.0, 0.0))
        transcript = written if line.strip() else None
        event = content.understanding.understand(line, (*intents, DIGITS)) if transcript else NoInput(0.0)
        click.echo(as_json(None, transcript, event, 0.0, time.process_time() - began))
