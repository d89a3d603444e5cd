"""The order of limits is exact: it holds in every calendar, and where it fails one shows it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache

from hypothesis import example, given, settings
from hypothesis import strategies as st

from rules.calendar import ServiceCalendar
from rules.durations import parse_span
from rules.loading import rulebook_of
from rules.promises import Case, Promise, essential, unmet
from rules.types import Clock
from tests.rules.verify.books import changed

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ALWAYS = "{" + ", ".join(f"{day}: [00:00-24:00]" for day in DAYS) + "}"
SERVICE_DAY = timedelta(hours=8)
CASES = (Case(SERVICE_DAY, wish=False), Case(SERVICE_DAY, wish=True))
FAR = timedelta(days=300)


@cache
def calendars() -> tuple[ServiceCalendar, ...]:
    """Eight hours a service day: as shipped, always open, and closed for most of a year."""
    always = ("weekly: {}", f"weekly: {ALWAYS}")
    closed = ("closures: []", "closures: [{from: 2026-03-03, to: 2026-12-30, reason: 停业}]")
    holidays = ("statutory_holidays: closed", "statutory_holidays: open")
    books = [
        changed("service_calendar", holidays),
        changed("service_calendar", always, holidays),
        changed("service_calendar", always, closed, holidays),
    ]
    return tuple(rulebook_of(texts).calendar for texts in books)


def moments(calendar: ServiceCalendar) -> Iterator[datetime]:
    for day in (2, 3):
        for hour in (0, 8, 10, 12, 15, 18, 22):
            yield datetime(2026, 3, day, hour, 15, tzinfo=calendar.zone)


def span(text: str, clock: Clock) -> st.SearchStrategy:
    return st.just(parse_span(text, clock))


SPANS = st.one_of(
    *[span(text, Clock.CALENDAR) for text in ("立即", "30分钟", "8小时", "9小时", "24小时", "5天")],
    *[span(text, Clock.SERVICE) for text in ("立即", "30分钟", "4个服务小时", "1个服务日")],
    span("2个服务日", Clock.SERVICE),
)
NOTICES = st.one_of(st.none(), span("30分钟", Clock.CALENDAR), span("24小时", Clock.CALENDAR))
PROMISES = st.one_of(
    st.builds(Promise, SPANS, st.booleans(), st.none(), st.just(False), st.booleans()),
    st.builds(Promise, SPANS, st.just(False), NOTICES, st.just(True), st.booleans()),
)


def due(
    one: Promise, received: datetime, done: datetime, wished: datetime | None, held: timedelta,
    calendar: ServiceCalendar,
) -> datetime:  # fmt: skip
    """When a promise falls due, written down independently of the order; `held` is time on hold."""
    start = done if one.from_completion else received
    if wished is not None and one.gives_way and not one.from_completion:
        notice = timedelta() if one.notice is None else one.notice.time
        at = max(wished, received + notice)
    elif one.span.clock is Clock.SERVICE:
        length = one.span.time + one.span.service_days * SERVICE_DAY
        at = calendar.add(start, length).at
    else:
        at = start + one.span.time
    return at + held if one.pauses else at


def situations(wish: bool) -> Iterator[tuple]:
    """Moments, completions, wishes and holds in all calendars."""
    wishes = [timedelta(seconds=1), timedelta(minutes=45), timedelta(days=2), FAR]
    for calendar in calendars():
        for received in moments(calendar):
            for later in (timedelta(), FAR):
                for ahead in wishes if wish else [None]:
                    for held in (timedelta(), FAR):
                        wished = None if ahead is None else received + ahead
                        yield received, received + later, wished, held, calendar


@settings(deadline=None)
@given(st.frozensets(PROMISES, min_size=1, max_size=3), PROMISES, st.sampled_from(CASES))
@example(
    frozenset({Promise(parse_span("24小时", Clock.CALENDAR), False, None, False, False)}),
    Promise(parse_span("2个服务日", Clock.SERVICE), False, None, False, False),
    CASES[0],
)
def test_limits_are_kept_exactly_when_no_calendar_makes_them_later(
    after: frozenset[Promise], before: Promise, case: Case
) -> None:
    late = any(
        min(due(one, *situation) for one in after) > due(before, *situation)
        for situation in situations(case.wish)
    )
    assert bool(unmet(frozenset({before}), after, case)) == late


@given(st.frozensets(PROMISES, max_size=5), st.frozensets(PROMISES, max_size=3))
def test_leaving_out_what_another_limit_keeps_changes_no_comparison(
    one: frozenset[Promise], other: frozenset[Promise]
) -> None:
    for case in CASES:
        expected = bool(unmet(one, other, case)), bool(unmet(other, one, case))
        less = essential(one, CASES)
        assert (bool(unmet(less, other, case)), bool(unmet(other, less, case))) == expected


def test_a_limit_that_vanishes_is_not_kept() -> None:
    one = Promise(parse_span("5天", Clock.CALENDAR), False, None, False, False)
    assert unmet(frozenset({one}), frozenset(), CASES[0]) == [one]
