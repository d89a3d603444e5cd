"""Calendars of single estates: their own keys replace the default's, the rest is inherited."""

from datetime import date, datetime, time
from pathlib import Path

import pytest

from rules.decide import decide, load_rulebook
from rules.errors import MalformedBook
from rules.loading import SHIPPED
from rules.rulebook import Rulebook
from rules.types import Facts, Kind

ESTATES = """
estates:
  翠湖苑:
    windows: [09:00-24:00]
    closures: [{from: 2026-11-24, to: 2026-11-24, reason: 搬迁}]
  海外苑: {zone: Asia/Tokyo, statutory_holidays: open, weekly: {monday: []}}
  值班苑: {overrides: [{date: 2026-10-01, windows: [10:00-11:00], reason: 值班}], closures: []}
"""


def book_with(folder: Path, estates: str) -> Rulebook:
    text = (
        (SHIPPED / "service_calendar.yaml").read_text(encoding="utf-8").replace("estates: {}", "")
    )
    text = text.replace(
        "closures: []", "closures: [{from: 2026-03-01, to: 2026-03-01, reason: 搬}]"
    )
    (folder / "service_calendar.yaml").write_text(text + estates, encoding="utf-8")
    return load_rulebook(folder)


def test_an_estate_has_its_own_hours_and_inherits_the_rest(tmp_path: Path) -> None:
    book = book_with(tmp_path, ESTATES)
    lake, abroad, duty = (book.calendar_for(name) for name in ("翠湖苑", "海外苑", "值班苑"))
    monday, moving, holiday = date(2026, 11, 23), date(2026, 3, 1), date(2026, 10, 1)
    assert lake.windows_on(monday) == ((time(9), time(0)),)
    assert lake.windows_on(date(2026, 11, 24)) == ()
    assert lake.windows_on(moving) == ((time(9), time(0)),)  # its own closures replace
    assert lake.windows_on(holiday) == ()
    assert abroad.windows_on(monday) == ()
    assert abroad.windows_on(moving) == ()  # inherited
    assert abroad.windows_on(holiday) == book.calendar.book.windows
    assert abroad.zone.key == "Asia/Tokyo"
    assert duty.windows_on(holiday) == ((time(10), time(11)),)
    assert duty.windows_on(moving) == book.calendar.book.windows
    assert duty.book.fixed_holidays == book.calendar.book.fixed_holidays
    assert duty.book.source == book.calendar.book.source
    assert duty.holidays is book.calendar.holidays


@pytest.mark.parametrize("estate", [None, "没有登记的小区"])
def test_an_unknown_estate_has_the_default_calendar(tmp_path: Path, estate: str | None) -> None:
    book = book_with(tmp_path, ESTATES)
    assert book.calendar_for(estate) is book.calendar


def test_a_decision_follows_the_estates_calendar(tmp_path: Path) -> None:
    book = book_with(tmp_path, ESTATES)
    received = datetime.fromisoformat("2026-11-23T19:00:00+08:00")
    found = [
        decide(Facts(Kind.REPAIR, received, estate=estate), book).deadlines[0].due_at
        for estate in (None, "翠湖苑", "海外苑")
    ]
    assert [due and due.isoformat() for due in found] == [
        "2026-11-24T08:45:00+08:00",
        "2026-11-23T19:15:00+08:00",
        "2026-11-24T08:45:00+09:00",
    ]


@pytest.mark.parametrize(
    ("estates", "expected"),
    [
        ("estates: [翠湖苑]", ["estates 应当是「项目名: 日历」的形式"]),
        ("estates: {1: {windows: [09:00-10:00]}}", ["项目名「1」不是文字"]),
        ("estates: {翠湖苑: {}}", ["项目「翠湖苑」没有自己的安排"]),
        ("estates: {翠湖苑: {hours: []}}", ["不认识的键「hours」"]),
        ("estates: {翠湖苑: {fixed_holidays: []}}", ["不认识的键「fixed_holidays」"]),
        ("estates: {翠湖苑: {windows: []}}", ["windows 是空的"]),
        ("estates: {翠湖苑: {windows: [9-10]}}", ["时段「9-10」看不懂"]),
        ("estates: {翠湖苑: {zone: Asia/Xanadu}}", ["时区「Asia/Xanadu」不存在"]),
        ("estates: {翠湖苑: {closures: 1}}", ["closures 应当是列表"]),
        ("estates:\n  翠湖苑:\n    weekly: {someday: []}", ["不认识的键「someday」"]),
    ],
)
def test_a_mistake_in_an_estates_calendar_is_named_with_its_line(
    tmp_path: Path, estates: str, expected: list[str]
) -> None:
    with pytest.raises(MalformedBook) as caught:
        book_with(tmp_path, estates + "\n")
    text = (tmp_path / "service_calendar.yaml").read_text(encoding="utf-8")
    first = text.splitlines().index(estates.splitlines()[0]) + 1
    line = first + len(estates.splitlines()) - 1
    assert str(caught.value).startswith(f"service_calendar.yaml 第 {line} 行")
    for part in expected:
        assert part in str(caught.value)
