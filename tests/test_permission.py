"""She is asked aloud before her words are kept, and before all that is hers is erased."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from tests.fakes import FakeMouth, FakeRoom, ScriptedEars
from voiceguide import paths
from voiceguide.cli import main
from voiceguide.commands import aloud
from voiceguide.commands.persons import people
from voiceguide.events import Transcript
from voiceguide.exit_codes import Exit
from voiceguide.notes import Consented
from voiceguide.profile.profile import Profile
from voiceguide.profile.sayings import Saying
from voiceguide.room import RoomError
from voiceguide.texts.permission_texts import PermissionTexts

TODAY = date.today()
TEXTS = PermissionTexts.load(paths.prompts())
HER = Profile("王阿姨", consent=Consented(True, TODAY), sayings=(Saying(TODAY, "12333", "phone", "我不会弄"),))
Visit = Callable[..., FakeMouth]


@pytest.fixture
def visited(monkeypatch: pytest.MonkeyPatch) -> Visit:
    """Somebody at the machine: what she says, and what is typed meanwhile."""

    def provide(*said: str | Transcript, typed: str = "") -> FakeMouth:
        mouth = FakeMouth()
        monkeypatch.setattr(aloud.equipment, "open_mouth", lambda *_, **__: mouth)
        monkeypatch.setattr(aloud.equipment, "open_ears", lambda *_: ScriptedEars(said))
        monkeypatch.setattr(aloud.equipment, "_room", lambda *_: FakeRoom())
        if typed:
            pressed = iter(["", "", *typed])

            @contextmanager
            def keys() -> Iterator[Callable[[], str]]:
                yield lambda: next(pressed, "")

            monkeypatch.setattr(aloud, "terminal_keys", keys)
            monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
        return mouth

    return provide


@pytest.fixture(autouse=True)
def no_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(paths, "cache", lambda: tmp_path / "cache")


def hers() -> Profile:
    return people().files()[0].load()


# ------------------------------------------------------------------------------- what she said is kept


@pytest.mark.parametrize(
    ("said", "typed", "consent", "last"),
    [
        (["是的"], "", Consented(True, TODAY), "words-agreed"),
        (["不是的"], "", Consented(False, TODAY), "words-refused"),
        (["今天天气很好", "愿意"], "", Consented(True, TODAY), "words-agreed"),
        (["", "", ""], "", None, "words-unclear"),
        ([Transcript("是的", 0.5, 0, 0)] * 3, "", None, "words-unclear"),
        ([], "y", None, "words-unclear"),
        ([], "n", Consented(False, TODAY), "words-refused"),
    ],
)
def test_she_is_told_and_asked_and_only_her_voice_agrees(
    visited: Visit, said: Sequence[str | Transcript], typed: str, consent: Consented | None, last: str
) -> None:
    mouth = visited(*said, typed=typed)
    code = main(["consent"])
    assert hers().consent == consent
    assert code == (Exit.OK if hers().keeps_words else Exit.NEGATIVE)
    explained = [prompt.text for prompt in TEXTS.all("words-explain")]
    assert mouth.said[: len(explained) + 1] == [*explained, TEXTS.all("words-ask")[0].text]
    assert mouth.said[-1] == TEXTS.all(last)[0].text


def test_she_is_asked_once(visited: Visit, capsys: pytest.CaptureFixture[str]) -> None:
    people().files()[0].save(Profile(consent=Consented(False, date(2026, 11, 2))))
    mouth = visited("是的")
    assert main(["consent"]) == Exit.NEGATIVE
    assert mouth.said == []
    assert "2026年11月2日问过她了，她没有答应" in capsys.readouterr().out
    assert main(["consent", "--again"]) == Exit.OK
    assert hers().keeps_words


def test_without_a_microphone_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(*_: object) -> FakeRoom:
        raise RoomError("no-microphone", "没有找到话筒。", "请接上。")

    monkeypatch.setattr(aloud.equipment, "_room", no_room)
    assert main(["consent"]) == Exit.NO_SOUND
    assert hers().consent is None


@pytest.mark.thorough
def test_the_page_with_her_words_goes_with_her_consent(visited: Visit) -> None:
    (file,) = people().files()
    file.save(HER)
    assert main(["report", "--no-open"]) == Exit.OK
    page = file.folder / "report-with-words.html"
    assert "我不会弄" in page.read_text(encoding="utf-8")
    assert main(["consent", "--withdraw"]) == Exit.OK
    assert hers() == Profile("王阿姨", consent=Consented(False, TODAY))
    assert not page.exists()
    assert main(["report", "--no-open"]) == Exit.OK
    assert [path.name for path in file.folder.glob("*.html")] == ["report.html"]


# ------------------------------------------------------------------------------------- all is erased


@pytest.mark.parametrize(
    ("said", "typed", "erased", "last"),
    [
        (["是的", "是的"], "", True, ""),
        (["是的", "不是的"], "", False, "forget-kept"),
        (["不是的"], "", False, "forget-kept"),
        (["是的", "", "", ""], "", False, "forget-unclear"),
        (["今天天气很好"] * 3, "", False, "forget-unclear"),
        ([], "y", True, ""),
        ([], "n", False, "forget-kept"),
    ],
)
def test_forget_understands_a_voice_and_a_key(
    visited: Visit, said: Sequence[str], typed: str, erased: bool, last: str
) -> None:
    (file,) = people().files()
    file.save(HER)
    mouth = visited(*said, typed=typed)
    assert main(["forget"]) == (Exit.OK if erased else Exit.NEGATIVE)
    assert file.folder.exists() is not erased
    assert mouth.said[0] == TEXTS.all("forget-ask", "王阿姨")[0].text
    assert "王阿姨" in mouth.said[0]
    assert mouth.said[-1] == (TEXTS.all(last)[0].text if last else "我都忘掉了，什么也没有留下。")


def test_where_she_has_no_name_she_is_spoken_to(visited: Visit) -> None:
    people().files()[0].save(Profile(pace=1))
    mouth = visited("不是的")
    main(["forget"])
    assert "我记着的您的事" in mouth.said[0]
