"""What is wrong with content, said so that its author can mend it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from voiceguide.errors import ToldError


@dataclass(frozen=True, order=True)
class Finding:
    """One error in prompts/."""

    file: str
    """Relative to the language folder: guides/12333.toml."""
    key: str
    """The way to the value: steps.find-app.trouble.no-icon.then."""
    rule: str
    """Stable name; tests/broken/ holds one example of each."""
    message: str
    """What is wrong, one Chinese sentence."""
    remedy: str
    """What to do about it, one Chinese sentence."""

    def __str__(self) -> str:
        return f"{self.file}: [{self.key}] {self.message}{self.remedy}（{self.rule}）"


class ContentError(ToldError):
    """The content cannot be used. `code`: bad-content."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        remedy = "请照每一条的说明改好，再运行 voiceguide check 检查一遍。"
        super().__init__("bad-content", f"内容文件有{len(findings)}处错误。", remedy)
        self.findings = tuple(findings)

    def __str__(self) -> str:
        return "\n".join(map(str, self.findings))


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """A hint for a mistyped name, or ""."""
    near = difflib.get_close_matches(wrong, list(known), n=1)
    return f"是不是想写“{near[0]}”？" if near else ""
