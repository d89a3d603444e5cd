"""When an answer counts as a loop."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.language.loops import LEAST_TIMES, LEAST_UNIT, LoopDetector


def loops(text: str, size: int = 1) -> bool:
    detector = LoopDetector()
    return any(detector.feed(text[i : i + size]) for i in range(0, len(text), size))


@given(
    st.text(max_size=60),
    st.text(min_size=1, max_size=40),
    st.integers(1, 7),
)
def test_a_text_repeated_back_to_back_is_a_loop_however_it_is_cut(
    before: str, unit: str, size: int
) -> None:
    times = max(LEAST_TIMES, -(-LEAST_TIMES * LEAST_UNIT // len(unit)))
    times += -times % LEAST_TIMES
    assert loops(before + unit * times, size)


@given(st.lists(st.integers(0, 10**6), unique=True, max_size=80))
def test_a_list_of_different_things_is_none(numbers: list[int]) -> None:
    lines = [f"{row}. 第{number}户每月每平方米 {number} 元" for row, number in enumerate(numbers)]
    assert not loops("\n".join(lines))


@given(st.text(alphabet="物业费用电梯。，\n", max_size=400), st.integers(1, 9))
def test_how_an_answer_is_cut_into_pieces_does_not_matter(text: str, size: int) -> None:
    assert loops(text) == loops(text, size) == loops(text, 400)


def test_a_sentence_is_a_loop_the_fourth_time_whatever_its_number() -> None:
    rows = [f"{row}. 我们会尽快处理您的问题。" for row in range(1, 5)]
    assert loops("\n".join(rows))
    assert not loops("\n".join(rows[:3]))


@pytest.mark.parametrize(
    "text",
    [
        "高层住宅每月每平方米2.2元；多层住宅每月每平方米1.6元；商铺每月每平方米4元；车位每月150元。",
        "1号楼车库在地下一层；2号楼车库在地下一层；3号楼车库在地下一层；4号楼没有车库。",
        '{"text":"您好","facts":[]}\n{"text":"已派单","facts":[1]}\n{"text":"请留意","facts":[2]}\n'
        '{"text":"谢谢","facts":[]}\n{"text":"再见","facts":[]}\n',
        "好的。好的。好的。好的。好的。",
    ],
)
def test_forms_and_lists_that_a_good_answer_uses_are_none(text: str) -> None:
    assert not loops(text)
