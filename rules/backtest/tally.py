"""Counters of a backtest: small, and read out in an order that the input does not decide."""

from bisect import bisect_left
from collections import Counter
from datetime import datetime

from rules.backtest.outcome import SHIFT_EDGES, Cause, Flow, Limits, Shift, Spread, Unjudged
from rules.types import Milestone

MOST_EXAMPLES = 5
_MOST_CAUSES = 5


class FlowTally:
    """Requests that went from one code to another."""

    __slots__ = ("causes", "count", "examples")

    def __init__(self) -> None:
        self.count = 0
        self.examples: list[str] = []
        self.causes: Counter[tuple[str, str]] = Counter()

    def add(self, id: str, cause: tuple[str, str] | None) -> None:
        """Count one request; `cause` names the deciding rows before and after of a change."""
        self.count += 1
        if cause is not None:
            self.causes[cause] += 1
            if len(self.examples) < MOST_EXAMPLES:
                self.examples.append(id)

    def flow(self, before: str, after: str) -> Flow:
        ranked = sorted(self.causes.items(), key=lambda item: (-item[1], item[0]))
        causes = tuple(Cause(*rows, count) for rows, count in ranked[:_MOST_CAUSES])
        return Flow(before, after, self.count, tuple(self.examples), causes)


class LimitTally:
    """Limits of one kind."""

    __slots__ = ("missed", "running", "set")

    def __init__(self) -> None:
        self.set = self.missed = self.running = 0

    def add(self, late: bool, met: bool) -> None:
        """Count a limit: missed when `late`, else kept when `met`, else still running."""
        self.set += 1
        if late:
            self.missed += 1
        elif not met:
            self.running += 1

    def limits(self) -> Limits:
        return Limits(self.set, self.missed, self.running)


class ShiftTally:
    """What became of one milestone's limit."""

    __slots__ = (
        "breached_examples", "gone", "minutes", "new", "newly_breached", "newly_kept", "same",
        "waiting",
    )  # fmt: skip

    def __init__(self) -> None:
        self.same = self.new = self.gone = self.waiting = 0
        self.newly_breached = self.newly_kept = 0
        self.minutes: Counter[float] = Counter()
        self.breached_examples: list[str] = []

    def add(self, was: datetime, now: datetime) -> bool:
        """Count a limit that both books set; whether it moved."""
        if was is now or was == now:
            self.same += 1
            return False
        self.minutes[(now - was).total_seconds() / 60] += 1
        return True

    def turn(self, is_late: bool, id: str) -> None:
        """Count a limit that the one book would have missed and the other kept."""
        if not is_late:
            self.newly_kept += 1
            return
        self.newly_breached += 1
        if len(self.breached_examples) < MOST_EXAMPLES:
            self.breached_examples.append(id)

    @property
    def used(self) -> bool:
        return bool(self.same or self.new or self.gone or self.waiting or self.minutes)

    def shift(self, milestone: Milestone) -> Shift:
        earlier = {-minutes: count for minutes, count in self.minutes.items() if minutes < 0}
        later = {minutes: count for minutes, count in self.minutes.items() if minutes > 0}
        return Shift(
            milestone=milestone,
            same=self.same,
            earlier=_spread(earlier),
            later=_spread(later),
            new=self.new,
            gone=self.gone,
            waiting=self.waiting,
            earlier_classes=_classes(earlier),
            later_classes=_classes(later),
            newly_breached=self.newly_breached,
            newly_kept=self.newly_kept,
            breached_examples=tuple(self.breached_examples),
        )


def _classes(minutes: dict[float, int]) -> tuple[int, ...]:
    counts = [0] * (len(SHIFT_EDGES) + 1)
    for value, count in minutes.items():
        counts[bisect_left(SHIFT_EDGES, value)] += count
    return tuple(counts)


def _spread(minutes: dict[float, int]) -> Spread:
    total = sum(minutes.values())
    if not total:
        return Spread()
    ranked = sorted(minutes.items())
    return Spread(total, _rank(ranked, total, 50), _rank(ranked, total, 95), round(ranked[-1][0]))


def _rank(ranked: list[tuple[float, int]], total: int, percent: int) -> int:
    """The nearest-rank percentile: the value at place ceil(percent × total / 100)."""
    place, seen = -(-percent * total // 100), 0
    for value, count in ranked:
        seen += count
        if seen >= place:
            return round(value)
    return round(ranked[-1][0])


class UnjudgedTally:
    """Requests that a book cannot judge, by its reason."""

    def __init__(self) -> None:
        self.groups: dict[tuple[str, str], tuple[list[str], list[int]]] = {}

    def add(self, book: str, problem: Exception, id: str) -> None:
        """Count one request."""
        examples, count = self.groups.setdefault((book, str(problem)), ([], [0]))
        count[0] += 1
        if len(examples) < MOST_EXAMPLES:
            examples.append(id)

    def result(self) -> tuple[Unjudged, ...]:
        """The groups, the largest first."""
        ranked = sorted(self.groups.items(), key=lambda item: (-item[1][1][0], item[0]))
        return tuple(
            Unjudged(book, problem, count[0], tuple(examples))
            for (book, problem), (examples, count) in ranked
        )
