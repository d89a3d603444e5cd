"""Places as residents write them, and numbers that are none."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from assistant.addresses import find_addresses
from assistant.errors import LexiconDamaged
from assistant.location import Places, find_location, read_places
from assistant.numerals import digits
from assistant.script import fold

CASES: dict[str, dict[str, str]] = yaml.safe_load(
    Path(__file__).with_name("locations.yaml").read_text(encoding="utf-8")
)
LAST: dict[str, str] = yaml.safe_load(
    Path(__file__).with_name("locations_last.yaml").read_text(encoding="utf-8")
)
NAMES = ("building", "unit", "floor", "room", "place")
# what addresses are made of, so that random texts come near them
PIECES = st.lists(
    st.sampled_from(
        [*"0123456789一二三十百零幺两abf栋幢座号楼单元门梯层室房户动洞#-/.:,，。 的我住家",
         *"是第负地下楼上共每这",
         "8栋", "1单元", "302", "东门", "健身", "广场", "月", "日", "块", "电话",
         "Ａ", "１", "\u200b"]
    ),
    max_size=30,
).map("".join)  # fmt: skip


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


@pytest.mark.parametrize(
    "part",
    [
        "first",
        "fresh",
        "second",
        "in_context",
        pytest.param("missed", marks=pytest.mark.xfail(strict=True)),
    ],
)
def test_messages_written_by_hand_give_the_location_a_careful_reader_takes(part: str) -> None:
    assert misread(CASES[part]) == {}


def test_messages_of_many_residents_written_last_give_it_too() -> None:
    assert len(LAST) == 120
    assert sum(expected != "nothing" for expected in LAST.values()) == 90
    assert misread(LAST) == {}


def misread(cases: dict[str, str]) -> dict[str, str]:
    """What was found wrongly, by message."""
    found = {
        text: " ".join(f"{name} {value}" for name, value in said(text).items()) or "nothing"
        for text in cases
    }
    return {text: words for text, words in found.items() if words != cases[text]}


def test_the_set_is_large_and_a_third_of_it_are_traps() -> None:
    expected = [value for cases in CASES.values() for value in cases.values()]
    assert len(expected) >= 250
    assert expected.count("nothing") >= len(expected) / 3


@given(st.text(max_size=60) | PIECES)
def test_an_address_lies_in_the_text_and_says_only_what_stands_there(text: str) -> None:
    folded = fold(text).text
    last = 0
    for one in find_addresses(folded):
        assert last <= one.start < one.end <= len(folded)
        last = one.end
        words = folded[one.start : one.end]
        for value in (one.building, one.unit, one.floor, one.room):
            assert value is None or stands_in(value.lower().lstrip("-"), words)


def stands_in(value: str, words: str) -> bool:
    """Whether some stretch of the words is the value, as figures or as numerals."""
    stretches = (words[i:j] for i in range(len(words)) for j in range(i + 1, len(words) + 1))
    return any(stretch == value or digits(stretch) == value for stretch in stretches)


@given(PIECES)
def test_a_location_never_fails_and_its_parts_are_never_empty(text: str) -> None:
    place = find_location(text)
    assert all(getattr(place, name) != "" for name in NAMES)
    assert place.building is None or len(place.building) <= 4
    assert place.floor is None or -5 <= int(place.floor) <= 60


ADDRESSES = st.tuples(st.integers(1, 99), st.integers(1, 9), st.integers(1, 33), st.integers(1, 12))
FORMS = (
    "{b}栋{u}单元{f}{d:02}",
    "{b}-{u}-{f}{d:02}",
    "{b}#{u}-{f}{d:02}",
    "{b}号楼{u}单元{f}{d:02}室",
    "{b}幢{u}单元 {f}{d:02}",
    "{b} 栋 {u} 单元 {f}{d:02} 室",
)
AROUND = st.sampled_from(["", "你好，", "报修:", "麻烦来人 ", "急!", "（"])
BEHIND = st.sampled_from(["", "漏水了", "，没电", "的灯不亮", " 报修", "！！", "）"])


@given(ADDRESSES, st.sampled_from(FORMS), AROUND, BEHIND)
def test_an_address_is_the_same_whatever_words_stand_around_it(
    address: tuple[int, int, int, int], form: str, before: str, behind: str
) -> None:
    building, unit, floor, door = address
    written = form.format(b=building, u=unit, f=floor, d=door)
    found = find_location(before + written + behind)
    assert (found.building, found.unit, found.room) == (
        str(building), str(unit), f"{floor}{door:02}",
    )  # fmt: skip


@given(ADDRESSES, st.sampled_from(FORMS))
def test_full_width_figures_and_invisible_characters_change_nothing(
    address: tuple[int, int, int, int], form: str
) -> None:
    building, unit, floor, door = address
    plain = form.format(b=building, u=unit, f=floor, d=door)
    wide = plain.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789#-"})
    assert find_location(wide) == find_location("\u200b".join(plain)) == find_location(plain)


@given(
    st.from_regex(
        r"(?:1[3-9][0-9]{9}|0571-?[2-9][0-9]{7}|20[0-9]{2}-[01][0-9]-[0-3][0-9])", fullmatch=True
    )
)
def test_a_telephone_number_or_a_date_is_never_a_place(written: str) -> None:
    assert said(f"请在{written}联系") == {}


def test_a_misspelt_place_is_found_and_ordinary_words_are_not() -> None:
    places = Places({"云顶空中花房": ("云顶空中花房", "观景平台")})
    for text in (
        "云顶空中花坊的灯坏了",
        "云顶空中房的门锁了",
        "云顶空中大花房漏雨",
        "观景坪台太滑",
    ):
        assert find_location(text, places).place == "云顶空中花房"
    for text in ("云里的花房", "观景台阶松了", "空中有花", "观景平是什么", "平台上的观景"):
        assert find_location(text, places).place is None
