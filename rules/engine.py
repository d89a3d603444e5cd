"""Evaluates decision tables: pure, compiled at load, safe to share between threads.

The plan of a request (tier, level, limits and the rows behind them) depends on its facts but not
on the time of day, so plans are remembered; deadlines are computed from the plan.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rules.durations import Limit
from rules.errors import InvalidFacts
from rules.rulebook import Rulebook
from rules.tables import Copied, Row, Table
from rules.types import Facts, FiredRow, Milestone, Tier

Inputs = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TracedRow:
    """One row as it was tried: `decided` implies `matched`; a row can match and be overridden.

    `words` are its conditions in Chinese.
    """

    rule: str
    matched: bool
    decided: bool
    words: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class LimitRow:
    """A limit with the row (`deadlines/row`) it comes from."""

    limit: Limit
    rule: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What the tables say before any clock is read. `because` is the rows in words."""

    inputs: Inputs
    tier: Tier
    level: int
    rows: tuple[Row, ...]
    because: tuple[FiredRow, ...]
    limits: tuple[tuple[Milestone, tuple[LimitRow, ...]], ...]


def matching(table: Table, inputs: Inputs) -> tuple[Row, ...]:
    """The rows that fire under the table's hit policy, in the table's order."""
    if table.hit == "first":
        return next(((row,) for row in table.rows if row.matches(inputs)), ())
    return tuple(row for row in table.rows if row.matches(inputs))


def output(row: Row, name: str, inputs: Inputs) -> Any:
    """The value a row sets, following a reference to an input (`=raised_tier`)."""
    value = row.then.get(name)
    return inputs[value.input] if isinstance(value, Copied) else value


def plan(book: Rulebook, facts: Facts) -> Plan:
    """Tier, level and limits of a request; raises `InvalidFacts` for an unknown signal."""
    return _plans(book)(
        facts.kind, facts.category, facts.department, facts.signals, facts.repeat_count,
        facts.unattended_days, facts.raised_tier,
    )  # fmt: skip


@lru_cache(maxsize=8)
def _plans(book: Rulebook) -> Callable[..., Plan]:
    """The remembered plans of one rulebook."""
    names = (
        "kind", "category", "department", "signals", "repeat_count", "unattended_days",
        "raised_tier",
    )  # fmt: skip

    @lru_cache(maxsize=4096)
    def planned(*values: Any) -> Plan:
        return _plan(book, dict(zip(names, values, strict=True)))

    return planned


def _plan(book: Rulebook, inputs: dict[str, Any]) -> Plan:
    unknown = inputs["signals"] - book.vocabulary.signals.keys()
    if unknown:
        codes = "、".join(sorted(unknown))
        raise InvalidFacts(f"未知信号 {codes}；请改用词汇表里的信号，或先登记到 vocabulary.yaml")
    tier, urgency_rows = tier_of(book, inputs)
    inputs["tier"] = tier
    level_row = _only(matching(book.tables["level"], inputs), "level")
    inputs["level"] = output(level_row, "level", inputs)
    deadline_rows = matching(book.tables["deadlines"], inputs)
    rows = (*urgency_rows, level_row, *deadline_rows)
    because = tuple(fired_row(book, row, inputs) for row in rows)
    return Plan(inputs, tier, inputs["level"], rows, because, _limits(deadline_rows))


def tier_of(book: Rulebook, inputs: Inputs) -> tuple[Tier, tuple[Row, ...]]:
    """The highest tier among the rows that fire, and the rows that say so."""
    table = book.tables["urgency"]
    fired = [(Tier(output(row, "tier", inputs)), row) for row in matching(table, inputs)]
    _only(fired, "urgency")
    highest = max((tier for tier, _ in fired), key=lambda tier: tier.rank)
    return highest, tuple(row for tier, row in fired if tier is highest)


def _only(rows: Any, table: str) -> Any:
    if not rows:
        raise InvalidFacts(f"{table}.yaml 没有一行适用于这件诉求；请给这张表补一行兜底")
    return rows[0]


def _limits(rows: tuple[Row, ...]) -> tuple[tuple[Milestone, tuple[LimitRow, ...]], ...]:
    found = []
    for milestone in Milestone:
        offers = tuple(
            LimitRow(row.then[milestone], row.rule) for row in rows if milestone in row.then
        )
        if offers:
            found.append((milestone, offers))
    return tuple(found)


def fired_row(book: Rulebook, row: Row, inputs: Inputs) -> FiredRow:
    """A row with its reason filled in for these inputs."""
    outputs = {
        name: value.span.text if isinstance(value, Limit) else output(row, name, inputs)
        for name, value in row.then.items()
    }
    return FiredRow(row.rule, reason(book, row, inputs), row.source, outputs)


def reason(book: Rulebook, row: Row, inputs: Inputs) -> str:
    """The row's reason, its placeholders replaced by labels and numbers."""
    if "{" not in row.reason:
        return row.reason
    return row.reason.format_map(_Words(book, row, inputs))


class _Words(dict[str, str]):
    """Placeholders of a reason, looked up when they are needed."""

    def __init__(self, book: Rulebook, row: Row, inputs: Inputs) -> None:
        self.book, self.row, self.inputs = book, row, inputs

    def __missing__(self, name: str) -> str:
        value = self.inputs[name]
        if name == "signals":
            asked = frozenset[str]().union(
                *(one.signals for part in self.row.alternatives for one in part)
            )
            return self.book.vocabulary.signal_labels(value & asked)
        if value is None or isinstance(value, int):
            return "" if value is None else str(value)
        return self.book.vocabulary.label(value)


def trace(book: Rulebook, facts: Facts) -> tuple[TracedRow, ...]:
    """Every row of urgency, level and deadlines as it was tried for these facts, in order."""
    made = plan(book, facts)
    decided = {row.rule for row in made.rows}
    return tuple(
        TracedRow(
            row.rule, row.matches(made.inputs), row.rule in decided, row.words,
            reason(book, row, made.inputs), row.source,
        )
        for name in ("urgency", "level", "deadlines")
        for row in book.tables[name].rows
    )  # fmt: skip
