"""The family's page: what it tells is what was counted, it stands alone, nothing in it is taken for markup; and it is
looked at in a real browser, as wide as a phone and on A4."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import webbrowser
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.shipped import library
from voiceguide import paths
from voiceguide.cli import main
from voiceguide.commands import report
from voiceguide.commands.persons import people
from voiceguide.dialogue import practising
from voiceguide.exit_codes import Exit
from voiceguide.guides import drills, exercise
from voiceguide.notes import Consented, Practised
from voiceguide.pages import exercise_names
from voiceguide.pages.family_page import FamilyPage, Reached, family_page
from voiceguide.pages.rendering import render
from voiceguide.profile.profile import GuideCounts, Profile, StepCounts
from voiceguide.profile.sayings import Saying

TODAY = date(2026, 11, 26)
FIRST, SECOND = library().guide_ids()[:2]
GUIDES = [library().guide(each) for each in (FIRST, SECOND)]
HERE = GUIDES[1].steps[4].id
HER = Profile(
    called="王阿姨",
    steps={SECOND: HERE},
    finished={FIRST: (date(2025, 11, 20), date(2026, 11, 25))},
    practised={"drill:new": Practised("drill:new", 2, "fell", due=TODAY), "odd": Practised("odd", 1, "??")},
    counts={
        FIRST: GuideCounts(
            3, date(2026, 11, 25), {GUIDES[0].steps[2].id: StepCounts(1, 20.0, misses=2), "gone": StepCounts(9, 999.0)}
        ),
        SECOND: GuideCounts(
            2,
            TODAY,
            {
                GUIDES[1].steps[1].id: StepCounts(2, 61.0, misses=3),
                GUIDES[1].steps[2].id: StepCounts(4, 300.0, misses=2, failed=2, cannot=3),
                HERE: StepCounts(1, 10.0),
            },
        ),
    },
    warnings=7,
    next_certification=TODAY + timedelta(days=24),
)


def page(profile: Profile, today: date = TODAY) -> FamilyPage:
    return family_page(profile, GUIDES, exercise_names.load(paths.prompts()), today)


def test_it_tells_what_she_finished_where_she_is_and_where_she_got_stuck() -> None:
    done, going = page(HER).guides
    assert {step.reached for step in done.steps} == {Reached.DONE}
    assert done.here is None
    assert done.stuck == (), "not understood twice is nothing to speak of"
    assert [step.title for step in done.slowest] == [GUIDES[0].steps[2].title], "a step that is gone is not shown"
    assert [step.reached for step in going.steps[3:6]] == [Reached.DONE, Reached.HERE, Reached.AHEAD]
    assert [(step.number, step.stuck) for step in going.stuck] == [(3, 5), (2, 3)]
    assert [step.number for step in going.slowest] == [3, 2, 5]
    assert (page(HER).finished, page(HER).visits, page(HER).days_left) == (1, 5, 24)
    assert page(Profile()).guides == ()


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("days", "words", "is_soon"),
    [(-3, "已经过了3天", True), (0, "就是今天", True), (31, "还有31天", True), (32, "还有32天", False)],
)
def test_the_next_certification_stands_out_when_it_is_near_or_past(days: int, words: str, is_soon: bool) -> None:
    told = page(replace(HER, next_certification=TODAY + timedelta(days=days)))
    assert words in render(told)
    assert told.is_soon is is_soon


def text_of(html: str) -> str:
    return re.sub(r"\s+", "", re.sub(r"<style>.*?</style>|<[^>]+>", "", html, flags=re.S))


@pytest.mark.thorough
def test_the_page_says_it_in_words() -> None:
    said = text_of(render(page(HER)))
    for words in (
        "王阿姨学得怎么样", "做完过2次，最近一次是2026年11月25日", "现在做到第5步", "没做成2次，说不会3次，没听懂她2次",
        "5分钟", "不到1分钟", "一共听过7次防骗提醒", "防骗演练：练过2次，最近一次上当了，要再练。该再练了",
        "练习：练过1次。",        "有1个练习该再练了", "她说过的话，这里一句也没有", "下次认证：2026年12月20日",
    ):  # fmt: skip
        assert words in said, words
    assert "还没有卡住过" in text_of(render(page(replace(HER, consent=Consented(True, TODAY)))))
    assert "她没有答应，所以不记" in text_of(render(page(replace(HER, consent=Consented(False, TODAY)))))
    nothing = text_of(render(page(Profile())))
    assert "还没有开始" in nothing
    assert "还没有记下" in nothing


SAID = tuple(
    Saying(TODAY - timedelta(days), SECOND, GUIDES[1].steps[step].id, text)
    for days, step, text in ((2, 3, "我不会弄"), (1, 1, "没信号"), (0, 3, "又失败了"))
)


def test_what_she_said_is_there_only_where_she_agreed() -> None:
    agreed = replace(HER, consent=Consented(True, date(2026, 11, 2)), sayings=(*SAID, replace(SAID[0], step="gone")))
    said = text_of(render(page(agreed)))
    title = GUIDES[1].steps[3].title
    for words in (
        "2026年11月2日问过她，她亲口答应", "“没信号”",
        f"第4步，{title}：“我不会弄”（2026年11月24日），“又失败了”（2026年11月26日）。", "声音没有录，号码和密码没有记",
    ):  # fmt: skip
        assert words in said, words
    assert said.index("没信号") < said.index("我不会弄"), "in the order of the steps"
    assert "我不会弄" not in text_of(render(page(replace(agreed, consent=Consented(False)))))


def test_every_exercise_and_every_way_it_may_go_has_a_name() -> None:
    names = exercise_names.load(paths.prompts())
    assert exercise.NOTE in names.kinds
    assert {drills.HELD, drills.HESITATED, drills.FELL, exercise.AT_EASE, practising.LEFT} == set(names.results)


def test_it_stands_alone_and_nothing_in_it_is_taken_for_markup() -> None:
    nasty = """<script>alert("x")</script>'&<b>"""
    guide = GUIDES[1]
    steps = (replace(guide.steps[0], title=nasty), *guide.steps[1:])
    strange = replace(guide, title=nasty, steps=steps)
    names = exercise_names.ExerciseNames({"drill": nasty}, {"fell": nasty}, {"drill:new": nasty})
    html = render(family_page(replace(HER, called=nasty), [strange], names, TODAY))
    assert "<script" not in html
    assert "<b>" not in html.split('<ul class="tiles">')[0]
    assert html.count("&lt;script&gt;") >= 6
    assert "default-src 'none'; style-src 'unsafe-inline'" in html, "the browser runs and fetches nothing"
    assert not re.search(r"https?:|\bsrc=|url\(|@import|<link|<iframe|javascript:|\son\w+=", html.replace(nasty, ""))


