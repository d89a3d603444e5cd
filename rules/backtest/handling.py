"""How a desk handled a generated request: when each milestone was met, if ever."""

import random
from datetime import datetime, timedelta
from math import log

from rules.backtest.history_lines import Interval, Past
from rules.backtest.matters import ANSWER_MINUTES, RESOLVE_HOURS
from rules.calendar import ServiceCalendar
from rules.planning import Plan, plan
from rules.rulebook import Rulebook
from rules.types import Facts, Kind, Milestone, Tier

_VISITED = frozenset({Kind.REPAIR, Kind.ASSISTANCE})
_RETURNED = frozenset({Kind.REPAIR, Kind.COMPLAINT})
_CLOSED_BY_REPLY = frozenset({Kind.INQUIRY, Kind.SUGGESTION})


class _Work:
    """Draws handling times: around the clock for what is urgent, on service time else."""

    def __init__(
        self, rng: random.Random, calendar: ServiceCalendar, at_once: bool, pace: float
    ) -> None:
        self.rng, self.calendar, self.at_once, self.pace = rng, calendar, at_once, pace

    def done(self, start: datetime, median_minutes: float, sigma: float = 0.8) -> datetime:
        """When work is done that takes a lognormal time."""
        minutes = self.rng.lognormvariate(log(median_minutes * self.pace), sigma)
        length = timedelta(seconds=round(min(minutes, 60 * 24 * 60) * 60))
        return start + length if self.at_once else self.calendar.add(start, length).at


def handled(rng: random.Random, id: str, facts: Facts, book: Rulebook, burst: bool) -> Past:
    """The request as it was handled under `book`; a `burst`, nights and holidays slow it down."""
    made = plan(book, facts)
    at_once = made.tier in (Tier.CRITICAL, Tier.URGENT)
    work = _Work(rng, book.calendar, at_once, _pace(facts.received_at, book.calendar, burst))
    met = {Milestone.ACKNOWLEDGE: work.done(facts.received_at, ANSWER_MINUTES[made.tier], 0.65)}
    if facts.kind in _CLOSED_BY_REPLY:
        met[Milestone.REPLY] = work.done(met[Milestone.ACKNOWLEDGE], 25)
        met[Milestone.RESOLVE] = met[Milestone.REPLY]
        return Past(id, facts, met)
    if facts.kind not in (*_VISITED, Kind.COMPLAINT):
        return Past(id, facts, met)
    met[Milestone.DISPATCH] = work.done(met[Milestone.ACKNOWLEDGE], 1 if at_once else 6, 0.7)
    pauses = _worked_on(work, facts, made, met)
    return Past(id, facts, met, pauses)


def _worked_on(
    work: _Work, facts: Facts, made: Plan, met: dict[Milestone, datetime]
) -> tuple[Interval, ...]:
    """Add the visit, the reply and the completion of dispatched work; returns its pauses."""
    rng, start = work.rng, met[Milestone.DISPATCH]
    if facts.kind is Kind.COMPLAINT or facts.kind is Kind.ASSISTANCE:
        met[Milestone.REPLY] = work.done(start, 110)
    wished = facts.wished_at
    if facts.kind in _VISITED or Milestone.ON_SITE in dict(made.limits):
        visit = _visit_minutes(made)
        met[Milestone.ON_SITE] = start = work.done(start, visit, 0.6)
        if wished is not None and not work.at_once:
            # people come about the agreed time, rather a little early
            late = timedelta(seconds=round(rng.gauss(-15, 10) * 60))
            met[Milestone.ON_SITE] = start = max(wished + late, met[Milestone.DISPATCH])
    if rng.random() < 0.02:
        return ()
    hours = RESOLVE_HOURS.get(made.responsible, 5.0) * (0.6 if work.at_once else 1.0)
    done = work.done(start, hours * 60, 0.9)
    pauses: tuple[Interval, ...] = ()
    if rng.random() < 0.05:
        wait = timedelta(hours=rng.randint(12, 72))
        begin = start + (done - start) / 2
        begin = begin.replace(microsecond=0)
        pauses, done = ((begin, begin + wait),), done + wait
    met[Milestone.RESOLVE] = done
    if facts.kind in _RETURNED and rng.random() < 0.96:
        met[Milestone.RETURN_VISIT] = done + timedelta(
            minutes=round(rng.lognormvariate(log(9 * 60), 0.6))
        )
    return pauses


def _visit_minutes(made: Plan) -> float:
    """Median minutes from dispatch to the visit."""
    return {Tier.CRITICAL: 1.0, Tier.URGENT: 13.0}.get(made.tier, 150.0)


def _pace(at: datetime, calendar: ServiceCalendar, burst: bool) -> float:
    """How much longer work takes than by day: fewer people at night and on holidays."""
    pace = 1.6 if burst else 1.0
    if at.hour >= 22 or at.hour < 6:
        return pace * 1.35
    return pace * (1.0 if calendar.windows_on(at.date()) else 1.25)
