"""One utterance, one line of JSON: the same keys for what was spoken and what was written."""

from __future__ import annotations

import json

from voiceguide.events import Event, Heard, NoMatch, Transcript


def as_json(
    file: str | None,
    transcript: Transcript | None,
    event: Event,
    audio_seconds: float,
    compute_seconds: float,
) -> str:
    """`outcome` is heard, no-match or no-input; `intent` is null unless it is heard."""
    match event:
        case Heard():
            outcome, intent = "heard", event.intent
        case NoMatch():
            outcome, intent = "no-match", None
        case _:
            outcome, intent = "no-input", None
    return json.dumps(
        {
            "file": file,
            "outcome": outcome,
            "intent": intent,
            "transcript": transcript.text if transcript else "",
            "confidence": round(transcript.confidence, 3) if transcript else 0.0,
            "audio_seconds": round(audio_seconds, 3),
            "compute_seconds": round(compute_seconds, 3),
        },
        ensure_ascii=False,
    )
