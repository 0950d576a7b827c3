"""The reading of a text: which syllable, which tone, and what is still undecided."""

import tomllib
from functools import partial
from pathlib import Path

import pytest

from tests import shipped
from tests.rows import hold
from voiceguide.language.numerals import number
from voiceguide.language.phonetics import Readings, ReadingsError
from voiceguide.language.sandhi import Syllable

LANGUAGE = Path(__file__).parents[1] / "prompts" / "zh-CN"


@pytest.fixture(scope="module")
def readings() -> Readings:
    return shipped.readings()


def numbered(readings: Readings, text: str) -> str:
    return " ".join(each if isinstance(each, str) else each.numbered for each in readings.read(text))


# The right reading as a teacher of Mandarin would write it, checked by hand.
WORDS = """
下一步 xia4 yi2 bu4|上一步 shang4 yi2 bu4|第一步 di4 yi1 bu4|一步一步 yi2 bu4 yi2 bu4|一样 yi2 yang4
一起 yi4 qi3|一直 yi4 zhi2|一般 yi4 ban1|一个 yi2 ge4|一会儿 yi2 hui4 er5|一点 yi4 dian3|万一 wan4 yi1
看一看 kan4 yi5 kan4|试一试 shi4 yi5 shi4|等一等 deng3 yi5 deng3|再说一遍 zai4 shuo1 yi2 bian4
一二三 yi1 er4 san1|星期一 xing1 qi1 yi1|一月 yi1 yue4|大一点 da4 yi4 dian3|第一个 di4 yi1 ge4
不会 bu2 hui4|不是 bu2 shi4|不对 bu2 dui4|不要 bu2 yao4|不用 bu2 yong4|不好 bu4 hao3|不行 bu4 xing2
不能 bu4 neng2|不知道 bu4 zhi1 dao5|对不起 dui4 bu5 qi3|看不清 kan4 bu5 qing1|找不到 zhao3 bu5 dao4
银行 yin2 hang2|银行卡 yin2 hang2 ka3|行了 xing2 le5|长辈 zhang3 bei4|家长 jia1 zhang3|长按 chang2 an4
重新 chong2 xin1|重复 chong2 fu4|重要 zhong4 yao4|着急 zhao2 ji2|睡着了 shui4 zhao2 le5|看着 kan4 zhe5
便宜 pian2 yi5|方便 fang1 bian4|还没收到 hai2 mei2 shou1 dao4|还给 huan2 gei3|觉得 jue2 de5
看得见 kan4 de5 jian4|得到 de2 dao4|您得先 nin2 dei3 xian1|慢慢地 man4 man4 de5|地方 di4 fang5|地址 di4 zhi3
头发 tou2 fa5|停发 ting2 fa1|了解 liao2 jie3|做不了 zuo4 bu5 liao3|目的 mu4 di4|的确 di2 que4
转圈 zhuan4 quan1|转账 zhuan3 zhang4|转头 zhuan3 tou2|数字 shu4 zi4|数一数 shu3 yi5 shu3|一只 yi4 zhi1
只有 zhi2 you3|为什么 wei4 shen2 me5|认为 ren4 wei2|因为 yin1 wei4|调整 tiao2 zheng3|调大 tiao2 da4
应用 ying4 yong4|应该 ying1 gai1|答应 da1 ying5|似的 shi4 de5|处理 chu2 li3|好处 hao3 chu4|角落 jiao3 luo4
照片 zhao4 pian4|相册 xiang4 ce4|相信 xiang1 xin4|联系 lian2 xi4|没关系 mei2 guan1 xi5|教您 jiao1 nin2
弹出来 tan2 chu1 lai5|背光 bei4 guang1|卡住 ka3 zhu4|露出 lou4 chu1|没过 mei2 guo4|重听 chong2 ting1
可以 ke2 yi3|你好 ni2 hao3|手指 shou2 zhi3|左右 zuo3 you4|想想 xiang2 xiang5|谢谢 xie4 xie5|姐姐 jie3 jie5
爸爸 ba4 ba5|眼睛 yan3 jing5|眼镜 yan3 jing4|东西 dong1 xi5|名字 ming2 zi5|清楚 qing1 chu5|朋友 peng2 you5
女儿 nv3 er2|哪儿 na3 er5|旅行 lv3 xing2|绿色 lv4 se4|孩子们 hai2 zi5 men5|上去 shang4 qu5|什么 shen2 me5
验证码 yan4 zheng4 ma3|社会保障 she4 hui4 bao3 zhang4|人脸识别 ren2 lian3 shi2 bie2|露出来 lou4 chu1 lai5
"""


def test_hand_checked_words(readings: Readings) -> None:
    lines = [each.strip().partition(" ") for each in WORDS.strip().replace("\n", "|").split("|")]
    assert len(lines) > 100
    hold(((text, expected) for text, _, expected in lines), partial(numbered, readings))


def test_tones_in_running_speech(readings: Readings) -> None:
    told = [
        ("请点一下", "qing2 dian3 yi2 xia4"),
        ("我想找你", "wo2 xiang3 zhao2 ni3"),
        ("我也有", "wo2 ye2 you3"),
        ("我也有五百", "wo2 ye3 you2 wu2 bai3"),
        ("好，你好", "hao3 ， ni2 hao3"),
        ("好你", "hao2 ni3"),
        ("忘了无线网密码", "wang4 le5 wu2 xian4 wang3 mi4 ma3"),
        ("不，对", "bu4 ， dui4"),
        ("请说，一。", "qing3 shuo1 ， yi1 。"),
        ("这一步", "zhe4 yi2 bu4"),
        ("一百一十", "yi4 bai3 yi1 shi2"),
    ]
    hold(told, partial(numbered, readings))


