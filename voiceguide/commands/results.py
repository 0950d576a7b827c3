"""One utterance, one line of JSON: the same keys for what was spoken and what was written."""

from __future__ import annotations

import json

from voiceguide.events import Event, FalseAlarm, Heard, NoInput, NoMatch, Transcript, Unsure


def outcome(event: Event) -> str:
    """heard, unsure, no-match, no-input or false-alarm."""
    match event:
        case Heard():
            return "heard"
        case Unsure():
            return "unsure"
        case NoMatch():
            return "no-match"
        case NoInput():
            return "no-input"
        case FalseAlarm():
            return "false-alarm"


def as_json(
    file: str | None,
    transcript: Transcript | None,
    event: Event,
    audio_seconds: float,
    compute_seconds: float,
) -> str:
    """`intent` is null unless something was heard."""
    return json.dumps(
        {
            "file": file,
            "outcome": outcome(event),
            "intent": event.intent if isinstance(event, Heard) else None,
            "transcript": transcript.text if transcript else "",
            "confidence": round(transcript.confidence, 3) if transcript else 0.0,
            "audio_seconds": round(audio_seconds, 3),
            "compute_seconds": round(compute_seconds, 3),
        },
        ensure_ascii=False,
    )
