"""A guide that nobody has written yet: scaffolded, checked, rehearsed, offered. All with the real commands."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from voiceguide import paths
from voiceguide.cli import main
from voiceguide.commands import content
from voiceguide.exit_codes import Exit
from voiceguide.library import Library


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of what is spoken, to write into; conversations of its own."""
    language = tmp_path / "zh-CN"
    shutil.copytree(paths.prompts(), language)
    (language / "guides" / "wechat-video-call.toml").unlink()  # one beside the new one is enough to choose from
    monkeypatch.setattr(paths, "prompts", lambda: language)
    monkeypatch.setattr(paths, "conversations", lambda: tmp_path / "conversations")
    forget()
    yield tmp_path
    forget()


def forget() -> None:
    content.open_content.cache_clear()
    content.library.cache_clear()


def invented(checkout: Path) -> Path:
    assert main(["new-guide", "bus-card", "--title", "办公交卡"]) == Exit.OK
    forget()
    return checkout / "conversations" / "bus-card.txt"


@pytest.mark.thorough
def test_a_scaffolded_guide_is_good_and_can_be_rehearsed_and_chosen(
    checkout: Path, capsys: pytest.CaptureFixture[str], typed: Callable[..., None]
) -> None:
    conversation = invented(checkout)
    assert main(["check"]) == Exit.OK
    assert main(["rehearse", "--text", str(conversation)]) == Exit.OK
    library = Library.open(paths.prompts())
    assert library.guide("bus-card").shelf.offer("bus-card").title == "办公交卡"
    capsys.readouterr()
    typed("我要办公交卡", "知道了")
    assert main(["--ears", "keyboard", "--mouth", "silent"]) == Exit.OK
    assert "放在手边" in capsys.readouterr().out.splitlines()[-1]


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["new-guide", "Bus Card"], "小写"),
        (["new-guide", "办公交卡"], "--title"),
        (["new-guide", "a" * 300], "小写"),
        (["new-guide", "check"], "命令的名字"),
        (["new-guide", "12333", "--title", "办公交卡"], "12333.toml"),
        (["new-guide", "old-talk", "--title", "办公交卡"], "old-talk.txt"),
        (["new-guide", "bus-card", "--title", "退休认证"], "退休认证"),
        (["new-guide", "bus-card", "--title", "BUS"], "汉字"),
        (["new-guide", "bus-card", "--title", '办卡"]'], "汉字"),
        (["new-guide", "bus-card", "--title", "到居委会去办一张公交卡"], "汉字"),
    ],
)
def test_what_cannot_become_a_guide_is_refused_and_nothing_is_written(
    checkout: Path, arguments: list[str], named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (checkout / "conversations").mkdir()
    (checkout / "conversations" / "old-talk.txt").write_text("guide 12333\n")
    before = {path: path.read_bytes() for path in checkout.rglob("*") if path.is_file()}
    assert main(arguments) == Exit.USAGE
    assert named in capsys.readouterr().err
    assert {path: path.read_bytes() for path in checkout.rglob("*") if path.is_file()} == before


@pytest.mark.thorough
def test_where_not_all_can_be_written_nothing_is_left(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (checkout / "file").write_text("where a folder should be")
    monkeypatch.setattr(paths, "conversations", lambda: checkout / "file" / "conversations")
    assert main(["new-guide", "bus-card", "--title", "办公交卡"]) == Exit.USAGE
    assert "写不进" in capsys.readouterr().err
    assert not (checkout / "zh-CN" / "guides" / "bus-card.toml").exists()


@pytest.mark.thorough
def test_a_title_that_means_something_else_is_told_at_once(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new-guide", "bus-card", "--title", "下一步"]) == Exit.NEGATIVE
    assert "unheard-name" in capsys.readouterr().err


@pytest.mark.audio
def test_a_scaffolded_guide_is_rehearsed_aloud(checkout: Path) -> None:
    assert main(["rehearse", str(invented(checkout))]) == Exit.OK
