"""Questions in the words of the passages: other names and homophone slips, nothing else."""

import pytest

from assistant.house_words import in_house_words
from kb.thesaurus import Thesaurus
from kb.types import Hit
from tests.kb.samples import policy

NAMES = Thesaurus([["电梯", "升降机"], ["物业费", "管理费"]])


def hit(text: str) -> Hit:
    document, (chunk,) = policy("p", text, title="规定")
    return Hit(chunk, document, 1.0)


LIFT = [hit("电梯困人时,值班人员三分钟内到场。"), hit("电梯每半月保养一次。")]


def put(question: str, known: str = "电梯保养困人") -> str:
    return in_house_words(question, LIFT, lambda pair: int(pair in known), NAMES)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("升降机多久保养", "电梯多久保养"),
        ("电踢困人", "电梯困人"),
        ("店梯困人", "电梯困人"),
        ("电梯困人", "电梯困人"),
        ("管理费多少", "管理费多少"),  # the passages do not speak of it
        ("电视困人", "电视困人"),  # another word, not a slip
        ("", ""),
    ],
)
def test_names_and_slips_are_put_as_the_passages_have_them(question: str, expected: str) -> None:
    assert put(question) == expected


def test_what_the_knowledge_base_knows_is_no_slip() -> None:
    assert put("电踢困人", known="电踢困人") == "电踢困人"


def test_without_passages_the_question_stays() -> None:
    assert in_house_words("升降机坏了", [], lambda _pair: 0, NAMES) == "升降机坏了"
