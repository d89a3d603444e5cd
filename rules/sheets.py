"""Decision tables in a spreadsheet: written for Excel, WPS and LibreOffice, and read back.

What is read back replaces the rows of the tables that the file holds, and the titles, versions and
dates of its sheet 版本. A table whose sheet is missing stays as it is.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from rules.cell_words import BadCell, text_value
from rules.cells import date_value
from rules.editing import apply_cells, edit_head
from rules.errors import MalformedBook, MalformedGrid, MalformedSheet
from rules.loading import rulebook_of
from rules.reading import parse_book_text
from rules.rulebook import Rulebook
from rules.sheet_layout import VERSION_COLUMNS
from rules.sheet_reading import SheetGrid, SheetReader, exported_from
from rules.sheet_writing import export_xlsx, xlsx_bytes

__all__ = ["changed_rows", "export_xlsx", "exported_from", "import_xlsx", "xlsx_bytes"]


def import_xlsx(path: Path, texts: Mapping[str, str]) -> dict[str, str]:
    """All files of the rulebook `texts` (name to text) with the changes of the spreadsheet.

    All or nothing: raises `MalformedSheet` with every mistake, each with its cell. Whether the
    changed tables agree with each other shows when the result is loaded.
    """
    book = rulebook_of(texts)
    reader = SheetReader(book)
    grids, versions = reader.read(path)
    result = dict(texts)
    if versions is not None:
        _apply_versions(versions, result, reader.problems)
    for one in grids:
        _apply_rows(one, book, result, reader.problems)
    if reader.problems:
        raise MalformedSheet(reader.problems)
    return result


def _apply_rows(one: SheetGrid, book: Rulebook, texts: dict[str, str], problems: list[str]) -> None:
    table = book.tables[one.grid.table_id]
    try:
        texts[table.file] = apply_cells(texts[table.file], book, table.id, one.grid)
    except MalformedGrid as error:
        # what follows from a cell that could not even be read is no further mistake
        problems.extend(one.said(each) for each in error.problems if each.line not in one.unread)
    except MalformedBook as error:
        problems.append(str(error))


def _apply_versions(one: SheetGrid, texts: dict[str, str], problems: list[str]) -> None:
    """Change titles, versions and dates as the sheet 版本 has them."""
    keys = [column.key for column in one.grid.columns]
    for column in VERSION_COLUMNS[:-1]:
        if column.key not in keys:
            problems.append(f"{one.place(-1)}：缺少「{column.label}」列；请补上这一列")
            return
    for number, texts_of_line in enumerate(one.grid.lines):
        line = dict(zip(keys, texts_of_line, strict=True))
        if number in one.unread:
            continue
        file = f"{line['file']}.yaml"
        if file not in texts:
            problem = f"{one.place(number, 'file')}：没有「{line['file']}」这张表"
            problems.append(f"{problem}；请改回原来的代码")
            continue
        try:
            texts[file] = edit_head(texts[file], file, _head(one, number, line))
        except MalformedSheet as error:
            problems.extend(error.problems)
        except MalformedBook as error:
            problems.append(str(error))


def _head(one: SheetGrid, number: int, line: Mapping[str, str]) -> dict[str, str | date | None]:
    """The fields of a file's head; raises `MalformedSheet` naming the cell."""
    title = "name" if line["file"] == "rulebook" else "title"
    head: dict[str, str | date | None] = {}
    for column in VERSION_COLUMNS[1:-1]:
        place, said = one.place(number, column.key), line[column.key]
        key = title if column.key == "title" else column.key
        if not said and column.key != "effective_to":
            raise MalformedSheet([f"{place}：「{column.label}」是空的；请填上"])
        try:
            if column.kind != "date":
                head[key] = text_value(said)
            else:
                head[key] = date_value(said) if said else None
        except BadCell as error:
            problem, remedy = error.args
            raise MalformedSheet([f"{place}「{column.label}」：{problem}；{remedy}"]) from None
    begins, ends = head["effective_from"], head["effective_to"]
    if isinstance(begins, date) and isinstance(ends, date) and ends < begins:
        place = one.place(number, "effective_to")
        raise MalformedSheet([f"{place}：失效日期早于生效日期；请检查两个日期"])
    return head


def changed_rows(before: str, after: str) -> int:
    """How many rows of a table's text are new, changed or gone; a new order alone counts none."""
    rows = []
    for text in (before, after):
        listed = parse_book_text("", text).data.get("rows") or ()
        rows.append({row["id"]: repr(row) for row in listed})
    old, new = rows
    return sum(old.get(row_id) != new.get(row_id) for row_id in old.keys() | new.keys())
