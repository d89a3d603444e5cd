"""What the tables say of a request before any clock is read: its plan, and the trace behind it.

A plan depends on the facts but not on the time of day, so plans are remembered.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from rules.durations import Limit
from rules.engine import Hits, Inputs, choose, output
from rules.errors import InvalidFacts
from rules.rulebook import REQUEST_OUTPUTS, Edition, Rulebook
from rules.tables import Hit, Row, Table
from rules.types import Facts, FiredRow, Milestone, Tier

_SHOWN = ("urgency", "level", "routing", "deadlines")
"""The tables whose deciding rows are the reasons of a decision."""


@dataclass(frozen=True, slots=True)
class LimitRow:
    """A limit with the row (`deadlines/row`) it comes from."""

    limit: Limit
    rule: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The rows that decide and what follows from them.

    `inputs` are the facts with the outputs of the tables added, `hits` what each table found by
    name, `because` the deciding rows in words.
    """

    inputs: Inputs
    tier: Tier
    level: int
    responsible: str
    leading: str
    hits: Mapping[str, Hits]
    because: tuple[FiredRow, ...]
    limits: tuple[tuple[Milestone, tuple[LimitRow, ...]], ...]


class Status(StrEnum):
    """What became of a row."""

    DECIDED = "decided"
    OVERRIDDEN = "overridden"
    UNMATCHED = "unmatched"
    NOT_TRIED = "not_tried"


@dataclass(frozen=True, slots=True)
class TracedRow:
    """One row as it was tried.

    `words` are its conditions in Chinese, `text` its reason for these facts. `failed` is the first
    condition that did not hold (of the only alternative; of several, all of them), `policy` says
    in Chinese why a row that matches does not decide, or was not tried.
    """

    rule: str
    status: Status
    words: str
    text: str
    source: str
    failed: str = ""
    policy: str = ""

    @property
    def matched(self) -> bool:
        return self.status in (Status.DECIDED, Status.OVERRIDDEN)

    @property
    def decided(self) -> bool:
        return self.status is Status.DECIDED


def plan(book: Rulebook, facts: Facts, as_of: datetime | None = None) -> Plan:
    """Tier, level, departments and limits of a request by the rows in force at `as_of`.

    `as_of` is by default the moment of receipt. Raises `InvalidFacts` for a code that the
    vocabulary does not know or a time without offset.
    """
    edition, day = book.editions[0], None
    if len(book.editions) > 1:
        edition = book.edition(_day(book, as_of or facts.received_at))
    if book.reads_the_day:
        day = _day(book, facts.received_at)
    return _plan(
        book, edition, facts.kind, facts.category, facts.department, facts.channel, facts.signals,
        facts.repeat_count, facts.unattended_days, facts.raised_tier,
        facts.wished_at is not None, day,
    )  # fmt: skip


def _day(book: Rulebook, at: datetime) -> date:
    if at.tzinfo is None:
        raise InvalidFacts(f"时间 {at.isoformat()} 没有时区；请写成 2026-01-31T09:00:00+08:00")
    return at.astimezone(book.calendar.zone).date()


_NAMES = (
    "kind", "category", "department", "channel", "signals", "repeat_count", "unattended_days",
    "raised_tier", "wished", "received_on",
)  # fmt: skip


@lru_cache(maxsize=16_384)
def _plan(book: Rulebook, edition: Edition, *values: Any) -> Plan:
    inputs = dict(zip(_NAMES, values, strict=True))
    unknown = inputs["signals"] - book.vocabulary.signals.keys()
    if unknown:
        codes = "、".join(sorted(unknown))
        raise InvalidFacts(f"未知信号 {codes}；请改用词汇表里的信号，或先登记到 vocabulary.yaml")
    hits = {name: _evaluate(edition, name, inputs) for name in book.deciding}
    rows = [row for name in _SHOWN for row in hits[name].decided]
    return Plan(
        inputs=inputs,
        tier=Tier(inputs["tier"]),
        level=inputs["level"],
        responsible=inputs["responsible"],
        leading=inputs["leading"],
        hits=hits,
        because=tuple([book.wording(row).fired(inputs) for row in rows]),
        limits=_limits(hits["deadlines"]),
    )


