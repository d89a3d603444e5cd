"""The shared start of several limits at the places where its short cuts must not be taken."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from rules.calendar import ServiceCalendar
from rules.holidays import HolidayTable
from rules.starts import Start
from tests.rules.test_service_calendar import BOOK, HOLIDAYS, NEW_YORK

MINUTE = timedelta(minutes=1)
ALL_DAY = ServiceCalendar(NEW_YORK, HOLIDAYS)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def ends(calendar: ServiceCalendar, start: str, minutes: int) -> tuple[str, str, bool]:
    """The end on the calendar clock, on the service clock, and whether the latter is unsure."""
    begin = Start(calendar.instant(at(start)), calendar)
    time, length = minutes * MINUTE, minutes * 60_000_000
    service, unsure = begin.on_service(time, length)
    return begin.on_calendar(time, length).isoformat(), service.isoformat(), unsure


@pytest.mark.parametrize(
    ("start", "minutes", "expected"),
    [
        ("2026-11-01T00:30:00-04:00", 60, "2026-11-01T01:30:00-04:00"),
        ("2026-11-01T00:30:00-04:00", 90, "2026-11-01T01:00:00-05:00"),
        ("2026-11-01T00:30:00-04:00", 120, "2026-11-01T01:30:00-05:00"),
        ("2026-11-01T00:30:00-04:00", 180, "2026-11-01T02:30:00-05:00"),
        ("2026-11-01T01:30:00-05:00", 10, "2026-11-01T01:40:00-05:00"),
        ("2026-11-01T01:30:00-05:00", 40, "2026-11-01T02:10:00-05:00"),
        ("2026-11-01T02:30:00-05:00", 10, "2026-11-01T02:40:00-05:00"),
        ("2026-03-08T01:30:00-05:00", 30, "2026-03-08T03:00:00-04:00"),
        ("2026-03-08T01:30:00-05:00", 60, "2026-03-08T03:30:00-04:00"),
    ],
)
def test_a_start_around_a_change_of_the_clocks_ends_at_the_right_hour(
    start: str, minutes: int, expected: str
) -> None:
    assert ends(ALL_DAY, start, minutes) == (expected, expected, False)


def test_windows_on_the_day_of_the_change_end_at_the_right_hour() -> None:
    windows = ((time(0, 30), time(1, 30)), (time(4), time(5)))
    calendar = ServiceCalendar(replace(NEW_YORK, windows=windows), HOLIDAYS)
    start = "2026-11-01T00:00:00-04:00"
    found = [ends(calendar, start, minutes)[1] for minutes in (30, 60, 90, 91)]
    assert found == [
        "2026-11-01T01:00:00-04:00",
        "2026-11-01T01:30:00-04:00",
        "2026-11-01T01:30:00-05:00",
        "2026-11-01T04:01:00-05:00",
    ]


@pytest.mark.parametrize(
    ("start", "minutes", "end", "unsure"),
    [
        ("2026-11-23T23:00:00+08:00", 0, "2026-11-23T23:00:00+08:00", False),
        ("2026-11-23T10:00:00+08:00", 15, "2026-11-23T10:15:00+08:00", False),
        ("2026-11-23T10:00:00+08:00", 120, "2026-11-23T12:00:00+08:00", False),
        ("2026-10-09T17:00:00+08:00", 480, "2026-10-10T17:00:00+08:00", False),  # over two pages
        ("2026-12-31T17:00:00+08:00", 60, "2026-12-31T18:00:00+08:00", False),
        ("2026-12-31T17:00:00+08:00", 61, "2027-01-02T08:31:00+08:00", True),
        ("2026-12-31T17:00:00+08:00", 0, "2026-12-31T17:00:00+08:00", False),
    ],
)
def test_the_service_clock_from_a_start(start: str, minutes: int, end: str, unsure: bool) -> None:
    calendar = ServiceCalendar(BOOK, HolidayTable(frozenset({2026})))
    assert ends(calendar, start, minutes)[1:] == (end, unsure)


def test_a_page_ends_where_the_next_begins() -> None:
    edge = datetime(2026, 10, 10, tzinfo=UTC)
    for minutes in (-1, 0, 1):
        start = (edge + minutes * MINUTE).isoformat()
        expected = (edge + (minutes + 1) * MINUTE).astimezone(ALL_DAY.zone).isoformat()
        assert ends(ALL_DAY, start, 1) == (expected, expected, False)
