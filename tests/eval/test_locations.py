"""A found place is compared with the labelled one by what they mean, not by their wording."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.gazetteer import places_of
from assistant.location import default_places, find_location
from assistant.types import Location
from eval.locations import in_product_words


def is_right(found: Location, labelled: Location) -> bool:
    return in_product_words(labelled, found, default_places()) == found


@pytest.mark.parametrize(
    ("said", "field", "value"),
    [
        ("B1", "floor", "-1"),
        ("b2", "floor", "-2"),
        ("负一", "floor", "-1"),
        ("负二层", "floor", "-2"),
        ("-3", "floor", "-3"),
        ("7", "floor", "7"),
        ("西户", "room", "西"),
        ("西屋", "room", "西"),
        ("A室", "room", "A"),
        ("a", "room", "A"),
        ("1902", "room", "1902"),
        ("b", "building", "B"),
        ("东", "unit", "东"),
    ],
)
def test_floors_and_flats_are_the_same_in_the_words_of_either_side(
    said: str, field: str, value: str
) -> None:
    assert is_right(Location(**{field: value}), Location(**{field: said}))


@pytest.mark.parametrize(
    ("said", "field", "value"),
    [
        ("B1", "floor", "1"),
        ("B1", "floor", "-2"),
        ("2", "floor", "-2"),
        ("西户", "room", "东"),
        ("1902", "room", "902"),
        ("B", "building", "8"),
    ],
)
def test_another_floor_or_flat_stays_wrong(said: str, field: str, value: str) -> None:
    assert not is_right(Location(**{field: value}), Location(**{field: said}))


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("地库拐角", "地下车库"),
        ("樓梯間", "楼道"),
        ("花园石凳底下", "中心花园"),
        ("门口", "单元门口"),
        ("草坪边", None),
        ("断头路", None),
        (None, None),
    ],
)
def test_a_place_is_right_by_the_name_that_the_product_has_for_it(
    said: str | None, found: str | None
) -> None:
    assert is_right(Location(place=found), Location(place=said))


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("地库拐角", None),
        ("楼梯间", "天台"),
        ("草坪边", "天台"),
        (None, "楼道"),
        ("口", "单元门口"),
    ],
)
def test_another_place_one_too_many_and_a_missed_one_stay_wrong(
    said: str | None, found: str | None
) -> None:
    assert not is_right(Location(place=found), Location(place=said))


def test_a_company_is_measured_by_its_own_places() -> None:
    own = places_of({"云顶花房": ("花房",)})
    found, said = Location(place="云顶花房"), Location(place="花房北墙")
    assert in_product_words(said, found, own) == found
    assert in_product_words(said, found, default_places()) != found


@given(st.text(max_size=30))
def test_what_the_product_found_is_right_against_itself(text: str) -> None:
    found = find_location(text)
    assert is_right(found, found)
