"""Places as residents write them, and numbers that are none."""

from pathlib import Path

import pytest

from assistant.errors import LexiconDamaged
from assistant.location import Places, find_location, read_places


def said(text: str) -> dict[str, str]:
    place = find_location(text)
    names = ("building", "unit", "floor", "room", "place")
    return {name: value for name in names if (value := getattr(place, name)) is not None}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8栋1单元302", {"building": "8", "unit": "1", "room": "302"}),
        ("8-1-302漏水", {"building": "8", "unit": "1", "room": "302"}),
        ("8#1-302", {"building": "8", "unit": "1", "room": "302"}),
        ("8/1/302", {"building": "8", "unit": "1", "room": "302"}),
        ("8#302", {"building": "8", "room": "302"}),
        ("8-302", {"building": "8", "room": "302"}),
        ("B座16楼A室", {"building": "B", "floor": "16", "room": "A"}),
        ("b座1602", {"building": "B", "room": "1602"}),
        ("八号楼二单元", {"building": "8", "unit": "2"}),
        ("五栋三零二", {"building": "5", "room": "302"}),
        ("3栋2602", {"building": "3", "room": "2602"}),
        ("十二栋二单元二十六楼", {"building": "12", "unit": "2", "floor": "26"}),
        ("3幢二单元26楼02室", {"building": "3", "unit": "2", "floor": "26", "room": "02"}),
        ("７號樓一單元", {"building": "7", "unit": "1"}),
        ("８栋１单元３０２", {"building": "8", "unit": "1", "room": "302"}),
        ("8 栋 2 单元 1105", {"building": "8", "unit": "2", "room": "1105"}),
        ("18号1203室", {"building": "18", "room": "1203"}),
        ("8楼1单元302", {"building": "8", "unit": "1", "room": "302"}),
        ("9栋1梯802", {"building": "9", "unit": "1", "room": "802"}),
        ("2单元1203", {"unit": "2", "room": "1203"}),
        ("3楼漏水", {"floor": "3"}),
        ("一栋一单元", {"building": "1", "unit": "1"}),
        ("负一层车库进水", {"floor": "-1", "place": "地下一层车库"}),
        ("楼上8栋1单元402漏到我家8栋1单元302", {"building": "8", "unit": "1", "room": "302"}),
        ("东门道闸不抬", {"place": "东门"}),
        ("健身广场的器材松了", {"place": "健身广场"}),
    ],
)
def test_a_place_is_read_in_the_ways_residents_write_it(
    text: str, expected: dict[str, str]
) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "电话13800000000",
        "热线8800-1999",
        "2026-03-05停水吗",
        "12月5号",
        "下午3-5点",
        "8-1000块",
        "物业费2600元",
        "打了5次电话",
        "整栋楼停电",
        "我们这一栋没电",
        "一栋楼都没水",
        "两栋之间的路",
        "",
    ],
)
def test_telephone_numbers_dates_times_and_amounts_are_no_place(text: str) -> None:
    assert said(text) == {}


def test_a_company_names_its_own_places() -> None:
    places = Places({"云顶花房": ("云顶花房", "花房")})
    assert find_location("花房的灯坏了", places).place == "云顶花房"


def test_a_malformed_table_of_places_is_named(tmp_path: Path) -> None:
    table = tmp_path / "places.yaml"
    table.write_text("places: 东门\n", encoding="utf-8")
    with pytest.raises(LexiconDamaged, match=r"places\.yaml"):
        read_places(table)
