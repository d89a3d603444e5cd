"""Workbooks and CSV files: FAQ rows where a header says so, cases likewise, tables otherwise."""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from itertools import islice

from ingest.encoding import decode
from ingest.errors import DamagedFile, InputError
from ingest.parsers.case_table import CaseRow, case_rows
from ingest.parsers.office import check_container
from ingest.parsers.tables import Row, cell_text, faq_blocks, table_block, title_rows
from ingest.types import Block, BlockKind, ParsedText

Sheet = tuple[str, Sequence[Row]]


def parse(data: bytes, ending: str, max_rows: int) -> ParsedText:
    """FAQ entries and tables of every visible sheet, in order.

    Sheets of cases are left out: `cases_of` gives them, one document for each row.
    """
    sheets, encoding = _sheets(data, ending, max_rows)
    kept = [sheet for sheet in sheets if case_rows(sheet[1]) is None]
    named = len(sheets) > 1
    blocks = [block for name, rows in kept for block in _sheet(rows, name if named else "")]
    titles = title_rows(kept[0][1])[0] if kept and not named else []
    return ParsedText(tuple(blocks), title=next(iter(titles), None), encoding=encoding)


def cases_of(data: bytes, ending: str, max_rows: int) -> tuple[list[CaseRow], bool]:
    """The rows of every table of cases, and whether the file holds anything besides."""
    found = [(case_rows(rows), rows) for _, rows in _sheets(data, ending, max_rows)[0]]
    rows = [row for cases, _ in found for row in cases or ()]
    has_more = any(cases is None and any(map(any, rows)) for cases, rows in found)
    return rows, has_more


def _sheets(data: bytes, ending: str, max_rows: int) -> tuple[list[Sheet], str | None]:
    if ending == ".xlsx":
        check_container(data, "xlsx")
        return list(_workbook(data, max_rows)), None
    text, encoding = decode(data)
    rows = _rows(text, "\t" if ending == ".tsv" else None)
    _check_size(rows, max_rows)
    return [("", rows)], encoding


def _rows(text: str, delimiter: str | None) -> list[list[str]]:
    if delimiter is None:
        first = next((line for line in text.split("\n") if line.strip()), "")
        delimiter = max(",;\t", key=first.count)
    try:
        reader = csv.reader(io.StringIO(text), delimiter=delimiter)
        return [[cell_text(cell) for cell in row] for row in reader]
    except csv.Error as error:
        raise DamagedFile(f"表格格式有误（{error}），请用表格软件重新另存为 CSV") from error


def _workbook(data: bytes, limit: int) -> Iterator[Sheet]:
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        for sheet in sheets:
            found = islice(sheet.iter_rows(values_only=True), limit + 1)
            rows = [[cell_text(value) for value in row] for row in found]
            _check_size(rows, limit)
            yield sheet.title, rows
    except InputError:
        raise
    except (KeyError, ValueError, TypeError, OSError, SyntaxError, zipfile.BadZipFile) as error:
        raise DamagedFile("xlsx 文件已损坏，请用表格软件重新保存后再导入") from error


def _check_size(rows: Sequence[Sequence[str]], limit: int) -> None:
    if len(rows) > limit:
        raise DamagedFile(f"表格超过 {limit} 行，请拆分后再导入")


def _sheet(rows: Sequence[Row], name: str = "") -> list[Block]:
    blocks = faq_blocks(rows)
    if blocks is None:
        blocks = table_block(rows)
    if blocks and name:
        return [Block(BlockKind.HEADING, name, 2), *blocks]
    return blocks