def _evaluate(edition: Edition, name: str, inputs: dict[str, Any]) -> Hits:
    """What one table finds; its outputs join `inputs` for the tables that come after."""
    compiled = edition.tables[name]
    try:
        hits = compiled.evaluate(inputs)
    except KeyError as error:
        raise InvalidFacts(f"事实里的取值 {error} 不在词汇表里；请核对 vocabulary.yaml") from None
    if not compiled.table.single:
        return hits
    if not hits.decided and any(one in REQUEST_OUTPUTS for one in compiled.table.outputs):
        raise InvalidFacts(f"{name}.yaml 没有一行适用于这件诉求；请给这张表补一行兜底")
    for one in compiled.table.outputs:
        inputs[one] = output(hits.decided[0], one, inputs) if hits.decided else None
    return hits


@lru_cache(maxsize=16_384)
def _limits(hits: Hits) -> tuple[tuple[Milestone, tuple[LimitRow, ...]], ...]:
    found = []
    for milestone in Milestone:
        offers = tuple(
            LimitRow(row.then[milestone], row.rule) for row in hits.decided if milestone in row.then
        )
        if offers:
            found.append((milestone, offers))
    return tuple(found)


def edition_at(book: Rulebook, at: datetime) -> Edition:
    """The rows in force at a moment. Raises `InvalidFacts` without offset."""
    return book.edition(_day(book, at))


def trace(book: Rulebook, facts: Facts, as_of: datetime | None = None) -> tuple[TracedRow, ...]:
    """Every row of the tables that judge a request as it was tried for these facts, in order."""
    made = plan(book, facts, as_of)
    edition = edition_at(book, as_of or facts.received_at)
    names = [name for name in book.tables if name in book.order and name != "questions"]
    return tuple(
        traced
        for name in names
        for traced in traced_rows(
            book, edition.tables[name].table, edition.tables[name].rows, made.inputs
        )
    )


def traced_rows(
    book: Rulebook, table: Table, rows: tuple[Row, ...], inputs: Inputs
) -> list[TracedRow]:
    """The `rows` of one table as they were tried for these inputs."""
    matched = tuple(row for row in rows if row.matches(inputs))
    decided = choose(table, matched, inputs)
    traced = []
    for row in rows:
        blank = TracedRow(
            row.rule, Status.UNMATCHED, row.words, book.wording(row).reason(inputs), row.source
        )
        if row in decided:
            traced.append(replace(blank, status=Status.DECIDED))
        elif table.hit is Hit.FIRST and decided and rows.index(row) > rows.index(decided[0]):
            policy = f"取第一个命中的行，「{decided[0].id}」已命中，不再核对"
            traced.append(replace(blank, status=Status.NOT_TRIED, policy=policy))
        elif row in matched:
            policy = _overruled(book, table, decided[0], inputs)
            traced.append(replace(blank, status=Status.OVERRIDDEN, policy=policy))
        else:
            traced.append(replace(blank, failed=_failed(row, inputs)))
    return traced


def _overruled(book: Rulebook, table: Table, winner: Row, inputs: Inputs) -> str:
    name, column = next(iter(table.outputs.items()))
    won = book.vocabulary.label(output(winner, name, inputs), column.group or None)
    return f"取最高的一档，「{winner.id}」为{won}，更高"


def _failed(row: Row, inputs: Inputs) -> str:
    """The condition that each alternative failed on, first of its kind only once."""
    missed = [
        next(one.words for one in part if not one.matches(inputs[one.input]))
        for part in row.alternatives
    ]
    return "；".join(dict.fromkeys(missed))
