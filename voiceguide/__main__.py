"""`python -m voiceguide` and the installed script."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from voiceguide import console


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code, never raises. `arguments`: without the program's name."""
    console.prepare()
    from voiceguide import cli  # only now: click translates some words while commands are defined

    return cli.main(arguments)


if __name__ == "__main__":
    sys.exit(main())
