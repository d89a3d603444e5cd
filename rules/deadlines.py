"""Turns limits into due times on the calendar clock or the service clock (`rules.clocks`).

Definitions:
- due = received + limit on the limit's clock.
- A wished time replaces the limit where the row says so, if it lies after receipt; one that
  lies less than the row's notice after receipt gives way to received + notice.
- Limits counted from completion have no due time yet.
- Where several rows limit the same milestone, the earliest due time wins.
"""

from datetime import UTC, datetime, timedelta

from rules.calendar import Moment, ServiceCalendar
from rules.clocks import Stretch, length_of, run
from rules.durations import Limit, Span
from rules.planning import Plan
from rules.schedule import Form, LimitRow, after_completion
from rules.starts import Start
from rules.types import Clock, Deadline, Facts, Milestone

_SERVICE, _CALENDAR = Clock.SERVICE, Clock.CALENDAR
_FIXED, _SERVED, _READY = Form.CALENDAR, Form.SERVICE, Form.READY
_NEVER = datetime.max.replace(tzinfo=UTC)
_FALLBACK = "当时答复不了的，最迟 {due} 前告知答复日期"
_ON_HOLD = "等待期间暂停计时，恢复后再定"


def deadlines(plan: Plan, facts: Facts, calendar: ServiceCalendar) -> tuple[Deadline, ...]:
    """One deadline per milestone that has a limit, in the order of the milestones.

    Raises `InvalidFacts` when a time carries no offset.
    """
    return deadlines_from(plan, facts.received_at, facts.wished_at, calendar)


def deadlines_from(
    plan: Plan,
    start: datetime,
    wished: datetime | None,
    calendar: ServiceCalendar,
    pauses: tuple[Stretch, ...] = (),
) -> tuple[Deadline, ...]:
    """Deadlines whose limits count from `start`; `pauses` are taken out where a limit pauses.

    A deadline that an open pause holds up has neither `due_at` nor `after_completion`.
    """
    begin = Start(calendar.instant(start), calendar)
    wish = None if wished is None else calendar.instant(wished)
    if pauses:
        return tuple(
            _asked(milestone, rows, begin, wish, pauses) for milestone, rows in plan.limits
        )
    found = []
    make = Deadline._make
    for form, milestone, time, length, text, rule, note, last in plan.limits.steps(
        calendar, wish is not None
    ):
        if form == _FIXED:
            at = begin.on_calendar(time, length)
            found.append(make((milestone, at, _CALENDAR, text, rule, False, note, None)))
        elif form == _SERVED:
            at, unsure = begin.on_service(time, length)
            found.append(make((milestone, at, _SERVICE, text, rule, unsure, note, None)))
        elif form == _READY:
            found.append(last)
        else:
            found.append(_asked(milestone, last, begin, wish, ()))
    return tuple(found)


def _asked(
    milestone: Milestone,
    rows: tuple[LimitRow, ...],
    start: Start,
    wished: int | None,
    pauses: tuple[Stretch, ...],
) -> Deadline:
    offers = [_deadline(milestone, row, start, wished, pauses) for row in rows]
    return offers[0] if len(offers) == 1 else _earliest(offers)


def due_after(length: timedelta, clock: Clock, done: datetime, calendar: ServiceCalendar) -> Moment:
    """When a limit ends that counts from completion at `done`."""
    if clock is _SERVICE:
        return calendar.add(done, length)
    return Moment(calendar.local(calendar.instant(done) + length // timedelta(microseconds=1)))


def _earliest(offers: list[Deadline]) -> Deadline:
    """The first to end, one without a due time last."""
    # In UTC: within a zone Python compares wall clocks, and an hour may come twice.
    return min(offers, key=lambda one: one.due_at.astimezone(UTC) if one.due_at else _NEVER)


def _deadline(
    milestone: Milestone,
    offer: LimitRow,
    start: Start,
    wished: int | None,
    pauses: tuple[Stretch, ...],
) -> Deadline:
    limit = offer.limit
    span = limit.span
    if limit.from_completion:
        return after_completion(milestone, limit, offer.rule, start.calendar)
    if limit.wished_time and wished is not None and wished > start.instant:
        return _as_wished(milestone, offer, start, wished)
    if pauses and limit.pauses:
        moment = _after_pauses(span, start, pauses)
        if moment is None:
            return Deadline(milestone, None, span.clock, span.text, offer.rule, False, _ON_HOLD)
        at, provisional = moment
    else:
        at, provisional = _end(span, start)
    note = limit.note
    if limit.fallback is not None:
        note, unsure = _with_fallback(limit, limit.fallback, start)
        provisional = provisional or unsure
    return Deadline(milestone, at, span.clock, span.text, offer.rule, provisional, note)


def _end(span: Span, start: Start) -> tuple[datetime, bool]:
    if span.clock is not _SERVICE:
        return start.on_calendar(span.time, span.microseconds), False
    days = span.service_days
    if not days:
        return start.on_service(span.time, span.microseconds)
    calendar = start.calendar
    return start.on_service(days * calendar.service_day, days * calendar.day_length)


def _after_pauses(span: Span, start: Start, pauses: tuple[Stretch, ...]) -> Moment | None:
    calendar = start.calendar
    length = length_of(span, calendar)
    end, provisional = run(span.clock, start.instant, length, calendar, pauses)
    return None if end is None else Moment(calendar.local(end), provisional)


def _as_wished(milestone: Milestone, offer: LimitRow, start: Start, wished: int) -> Deadline:
    notice, note = offer.limit.notice, "按约定时间"
    if notice is not None and wished < start.instant + notice.microseconds:
        wished = start.instant + notice.microseconds
        note = f"约定时间太近，顺延到受理后{notice.text}"
    at = start.calendar.local(wished)
    return Deadline(milestone, at, _CALENDAR, "约定时间", offer.rule, False, note)


def _with_fallback(limit: Limit, fallback: Span, start: Start) -> tuple[str, bool]:
    """The CSR's note, and whether the time in it is provisional."""
    at, unsure = _end(fallback, start)
    said = f"{at.month:02d}月{at.day:02d}日 {at.hour:02d}:{at.minute:02d}"
    note = (limit.fallback_note or _FALLBACK).replace("{due}", said)
    return (f"{limit.note}；{note}" if limit.note else note), unsure
