"""The service calendar on fixed days: holidays, make-up workdays, overrides, zones."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from rules.calendar import CalendarBook, ServiceCalendar
from rules.errors import InvalidFacts, NeverOpen
from rules.holidays import DayStatus, announced_holidays

WINDOWS = ((time(8, 30), time(12)), (time(13, 30), time(18)))
BOOK = CalendarBook("Asia/Shanghai", WINDOWS, fixed_holidays=frozenset({(1, 1), (10, 1)}))
CALENDAR = ServiceCalendar(BOOK)
WEEKENDS_CLOSED = replace(BOOK, weekly={5: (), 6: ()})


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def test_a_service_day_is_the_time_of_one_full_day() -> None:
    assert CALENDAR.service_day == timedelta(hours=8)
    around_the_clock = ServiceCalendar(replace(BOOK, windows=((time(0), time(0)),)))
    assert around_the_clock.service_day == timedelta(hours=24)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-23T08:29", False),
        ("2026-11-23T08:30", True),
        ("2026-11-23T11:59", True),
        ("2026-11-23T12:00", False),
        ("2026-11-23T13:29", False),
        ("2026-11-23T13:30", True),
        ("2026-11-23T18:00", False),
        ("2026-11-28T10:00", True),
        ("2026-10-01T10:00", False),
        ("2026-10-10T10:00", True),
    ],
)
def test_windows_open_at_their_first_minute_and_close_at_their_last(
    text: str, expected: bool
) -> None:
    assert CALENDAR.is_open(at(text)) is expected


@pytest.mark.parametrize(
    ("text", "opening"),
    [
        ("2026-11-23T10:00", "2026-11-23T10:00"),
        ("2026-11-23T12:00", "2026-11-23T13:30"),
        ("2026-11-23T18:00", "2026-11-24T08:30"),
        ("2026-09-30T18:00", "2026-10-08T08:30"),
    ],
)
def test_the_next_opening_is_now_while_open_and_skips_holidays(text: str, opening: str) -> None:
    assert CALENDAR.next_opening(at(text)).at == at(opening)


def test_weekends_closed_still_work_on_make_up_days() -> None:
    calendar = ServiceCalendar(WEEKENDS_CLOSED)
    assert calendar.is_open(at("2026-10-10T10:00"))
    assert not calendar.is_open(at("2026-10-17T10:00"))
    assert calendar.next_opening(at("2026-10-16T18:00")).at == at("2026-10-19T08:30")


def test_a_weekday_may_have_hours_of_its_own() -> None:
    calendar = ServiceCalendar(replace(BOOK, weekly={5: ((time(9), time(12)),)}))
    due = calendar.add(at("2026-11-27T17:00"), timedelta(hours=5))
    assert due.at == at("2026-11-29T09:30")


def test_the_companys_own_days_win_over_holidays_and_weekdays() -> None:
    book = replace(
        BOOK,
        closed_days=frozenset({date(2026, 11, 24)}),
        special_days={date(2026, 10, 7): ((time(9), time(12)),), date(2026, 11, 25): ()},
    )
    calendar = ServiceCalendar(book)
    assert calendar.is_open(at("2026-10-07T09:00"))
    assert not calendar.is_open(at("2026-10-07T13:30"))
    assert calendar.add(at("2026-11-23T17:00"), timedelta(hours=2)).at == at("2026-11-26T09:30")


def test_holidays_count_when_the_company_stays_open() -> None:
    calendar = ServiceCalendar(replace(BOOK, statutory_closed=False))
    assert calendar.is_open(at("2026-10-01T10:00"))
    assert not calendar.add(at("2098-12-31T17:00"), timedelta(hours=8)).provisional


def test_a_year_not_announced_uses_fixed_holidays_and_says_provisional() -> None:
    due = CALENDAR.add(at("2098-12-31T17:00"), timedelta(hours=2))
    assert (due.at, due.provisional) == (at("2099-01-02T09:30"), True)
    assert CALENDAR.next_opening(at("2098-12-31T20:00")).provisional


def test_time_within_an_announced_year_is_certain() -> None:
    assert not CALENDAR.add(at("2026-12-31T16:00"), timedelta(hours=2)).provisional
    assert CALENDAR.add(at("2026-12-31T16:00"), timedelta(hours=2)).at == at("2026-12-31T18:00")


def test_days_that_the_company_decided_itself_are_certain_in_any_year() -> None:
    special = {date(2099, 1, 1): (), date(2099, 1, 2): WINDOWS}

    def only_2098_is_known(day: date) -> DayStatus:
        return DayStatus(announced=day.year == 2098)

    calendar = ServiceCalendar(replace(BOOK, special_days=special), only_2098_is_known)
    due = calendar.add(at("2098-12-31T17:00"), timedelta(hours=2))
    assert (due.at, due.provisional) == (at("2099-01-02T09:30"), False)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 10, 1), DayStatus(holiday=True)),
        (date(2026, 10, 3), DayStatus(holiday=True)),  # a Saturday within the holiday
        (date(2026, 10, 10), DayStatus(makeup=True)),
        (date(2026, 10, 17), DayStatus()),
        (date(2026, 11, 23), DayStatus()),
        (date(2099, 1, 1), DayStatus(announced=False)),
    ],
)
def test_the_state_calendar_tells_holidays_make_up_days_and_unknown_years(
    day: date, expected: DayStatus
) -> None:
    assert announced_holidays(day) == expected


def test_results_are_in_the_calendars_zone_whatever_zone_was_asked_in() -> None:
    due = CALENDAR.add(datetime.fromisoformat("2026-11-23T02:00:00+00:00"), timedelta(minutes=15))
    assert due.at.isoformat() == "2026-11-23T10:15:00+08:00"


def test_the_daylight_saving_hour_is_neither_lost_nor_counted_twice() -> None:
    book = CalendarBook("America/New_York", ((time(0), time(0)),), statutory_closed=False)
    calendar = ServiceCalendar(book)
    spring = datetime.fromisoformat("2026-03-08T00:00:00-05:00")
    autumn = datetime.fromisoformat("2026-11-01T00:00:00-04:00")
    assert calendar.add(spring, timedelta(hours=23)).at.isoformat() == "2026-03-09T00:00:00-04:00"
    assert calendar.add(autumn, timedelta(hours=25)).at.isoformat() == "2026-11-02T00:00:00-05:00"


def test_a_calendar_that_never_opens_says_so() -> None:
    calendar = ServiceCalendar(replace(BOOK, weekly=dict.fromkeys(range(7), ())))
    with pytest.raises(NeverOpen, match="三年内都没有开放时间"):
        calendar.add(at("2098-01-01T10:00"), timedelta(minutes=1))
    with pytest.raises(NeverOpen):
        calendar.next_opening(at("2098-01-01T10:00"))


def test_a_time_without_offset_is_refused() -> None:
    with pytest.raises(InvalidFacts, match="没有时区"):
        CALENDAR.is_open(datetime(2026, 11, 23, 10))


def test_a_negative_duration_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        CALENDAR.add(at("2026-11-23T10:00"), timedelta(minutes=-1))
