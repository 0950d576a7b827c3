"""What every error that ends a command carries; `faults` says it and gives the exit code."""

from __future__ import annotations


class ToldError(Exception):
    """Told to a person. Its classes say whose error it is and which codes it has."""

    def __init__(self, code: str, message: str, remedy: str) -> None:
        super().__init__(code, message, remedy)  # all three, so that it travels between processes
        self.code = code
        """Stable, for machines and tests."""
        self.message = message
        """What happened, one Chinese sentence."""
        self.remedy = remedy
        """What to do about it, one Chinese sentence."""

    def __str__(self) -> str:
        return f"{self.message}{self.remedy}"
