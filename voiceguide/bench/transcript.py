"""A simulated conversation, written down for people."""

from __future__ import annotations

from voiceguide.bench.acts import ASIDE, COUGH
from voiceguide.bench.conversation import Conversation
from voiceguide.bench.mind import NEARER, QUIETEN
from voiceguide.bench.record import BrokenOff, PromptSaid, TurnHeard, Utterance, Waited

_ERRANDS = {QUIETEN: "去把电视关小", NEARER: "坐近了些"}


def transcript(conversation: Conversation) -> str:
    """One line an event, in the order of time."""
    record = conversation.record
    fates = {turn.utterance: turn.fate for turn in conversation.score.turns}
    wrong = {move.at_seconds: move for move in conversation.score.wrong_moves}
    lines: list[tuple[float, int, str]] = []
    for utterance in record.utterances:
        lines.append((utterance.start_seconds, 1, _hers(utterance, fates.get(utterance, ""))))
    for entry in record.log:
        match entry:
            case PromptSaid(prompt=prompt):
                move = wrong.get(entry.at_seconds)
                note = f"　【走错：{move.came_from} → {move.went_to}】" if move else ""
                lines.append((entry.at_seconds, 0, f"指南：{prompt.text}{note}"))
            case TurnHeard(text=text, intent=intent):
                lines.append(
                    (
                        entry.at_seconds,
                        2,
                        f"　　听成“{text}” → {intent or '没听懂'}（{entry.confidence:.2f}）",
                    )
                )
            case BrokenOff():
                lines.append((entry.at_seconds, 2, "　　（指南停下来听）"))
            case Waited():
                lines.append((entry.at_seconds, 2, "　　（没听到说话）"))
    lines += [(at, 3, f"　〔她{_ERRANDS[errand]}〕") for at, errand in record.errands]
    lines += [(at, 0, "〔指南被无故打断〕") for at in conversation.score.false_barge_ins]
    return "\n".join(f"[{int(at // 60):02d}:{at % 60:04.1f}] {text}" for at, _, text in sorted(lines))


def _hers(utterance: Utterance, fate: str) -> str:
    if utterance.kind == COUGH:
        return "　她：（咳嗽）"
    if utterance.kind == ASIDE:
        return f"　她：（对别人）{utterance.text}"
    notes = [utterance.wish, fate, "插话" if utterance.interrupts else ""]
    return f"　她：{utterance.text}　〔{'，'.join(filter(None, notes))}〕"
