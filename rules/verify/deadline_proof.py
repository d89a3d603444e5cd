"""Proves that more facts never make a deadline later, and that every request is acknowledged."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import cached_property, partial
from math import inf
from typing import Any

from rules.decide import decide
from rules.durations import Limit
from rules.promises import Case, Promise, essential, unmet
from rules.tables import Row
from rules.types import Clock, Deadline, Facts, Milestone
from rules.verify.diagrams import Choice, Diagrams
from rules.verify.examples import Examples, facts_of
from rules.verify.findings import Finding
from rules.verify.meaning import OPEN, TableMeaning
from rules.verify.rises import Rise, rises

_KEPT_BY = {Milestone.REPLY: (Milestone.ON_SITE,)}
"""Milestones that keep another's promise as well: who comes answers on the scene."""

_SEARCHED_DAYS = 21
_WISHES = tuple(timedelta(minutes=minutes) for minutes in (1, 60, 24 * 60, 10 * 24 * 60))


class DeadlineProof:
    """Proves the limits of one edition."""

    def __init__(self, examples: Examples) -> None:
        self.examples = examples
        self.cases = examples.book.cases
        self._union = partial(_union, self.cases)
        self._both = partial(_both, self.cases)
        self._breaks = {case: partial(_breaks, case) for case in self.cases}

    def always(self) -> Iterator[Finding]:
        """Requests without a first response, and limits that cannot be compared."""
        yield from self._unacknowledged()
        for milestone in Milestone:
            yield from self._mixed(milestone)

    def lengthened(self) -> Iterator[Finding]:
        """Rises that make a deadline later or let it vanish."""
        for milestone in Milestone:
            yield from self._later(milestone)

    @cached_property
    def _table(self) -> TableMeaning:
        return self.examples.meaning.tables["deadlines"]

    @cached_property
    def _diagrams(self) -> Diagrams:
        return self.examples.meaning.domain.diagrams

    def _limits(self, milestone: Milestone) -> Iterator[tuple[Row, int, Limit]]:
        """The rows that limit a milestone, where they decide, and their limits."""
        for row, decides in zip(self._table.rows, self._table.decides, strict=True):
            limit = row.then.get(milestone)
            if isinstance(limit, Limit):
                yield row, decides, limit

    def promises(self, milestone: Milestone) -> int:
        """The set of limits for a milestone; open where the edition does not judge."""
        result = nothing = self._diagrams.leaf(frozenset())
        for _, decides, limit in self._limits(milestone):
            one = self._diagrams.leaf(frozenset({Promise.of(limit)}))
            offer = self._diagrams.choose(decides, one, nothing)
            result = self._diagrams.apply(self._union, result, offer)
        judged = self.examples.meaning.judged
        return self._diagrams.choose(judged, result, self._diagrams.leaf(OPEN))

    def _with_keepers(self, milestone: Milestone) -> int:
        """The limits for a milestone beside these and those that keep its promise as well."""
        own = kept = self.promises(milestone)
        for keeper in _KEPT_BY.get(milestone, ()):
            kept = self._diagrams.apply(self._both, kept, self.promises(keeper))
        return self._diagrams.apply(_pair, own, kept)

    def _unacknowledged(self) -> Iterator[Finding]:
        promises = self.promises(Milestone.ACKNOWLEDGE)
        choice = self._diagrams.find(self._diagrams.apply(_is_empty, promises))
        if choice is not None:
            inputs = self.examples.inputs(choice)
            yield Finding(
                "no-acknowledge", "error", self._table.table.file, None, (),
                "有的诉求没有首次响应时限", "请补一行，或在适用的行里写上 acknowledge",
                {"facts": self.examples.facts(inputs)},
                self.examples.words(inputs, choice, self._table),
            )  # fmt: skip

    def _mixed(self, milestone: Milestone) -> Iterator[Finding]:
        """Rows that decide at once, one limit counting from receipt, the other from completion."""
        listed = list(self._limits(milestone))
        dated = [one for one in listed if not one[2].from_completion]
        for late, where, _ in (one for one in listed if one[2].from_completion):
            for row, also, _ in dated:
                both = self._diagrams.both(where, also)
                choice = self._diagrams.find(
                    self._diagrams.both(self.examples.meaning.judged, both)
                )
                if choice is not None:
                    inputs = self.examples.inputs(choice)
                    label = self.examples.label(milestone)
                    yield Finding(
                        "conflict", "error", self._table.table.file, row.line, (row.id, late.id),
                        f"{label}的时限一行从受理起算、一行从办结起算，会同时命中",
                        "请统一 counts_from，或让条件不重叠",
                        {"facts": self.examples.facts(inputs)},
                        self.examples.words(inputs, choice, self._table),
                    )  # fmt: skip

    def _later(self, milestone: Milestone) -> Iterator[Finding]:
        """Rises that make a limit later or let it vanish, in the first case where they do."""
        promises = self._with_keepers(milestone)
        wished = self.examples.meaning.domain.place["wished"]
        with_wish = len(self._diagrams.costs[wished]) - 1
        told: set[tuple[str, ...]] = set()
        for case in self.cases:
            function = promises
            if case.wish:
                function = self._diagrams.restrict(promises, wished, with_wish)
            for rise in rises(function, self._breaks[case], self.examples):
                rise = rise.where({wished: with_wish}) if case.wish else rise
                finding = self._lengthened(milestone, case, rise)
                # a count and a signal that lead to the same rows are one mistake
                if finding.rows not in told:
                    told.add(finding.rows)
                    yield finding

    def _lengthened(self, milestone: Milestone, case: Case, rise: Rise) -> Finding:
        example = rise.pair(timedelta(days=1) if case.wish else None)
        before = self._offering((milestone,), rise.step.before)
        keepers = (milestone, *_KEPT_BY.get(milestone, ()))
        after = self._offering(keepers, rise.step.after)
        shown = self._moment(milestone, example, case)
        label = self.examples.label(milestone)
        rows = [one for one in before if one not in after] + after
        wish = "，住户约了时间" if case.wish and not self.examples.book.reads("wished") else ""
        return Finding(
            "later-deadline", "error", self._table.table.file, rows[0].line,
            tuple(row.id for row in rows),
            f"{rise.what}，{label}的时限反而变晚或消失",
            "请给后一种情形补上不更晚的时限",
            example,
            f"{rise.words}{wish}，限{self._said((milestone,), before)}；"
            f"{rise.done}，{self._said(keepers, after)}{shown}",
        )  # fmt: skip

    def _offering(self, milestones: tuple[Milestone, ...], choice: Choice) -> list[Row]:
        """The rows that limit one of these milestones in a combination."""
        found = [
            row
            for milestone in milestones
            for row, decides, _ in self._limits(milestone)
            if self._diagrams.value(decides, choice)
        ]
        return list({row.rule: row for row in found}.values())

    def _said(self, milestones: tuple[Milestone, ...], rows: list[Row]) -> str:
        """The limits of some rows in Chinese; those of further milestones with their names."""
        said = []
        for place, milestone in enumerate(milestones):
            name = self.examples.label(milestone) if place else ""
            for row in rows:
                limit = row.then.get(milestone)
                if isinstance(limit, Limit):
                    said.append(f"{name}{_limit_words(limit)}")
        return "、".join(dict.fromkeys(said)) or "没有时限"

    def _moment(self, milestone: Milestone, example: dict[str, Any], case: Case) -> str:
        """Words for a moment on the book's own calendar that shows it; the example gets it."""
        as_of = example["before"].get("as_of")
        at = None if as_of is None else datetime.fromisoformat(as_of)
        pair = [facts_of(example[name]) for name in ("before", "after")]
        for received in self._moments(pair[0].received_at):
            for wish in _WISHES if case.wish else (None,):
                moved = [_moved(one, received, wish) for one in pair]
                due = [self._due(one, milestone, at) for one in moved]
                if _is_later(*due):
                    for name, one in zip(("before", "after"), moved, strict=True):
                        _tell_times(example[name], one)
                    return f"；{received:%Y-%m-%d %H:%M} 收到的就是如此"
        return "；换一份服务日历或一经暂停就会显出来"

    def _due(self, facts: Facts, milestone: Milestone, as_of: datetime | None) -> Deadline | None:
        made = decide(facts, self.examples.book, as_of).deadlines
        kept = [one for one in made if one.milestone in (milestone, *_KEPT_BY.get(milestone, ()))]
        dated = [one for one in kept if one.due_at is not None]
        return min(dated, key=_instant, default=next(iter(kept), None))

    def _moments(self, first: datetime) -> Iterator[datetime]:
        """Moments at which clocks differ: edges of the opening hours, and the middle of them."""
        calendar = self.examples.book.calendar
        days = 1 if self.examples.book.reads("received_on") else _SEARCHED_DAYS
        for offset in range(days):
            day = first.date() + timedelta(days=offset)
            if offset and day not in self.examples.period:
                return
            edges = [edge for window in calendar.windows_on(day) for edge in window]
            for edge in dict.fromkeys((time(10), *edges, time(0), time(22))):
                yield datetime.combine(day, edge, calendar.zone)


