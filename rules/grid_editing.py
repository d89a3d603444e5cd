"""Changes of a grid's lines, as a person edits a table: cells, and rows as a whole. Pure.

A row is its first line and the further alternatives below it, which carry the same id. Line
numbers count from 0; one that is not there raises IndexError.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from rules.grids import Column, Grid

Lines = tuple[tuple[str, ...], ...]


def with_cell(grid: Grid, line: int, key: str, text: str) -> Grid:
    """The grid with another text in one cell; an id is changed in all lines of its row."""
    place = _place(grid.columns, key)
    first, end = (line, line + 1) if key != "id" else _span(grid, line)
    lines = [
        (*cells[:place], text, *cells[place + 1 :]) if first <= number < end else cells
        for number, cells in enumerate(grid.lines)
    ]
    return replace(grid, lines=tuple(lines))


def duplicated(grid: Grid, line: int) -> Grid:
    """A copy of the row of `line` below it, under an id of its own."""
    first, end = _span(grid, line)
    place = _place(grid.columns, "id")
    name = _free(grid, grid.lines[line][place])
    copy = tuple((*cells[:place], name, *cells[place + 1 :]) for cells in grid.lines[first:end])
    return _with(grid, grid.lines[:end] + copy + grid.lines[end:])


def inserted(grid: Grid, line: int) -> Grid:
    """A row below that of `line` with an id and nothing else."""
    _, end = _span(grid, line)
    blank = _blank(grid, _free(grid, "new-row"))
    return _with(grid, (*grid.lines[:end], blank, *grid.lines[end:]))


def with_alternative(grid: Grid, line: int) -> Grid:
    """A further alternative of the row of `line`, its conditions still to be filled in."""
    _, end = _span(grid, line)
    blank = _blank(grid, grid.lines[line][_place(grid.columns, "id")])
    return _with(grid, (*grid.lines[:end], blank, *grid.lines[end:]))


def without_line(grid: Grid, line: int) -> Grid:
    """Without the line: of a row's first line the whole row, else that alternative."""
    first, end = _span(grid, line)
    if line > first:
        first, end = line, line + 1
    return _with(grid, grid.lines[:first] + grid.lines[end:])


def moved_up(grid: Grid, line: int) -> Grid:
    """The row of `line` above the one before it; the first row stays."""
    first, end = _span(grid, line)
    if first == 0:
        return grid
    above, _ = _span(grid, first - 1)
    lines = grid.lines
    return _with(grid, lines[:above] + lines[first:end] + lines[above:first] + lines[end:])


def moved_down(grid: Grid, line: int) -> Grid:
    """The row of `line` below the one after it; the last row stays."""
    _, end = _span(grid, line)
    return grid if end == len(grid.lines) else moved_up(grid, end)


ACTIONS: Mapping[str, tuple[str, Callable[[Grid, int], Grid]]] = {
    "insert": ("在下面加一行", inserted),
    "copy": ("复制这一行", duplicated),
    "alternative": ("加一组条件（或）", with_alternative),
    "up": ("上移", moved_up),
    "down": ("下移", moved_down),
    "delete": ("删除", without_line),
}
"""What can be done with a row: its name for people, and how."""


def begins_row(grid: Grid, line: int) -> bool:
    """Whether a line is the first of its row."""
    return _span(grid, line)[0] == line


def lines_of_row(grid: Grid, line: int) -> int:
    """How many lines the row of `line` has."""
    first, end = _span(grid, line)
    return end - first


def _span(grid: Grid, line: int) -> tuple[int, int]:
    """The first line of the row that `line` belongs to, and one past its last."""
    place = _place(grid.columns, "id")
    names = [cells[place].strip() for cells in grid.lines]
    first, end = line, line + 1
    while first > 0 and names[line] and names[first - 1] == names[line]:
        first -= 1
    while end < len(names) and names[line] and names[end] == names[line]:
        end += 1
    return first, end


def _place(columns: Sequence[Column], key: str) -> int:
    return next(index for index, column in enumerate(columns) if column.key == key)


def _free(grid: Grid, name: str) -> str:
    """`name`, or with a number where a row has it already."""
    place = _place(grid.columns, "id")
    taken = {cells[place] for cells in grid.lines}
    if name not in taken:
        return name
    number = 2
    while f"{name}-{number}" in taken:
        number += 1
    return f"{name}-{number}"


def _blank(grid: Grid, name: str) -> tuple[str, ...]:
    return tuple(name if column.key == "id" else "" for column in grid.columns)


def _with(grid: Grid, lines: Lines) -> Grid:
    return replace(grid, lines=lines)
