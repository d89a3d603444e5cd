"""What a backtest found: counts only, so that its size does not grow with the history."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from rules.types import Milestone


@dataclass(frozen=True, slots=True)
class Cause:
    """The rows that decided before and after (`table/row`, several joined by 、), how often."""

    before: str
    after: str
    count: int


@dataclass(frozen=True, slots=True)
class Flow:
    """How many requests went from one code to another; the same code: unchanged.

    `examples` are the ids of the first ones of the history and `causes` the commonest rows, for
    changed ones only.
    """

    before: str
    after: str
    count: int
    examples: tuple[str, ...] = ()
    causes: tuple[Cause, ...] = ()


@dataclass(frozen=True, slots=True)
class Spread:
    """By how many minutes a limit moved: median and 95th percentile (nearest rank), largest."""

    count: int = 0
    median: int = 0
    p95: int = 0
    largest: int = 0


@dataclass(frozen=True, slots=True)
class Shift:
    """What became of one milestone's limit.

    `new` and `gone`: only the one book sets it. `waiting`: it counts from a completion that never
    came, so it has no time. The classes count the moved ones by how far they moved, up to and
    including each of `SHIFT_EDGES`, and beyond. `newly_breached` and `newly_kept` are limits that
    both books set.
    """

    milestone: Milestone
    same: int
    earlier: Spread
    later: Spread
    new: int
    gone: int
    waiting: int
    earlier_classes: tuple[int, ...]
    later_classes: tuple[int, ...]
    newly_breached: int
    newly_kept: int
    breached_examples: tuple[str, ...]


SHIFT_EDGES = (30, 120, 480, 1440, 2880)
"""Edges of the classes of a limit's shift, in minutes."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How many limits were set, how many of them missed, how many are still undecided."""

    set: int = 0
    missed: int = 0
    running: int = 0

    def __add__(self, other: "Limits") -> "Limits":
        return Limits(
            self.set + other.set, self.missed + other.missed, self.running + other.running
        )

    @property
    def share(self) -> float:
        """The share of the decided limits that were missed, 0 where there are none."""
        decided = self.set - self.running
        return self.missed / decided if decided else 0.0


@dataclass(frozen=True, slots=True)
class Breaches:
    """Limits of one department, tier and milestone, as each book assigns them."""

    department: str
    tier: str
    milestone: Milestone
    before: Limits
    after: Limits


@dataclass(frozen=True, slots=True)
class Rush:
    """Visits due within `QUICK_MINUTES` of receipt, of one department and hour of receipt."""

    department: str
    hour: int
    before: int
    after: int


QUICK_MINUTES = 30
NIGHT = frozenset((22, 23, 0, 1, 2, 3, 4, 5))
"""The hours of the day that count as night (ours)."""


@dataclass(frozen=True, slots=True)
class Unjudged:
    """Requests that a book (`before` or `after`) cannot judge, by the reason it gives."""

    book: str
    problem: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What would have changed. `count` requests were judged by both books.

    `left_out` could not be judged by at least one. `before` and `after` are the books' identities.
    The history runs from its first receipt `since`
    to `until`, at which open limits were looked at. `changed` requests differ in tier, level,
    department or a limit. `dormant` are rows of the new book that were not in force in that time.
    `labels` gives Chinese labels by group and code.
    """

    before: str
    after: str
    since: datetime | None
    until: datetime | None
    count: int
    left_out: int
    changed: int
    tiers: tuple[Flow, ...]
    levels: tuple[Flow, ...]
    responsible: tuple[Flow, ...]
    leading: tuple[Flow, ...]
    shifts: tuple[Shift, ...]
    breaches: tuple[Breaches, ...]
    rush: tuple[Rush, ...]
    unjudged: tuple[Unjudged, ...]
    dormant: tuple[str, ...]
    labels: Mapping[str, Mapping[str, str]]

    def label(self, group: str, code: str) -> str:
        """The Chinese label of a code; an unknown code comes back unchanged."""
        return self.labels.get(group, {}).get(str(code), str(code))

    @property
    def days(self) -> int:
        """The length of the history in days, at least 1."""
        if self.since is None or self.until is None:
            return 1
        return max((self.until - self.since).days, 1)

    def totals(self, **only: str) -> tuple[Limits, Limits]:
        """The limits before and after of a department, tier or milestone, or of all."""
        before = after = Limits()
        for one in self.breaches:
            if all(getattr(one, name) == value for name, value in only.items()):
                before, after = before + one.before, after + one.after
        return before, after


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    """The outcome as plain values, times as ISO 8601."""
    plain = asdict(outcome)
    for name in ("since", "until"):
        plain[name] = plain[name] and plain[name].isoformat()
    return plain
