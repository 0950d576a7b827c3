"""She speaks while the guide does: arithmetic on the loudspeaker and on when the ears made the guide break off.

barge-in        she began while the guide was speaking, and it would have spoken on for CAUGHT_SECONDS
caught          the guide broke off within CAUGHT_SECONDS, whatever it then understood
missed          it spoke on
false barge-in  the guide broke off, and she had said nothing to it within the last second

The loudspeaker alone does not tell: an answer may follow a broken prompt faster than one sentence another, and a
false alarm may be over, and the sentence begun again, within half a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from voiceguide.bench.record import SPEECH_GAP_SECONDS, BrokenOff, PromptSaid, Record, TurnHeard, Utterance
from voiceguide.events import BLOCK_SECONDS

CAUGHT_SECONDS = 1.5
"""A loudspeaker that speaks on for longer has not been interrupted."""
ASKED_SECONDS = 1.0
"""So long after her last sound the guide may still break off for it."""
AFTER_FAULT_SECONDS = 5.0


class Counts(Protocol):
    """The part of a Score that is counted here."""

    barge_ins: int
    missed_barge_ins: int
    stop_seconds: list[float]
    false_barge_ins: list[float]


def count(record: Record, hers: Sequence[Utterance], made: Counts) -> None:
    """`hers`: what she said to the guide."""
    stops = [entry.at_seconds for entry in record.log if isinstance(entry, BrokenOff)]
    for each in hers:
        if not _audible(record, each.start_seconds) or _ends_anyway(record, each.start_seconds):
            continue
        until = each.start_seconds + CAUGHT_SECONDS
        caught = [at for at in stops if each.start_seconds <= at <= until]
        if caught:
            made.stop_seconds.append(_silent_from(record, caught[0]) - each.start_seconds)
        elif _fell_silent(record, each.start_seconds, until) or _answered(record, each.start_seconds, until):
            continue  # the prompt had ended by itself
        else:
            made.missed_barge_ins += 1
        made.barge_ins += 1
    for at in stops:
        fault = any(at - AFTER_FAULT_SECONDS <= each <= at + 1.0 for each in record.faults)
        asked = any(each.start_seconds <= at <= each.end_seconds + ASKED_SECONDS for each in hers)
        if not fault and not asked:
            made.false_barge_ins.append(at)


def _block(seconds: float) -> int:
    return max(0, round(seconds / BLOCK_SECONDS))


def _audible(record: Record, at_seconds: float) -> bool:
    """Was the guide speaking, and not only about to?"""
    return any(record.loud[_block(at_seconds - SPEECH_GAP_SECONDS) : _block(at_seconds) + 1])


def _ends_anyway(record: Record, at_seconds: float) -> bool:
    """Is the prompt, as it was begun, over so soon that nobody could tell?"""
    said = [entry for entry in record.log if isinstance(entry, PromptSaid) and entry.at_seconds <= at_seconds]
    if not said or said[-1].lasts_seconds is None:
        return True
    left_seconds = said[-1].at_seconds + said[-1].lasts_seconds - at_seconds
    return 0.0 <= left_seconds < CAUGHT_SECONDS


def _fell_silent(record: Record, start_seconds: float, end_seconds: float) -> bool:
    """It said nothing for longer than between two sentences, or the conversation was over."""
    gap = bytes(round(SPEECH_GAP_SECONDS / BLOCK_SECONDS))
    last = _block(end_seconds + SPEECH_GAP_SECONDS)
    return gap in record.loud[_block(start_seconds) : last] or last > len(record.loud)


def _answered(record: Record, start_seconds: float, end_seconds: float) -> bool:
    """Ears that hear a whole phrase while the guide speaks make it break off: this one had ended before."""
    return any(
        isinstance(entry, TurnHeard) and start_seconds < entry.at_seconds <= end_seconds
        for entry in record.log
    )


def _silent_from(record: Record, at_seconds: float) -> float:
    found = record.loud.find(0, _block(at_seconds))
    return (found if found >= 0 else len(record.loud)) * BLOCK_SECONDS