@pytest.mark.thorough
def test_the_command_writes_her_page_and_opens_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", lambda url: opened.append(url) or True)
    monkeypatch.setattr(report, "_has_screen", lambda: True)
    (file,) = people().files()
    file.save(HER)
    assert main(["report"]) == Exit.OK
    written = file.folder / "report.html"
    assert str(written) in capsys.readouterr().out
    assert "王阿姨" in written.read_text(encoding="utf-8")
    assert written.stat().st_mode & 0o077 == 0, "hers, and nobody else's"
    assert opened == [written.as_uri()]
    assert main(["report", "--no-open", "--out", str(tmp_path / "page.html")]) == Exit.OK
    assert len(opened) == 1
    monkeypatch.setattr(report, "_has_screen", lambda: False)
    assert main(["report"]) == Exit.OK
    told = capsys.readouterr().err
    assert "没有浏览器" in told
    assert "voiceguide consent" in told, "nobody has asked her yet"
    assert main(["report", "--out", str(written / "page.html")]) == Exit.USAGE


# --------------------------------------------------------------------------------- in a real browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PHONE_WIDTH = 390
LOOK = r"""<script>
const texts = [...document.querySelectorAll("body *")].filter(
  (each) => [...each.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()));
const scale = (each) => each.ownerSVGElement
  ? each.ownerSVGElement.getBoundingClientRect().width / each.ownerSVGElement.viewBox.baseVal.width : 1;
const channels = (text) => text.match(/[\d.]+/g).map(Number);
const ground = (each) => {
  for (let node = each; node; node = node.parentElement) {
    const color = channels(getComputedStyle(node).backgroundColor);
    if (color.length === 3 || color[3] > 0) return color;
  }
};
const light = (color) => color.slice(0, 3).map((one) => one / 255)
  .map((one) => one <= 0.04 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
  .reduce((sum, one, n) => sum + one * [0.2126, 0.7152, 0.0722][n], 0);
const contrast = (each) => {
  const style = getComputedStyle(each);
  const [a, b] = [light(channels(each.ownerSVGElement ? style.fill : style.color)), light(ground(each))];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
};
document.title = JSON.stringify({
  dark: light(ground(document.body)) < 0.1,
  pale: texts.filter((each) => !each.matches("svg .number") && contrast(each) < 4.5).map((each) => each.textContent),
  width: innerWidth,
  wide: texts.filter((each) => each.getBoundingClientRect().right > innerWidth + 0.5).map((each) => each.textContent),
  scrolls: document.documentElement.scrollWidth > innerWidth,
  smallest: Math.min(...texts.map((each) => parseFloat(getComputedStyle(each).fontSize) * scale(each))),
  overlaps: [...document.querySelectorAll("svg")].flatMap((svg) => {
    const boxes = [...svg.querySelectorAll("text")].map((each) => [each.textContent, each.getBoundingClientRect()]);
    return boxes.flatMap(([one, a], n) => boxes.slice(n + 1).filter(([, b]) =>
      a.left < b.right && b.left < a.right && a.top + 4 < b.bottom && b.top + 4 < a.bottom).map(([two]) => one + two));
  }),
});
</script>"""


