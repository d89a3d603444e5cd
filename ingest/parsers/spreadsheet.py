"""Workbooks and CSV files: FAQ rows where a header says so, tables otherwise."""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from itertools import islice

from ingest.encoding import decode
from ingest.errors import DamagedFile, InputError
from ingest.parsers.office import check_container
from ingest.parsers.tables import cell_text, faq_blocks, table_block
from ingest.types import Block, BlockKind, ParsedText


def parse(data: bytes, ending: str, max_rows: int) -> ParsedText:
    """FAQ entries and tables of every visible sheet, in order."""
    if ending == ".xlsx":
        check_container(data, "xlsx")
        return ParsedText(tuple(_workbook(data, max_rows)))
    text, encoding = decode(data)
    rows = _rows(text, "\t" if ending == ".tsv" else None)
    _check_size(rows, max_rows)
    return ParsedText(tuple(_sheet(rows)), encoding=encoding)


def _rows(text: str, delimiter: str | None) -> list[list[str]]:
    if delimiter is None:
        first = next((line for line in text.split("\n") if line.strip()), "")
        delimiter = max(",;\t", key=first.count)
    try:
        reader = csv.reader(io.StringIO(text), delimiter=delimiter)
        return [[cell_text(cell) for cell in row] for row in reader]
    except csv.Error as error:
        raise DamagedFile(f"表格格式有误（{error}），请用表格软件重新另存为 CSV") from error


def _workbook(data: bytes, limit: int) -> Iterator[Block]:
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        for sheet in sheets:
            found = islice(sheet.iter_rows(values_only=True), limit + 1)
            rows = [[cell_text(value) for value in row] for row in found]
            _check_size(rows, limit)
            yield from _sheet(rows, sheet.title if len(sheets) > 1 else "")
    except InputError:
        raise
    except (KeyError, ValueError, TypeError, OSError, SyntaxError, zipfile.BadZipFile) as error:
        raise DamagedFile("xlsx 文件已损坏，请用表格软件重新保存后再导入") from error


def _check_size(rows: Sequence[Sequence[str]], limit: int) -> None:
    if len(rows) > limit:
        raise DamagedFile(f"表格超过 {limit} 行，请拆分后再导入")


def _sheet(rows: Sequence[Sequence[str]], name: str = "") -> list[Block]:
    blocks = faq_blocks(rows)
    if blocks is None:
        blocks = table_block(rows)
    if blocks and name:
        return [Block(BlockKind.HEADING, name, 2), *blocks]
    return blocks