def _instant(deadline: Deadline) -> float:
    return deadline.due_at.timestamp() if deadline.due_at else inf


def _moved(facts: Facts, received: datetime, wish: timedelta | None) -> Facts:
    wished = facts.wished_at
    if wish is not None:
        wished = received + wish
    elif wished is not None:
        wished = received
    return replace(facts, received_at=received, wished_at=wished)


def _tell_times(example: dict[str, Any], facts: Facts) -> None:
    example["received_at"] = facts.received_at.isoformat()
    if facts.wished_at is not None:
        example["wished_at"] = facts.wished_at.isoformat()


def _is_later(before: Deadline | None, after: Deadline | None) -> bool:
    if before is None or after is None:
        return before is not None
    if before.due_at is not None:
        return after.due_at is None or after.due_at > before.due_at
    lengths = before.after_completion, after.after_completion
    if after.due_at is not None or lengths[0] is None or lengths[1] is None:
        return False
    return before.clock == after.clock and lengths[1] > lengths[0]


def _limit_words(limit: Limit) -> str:
    clock = "" if limit.span.clock is Clock.CALENDAR else "（服务时间）"
    clock = "" if "服务" in limit.span.text else clock
    begin = "办结后" if limit.from_completion else ""
    return f"{begin}{limit.span.text}{clock}{'，可暂停' if limit.pauses else ''}"


def _union(cases: tuple[Case, ...], one: Any, other: Any) -> Any:
    return essential(one | other, cases)


def _is_empty(promises: Any) -> bool:
    return bool(promises == frozenset())


def _both(cases: tuple[Case, ...], one: Any, other: Any) -> Any:
    return OPEN if OPEN in (one, other) else essential(one | other, cases)


def _pair(own: Any, kept: Any) -> Any:
    return OPEN if own == OPEN else (own, kept)


def _breaks(case: Case, before: Any, after: Any) -> bool:
    if before == OPEN or after == OPEN:
        return False
    return bool(unmet(before[0], after[1], case))
