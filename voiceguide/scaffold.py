"""A new guide from the template of its language: good enough to be checked and rehearsed, and meant to be rewritten."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path

FOLDER = "new-guide"
ID = re.compile(r"(?=.{1,40}$)[a-z0-9]+(-[a-z0-9]+)*")


def scaffold(language: Path, conversations: Path, guide_id: str, title: str) -> tuple[Path, Path]:
    """Write the guide and a conversation to rehearse; gives both paths.

    `language`: prompts/<language>. Raises FileExistsError and leaves what is there, OSError, UnicodeDecodeError.
    """
    guide = language / "guides" / f"{guide_id}.toml"
    conversation = conversations / f"{guide_id}.txt"
    for path in (guide, conversation):  # both or none
        if path.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    templates = [language / FOLDER / name for name in ("guide.toml", "conversation.txt")]
    texts = [template.read_text(encoding="utf-8") for template in templates]
    made: list[Path] = []
    try:
        for text, path in zip(texts, (guide, conversation), strict=True):
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as file:
                made.append(path)
                file.write(text.replace("{id}", guide_id).replace("{title}", title))
    except BaseException:
        for path in made:
            path.unlink()
        raise
    return guide, conversation
