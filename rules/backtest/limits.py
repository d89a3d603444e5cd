"""When the limits of a past request ended, with what is known of it by now.

Beyond what is promised at receipt: a limit that counts from completion ends at a known time once
the request was completed, and one that pauses is later by the time the request waited.
"""

from datetime import datetime, timedelta

from rules.backtest.history_lines import Past
from rules.calendar import ServiceCalendar
from rules.clocks import Pause, stretches
from rules.deadlines import deadlines_from, due_after
from rules.planning import Plan
from rules.types import Deadline, Milestone

Dues = dict[Milestone, datetime | None]
"""The end of each limit; None where it counts from a completion that has not come."""


def dues(plan: Plan, past: Past, calendar: ServiceCalendar) -> Dues:
    """When each limit of `plan` ended for this request. Raises `InvalidFacts`, `NeverOpen`."""
    facts = past.facts
    waits = stretches([Pause(*one) for one in past.pauses], calendar) if past.pauses else ()
    found = deadlines_from(plan, facts.received_at, facts.wished_at, calendar, waits)
    return {one.milestone: one.due_at or _after_completion(one, past, calendar) for one in found}


def _after_completion(one: Deadline, past: Past, calendar: ServiceCalendar) -> datetime | None:
    done = past.met.get(Milestone.RESOLVE)
    if done is None:
        return None
    return due_after(one.after_completion or timedelta(), one.clock, done, calendar).at
