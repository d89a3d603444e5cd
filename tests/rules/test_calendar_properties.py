"""The service calendar against a slow reference that walks minute by minute."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import CalendarBook, ServiceCalendar, Window
from rules.holidays import DayStatus

FIRST = date(2026, 10, 24)
DAYS = 12  # spans the end of daylight saving in Berlin and New York
MINUTE = timedelta(minutes=1)
STARTS = st.integers(0, 4 * 24 * 60)
DURATIONS = st.integers(0, 10 * 60).map(lambda n: n * MINUTE)


@st.composite
def windows(draw: st.DrawFn) -> tuple[Window, ...]:
    """Up to three windows from 04:00, after the hours that clocks skip or repeat."""
    edges = draw(st.lists(st.integers(4 * 60, 24 * 60), min_size=2, max_size=6, unique=True))
    times = [time(edge // 60 % 24, edge % 60) for edge in sorted(edges)]
    return tuple(zip(times[::2], times[1::2], strict=False))


@st.composite
def calendars(draw: st.DrawFn) -> ServiceCalendar:
    days = st.sampled_from([FIRST + timedelta(days=n) for n in range(DAYS - 4)])
    holidays = draw(st.frozensets(days, max_size=2))
    makeup = draw(st.frozensets(days, max_size=2)) - holidays
    book = CalendarBook(
        zone=draw(st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York"])),
        windows=draw(windows()),
        weekly=draw(st.dictionaries(st.integers(0, 6), windows(), max_size=2)),
        closed_days=draw(st.frozensets(days, max_size=1)),
        special_days=draw(st.dictionaries(days, windows(), max_size=2)),
    )

    def status(day: date) -> DayStatus:
        return DayStatus(holiday=day in holidays, makeup=day in makeup)

    return ServiceCalendar(book, status)


def start_of(calendar: ServiceCalendar, minutes: int) -> datetime:
    return (
        datetime.combine(FIRST, time(0), ZoneInfo(calendar.book.zone)).astimezone(UTC)
        + minutes * MINUTE
    )


def is_open_by_the_wall_clock(calendar: ServiceCalendar, instant: datetime) -> bool:
    """The definition, read off the local wall clock."""
    book, local = calendar.book, instant.astimezone(ZoneInfo(calendar.book.zone))
    day, now = local.date(), local.time()
    status = calendar._holidays(day)
    if day in book.special_days:
        openings = book.special_days[day]
    elif day in book.closed_days or status.holiday:
        openings = ()
    elif status.makeup:
        openings = book.windows
    else:
        openings = book.weekly.get(day.weekday(), book.windows)
    return any(start <= now and (now < end or end == time(0)) for start, end in openings)


def add_by_walking(calendar: ServiceCalendar, start: datetime, duration: timedelta) -> datetime:
    instant, left = start, duration
    while left:
        if is_open_by_the_wall_clock(calendar, instant):
            left -= MINUTE
        instant += MINUTE
    return instant


@given(calendars(), STARTS)
def test_open_agrees_with_the_wall_clock(calendar: ServiceCalendar, minutes: int) -> None:
    start = start_of(calendar, minutes)
    assert calendar.is_open(start) == is_open_by_the_wall_clock(calendar, start)


@given(calendars(), STARTS, DURATIONS)
def test_adding_agrees_with_walking(
    calendar: ServiceCalendar, minutes: int, duration: timedelta
) -> None:
    # Narrow windows could make the walk last for weeks: keep to what some days can hold.
    duration = min(duration, 2 * calendar.service_day)
    start = start_of(calendar, minutes)
    assert calendar.add(start, duration).at == add_by_walking(calendar, start, duration)


@given(calendars(), STARTS, st.integers(0, 3 * 24 * 60))
def test_elapsed_agrees_with_walking(calendar: ServiceCalendar, minutes: int, length: int) -> None:
    start = start_of(calendar, minutes)
    walked = sum(is_open_by_the_wall_clock(calendar, start + n * MINUTE) for n in range(length))
    assert calendar.elapsed(start, start + length * MINUTE) == walked * MINUTE


@given(calendars(), STARTS, DURATIONS)
def test_elapsed_undoes_adding(
    calendar: ServiceCalendar, minutes: int, duration: timedelta
) -> None:
    start = start_of(calendar, minutes)
    assert calendar.elapsed(start, calendar.add(start, duration).at) == duration


@given(calendars(), STARTS, DURATIONS, DURATIONS)
def test_adding_twice_is_adding_the_sum(
    calendar: ServiceCalendar, minutes: int, first: timedelta, second: timedelta
) -> None:
    start = start_of(calendar, minutes)
    in_steps = calendar.add(calendar.add(start, first).at, second).at
    assert in_steps == calendar.add(start, first + second).at


@given(calendars(), STARTS, STARTS, DURATIONS)
def test_a_later_start_or_a_longer_limit_never_ends_earlier(
    calendar: ServiceCalendar, one: int, other: int, duration: timedelta
) -> None:
    early, late = (start_of(calendar, minutes) for minutes in sorted((one, other)))
    assert calendar.add(early, duration).at <= calendar.add(late, duration).at
    assert calendar.add(early, duration).at <= calendar.add(early, duration + MINUTE).at


@given(calendars(), STARTS, STARTS)
def test_elapsed_backwards_is_negative(calendar: ServiceCalendar, one: int, other: int) -> None:
    first, second = start_of(calendar, one), start_of(calendar, other)
    assert calendar.elapsed(first, second) == -calendar.elapsed(second, first)


@given(calendars(), STARTS)
def test_the_next_opening_is_open_and_no_service_time_passes_before_it(
    calendar: ServiceCalendar, minutes: int
) -> None:
    start = start_of(calendar, minutes)
    opening = calendar.next_opening(start).at
    assert calendar.is_open(opening)
    assert calendar.elapsed(start, opening) == timedelta()
