"""Evaluates decision tables: compiled once, pure, safe to share between threads.

Every alternative of every row is a bit. Per input the bits that its value lets through are looked
up (a dict for sets, bisection for intervals) and the look-ups of all inputs are and-ed: what is
left are the alternatives that match, however many rows a table has.
"""

from bisect import bisect_left
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from rules.conditions import Between, Code, Present
from rules.tables import Copied, Field, Hit, Row, Table

Inputs = Mapping[str, Any]
Codes = Callable[[Field], Sequence[Code]]
"""All codes that an enum or boolean column can take."""

_Lookup = Callable[[Any], int]
_MOST_REMEMBERED = 65_536


@dataclass(frozen=True, slots=True, eq=False)
class Hits:
    """The rows that match, in the table's order, and those of them that the hit policy chose."""

    matched: tuple[Row, ...]
    decided: tuple[Row, ...]


def output(row: Row, name: str, inputs: Inputs) -> Any:
    """The value a row sets, following a reference to an input (`=raised_tier`)."""
    value = row.then.get(name)
    return inputs[value.input] if isinstance(value, Copied) else value


def choose(table: Table, matched: tuple[Row, ...], inputs: Inputs) -> tuple[Row, ...]:
    """Those of the matching rows that decide under the table's hit policy (DMN 1.4, 8.2.11)."""
    if table.hit is Hit.COLLECT or len(matched) < 2:
        return matched
    if table.hit is not Hit.PRIORITY:
        # of a unique table that passed its check no two rows match
        return matched[:1]
    name = next(iter(table.outputs))
    ranked = [(table.priority.index(output(row, name, inputs)), row) for row in matched]
    best = min(rank for rank, _ in ranked)
    return tuple(row for rank, row in ranked if rank == best)


class CompiledTable:
    """A table ready to be evaluated; `rows` are those in force."""

    def __init__(self, table: Table, rows: Sequence[Row], codes: Codes) -> None:
        self.table, self.rows = table, tuple(rows)
        parts = [(index, part) for index, row in enumerate(rows) for part in row.alternatives]
        self._row_of = [index for index, _ in parts]
        self._everything = (1 << len(parts)) - 1
        self._columns: list[tuple[str, _Lookup]] = []
        for name, given in table.inputs.items():
            column = _Column(given, [_on(part, name) for _, part in parts])
            if column.tested:
                self._columns.append((name, column.lookup(codes)))
        self._hits: dict[Hashable, Hits] = {}
        # what the choice depends on beside the rows that match: inputs copied into the output
        self._copied = _copied(table, rows) if table.hit is Hit.PRIORITY else ()

    def evaluate(self, inputs: Inputs) -> Hits:
        """The rows that match `inputs` and those that decide.

        Raises KeyError for an enum's value that the vocabulary does not know.
        """
        bits = self._everything
        for name, lookup in self._columns:
            bits &= lookup(inputs[name])
        key = (bits, *[inputs[name] for name in self._copied]) if self._copied else bits
        hits = self._hits.get(key)
        if hits is None:
            matched = self._read(bits)
            hits = Hits(matched, choose(self.table, matched, inputs))
            _remember(self._hits, key, hits)
        return hits

    def _read(self, bits: int) -> tuple[Row, ...]:
        chosen = dict.fromkeys(row for place, row in enumerate(self._row_of) if bits >> place & 1)
        return tuple(self.rows[index] for index in chosen)


def _copied(table: Table, rows: Sequence[Row]) -> tuple[str, ...]:
    first = next(iter(table.outputs))
    values = (row.then.get(first) for row in rows)
    return tuple(dict.fromkeys(value.input for value in values if isinstance(value, Copied)))


def _on(part: Sequence[Any], name: str) -> list[Any]:
    return [condition for condition in part if condition.input == name]


def _remember(memory: dict[Any, Any], key: Hashable, value: Any) -> None:
    """Keep a result; a full memory starts again, which only costs time."""
    if len(memory) >= _MOST_REMEMBERED:
        memory.clear()
    memory[key] = value


@dataclass(frozen=True)
class _Column:
    """The conditions of all alternatives on one input, as look-ups from its value to bits."""

    given: Field
    conditions: list[list[Any]]

    @property
    def tested(self) -> bool:
        return any(self.conditions)

    def lookup(self, codes: Codes) -> _Lookup:
        if self.given.type in ("enum", "boolean"):
            return self._set_lookup(codes(self.given))
        if self.given.type == "signals":
            return self._signal_lookup()
        return self._interval_lookup()

    def _bits(self, value: Any) -> int:
        """The alternatives that this value lets through, found the slow way."""
        passing = (
            1 << place
            for place, conditions in enumerate(self.conditions)
            if all(condition.matches(value) for condition in conditions)
        )
        return reduce(or_, passing, 0)

    def _set_lookup(self, codes: Sequence[Code]) -> _Lookup:
        table = {code: self._bits(code) for code in (*codes, None)}
        return table.__getitem__

    def _interval_lookup(self) -> _Lookup:
        cuts = sorted(
            {
                (cut.value, cut.above)
                for conditions in self.conditions
                for condition in conditions
                for cut in (condition.low, condition.high)
                if cut is not None
            }
        )
        inside = [self._bits_at(place, cuts) for place in range(len(cuts) + 1)]
        unknown = self._bits(None)

        def lookup(value: Any) -> int:
            return unknown if value is None else inside[bisect_left(cuts, (value, True))]

        return lookup

    def _bits_at(self, place: int, cuts: Sequence[tuple[Any, bool]]) -> int:
        """The alternatives that hold between the cuts `place - 1` and `place`."""

        def holds(condition: Between) -> bool:
            low, high = condition.low, condition.high
            begins = -1 if low is None else cuts.index((low.value, low.above))
            ends = len(cuts) if high is None else cuts.index((high.value, high.above))
            return begins < place <= ends

        passing = (
            1 << index
            for index, conditions in enumerate(self.conditions)
            if all(holds(condition) for condition in conditions)
        )
        return reduce(or_, passing, 0)

    def _signal_lookup(self) -> _Lookup:
        """Conditions of the plain form "any of" are or-ed signal by signal, the others tried."""
        free = 0
        asking: dict[str, int] = {}
        others: list[tuple[int, list[Present]]] = []
        for place, conditions in enumerate(self.conditions):
            bit = 1 << place
            if not conditions:
                free |= bit
            elif len(conditions) == 1 and not conditions[0].all_of | conditions[0].none_of:
                for signal in conditions[0].any_of:
                    asking[signal] = asking.get(signal, 0) | bit
            else:
                others.append((bit, conditions))

        def lookup(present: frozenset[str]) -> int:
            bits = free
            for signal in present:
                bits |= asking.get(signal, 0)
            for bit, conditions in others:
                if all(condition.matches(present) for condition in conditions):
                    bits |= bit
            return bits

        return lookup
