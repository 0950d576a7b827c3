"""Brings an official recogniser model: the one thing here that ever goes online, and only when asked."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from voiceguide import unpacking
from voiceguide.errors import ToldError
from voiceguide.refusals import in_words

if TYPE_CHECKING:
    import requests

Progress = Callable[[int, int], None]
"""Called with (bytes there, bytes in all)."""

CHUNK_BYTES = 1 << 14
"""What a cut connection loses at most."""

ATTEMPTS = 6
"""Requests in a row that may bring nothing new before we give up."""

DISK_FULL = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})
"""Windows knows no quota error."""

_TIMEOUT_SECONDS = (10.0, 30.0)
_RESERVE_BYTES = 20_000_000
_KNOWN_DIGESTS = "known-digests.json"


class FetchError(ToldError):
    """The model did not come.

    `code`: no-network, refused, bad-size, bad-digest, bad-archive, no-space.
    """


@dataclass(frozen=True)
class Download:
    """A model that can be fetched."""

    name: str
    """The folder it gets, and what the user types."""
    url: str
    size_bytes: int
    digest_start: str
    digest_end: str
    """What is known of its SHA-256 in hex; the rest is remembered from the first download on."""
    top_folder: str
    """The one folder inside the archive."""
    licence: str


DOWNLOADS = {
    download.name: download
    for download in (
        Download(
            name="small-cn",
            url="https://alphacephei.com/vosk/models/vosk-model-small-cn-0.22.zip",
            size_bytes=43_898_754,
            digest_start="3af8b0e7",
            digest_end="ba",
            top_folder="vosk-model-small-cn-0.22",
            licence="Apache-2.0",
        ),
    )
}


def https_only() -> requests.Session:
    """A session that cannot speak plain http, not even when a server redirects it there."""
    import requests  # 13 MB that nobody needs who listens

    session = requests.Session()
    del session.adapters["http://"]
    return session


def fetch(
    download: Download,
    models: Path,
    progress: Progress,
    session: requests.Session | None = None,
    pause_seconds: float = 1.0,
) -> Path:
    """Download, check and unpack; the folder `models`/`download.name` then holds the model.

    A download cut short is continued by the next call. `pause_seconds` doubles after each request
    that brought nothing. Raises FetchError.
    """
    archive = models / f"{download.name}.zip.part"
    try:
        models.mkdir(parents=True, exist_ok=True)
        _require_space(models, 3 * download.size_bytes - _present_bytes(archive))
        _bring(download, archive, progress, session or https_only(), pause_seconds)
        _verify(download, archive, models / _KNOWN_DIGESTS)
        _require_space(models, unpacking.unpacked_bytes(archive))
        unpacking.install(archive, download.top_folder, models / download.name)
        archive.unlink()
    except unpacking.UntrustworthyArchive as error:
        archive.unlink(missing_ok=True)
        message = f"下载的模型不可信：{error.reason}。"
        raise FetchError("bad-archive", message, "没有安装它。请稍后再下载一次。") from error
    except OSError as error:
        raise _disk_error(error, models) from error
    return models / download.name


def _bring(
    download: Download, archive: Path, progress: Progress, session: requests.Session, pause_seconds: float
) -> None:
    """Request after request until the whole archive is there, each continuing where the last one ended."""
    import requests

    fruitless = 0
    cause: Exception | None = None
    while (present := _present_bytes(archive)) != download.size_bytes:
        if present > download.size_bytes:
            archive.unlink()
            continue
        if fruitless == ATTEMPTS:
            raise FetchError(
                "no-network",
                f"下载中断了，已经下载 {present / 1e6:.1f} MB，共 {download.size_bytes / 1e6:.1f} MB。",
                "请检查网络，再运行一次同样的命令，会接着下载。",
            ) from cause
        try:
            _request(download, archive, present, progress, session)
        except requests.exceptions.InvalidSchema as error:
            message = "下载地址不是加密的 https，没有下载。"
            raise FetchError("refused", message, "请检查网络是否被劫持。") from error
        except requests.exceptions.RequestException as error:
            cause = error
        if _present_bytes(archive) > present:
            fruitless = 0
        else:
            fruitless += 1
            if fruitless < ATTEMPTS:
                time.sleep(pause_seconds * 2 ** (fruitless - 1))


def _request(
    download: Download, archive: Path, present: int, progress: Progress, session: requests.Session
) -> None:
    """One request, from byte `present` on where the server can. Raises RequestException, FetchError."""
    headers = {"Accept-Encoding": "identity"}
    if present:
        headers["Range"] = f"bytes={present}-"
    with session.get(download.url, headers=headers, stream=True, timeout=_TIMEOUT_SECONDS) as response:
        if response.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            archive.unlink()
            return
        if HTTPStatus.BAD_REQUEST <= response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
            raise FetchError("refused", f"服务器拒绝了下载（{response.status_code}）。", "请稍后再试。")
        response.raise_for_status()
        start = present if response.status_code == HTTPStatus.PARTIAL_CONTENT else 0
        if start and not response.headers.get("Content-Range", "").startswith(f"bytes {start}-"):
            archive.unlink()  # not the part we asked for: from the beginning, then
            return
        announced = response.headers.get("Content-Length", "")
        if announced.isdecimal() and start + int(announced) != download.size_bytes:
            raise _wrong_size(start + int(announced), download)
        with archive.open("r+b" if start else "wb") as file:
            file.seek(start)
            for chunk in response.iter_content(CHUNK_BYTES):
                if file.tell() + len(chunk) > download.size_bytes:
                    raise _wrong_size(file.tell() + len(chunk), download)
                file.write(chunk)
                progress(file.tell(), download.size_bytes)


def _verify(download: Download, archive: Path, known_digests: Path) -> None:
    with archive.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    known = _read_digests(known_digests)
    expected = known.get(download.name, digest)
    if (
        digest != expected
        or not digest.startswith(download.digest_start)
        or not digest.endswith(download.digest_end)
    ):
        archive.unlink()
        raise FetchError(
            "bad-digest",
            f"下载的文件与应有的不同（SHA-256 是 {digest}），已经删除。",
            "请换一个网络再下载一次；如果还是这样，请不要用它。",
        )
    if download.name not in known:
        part = known_digests.with_suffix(".part")
        part.write_text(json.dumps({**known, download.name: digest}, indent=1), encoding="utf-8")
        os.replace(part, known_digests)


def _read_digests(known_digests: Path) -> dict[str, str]:
    try:
        known = json.loads(known_digests.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise _damaged(known_digests) from error
    if not isinstance(known, dict):
        raise _damaged(known_digests)
    return {str(name): str(digest) for name, digest in known.items()}


def _damaged(known_digests: Path) -> FetchError:
    return FetchError("bad-digest", f"记录校验值的文件 {known_digests} 损坏了。", "请删除它，再下载一次。")


def _present_bytes(archive: Path) -> int:
    return archive.stat().st_size if archive.exists() else 0


def _require_space(folder: Path, needed_bytes: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed_bytes + _RESERVE_BYTES:
        raise OSError(errno.ENOSPC, f"{needed_bytes} needed, {free} free", str(folder))


def _wrong_size(size: int, download: Download) -> FetchError:
    return FetchError(
        "bad-size",
        f"服务器上的文件大小不对：应当是 {download.size_bytes} 字节，却是 {size} 字节。",
        "没有安装它。可能是网络要先登录，请用浏览器打开任意网页看看，再下载一次。",
    )


def _disk_error(error: OSError, folder: Path) -> FetchError:
    if error.errno in DISK_FULL:
        remedy = f"请在 {folder} 所在的磁盘腾出 200 MB，再试一次。"
        return FetchError("no-space", "磁盘空间不够，模型没有装上。", remedy)
    message = f"文件夹 {folder} 不能写（{in_words(error)}）。"
    return FetchError("no-space", message, "请检查它的权限，再试一次。")
