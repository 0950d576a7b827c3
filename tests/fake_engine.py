"""A stand-in for voiceguide.mouth.engine that misbehaves as the first line of the file argv[1] says.

Each request takes one line off that file (a restarted engine goes on with the next); no more lines: ok.
"""

import json
import math
import struct
import sys
import time
import wave
from pathlib import Path

RATE = 22050


def main() -> None:
    plan = Path(sys.argv[1])
    if _next(plan, only_at_start=True) == "start-mute":
        time.sleep(60)
    if _next(plan, only_at_start=True) == "start-no-voice":
        _reply({"error": "no-voice", "detail": "zh"})
        sys.exit(1)
    _reply({"ready": "fake 1"})
    for line in sys.stdin:
        request = json.loads(line)
        behaviour = _next(plan)
        if behaviour == "hang":
            time.sleep(60)
        if behaviour == "die":
            sys.exit(3)
        syllables = sum(char.isdigit() for char in request["text"])
        seconds = {"short": 0.1, "long": 12.0}.get(behaviour, syllables * 60 / 160)
        level = {"silence": 0.0, "faint": 0.006, "clipped": 40.0}.get(behaviour, 0.3)
        data = _tone(seconds, level)
        if behaviour == "garbage":
            Path(request["path"]).write_bytes(b"RIFFnonsense")
        elif behaviour != "missing":
            with wave.open(request["path"], "wb") as file:
                file.setparams((1, 2, RATE, 0, "NONE", ""))
                file.writeframes(data[: len(data) // 8] if behaviour == "truncated" else data)
        _reply({"saved": request["path"]})


def _next(plan: Path, *, only_at_start: bool = False) -> str:
    lines = plan.read_text().split()
    if not lines or (only_at_start and not lines[0].startswith("start-")):
        return "ok"
    if not only_at_start:
        plan.write_text("\n".join(lines[1:]))
    return lines[0]


def _tone(seconds: float, level: float) -> bytes:
    cycle = [math.sin(2 * math.pi * n / 100) for n in range(100)]
    samples = (max(-32768, min(32767, round(level * 32767 * each))) for each in cycle)
    return b"".join(struct.pack("<h", sample) for sample in samples) * round(seconds * RATE / 100)


def _reply(values: dict[str, str]) -> None:
    print(json.dumps(values), flush=True)


if __name__ == "__main__":
    main()
