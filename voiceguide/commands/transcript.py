"""A session as it happens, for the helper at the screen: one line for each thing said, heard or noticed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, assert_never

import click

from voiceguide.commands.results import outcome
from voiceguide.events import (
    Answered,
    Entry,
    FalseAlarm,
    Heard,
    Interrupted,
    NoInput,
    Noticed,
    Said,
    Transcript,
    Unsure,
)


def printer(as_json: bool) -> Callable[[Entry], None]:
    """A log callback for Session and rehearsals: prints each entry at once."""

    def show(entry: Entry) -> None:
        text = json.dumps(values(entry), ensure_ascii=False) if as_json else line(entry)
        click.echo(text)

    return show


def line(entry: Entry) -> str:
    """For reading: time, who, what, and what was understood."""
    minutes, seconds = divmod(entry.at_seconds, 60)
    clock = f"[{int(minutes):02d}:{seconds:04.1f}]"
    match entry:
        case Said(prompt=prompt):
            return f"{clock} {'扮的骗子' if prompt.voice else '指南'}：{prompt.text}"
        case Answered(hearing=NoInput(seconds=waited, voices_behind=True)):
            return f"{clock} （{waited:.0f} 秒里一直是别人在说话）"
        case Answered(hearing=NoInput(seconds=waited)):
            return f"{clock} （{waited:.0f} 秒没有说话）"
        case Answered(hearing=Transcript(text=text), event=Heard(intent=intent)):
            return f"{clock} 　她：{text}　→ {intent}"
        case Answered(event=Unsure(intent=intent, transcript=text)):
            return f"{clock} 　她：{text}？　→ {intent}？"
        case Answered(hearing=Transcript(text=text), event=FalseAlarm()):
            return f"{clock} 　（有人出声：{text or '……'}，指南接着说）"
        case Answered(hearing=Transcript(text=text)):
            return f"{clock} 　她：{text or '……'}　→ 没听懂"
        case Interrupted():
            return f"{clock} 　（有人出声，指南停下来听）"
        case Noticed(text=text):
            return f"{clock} 注意：{text}"
        case _:
            raise AssertionError(f"a line for {entry!r}")


def values(entry: Entry) -> dict[str, Any]:
    """For programs: `type` is said, interrupted, answered or noticed."""
    match entry:
        case Said(at_seconds=at, prompt=prompt):
            said = {"id": prompt.id, "text": prompt.text, "voice": prompt.voice}
            return {"type": "said", "at_seconds": round(at, 2), **said}
        case Answered(at_seconds=at, hearing=hearing, event=event):
            return {
                "type": "answered",
                "at_seconds": round(at, 2),
                "outcome": outcome(event),
                "intent": event.intent if isinstance(event, Heard | Unsure) else None,
                "transcript": hearing.text if isinstance(hearing, Transcript) else "",
                "guess": hearing.guess if isinstance(hearing, Transcript) else "",
                "confidence": round(hearing.confidence, 3) if isinstance(hearing, Transcript) else 0.0,
            }
        case Interrupted(at_seconds=at):
            return {"type": "interrupted", "at_seconds": round(at, 2)}
        case Noticed(at_seconds=at, text=text):
            return {"type": "noticed", "at_seconds": round(at, 2), "text": text}
        case _:
            assert_never(entry)
