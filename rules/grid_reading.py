"""Reads an edited grid into rows, each checked as a row of the book would be."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from rules.cell_words import BadCell, text_value
from rules.cells import Cells, date_value
from rules.condition_reading import Reader
from rules.errors import MalformedGrid
from rules.grids import Column, Grid, GridProblem, columns_of, row_lines
from rules.reading import BookFile
from rules.row_reading import RowReader
from rules.tables import Table

PlainRow = dict[str, Any]
Line = Mapping[str, str]
"""A line's texts by column key, without the empty ones."""

_ORDER = ("id", "when", "then", "reason", "source", "origin", "effective_from", "effective_to")


class _Refused(Exception):
    def __init__(self, problem: str, remedy: str, path: tuple[str | int, ...]) -> None:
        super().__init__(problem)
        self.problem, self.remedy, self.path = problem, remedy, path


@dataclass(frozen=True)
class _RowFile(BookFile):
    """One row as if it were a file, so that its mistakes are told by the path to them."""

    def fail(
        self,
        problem: str,
        remedy: str,
        path: Any = (),
        row: str | None = None,  # noqa: ARG002
    ) -> NoReturn:
        raise _Refused(problem, remedy, tuple(path))

    def lines_under(self, key: str) -> list[int]:  # noqa: ARG002
        return [1]


