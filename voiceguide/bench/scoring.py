"""What went well and what went wrong in a conversation: arithmetic on its Record.

turn          something she said to the guide
right         it was understood as she meant it
misheard      as something else, or not at all; unheard: the guide did not even notice that she spoke
repaired      what she said next, or the key she pressed then, was right
wrong move    the guide went to a place she had not asked for (a question on the way is no move)
barge-in      she spoke while the guide did: see interruptions.py
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from voiceguide.bench import interruptions
from voiceguide.bench.acts import PRESS, SAY
from voiceguide.bench.people import people
from voiceguide.bench.phrasing import COMPLAINT
from voiceguide.bench.record import BrokenOff, PromptSaid, Record, TurnHeard, Utterance, Waited
from voiceguide.bench.whereabouts import END, Map, Whereabouts
from voiceguide.events import BLOCK_SECONDS

RIGHT, MISHEARD, UNHEARD = "right", "misheard", "unheard"
OVERLAP_SECONDS = 0.3
"""Speech detection begins a little early and ends a little late."""
AFTER_FAULT_SECONDS = 5.0


@dataclass(frozen=True)
class WrongMove:
    at_seconds: float
    came_from: Whereabouts
    went_to: Whereabouts
    said: str
    """What she had said; "" where she had said nothing."""
    wish: str
    heard: str
    intent: str


@dataclass(frozen=True)
class Turn:
    """One of hers, and what became of it."""

    utterance: Utterance
    fate: str
    heard: str
    intent: str
    pieces: int
    """Reports of the ears that fall into it: more than one and she was cut off."""
    latency_seconds: float | None
    """From her last sound to the first of the answer; None where there was none, or the guide was speaking."""
    complete: bool = True
    """Nothing expected went on from what was heard: no 不, which may become 不会, and has to be waited for."""


@dataclass
class Score:
    """The figures of one conversation."""

    turns: list[Turn] = field(default_factory=list)
    wrong_moves: list[WrongMove] = field(default_factory=list)
    pressed: int = 0
    """Keys."""
    failures: int = 0
    """Turns that were not right and had a next one."""
    repaired: int = 0
    barge_ins: int = 0
    missed_barge_ins: int = 0
    stop_seconds: list[float] = field(default_factory=list)
    false_barge_ins: list[float] = field(default_factory=list)
    """When."""
    speaking_seconds: float = 0.0
    """Of the loudspeaker."""
    seconds: float = 0.0
    questions_again: int = 0
    """She was asked to say it again, or in another way."""
    to_nobody: int = 0
    """The guide answered what nobody had said to it."""
    silences: int = 0
    wakes: int = 0
    """Two minutes of silence, and those after which her first words were right."""

    @property
    def cut_off(self) -> int:
        return sum(turn.pieces > 1 for turn in self.turns)


def score(record: Record, guide_map: Map) -> Score:
    """Everything that can be counted in one conversation."""
    made = Score(seconds=record.seconds, speaking_seconds=sum(record.loud) * BLOCK_SECONDS)
    made.wrong_moves = list(_wrong_moves(record, guide_map))
    moved = {move.at_seconds for move in made.wrong_moves}
    speeches = record.speeches()
    tries = [_turn(record, utterance, speeches, guide_map, moved) for utterance in _hers(record, SAY, PRESS)]
    made.turns = [turn for turn in tries if turn.utterance.kind == SAY]
    made.pressed = len(tries) - len(made.turns)
    for turn, following in pairwise(tries):
        if turn.utterance.kind == SAY and turn.fate != RIGHT:
            made.failures += 1
            made.repaired += following.fate == RIGHT
    woken = [turn for turn in made.turns if turn.utterance.after_long_silence]
    made.silences, made.wakes = len(woken), sum(turn.fate == RIGHT for turn in woken)
    prompts = [entry.prompt for entry in record.log if isinstance(entry, PromptSaid)]
    asking = [people().takes.get(guide_map.key(prompt), "") for prompt in prompts]
    made.questions_again = sum(
        taken in ("miss", "done", "confirm", "choose", "choose-yes-no", "yes-no") for taken in asking
    )
    made.to_nobody = sum(
        isinstance(entry, TurnHeard) and not any(u.kind in (SAY, PRESS) for u in _overlapping(record, entry))
        for entry in record.log
    )
    interruptions.count(record, list(_hers(record)), made)
    return made


def _hers(record: Record, *kinds: str) -> Iterator[Utterance]:
    """What she said to the guide, or pressed."""
    return (utterance for utterance in record.utterances if utterance.kind in (kinds or (SAY,)))


def _overlapping(record: Record, heard: TurnHeard) -> list[Utterance]:
    first, last = heard.start_seconds - OVERLAP_SECONDS, heard.end_seconds + OVERLAP_SECONDS
    return [each for each in record.utterances if each.start_seconds <= last and each.end_seconds >= first]


def _turn(
    record: Record,
    utterance: Utterance,
    speeches: list[tuple[float, float]],
    guide_map: Map,
    moved: set[float],
) -> Turn:
    reports = [
        entry
        for entry in record.log
        if isinstance(entry, TurnHeard) and utterance in _overlapping(record, entry)
    ]
    if not reports:
        return Turn(utterance, UNHEARD, "", "", 0, None)
    meant = [
        entry
        for entry in reports
        if entry.intent in utterance.means or _led(record, entry, utterance, guide_map)
    ]
    wrong = any(entry.at_seconds <= at <= entry.at_seconds + 1.0 for entry in reports for at in moved)
    last = meant[-1] if meant else reports[-1]
    begins = next((start for start, _ in speeches if start >= last.at_seconds - BLOCK_SECONDS), None)
    speaking = any(start < utterance.end_seconds < end for start, end in speeches)
    latency = None if begins is None or speaking or not meant else begins - utterance.end_seconds
    if latency is not None and latency > AFTER_FAULT_SECONDS:
        latency = None  # it listened on, and this is something else
    fate = RIGHT if meant and not wrong else MISHEARD
    return Turn(utterance, fate, last.text, last.intent, len(reports), latency, last.complete)


def _led(record: Record, heard: TurnHeard, utterance: Utterance, guide_map: Map) -> bool:
    """It was understood in other terms, or doubted (then it has no intent) and believed when she said it again; but it
    led where she wanted to be led."""
    if utterance.here is None:
        return False
    there = utterance.here
    for entry in record.log[record.log.index(heard) + 1 :]:
        if not isinstance(entry, PromptSaid):
            break
        there = guide_map.place(entry.prompt, there)
    return there != utterance.here and guide_map.lawful(utterance.here, utterance.wish, there)


def _said_in(record: Record, heard: TurnHeard) -> list[Utterance]:
    return [each for each in _overlapping(record, heard) if each.kind in (SAY, PRESS)]


def _wrong_moves(record: Record, guide_map: Map) -> Iterator[WrongMove]:
    here: Whereabouts | None = None
    before: Whereabouts | None = None
    cause: TurnHeard | Waited | None = None
    answered: list[Utterance] = []
    broken_off, question, asked = False, "", ""
    for entry in record.log:
        if isinstance(entry, BrokenOff):
            broken_off = True
            continue
        if not isinstance(entry, PromptSaid):
            cause = entry
            if isinstance(cause, TurnHeard) and cause.intent:
                asked, question = question, ""
                answered = [each for each in _said_in(record, cause) if cause.intent in each.means]
                broken_off = False
            continue
        there = guide_map.place(entry.prompt, here or Whereabouts(""))
        key = guide_map.key(entry.prompt)
        question = people().takes.get(key, question)
        if key == "stopped":
            there = Whereabouts(END)
        if here is None:
            here = there if there.kind else None
            continue
        if there == here:
            continue
        said = _said_in(record, cause) if isinstance(cause, TurnHeard) else []
        # An answer that was broken off for nothing is ended when that is clear.
        ended = answered if broken_off and isinstance(cause, TurnHeard) and not cause.intent else []
        lawful = any(
            guide_map.lawful(here, each.wish, there)
            or (each.wish == COMPLAINT and there == before)
            or (each.wish == "no" and asked == "restart" and before is not None and there.step == before.step)
            for each in said + ended
        )
        answered = []
        if not lawful:
            heard, intent = (cause.text, cause.intent) if isinstance(cause, TurnHeard) else ("", "")
            text, wish = (said[-1].text, said[-1].wish) if said else ("", "")
            yield WrongMove(entry.at_seconds, here, there, text, wish, heard, intent)
        here, before = there, here
