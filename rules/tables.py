"""Decision tables as loaded: rows, conditions and policy. Pure values.

A table is checked when it is read (`table_reading`), compiled by `engine` and proved by `verify`;
all three work on the values of this file. The terms are those of OMG DMN 1.4, chapter 8.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from rules.conditions import Condition, Present


class Hit(StrEnum):
    """Hit policy: which of the rows that match decide.

    `first`: the first of them. `unique`: the only one (two are a mistake). `priority`: those whose
    output stands highest in the table's order of values. `collect`: all.
    """

    FIRST = "first"
    UNIQUE = "unique"
    PRIORITY = "priority"
    COLLECT = "collect"


@dataclass(frozen=True, slots=True)
class Field:
    """An input or output column.

    `type` is enum, number, boolean, date or signals; outputs also text, limit and facts. `group`
    is an enum's group of the vocabulary, `unit` a number's. `optional`: the value may be unknown
    (None). `whole` numbers have no fractions; `least` is a number's lowest value.
    """

    name: str
    type: str
    label: str = ""
    group: str = ""
    unit: str = ""
    optional: bool = False
    whole: bool = False
    least: float | None = None


@dataclass(frozen=True, slots=True)
class Copied:
    """An output that takes the value of an input (`=raised_tier`)."""

    input: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `rule` is `table/row`; `alternatives` are any-of lists of all-of conditions.

    In force from `effective_from` to `effective_to`, both inclusive, None for as long as its
    table is. `line` is its line in the file, 1-based.
    """

    id: str
    rule: str
    alternatives: tuple[tuple[Condition, ...], ...]
    then: Mapping[str, Any]
    reason: str
    source: str
    origin: str = ""
    effective_from: date | None = None
    effective_to: date | None = None
    line: int = 0

    def matches(self, inputs: Mapping[str, Any]) -> bool:
        """Whether any alternative holds for `inputs` (name to value)."""
        for conditions in self.alternatives:
            for condition in conditions:
                if not condition.matches(inputs[condition.input]):
                    break
            else:
                return True
        return False

    def in_force(self, day: date) -> bool:
        """Whether the row applies on `day`."""
        return (self.effective_from is None or self.effective_from <= day) and (
            self.effective_to is None or day <= self.effective_to
        )

    @property
    def words(self) -> str:
        """The conditions in Chinese."""
        parts = ["，且".join(one.words for one in part) for part in self.alternatives]
        return "；或".join(part or "任何情形" for part in parts)

    @property
    def signals(self) -> frozenset[str]:
        """The signals that its conditions ask for."""
        return frozenset[str]().union(
            *(one.asked for part in self.alternatives for one in part if isinstance(one, Present))
        )


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table.

    `priority` orders the values of the first output from highest to lowest, for that policy only.
    In force from `effective_from` to `effective_to`, both inclusive.
    """

    id: str
    title: str
    version: str
    effective_from: date
    effective_to: date | None
    hit: Hit
    inputs: Mapping[str, Field]
    outputs: Mapping[str, Field]
    rows: tuple[Row, ...]
    priority: tuple[str | int, ...] = ()
    file: str = ""

    @property
    def single(self) -> bool:
        """Whether it has one result, so that other tables may read its outputs."""
        return self.hit is not Hit.COLLECT


@dataclass(frozen=True, slots=True)
class TableShape:
    """What the program expects of a table.

    `outputs` are what the program reads, all of them declared; `hits` the policies that give it
    what it reads. `inputs` are what the caller supplies; None: the facts of a request and the
    outputs of other tables.
    """

    outputs: tuple[str, ...]
    hits: tuple[Hit, ...]
    inputs: Mapping[str, Field] | None = field(default=None)
