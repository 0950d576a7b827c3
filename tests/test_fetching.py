"""Fetching a model: from a server on this machine that behaves well, badly, or like an enemy."""

from __future__ import annotations

import hashlib
import io
import json
import random
import shutil
import stat
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests

from voiceguide import fetching, unpacking
from voiceguide.fetching import ATTEMPTS, CHUNK_BYTES, DOWNLOADS, Download, FetchError, fetch, https_only

pytestmark = pytest.mark.network

TOP = "toy-model"


def zipped(members: dict[str, bytes], change: Callable[[zipfile.ZipInfo], None] = lambda info: None) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (stat.S_IFREG | 0o644) << 16
            change(info)
            archive.writestr(info, content)
    return buffer.getvalue()


MODEL = {
    f"{TOP}/am/final.mdl": random.Random(5).randbytes(200_000),
    f"{TOP}/conf/mfcc.conf": b"--sample-frequency=16000\n",
}
CUT = 6 * CHUNK_BYTES


@dataclass
class Server:
    """What it sends, and how; `requests` collects the Range headers that came."""

    body: bytes = b""
    ranges: bool = True
    cut_after: list[int] = field(default_factory=list)
    """Bytes of the body after which each request in turn is cut off; then none is."""
    statuses: list[int] = field(default_factory=list)
    """Answers to the first requests in place of the body."""
    redirect: str = ""
    requests: list[str | None] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def server() -> Iterator[Server]:
    plan = Server()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            wanted = self.headers.get("Range")
            plan.requests.append(wanted)
            if plan.redirect or plan.statuses:
                self.send_response(302 if plan.redirect else plan.statuses.pop(0))
                self.send_header("Location", plan.redirect)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and plan.ranges else 0
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(plan.body) - 1}/{len(plan.body)}")
            self.send_header("Content-Length", str(len(plan.body) - start))
            self.end_headers()
            if plan.cut_after:
                self.wfile.write(plan.body[start : start + plan.cut_after.pop(0)])
                self.wfile.flush()
                self.close_connection = True
            else:
                self.wfile.write(plan.body[start:])

        def log_message(self, *arguments: object) -> None:
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    plan.url = f"http://127.0.0.1:{httpd.server_port}/toy.zip"
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield plan
    httpd.shutdown()
    httpd.server_close()
    thread.join()


def served(server: Server, body: bytes) -> Download:
    """The server sends `body`; this is what is known of it."""
    server.body = body
    digest = hashlib.sha256(body).hexdigest()
    return Download("toy", server.url, len(body), digest[:8], digest[-2:], TOP, "CC0")


def brought(download: Download, models: Path, session: requests.Session | None = None) -> Path:
    return fetch(download, models, lambda *_: None, session or requests.Session(), pause_seconds=0.0)


def refusal(download: Download, models: Path, session: requests.Session | None = None) -> FetchError:
    """The error, after checking that nothing was installed."""
    with pytest.raises(FetchError) as caught:
        brought(download, models, session)
    assert not (models / download.name).exists()
    assert caught.value.message.endswith("。")
    assert caught.value.remedy.endswith("。")
    return caught.value


def test_a_whole_download_is_unpacked_and_nothing_is_left_over(server: Server, tmp_path: Path) -> None:
    folder = brought(served(server, zipped(MODEL)), tmp_path / "models")
    assert folder == tmp_path / "models" / "toy"
    assert (folder / "am/final.mdl").read_bytes() == MODEL[f"{TOP}/am/final.mdl"]
    assert sorted(path.name for path in folder.parent.iterdir()) == ["known-digests.json", "toy"]


def test_a_cut_download_goes_on_where_it_was_cut(server: Server, tmp_path: Path) -> None:
    download = served(server, zipped(MODEL))
    server.cut_after = [CUT + 5, CUT]
    brought(download, tmp_path)
    assert server.requests == [None, f"bytes={CUT}-", f"bytes={2 * CUT}-"]


