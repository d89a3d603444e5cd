"""The numbered lines in which a model answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.wording.lines import Piece, grammar, read_lines


def whole(deltas: list[str], count: int = 3) -> dict[int, str]:
    return {piece.number: piece.text for piece in read_lines(deltas, count) if piece.done}


def test_a_line_is_told_while_it_grows_and_once_whole() -> None:
    pieces = list(read_lines(["1|您", "好", "。\n2|再见。"], 2))
    assert pieces == [
        Piece(1, "您", done=False),
        Piece(1, "好", done=False),
        Piece(1, "您好。", done=True),
        Piece(2, "再见。", done=False),
        Piece(2, "再见。", done=True),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "1|好的。",
        "1. 好的。",
        "【1】好的。",
        " 1：好的。",
        "**1|好的。",
        '1|"好的。"',
        "1|“好的。”",
    ],
)
def test_the_forms_that_models_make_of_it_are_read(line: str) -> None:
    assert whole([line]) == {1: "好的。"}


def test_preambles_repeated_and_unknown_numbers_are_left_out() -> None:
    said = ["好的，改写如下：\n1|一。\n1|又一。\n7|没有这个编号。\n<|im_end|>\n2|二。<|im_end|>"]
    assert whole(said) == {1: "一。", 2: "二。"}


@pytest.mark.parametrize(
    "nonsense", ["", '{"segments": [', "I am sorry, I cannot.", "啊" * 500, "\n\n\n|||\n", "0|零。"]
)
def test_nonsense_holds_no_line(nonsense: str) -> None:
    assert whole([nonsense]) == {}


@given(st.text(), st.integers(1, 7))
def test_the_same_lines_are_read_however_the_text_is_cut(text: str, size: int) -> None:
    cut = [text[i : i + size] for i in range(0, len(text), size)]
    assert whole(cut) == whole([text])


def test_the_grammar_names_every_line_once_and_counts_its_sentences() -> None:
    text = grammar([2, 1], latin=False)
    assert '"1|" sentence{1,2} "\\n" "2|" sentence{1,1}' in text
    assert "A-Za-z" in text
    assert "A-Za-z" not in grammar([1], latin=True)
