"""The trace of a decision: what became of every row, and why."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from rules.engine import Inputs, choose, output
from rules.planning import edition_at, plan
from rules.rulebook import Rulebook
from rules.tables import Hit, Row, Table
from rules.types import Facts


class Status(StrEnum):
    """What became of a row."""

    DECIDED = "decided"
    OVERRIDDEN = "overridden"
    UNMATCHED = "unmatched"
    NOT_TRIED = "not_tried"

    @property
    def label(self) -> str:
        """What people read."""
        return {"decided": "采用", "overridden": "让位", "unmatched": "不符"}.get(self, "未核对")


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


def trace(book: Rulebook, facts: Facts, as_of: datetime | None = None) -> tuple[TracedRow, ...]:
    """Every row of the tables that judge a request as it was tried for these facts, in order."""
    made = plan(book, facts, as_of)
    edition = edition_at(book, as_of or facts.received_at)
    return tuple(
        traced
        for name in book.tables
        if name in book.deciding
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
