"""Reads an edited spreadsheet into grids, every mistake with its sheet and cell."""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from rules.cell_words import BadCell, folded
from rules.cells import Cells
from rules.errors import MalformedSheet
from rules.grids import Column, Grid, GridProblem, columns_of
from rules.rulebook import Rulebook
from rules.sheet_layout import (
    FIRST_LINE,
    NOTES_TITLE,
    TABLE_MARK,
    VERSION_COLUMNS,
    VERSIONS_MARK,
    VERSIONS_TITLE,
    VIEW_ONLY,
    header,
    sheet_titles,
)
from rules.tables import Field

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

LARGEST_BYTES = 20_000_000
LARGEST_UNPACKED = 200_000_000
MOST_LINES = 10_000


@dataclass(frozen=True)
class SheetGrid:
    """A grid with the places it was read from: `rows` per line, `letters` by column key.

    `unread` are the lines with a cell that could not be read.
    """

    title: str
    grid: Grid
    rows: tuple[int, ...]
    letters: Mapping[str, str]
    unread: frozenset[int] = frozenset()

    def place(self, line: int, key: str = "") -> str:
        """Where a line's column is, such as `「紧急程度」C7`."""
        if line < 0:
            return f"工作表「{self.title}」"
        return f"工作表「{self.title}」{self.letters.get(key, 'A')}{self.rows[line]}"

    def said(self, problem: GridProblem) -> str:
        """A problem of the grid with its cell."""
        row = f"（行「{problem.row}」）" if problem.row else ""
        label = f"「{problem.label}」" if problem.label else ""
        place = self.place(problem.line, problem.column)
        return f"{place}{row}{label}：{problem.problem}；{problem.remedy}"


@dataclass
class SheetReader:
    """Reads the sheets of one file; what is wrong collects in `problems`."""

    book: Rulebook
    problems: list[str] = field(default_factory=list)

    def read(self, path: Path) -> tuple[list[SheetGrid], SheetGrid | None]:
        """The tables' grids, and that of the versions where the file has it.

        Raises `MalformedSheet` when the file cannot be opened or has no table.
        """
        workbook = _opened(path)
        titles = {title: name for name, title in sheet_titles(self.book).items()}
        grids: dict[str, SheetGrid] = {}
        versions = None
        for sheet in workbook.worksheets:
            mark = str(sheet["A1"].value or "").strip()
            if mark.startswith(VIEW_ONLY) or _blank(sheet):
                continue
            if mark == VERSIONS_MARK or sheet.title == VERSIONS_TITLE:
                versions = self._grid(sheet, VERSIONS_MARK, VERSION_COLUMNS)
                continue
            name = mark.removeprefix(TABLE_MARK)
            if not mark.startswith(TABLE_MARK):
                name = titles.get(sheet.title, "")
            if name not in self.book.tables:
                known = "、".join(titles)
                remedy = f"请删去，或改回原来的名称（{known}）"
                self.problems.append(f"不认识的工作表「{sheet.title}」；{remedy}")
            elif name in grids:
                problem = f"工作表「{sheet.title}」和「{grids[name].title}」是同一张表"
                self.problems.append(f"{problem}；请删去一个")
            else:
                table = self.book.tables[name]
                columns = columns_of(table, Cells(table.inputs, self.book.vocabulary))
                grids[name] = self._grid(sheet, name, columns, table.inputs)
        if not grids and not self.problems:
            self.problems.append("表格里没有一张规则表；请用 guanjia rules export 导出的文件来改")
        return list(grids.values()), versions

    def _grid(
        self,
        sheet: "Worksheet",
        name: str,
        columns: tuple[Column, ...],
        inputs: Mapping[str, Field] = MappingProxyType({}),
    ) -> SheetGrid:
        dated = {one.key for one in columns if one.kind == "date"}
        dated |= {f"when.{one.name}" for one in inputs.values() if one.type == "date"}
        known = {column.key: column for column in columns}
        for merged in sheet.merged_cells.ranges:
            place = f"工作表「{sheet.title}」{merged.coord}"
            self.problems.append(f"{place}：单元格合并了；请取消合并，逐格填写")
        if sheet.max_row > MOST_LINES:
            problem = f"工作表「{sheet.title}」有 {sheet.max_row} 行，超过 {MOST_LINES} 行"
            self.problems.append(f"{problem}；请删去末尾的空白行后再试")
            return SheetGrid(sheet.title, Grid(name, columns, ()), (), {})
        places, first = self._columns(sheet, name, known)
        lines: list[tuple[str, ...]] = []
        rows: list[int] = []
        unread: set[int] = set()
        for number in range(first, sheet.max_row + 1):
            told = len(self.problems)
            texts = tuple(
                self._text(sheet, number, places[key], known[key], key in dated) for key in places
            )
            if len(self.problems) > told:
                unread.add(len(lines))
            elif not any(texts):
                continue
            lines.append(texts)
            rows.append(number)
        kept = tuple(known[key] for key in places)
        letters = {key: _letter(place) for key, place in places.items()}
        grid = Grid(name, kept, tuple(lines))
        return SheetGrid(sheet.title, grid, tuple(rows), letters, frozenset(unread))

    def _columns(
        self, sheet: "Worksheet", name: str, known: Mapping[str, Column]
    ) -> tuple[dict[str, int], int]:
        """The column of each key, and the row of the first line."""
        mark = str(sheet["A1"].value or "").strip()
        coded = mark in (VERSIONS_MARK, TABLE_MARK + name)
        # whoever deletes the hidden row leaves the labels
        labels = {folded(header(column)): key for key, column in known.items()}
        found: dict[str, int] = {}
        for place in range(1, sheet.max_column + 1):
            said = str(sheet.cell(1, place).value or "").strip()
            shown = str(sheet.cell(2, place).value or "").strip() if coded else said
            key = said if coded and place > 1 else labels.get(folded(said), "")
            if coded and place == 1:
                key = next(iter(known))
            place_said = f"工作表「{sheet.title}」{_letter(place)} 列"
            if key in found:
                problem = f"{place_said}：「{shown}」和 {_letter(found[key])} 列重复"
                self.problems.append(f"{problem}；请删去一列")
            elif key in known:
                found[key] = place
            elif shown or said or _used(sheet, place):
                self.problems.append(f"{place_said}：不认识的列「{shown or said}」；请删去这一列")
        return found, FIRST_LINE if coded else FIRST_LINE - 1

    def _text(self, sheet: "Worksheet", row: int, place: int, column: Column, dated: bool) -> str:
        cell = sheet.cell(row, place)
        try:
            return _cell_text(cell, dated)
        except BadCell as error:
            problem, remedy = error.args
            where = f"工作表「{sheet.title}」{cell.coordinate}「{column.label}」"
            self.problems.append(f"{where}：{problem}；{remedy}")
            return ""


