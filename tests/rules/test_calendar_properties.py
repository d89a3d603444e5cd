"""The service calendar against the reference that walks minute by minute (`walking`)."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from rules.starts import Start
from rules.types import Clock
from tests.rules.walking import DAYS, FEWER, MINUTE, Walker, utc, walkers

STARTS = st.integers(0, 3 * 24 * 60)
LENGTHS = st.integers(0, 10 * 60)


@given(walkers(), st.lists(st.integers(0, DAYS * 24 * 60), min_size=20, max_size=20))
@FEWER
def test_open_agrees_with_the_wall_clock(walker: Walker, minutes: list[int]) -> None:
    for at in map(walker.minute, minutes):
        assert walker.calendar.is_open(at) == walker.is_open(at)


@given(walkers(), STARTS, LENGTHS)
@FEWER
def test_adding_agrees_with_walking(walker: Walker, minutes: int, length: int) -> None:
    start = walker.minute(minutes)
    walked = walker.due(start, length, Clock.SERVICE, [])
    if walked is not None:
        due = walker.calendar.add(start, length * MINUTE)
        assert (utc(due.at), due.provisional) == walked
        assert due.at.isoformat() == walked[0].astimezone(walker.zone).isoformat()
        assert due.at.fold == walked[0].astimezone(walker.zone).fold


@given(walkers(), STARTS, LENGTHS)
@FEWER
def test_a_start_of_several_limits_adds_like_the_calendar(
    walker: Walker, minutes: int, length: int
) -> None:
    at, time = walker.minute(minutes), length * MINUTE
    calendar, microseconds = walker.calendar, length * 60_000_000
    start = Start(calendar.instant(at), calendar)
    on_calendar = start.on_calendar(time, microseconds)
    assert utc(on_calendar) == at + time
    assert on_calendar.isoformat() == (at + time).astimezone(walker.zone).isoformat()
    if walker.due(at, length, Clock.SERVICE, []) is not None:
        due, provisional = start.on_service(time, microseconds)
        assert provisional == calendar.add(at, time).provisional
        assert due.isoformat() == calendar.add(at, time).at.isoformat()


@given(walkers(), STARTS, st.integers(0, 3 * 24 * 60))
@FEWER
def test_elapsed_agrees_with_walking(walker: Walker, minutes: int, length: int) -> None:
    start = walker.minute(minutes)
    walked = walker.running(start, length, Clock.SERVICE, [])
    assert walker.calendar.elapsed(start, start + length * MINUTE) == walked
    assert walker.calendar.elapsed(start + length * MINUTE, start) == -walked


@given(walkers(), STARTS)
@FEWER
def test_the_next_opening_agrees_with_walking(walker: Walker, minutes: int) -> None:
    start = walker.minute(minutes)
    walked = walker.due(start, 1, Clock.SERVICE, [])
    if walked is not None:
        opening = walker.calendar.next_opening(start)
        assert (utc(opening.at), opening.provisional) == (walked[0] - MINUTE, walked[1])
        assert opening.at.isoformat() == (walked[0] - MINUTE).astimezone(walker.zone).isoformat()


@given(walkers(), STARTS, LENGTHS, st.integers(0, 999_999))
@FEWER
def test_elapsed_undoes_adding_to_the_microsecond(
    walker: Walker, minutes: int, length: int, rest: int
) -> None:
    start = walker.minute(minutes) + timedelta(microseconds=rest)
    time = length * MINUTE + timedelta(microseconds=rest // 3)
    if walker.due(start, length + 1, Clock.SERVICE, []) is not None:
        assert walker.calendar.elapsed(start, walker.calendar.add(start, time).at) == time


@given(walkers(), STARTS, LENGTHS, LENGTHS)
@FEWER
def test_adding_twice_is_adding_the_sum(walker: Walker, minutes: int, one: int, two: int) -> None:
    start = walker.minute(minutes)
    if walker.due(start, one + two, Clock.SERVICE, []) is not None:
        first = walker.calendar.add(start, one * MINUTE)
        second = walker.calendar.add(first.at, two * MINUTE)
        whole = walker.calendar.add(start, (one + two) * MINUTE)
        assert utc(second.at) == utc(whole.at)
        assert (first.provisional or second.provisional) <= whole.provisional


@given(walkers(), STARTS, STARTS, LENGTHS)
@FEWER
def test_a_later_start_or_a_longer_limit_never_ends_earlier(
    walker: Walker, one: int, other: int, length: int
) -> None:
    early, late = (walker.minute(minutes) for minutes in sorted((one, other)))
    if walker.due(late, length + 1, Clock.SERVICE, []) is not None:
        end = utc(walker.calendar.add(early, length * MINUTE).at)
        assert end <= utc(walker.calendar.add(late, length * MINUTE).at)
        assert end <= utc(walker.calendar.add(early, (length + 1) * MINUTE).at)
