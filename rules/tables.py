"""Decision tables as loaded: rows, conditions and policy. Pure values.

A table is compiled when it is loaded (`table_reading`); evaluating it (`engine`) only calls
predicates.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rules.conditions import Condition, Input


@dataclass(frozen=True, slots=True)
class Copied:
    """An output that takes the value of an input (`=raised_tier`)."""

    input: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `rule` is `table/row`; `alternatives` are any-of lists of all-of conditions."""

    id: str
    rule: str
    alternatives: tuple[tuple[Condition, ...], ...]
    then: Mapping[str, Any]
    reason: str
    source: str
    origin: str = ""

    def matches(self, inputs: Mapping[str, Any]) -> bool:
        """Whether any alternative holds for `inputs` (name to value)."""
        for conditions in self.alternatives:
            for condition in conditions:
                if not condition.matches(inputs[condition.input]):
                    break
            else:
                return True
        return False

    @property
    def words(self) -> str:
        """The conditions in Chinese."""
        parts = ["，且".join(one.words for one in part) for part in self.alternatives]
        return "；或".join(part or "任何情形" for part in parts)


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table as loaded.

    `hit` is first (the first row that matches decides) or collect (all do; `aggregate` says
    which of them win: all, highest, earliest). `outputs` are declared as inputs are.
    """

    id: str
    title: str
    version: str
    effective_from: date
    effective_to: date | None
    hit: str
    aggregate: str
    inputs: Mapping[str, Input]
    outputs: Mapping[str, Input]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class TableShape:
    """What the program expects of a table.

    The inputs it can supply, the outputs it will read, and the policy it evaluates by: a table
    that states another policy is refused, since `first` for urgency would break the safety floor.
    """

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    hit: str
    aggregate: str = "all"
