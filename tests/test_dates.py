"""A day told in spoken words, with the day on which she says it."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import shipped
from tests.rows import hold
from voiceguide import paths
from voiceguide.content import ContentError
from voiceguide.spoken_date import MOST_YEARS, Lack, SpokenDate, months_later, resolve
from voiceguide.understanding.answers import DATE
from voiceguide.understanding.dates import DateWords
from voiceguide.understanding.dates_file import FILE

AUTUMN, NEW_YEAR, LEAP_DAY, END_OF_MONTH = "2026-11-26", "2027-01-20", "2028-02-29", "2027-01-31"
MONTH, DAY, PAST, NO_SUCH_DAY, TOO_FAR, VAGUE = (
    Lack.MONTH, Lack.DAY, Lack.PAST, Lack.NO_SUCH_DAY, Lack.TOO_FAR, Lack.VAGUE
)  # fmt: skip
TOLD = [
    # the year said, left out, in full; a day that is over means the next time
    (AUTUMN, "明年三月十五号", "2027-03-15"),
    (AUTUMN, "明年三月十五", "2027-03-15"),
    (AUTUMN, "三月十五日", "2027-03-15"),
    (AUTUMN, "十二月一号", "2026-12-01"),
    (AUTUMN, "十一月二十六号", "2026-11-26"),
    (AUTUMN, "十一月二十五号", "2027-11-25"),
    (AUTUMN, "后年五月二十一号", "2028-05-21"),
    (AUTUMN, "大后年一月一号", "2029-01-01"),
    (AUTUMN, "今年十二月三十一号", "2026-12-31"),
    (AUTUMN, "二零二七年三月十五日", "2027-03-15"),
    (AUTUMN, "二七年三月十五号", "2027-03-15"),
    (AUTUMN, "2027年3月15号", "2027-03-15"),
    (AUTUMN, "明年三月份十五号", "2027-03-15"),
    (AUTUMN, "明年的三月十五号", "2027-03-15"),
    # what people say around it
    (AUTUMN, "嗯，是明年三月十五号吧", "2027-03-15"),
    (AUTUMN, "手机上写的是，明年三月十五号", "2027-03-15"),
    (AUTUMN, "大概三月十五号左右", "2027-03-15"),
    (AUTUMN, "不对，是三月十六号", "2027-03-16"),
    (AUTUMN, "明年国庆节那个月十五号", "2027-10-15"),
    (AUTUMN, "不是，是年底那个月三号", "2026-12-03"),
    (AUTUMN, "国庆节那个月", DAY),
    (AUTUMN, "那个，呃，明年，嗯，三月的，那个，十五号", "2027-03-15"),
    (AUTUMN, "有效期至2027年03月15日", "2027-03-15"),
    (AUTUMN, "2027-03-15", "2027-03-15"),
    (AUTUMN, "截至明年三月廿五号", "2027-03-25"),
    (AUTUMN, "廿号", MONTH),
    # she puts it right in one breath
    (AUTUMN, "三月，不对，四月十五号", "2027-04-15"),
    (AUTUMN, "后年三月十五号，说错了，是四月一号", "2028-04-01"),
    (AUTUMN, "三月十五号，不对，十六号", "2027-03-16"),
    (AUTUMN, "不是十月，是十一月", DAY),
    (AUTUMN, "不是三月十五，是十六", "2027-03-16"),
    (AUTUMN, "农历三月十五，不对，是公历", "2027-03-15"),
    (AUTUMN, "不对", None),
    (AUTUMN, "三月不对", None),
    (AUTUMN, "不对" * 200, None),
    # a year alone, a span
    (AUTUMN, "后年", "2028-11-26"),
    (AUTUMN, "明年今天", "2027-11-26"),
    (AUTUMN, "一年", "2027-11-26"),
    (AUTUMN, "一年以后", "2027-11-26"),
    (AUTUMN, "过一年", "2027-11-26"),
    (AUTUMN, "两年后", "2028-11-26"),
    (AUTUMN, "半年", "2027-05-26"),
    (AUTUMN, "一年半以后", "2028-05-26"),
    (AUTUMN, "三个月以后", "2027-02-26"),
    (AUTUMN, "十二个月", "2027-11-26"),
    (AUTUMN, "两个星期以后", "2026-12-10"),
    (AUTUMN, "半个月", "2026-12-11"),
    (AUTUMN, "十天后", "2026-12-06"),
    (AUTUMN, "大后天", "2026-11-29"),
    (AUTUMN, "三百六十五天", "2027-11-26"),
    (AUTUMN, "满一年", "2027-11-26"),
    (AUTUMN, "一年后的今天", "2027-11-26"),
    # months by their distance; the ends of months; leap years
    (AUTUMN, "下个月十号", "2026-12-10"),
    (AUTUMN, "下个月底", "2026-12-31"),
    (AUTUMN, "这个月底", "2026-11-30"),
    (AUTUMN, "下下个月最后一天", "2027-01-31"),
    (AUTUMN, "年底", "2026-12-31"),
    (AUTUMN, "明年二月底", "2027-02-28"),
    (AUTUMN, "后年二月底", "2028-02-29"),
    (AUTUMN, "后年二月二十九号", "2028-02-29"),
    (LEAP_DAY, "一年以后", "2029-02-28"),
    (LEAP_DAY, "明年", "2029-02-28"),
    (END_OF_MONTH, "一个月以后", "2027-02-28"),
    (END_OF_MONTH, "下个月底", "2027-02-28"),
    # the lunar calendar: its year goes on into the solar one's January and February
    (AUTUMN, "农历正月十五", "2027-02-20"),
    (AUTUMN, "正月初一", "2027-02-06"),
    (AUTUMN, "腊月初八", "2027-01-15"),
    (AUTUMN, "明年腊月初八", "2028-01-04"),
    (AUTUMN, "明年农历三月初三", "2027-04-09"),
    (AUTUMN, "阴历明年八月十五", "2027-09-15"),
    (AUTUMN, "冬月廿一", "2026-12-29"),
    (AUTUMN, "农历腊月底", "2027-02-05"),
    (AUTUMN, "除夕", "2027-02-05"),
    (AUTUMN, "明年中秋节", "2027-09-15"),
    (AUTUMN, "公历三月十五", "2027-03-15"),
    (AUTUMN, "明年农历八月十五", "2027-09-15"),
    (AUTUMN, "农历二月二十九", "2027-04-05"),
    (AUTUMN, "农历年底", "2027-02-05"),
    (AUTUMN, "腊月二十三", "2027-01-30"),
    (AUTUMN, "小年", "2027-01-30"),
    (AUTUMN, "去年中秋", PAST),
    (AUTUMN, "农历", MONTH),
    # the days that part the solar year
    (AUTUMN, "清明", "2027-04-05"),
    (AUTUMN, "清明节前", "2027-04-05"),
    (AUTUMN, "后年清明", "2028-04-04"),
    (AUTUMN, "冬至", "2026-12-22"),
    (NEW_YEAR, "冬至", "2027-12-22"),
    (AUTUMN, "今年清明", PAST),
    (NEW_YEAR, "今年腊月二十", "2027-01-27"),
    (NEW_YEAR, "腊月初八", "2028-01-04"),
    (NEW_YEAR, "今年正月十五", "2027-02-20"),
    ("2028-05-01", "闰五月初三", "2028-06-25"),
    (AUTUMN, "国庆节", "2027-10-01"),
    (AUTUMN, "明年五一", "2027-05-01"),
    # days of the week: 2026-11-26 is a Thursday
    (AUTUMN, "下周一", "2026-11-30"),
    (AUTUMN, "这个礼拜五", "2026-11-27"),
    (AUTUMN, "礼拜天", "2026-11-29"),
    (AUTUMN, "星期四", "2026-11-26"),
    (AUTUMN, "周三", "2026-12-02"),
    (AUTUMN, "下下个星期三", "2026-12-09"),
    (AUTUMN, "这个星期一", PAST),
    (AUTUMN, "两周", "2026-12-10"),
    (AUTUMN, "下周三，不对，十二月五号", "2026-12-05"),
    (AUTUMN, "三月五号，不对，下周三", "2026-12-02"),
    # the ends of months and years in other words; feasts in other words
    (AUTUMN, "下个月最末一天", "2026-12-31"),
    (AUTUMN, "明年三月末尾", "2027-03-31"),
    (AUTUMN, "明年年尾", "2027-12-31"),
    (AUTUMN, "月底", MONTH),
    (AUTUMN, "七夕", "2027-08-08"),
    (AUTUMN, "六一儿童节", "2027-06-01"),
    (AUTUMN, "清明节那日子", "2027-04-05"),
    (AUTUMN, "明天就到期啦", "2026-11-27"),
    # spans put together
    (AUTUMN, "一年零三个月以后", "2028-02-26"),
    (AUTUMN, "一个月零十天", "2027-01-05"),
    (AUTUMN, "半年一年", VAGUE),
    # the same day twice, or two days
    (AUTUMN, "国庆节那天，十月一号", "2027-10-01"),
    (AUTUMN, "正月十五，闹元宵那天", "2027-02-20"),
    (AUTUMN, "清明那天，四月五号", "2027-04-05"),
    (AUTUMN, "国庆节那天，十月二号", VAGUE),
    (AUTUMN, "三月五号，三月六号", VAGUE),
    (AUTUMN, "三月还是四月", VAGUE),
    (AUTUMN, "记不清咯，七月还是八月来着", VAGUE),
    (AUTUMN, "不是三月，五月", DAY),
    (AUTUMN, "记错了，是五月六号", "2027-05-06"),
    (AUTUMN, "半年以后，不对，三月", DAY),
    (AUTUMN, "半年以后，不对，三月十五号", "2027-03-15"),
    # near a day, and no day
    (AUTUMN, "中秋节前头", VAGUE),
    (AUTUMN, "清明节以后", VAGUE),
    (AUTUMN, "三月十五号前后", VAGUE),
    (AUTUMN, "下个礼拜", VAGUE),
    (AUTUMN, "等开春再说", VAGUE),
    *((AUTUMN, text, None) for text in ("以后", "前几天", "就到期", "就", "不知道", "还是", "三月三月三月")),
    # a part of it
    (AUTUMN, "三月", DAY),
    (AUTUMN, "明年腊月", DAY),
    (AUTUMN, "下个月", DAY),
    (AUTUMN, "十五号", MONTH),
    (AUTUMN, "明年十五号", MONTH),
    (AUTUMN, "初八", MONTH),
    (AUTUMN, "十五", MONTH),
    (AUTUMN, "明年三月中旬", DAY),
    (AUTUMN, "下个月初", DAY),
    (AUTUMN, "三月十几号", DAY),
    # a time, and no day
    *((AUTUMN, text, VAGUE) for text in ("开春", "明年开春以后", "生日那天", "我生日那天", "过完年", "月初", "闰月")),
    # no day
    (AUTUMN, "二月三十号", NO_SUCH_DAY),
    (AUTUMN, "二月二十九号", NO_SUCH_DAY),
    (AUTUMN, "四月三十一号", NO_SUCH_DAY),
    (AUTUMN, "农历腊月三十", NO_SUCH_DAY),
    (AUTUMN, "闰六月初一", NO_SUCH_DAY),
    (AUTUMN, "今年三月十五号", PAST),
    (AUTUMN, "去年三月十五号", PAST),
    (AUTUMN, "二零二五年三月十五号", PAST),
    (AUTUMN, "二零四零年三月十五号", TOO_FAR),
    (AUTUMN, "五十年以后", TOO_FAR),
    *((AUTUMN, text, None) for text in ("", "号", "我不会", "十三月一号", "三月三十二号", "三月三月")),
    (AUTUMN, "零零零零年三月五号", PAST),
    *((AUTUMN, text, None) for text in ("三月十五号我要去医院", "我儿子三月十五号回来", "好了", "一年一次", "验证码")),
]


@cache
def words() -> DateWords:
    return DateWords.load(paths.prompts())


def test_the_day_she_means() -> None:
    def found(told: tuple[str, str]) -> str | Lack | None:
        today, text = told
        spoken = words().parse(text)
        day = None if spoken is None else resolve(spoken, date.fromisoformat(today))
        return day.isoformat() if isinstance(day, date) else day

    hold((((today, text), meant) for today, text, meant in TOLD), found)


TODAYS = st.dates(date(2024, 1, 1), date(2094, 12, 31))
PARTS = st.none() | st.integers(1, 31)


@pytest.mark.thorough
@given(
    TODAYS,
    st.builds(
        SpokenDate,
        years_ahead=st.none() | st.integers(-2, 3),
        month=st.none() | st.integers(1, 12),
        leap=st.booleans(),
        day=PARTS,
        lunar=st.booleans(),
        after_months=st.none() | st.integers(0, 40),
        term=st.none() | st.integers(0, 23),
        weekday=st.none() | st.integers(0, 6),
        weeks_ahead=st.none() | st.integers(0, 2),
    ),
)
def test_whatever_she_says_is_a_day_to_come_or_a_reason(today: date, spoken: SpokenDate) -> None:
    found = resolve(spoken, today)
    assert isinstance(found, Lack) or today <= found <= months_later(today, 12 * MOST_YEARS)


@given(TODAYS, st.integers(0, 60))
def test_so_many_months_later_is_that_month(today: date, months: int) -> None:
    later = months_later(today, months)
    assert (later.year * 12 + later.month) - (today.year * 12 + today.month) == months
    assert later.day <= today.day


@given(TODAYS, st.sampled_from("一二三四五六日"), st.sampled_from(["", "这个", "下个", "下下个"]))
def test_a_day_of_the_week_is_that_day(today: date, day: str, week: str) -> None:
    spoken = words().parse(f"{week}礼拜{day}")
    assert spoken is not None
    found = resolve(spoken, today)
    if found is Lack.PAST:
        assert week == "这个"
        return
    assert isinstance(found, date)
    assert found.weekday() == "一二三四五六日".index(day)
    last_day = {"": 6, "这个": 6 - today.weekday(), "下个": 13 - today.weekday(), "下下个": 20 - today.weekday()}
    assert 0 <= (found - today).days <= last_day[week]


def test_what_is_listened_for_is_understood_and_keeps_its_own_text() -> None:
    for text in words().texts():
        spoken = words().parse(text)
        assert spoken is not None or text in ("农历", "阴历", "旧历", "老历"), text
    understanding = shipped.understanding(None)
    everything = understanding.word_list((*understanding.universal, *understanding.choices, DATE, "@day"))
    readings: dict[tuple[str, ...], str] = {}
    for phrase in everything:
        readings.setdefault(phrase.reading, phrase.text)
    pieces = {phrase.text: phrase for phrase in understanding.word_list((DATE,))}
    for text in words().texts():
        assert pieces[text].beside, text
        first = readings[pieces[text].reading]
        assert first == text or words().parse(first) == words().parse(text), f"{text} is heard as {first}"


def test_a_day_is_whole_with_its_last_word() -> None:
    whole = shipped.understanding(None).complete(("yes", "no", DATE))
    assert whole("明年三月十五号")
    for text in ("明年", "三月", "明年三月十五", "十五号"):
        assert not whole(text), text


def test_a_day_is_understood_only_where_one_is_asked_for() -> None:
    understanding = shipped.understanding(None)
    heard = understanding.understand("三月十五号", ("yes", DATE))
    assert getattr(heard, "date", None) == SpokenDate(month=3, day=15)
    assert getattr(understanding.understand("三月十五号", ("yes",)), "intent", None) is None


WHOLE = (paths.prompts() / FILE).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("was", "by", "key"),
    [
        ('"明年" = 1', '"明年" = "1"', "years.明年"),
        ('"明年" = 1', '"明年" = true', "years.明年"),
        ('"前年" = -2', '"前年" = -99', "years.前年"),
        ('"冬至" = 23', '"冬至" = 24', "terms.冬至"),
        ("[years]", "[year]", "year"),
        ('ending = "年"', "ending = 1", "full_years.ending"),
        ("listened_for = [2026, 2040]", "listened_for = [2026]", "full_years.listened_for"),
        ("listened_for = [2026, 2040]", "listened_for = [2040, 2026]", "full_years.listened_for"),
        ('month = ["月", "月份"]', 'month = "月"', "endings.month"),
        ('day = ["号", "日", ""]', 'days = ["号", "日", ""]', "endings.day"),
        ('"正月" = 1', '"正月" = 13', "lunar.months.正月"),
        ('"元旦" = [1, 1]', '"元旦" = [1]', "feasts.元旦"),
        ('"除夕" = [-1, -1]', '"除夕" = [-1, 3]', "lunar.feasts.除夕"),
        ('half_month = "半个月"', "", "ahead.half_month"),
        ('{ "年" = 5,', '{ "年度" = 5,', "ahead.listened_for.年度"),
        ('{ "年" = 5,', '{ "年" = -5,', "ahead.listened_for"),
        ('days = { "天" = 1,', 'days = { "天" = [1],', "ahead.units.days"),
        ('between = ["的", ', 'between = [1, ', "around.between"),
        ("[unknown]", "[unknwon]", "unknwon"),
        ('"天" = 6', '"天" = 7', "weekdays.天"),
        ('"下下" = 2', '"下下" = "2"', "weeks.ahead.下下"),
    ],
)
def test_a_typo_in_the_file_of_days_is_found_with_its_place(tmp_path: Path, was: str, by: str, key: str) -> None:
    assert was in WHOLE
    (tmp_path / FILE).write_text(WHOLE.replace(was, by, 1), encoding="utf-8")
    with pytest.raises(ContentError) as error:
        DateWords.load(tmp_path)
    assert key in [finding.key for finding in error.value.findings]
    assert {finding.rule for finding in error.value.findings} == {"bad-dates"}


@pytest.mark.parametrize(("content", "rule"), [("[years\n", "toml-syntax"), ("", "bad-dates"), (None, "missing-file")])
def test_a_file_of_days_that_is_none_is_refused(tmp_path: Path, content: str | None, rule: str) -> None:
    if content is not None:
        (tmp_path / FILE).write_text(content, encoding="utf-8")
    with pytest.raises(ContentError, match=rule):
        DateWords.load(tmp_path)


@pytest.mark.thorough
@settings(deadline=None)
@given(st.integers(0, len(WHOLE)), st.sampled_from(["", "0", "[", '"', "=", "三", "\n", "-1", "x"]))
def test_whatever_is_mistyped_is_refused_or_works(place: int, by: str) -> None:
    text = WHOLE[:place] + by + WHOLE[place + 1 :]
    with TemporaryDirectory() as folder:
        (Path(folder) / FILE).write_text(text, encoding="utf-8")
        try:
            loaded = DateWords.load(Path(folder))
        except ContentError:
            return
    for each in (*loaded.texts(), "明年三月十五号", "农历正月十五"):
        if (spoken := loaded.parse(each)) is not None:
            resolve(spoken, date(2026, 11, 26))
