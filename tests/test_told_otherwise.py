"""In words that stand nowhere: fraud by its concepts. Tables in red_team/."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.test_questions import meant
from voiceguide import paths
from voiceguide.language.phonetics import Readings
from voiceguide.understanding.alarms import BY_POINTS
from voiceguide.understanding.fraud import Fraud, FraudWords

TESTS = Path(__file__).parent
WARNS = {"fraud", "trouble:already-cheated"}


def rows(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    return [row for row in text.splitlines() if row and not row.startswith("#")]


@pytest.fixture(scope="module")
def fraud() -> Fraud:
    return FraudWords.load(paths.prompts()).sense(Readings.load(paths.prompts()).phrase)


@pytest.mark.thorough
@pytest.mark.parametrize(("name", "wanted"), [("told", True), ("daily", False)])
def test_what_nobody_wrote_down_before_brings_the_warning_or_none(name: str, wanted: bool) -> None:
    wrong = [row for row in rows(TESTS / "red_team" / f"{name}.txt") if (meant(row) in WARNS) != wanted]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        # the same deed, by a stranger, by her child, by the phone, by nobody named
        ("那个人叫我把验证码念给他听", "told-a-secret"),
        ("女儿叫我把密码写下来", ""),
        ("它叫我眨眼", ""),
        ("叫我把验证码发到微信上", "demands-secret"),
        # the one named last before the deed has done it
        ("我儿子说有个客服叫我扫码", "stranger-wants-something"),
        ("有人在家的时候女儿叫我扫码", ""),
        ("叫我念卡号那个打电话的", "told-a-secret"),
        # dialect, and a word that only hides another
        ("伊讲要转到安全账户", "peril"),
        ("共享单车停在门口他说太多了", ""),
    ],
)
def test_who_does_it_decides(fraud: Fraud, text: str, rule: str) -> None:
    heard = fraud.alarm(text)
    assert bool(heard) == bool(rule), heard


def test_small_signs_add_up(fraud: Fraud) -> None:
    mentions, syllables = fraud.concepts.mentions("他手上有人给的链接叫我看")
    assert syllables == 12
    assert fraud.alarms.points(mentions) > fraud.alarms.points(mentions[:1]) > 0
    by_points = [row for row in rows(TESTS / "red_team" / "told.txt") if fraud.alarm(row) == BY_POINTS]
    assert by_points, "they are of use"
