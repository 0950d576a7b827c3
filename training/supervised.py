"""Work that a library may kill is done in a process of its own, which is replaced when it dies.

espeak-ng dies of a segmentation fault now and then (with random voices once in some 40 minutes of drawing): rare for
one process on a weak machine, every few minutes for fifteen, and one death ended the whole training.
"""

import os
import pickle
import signal
import sys
from collections.abc import Callable, Iterator
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import NoReturn, TypeVar

Item = TypeVar("Item")

MOST_DEATHS = 3
"""In a row, without an item between them: then it is no accident."""
_MADE, _ENDED, _FAILED = range(3)


def supervised(make: Callable[[int], Iterator[Item]]) -> Iterator[Item]:
    """The items of `make(deaths)`, made in a forked process; deaths: how many before it were killed. What the dead one
    had not handed over is lost. Where nothing can be forked (Windows) they are made here. Raises RuntimeError with
    the traceback of what `make` raises, and when processes die without an item.
    """
    if not hasattr(os, "fork"):
        yield from make(0)
        return
    deaths = in_a_row = 0
    while in_a_row < MOST_DEATHS:
        ours, theirs = Pipe(duplex=False)
        child = os.fork()
        if not child:
            ours.close()
            _work(make, deaths, theirs)
        theirs.close()
        try:
            for kind, item in _received(ours):
                if kind == _ENDED:
                    return
                if kind == _FAILED:
                    raise RuntimeError(item)
                in_a_row = 0
                yield item
        finally:
            ours.close()
            os.kill(child, signal.SIGKILL)  # nobody listens any more; nothing to a dead one
            _, status = os.waitpid(child, 0)
        deaths, in_a_row = deaths + 1, in_a_row + 1
        print(f"a process that draws died (status {status}), another goes on", file=sys.stderr, flush=True)
    raise RuntimeError(f"{MOST_DEATHS} processes died one after the other, the last with status {status}")


def _received(connection: Connection) -> Iterator[tuple[int, Item]]:
    """Until the other end is gone; half an item is none."""
    while True:
        try:
            message = connection.recv_bytes()
        except (EOFError, OSError):
            return
        yield pickle.loads(message)


def _work(make: Callable[[int], Iterator[Item]], deaths: int, connection: Connection) -> NoReturn:
    """In the child, which must not run what its parent has still to do: it leaves by `os._exit` whatever happens."""
    try:
        for item in make(deaths):
            connection.send_bytes(pickle.dumps((_MADE, item)))
        connection.send_bytes(pickle.dumps((_ENDED, None)))
    except BrokenPipeError:
        pass  # the parent is gone: nobody waits for this
    except BaseException:
        import traceback

        connection.send_bytes(pickle.dumps((_FAILED, traceback.format_exc())))
    finally:
        os._exit(0)
