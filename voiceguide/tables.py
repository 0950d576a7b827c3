"""Takes values out of a TOML file and notes everything that is missing or of the wrong kind."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from voiceguide.content import ContentError, Finding, did_you_mean
from voiceguide.refusals import in_words


class Source:
    """One file, and the findings made in it."""

    def __init__(self, directory: Path, file: str, content: bytes | None = None) -> None:
        """`content`: of the file, where it was read already."""
        self.file = file
        self.findings: list[Finding] = []
        data: dict[str, Any] = {}
        try:
            content = (directory / file).read_bytes() if content is None else content
            data = tomllib.loads(content.decode("utf-8"))
        except (FileNotFoundError, IsADirectoryError):
            self.report("", "missing-file", "没有这个文件。", "请从程序的原样拷贝里补回来。")
        except OSError as error:
            self.report("", "missing-file", f"读不了这个文件：{in_words(error)}。", "请检查它属于谁。")
        except UnicodeDecodeError:
            remedy = "请另存为 UTF-8 的文字文件，或者从程序的原样拷贝里补回来。"
            self.report("", "toml-syntax", "不是 UTF-8 编码的文字文件。", remedy)
        except tomllib.TOMLDecodeError as error:
            remedy = "请检查这一行的引号、括号和等号。"
            self.report("", "toml-syntax", f"文件格式不对：{_placed(error)}。", remedy)
        self.root = Table(self, "", data)

    def report(self, key: str, rule: str, message: str, remedy: str) -> None:
        self.findings.append(Finding(self.file, key, rule, message, remedy))

    def stop_if_bad(self) -> None:
        """Raises ContentError with every finding so far."""
        if self.findings:
            raise ContentError(sorted(self.findings))


def _placed(error: tomllib.TOMLDecodeError) -> str:
    """Which line, before the library's English words for it."""
    what, _, place = str(error).rpartition(" (")
    line, column = re.findall(r"\d+", place) or ("", "") if "at line" in place else ("", "")
    return f"第{line}行第{column}个字（{what}）" if line else f"到末尾还没写完（{what or error}）"


class Table:
    """One table of the file. Every method reports what is wrong and returns something usable."""

    def __init__(self, source: Source, key: str, data: Mapping[str, Any]) -> None:
        self.source = source
        self.key = key
        self.data = data

    def __contains__(self, name: str) -> bool:
        return name in self.data

    def path(self, name: str) -> str:
        return f"{self.key}.{name}" if self.key else name

    def report(self, name: str, rule: str, message: str, remedy: str) -> None:
        self.source.report(self.path(name) if name else self.key, rule, message, remedy)

    def only(self, known: Iterable[str]) -> None:
        """No other keys than these."""
        known = set(known)
        for name in sorted(self.data.keys() - known):
            remedy = did_you_mean(name, known) or "请删掉它。"
            self.report(name, "unknown-key", f"不认识“{name}”这一项。", remedy)

    def table(self, name: str) -> Table:
        """A table that may be left out."""
        value = self.data.get(name, {})
        if not isinstance(value, dict):
            self._wrong(name, "这里应该是一张表。")
            value = {}
        return Table(self.source, self.path(name), value)

    def tables(self, name: str) -> dict[str, Table]:
        """The tables in a table that may be left out, by name, in the order written."""
        parent = self.table(name)
        return {child: parent.table(child) for child in parent.data}

    def list_of_tables(self, name: str) -> list[Table]:
        value = self.data.get(name, [])
        if not isinstance(value, list) or not all(isinstance(child, dict) for child in value):
            self._wrong(name, "这里应该是一串表，每张用双方括号开头。")
            return []
        return [Table(self.source, f"{self.path(name)}.{n}", child) for n, child in enumerate(value, 1)]

    def string(self, name: str, default: str | None = None) -> str:
        if name not in self.data and default is not None:
            return default
        if isinstance(self.data.get(name, ""), list):
            self._wrong(name, "这里只能是一句话。")
            return ""
        return "".join(self.strings(name))

    def strings(self, name: str, *, least: int = 1, optional: bool = False) -> tuple[str, ...]:
        """A string or a list of strings."""
        if name not in self.data:
            if not optional:
                self.report(name, "missing-key", f"缺少“{name}”这一项。", "请补上。")
            return ()
        value = self.data[name]
        texts = [value] if isinstance(value, str) else value
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            self._wrong(name, "这里应该是一句话，或者几句话的列表。")
            return ()
        if any(not text.strip() for text in texts):
            self.report(name, "empty-prompt", "有一句是空的。", "请写上要说的话，或者删掉它。")
        if len(texts) < least:
            remedy = f"请至少写{least}种不同的说法。"
            self.report(name, "too-few-wordings", f"只有{len(texts)}种说法。", remedy)
        if len(set(texts)) < len(texts):
            self.report(name, "same-words", "有两句一模一样。", "请换一种说法。")
        return tuple(texts)

    def number(self, name: str, default: float, low: float, high: float) -> float:
        value = self.data.get(name, default)
        if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
            self._wrong(name, f"这里应该是{low:g}到{high:g}之间的数。")
            return default
        return float(value)

    def flag(self, name: str) -> bool:
        """True or false; false where it is left out."""
        value = self.data.get(name, False)
        if not isinstance(value, bool):
            self._wrong(name, "这里应该是 true 或者 false。")
            return False
        return value

    def _wrong(self, name: str, message: str) -> None:
        self.report(name, "wrong-type", message, "请照 prompts/README.md 的样子写。")
