"""Evaluates decision tables: compiled once, pure, safe to share between threads.

Every alternative of every row is a bit. Per input the bits that its value lets through are looked
up (worked out when the value comes for the first time), and those of all inputs are and-ed: what is
left are the alternatives that match as far as the facts go, in all tables at once. What follows
from there (outputs that other tables read, hit policies) depends on these bits alone, and on the
inputs that rows copy, so it is worked out once for each of them and remembered.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from types import MappingProxyType
from typing import Any

from rules.conditions import Code, Condition, Present
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


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """What tables found: `hits` by table, and the `outputs` of those with a single result."""

    hits: Mapping[str, Hits]
    outputs: Mapping[str, Any]


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


@dataclass(frozen=True, slots=True)
class TableInForce:
    """A table with those of its rows that are in force."""

    table: Table
    rows: tuple[Row, ...]


class CompiledTables:
    """Tables ready to be evaluated together, each after those whose outputs it reads.

    `supplied` names the inputs that the caller gives, in the order in which it gives them; all
    others are outputs of earlier tables.
    """

    def __init__(
        self, tables: Sequence[TableInForce], supplied: Iterable[str], codes: Codes
    ) -> None:
        self._tables = tuple(tables)
        self.supplied = tuple(supplied)
        fields = {name: given for one in tables for name, given in one.table.inputs.items()}
        self._parts = [
            (index, row, part)
            for index, one in enumerate(tables)
            for row in one.rows
            for part in row.alternatives
        ]
        self._everything = (1 << len(self._parts)) - 1
        self._columns: list[tuple[int, _Lookup]] = []
        for position, name in enumerate(self.supplied):
            conditions = [_on(part, name) for _, _, part in self._parts]
            if any(conditions):
                column = _Column(fields[name], conditions)
                self._columns.append((position, column.lookup(codes)))
        self._copied = _copied(tables, self.supplied)
        self._masks = [
            sum(1 << place for place, part in enumerate(self._parts) if part[0] == index)
            for index in range(len(tables))
        ]
        self._reads = [_reads(one, self.supplied) for one in tables]
        self._hits: dict[Hashable, Hits] = {}
        self._found: dict[Hashable, Evaluation] = {}

    def evaluate(self, values: Sequence[Any]) -> Evaluation:
        """What the tables find for the values of `supplied`.

        Raises KeyError for an enum's value that the vocabulary does not know.
        """
        bits = self._everything
        for position, lookup in self._columns:
            bits &= lookup(values[position])
        key: Hashable = bits
        if self._copied:
            key = (bits, *[values[position] for position in self._copied])
        found = self._found.get(key)
        if found is None:
            found = self._work_out(bits, values)
            _remember(self._found, key, found)
        return found

    def _work_out(self, bits: int, values: Sequence[Any]) -> Evaluation:
        known = dict(zip(self.supplied, values, strict=True))
        hits: dict[str, Hits] = {}
        for index, one in enumerate(self._tables):
            # a table's hits follow from its own bits and the outputs that it reads or copies
            key = (index, bits & self._masks[index], *[known[name] for name in self._reads[index]])
            found = self._hits.get(key)
            if found is None:
                found = self._hits_of(index, bits, known)
                _remember(self._hits, key, found)
            hits[one.table.id] = found
            if one.table.single:
                for name in one.table.outputs:
                    decided = found.decided
                    known[name] = output(decided[0], name, known) if decided else None
        outputs = {name: value for name, value in known.items() if name not in self.supplied}
        return Evaluation(MappingProxyType(hits), MappingProxyType(outputs))

    def _hits_of(self, index: int, bits: int, known: Inputs) -> Hits:
        rows = {
            row.rule: row
            for place, (table, row, part) in enumerate(self._parts)
            if table == index and bits >> place & 1 and self._holds(part, known)
        }
        matched = tuple(rows.values())
        return Hits(matched, choose(self._tables[index].table, matched, known))

    def _holds(self, part: Sequence[Condition], known: Inputs) -> bool:
        """Whether the conditions on outputs of earlier tables hold; the others do already."""
        return all(one.matches(known[one.input]) for one in part if one.input not in self.supplied)


def _copied(tables: Sequence[TableInForce], supplied: Sequence[str]) -> tuple[int, ...]:
    """The positions of the supplied inputs that rows copy into their outputs."""
    values = (value for one in tables for row in one.rows for value in row.then.values())
    names = dict.fromkeys(value.input for value in values if isinstance(value, Copied))
    return tuple(supplied.index(name) for name in names if name in supplied)


def _reads(one: TableInForce, supplied: Sequence[str]) -> tuple[str, ...]:
    """The inputs of a table beyond its bits: outputs of others, and whatever its rows copy."""
    values = (value for row in one.rows for value in row.then.values())
    copied = {value.input for value in values if isinstance(value, Copied)}
    return tuple(name for name in one.table.inputs if name in copied or name not in supplied)


def _remember(memory: dict[Any, Any], key: Hashable, value: Any) -> None:
    """Keep a result; a full memory starts again, which only costs time."""
    if len(memory) >= _MOST_REMEMBERED:
        memory.clear()
    memory[key] = value


class _Remembered(dict[Any, int]):
    """Bits by value, worked out when a value comes for the first time."""

    def __init__(self, work_out: Callable[[Any], int]) -> None:
        self._work_out = work_out

    def __missing__(self, value: Any) -> int:
        bits = self._work_out(value)
        _remember(self, value, bits)
        return bits


def _on(part: Sequence[Condition], name: str) -> list[Any]:
    return [condition for condition in part if condition.input == name]


def _plain(condition: Present) -> bool:
    """Whether a condition asks for one of some signals and for nothing else."""
    return bool(condition.any_of) and not condition.all_of | condition.none_of


@dataclass(frozen=True)
class _Column:
    """The conditions of all alternatives on one input, as look-ups from its value to bits."""

    given: Field
    conditions: list[list[Any]]

    def lookup(self, codes: Codes) -> _Lookup:
        if self.given.type in ("enum", "boolean"):
            return self._set_lookup(codes(self.given))
        if self.given.type == "signals":
            return _Remembered(self._signal_bits()).__getitem__
        return _Remembered(self._bits).__getitem__

    def _bits(self, value: Any) -> int:
        """The alternatives that this value lets through."""
        passing = (
            1 << place
            for place, conditions in enumerate(self.conditions)
            if all(condition.matches(value) for condition in conditions)
        )
        return reduce(or_, passing, 0)

    def _set_lookup(self, codes: Sequence[Code]) -> _Lookup:
        table = {code: self._bits(code) for code in (*codes, None)}
        return table.__getitem__

    def _signal_bits(self) -> _Lookup:
        """Conditions of the plain form "any of" are or-ed signal by signal, the others tried."""
        free = 0
        asking: dict[str, int] = {}
        others: list[tuple[int, list[Present]]] = []
        for place, conditions in enumerate(self.conditions):
            bit = 1 << place
            if not conditions:
                free |= bit
            elif len(conditions) == 1 and _plain(conditions[0]):
                for signal in conditions[0].any_of:
                    asking[signal] = asking.get(signal, 0) | bit
            else:
                others.append((bit, conditions))

        def bits_of(present: frozenset[str]) -> int:
            bits = free
            for signal in present:
                bits |= asking.get(signal, 0)
            for bit, conditions in others:
                if all(condition.matches(present) for condition in conditions):
                    bits |= bit
            return bits

        return bits_of
