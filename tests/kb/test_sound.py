"""Sounds: homophones are one, southern slips are levelled, only the unknown is asked by sound."""

import pytest

from kb.sound import reading, sound_of, sound_pairs, sounds_of


@pytest.mark.parametrize(
    ("right", "slip"),
    [("电梯", "电踢"), ("物业", "物叶"), ("停车", "停撤"), ("门禁", "门紧"), ("深圳", "身正")],
)
def test_what_sounds_alike_has_one_sound(right: str, slip: str) -> None:
    assert sound_of(right) == sound_of(slip)


def test_other_sounds_are_told_apart() -> None:
    assert sound_of("电梯") != sound_of("电视")


def test_each_pair_of_neighbours_within_a_run_has_a_sound() -> None:
    assert list(sounds_of(["电梯坏了", "3", "楼"])) == list(map(sound_of, ("电梯", "梯坏", "坏了")))
    assert list(sounds_of(["梯"])) == []


def test_only_pairs_that_no_text_has_are_asked_by_sound() -> None:
    known = {"坏了"}
    asked = list(sound_pairs("电踢坏了", known.__contains__))
    assert asked == [sound_of("电踢"), sound_of("踢坏")]


def test_a_reading_is_exact_where_words_are_put_right() -> None:
    assert reading("深") == "shen"
    assert reading("☂") == "☂"