def test_digits_latin_and_signs_as_they_are_spoken(readings: Readings) -> None:
    told = [
        ("拨12333", "拨幺二三三三"),
        ("拨打96110。", "拨打九六幺幺零。"),
        ("12333APP", "幺二三三三应用"),
        ("连WiFi", "连无线网"),
        ("连 Wi-Fi", "连 无线网"),
        ("1100元", "一千一百元"),
        ("110", "幺幺零"),
        ("13800138001", "幺三八零零幺三八零零幺"),
        ("第3步", "第三步"),
        ("第2个", "第二个"),
        ("2个人", "两个人"),
        ("12个", "十二个"),
        ("2遍", "两遍"),
        ("2月", "二月"),
        ("2026年3月15日", "二零二六年三月十五日"),
        ("90%", "百分之九十"),
        ("2.5元", "二点五元"),
        ("3~5天", "三到五天"),
        ("1/2", "二分之一"),
        ("18:30", "十八点三十分"),
        ("8:05", "八点零五分"),
        ("①打开", "一，打开"),
        ("book", "book"),
        ("0", "零"),
    ]
    hold(told, readings.spoken)


def test_numbers() -> None:
    spoken = "零，九，十，十五，二十，一百零五，一百一十，一千，一千零一，一千零一十，九千九百九十九"
    assert "，".join(map(number, (0, 9, 10, 15, 20, 105, 110, 1000, 1001, 1010, 9999))) == spoken
    with pytest.raises(ValueError, match="10000"):
        number(10000)


def test_phrase_is_hanzi_with_its_toneless_reading(readings: Readings) -> None:
    phrase = readings.phrase("绿色的，下一步！")
    assert phrase.text == "绿色的下一步"
    assert phrase.reading == ("lv", "se", "de", "xia", "yi", "bu")
    assert readings.toneless("12333") == ("yao", "er", "san", "san", "san")


def test_nothing_to_read(readings: Readings) -> None:
    assert readings.read("") == ()
    assert readings.read("，") == ("，",)
    assert readings.toneless("，。") == ()


def test_words_keep_the_syllables_of_the_text_in_order(readings: Readings) -> None:
    text = "请在手机上找到蓝色图标的应用，点一下打开。"
    assert "".join(each if isinstance(each, str) else each.hanzi for each in readings.read(text)) == text


def test_polyphones_nobody_decided_are_shown_in_their_surroundings(readings: Readings) -> None:
    assert readings.undecided("请把数遍") == ("请把【数】遍",)
    assert readings.undecided("长按图标，重新开始，数字，还给您") == ()


def test_a_phrase_in_the_table_decides_a_polyphone() -> None:
    undecided = Readings({}, polyphones="数")
    decided = Readings({"数遍": "shu3 bian4"}, polyphones="数")
    assert undecided.undecided("数遍") == ("【数】遍",)
    assert decided.undecided("数遍") == ()
    assert decided.read("数遍") == (Syllable("数", "shu", 3), Syllable("遍", "bian", 4))


def test_what_has_no_spoken_form_is_named(readings: Readings) -> None:
    assert readings.unspeakable("点★，再点B。") == ("★", "B")
    assert readings.unspeakable("打开12333APP，连WiFi。“好了”") == ()


def test_the_longest_phrase_wins() -> None:
    readings = Readings({"没收": "mo4 shou1", "没收到": "mei2 shou1 dao4"})
    assert numbered(readings, "没收到没收") == "mei2 shou1 dao4 mo4 shou1"


@pytest.mark.parametrize("pinyin", ["chang2", "chang an4", "cháng àn", "chang2 an6", "chang2 an4 la5", ""])
def test_a_wrong_entry_is_refused_with_its_name(pinyin: str) -> None:
    with pytest.raises(ReadingsError, match="长按"):
        Readings({"长按": pinyin})


def test_a_broken_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "readings.toml").write_text('[readings\n"长按" = 3', encoding="utf-8")
    with pytest.raises(ReadingsError, match=r"readings\.toml"):
        Readings.load(tmp_path)


def _strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):  # what is only compared by its signs is neither spoken nor heard
        value = [child for key, child in value.items() if key != "told"]
    children = value if isinstance(value, list) else ()
    return [text for child in children for text in _strings(child)]


@pytest.mark.thorough
@pytest.mark.parametrize("path", sorted(LANGUAGE.glob("guides/*.toml")), ids=lambda path: path.stem)
def test_every_hanzi_of_the_shipped_guides_is_decided(readings: Readings, path: Path) -> None:
    texts = [text for text in _strings(tomllib.loads(path.read_text("utf-8"))) if not text.isascii()]
    assert texts
    assert {text: readings.undecided(text) for text in texts if readings.undecided(text)} == {}
    assert {text: readings.unspeakable(text) for text in texts if readings.unspeakable(text)} == {}


@pytest.mark.parametrize(
    "text", ["readings = 3", 'readings = ["x"]', "spoken = 3", "spoken = { a = 1 }", "words = 3", "neutral = []"]
)
def test_a_value_of_the_wrong_kind_is_named(text: str, tmp_path: Path) -> None:
    (tmp_path / "readings.toml").write_text(text)
    with pytest.raises(ReadingsError, match=text.split()[0] if "{" not in text else "a 写"):
        Readings.load(tmp_path)
