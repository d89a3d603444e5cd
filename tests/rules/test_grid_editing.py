"""Rows of a grid as a person changes them."""

import pytest

from rules.grid_editing import (
    begins_row,
    duplicated,
    inserted,
    lines_of_row,
    moved_down,
    moved_up,
    with_alternative,
    with_cell,
    without_line,
)
from rules.grids import Column, Grid

COLUMNS = (Column("id", "行", "id"), Column("when.kind", "类型", "condition"))
GRID = Grid("t", COLUMNS, (("a", "1"), ("b", "2"), ("b", "3"), ("c", "4")))


def lines(grid: Grid) -> list[str]:
    return ["".join(cells) for cells in grid.lines]


def test_one_cell_is_changed_and_the_others_stay() -> None:
    assert lines(with_cell(GRID, 2, "when.kind", "x")) == ["a1", "b2", "bx", "c4"]


def test_an_id_is_changed_in_all_lines_of_its_row() -> None:
    assert lines(with_cell(GRID, 2, "id", "d")) == ["a1", "d2", "d3", "c4"]


def test_a_copy_stands_below_its_row_with_all_alternatives_and_an_id_of_its_own() -> None:
    assert lines(duplicated(GRID, 1)) == ["a1", "b2", "b3", "b-22", "b-23", "c4"]


def test_a_second_copy_gets_another_id() -> None:
    copied = duplicated(duplicated(GRID, 0), 0)
    assert [cells[0] for cells in copied.lines] == ["a", "a-3", "a-2", "b", "b", "c"]


def test_a_new_row_stands_below_all_alternatives_of_the_row() -> None:
    assert lines(inserted(GRID, 1)) == ["a1", "b2", "b3", "new-row", "c4"]


def test_a_further_alternative_carries_the_id_of_its_row() -> None:
    assert lines(with_alternative(GRID, 0)) == ["a1", "a", "b2", "b3", "c4"]


def test_deleting_a_first_line_deletes_the_row_and_a_further_one_that_alternative() -> None:
    assert lines(without_line(GRID, 1)) == ["a1", "c4"]
    assert lines(without_line(GRID, 2)) == ["a1", "b2", "c4"]


def test_rows_move_as_a_whole() -> None:
    assert lines(moved_up(GRID, 3)) == ["a1", "c4", "b2", "b3"]
    assert lines(moved_down(GRID, 0)) == ["b2", "b3", "a1", "c4"]


def test_the_first_row_does_not_move_up_nor_the_last_one_down() -> None:
    assert moved_up(GRID, 0) == GRID
    assert moved_down(GRID, 3) == GRID


def test_a_row_has_as_many_lines_as_alternatives() -> None:
    assert [lines_of_row(GRID, line) for line in range(4)] == [1, 2, 2, 1]


def test_lines_without_an_id_are_rows_of_their_own() -> None:
    blank = Grid("t", COLUMNS, (("", "1"), ("", "2")))
    assert begins_row(blank, 1)
    assert lines(without_line(blank, 0)) == ["2"]


@pytest.mark.parametrize("line", [4, 99])
def test_a_line_that_is_not_there_is_refused(line: int) -> None:
    with pytest.raises(IndexError):
        duplicated(GRID, line)
