"""Reads prompts/<language>/movements.toml; notes what is missing or wrong in it."""

from __future__ import annotations

from pathlib import Path

from voiceguide.content import did_you_mean
from voiceguide.events import EARCONS, Prompt
from voiceguide.guides.exercise import Exercise, Movement
from voiceguide.tables import Source, Table

FILE = "movements.toml"

FRAME = {
    **{"begin": 2, "ask": 2, "once-more": 2, "at-ease": 2, "left": 2},
    **{"help": 2, "where": 2, "resting": 2, "unheard": 3},
}
"""What is said around the movements -> how many wordings at least."""

LEAST_MOVEMENTS = 3
"""One to begin with, and two that can change places."""
LEAST_BEATS = 2
SLOW_SECONDS = 0.8
"""A movement done in less is too fast for the app's camera, and for her."""
LONGEST_BEAT_SECONDS = 6.0


def load(directory: Path) -> Exercise:
    """Raises ContentError with every error of the file."""
    source = Source(directory, FILE)
    source.stop_if_bad()
    root = source.root
    root.only((*FRAME, "movements"))
    frame = {name: _prompts(root, name, least) for name, least in FRAME.items()}
    movements = tuple(_movement(table, name) for name, table in root.tables("movements").items())
    if len(movements) < LEAST_MOVEMENTS:
        message = f"只有{len(movements)}个动作，每次的次序都一样。"
        root.report("movements", "few-movements", message, f"请至少写{LEAST_MOVEMENTS}个。")
    source.stop_if_bad()
    return Exercise(frame, movements)


def _movement(table: Table, name: str) -> Movement:
    table.only(("say", "beware", "rhythm"))
    beats = table.list_of_tables("rhythm")
    if len(beats) < LEAST_BEATS:
        remedy = f"请至少写{LEAST_BEATS}拍，每拍一张表：say 和 seconds。"
        table.report("rhythm", "no-rhythm", f"只有{len(beats)}拍，她没法跟着数。", remedy)
    return Movement(
        id=name,
        say=_prompts(table, "say", 2),
        rhythm=tuple(_beat(beat) for beat in beats),
        beware=_prompts(table, "beware", 2),
    )


def _beat(table: Table) -> Prompt:
    table.only(("say", "seconds", "earcon"))
    seconds = table.number("seconds", SLOW_SECONDS, 0.0, LONGEST_BEAT_SECONDS)
    if seconds < SLOW_SECONDS:
        message = f"这一拍只有{seconds:g}秒，她来不及做，手机也看不清。"
        table.report("seconds", "hasty-rhythm", message, f"请写{SLOW_SECONDS:g}秒以上。")
    earcon = table.string("earcon", EARCONS[0])
    if earcon not in EARCONS:
        remedy = did_you_mean(earcon, EARCONS) or f"可以写：{'、'.join(EARCONS)}。"
        table.report("earcon", "unknown-earcon", f"没有叫“{earcon}”的提示音。", remedy)
    return Prompt(f"exercise/{table.key}", table.string("say"), earcon=earcon, pause_seconds=seconds)


def _prompts(table: Table, name: str, least: int) -> tuple[Prompt, ...]:
    texts = table.strings(name, least=least)
    return tuple(Prompt(f"exercise/{table.path(name)}.{n}", text) for n, text in enumerate(texts, 1))
