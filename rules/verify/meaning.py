"""What the tables of one edition say, as functions of the inputs.

A table that reads another's output reads a function, not a free variable: only combinations that
can occur count. Follows `engine.choose` and `planning.plan`.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from rules.conditions import Condition
from rules.inputs import SHAPES
from rules.rulebook import REQUEST_OUTPUTS
from rules.tables import Copied, Hit, Row, Table
from rules.verify.domain import Domain

OPEN = "open"
"""The value of an output where no table decides; never a code, for codes are of a group."""


@dataclass(frozen=True)
class TableMeaning:
    """One table in one edition; all functions are diagrams of the edition's domain.

    `reached`: where the table is evaluated at all, every table before it having decided.
    `matches[i]` and `decides[i]`: where row i matches, and where it is one of those that decide.
    `any_row`: where some row matches. `outputs[name][i]`: the value row i sets.
    """

    table: Table
    rows: tuple[Row, ...]
    reached: int
    matches: tuple[int, ...]
    decides: tuple[int, ...]
    any_row: int
    outputs: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True)
class Meaning:
    """All tables of one edition that read the same inputs, in the order of evaluation.

    `values` are the outputs as other tables read them. `possible`: combinations of inputs that
    can occur in the edition; `judged`: those for which every table that must decide does.
    """

    domain: Domain
    possible: int
    tables: Mapping[str, TableMeaning]
    values: Mapping[str, int]
    judged: int


def must_decide(table: Table) -> bool:
    """Whether a request, fee or visit without a row of this table cannot be handled."""
    return table.single and (
        table.id in SHAPES or any(one in REQUEST_OUTPUTS for one in table.outputs)
    )


class Reader:
    """Reads the tables of one edition in turn."""

    def __init__(self, domain: Domain, possible: int) -> None:
        self.domain, self.diagrams = domain, domain.diagrams
        self.possible = self.reached = possible
        self.values: dict[str, int] = {}
        self.tables: dict[str, TableMeaning] = {}

    @property
    def meaning(self) -> Meaning:
        return Meaning(self.domain, self.possible, self.tables, self.values, self.reached)

    def read(self, table: Table, rows: Sequence[Row]) -> None:
        """Add one table; those whose outputs it reads must have been read."""
        diagrams = self.diagrams
        matches = tuple(self._matches(row) for row in rows)
        outputs = {name: tuple(self._output(row, name) for row in rows) for name in table.outputs}
        any_row = diagrams.false
        for one in matches:
            any_row = diagrams.either(any_row, one)
        if table.hit is Hit.PRIORITY:
            decides = self._highest(table, matches, outputs[next(iter(table.outputs))])
        elif table.hit is Hit.COLLECT:
            decides = matches
        else:
            decides = self._first(matches)
        read = TableMeaning(table, tuple(rows), self.reached, matches, decides, any_row, outputs)
        self.tables[table.id] = read
        if table.single:
            self._publish(read)

    def _publish(self, read: TableMeaning) -> None:
        """Let later tables read the outputs: those of the first row that decides."""
        diagrams = self.diagrams
        required = must_decide(read.table)
        for name, values in read.outputs.items():
            result = diagrams.leaf(OPEN if required else None)
            for decides, value in reversed(list(zip(read.decides, values, strict=True))):
                result = diagrams.choose(decides, value, result)
            self.values[name] = result
        if required:
            self.reached = diagrams.both(self.reached, read.any_row)

    def _matches(self, row: Row) -> int:
        result = self.diagrams.false
        for part in row.alternatives:
            every = self.diagrams.true
            for condition in part:
                every = self.diagrams.both(every, self.test(condition))
            result = self.diagrams.either(result, every)
        return result

    def test(self, condition: Condition) -> int:
        """Where a condition holds, on an input or on another table's output."""
        given = self.values.get(condition.input)
        if given is None:
            return self.domain.test(condition)
        return self.diagrams.apply(_matcher(condition), given)

    def _output(self, row: Row, name: str) -> int:
        value = row.then.get(name)
        if not isinstance(value, Copied):
            return self.diagrams.leaf(value if isinstance(value, Hashable) else str(value))
        given = self.values.get(value.input)
        return self.domain.values_of(value.input) if given is None else given

    def _first(self, matches: Sequence[int]) -> tuple[int, ...]:
        taken, decides = self.diagrams.false, []
        for one in matches:
            decides.append(self.diagrams.but_not(one, taken))
            taken = self.diagrams.either(taken, one)
        return tuple(decides)

    def _highest(
        self, table: Table, matches: Sequence[int], values: Sequence[int]
    ) -> tuple[int, ...]:
        rank = _ranker(table.priority)
        ranks = [self.diagrams.apply(rank, value) for value in values]
        best = lowest = self.diagrams.leaf(len(table.priority))
        for match, own in zip(matches, ranks, strict=True):
            best = self.diagrams.apply(min, best, self.diagrams.choose(match, own, lowest))
        return tuple(
            self.diagrams.both(match, self.diagrams.apply(_equal, own, best))
            for match, own in zip(matches, ranks, strict=True)
        )


def _equal(one: Any, other: Any) -> bool:
    return bool(one == other)


@cache
def _matcher(condition: Condition) -> Callable[[Any], bool]:
    """The same function for the same condition, so that its results are remembered."""
    return partial(_holds, condition)


def _holds(condition: Condition, value: Any) -> bool:
    return value != OPEN and condition.matches(value)


@cache
def _ranker(priority: tuple[str | int, ...]) -> Callable[[Any], int]:
    places = {value: at for at, value in enumerate(priority)}
    return lambda value: places.get(value, len(places))