@dataclass
class GridReader:
    """Reads the rows of a grid of one table; `before` are the rows of `file` by id."""

    table: Table
    cells: Cells
    file: BookFile
    before: Mapping[str, PlainRow]
    problems: list[GridProblem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.columns = {one.key: one for one in columns_of(self.table, self.cells)}
        self._row, self._numbers = "", [0]

    def rows(self, grid: Grid) -> list[PlainRow]:
        """The rows as the file would have them; raises `MalformedGrid`."""
        keys = [column.key for column in grid.columns]
        for key, column in self.columns.items():
            if key not in keys:
                self._problem(-1, "", f"缺少「{column.label}」列（{key}）", "请补上这一列")
        rows = []
        if not self.problems:
            rows = [self._read(lines) for lines in self._grouped(grid, keys)]
            if not rows and not self.problems:
                self._problem(-1, "", "一行也没有", "请至少保留一行")
        if self.problems:
            raise MalformedGrid(self.table.title, self.problems)
        return rows

    def _problem(self, line: int, key: str, problem: str, remedy: str) -> None:
        column = self.columns.get(key)
        label = column.label if column else ""
        self.problems.append(GridProblem(line, key, self._row, label, problem, remedy))

    def _grouped(self, grid: Grid, keys: list[str]) -> Iterator[list[tuple[int, Line]]]:
        """The lines of each row with their numbers."""
        group: list[tuple[int, Line]] = []
        seen: set[str] = set()
        for number, texts in enumerate(grid.lines):
            pairs = zip(keys, texts, strict=False)
            line = {key: text.strip() for key, text in pairs if text.strip()}
            if not line:
                continue
            row_id = self._row = text_value(line.get("id", ""))
            if not row_id:
                self._problem(number, "id", "没有行 id", "请写上；同一行的另一组条件写同一个 id")
                continue
            if group and line["id"] == group[0][1]["id"]:
                group.append((number, line))
                continue
            if row_id in seen:
                remedy = "请换一个 id；同一行的几组条件请放在一起"
                self._problem(number, "id", f"行 id「{row_id}」重复", remedy)
                continue
            if group:
                yield group
            seen.add(row_id)
            group = [(number, line)]
        if group:
            yield group

    def _read(self, lines: list[tuple[int, Line]]) -> PlainRow:
        """A row; its problems are noted."""
        self._row = text_value(lines[0][1]["id"])
        self._numbers = [number for number, _ in lines]
        known = len(self.problems)
        old = self.before.get(self._row)
        was: list[Line] = []
        if old is not None:
            texts = row_lines(old, self.table, tuple(self.columns.values()), self.cells)
            was = [dict(zip(self.columns, line, strict=True)) for line in texts]
        row = self._plain([line for _, line in lines], old, was)
        self._check_further(lines)
        if not same(old, row) and len(self.problems) == known:
            self._check(row)
        return row

    def _check_further(self, lines: list[tuple[int, Line]]) -> None:
        """Further alternatives have conditions only, or repeat what the first line says."""
        for number, line in lines[1:]:
            for key, text in line.items():
                if self.columns[key].kind not in ("id", "condition") and (
                    text != lines[0][1].get(key)
                ):
                    remedy = "同一行的另一组条件请清空这一格；另一条规则请换一个 id"
                    self._problem(number, key, f"行 id「{self._row}」已在上面用过", remedy)
                    break

    def _plain(self, lines: list[Line], old: PlainRow | None, was: list[Line]) -> PlainRow:
        """The row in plain values; cells that stay the same keep their old value."""
        parts = []
        earlier = [] if old is None else _alternatives(old)
        for index, line in enumerate(lines):
            there = index < len(earlier)
            part = self._values(
                "when", index, line, earlier[index] if there else {}, was[index] if there else {}
            )
            parts.append(part)
        first, first_was = lines[0], was[0] if was else {}
        listed = old is not None and isinstance(old["when"], list) and same(parts, earlier)
        new: PlainRow = {
            "id": self._row,
            "when": parts[0] if len(parts) == 1 and not listed else parts,
            "then": self._values("then", 0, first, old["then"] if old else {}, first_was),
        }
        for key, column in self.columns.items():
            if key in first and column.kind in ("text", "date"):
                if old is not None and first_was.get(key) == first[key]:
                    new[key] = old[key]
                else:
                    new[key] = self._value(column, 0, first[key])
        order = list(old or ()) + [key for key in _ORDER if key not in (old or ())]
        extra = {key: one for key, one in (old or {}).items() if key not in _ORDER or one is None}
        return {key: (extra | new)[key] for key in order if key in new or key in extra}

    def _values(self, part: str, index: int, line: Line, old: PlainRow, was: Line) -> PlainRow:
        """The conditions or outputs of a line, in the old order, new ones last."""
        names = [column.name for key, column in self.columns.items() if key.startswith(f"{part}.")]
        found = {}
        for name in (*old, *(name for name in names if name not in old)):
            key = f"{part}.{name}"
            if key not in line:
                continue
            if name in old and was.get(key) == line[key]:
                found[name] = old[name]
            else:
                found[name] = self._value(self.columns[key], index, line[key], old.get(name))
        return found

    def _value(self, column: Column, index: int, text: str, old: Any = None) -> Any:
        """What a cell says; other words for the old value give the old value."""
        try:
            value = self._read_cell(column, text)
        except BadCell as error:
            problem, remedy = error.args
            self._problem(self._numbers[index], column.key, problem, remedy)
            return None
        alike = old is not None and self._shown(column, value) == self._shown(column, old)
        return old if alike else value

    def _read_cell(self, column: Column, text: str) -> Any:
        if column.kind == "condition":
            return self.cells.condition_value(self.table.inputs[column.name], text)
        if column.kind == "output":
            return self.cells.output_value(self.table.outputs[column.name], text)
        return date_value(text) if column.kind == "date" else text_value(text)

    def _shown(self, column: Column, value: Any) -> str:
        if column.kind == "condition":
            return self.cells.condition_cell(self.table.inputs[column.name], value)
        return self.cells.output_cell(self.table.outputs[column.name], value)

    def _check(self, row: PlainRow) -> None:
        """Read the row as a row of the file and note its first mistake."""
        outputs = next(key for key, column in self.columns.items() if column.kind == "output")
        filled = {outputs: row["then"], "reason": row.get("reason"), "source": row.get("source")}
        empty = [key for key, value in filled.items() if not value]
        for key in empty:
            label = "结果" if key == outputs else self.columns[key].label
            self._problem(self._numbers[0], key, f"没有填{label}", f"请填上{label}")
        if empty:
            return
        file = _RowFile(self.file.name, "", {**self.file.data, "rows": [row]})
        conditions = Reader(file, self.table.inputs, self.cells.vocabulary)
        try:
            RowReader(file, conditions, self.table.outputs).rows()
        except _Refused as refused:
            index, key = _place(refused.path)
            number = self._numbers[min(index, len(self._numbers) - 1)]
            key = key if key in self.columns else ""
            self._problem(number, key, refused.problem, refused.remedy)


def _alternatives(row: PlainRow) -> list[PlainRow]:
    return row["when"] if isinstance(row["when"], list) else [row["when"]]


def _place(path: tuple[str | int, ...]) -> tuple[int, str]:
    """The alternative and the column key of a path such as rows, 0, when, 1, kind."""
    rest = list(path[2:])
    if not rest:
        return 0, ""
    part = rest.pop(0)
    if part not in ("when", "then"):
        return 0, str(part)
    index = rest.pop(0) if rest and isinstance(rest[0], int) else 0
    return int(index), f"{part}.{rest[0]}" if rest else ""


def same(one: Any, other: Any) -> bool:
    """Whether two plain values are equal, 1 and 1.0 or true being different."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return repr(one) == repr(other)
