"""Running time on the two clocks, with the time taken out during which a request waits.

Definitions:
- The calendar clock always runs; the service clock runs in opening hours only: a start outside
  them runs from the next opening, and a length that ends with a window ends at its closing time.
- One service day is the service time of one full ordinary day (the sum of its windows, 8 h by
  default). Started at 10:00, one service day ends at 10:00 of the next service day; started
  outside opening hours, it ends at closing time of the next service day.
- While a request waits on the resident (挂起) neither clock runs. A pause is half-open; where
  pauses overlap, the time counts once.
- A due time is the first instant at which the length has run. An open pause has no end yet, so
  what has not run before it has no due time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from rules.calendar import Moment, ServiceCalendar
from rules.durations import Span
from rules.errors import InvalidFacts
from rules.types import Clock

# A member of an enum is slow to look up.
_SERVICE = Clock.SERVICE

Stretch = tuple[int, int | None]
"""A pause in microseconds since 1970 (UTC); None while it lasts."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Waiting from `since` to `until`, or still waiting (None); both carry an offset."""

    since: datetime
    until: datetime | None = None


def due(
    span: Span, start: datetime, calendar: ServiceCalendar, pauses: Iterable[Pause] = ()
) -> Moment | None:
    """When `span` ends that starts at `start`; None while an open pause holds it up."""
    length = length_of(span, calendar)
    end, provisional = run(
        span.clock, calendar.instant(start), length, calendar, stretches(pauses, calendar)
    )
    return None if end is None else Moment(calendar.local(end), provisional)


def running(
    start: datetime,
    end: datetime,
    clock: Clock,
    calendar: ServiceCalendar,
    pauses: Iterable[Pause] = (),
) -> timedelta:
    """Time that ran from `start` to `end`; negative when `end` is the earlier one."""
    first, last = calendar.instant(start), calendar.instant(end)
    if last < first:
        return -running(end, start, clock, calendar, pauses)
    total = _ran(clock, first, last, calendar)
    for since, until in stretches(pauses, calendar):
        begin, over = max(since, first), last if until is None else min(until, last)
        if begin < over:
            total -= _ran(clock, begin, over, calendar)
    return timedelta(microseconds=total)


def length_of(span: Span, calendar: ServiceCalendar) -> int:
    """The span in microseconds of its clock."""
    return span.microseconds + span.service_days * calendar.day_length


def stretches(pauses: Iterable[Pause], calendar: ServiceCalendar) -> tuple[Stretch, ...]:
    """The pauses in order, those that overlap or touch made one.

    Raises `InvalidFacts` for a pause that ends before it begins.
    """
    joined: list[Stretch] = []
    for since, until in sorted(
        (_stretch(pause, calendar) for pause in pauses), key=lambda one: one[0]
    ):
        last = joined[-1] if joined else None
        if last is not None and (last[1] is None or since <= last[1]):
            over = None if last[1] is None or until is None else max(last[1], until)
            joined[-1] = (last[0], over)
        else:
            joined.append((since, until))
    return tuple(joined)


def resumed(
    due_at: datetime, pause: Pause, clock: Clock, calendar: ServiceCalendar
) -> Moment | None:
    """Where a due time moves by a pause: what was left when it began runs on when it ends.

    One that had come before the pause stays; None while the pause lasts.
    """
    end = calendar.instant(due_at)
    ((since, until),) = stretches((pause,), calendar)
    if since >= end:
        return Moment(calendar.local(end))
    if until is None:
        return None
    moved, provisional = advance(clock, until, _ran(clock, since, end, calendar), calendar)
    return Moment(calendar.local(moved), provisional)


def advance(clock: Clock, start: int, length: int, calendar: ServiceCalendar) -> tuple[int, bool]:
    """The instant at which `length` has run without a pause, and whether it is provisional."""
    if clock is _SERVICE:
        return calendar.advance(start, length)
    return start + length, False


def run(
    clock: Clock, start: int, length: int, calendar: ServiceCalendar, pauses: tuple[Stretch, ...]
) -> tuple[int | None, bool]:
    """The instant at which `length` has run since `start`, and whether it is provisional.

    In microseconds; `pauses` are disjoint and in order. None while an open pause holds it up.
    """
    if not pauses or not length:
        return advance(clock, start, length, calendar)
    unsure = False
    for since, until in pauses:
        if until is not None and until <= start:
            continue
        if since > start:
            ran = _ran(clock, start, since, calendar)
            if ran >= length:
                break
            length -= ran
            unsure |= clock is _SERVICE and calendar.is_unsure(start, since)
        if until is None:
            return None, unsure
        start = until
    end, provisional = advance(clock, start, length, calendar)
    return end, provisional or unsure


def _ran(clock: Clock, first: int, last: int, calendar: ServiceCalendar) -> int:
    return calendar.passed(first, last) if clock is _SERVICE else last - first


def _stretch(pause: Pause, calendar: ServiceCalendar) -> Stretch:
    since = calendar.instant(pause.since)
    until = None if pause.until is None else calendar.instant(pause.until)
    if until is not None and until < since:
        raise InvalidFacts(f"挂起的结束 {pause.until} 早于开始 {pause.since}；请检查时间")
    return since, until
