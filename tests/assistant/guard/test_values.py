"""Equal values are the same in every form, and changed units never are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.guard.comparing import anywhere
from assistant.guard.values import Measured, Value, values_of_text

ALIKE = [
    ("8:30", "上午八点半"), ("08:30", "早上8点30分"), ("14:30", "下午两点半"),
    ("18:00", "傍晚六点"),
    ("1.8元", "1块8"), ("2.60元", "两块六"), ("2000元", "两千块"), ("1,200元", "一千二百元"),
    ("0.5元", "五角"), ("30分钟", "半小时"), ("15分钟", "一刻钟"), ("24小时", "一天"),
    ("90分钟", "一个半小时"), ("3日内", "三天"), ("7天", "一周"), ("3个月", "一个季度"),
    ("6个月", "半年"), ("12个月", "一年"), ("3个服务日", "三个服务日"), ("30%", "百分之三十"),
    ("30%", "三成"), ("周一", "星期一"), ("周末", "双休日"), ("11月25日", "十一月二十五号"),
    ("时限：15分钟", "十五分钟"), ("1.5米", "一米五"), ("150厘米", "1.5米"), ("95平方米", "95平米"),
    ("每月", "/月"),
    ("每平方米", "/㎡"), ("2次", "两次"), ("8800-1999", "88001999"), ("三個服務日", "3个服务日"),
    ("第二次", "2次"), ("每半年", "6个月"), ("每半小时", "30分钟"),
    ("八八零零幺九九九", "8800-1999"), ("赔两千", "2000元"),
    ("两千五的押金", "2500元"), ("四五月份", "5月"),
]  # fmt: skip
UNLIKE = [
    ("三日", "三个工作日"), ("3个服务日", "3个工作日"), ("3天", "3个服务日"), ("24小时", "24分钟"),
    ("每月", "每年"), ("每平方米", "每户"), ("2元", "2万元"), ("上午8点半", "20:30"),
    ("30分钟", "30小时"), ("5%", "5‰"), ("周一", "周二"), ("3个月", "3天"), ("15平方米", "15米"),
    ("1.8元", "18元"), ("2次", "2户"), ("8800-1999", "8800-1998"), ("半年", "半个月"),
    ("每半小时", "每小时"), ("第三次", "2次"), ("四五月份", "3月"),
]  # fmt: skip


def first(text: str) -> Value:
    return values_of_text(text)[0]


@pytest.mark.parametrize(("a", "b"), ALIKE)
def test_equal_values_are_the_same_in_other_forms(a: str, b: str) -> None:
    assert anywhere(first(a), values_of_text(b))
    assert anywhere(first(b), values_of_text(a))


@pytest.mark.parametrize(("a", "b"), UNLIKE)
def test_another_unit_or_number_is_another_value(a: str, b: str) -> None:
    assert not anywhere(first(a), values_of_text(b))


@pytest.mark.parametrize(
    "text",
    ["一位同事", "有一点慢", "这两件事", "统一安排", "元旦快乐", "一些", "两点建议：", "万一"],
)
def test_words_that_only_look_like_numbers_are_none(text: str) -> None:
    measured = {v.measured for v in values_of_text(text)}
    assert not measured & {Measured.COUNT, Measured.CLOCK, Measured.MONEY, Measured.DURATION}


@given(st.integers(0, 23), st.integers(0, 59))
def test_a_clock_time_is_the_same_with_the_part_of_the_day(hour: int, minute: int) -> None:
    part = "凌晨" if hour < 6 else "上午" if hour < 12 else "中午" if hour == 12 else "下午" if hour < 18 else "晚上"  # fmt: skip # noqa: E501
    spoken = f"{part}{hour if hour <= 12 else hour - 12}点{minute}分"
    assert anywhere(first(spoken), values_of_text(f"{hour:02}:{minute:02}"))


@given(st.integers(1, 99), st.integers(1, 99))
def test_amounts_of_money_are_equal_only_with_equal_numbers(a: int, b: int) -> None:
    assert anywhere(first(f"{a}元"), values_of_text(f"{b}块钱")) == (a == b)


@given(st.integers(1, 60), st.sampled_from(["分钟", "小时", "天", "个工作日", "个服务日", "个月"]))
def test_a_length_of_time_is_itself_and_nothing_longer(count: int, unit: str) -> None:
    value = first(f"{count}{unit}内")
    assert anywhere(value, values_of_text(f"{count}{unit}"))
    assert not anywhere(value, values_of_text(f"{count + 61}{unit}"))


@given(st.text(max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    for value in values_of_text(text):
        assert 0 <= value.start <= value.end