def test_the_next_command_goes_on_where_the_last_one_gave_up(server: Server, tmp_path: Path) -> None:
    download = served(server, zipped(MODEL))
    server.cut_after = [CUT, *[0] * ATTEMPTS]
    assert refusal(download, tmp_path).code == "no-network"
    server.requests.clear()
    brought(download, tmp_path)
    assert server.requests == [f"bytes={CUT}-"]


def test_a_server_without_ranges_starts_over(server: Server, tmp_path: Path) -> None:
    download = served(server, zipped(MODEL))
    server.ranges = False
    server.cut_after = [CUT]
    assert (brought(download, tmp_path) / "conf/mfcc.conf").exists()
    assert server.requests == [None, f"bytes={CUT}-"]


def test_a_server_in_trouble_is_asked_again(server: Server, tmp_path: Path) -> None:
    download = served(server, zipped(MODEL))
    server.statuses = [503, 500]
    brought(download, tmp_path)
    assert len(server.requests) == 3


def test_a_server_that_refuses_is_not_asked_again(server: Server, tmp_path: Path) -> None:
    download = served(server, zipped(MODEL))
    server.statuses = [404]
    assert refusal(download, tmp_path).code == "refused"
    assert len(server.requests) == 1


def test_nobody_listening(server: Server, tmp_path: Path) -> None:
    download = replace(served(server, b"x"), url="http://127.0.0.1:9/toy.zip")
    assert refusal(download, tmp_path).code == "no-network"


def test_a_file_of_another_size_is_refused_before_it_is_downloaded(server: Server, tmp_path: Path) -> None:
    download = served(server, zipped(MODEL))
    server.body += b"more"
    assert refusal(download, tmp_path).code == "bad-size"
    assert not (tmp_path / "toy.zip.part").exists()


def test_progress_is_reported_up_to_the_end(server: Server, tmp_path: Path) -> None:
    download = served(server, zipped(MODEL))
    server.cut_after = [CUT]
    seen: list[tuple[int, int]] = []
    fetch(download, tmp_path, lambda *there: seen.append(there), requests.Session(), pause_seconds=0.0)
    assert seen == sorted(seen)
    assert seen[-1] == (download.size_bytes, download.size_bytes)


def test_another_file_of_the_same_size_is_refused_and_deleted(server: Server, tmp_path: Path) -> None:
    download = served(server, zipped(MODEL))
    server.body = bytes(len(server.body))
    assert refusal(download, tmp_path).code == "bad-digest"
    assert not (tmp_path / "toy.zip.part").exists()


@pytest.mark.parametrize("wrong", [{"digest_start": "00000000"}, {"digest_end": "-"}])
def test_what_is_known_of_the_digest_must_hold(wrong: dict[str, str], server: Server, tmp_path: Path) -> None:
    assert refusal(replace(served(server, zipped(MODEL)), **wrong), tmp_path).code == "bad-digest"


def test_the_digest_of_the_first_download_binds_the_next(server: Server, tmp_path: Path) -> None:
    first = replace(served(server, zipped(MODEL)), digest_start="", digest_end="")
    brought(first, tmp_path)
    known = json.loads((tmp_path / "known-digests.json").read_text())
    assert known == {"toy": hashlib.sha256(server.body).hexdigest()}
    shutil.rmtree(tmp_path / "toy")
    changed = {**MODEL, f"{TOP}/conf/mfcc.conf": b"--sample-frequency=16001\n"}
    second = replace(served(server, zipped(changed)), digest_start="", digest_end="")
    assert second.size_bytes == first.size_bytes, "the size alone must not give it away"
    assert refusal(second, tmp_path).code == "bad-digest"


def test_plain_http_is_refused(server: Server, tmp_path: Path) -> None:
    assert refusal(served(server, zipped(MODEL)), tmp_path, https_only()).code == "refused"
    assert server.requests == []


def test_a_redirect_cannot_lead_to_plain_http(server: Server, tmp_path: Path) -> None:
    session = https_only()
    session.mount("http://127.0.0.1:", requests.adapters.HTTPAdapter())
    server.redirect = "http://models.example/toy.zip"
    assert refusal(served(server, zipped(MODEL)), tmp_path, session).code == "refused"


def as_link(info: zipfile.ZipInfo) -> None:
    info.external_attr = (stat.S_IFLNK | 0o777) << 16


