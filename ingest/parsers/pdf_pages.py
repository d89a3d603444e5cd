"""The pages of a PDF: lines in reading order, with ruled tables whole in their place.

pdfminer lays the text out (it knows CJK maps), pdfplumber finds the tables between drawn lines.
"""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

from ingest.errors import DamagedFile
from ingest.parsers.plain import join, join_wrapped, line_blocks
from ingest.parsers.tables import faq_blocks, table_block
from ingest.types import Block

Rows = tuple[tuple[str, ...], ...]
Part = str | Rows
Box = tuple[float, float, float, float]
# Scans often carry a stamp or a page number as text: too little to be the page's content.
_FEWEST_CHARACTERS = 10
# Fewer drawn lines make no table of two rows and columns.
_FEWEST_RULES = 4
_PAGE_NUMBER = re.compile(r"[-–—\s]*(?:第\s*)?\d{1,4}(?:\s*[页/].{0,8})?[-–—\s]*")


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its number from 1, lines and tables in order, and whether it shows pictures."""

    number: int
    parts: tuple[Part, ...]
    has_picture: bool = False

    @property
    def is_scan(self) -> bool:
        """Whether the page is a picture with next to no text."""
        text = sum(len(part.strip()) for part in self.parts if isinstance(part, str))
        tables = any(not isinstance(part, str) for part in self.parts)
        return self.has_picture and not tables and text < _FEWEST_CHARACTERS

    def blocks(self) -> list[Block]:
        """The page's blocks, lines joined where the layout wrapped them."""
        blocks: list[Block] = []
        lines: list[str] = []
        for part in (*self.parts, ()):
            if isinstance(part, str):
                lines.append(part)
                continue
            blocks += line_blocks(join_wrapped(lines), self.number)
            lines = []
            blocks += faq_blocks(part, self.number) or table_block(part, self.number)
        return blocks


def read_pages(data: bytes) -> list[Page]:
    """Every page; a table that goes on over a page break is whole on its first page.

    Raises `DamagedFile`.
    """
    from pdfminer.pdfexceptions import PDFException
    from pdfplumber.utils.exceptions import PdfminerException

    try:
        return list(_with_whole_tables(list(_pages(data))))
    except (
        PDFException,
        PdfminerException,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
    ) as error:
        raise DamagedFile("PDF 文件已损坏，请重新导出后再导入") from error


def _pages(data: bytes) -> Iterator[Page]:
    import pdfplumber
    from pdfminer.layout import LTCurve, LTFigure, LTImage

    with pdfplumber.open(io.BytesIO(data), laparams={}) as document:
        for page in document.pages:
            items = list(page.layout)
            # Some programs draw letters as curves; lines and boxes are classes of their own.
            pictures = any(
                isinstance(item, LTFigure | LTImage) or type(item) is LTCurve for item in items
            )
            tables = _tables(page) if len(page.edges) >= _FEWEST_RULES else []
            yield Page(page.page_number, tuple(_parts(items, tables)), pictures)
            page.close()


def _tables(page: Any) -> list[tuple[Box, Rows]]:
    """Boxes in the layout's coordinates (from the bottom), with the cells' texts."""
    found = []
    for table in page.find_tables():
        rows = tuple(
            tuple(_cell(cell or "") for cell in row)
            for row in table.extract()
            if any(cell for cell in row)
        )
        # A frame around text is no table.
        if len(rows) >= 2 and max(sum(map(bool, row)) for row in rows) >= 2:
            left, top, right, bottom = table.bbox
            found.append(((left, page.height - bottom, right, page.height - top), rows))
    return found


def _cell(text: str) -> str:
    """A cell's lines as one: they were wrapped to the width of the column."""
    return reduce(join, (line.strip() for line in text.split("\n")), "")


def _parts(items: Sequence[Any], tables: Sequence[tuple[Box, Rows]]) -> Iterator[Part]:
    from pdfminer.layout import LTTextContainer, LTTextLine

    given: set[int] = set()
    boxes = [item for item in items if isinstance(item, LTTextContainer)]
    for line in (line for box in boxes for line in box if isinstance(line, LTTextLine)):
        inside = next((at for at, (box, _) in enumerate(tables) if _is_inside(line, box)), None)
        if inside is None:
            yield from (part.rstrip() for part in line.get_text().split("\n") if part.strip())
        elif inside not in given:
            given.add(inside)
            yield tables[inside][1]


def _is_inside(line: Any, box: Box) -> bool:
    across, up = (line.x0 + line.x1) / 2, (line.y0 + line.y1) / 2
    return bool(box[0] <= across <= box[2] and box[1] <= up <= box[3])


def _with_whole_tables(pages: Sequence[Page]) -> list[Page]:
    """Rows at the top of a page added to the table of equal width that ended the page before."""
    whole: list[Page] = []
    open_at: int | None = None
    for page in pages:
        top, bottom = _edge(page.parts, 1), _edge(page.parts, -1)
        if open_at is not None and top is not None and _fits(whole[open_at], page.parts[top]):
            whole[open_at] = _longer(whole[open_at], page.parts[top])
            whole.append(replace(page, parts=page.parts[:top] + page.parts[top + 1 :]))
            # A table of three pages ends where nothing but rows stands on the second.
            open_at = open_at if bottom == top else _index_of_open(whole, bottom)
            continue
        whole.append(page)
        open_at = _index_of_open(whole, bottom)
    return whole


def _index_of_open(pages: Sequence[Page], bottom: int | None) -> int | None:
    """The last page's index when a table ends it."""
    return None if bottom is None else len(pages) - 1


def _fits(page: Page, rows: Part) -> bool:
    head = page.parts[_edge(page.parts, -1) or 0]
    return not isinstance(head, str) and not isinstance(rows, str) and len(head[0]) == len(rows[0])


def _longer(page: Page, rows: Part) -> Page:
    at = _edge(page.parts, -1) or 0
    head = page.parts[at]
    if isinstance(head, str) or isinstance(rows, str):
        return page
    more = rows[1:] if rows[0] == head[0] else rows
    return replace(page, parts=(*page.parts[:at], head + more, *page.parts[at + 1 :]))


def _edge(parts: Sequence[Part], step: int) -> int | None:
    """The place of the table that begins (1) or ends (-1) a page, but for its page number."""
    for at in range(len(parts))[::step]:
        part = parts[at]
        if not isinstance(part, str):
            return at
        if not _PAGE_NUMBER.fullmatch(part):
            return None
    return None
