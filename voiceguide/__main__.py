"""`python -m voiceguide` and the installed script."""

from __future__ import annotations

import sys

from voiceguide.cli import main

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
