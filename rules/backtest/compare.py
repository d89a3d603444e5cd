"""Judges every past request by two books and counts what differs, in one pass.

Requests with the same verdicts are alike but for their times, so verdicts are compared once per
pair; where limit and calendar are the same in both books, its time is computed once.
The recorded times were reached under the old rules: what the new book would have missed is counted
as if people had worked just as fast.
"""

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta

from rules.backtest.counts import FLOWS, Counts
from rules.backtest.history import Past
from rules.backtest.limits import Dues, dues
from rules.backtest.outcome import QUICK_MINUTES, Outcome
from rules.backtest.tally import FlowTally, LimitTally
from rules.errors import InvalidFacts, NeverOpen
from rules.planning import Limits, Plan, Verdict, plan
from rules.rulebook import Rulebook
from rules.types import Milestone

_CALENDAR_FILES = ("service_calendar.yaml", "holidays.yaml")
_QUICK = timedelta(minutes=QUICK_MINUTES)
_MOST_PAIRS = 65_536


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


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two verdicts, and where requests with these verdicts are counted.

    `moved` is a plan of the new limits that are not the same in both (None: there are none),
    `kept` are those that are the same. `cells` count each milestone's limit before and after.
    """

    before: Verdict
    after: Verdict
    moved: Plan | None
    kept: tuple[Milestone, ...]
    flows: tuple[tuple[FlowTally, tuple[str, str] | None], ...]
    changed: bool
    cells: dict[Milestone, tuple[LimitTally, LimitTally]]


_Open = tuple[_Pair, Milestone, datetime | None, datetime | None, str]
"""A limit that was never met: when it ended before and after, and the request's id."""


