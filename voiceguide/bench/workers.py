"""The processes that a measurement hands its work to."""

from __future__ import annotations

import signal


def leave_ending_to_parent() -> None:
    """Call in a worker: Ctrl-C and a closed terminal reach all of them, and the parent ends them in order.

    Were they gone before, the pool of Python 3.11 would wait for ever for somebody to take what it has written for
    them (cpython gh-94777).
    """
    for name in ("SIGINT", "SIGHUP"):
        if hasattr(signal, name):  # Windows has no SIGHUP
            signal.signal(getattr(signal, name), signal.SIG_IGN)