def browse(folder: Path, *options: str) -> str:
    assert CHROMIUM is not None
    command = [
        CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
        f"--user-data-dir={folder}/own",
        *options,
    ]  # fmt: skip
    return subprocess.run(command, capture_output=True, check=True, timeout=240, text=True).stdout


@pytest.fixture
def crowded() -> FamilyPage:
    """Stuck everywhere, and all titles as long as the linter lets them be."""
    long = tuple(replace(step, title="一二三四五六七八") for step in GUIDES[0].steps)
    counts = {step.id: StepCounts(9, 5999.0, 30, 30, 39) for step in long}
    all_counts = {**HER.counts, FIRST: GuideCounts(99, TODAY, counts)}
    said = tuple(Saying(TODAY, FIRST, step.id, "这一步我怎么弄都弄不成" * 3) for step in long)
    her = replace(
        HER, steps={FIRST: long[7].id, SECOND: HERE}, counts=all_counts, consent=Consented(True, TODAY), sayings=said
    )
    return family_page(
        her, [replace(GUIDES[0], steps=long), GUIDES[1]], exercise_names.load(paths.prompts()), TODAY
    )


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt install chromium")
def test_it_is_read_on_a_phone_and_printed_on_a4(tmp_path: Path, crowded: FamilyPage) -> None:
    page_file = tmp_path / "page.html"
    frame = f'<iframe style="border:0;width:{PHONE_WIDTH}px;height:9000px" src="page.html"></iframe>'
    allowing = re.sub("<meta http-equiv=[^>]+>", "", render(crowded))  # or the page would not let us look
    page_file.write_text(allowing.replace("</body>", f"{LOOK}</body>"), encoding="utf-8")
    # A window of the desktop's browser is never as narrow as a phone; a frame is.
    phone = tmp_path / "phone.html"
    relay = "<script>addEventListener('load', () => { document.title = frames[0].document.title })</script>"
    phone.write_text(f"<!DOCTYPE html><body style='margin:0'>{frame}{relay}", encoding="utf-8")
    for dark in (False, True):
        scheme = ["--force-dark-mode"] * dark
        options = ["--allow-file-access-from-files", "--virtual-time-budget=5000", "--dump-dom", *scheme]
        title = re.search(r"<title>(.*?)</title>", browse(tmp_path, *options, phone.as_uri()))
        assert title is not None
        seen = json.loads(title[1].replace("&amp;", "&").replace("&quot;", '"'))
        assert seen["width"] == PHONE_WIDTH
        assert not seen["scrolls"]
        assert not seen["wide"]
        assert not seen["overlaps"]
        assert seen["smallest"] >= 15.9
        assert seen["dark"] is dark
        assert not seen["pale"]
    paper = tmp_path / "page.pdf"
    browse(tmp_path, "--no-pdf-header-footer", f"--print-to-pdf={paper}", page_file.as_uri())
    boxes = re.findall(rb"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]", paper.read_bytes())
    assert 2 <= len(boxes) <= 5
    assert {(round(float(width)), round(float(height))) for width, height in boxes} == {(595, 842)}, "A4 in points"
