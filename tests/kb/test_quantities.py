import math

import pytest

from kb.quantities import Dimension, quantities

DAY = 1440


@pytest.mark.parametrize(
    ("text", "dimension", "low", "high"),
    [
        ("逾期31-60天", Dimension.DURATION, 31 * DAY, 60 * DAY),
        ("三十一日至六十日", Dimension.DURATION, 31 * DAY, 60 * DAY),
        ("1 至 30 天", Dimension.DURATION, DAY, 30 * DAY),
        ("60天以上", Dimension.DURATION, 60 * DAY, math.inf),
        ("60天开外", Dimension.DURATION, 60 * DAY, math.inf),
        ("三分之二以上", Dimension.PERCENT, 200 / 3, math.inf),
        ("四分之一", Dimension.PERCENT, 25, 25),
        ("从第61天起", Dimension.DURATION, 61 * DAY, math.inf),
        ("15分钟内", Dimension.DURATION, 0, 15),
        ("不超过三个工作日", Dimension.DURATION, 0, 3 * DAY),
        ("三分鐘到場", Dimension.DURATION, 3, 3),
        ("半小时", Dimension.DURATION, 30, 30),
        ("立即处理", Dimension.DURATION, 0, 0),
        ("每平方米2.60元", Dimension.MONEY, 2.6, 2.6),
        ("百分之二十", Dimension.PERCENT, 20, 20),
        ("08:30开门", Dimension.CLOCK, 510, 510),
        ("早上九点半", Dimension.CLOCK, 570, 570),
        ("1,286户", Dimension.COUNT, 1286, 1286),
        ("1.5米", Dimension.LENGTH, 1.5, 1.5),
    ],
)
def test_an_amount_is_read_with_its_bounds(
    text: str, dimension: Dimension, low: float, high: float
) -> None:
    (found,) = quantities(text)
    assert (found.dimension, found.low, found.high) == (dimension, low, high)


@pytest.mark.parametrize("text", ["第十五条", "一级诉求", "统一安排", "周一至周五", ""])
def test_what_is_no_amount_is_not_read_as_one(text: str) -> None:
    assert quantities(text) == []


def test_a_day_of_a_month_is_a_date_and_no_duration() -> None:
    assert {q.dimension for q in quantities("首月15日,1月15日")} == {Dimension.DATE}


def test_an_interval_contains_the_points_within_it() -> None:
    (asked,) = quantities("45天")
    first, second, third = quantities("逾期1-30天电话,31-60天上门,60天以上发函")
    assert [q.contains(asked) for q in (first, second, third)] == [False, True, False]