class _Comparison:
    """The judging of one run."""

    def __init__(self, before: Rulebook, after: Rulebook, as_of: datetime | None) -> None:
        self.before, self.after, self.as_of = before, after, as_of
        self.counts = Counts()
        files = [(before.texts.get(name), after.texts.get(name)) for name in _CALENDAR_FILES]
        self.same_calendar = all(was == now for was, now in files)
        self.pairs: dict[tuple[int, int], _Pair] = {}
        self.open: list[_Open] = []
        self.first: datetime | None = None
        self.last: datetime | None = None

    def add(self, past: Past) -> None:
        """Judge one request by both books and count it."""
        self._see(past)
        judging = self.before
        try:
            old = plan(judging, past.facts)
            was = dues(old, past, judging.calendar)
            judging = self.after
            pair = self._pair(old, plan(judging, past.facts, self.as_of))
            now = self._new_dues(pair, was, past)
        except (InvalidFacts, NeverOpen) as error:
            self._leave_out(past, judging, error)
            return
        for flow, cause in pair.flows:
            flow.add(past.id, cause)
        differs = self._count_limits(pair, past, was, now)
        self.counts.judged += 1
        self.counts.changed += pair.changed or differs
        self._count_visit(pair, past, was, now)

    def outcome(self, until: datetime | None) -> Outcome:
        """What was found; limits never met are settled as of `until` or the last event."""
        ends = [at for at in (until, self.last) if at is not None]
        end = max(ends, default=None)
        for pair, milestone, was, now, id in self.open:
            # there is a last event where anything is open
            if end is not None:
                self._settle(pair, milestone, was, now, id, end, met=False)
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
            try:
                dues(plan(self.after, past.facts, self.as_of), past, self.after.calendar)
            except (InvalidFacts, NeverOpen) as other:
                self.counts.unjudged.add("after", other, past.id)

    def _new_dues(self, pair: _Pair, was: Dues, past: Past) -> Dues:
        same = {milestone: was[milestone] for milestone in pair.kept}
        if pair.moved is None:
            return same
        return same | dues(pair.moved, past, self.after.calendar)

    def _pair(self, old: Plan, new: Plan) -> _Pair:
        key = (id(old.verdict), id(new.verdict))
        pair = self.pairs.get(key)
        if pair is None:
            if len(self.pairs) >= _MOST_PAIRS:
                self.pairs.clear()
            # the pair keeps both verdicts alive, so that their ids stay theirs
            pair = self.pairs[key] = self._compared(old.verdict, new.verdict)
        return pair

    def _compared(self, old: Verdict, new: Verdict) -> _Pair:
        was = {milestone: [one.limit for one in rows] for milestone, rows in old.limits}
        now = {milestone: [one.limit for one in rows] for milestone, rows in new.limits}
        kept = [one for one in now if self.same_calendar and was.get(one) == now[one]]
        moved = tuple(one for one in new.limits if one[0] not in kept)
        flows = tuple(self._flow(name, old, new) for name in FLOWS)
        return _Pair(
            before=old,
            after=new,
            moved=_limited_to(new, moved) if moved else None,
            kept=tuple(kept),
            flows=flows,
            changed=any(cause is not None for _, cause in flows),
            cells={
                one: (self.counts.limits(old, one, 0), self.counts.limits(new, one, 1))
                for one in Milestone
                if one in was or one in now
            },
        )

    def _flow(
        self, name: str, old: Verdict, new: Verdict
    ) -> tuple[FlowTally, tuple[str, str] | None]:
        was, now = str(getattr(old, name)), str(getattr(new, name))
        cause = None if was == now else (_rows(old, FLOWS[name]), _rows(new, FLOWS[name]))
        return self.counts.flow(name, was, now), cause

    def _count_limits(self, pair: _Pair, past: Past, old: Dues, new: Dues) -> bool:
        """Count every limit of a request; whether any of them differs."""
        differs = False
        for milestone in pair.cells:
            was, now = old.get(milestone), new.get(milestone)
            shift = self.counts.shifts[milestone]
            if milestone not in new:
                shift.gone += 1
                differs = True
            elif milestone not in old:
                shift.new += 1
                differs = True
            elif was is None or now is None:
                shift.waiting += 1
                # no time is known, yet the promise may be another one
                differs |= milestone not in pair.kept
            else:
                differs |= shift.add(was, now)
            if was is None and now is None:
                continue
            done = past.met.get(milestone)
            if done is None:
                self.open.append((pair, milestone, was, now, past.id))
            else:
                self._settle(pair, milestone, was, now, past.id, done, met=True)
        return differs

    def _settle(
        self,
        pair: _Pair,
        milestone: Milestone,
        was: datetime | None,
        now: datetime | None,
        id: str,
        at: datetime,
        met: bool,
    ) -> None:
        """Count a limit met `at` this time, or not met by then."""
        before, after = pair.cells[milestone]
        was_late = was is not None and at > was
        is_late = was_late if now is was else now is not None and at > now
        if was is not None:
            before.add(was_late, met)
        if now is not None:
            after.add(is_late, met)
        if was_late is not is_late and was is not None and now is not None:
            self.counts.shifts[milestone].turn(is_late, id)

    def _count_visit(self, pair: _Pair, past: Past, old: Dues, new: Dues) -> None:
        received = past.facts.received_at
        was, now = old.get(Milestone.ON_SITE), new.get(Milestone.ON_SITE)
        was_quick = was is not None and was - received <= _QUICK
        is_quick = now is not None and now - received <= _QUICK
        if was_quick or is_quick:
            hour = received.astimezone(self.after.calendar.zone).hour
            self.counts.rush[pair.before.responsible, hour][0] += was_quick
            self.counts.rush[pair.after.responsible, hour][1] += is_quick


def _limited_to(verdict: Verdict, limits: Limits) -> Plan:
    """A plan that promises these limits only."""
    cut = copy(verdict)
    cut.limits = limits
    return Plan((), cut, ())


def _rows(made: Verdict, table: str) -> str:
    return "、".join(row.rule for row in made.found.hits[table].decided)
