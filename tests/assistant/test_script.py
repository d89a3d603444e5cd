"""Scripts, languages and the form that patterns are matched on."""

import pytest

from assistant.script import detect_language, detect_script, fold, in_script


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("電梯壞了", "traditional"),
        ("电梯坏了", "simplified"),
        ("人山人海", "simplified"),
        ("no water", "none"),
    ],
)
def test_the_script_is_told_by_the_characters_that_only_it_has(text: str, script: str) -> None:
    assert detect_script(text) == script


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("冇水用喇", "yue"),
        ("没水用了", "zh"),
        ("no water", "en"),
        ("12345!", "und"),
        ("唔好", "yue"),
    ],
)
def test_cantonese_is_told_from_other_chinese(text: str, language: str) -> None:
    assert detect_language(text) == language


def test_folding_keeps_one_character_for_one() -> None:
    folded = fold("電梯ＡＢ，壞了！")
    assert folded.text == "电梯ab,坏了!"
    assert folded.offsets is None


def test_skipped_characters_are_mapped_back() -> None:
    folded = fold("着\u200b火")
    assert folded.text == "着火"
    assert folded.span(0, 2) == (0, 3)


def test_replies_can_be_put_into_the_residents_script() -> None:
    assert in_script("电梯坏了", "traditional") == "電梯壞了"
    assert in_script("电梯坏了", "simplified") == "电梯坏了"
