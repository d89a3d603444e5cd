"""Judges every past request by two books and counts what differs, in one pass.

The recorded times were reached under the old rules: what the new book would have missed is counted
as if people had worked just as fast.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from rules.backtest.counts import Counts
from rules.backtest.history_lines import Past
from rules.backtest.limits import Dues, dues
from rules.backtest.outcome import QUICK_MINUTES, Outcome
from rules.backtest.pairs import Line, Pair, Pairs
from rules.errors import InvalidFacts, NeverOpen
from rules.planning import plan
from rules.rulebook import Rulebook
from rules.types import Milestone

_QUICK = timedelta(minutes=QUICK_MINUTES)
_NONE: Dues = {}


def run(
    before: Rulebook,
    after: Rulebook,
    history: Iterable[Past],
    until: datetime | None = None,
    as_of: datetime | None = None,
) -> Outcome:
    """What would have changed for `history` had `after` been in force instead of `before`.

    Limits not met are looked at as of `until`, or of the last event recorded where that is later
    or `until` is None. `as_of`: the rows of `after` in force then count for every request
    (default: those in force at its receipt).
    """
    comparison = _Comparison(before, after, as_of)
    for past in history:
        comparison.add(past)
    return comparison.outcome(until)


class _Comparison:
    """The judging of one run."""

    def __init__(self, before: Rulebook, after: Rulebook, as_of: datetime | None) -> None:
        self.before, self.after, self.as_of = before, after, as_of
        self.counts = Counts()
        self.pairs = Pairs(before, after, self.counts)
        self.open: list[tuple[Line, datetime | None, datetime | None, str]] = []
        self.first: datetime | None = None
        self.last: datetime | None = None

    def add(self, past: Past) -> None:
        """Judge one request by both books and count it."""
        self._see(past)
        facts, judging = past.facts, self.before
        try:
            old = plan(judging, facts)
            was = dues(old, past, judging.calendar_for(facts.estate))
            judging = self.after
            pair = self.pairs.of(old, plan(judging, facts, self.as_of))
            moved = _NONE
            if pair.moved is not None:
                moved = dues(pair.moved, past, judging.calendar_for(facts.estate))
        except (InvalidFacts, NeverOpen) as error:
            self._leave_out(past, judging, error)
            return
        for flow, cause in pair.flows:
            flow.add(past.id, cause)
        differs = self._count_limits(pair, past, was, moved)
        self.counts.judged += 1
        self.counts.changed += pair.changed or differs

    def outcome(self, until: datetime | None) -> Outcome:
        """What was found; limits never met are settled as of `until` or the last event."""
        ends = [at for at in (until, self.last) if at is not None]
        end = max(ends, default=None)
        for line, was, now, id in self.open:
            # there is a last event where anything is open
            if end is not None:
                line.settle(was, now, id, end, met=False)
        self.open.clear()
        return self.counts.outcome(self.before, self.after, self.first, end, self.as_of)

    def _see(self, past: Past) -> None:
        received = past.facts.received_at
        latest = max(received, *past.met.values()) if past.met else received
        if past.pauses:
            latest = max(latest, past.pauses[-1][1])
        if self.first is None or received < self.first:
            self.first = received
        if self.last is None or latest > self.last:
            self.last = latest

    def _leave_out(self, past: Past, judging: Rulebook, error: Exception) -> None:
        """Count a request that `judging` cannot judge, and whether the new book cannot either."""
        self.counts.left_out += 1
        self.counts.unjudged.add("before" if judging is self.before else "after", error, past.id)
        if judging is self.before:
            calendar = self.after.calendar_for(past.facts.estate)
            try:
                dues(plan(self.after, past.facts, self.as_of), past, calendar)
            except (InvalidFacts, NeverOpen) as other:
                self.counts.unjudged.add("after", other, past.id)

    def _count_limits(self, pair: Pair, past: Past, old: Dues, moved: Dues) -> bool:
        """Count every limit of a request; whether any of them differs."""
        differs, met = False, past.met
        for line in pair.lines:
            milestone = line.milestone
            was = old.get(milestone)
            now = was if line.same else moved.get(milestone)
            differs |= line.compare(was, now)
            if milestone is Milestone.ON_SITE:
                self._count_visit(pair, past.facts.received_at, was, now)
            if was is None and now is None:
                continue
            done = met.get(milestone)
            if done is None:
                self.open.append((line, was, now, past.id))
            else:
                line.settle(was, now, past.id, done, True)
        return differs

    def _count_visit(
        self, pair: Pair, received: datetime, was: datetime | None, now: datetime | None
    ) -> None:
        was_quick = was is not None and was - received <= _QUICK
        is_quick = was_quick if now is was else now is not None and now - received <= _QUICK
        if was_quick or is_quick:
            hour = received.astimezone(self.after.calendar.zone).hour
            self.counts.rush[pair.before.responsible, hour][0] += was_quick
            self.counts.rush[pair.after.responsible, hour][1] += is_quick
