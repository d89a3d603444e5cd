"""Both clocks with the time taken out during which a request waits."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import ServiceCalendar
from rules.clocks import Pause, due, resumed, running
from rules.decide import default_rulebook
from rules.durations import Span, parse_span
from rules.errors import InvalidFacts
from rules.holidays import HolidayTable
from rules.types import Clock
from tests.rules.walking import FEWER, MINUTE, Walker, pauses_of, utc, walkers

CALENDAR = default_rulebook().calendar
STARTS = st.integers(0, 2 * 24 * 60)
LENGTHS = st.integers(0, 8 * 60)
CLOCKS = st.sampled_from(Clock)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}+08:00")


def span(clock: Clock, minutes: int) -> Span:
    return Span("", clock, minutes * MINUTE)


@given(walkers(), CLOCKS, STARTS, LENGTHS, st.data())
@FEWER
def test_due_agrees_with_walking(
    walker: Walker, clock: Clock, minutes: int, length: int, data: st.DataObject
) -> None:
    start, pauses = walker.minute(minutes), data.draw(pauses_of(walker))
    walked = walker.due(start, length, clock, pauses)
    if walked is not None:
        moment = due(span(clock, length), start, walker.calendar, pauses)
        assert moment is not None
        assert (utc(moment.at), moment.provisional) == walked


@given(walkers(), CLOCKS, STARTS, st.integers(0, 3 * 24 * 60), st.data())
@FEWER
def test_running_agrees_with_walking(
    walker: Walker, clock: Clock, minutes: int, length: int, data: st.DataObject
) -> None:
    start, pauses = walker.minute(minutes), data.draw(pauses_of(walker))
    end = start + length * MINUTE
    ran = running(start, end, clock, walker.calendar, pauses)
    assert ran == walker.running(start, length, clock, pauses)
    assert running(end, start, clock, walker.calendar, pauses) == -ran


@given(walkers(), CLOCKS, STARTS, LENGTHS, st.data())
@FEWER
def test_what_ran_until_the_due_time_is_the_limit(
    walker: Walker, clock: Clock, minutes: int, length: int, data: st.DataObject
) -> None:
    start, pauses = walker.minute(minutes), data.draw(pauses_of(walker))
    if walker.due(start, length, clock, pauses) is not None:
        end = due(span(clock, length), start, walker.calendar, pauses)
        assert end is not None
        assert running(start, end.at, clock, walker.calendar, pauses) == length * MINUTE


@given(walkers(), CLOCKS, st.lists(STARTS, min_size=3, max_size=3), st.data())
@FEWER
def test_time_that_ran_adds_up(
    walker: Walker, clock: Clock, minutes: list[int], data: st.DataObject
) -> None:
    one, two, three = (walker.minute(number) for number in minutes)
    pauses, calendar = data.draw(pauses_of(walker)), walker.calendar
    parts = running(one, two, clock, calendar, pauses) + running(
        two, three, clock, calendar, pauses
    )
    assert parts == running(one, three, clock, calendar, pauses)


@given(walkers(), CLOCKS, STARTS, LENGTHS, st.data())
@FEWER
def test_a_further_pause_never_makes_a_limit_end_earlier(
    walker: Walker, clock: Clock, minutes: int, length: int, data: st.DataObject
) -> None:
    start, pauses = walker.minute(minutes), data.draw(pauses_of(walker))
    if pauses and walker.due(start, length + 1, clock, pauses) is not None:
        limit, longer = span(clock, length), span(clock, length + 1)
        fewer = due(limit, start, walker.calendar, pauses[1:])
        more = due(limit, start, walker.calendar, pauses)
        later = due(longer, start, walker.calendar, pauses)
        assert fewer is not None
        assert more is not None
        assert later is not None
        assert utc(fewer.at) <= utc(more.at) <= utc(later.at)


@given(walkers(), CLOCKS, STARTS, LENGTHS)
@FEWER
def test_pauses_before_the_start_or_after_the_end_change_nothing(
    walker: Walker, clock: Clock, minutes: int, length: int
) -> None:
    start = walker.minute(minutes)
    if walker.due(start, length, clock, []) is not None:
        plain = due(span(clock, length), start, walker.calendar)
        assert plain is not None
        around = [Pause(start - 90 * MINUTE, start), Pause(plain.at), Pause(utc(plain.at) + MINUTE)]
        assert due(span(clock, length), start, walker.calendar, around) == plain


@given(walkers(), CLOCKS, STARTS, LENGTHS, STARTS, LENGTHS)
@FEWER
def test_a_due_time_moved_by_a_pause_is_the_one_with_the_pause(
    walker: Walker, clock: Clock, minutes: int, length: int, since: int, wait: int
) -> None:
    start, begin = walker.minute(minutes), walker.minute(minutes + since)
    pause = Pause(begin, begin + wait * MINUTE)
    if walker.due(start, length, clock, [pause]) is not None:
        plain = due(span(clock, length), start, walker.calendar)
        held = due(span(clock, length), start, walker.calendar, [pause])
        assert plain is not None
        assert held is not None
        moved = resumed(plain.at, pause, clock, walker.calendar)
        assert moved is not None
        assert utc(moved.at) == utc(held.at)


TWO_HOURS = parse_span("2个服务小时", Clock.SERVICE)


@pytest.mark.parametrize(
    ("pauses", "expected"),
    [
        ([], "23T12:00"),
        ([("23T10:30", "23T11:00")], "23T14:00"),
        ([("23T10:30", "23T11:00"), ("23T10:45", "23T11:15")], "23T14:15"),  # overlap: once
        ([("23T10:30", "23T11:15"), ("23T10:45", "23T11:00")], "23T14:15"),  # one in the other
        ([("23T10:30", "23T10:45"), ("23T10:45", "23T11:00")], "23T14:00"),  # one after another
        ([("23T11:00", "23T11:15"), ("23T10:30", "23T10:45")], "23T14:00"),  # in any order
        ([("23T09:00", "23T10:30")], "23T14:00"),  # began before
        ([("23T12:00", "23T13:30")], "23T12:00"),  # the limit had run when it began
        ([("23T12:00", None)], "23T12:00"),
        ([("23T11:00", "23T13:30")], "23T14:30"),
        ([("23T11:30", "23T20:00")], "24T09:00"),
        ([("23T08:00", "23T09:00"), ("23T10:30", "23T11:00")], "23T14:00"),
    ],
)
def test_two_service_hours_from_ten_with_pauses(
    pauses: list[tuple[str, str | None]], expected: str
) -> None:
    waits = [Pause(at(since), None if until is None else at(until)) for since, until in pauses]
    moment = due(TWO_HOURS, at("23T10:00"), CALENDAR, waits)
    assert moment is not None
    assert moment.at == at(expected)
    assert not moment.provisional
    ran = running(at("23T10:00"), at(expected), Clock.SERVICE, CALENDAR, waits)
    assert ran == timedelta(hours=2)
    back = running(at(expected), at("23T10:00"), Clock.SERVICE, CALENDAR, waits)
    assert back == -timedelta(hours=2)


@pytest.mark.parametrize("clock", Clock)
def test_a_limit_that_an_open_pause_holds_up_has_no_due_time(clock: Clock) -> None:
    waiting = [Pause(at("23T10:30")), Pause(at("23T10:15"), at("23T10:20"))]
    assert due(span(clock, 120), at("23T10:00"), CALENDAR, waiting) is None
    ran = running(at("23T10:00"), at("23T15:00"), clock, CALENDAR, waiting)
    assert ran == 25 * MINUTE


@pytest.mark.parametrize("until", [None, "23T10:40"])
def test_an_open_pause_that_overlaps_another_stays_open(until: str | None) -> None:
    waiting = [Pause(at("23T10:10"), at(until) if until else None), Pause(at("23T10:20"))]
    assert due(TWO_HOURS, at("23T10:00"), CALENDAR, waiting) is None
    inner = [Pause(at("23T10:10")), Pause(at("23T10:20"), at("23T10:30"))]
    assert due(TWO_HOURS, at("23T10:00"), CALENDAR, inner) is None


def test_of_two_pauses_that_begin_together_the_open_one_lasts() -> None:
    for waiting in (
        [Pause(at("23T10:30")), Pause(at("23T10:30"), at("23T10:45"))],
        [Pause(at("23T10:30"), at("23T10:45")), Pause(at("23T10:30"))],
    ):
        assert due(TWO_HOURS, at("23T10:00"), CALENDAR, waiting) is None


UNKNOWN_2027 = ServiceCalendar(CALENDAR.book, HolidayTable(frozenset({2026, 2028})))


@pytest.mark.parametrize(
    ("pauses", "provisional"),
    [
        ([("2027-12-31T17:00", "2028-01-03T09:00")], False),  # ran in 2028 only
        ([("2027-12-31T17:30", "2028-01-03T09:00")], True),
        (
            [("2027-12-31T17:30", "2028-01-03T09:00"), ("2028-01-03T09:30", "2028-01-03T10:00")],
            True,
        ),
    ],
)
def test_each_stretch_that_ran_counts_for_what_is_provisional(
    pauses: list[tuple[str, str]], provisional: bool
) -> None:
    def moment(text: str) -> datetime:
        return datetime.fromisoformat(f"{text}+08:00")

    waits = [Pause(moment(since), moment(until)) for since, until in pauses]
    found = due(TWO_HOURS, moment("2027-12-31T17:00"), UNKNOWN_2027, waits)
    assert found is not None
    assert found.at.date().isoformat() == "2028-01-03"
    assert found.provisional is provisional


def test_a_limit_at_once_is_due_at_once_even_while_waiting() -> None:
    moment = due(span(Clock.SERVICE, 0), at("23T10:00"), CALENDAR, [Pause(at("23T09:00"))])
    assert moment is not None
    assert moment.at == at("23T10:00")


def test_the_calendar_clock_runs_at_night_and_is_never_provisional() -> None:
    start = datetime.fromisoformat("2098-12-31T23:00:00+08:00")
    moment = due(
        span(Clock.CALENDAR, 180),
        start,
        CALENDAR,
        [Pause(start + 60 * MINUTE, start + 90 * MINUTE)],
    )
    assert moment == (start + 210 * MINUTE, False)


def test_service_days_take_their_length_from_the_calendar() -> None:
    moment = due(parse_span("2个服务日", Clock.SERVICE), at("23T10:00"), CALENDAR)
    assert moment is not None
    assert moment.at == at("25T10:00")


def test_only_the_days_on_which_the_clock_ran_make_a_due_time_provisional() -> None:
    """Waiting through all of a year that is not announced rests on nothing unknown."""
    start, sure = datetime.fromisoformat("2026-12-31T17:00:00+08:00"), 2026
    assert CALENDAR.is_announced(sure)
    moment = due(
        TWO_HOURS, start, CALENDAR, [Pause(start + 60 * MINUTE, start + timedelta(days=3))]
    )
    if not CALENDAR.is_announced(sure + 1):
        assert moment is not None
        assert moment.provisional
    early = due(TWO_HOURS, start, CALENDAR, [Pause(start - 90 * MINUTE, start - 60 * MINUTE)])
    assert early is not None
    assert early.provisional != CALENDAR.is_announced(sure + 1)


@pytest.mark.parametrize(
    ("due_at", "since", "until", "expected"),
    [
        ("23T12:00", "23T11:00", "23T11:30", "23T14:00"),
        ("23T12:00", "23T12:00", "23T13:00", "23T12:00"),
        ("23T12:00", "23T12:00", None, "23T12:00"),
        ("23T12:00", "23T11:59", None, None),
        ("24T09:00", "23T17:00", "24T17:00", "25T09:00"),
    ],
)
def test_what_was_left_when_a_pause_began_runs_on_when_it_ends(
    due_at: str, since: str, until: str | None, expected: str | None
) -> None:
    pause = Pause(at(since), at(until) if until else None)
    moved = resumed(at(due_at), pause, Clock.SERVICE, CALENDAR)
    assert (moved and moved.at) == (expected and at(expected))


@pytest.mark.parametrize(("year", "provisional"), [(2098, True), (2025, False)])
def test_a_moved_due_time_may_be_provisional(year: int, provisional: bool) -> None:
    start = datetime.fromisoformat(f"{year}-03-03T10:00:00+08:00")
    pause = Pause(start, start + 30 * MINUTE)
    moved = resumed(start + 60 * MINUTE, pause, Clock.SERVICE, CALENDAR)
    assert moved == (start + 90 * MINUTE, provisional)


def test_a_pause_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(InvalidFacts, match="挂起的结束"):
        due(TWO_HOURS, at("23T10:00"), CALENDAR, [Pause(at("23T11:00"), at("23T10:59"))])
    nothing = [Pause(at("23T11:00"), at("23T11:00"))]
    moment = due(TWO_HOURS, at("23T10:00"), CALENDAR, nothing)
    assert moment is not None
    assert moment.at == at("23T12:00")
