"""A systemd timer of the user's own that runs `voiceguide remind` every morning. No root."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from voiceguide.whole_files import write_whole

NAME = "voiceguide-remind"
SECONDS = 30
"""systemctl answers within this."""
SPEAKING_SECONDS = 600
"""Longer than it takes to remind everybody. A sound card that hangs today must not keep it from speaking tomorrow."""


@dataclass(frozen=True)
class Started:
    """What became of it."""

    running: bool
    why_not: str = ""
    """In systemd's words, or ours: Chinese where there is no systemd."""


def unit_files(
    program: tuple[str, ...], folder: Path, at: str, environment: Mapping[str, str] = MappingProxyType({})
) -> dict[str, str]:
    """File name -> content. `program`: what to run, `folder`: in which folder. `at`: 09:00. `environment`: where she
    keeps her things elsewhere than usual; the timer knows nothing of a terminal's."""
    # Through env: systemd lets no quote and no backslash stand in the name of what it runs.
    words = (*(f"{name}={value}" for name, value in environment.items()), *program)
    command = " ".join(f'"{_escaped(word)}"' for word in words)
    service = f"""[Unit]
Description=voiceguide: tells when the certification is due

[Service]
Type=oneshot
WorkingDirectory={str(folder).replace("%", "%%")}
ExecStart=/usr/bin/env {command}
TimeoutStartSec={SPEAKING_SECONDS}
"""
    timer = f"""[Unit]
Description=voiceguide: every morning

[Timer]
OnCalendar=*-*-* {at}:00
Persistent=true

[Install]
WantedBy=timers.target
"""
    return {f"{NAME}.service": service, f"{NAME}.timer": timer}


def install(
    units: Path, program: tuple[str, ...], folder: Path, at: str, environment: Mapping[str, str]
) -> Started:
    """Write the files to `units` and start the timer. Raises OSError where they cannot be written."""
    for name, content in unit_files(program, folder, at, environment).items():
        write_whole(units / name, content.encode())
    reloaded = _systemctl("daemon-reload")
    return _systemctl("enable", "--now", f"{NAME}.timer") if reloaded.running else reloaded


def crontab(program: tuple[str, ...], at: str) -> str:
    """The same as a line of a crontab, where a percent sign would end the line."""
    command = shlex.join(program).replace("%", "\\%")
    return f"{at[3:]} {at[:2]} * * * {command}"


def remove(units: Path) -> bool:
    """Stop it and delete its files. Was there one? Raises OSError."""
    files = [units / f"{NAME}.{kind}" for kind in ("timer", "service")]
    there = any(file.exists() for file in files)
    if there:
        _systemctl("disable", "--now", f"{NAME}.timer")
        for file in files:
            file.unlink(missing_ok=True)
        _systemctl("daemon-reload")
    return there


def _systemctl(*arguments: str) -> Started:
    program = shutil.which("systemctl")
    if program is None:
        return Started(False, "这台电脑没有 systemd")
    try:
        done = subprocess.run(
            [program, "--user", *arguments],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Started(False, "systemd 没有回答")
    return Started(done.returncode == 0, done.stderr.strip())


def _escaped(text: str) -> str:
    """A word between quotes in ExecStart."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
