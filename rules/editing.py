"""Changes a book's YAML text by rows: what does not change keeps its text, comments included."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import yaml

from rules.cells import Cells
from rules.errors import MalformedBook
from rules.grid_reading import GridReader, PlainRow, same
from rules.grids import Grid
from rules.reading import nodes_of, parse_book_text
from rules.row_texts import RowText, book_text
from rules.rulebook import Rulebook
from rules.yaml_writing import entry, flow

HEAD_KEYS = ("title", "name", "version", "effective_from", "effective_to")
"""What `edit_head` may change."""

_AFTER = {"effective_to": "effective_from"}


def apply_cells(text: str, book: Rulebook, table_id: str, grid: Grid) -> str:
    """The text of a table's file with its rows as in `grid`, in the grid's order.

    Rows are known by their id. Rows that say the same as before keep their text; nothing changed
    gives `text` itself. Columns and words are those of `book`. Raises `MalformedGrid` with every
    row that cannot be used; what a table says as a whole is checked when the book is loaded.
    """
    table = book.tables[table_id]
    file = parse_book_text(table.file, text)
    before = {row["id"]: row for row in file.data["rows"]}
    rows = GridReader(table, Cells(table.inputs, book.vocabulary), file, before).rows(grid)
    if same(rows, file.data["rows"]):
        return text
    return _checked(_with_rows(text, before, rows), table.file, {**file.data, "rows": rows})


def _with_rows(text: str, before: Mapping[str, PlainRow], rows: list[PlainRow]) -> str:
    plain = text.replace("\r\n", "\n")
    cut = book_text(plain if plain.endswith("\n") else plain + "\n")
    known = dict(zip(before, cut.rows, strict=False))
    written: list[tuple[RowText | None, RowText]] = []
    for row in rows:
        there = known.get(row["id"])
        if there is None:
            written.append((None, cut.new_row(row)))
        elif same(row, before[row["id"]]):
            written.append((there, there))
        else:
            written.append((there, there.changed(before[row["id"]], row)))
    result = cut.with_rows(written)
    return result.replace("\n", "\r\n") if "\r\n" in text else result


def edit_head(text: str, file: str, changes: Mapping[str, str | date | None]) -> str:
    """The text with fields of its head (`HEAD_KEYS`) changed in place; None takes a field out.

    Raises `MalformedBook` when the text cannot be changed that way.
    """
    data = parse_book_text(file, text).data
    changes = {key: value for key, value in changes.items() if data.get(key) != value}
    for key, value in changes.items():
        text = _with_field(text, key, value)
    wanted = {key: value for key, value in {**data, **changes}.items() if value is not None}
    return _checked(text, file, wanted) if changes else text


def _with_field(text: str, key: str, value: str | date | None) -> str:
    root = nodes_of(text)
    found: dict[str, tuple[yaml.Node, yaml.Node]] = {}
    if isinstance(root, yaml.MappingNode):
        found = {name.value: (name, node) for name, node in root.value}
    lines = text.splitlines(keepends=True)
    end = "\r\n" if "\r\n" in text else "\n"
    if key not in found:
        after = found[_AFTER.get(key, "id")][1].end_mark.line
        return "".join([*lines[: after + 1], entry(key, value) + end, *lines[after + 1 :]])
    name, node = found[key]
    line = node.start_mark.line
    if value is None:
        return "".join(lines[: name.start_mark.line] + lines[line + 1 :])
    said = _head_value(key, value)
    begin, stop = node.start_mark.column, node.end_mark.column
    lines[line] = lines[line][:begin] + said + lines[line][stop:]
    return "".join(lines)


def _head_value(key: str, value: str | date) -> str:
    if key == "version" and str(value).isprintable() and not set(str(value)) & set('"\\'):
        return f'"{value}"'
    return flow(value)


def _checked(text: str, file: str, wanted: Mapping[str, Any]) -> str:
    """The text, when it reads as `wanted`."""
    try:
        data = parse_book_text(file, text).data
    except MalformedBook:
        data = {}
    present = {key: value for key, value in data.items() if value is not None}
    if not same(present, {key: one for key, one in wanted.items() if one is not None}):
        remedy = "请直接改这个文件，或先把它的 rows 写成每行以「- id:」开头的样子"
        raise MalformedBook(file, "文件的写法特殊，不能逐行修改", remedy)
    return text
