"""Why the system refused something, in words of the person before the screen: `No space left` helps her nothing."""

from __future__ import annotations

import errno

_WHY = {
    errno.ENOSPC: "磁盘满了",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "这个磁盘只能读，不能写",
    errno.ENOENT: "没有这个文件或者文件夹",
    errno.ENOTDIR: "路径中间有一个不是文件夹",
    errno.EISDIR: "那是一个文件夹，不是文件",
    errno.EEXIST: "已经有这个名字了",
    errno.ENOTEMPTY: "文件夹里还有东西",
    errno.ENAMETOOLONG: "名字太长了",
    errno.ELOOP: "链接绕成了一个圈",
    errno.EBUSY: "别的程序正在用它",
    errno.EFBIG: "文件太大了",
    errno.EMFILE: "打开的文件太多了",
    errno.EIO: "磁盘读写出错，这个盘可能坏了",
    errno.EINVAL: "名字里有这里不能用的字，或者这里存不了文件",
}
if hasattr(errno, "EDQUOT"):  # Windows has none
    _WHY[errno.EDQUOT] = "给您的磁盘空间用完了"
_IN_USE = (32, 33)
"""Windows: open in another program. Python calls it a lack of permission."""


def in_words(error: OSError) -> str:
    """A Chinese clause without a full stop; the system's own words for what is not in the list."""
    if getattr(error, "winerror", None) in _IN_USE:
        return _WHY[errno.EBUSY]
    return _WHY.get(error.errno or 0) or error.strerror or "原因不明"
