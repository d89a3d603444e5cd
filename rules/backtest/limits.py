"""When the limits of a past request ended, with what is known of it by now.

Beyond `rules.deadlines`: a limit that counts from completion ends at a known time once the request
was completed, and a limit that pauses is later by the time the request waited for the resident.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from rules.backtest.history import Interval, Past
from rules.calendar import ServiceCalendar
from rules.deadlines import deadlines, due_after
from rules.planning import LimitRow, Plan
from rules.types import Clock, Deadline, Milestone

Dues = dict[Milestone, datetime | None]
"""The end of each limit; None where it counts from a completion that has not come."""


def dues(plan: Plan, past: Past, calendar: ServiceCalendar) -> Dues:
    """When each limit of `plan` ended for this request. Raises `InvalidFacts`, `NeverOpen`."""
    found: Dues = {}
    offers = dict(plan.limits) if past.pauses else {}
    for one in deadlines(plan, past.facts, calendar):
        at = one.due_at
        if at is None:
            at = _after_completion(one, past, calendar)
        elif past.pauses and _pauses(one, offers[one.milestone]):
            at = later_by_pauses(at, past.facts.received_at, one.clock, past.pauses, calendar)
        found[one.milestone] = at
    return found


def later_by_pauses(
    due: datetime,
    received: datetime,
    clock: Clock,
    pauses: Sequence[Interval],
    calendar: ServiceCalendar,
) -> datetime:
    """`due` moved by the pauses that began before it: what was left then runs on after each.

    `pauses` are in order and do not overlap; what lies before `received` does not count.
    """
    for since, until in pauses:
        begin = max(since, received)
        if begin < due and begin < until:
            left = calendar.elapsed(begin, due) if clock is Clock.SERVICE else due - begin
            due = due_after(left, clock, until, calendar).at
    return due


def _after_completion(one: Deadline, past: Past, calendar: ServiceCalendar) -> datetime | None:
    done = past.met.get(Milestone.RESOLVE)
    if done is None:
        return None
    return due_after(one.after_completion or timedelta(), one.clock, done, calendar).at


def _pauses(one: Deadline, offers: Sequence[LimitRow]) -> bool:
    """Whether the limit that ends first is one that stops while the request waits."""
    return any(offer.limit.pauses for offer in offers if offer.rule == one.rule)