def encrypted(archive: bytes) -> bytes:
    """The same archive with the encryption bit set in its directory."""
    at = archive.index(b"PK\x01\x02") + 8
    return archive[:at] + bytes([archive[at] | 1]) + archive[at + 1 :]


def patched(archive: bytes, at: int, byte: int) -> bytes:
    changed = bytearray(archive)
    changed[at] = byte
    return bytes(changed)


HOSTILE = {
    "absolute": zipped({**MODEL, "/etc/evil": b""}),
    "upwards": zipped({**MODEL, f"{TOP}/../../evil": b""}),
    "backslash": zipped({**MODEL, f"{TOP}\\..\\evil": b""}),
    "drive": zipped({**MODEL, "C:/evil": b""}),
    "link": zipped({f"{TOP}/am": b"/etc"}, as_link),
    "beside the folder": zipped({**MODEL, "elsewhere/evil": b""}),
    "the folder itself": zipped({TOP: b"not a folder"}),
    "two of a name": zipped({**MODEL, f"{TOP}/AM/FINAL.MDL": b""}),
    "too many files": zipped({f"{TOP}/{number}": b"" for number in range(unpacking.MAX_FILES + 1)}),
    "nothing": zipped({f"{TOP}/": b""}),
    "encrypted": encrypted(zipped(MODEL)),
    "no archive": b"<html>please log in</html>",
    "truncated": zipped(MODEL)[:-60],
    "damaged inside": zipped(MODEL).replace(MODEL[f"{TOP}/am/final.mdl"][:9], b"different", 1),
    "no deflated data": patched(zipped(MODEL), 30 + len(f"{TOP}/am/final.mdl"), 0x07),
    "a place before the file": patched(zipped(MODEL), -6, zipped(MODEL)[-6] + 1),
    "a file used as a folder": zipped({**MODEL, f"{TOP}/am": b""}),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_archive_leaves_nothing_behind(kind: str, server: Server, tmp_path: Path) -> None:
    models = tmp_path / "data" / "models"
    assert refusal(served(server, HOSTILE[kind]), models).code == "bad-archive"
    assert [path.name for path in models.iterdir()] == ["known-digests.json"]
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_a_bomb_is_refused_unopened(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "MAX_UNPACKED_BYTES", 1_000_000)
    download = served(server, zipped({f"{TOP}/am/final.mdl": bytes(1_000_001)}))
    assert download.size_bytes < 2_000
    assert refusal(download, tmp_path).code == "bad-archive"


def test_an_interrupted_unpacking_leaves_the_old_model_and_is_cleaned_up_later(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    download = served(server, zipped(MODEL))
    (tmp_path / "toy").mkdir()
    (tmp_path / "toy" / "old").touch()

    def power_cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(unpacking, "_swap", power_cut)
        patch.setattr(shutil, "rmtree", lambda *_, **__: None)  # nobody tidies up after a power cut
        with pytest.raises(KeyboardInterrupt):
            brought(download, tmp_path)
    assert [path.name for path in (tmp_path / "toy").iterdir()] == ["old"]
    assert len(list(tmp_path.glob(".unpacking-*"))) == 1
    server.requests.clear()
    assert (brought(download, tmp_path) / "am/final.mdl").exists()
    assert server.requests == [], "the archive was already here"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["known-digests.json", "toy"]


def test_a_full_disk_is_noticed_before_the_download(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(fetching.shutil, "disk_usage", lambda _: usage._replace(free=1_000_000))
    assert refusal(served(server, zipped(MODEL)), tmp_path).code == "no-space"
    assert server.requests == []


def test_a_folder_that_cannot_be_made(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    download = served(server, zipped(MODEL))
    with pytest.raises(FetchError) as caught:
        brought(download, tmp_path / "file" / "models")
    assert caught.value.code == "no-space"


def test_the_official_model_is_pinned() -> None:
    small = DOWNLOADS["small-cn"]
    assert small.url.startswith("https://alphacephei.com/")
    assert (small.size_bytes, small.digest_start, small.digest_end) == (43_898_754, "3af8b0e7", "ba")
