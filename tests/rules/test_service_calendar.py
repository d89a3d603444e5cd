"""The service calendar on fixed days: holidays, make-up workdays, overrides, zones."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from rules.calendar import CalendarBook, ServiceCalendar
from rules.decide import default_rulebook
from rules.errors import InvalidFacts, NeverOpen
from rules.holidays import HolidayTable

WINDOWS = ((time(8, 30), time(12)), (time(13, 30), time(18)))
BOOK = CalendarBook("Asia/Shanghai", WINDOWS, fixed_holidays=frozenset({(1, 1), (10, 1)}))
HOLIDAYS = default_rulebook().calendar.holidays
CALENDAR = ServiceCalendar(BOOK, HOLIDAYS)
NEW_YORK = CalendarBook("America/New_York", ((time(0), time(0)),), statutory_closed=False)
WEEKENDS_CLOSED = replace(BOOK, weekly={5: (), 6: ()})


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def test_a_service_day_is_the_time_of_one_full_day() -> None:
    assert CALENDAR.service_day == timedelta(hours=8)
    around_the_clock = ServiceCalendar(replace(BOOK, windows=((time(0), time(0)),)), HOLIDAYS)
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
        ("2026-10-09T18:00", "2026-10-10T08:30"),  # over the end of a page
    ],
)
def test_the_next_opening_is_now_while_open_and_skips_holidays(text: str, opening: str) -> None:
    assert CALENDAR.next_opening(at(text)).at == at(opening)


def test_weekends_closed_still_work_on_make_up_days() -> None:
    calendar = ServiceCalendar(WEEKENDS_CLOSED, HOLIDAYS)
    assert calendar.is_open(at("2026-10-10T10:00"))
    assert not calendar.is_open(at("2026-10-17T10:00"))
    assert calendar.next_opening(at("2026-10-16T18:00")).at == at("2026-10-19T08:30")


def test_a_weekday_may_have_hours_of_its_own() -> None:
    calendar = ServiceCalendar(replace(BOOK, weekly={5: ((time(9), time(12)),)}), HOLIDAYS)
    due = calendar.add(at("2026-11-27T17:00"), timedelta(hours=5))
    assert due.at == at("2026-11-29T09:30")


def test_the_companys_own_days_win_over_holidays_and_weekdays() -> None:
    book = replace(
        BOOK,
        closed_days=frozenset({date(2026, 11, 24)}),
        special_days={date(2026, 10, 7): ((time(9), time(12)),), date(2026, 11, 25): ()},
    )
    calendar = ServiceCalendar(book, HOLIDAYS)
    assert calendar.is_open(at("2026-10-07T09:00"))
    assert not calendar.is_open(at("2026-10-07T13:30"))
    assert calendar.add(at("2026-11-23T17:00"), timedelta(hours=2)).at == at("2026-11-26T09:30")


def test_holidays_count_when_the_company_stays_open() -> None:
    calendar = ServiceCalendar(replace(BOOK, statutory_closed=False), HOLIDAYS)
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
    special: dict[date, tuple[tuple[time, time], ...]] = {
        date(2099, 1, 1): (),
        date(2099, 1, 2): WINDOWS,
    }
    only_2098 = HolidayTable(frozenset({2098}))
    calendar = ServiceCalendar(replace(BOOK, special_days=special), only_2098)
    due = calendar.add(at("2098-12-31T17:00"), timedelta(hours=2))
    assert (due.at, due.provisional) == (at("2099-01-02T09:30"), False)
    closed = replace(BOOK, closed_days=frozenset({date(2099, 1, 1)}), special_days={})
    due = ServiceCalendar(closed, only_2098).add(at("2098-12-31T17:00"), timedelta(hours=2))
    assert (due.at, due.provisional) == (at("2099-01-02T09:30"), True)


def test_results_are_in_the_calendars_zone_whatever_zone_was_asked_in() -> None:
    due = CALENDAR.add(datetime.fromisoformat("2026-11-23T02:00:00+00:00"), timedelta(minutes=15))
    assert due.at.isoformat() == "2026-11-23T10:15:00+08:00"


def test_the_daylight_saving_hour_is_neither_lost_nor_counted_twice() -> None:
    calendar = ServiceCalendar(NEW_YORK, HOLIDAYS)
    spring = datetime.fromisoformat("2026-03-08T00:00:00-05:00")
    autumn = datetime.fromisoformat("2026-11-01T00:00:00-04:00")
    assert calendar.add(spring, timedelta(hours=23)).at.isoformat() == "2026-03-09T00:00:00-04:00"
    assert calendar.add(autumn, timedelta(hours=25)).at.isoformat() == "2026-11-02T00:00:00-05:00"


def test_a_calendar_that_never_opens_says_so() -> None:
    calendar = ServiceCalendar(replace(BOOK, weekly=dict.fromkeys(range(7), ())), HOLIDAYS)
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


@pytest.mark.parametrize(
    ("start", "minutes", "expected"),
    [
        ("2026-09-30T17:59", 1, "2026-09-30T18:00"),  # the eve of a holiday, its last minute
        ("2026-09-30T17:59", 2, "2026-10-08T08:31"),
        ("2026-10-10T10:00", 15, "2026-10-10T10:15"),  # a make-up Saturday
        ("2026-11-23T11:45", 15, "2026-11-23T12:00"),  # ends with the window
        ("2026-11-23T11:45", 16, "2026-11-23T13:31"),
        ("2026-11-23T12:30", 15, "2026-11-23T13:45"),
        ("2026-11-23T08:15", 15, "2026-11-23T08:45"),
        ("2026-11-23T10:00", 0, "2026-11-23T10:00"),
        ("2026-11-23T23:00", 0, "2026-11-23T23:00"),  # nothing to wait for, even at night
    ],
)
def test_limits_at_the_edges_of_windows(start: str, minutes: int, expected: str) -> None:
    assert CALENDAR.add(at(start), timedelta(minutes=minutes)).at == at(expected)


def test_only_2026_known_makes_the_year_end_the_edge_of_certainty() -> None:
    calendar = ServiceCalendar(BOOK, HolidayTable(frozenset({2026})))
    eve = at("2026-12-31T17:00")
    assert calendar.add(eve, timedelta(hours=1)) == (at("2026-12-31T18:00"), False)
    assert calendar.add(eve, timedelta(minutes=61)) == (at("2027-01-02T08:31"), True)
    assert calendar.next_opening(at("2026-12-31T18:00")) == (at("2027-01-02T08:30"), True)
    assert calendar.next_opening(at("2026-12-31T12:00")) == (at("2026-12-31T13:30"), False)
    assert calendar.add(at("2027-03-01T10:00"), timedelta()) == (at("2027-03-01T10:00"), False)
    assert calendar.is_announced(2026)
    assert not calendar.is_announced(2027)


def test_a_day_that_ends_at_midnight_in_a_certain_year_is_certain() -> None:
    book = replace(BOOK, windows=((time(20), time(0)),))
    calendar = ServiceCalendar(book, HolidayTable(frozenset({2026})))
    due = calendar.add(at("2026-12-31T20:00"), timedelta(hours=4))
    assert (due.at, due.provisional) == (at("2027-01-01T00:00"), False)


def test_windows_until_midnight_and_from_midnight_meet() -> None:
    calendar = ServiceCalendar(
        replace(BOOK, windows=((time(0), time(2)), (time(22), time(0)))), HOLIDAYS
    )
    assert calendar.service_day == timedelta(hours=4)
    assert calendar.add(at("2026-11-23T23:00"), timedelta(hours=2)).at == at("2026-11-24T01:00")
    assert calendar.is_open(at("2026-11-24T00:00"))
    assert not calendar.is_open(at("2026-11-24T02:00"))
    night = calendar.elapsed(at("2026-11-23T22:00"), at("2026-11-24T02:00"))
    assert night == timedelta(hours=4)


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        ("2026-03-08T01:00:00-05:00", 1, "2026-03-08T03:00:00-04:00"),  # 02:00 does not exist
        ("2026-11-01T00:30:00-04:00", 1, "2026-11-01T01:30:00-04:00"),
        ("2026-11-01T00:30:00-04:00", 2, "2026-11-01T01:30:00-05:00"),  # the second 01:30
        ("2026-11-01T00:30:00-04:00", 3, "2026-11-01T02:30:00-05:00"),
    ],
)
def test_results_name_the_right_one_of_the_hours_that_come_twice(
    start: str, hours: int, expected: str
) -> None:
    calendar = ServiceCalendar(NEW_YORK, HOLIDAYS)
    due = calendar.add(datetime.fromisoformat(start), timedelta(hours=hours)).at
    assert due.isoformat() == expected
    assert calendar.local(calendar.instant(due)).isoformat() == expected


def test_a_window_within_the_repeated_hour_opens_twice_and_in_the_skipped_hour_never() -> None:
    calendar = ServiceCalendar(replace(NEW_YORK, windows=((time(1), time(2, 30)),)), HOLIDAYS)
    autumn = datetime.fromisoformat("2026-11-01T00:00:00-04:00")
    spring = datetime.fromisoformat("2026-03-08T00:00:00-05:00")
    day = timedelta(hours=23)
    assert calendar.elapsed(autumn, autumn + day) == timedelta(hours=2, minutes=30)
    assert calendar.elapsed(spring, spring + day) == timedelta(hours=1)


def test_elapsed_counts_over_years_both_ways() -> None:
    book = replace(BOOK, statutory_closed=False)
    calendar = ServiceCalendar(book, HOLIDAYS)
    first, last = at("2025-01-01T10:00"), at("2028-01-01T11:00")
    assert calendar.elapsed(first, last) == timedelta(hours=(365 * 3) * 8 + 1)
    assert calendar.elapsed(last, first) == -calendar.elapsed(first, last)
    assert calendar.add(first, timedelta(hours=365 * 3 * 8 + 1)).at == last


def test_a_single_day_within_three_years_is_found_and_one_beyond_is_not() -> None:
    closed: dict[int, tuple[tuple[time, time], ...]] = dict.fromkeys(range(7), ())
    start = at("2026-11-23T12:00")
    for days, found in ((3 * 366, True), (3 * 366 + 1, False)):
        opening = start + timedelta(days=days)
        special = {opening.date(): ((time(12), time(13)),)}
        calendar = ServiceCalendar(replace(BOOK, weekly=closed, special_days=special), HOLIDAYS)
        for ask in (calendar.next_opening, lambda at, on=calendar: on.add(at, timedelta(hours=1))):
            if found:
                assert ask(start).at in (opening, opening + timedelta(hours=1))
                assert ask(start).provisional
            else:
                with pytest.raises(NeverOpen):
                    ask(start)


def test_three_years_are_counted_from_the_last_closing() -> None:
    closed: dict[int, tuple[tuple[time, time], ...]] = dict.fromkeys(range(7), ())
    for hour, found in ((13, True), (14, False)):
        special = {
            date(2026, 11, 23): ((time(12), time(13)),),
            date(2026, 11, 23) + timedelta(days=3 * 366): ((time(hour), time(15)),),
        }
        book = replace(BOOK, weekly=closed, special_days=special)
        calendar = ServiceCalendar(book, HolidayTable())
        if found:
            due = calendar.add(at("2026-11-23T08:00"), timedelta(minutes=61)).at
            assert due == at("2026-11-23T13:01") + timedelta(days=3 * 366)
        else:
            with pytest.raises(NeverOpen):
                calendar.add(at("2026-11-23T08:00"), timedelta(minutes=61))


def test_an_opening_at_the_first_midnight_of_an_unknown_year_is_provisional() -> None:
    book = replace(BOOK, windows=((time(0), time(2)),), fixed_holidays=frozenset())
    calendar = ServiceCalendar(book, HolidayTable(frozenset({2026})))
    assert calendar.next_opening(at("2026-12-31T12:00")) == (at("2027-01-01T00:00"), True)
    assert calendar.next_opening(at("2026-12-30T12:00")) == (at("2026-12-31T00:00"), False)


def test_a_closure_of_years_ends_a_limit_that_began_before_it() -> None:
    closed: dict[int, tuple[tuple[time, time], ...]] = dict.fromkeys(range(7), ())
    special = {
        date(2026, 11, 23): ((time(12), time(13)),),
        date(2028, 11, 23): ((time(12), time(13)),),
        date(2030, 11, 23): ((time(12), time(13)),),
    }
    book = replace(BOOK, weekly=closed, special_days=special)
    calendar = ServiceCalendar(book, HolidayTable())
    # Each gap is shorter than the horizon, though all together are longer.
    assert calendar.add(at("2026-11-23T12:30"), timedelta(hours=2)).at == at("2030-11-23T12:30")
    with pytest.raises(NeverOpen):
        calendar.add(at("2026-11-23T12:30"), timedelta(hours=3))
    assert calendar.elapsed(at("2026-01-01T00:00"), at("2031-01-01T00:00")) == timedelta(hours=3)


@pytest.mark.parametrize("year", [2, 9999])
def test_a_time_outside_the_calendars_years_is_refused(year: int) -> None:
    with pytest.raises(InvalidFacts, match="公元 13 年至 9983 年"):
        CALENDAR.is_open(at("2026-11-23T10:00").replace(year=year))
    assert CALENDAR.is_open(at("2026-11-23T10:00").replace(year=14))
    assert CALENDAR.is_open(at("2026-11-23T10:00").replace(year=9983))


def test_times_before_1970_and_to_the_microsecond_come_back_as_they_were() -> None:
    moment = datetime.fromisoformat("1969-12-31T23:59:59.999999+08:00")
    assert CALENDAR.local(CALENDAR.instant(moment)) == moment
    late = datetime.fromisoformat("2026-11-23T11:59:59.999999+08:00")
    assert CALENDAR.is_open(late)
    assert CALENDAR.elapsed(late, at("2026-11-23T13:30")) == timedelta(microseconds=1)
    assert (
        CALENDAR.add(late, timedelta(microseconds=2))
        .at.isoformat()
        .endswith("13:30:00.000001+08:00")
    )
    with pytest.raises(ValueError, match="negative"):
        CALENDAR.advance(CALENDAR.instant(late), -1)


def test_windows_of_seconds_are_kept_to_the_microsecond() -> None:
    window = (time(8, 0, 1, 5), time(8, 0, 3))
    calendar = ServiceCalendar(replace(BOOK, windows=(window,)), HOLIDAYS)
    assert calendar.service_day == timedelta(seconds=2, microseconds=-5)
    assert calendar.next_opening(at("2026-11-23T08:00")).at == at("2026-11-23T08:00:01.000005")


def test_many_threads_asking_at_once_get_what_one_gets() -> None:
    from concurrent.futures import ThreadPoolExecutor

    starts = [at("2026-01-01T09:00") + timedelta(days=29 * n) for n in range(60)]
    alone = [CALENDAR.add(start, timedelta(hours=30)) for start in starts]
    fresh = ServiceCalendar(BOOK, HOLIDAYS)
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda start: fresh.add(start, timedelta(hours=30)), starts * 4))
    assert together == alone * 4
