"""What every test gets: no network, and folders of its own for whatever the program keeps."""

from __future__ import annotations

import gc
import io
import os
import socket
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import hypothesis
import pytest

from tests.rig import rig as rig
from voiceguide import paths

# A deadline is a bet on the machine's speed: lost where something else runs beside the tests.
hypothesis.settings.register_profile("any machine", deadline=None)
hypothesis.settings.load_profile("any machine")

LOOPBACK = ("127.0.0.1", "::1")

CACHE = paths.ROOT / "build" / "test-cache"
os.environ["XDG_CACHE_HOME"] = str(CACHE)  # of the processes that tests start


WALKING = {"live", "on_the_way", "outcomes", "walk"}
"""What of walk.py needs the walk."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that walk over the dialogue go first, and so to one worker of xdist: every worker that has one of them
    makes the walk for itself."""
    items.sort(key=lambda item: not (isinstance(item, pytest.Function) and WALKING & vars(item.module).keys()))


def pytest_collection_finish() -> None:
    """What stands now stays until the end, and the walks over the dialogue keep what they make: looking through all
    of it for cycles again and again was a third of their time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


class SocketForbiddenError(Exception):
    """The program must work without any network."""


@pytest.fixture(autouse=True)
def _no_sockets(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """No internet socket can be opened; a test marked `network` may talk to this machine itself.

    Local sockets (AF_UNIX) stay allowed: a sound server is reached through one.
    """
    loopback_allowed = request.node.get_closest_marker("network") is not None

    def guarded(name: str) -> None:
        real = getattr(socket.socket, name)

        def checked(self: socket.socket, address: object, *rest: object) -> object:
            local = getattr(socket, "AF_UNIX", None)
            to_this_machine = isinstance(address, tuple) and address[0] in LOOPBACK
            if self.family != local and not (loopback_allowed and to_this_machine):
                raise SocketForbiddenError(f"{name} to {address!r}")
            return real(self, address, *rest)

        monkeypatch.setattr(socket.socket, name, checked)

    for name in ("connect", "connect_ex", "bind", "sendto"):
        guarded(name)

    def no_lookup(host: object, *rest: object, **options: object) -> list[object]:
        if loopback_allowed and host in LOOPBACK:
            return list(real_lookup(host, *rest, **options))  # type: ignore[arg-type]
        raise SocketForbiddenError(f"looking up {host!r}")

    real_lookup = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", no_lookup)


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for each test. `mktemp` for each would look through those of all tests before."""
    folder = tmp_path_factory.mktemp("homes")
    return (folder / str(number) for number in count())


@pytest.fixture(autouse=True)
def own_folders(homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """Progress, fetched models and logs of a test never meet those of the person running it, nor the cache: it is the
    tests' own, and one for all of them and all their runs, for rendered prompts are slow to make.
    """
    home = next(homes)
    home.mkdir()
    monkeypatch.setattr(paths, "data", lambda: home / "data")
    monkeypatch.setattr(paths, "logs", lambda: home / "logs")
    monkeypatch.setattr(paths, "calendars", lambda: home / "documents")
    monkeypatch.setattr(paths, "user_units", lambda: home / "units")
    monkeypatch.setattr(paths, "cache", lambda: CACHE / paths.APP)
    return home


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Make these lines the standard input."""

    def provide(*lines: str) -> None:
        data = "".join(f"{line}\n" for line in lines).encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))

    return provide
