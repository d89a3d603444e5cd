"""Contacts, plates and wished times of messages."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from assistant.details import find_details
from assistant.types import Details

CASES: dict[str, dict[str, dict[str, str]]] = yaml.safe_load(
    Path(__file__).with_name("details.yaml").read_text(encoding="utf-8")
)
FRIDAY = datetime.fromisoformat("2026-11-27T10:00:00+08:00")
SHANGHAI = ZoneInfo("Asia/Shanghai")
PIECES = st.lists(
    st.sampled_from(
        [*"0123456789一二三十点半:：-到至前后早晚上中下午号日月周末,，。 来修在家",
         "明天", "后天", "下周", "这周六", "今晚", "上门", "13800138000", "粤B", "D1234", "国庆",
         "三天",
         "之前", "以后", "小时", "昨天", "師傅", "１", "\u200b"]
    ),
    max_size=25,
).map("".join)  # fmt: skip
MOMENTS = st.datetimes(
    min_value=datetime(2020, 1, 1), max_value=datetime(2035, 12, 31), timezones=st.just(SHANGHAI)
)


def told(found: Details) -> str:
    """The details in the words of the file of cases."""
    parts = [f"contact {one}" for one in found.contacts] + [f"plate {one}" for one in found.plates]
    if found.wish:
        parts.append(f"at {found.wish.at:%Y-%m-%dT%H:%M}")
        if found.wish.until:
            parts.append(f"until {found.wish.until:%Y-%m-%dT%H:%M}")
    return " ".join(parts) or "nothing"


@pytest.mark.parametrize("part", ["first", "fresh"])
def test_messages_written_by_hand_give_the_details_a_careful_reader_takes(part: str) -> None:
    missed = {}
    for received, cases in CASES[part].items():
        at = datetime.fromisoformat(received)
        for text, expected in cases.items():
            found = told(find_details(text, at))
            if found != expected:
                missed[text] = found
    assert missed == {}


def test_the_set_is_large_enough_to_mean_something() -> None:
    assert sum(len(cases) for part in CASES.values() for cases in part.values()) >= 120


@given(st.text(max_size=60) | PIECES, MOMENTS)
def test_a_wish_is_told_by_words_of_the_text_and_never_past(text: str, now: datetime) -> None:
    found = find_details(text, now)
    if (wish := found.wish) is not None:
        assert text[wish.start : wish.end] == wish.text != ""
        assert wish.at >= now
        assert wish.at.tzinfo is not None
        assert wish.until is None or wish.until > wish.at
    figures = "".join(
        c for c in text.translate({code: code - 0xFEE0 for code in range(0xFF10, 0xFF1A)})
    )
    for number in found.contacts:
        assert len(number) >= 7
        assert all(c in figures or c in "0123456789-" for c in number)
    for plate in found.plates:
        assert len(plate) in (6, 7, 8)
        assert all(c in text.upper() or c in "0123456789" for c in plate)


@given(
    st.integers(3, 9),
    st.from_regex("[0-9]{9}", fullmatch=True),
    st.sampled_from(["{}", "电话{}，", "我{}谢谢", "（{}）"]),
)
def test_a_mobile_is_read_with_any_words_and_gaps_around_it(
    second: int, rest: str, around: str
) -> None:
    number = f"1{second}{rest}"
    spoken = number.translate(dict(zip(range(48, 58), "零幺二三四五六七八九", strict=True)))
    for written in (
        number,
        f"{number[:3]} {number[3:7]} {number[7:]}",
        f"{number[:3]}-{number[3:7]}-{number[7:]}",
        spoken,
    ):
        assert find_details(around.format(written), FRIDAY).contacts == (number,)


@given(
    st.sampled_from(["明天下午三点", "后天上午", "周末", "12月8号", "今晚八点"]),
    st.sampled_from(["", "你好，", "厨房漏水了，"]),
    st.sampled_from(["", "，谢谢", "。"]),
)
def test_a_wish_is_the_same_whatever_stands_around_it(time: str, before: str, behind: str) -> None:
    alone = find_details(f"{time}来修", FRIDAY).wish
    framed = find_details(f"{before}{time}来修{behind}", FRIDAY).wish
    assert alone is not None
    assert framed is not None
    assert (alone.at, alone.until, alone.text) == (framed.at, framed.until, framed.text)
    assert framed.start == len(before)


def test_tomorrow_is_the_estates_day_and_not_the_machines() -> None:
    late = datetime.fromisoformat("2026-11-27T17:30:00+00:00")  # 01:30 of the 28th in Shanghai
    wish = find_details("明天下午三点来修", late, SHANGHAI).wish
    assert wish is not None
    assert wish.at == datetime(2026, 11, 29, 15, 0, tzinfo=SHANGHAI)


def test_the_offset_of_a_wish_follows_daylight_saving() -> None:
    zone = ZoneInfo("Europe/Berlin")
    before = datetime(2026, 10, 24, 12, 0, tzinfo=zone)
    wish = find_details("后天上午来修", before).wish
    assert wish is not None
    assert wish.at.isoformat() == "2026-10-26T08:00:00+01:00"


def test_a_number_of_days_counts_from_the_day_of_receipt() -> None:
    for days, word in enumerate("一两三四五", start=1):
        wish = find_details(f"{word}天后上门", FRIDAY).wish
        assert wish is not None
        assert wish.at.date() == (FRIDAY + timedelta(days=days)).date()


@pytest.mark.parametrize(
    "unit", ["1", "12-", "8栋", "一", "明天", "3点", "幺三", "138", "周", "下", "粤B"]
)
def test_the_work_stays_linear_on_long_texts(unit: str) -> None:
    import time

    text = (unit * 20_000)[:20_000]
    begun = time.process_time()
    find_details(text, FRIDAY)
    assert time.process_time() - begun < 1.0  # seconds; tens of milliseconds on an idle machine
