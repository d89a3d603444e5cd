"""Follow-ups become questions that stand alone; complete questions stay as they were typed."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.followups import Rewritten, rewrite
from eval.wordings import lines

# one dialogue a line: `former / … / last => question`, with `=` for a last turn that stays as it is
_DIALOGUES = [
    line.partition(" => ")
    for line in Path(__file__)
    .with_name("followup_dialogues.txt")
    .read_text(encoding="utf-8")
    .splitlines()
]
_COMPLETE = "门禁卡丢了怎么补办要多少钱？"
turns = st.lists(st.text(max_size=40), max_size=5)


@pytest.mark.parametrize(("dialogue", "question"), [(said, asked) for said, _, asked in _DIALOGUES])
def test_the_last_turn_of_a_dialogue_is_asked_whole(dialogue: str, question: str) -> None:
    said = dialogue.split(" / ")
    found = rewrite(said)
    assert found.question == (said[-1].strip() if question == "=" else question)
    # a question that stands alone only loses what joined it to the former one
    assert found.from_turns or question == "=" or said[-1].strip("？ ").endswith(question)


def test_nothing_or_one_turn_is_asked_as_it_is() -> None:
    assert rewrite([]) == Rewritten("")
    assert rewrite([" 多少钱 "]) == Rewritten("多少钱")
    assert rewrite(["", "您好！", "多少钱"]) == Rewritten("多少钱")


def test_a_rewritten_question_names_the_turns_it_leans_on() -> None:
    assert rewrite(["楼道多久打扫一次？", "谢谢", "大堂呢"]).from_turns == (0,)
    assert rewrite(["狗能坐电梯吗", "装修几点可以施工？", "那周末呢"]).from_turns == (1,)
    # what did not name anything new is passed over
    assert rewrite(["活动室怎么预约？", "这个要钱吗", "几点关门"]).from_turns == (0,)


@given(turns)
def test_whatever_is_typed_is_asked_one_way_or_another(said: list[str]) -> None:
    found = rewrite(said)
    assert all(0 <= place < len(said) - 1 for place in found.from_turns)
    assert list(found.from_turns) == sorted(set(found.from_turns))
    assert len(found.question) <= 180
    assert found.question or not said or not said[-1].strip()


@given(turns)
def test_a_complete_question_does_not_care_what_came_before(said: list[str]) -> None:
    assert rewrite([*said, _COMPLETE]) == Rewritten(_COMPLETE)


@given(turns, st.sampled_from(["谢谢", "好的", "", "嗯嗯"]))
def test_courtesy_between_two_turns_changes_nothing(said: list[str], courtesy: str) -> None:
    without = rewrite([*said, "那周末呢"])
    assert rewrite([*said, courtesy, "那周末呢"]).question == without.question


def test_few_of_the_questions_that_people_ask_alone_are_taken_for_follow_ups() -> None:
    asked = [line["question"] for line in lines("wordings.jsonl") if line["style"] != "keyword"]
    taken = [q for q in asked if rewrite(["装修押金什么时候退？", q]).from_turns]
    # what is left says little, or misspells what it is about
    assert len(taken) / len(asked) <= 0.15, taken
