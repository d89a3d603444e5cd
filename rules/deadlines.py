"""Turns limits into due times on the calendar clock or the service clock.

Definitions:
- The calendar clock always runs: due = received + limit.
- The service clock runs in opening hours only: a request received outside them starts at the
  next opening, and a limit that ends with a window ends at its closing time.
- One service day is the service time of one full ordinary day (the sum of its windows, 8 h by
  default). Received at 10:00, one service day ends at 10:00 of the next service day; received
  outside opening hours, it ends at closing time of the next service day.
- A wished time replaces the limit where the row says so, if it lies after receipt.
- Limits counted from completion have no due time yet.
"""

from datetime import UTC, datetime, timedelta

from rules.calendar import Moment, ServiceCalendar
from rules.durations import Limit, Span
from rules.errors import InvalidFacts
from rules.planning import LimitRow, Plan
from rules.types import Clock, Deadline, Facts, Milestone


def deadlines(plan: Plan, facts: Facts, calendar: ServiceCalendar) -> tuple[Deadline, ...]:
    """One deadline per milestone that has a limit, in the order of the milestones.

    Where several rows limit the same milestone, the earliest due time wins. Raises
    `InvalidFacts` when a time carries no offset.
    """
    for at in (facts.received_at, facts.wished_at):
        if at is not None and at.tzinfo is None:
            said = at.isoformat()
            raise InvalidFacts(f"时间 {said} 没有时区；请写成 2026-01-31T09:00:00+08:00")
    return tuple(
        _earliest([_deadline(milestone, offer, facts, calendar) for offer in offers])
        for milestone, offers in plan.limits
    )


def due(span: Span, start: datetime, calendar: ServiceCalendar) -> Moment:
    """When `span` ends that starts at `start`."""
    if span.clock is Clock.SERVICE:
        return calendar.add(start, span.time + span.service_days * calendar.service_day)
    return Moment((start.astimezone(UTC) + span.time).astimezone(calendar.zone))


def due_after(length: timedelta, clock: Clock, done: datetime, calendar: ServiceCalendar) -> Moment:
    """When a limit ends that counts from completion at `done`."""
    return due(Span("", clock, length), done, calendar)


def _earliest(offers: list[Deadline]) -> Deadline:
    if len(offers) == 1:
        return offers[0]
    return min(offers, key=lambda one: (one.due_at is None, one.due_at or datetime.max))


def _deadline(
    milestone: Milestone, offer: LimitRow, facts: Facts, calendar: ServiceCalendar
) -> Deadline:
    limit = offer.limit
    clock, text = limit.span.clock, limit.span.text
    if limit.from_completion:
        note = limit.note or f"办结后{text}内"
        length = limit.span.time + limit.span.service_days * calendar.service_day
        return Deadline(
            milestone, None, clock, text, offer.rule, note=note, after_completion=length
        )
    wished = facts.wished_at
    if limit.wished_time and wished is not None and wished > facts.received_at:
        at = wished.astimezone(calendar.zone)
        return Deadline(milestone, at, Clock.CALENDAR, "约定时间", offer.rule, note="按约定时间")
    moment = due(limit.span, facts.received_at, calendar)
    note, unsure = _note(limit, facts, calendar)
    provisional = moment.provisional or unsure
    return Deadline(milestone, moment.at, clock, text, offer.rule, provisional, note)


def _note(limit: Limit, facts: Facts, calendar: ServiceCalendar) -> tuple[str, bool]:
    """The CSR's note, and whether a time in it is provisional."""
    if limit.fallback is None:
        return limit.note, False
    latest = due(limit.fallback, facts.received_at, calendar)
    said = latest.at.strftime("%m月%d日 %H:%M")
    note = f"当时答复不了的，最迟 {said} 前告知答复日期"
    return (f"{limit.note}；{note}" if limit.note else note), latest.provisional
