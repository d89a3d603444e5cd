"""Word documents: headings by style or outline level, automatic numbers, lists and tables."""

import io
import re
from collections.abc import Iterator
from typing import Any
from zipfile import BadZipFile

from ingest.errors import DamagedFile
from ingest.parsers.office import check_container
from ingest.parsers.tables import cell_text, faq_blocks, table_block
from ingest.parsers.word_numbering import Numbering
from ingest.types import Block, BlockKind, ParsedText

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING_STYLE = re.compile(r"(?:heading|标题|標題)\s*([1-9])", re.IGNORECASE)
_LIST_STYLE = re.compile(r"list|列表|清單", re.IGNORECASE)


def parse(data: bytes) -> ParsedText:
    """The body of a document in order; headers, footers and comments stay out."""
    check_container(data, "docx")
    from docx import Document
    from docx.opc.exceptions import OpcError

    try:
        document = Document(io.BytesIO(data))
        blocks = tuple(_body(document))
        title = (document.core_properties.title or "").strip() or None
    except (
        OpcError,
        KeyError,
        ValueError,
        AttributeError,
        SyntaxError,
        BadZipFile,
    ) as error:
        raise DamagedFile("docx 文件已损坏，请用文字处理软件打开并重新保存后再导入") from error
    return ParsedText(blocks, title=title)


def _body(document: Any) -> Iterator[Block]:
    from docx.table import Table
    from docx.text.paragraph import Paragraph

    numbering = Numbering.of(document)
    for item in document.iter_inner_content():
        if isinstance(item, Table):
            rows = [_cells(row) for row in item.rows]
            yield from faq_blocks(rows) or table_block(rows)
        elif isinstance(item, Paragraph):
            yield from _paragraph(item, numbering)


def _cells(row: Any) -> list[str]:
    """Cell texts; a cell merged across columns counts once and leaves the others empty."""
    texts, last = [], None
    for cell in row.cells:
        texts.append("" if cell._tc is last else cell_text(cell.text))
        last = cell._tc
    return texts


def _paragraph(paragraph: Any, numbering: Numbering) -> Iterator[Block]:
    text = paragraph.text.strip()
    if not text:
        return
    number, depth = numbering.next(paragraph)
    level = _heading_level(paragraph)
    if level is not None:
        yield Block(BlockKind.HEADING, number + " ".join(text.split()), level)
        return
    is_list = depth is not None or _LIST_STYLE.search(paragraph.style.name or "")
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    for index, line in enumerate(lines):
        # A clause ("第三条") is a paragraph even where the number is automatic.
        kind = BlockKind.LIST_ITEM if is_list and "第" not in number else BlockKind.PARAGRAPH
        yield Block(kind, number + line if index == 0 else line, depth or 0)


def _heading_level(paragraph: Any) -> int | None:
    name = paragraph.style.name or ""
    if name in ("Title", "标题", "標題"):
        return 1
    if match := _HEADING_STYLE.match(name):
        return min(6, int(match[1]))
    style = paragraph.style
    sources = [paragraph._p.pPr] + ([style.element.pPr] if style is not None else [])
    for properties in sources:
        outline = None if properties is None else properties.find(f"{_W}outlineLvl")
        if outline is not None and int(outline.get(f"{_W}val")) < 6:
            return int(outline.get(f"{_W}val")) + 1
    return None
