import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.normalization import chinese_number, normalize, simplify, tokens


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("報修後十五分鐘內聯繫業主", "报修后15分钟内联系业主"),
        ("百分之二十", "20%"),
        ("２．６０元", "2.6元"),
        ("1,286户", "1286户"),
        ("第一百二十条", "第120条"),
        ("半小时", "30分钟"),
        ("三个工作日", "3个工作日"),
        ("08:30", "8:30"),
        ("VIP卡", "vip卡"),
        ("两部电梯", "2部电梯"),
        ("早上九点半", "早上9点半"),
    ],
)
def test_two_ways_to_write_one_thing_are_normalised_alike(written: str, same: str) -> None:
    assert normalize(written) == normalize(same)


@pytest.mark.parametrize("word", ["统一日期", "万一", "一些", "有一点漏水", "一起"])
def test_a_numeral_inside_a_word_stays(word: str) -> None:
    assert normalize(word) == word


@pytest.mark.parametrize(
    ("numeral", "value"),
    [("十", 10), ("十五", 15), ("二十", 20), ("一百零五", 105), ("两千", 2000), ("三万二千", 32000),
     ("二〇二六", 2026), ("一百二十", 120)],
)  # fmt: skip
def test_chinese_numerals_have_their_value(numeral: str, value: int) -> None:
    assert chinese_number(numeral) == value


def test_simplify_keeps_case_and_punctuation() -> None:
    assert simplify("電梯(VIP)壞了!") == "电梯(VIP)坏了!"


def test_chinese_is_cut_into_characters_and_pairs() -> None:
    assert set(tokens("物业费")) == {"物", "业", "费", "物业", "业费"}


def test_a_number_is_also_joined_with_its_unit() -> None:
    assert tokens("45天内") == ["45", "45天", "天", "内", "天内"]


def test_words_of_other_scripts_stay_whole() -> None:
    assert tokens("CSR答复 WiFi") == ["csr", "答", "复", "答复", "wifi"]


@pytest.mark.parametrize("text", ["", " ", "???", "。!", "***", "🏠"])
def test_text_without_words_has_no_chinese_terms(text: str) -> None:
    assert not any("\u4e00" <= token[0] <= "\u9fff" for token in tokens(text))


@given(st.text())
def test_normalising_never_fails_and_is_stable(text: str) -> None:
    once = normalize(text)
    assert tokens(once) == tokens(normalize(once))
