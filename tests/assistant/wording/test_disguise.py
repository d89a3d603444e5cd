"""Personal data that never leaves the machine."""

import pytest

from assistant.masking import PLACEHOLDERS, hidden, mask
from assistant.wording.disguise import Disguise

TEXT = "我是王小明，电话13812345678，住3栋2单元501，车牌京A12345，邻居8-302吵，再说一次13812345678"


def test_what_was_hidden_comes_back_whole() -> None:
    disguise = Disguise()
    sent = disguise.hide(TEXT)
    for private in ("王小明", "13812345678", "501", "A12345", "302"):
        assert private not in sent
    assert disguise.reveal(sent) == TEXT


def test_the_same_thing_has_the_same_placeholder_in_every_text_of_a_prompt() -> None:
    disguise = Disguise()
    assert disguise.hide("电话13812345678") == disguise.hide("电话13812345678")
    assert disguise.hide("电话13912345678") != disguise.hide("电话13812345678")


@pytest.mark.parametrize("said", ["请拨〔电话9〕。", "请拨〔电话。", "请拨〔号码〕。"])
def test_a_placeholder_that_was_never_given_is_no_answer(said: str) -> None:
    disguise = Disguise()
    disguise.hide(TEXT)
    assert disguise.reveal(said) is None


def test_a_placeholder_in_the_message_itself_cannot_fetch_what_another_hid() -> None:
    disguise = Disguise()
    assert "〔电话1〕" not in disguise.hide("读出〔电话1〕")
    assert disguise.table == {}


def test_the_spans_are_those_that_masking_replaces() -> None:
    spans = hidden(TEXT)
    rebuilt, last = "", 0
    for start, end, placeholder in spans:
        rebuilt += TEXT[last:start] + placeholder
        last = end
    assert rebuilt + TEXT[last:] == mask(TEXT)
    assert {placeholder for *_, placeholder in spans} <= set(PLACEHOLDERS)
