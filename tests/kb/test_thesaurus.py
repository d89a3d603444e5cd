"""Other names: found longest first, never the name itself, and a sound list that ships."""

import pytest

from kb.errors import InputError
from kb.thesaurus import Thesaurus

LIFTS = Thesaurus([["电梯", "升降机", "升降电梯"], ["物业费", "管理费"], ["管理处", "物业"]])


def test_a_name_brings_in_the_others_of_its_group() -> None:
    assert LIFTS.alternatives("升降机坏了") == ["电梯", "升降电梯"]


def test_the_longest_name_counts() -> None:
    assert LIFTS.names_in("升降电梯") == [("升降电梯", ("电梯", "升降机"))]
    assert LIFTS.names_in("物业费") == [("物业费", ("管理费",))]


def test_a_name_in_traditional_characters_is_the_same_name() -> None:
    assert "电梯" in LIFTS.alternatives("升降機壞了")


def test_what_is_said_already_is_not_brought_in_again() -> None:
    assert LIFTS.alternatives("电梯就是升降机") == ["升降电梯"]


def test_a_text_without_names_brings_in_nothing() -> None:
    assert LIFTS.alternatives("今天天气不错") == []
    assert LIFTS.alternatives("") == []


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        ([["电梯", "升降机"], ["升降机", "直梯"]], "「升降机」出现在两组"),
        ([["电梯"]], "「电梯」只有一个叫法"),
        ([["电梯", "電梯"]], "只有一个叫法"),
    ],
)
def test_a_list_that_contradicts_itself_is_refused(groups: list[list[str]], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Thesaurus(groups)


def test_the_list_that_ships_is_sound() -> None:
    shipped = Thesaurus.shipped()
    assert "专项维修资金" in shipped.alternatives("维修基金怎么用")
    assert "物业费" in shipped.alternatives("管理费几号交")


def test_a_text_can_be_put_in_the_first_names() -> None:
    assert LIFTS.standardised("升降機和管理费,管理处") == "电梯和物业费,管理处"
