"""Spoken wording becomes the standard words of documents; names of things stay."""

import pytest

from assistant.question import understand
from assistant.spoken import in_standard_words


@pytest.mark.parametrize(
    ("spoken", "standard"),
    [
        ("补张门禁卡几多钱", "补张门禁卡多少钱"),
        ("电梯困住人点做", "电梯困住人怎么办"),
        ("点解停水", "为什么停水"),
        ("访客要点登记", "访客要怎么登记"),
        ("可唔可以养狗", "可不可以养狗"),
        ("楼上唔开门,搵边个", "楼上不开门,找谁"),
        ("物业费咋交", "物业费怎么交"),
        ("不交会咋样", "不交会怎么样"),
        ("办入住要带啥", "办入住要带什么"),
        ("装防盗网让不?", "装防盗网可不可以?"),
    ],
)
def test_spoken_words_become_standard_ones(spoken: str, standard: str) -> None:
    assert in_standard_words(spoken) == standard


@pytest.mark.parametrize(
    "text",
    ["能早点做完吗", "几点关门", "重点样板", "一点样子都没有", "让不让装防盗网", "左边两个车位"],
)
def test_standard_wording_stays_as_it_is(text: str) -> None:
    assert in_standard_words(text) == text


def test_what_is_asked_about_is_left_when_the_asking_words_are_gone() -> None:
    assert understand("電梯困住人,我應該點做?").content == ("电梯困住人",)
    assert understand("你哋幾點放工?").content == ("下班",)


def test_a_number_takes_its_whole_unit_along() -> None:
    assert understand("物业费三个月没交").content == ("物业费", "3个", "没交")


def test_a_phone_number_is_neither_a_date_nor_an_amount() -> None:
    assert not understand("热线电话几号").wants
    assert not understand("应急电话是多少").wants
    assert understand("物业费几号交").wants
