"""Pairs of verdicts, one of each book, and where requests that have both are counted.

Requests with the same verdicts are alike but for their times, so verdicts are compared once per
pair; where limit and calendar are the same in both books, its time need be computed only once.
"""

from copy import copy
from dataclasses import dataclass
from datetime import datetime

from rules.backtest.counts import FLOWS, Counts
from rules.backtest.tally import FlowTally, LimitTally, ShiftTally
from rules.planning import Plan, Verdict
from rules.rulebook import Rulebook
from rules.schedule import Limits
from rules.types import Milestone

_CALENDAR_FILES = ("service_calendar.yaml", "holidays.yaml")
_MOST_PAIRS = 65_536


@dataclass(frozen=True, slots=True)
class Line:
    """One milestone of a pair of verdicts.

    `same`: both books set the same limit by the same calendar. `set_before` and `set_after` say
    which of them set one at all.
    """

    milestone: Milestone
    same: bool
    set_before: bool
    set_after: bool
    shift: ShiftTally
    before: LimitTally
    after: LimitTally

    def compare(self, was: datetime | None, now: datetime | None) -> bool:
        """Count how the limit moved; whether the promise is another one."""
        if not self.set_after:
            self.shift.gone += 1
            return True
        if not self.set_before:
            self.shift.new += 1
            return True
        if was is None or now is None:
            # counts from a completion that never came, yet the promise may be another one
            self.shift.waiting += 1
            return not self.same
        return self.shift.add(was, now)

    def settle(
        self, was: datetime | None, now: datetime | None, id: str, at: datetime, met: bool
    ) -> None:
        """Count a limit met `at` this time, or (`met` false) not met by then."""
        was_late = was is not None and at > was
        is_late = was_late if now is was else now is not None and at > now
        if was is not None:
            self.before.add(was_late, met)
        if now is not None:
            self.after.add(is_late, met)
        if was_late is not is_late and was is not None and now is not None:
            self.shift.turn(is_late, id)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two verdicts compared.

    `moved` is a plan of the new limits that are not the same in both (None: there are none).
    `flows` are counted for every request; with a change come the rows responsible.
    """

    before: Verdict
    after: Verdict
    moved: Plan | None
    flows: tuple[tuple[FlowTally, tuple[str, str] | None], ...]
    changed: bool
    lines: tuple[Line, ...]


class Pairs:
    """The pairs met so far, each compared once."""

    def __init__(self, before: Rulebook, after: Rulebook, counts: Counts) -> None:
        files = [(before.texts.get(name), after.texts.get(name)) for name in _CALENDAR_FILES]
        self._same_calendar = all(was == now for was, now in files)
        self._counts = counts
        self._known: dict[tuple[int, int], Pair] = {}

    def of(self, old: Plan, new: Plan) -> Pair:
        """The pair of the verdicts of two plans."""
        key = (id(old.verdict), id(new.verdict))
        pair = self._known.get(key)
        if pair is None:
            if len(self._known) >= _MOST_PAIRS:
                self._known.clear()
            # the pair keeps both verdicts alive, so that their ids stay theirs
            pair = self._known[key] = self._compared(old.verdict, new.verdict)
        return pair

    def _compared(self, old: Verdict, new: Verdict) -> Pair:
        lines = tuple(self._lines(old, new))
        same = {line.milestone for line in lines if line.same}
        moved = Limits(one for one in new.limits if one[0] not in same)
        flows = tuple(self._flow(name, old, new) for name in FLOWS)
        return Pair(
            before=old,
            after=new,
            moved=_limited_to(new, moved) if moved else None,
            flows=flows,
            changed=any(cause is not None for _, cause in flows),
            lines=lines,
        )

    def _lines(self, old: Verdict, new: Verdict) -> list[Line]:
        was = {milestone: [one.limit for one in rows] for milestone, rows in old.limits}
        now = {milestone: [one.limit for one in rows] for milestone, rows in new.limits}
        return [
            Line(
                milestone=one,
                same=self._same_calendar and was.get(one) == now.get(one),
                set_before=one in was,
                set_after=one in now,
                shift=self._counts.shifts[one],
                before=self._counts.limits(old, one, 0),
                after=self._counts.limits(new, one, 1),
            )
            for one in Milestone
            if one in was or one in now
        ]

    def _flow(
        self, name: str, old: Verdict, new: Verdict
    ) -> tuple[FlowTally, tuple[str, str] | None]:
        was, now = str(getattr(old, name)), str(getattr(new, name))
        cause = None if was == now else (_rows(old, FLOWS[name]), _rows(new, FLOWS[name]))
        return self._counts.flow(name, was, now), cause


def _limited_to(verdict: Verdict, limits: Limits) -> Plan:
    """A plan that promises these limits only."""
    cut = copy(verdict)
    cut.limits = limits
    return Plan((), cut)


def _rows(made: Verdict, table: str) -> str:
    return "、".join(row.rule for row in made.found.hits[table].decided)
