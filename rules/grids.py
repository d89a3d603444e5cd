"""A table as a grid of cell texts, for spreadsheets and for the rules page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rules.cell_words import text_cell
from rules.cells import Cells
from rules.reading import parse_book_text
from rules.rulebook import Rulebook
from rules.tables import Field, Table
from rules.vocabulary import GROUPS

PlainRow = Mapping[str, Any]
"""A row as the YAML file has it."""

_TEXTS = {"reason": "原因", "source": "依据", "origin": "出处"}
_DATES = {"effective_from": "生效日期", "effective_to": "失效日期"}
_OUTPUT_LABELS = {
    "question": "问什么",
    "supposes": "假设",
    "note": "说明",
    "name": "名称",
    "unit": "单位",
}
_TRUTH = ("是", "否")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a grid.

    `key` is id, `when.INPUT`, `then.OUTPUT` or the row's key (reason, source, …); `kind` is id,
    condition, output, text or date. `options` are the words of a cell that usually has one of them.
    """

    key: str
    label: str
    kind: str
    options: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The input or output, or the key itself."""
        return self.key.partition(".")[2] or self.key


@dataclass(frozen=True, slots=True)
class Grid:
    """A table's rows as texts: one line per alternative, a text per column.

    Further alternatives of a row follow it with the same id and conditions only. A line whose
    cells are all empty does not count.
    """

    table_id: str
    columns: tuple[Column, ...]
    lines: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class GridProblem:
    """A cell that cannot be used: `line` counts the grid's lines from 0 (-1: no line of it).

    `column` is a column's key, empty for the whole line; `label` is what people call it.
    """

    line: int
    column: str
    row: str
    label: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        place = f"第 {self.line + 1} 行" if self.line >= 0 else ""
        place += f"（行「{self.row}」）" if self.row else ""
        place += f"「{self.label}」列" if self.label else ""
        return f"{place}：{self.problem}；{self.remedy}"


def table_cells(book: Rulebook, table_id: str) -> Grid:
    """The rows of a table of `book` as cell texts; KeyError for an unknown table."""
    table = book.tables[table_id]
    cells = Cells(table.inputs, book.vocabulary)
    columns = columns_of(table, cells)
    rows = parse_book_text(table.file, book.texts[table.file]).data["rows"]
    lines = tuple(line for row in rows for line in row_lines(row, table, columns, cells))
    return Grid(table_id, columns, lines)


def columns_of(table: Table, cells: Cells) -> tuple[Column, ...]:
    """The columns of a table, in order."""
    return (
        Column("id", "行", "id"),
        *(
            Column(f"when.{one.name}", _label(one, cells), "condition", _options(one, cells))
            for one in table.inputs.values()
        ),
        *(
            Column(f"then.{one.name}", _label(one, cells), "output", _options(one, cells))
            for one in table.outputs.values()
        ),
        *(Column(key, label, "text") for key, label in _TEXTS.items()),
        *(Column(key, label, "date") for key, label in _DATES.items()),
    )


def _label(column: Field, cells: Cells) -> str:
    label = column.label or GROUPS.get(column.group) or _OUTPUT_LABELS.get(column.name, "")
    if not label and column.type == "limit":
        label = cells.vocabulary.label(column.name, "milestones")
    label = label or column.name
    return f"{label}（{column.unit}）" if column.unit else label


def _options(column: Field, cells: Cells) -> tuple[str, ...]:
    if column.type == "boolean":
        return _TRUTH
    if column.type != "enum":
        return ()
    words = cells.lexicon(column.group).options
    return (*words, "未知") if column.optional else words


def row_lines(
    row: PlainRow, table: Table, columns: Sequence[Column], cells: Cells
) -> list[tuple[str, ...]]:
    """The lines of one row, one per alternative."""
    parts = row["when"] if isinstance(row["when"], list) else [row["when"]]
    return [
        tuple(_cell(row, part, index == 0, column, table, cells) for column in columns)
        for index, part in enumerate(parts)
    ]


def _cell(
    row: PlainRow, part: PlainRow, first: bool, column: Column, table: Table, cells: Cells
) -> str:
    name = column.name
    if column.kind == "condition":
        return cells.condition_cell(table.inputs[name], part[name]) if name in part else ""
    if column.kind == "id":
        return text_cell(row["id"])
    if not first:
        return ""
    if column.kind == "output":
        given = row["then"]
        return cells.output_cell(table.outputs[name], given[name]) if name in given else ""
    value = row.get(name)
    if value is None:
        return ""
    return text_cell(value) if column.kind == "text" else str(value.isoformat())