def _opened(path: Path) -> "Workbook":
    from openpyxl import load_workbook

    name = path.name
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise MalformedSheet([f"{name} 超过 20 MB；请确认选的是规则表格"])
        with zipfile.ZipFile(path) as packed:
            if sum(one.file_size for one in packed.infolist()) > LARGEST_UNPACKED:
                raise MalformedSheet([f"{name} 展开后过大；请确认选的是规则表格"])
        return load_workbook(path)
    except OSError as error:
        raise MalformedSheet([f"读不了 {path}（{error.strerror}）；请检查文件名和权限"]) from None
    except MalformedSheet:
        raise
    # openpyxl raises whatever it trips over in a file that is no spreadsheet
    except Exception:
        remedy = "请用 Excel 或 WPS 打开，另存为 .xlsx（不加密）后再试"
        raise MalformedSheet([f"{name} 打不开，不是 xlsx 表格；{remedy}"]) from None


def _blank(sheet: "Worksheet") -> bool:
    return sheet.max_row == sheet.max_column == 1 and sheet["A1"].value is None


def _letter(place: int) -> str:
    from openpyxl.utils import get_column_letter

    return get_column_letter(place)


def _used(sheet: "Worksheet", place: int) -> bool:
    return any(
        sheet.cell(row, place).value not in (None, "") for row in range(1, sheet.max_row + 1)
    )


def exported_from(path: Path) -> str:
    """The identity of the rulebook that a spreadsheet was exported from; empty if it says none."""
    workbook = _opened(path)
    if NOTES_TITLE not in workbook.sheetnames:
        return ""
    return str(workbook[NOTES_TITLE]["B2"].value or "")


def _cell_text(cell: Any, dated: bool) -> str:
    """The text of a cell as it would be typed; raises `BadCell`."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        raise BadCell("这是公式", "请复制后「选择性粘贴 → 数值」")
    if cell.data_type == "e":
        raise BadCell(f"这是错误值 {value}", "请改成要填的内容")
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        return _number_text(value, "%" in cell.number_format)
    if isinstance(value, date | time | timedelta):
        return _date_text(value, dated)
    # some programs keep a carriage return as this escape
    return str(value).replace("_x000D_", "").replace("\r\n", "\n").strip()


def _number_text(value: int | float, percent: bool) -> str:
    # 80 % is kept as 0.8; the rules count in per cent
    number = round(value * 100, 10) if percent else value
    return str(int(number)) if float(number).is_integer() else repr(number)


def _date_text(value: date | time | timedelta, dated: bool) -> str:
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    if dated and type(value) is date:
        return value.isoformat()
    if dated:
        raise BadCell(f"「{value}」带了时间", "请只写日期，如 2026-01-31")
    remedy = "请把这一格设为「文本」格式再填，如 1–30"
    raise BadCell(f"被表格软件当成了日期（{value}）", remedy)
