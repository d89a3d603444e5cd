"""Writes a rulebook as a spreadsheet, the same bytes every time."""

import io
import os
import unicodedata
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rules.errors import SheetUnwritable
from rules.grids import Column, table_cells
from rules.rulebook import Rulebook
from rules.sheet_layout import (
    FIRST_LINE,
    NOTES_TITLE,
    TABLE_MARK,
    VERSION_COLUMNS,
    VERSIONS_MARK,
    VERSIONS_TITLE,
    VOCABULARY_TITLE,
    header,
    notes,
    other_sheets,
    sheet_titles,
    version_lines,
    vocabulary_lines,
)

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_MOMENT = datetime(2000, 1, 1)
_ZIP_MOMENT = (1980, 1, 1, 0, 0, 0)
_FILLS = {"condition": "DDEBF7", "output": "E2EFDA"}
_SPARE_LINES = 200
"""Lines below the last one that offer lists as well."""

_WIDEST, _NARROWEST = 48, 8
_LONGEST_LIST = 255


def export_xlsx(book: Rulebook, path: Path) -> None:
    """Write the tables of `book` to a spreadsheet; raises `SheetUnwritable`."""
    if path.suffix.lower() != ".xlsx":
        raise SheetUnwritable(f"{path.name} 不是表格的文件名；请以 .xlsx 结尾")
    content = xlsx_bytes(book)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        os.replace(beside, path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise SheetUnwritable(
            f"写不了 {path}（{error.strerror}）；请检查文件夹和权限，文件开着的先关掉"
        ) from None


def xlsx_bytes(book: Rulebook) -> bytes:
    """The spreadsheet of `book`: two calls for one book give the same bytes."""
    from openpyxl import Workbook

    workbook = Workbook()
    first = workbook.active
    assert first is not None
    workbook.remove(first)
    _view(workbook, NOTES_TITLE, notes(book))
    _table(workbook, VERSIONS_TITLE, VERSIONS_MARK, VERSION_COLUMNS, version_lines(book))
    titles = sheet_titles(book)
    for name in book.tables:
        grid = table_cells(book, name)
        _table(workbook, titles[name], TABLE_MARK + name, grid.columns, grid.lines)
    _view(workbook, VOCABULARY_TITLE, vocabulary_lines(book))
    for title, lines in other_sheets(book):
        _view(workbook, title, lines)
    return _fixed(workbook)


def _table(
    workbook: "Workbook",
    title: str,
    mark: str,
    columns: Sequence[Column],
    lines: Iterable[Sequence[str]],
) -> None:
    """A sheet to be edited: hidden codes, labels, lines of text cells."""
    from openpyxl.styles import Font, PatternFill

    sheet = workbook.create_sheet(title)
    keys = [mark, *(column.key for column in columns[1:])]
    rows = [keys, [header(column) for column in columns], *lines]
    _fill(sheet, rows)
    sheet.row_dimensions[1].hidden = True
    for column, cell in zip(columns, sheet[2], strict=True):
        cell.font = Font(bold=True)
        colour = _FILLS.get(column.kind, "EDEDED")
        cell.fill = PatternFill("solid", start_color=colour, end_color=colour)
    _widths(sheet, rows[1:])
    # Excel would turn 1-30 into a date in a cell that is not text
    for letter in list(sheet.column_dimensions):
        sheet.column_dimensions[letter].number_format = "@"
    sheet.freeze_panes = f"B{FIRST_LINE}"
    _offer(sheet, columns, len(rows) + _SPARE_LINES)


def _view(workbook: "Workbook", title: str, lines: Iterable[Sequence[str]]) -> None:
    from openpyxl.styles import Font

    sheet = workbook.create_sheet(title)
    rows = list(lines)
    _fill(sheet, rows)
    sheet["A1"].font = Font(bold=True)
    _widths(sheet, [row for row in rows if len(row) > 1])
    sheet.freeze_panes = "A2"


def _fill(sheet: "Worksheet", rows: Iterable[Sequence[str]]) -> None:
    from openpyxl.styles import Alignment

    alignment = Alignment(vertical="top", wrap_text=True)
    for number, row in enumerate(rows, 1):
        for place, text in enumerate(row, 1):
            cell = sheet.cell(number, place)
            cell.number_format = "@"
            if text:
                cell.value = text
                # a text that begins with = is no formula
                cell.data_type = "s"
            if len(row) > 1:
                cell.alignment = alignment


def _widths(sheet: "Worksheet", rows: Sequence[Sequence[str]]) -> None:
    from openpyxl.utils import get_column_letter

    for place in range(max(map(len, rows), default=0)):
        widest = max((_width(row[place]) for row in rows if place < len(row)), default=0)
        letter = get_column_letter(place + 1)
        sheet.column_dimensions[letter].width = min(max(widest + 2, _NARROWEST), _WIDEST)


def _width(text: str) -> int:
    """The width of the longest line; a Chinese character is two columns wide."""
    return max(
        sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in line)
        for line in text.split("\n")
    )


def _offer(sheet: "Worksheet", columns: Sequence[Column], last: int) -> None:
    """Lists to choose from; several values, or a reference, may still be typed."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    for place, column in enumerate(columns, 1):
        listed = ",".join(column.options)
        if not listed or len(listed) > _LONGEST_LIST - 2 or '"' in listed:
            continue
        offer = DataValidation(
            type="list", formula1=f'"{listed}"', allow_blank=True, showErrorMessage=False
        )
        letter = get_column_letter(place)
        offer.add(f"{letter}{FIRST_LINE}:{letter}{last}")
        sheet.add_data_validation(offer)


def _fixed(workbook: "Workbook") -> bytes:
    """The workbook as bytes without the moment of writing."""
    from openpyxl.writer.excel import ExcelWriter

    workbook.properties.creator = "guanjia"
    workbook.properties.created = workbook.properties.modified = _MOMENT
    written = io.BytesIO()
    # not workbook.save, which puts the present moment into the properties
    ExcelWriter(workbook, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED)).save()
    result = io.BytesIO()
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(result, "w") as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _ZIP_MOMENT)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            target.writestr(entry, source.read(name))
    return result.getvalue()
