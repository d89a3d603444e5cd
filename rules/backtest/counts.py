"""All counters of one run, and the outcome they add up to."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from rules.backtest.outcome import Breaches, Flow, Outcome, Rush
from rules.backtest.tally import FlowTally, LimitTally, ShiftTally, UnjudgedTally
from rules.planning import Verdict
from rules.rulebook import Rulebook
from rules.types import Milestone

FLOWS: Mapping[str, str] = {
    "tier": "urgency",
    "level": "level",
    "responsible": "routing",
    "leading": "routing",
}
"""What a request is given, and the table whose rows give it."""

_GROUPS = ("tiers", "levels", "departments", "milestones")


class Counts:
    """The counters of a run. `rush` counts before and after by department and hour of receipt."""

    def __init__(self) -> None:
        self.judged = self.changed = self.left_out = 0
        self.shifts = {milestone: ShiftTally() for milestone in Milestone}
        self.rush: dict[tuple[str, int], list[int]] = defaultdict(lambda: [0, 0])
        self.unjudged = UnjudgedTally()
        self._flows: dict[str, dict[tuple[str, str], FlowTally]] = {name: {} for name in FLOWS}
        self._limits: dict[tuple[str, str, Milestone], tuple[LimitTally, LimitTally]] = {}

    def flow(self, name: str, before: str, after: str) -> FlowTally:
        """The counter of requests whose `name` (of `FLOWS`) went from one code to another."""
        return self._flows[name].setdefault((before, after), FlowTally())

    def limits(self, made: Verdict, milestone: Milestone, side: int) -> LimitTally:
        """The counter of a milestone's limits under a verdict; `side` 0 is before, 1 after."""
        key = (made.responsible, made.tier.value, milestone)
        return self._limits.setdefault(key, (LimitTally(), LimitTally()))[side]

    def outcome(
        self,
        before: Rulebook,
        after: Rulebook,
        since: datetime | None,
        until: datetime | None,
        as_of: datetime | None,
    ) -> Outcome:
        """The counts as values, in the order of the vocabularies."""
        zone, labels = after.calendar.zone, _labels(before, after)
        judged_on = as_of or until
        return Outcome(
            before=before.identity,
            after=after.identity,
            since=since and since.astimezone(zone),
            until=until and until.astimezone(zone),
            count=self.judged,
            left_out=self.left_out,
            changed=self.changed,
            tiers=self._flow_list("tier", list(labels["tiers"])),
            levels=self._flow_list("level", list(labels["levels"])),
            responsible=self._flow_list("responsible", list(labels["departments"])),
            leading=self._flow_list("leading", list(labels["departments"])),
            shifts=tuple(
                tally.shift(milestone) for milestone, tally in self.shifts.items() if tally.used
            ),
            breaches=self._breaches(list(labels["departments"]), list(labels["tiers"])),
            rush=self._rush(list(labels["departments"])),
            unjudged=self.unjudged.result(),
            dormant=_dormant(after, judged_on and judged_on.astimezone(zone).date()),
            labels=labels,
        )

    def _flow_list(self, name: str, codes: Sequence[str]) -> tuple[Flow, ...]:
        found = [tally.flow(*ends) for ends, tally in self._flows[name].items() if tally.count]
        return tuple(sorted(found, key=lambda one: (_at(codes, one.before), _at(codes, one.after))))

    def _breaches(self, departments: Sequence[str], tiers: Sequence[str]) -> tuple[Breaches, ...]:
        milestones = list(Milestone)
        found = [
            Breaches(department, tier, milestone, old.limits(), new.limits())
            for (department, tier, milestone), (old, new) in self._limits.items()
            if old.set or new.set
        ]
        return tuple(
            sorted(
                found,
                key=lambda one: (
                    _at(departments, one.department),
                    _at(tiers, one.tier),
                    milestones.index(one.milestone),
                ),
            )
        )

    def _rush(self, departments: Sequence[str]) -> tuple[Rush, ...]:
        found = [Rush(name, hour, *counts) for (name, hour), counts in self.rush.items()]
        return tuple(sorted(found, key=lambda one: (_at(departments, one.department), one.hour)))


def _at(codes: Sequence[str], code: str) -> tuple[int, str]:
    """Where a code stands in its vocabulary; one that is not in it comes last."""
    return (codes.index(code) if code in codes else len(codes), code)


def _labels(before: Rulebook, after: Rulebook) -> dict[str, dict[str, str]]:
    """The labels of both books; where they differ, those of the new one."""
    labels = {}
    for group in _GROUPS:
        new, old = after.vocabulary.groups[group], before.vocabulary.groups[group]
        labels[group] = {str(code): label for code, label in {**new, **old, **new}.items()}
    return labels


def _dormant(book: Rulebook, last: date | None) -> tuple[str, ...]:
    """The rows that come into force only after the last day that was judged."""
    rows = [row for name in book.order for row in book.tables[name].rows]
    return tuple(
        row.rule for row in rows if last and row.effective_from and row.effective_from > last
    )
