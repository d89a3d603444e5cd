"""Presentations: one heading for each slide, then its text, tables and notes, with its number."""

import io
from collections.abc import Iterable, Iterator
from typing import Any

from ingest.errors import DamagedFile
from ingest.parsers.office import check_container
from ingest.parsers.tables import cell_text, faq_blocks, table_block
from ingest.types import Block, BlockKind, ParsedText


def parse(data: bytes) -> ParsedText:
    """The text of every slide that is not hidden; `page` is the slide's number."""
    check_container(data, "pptx")
    from pptx import Presentation
    from pptx.exc import PythonPptxError

    try:
        deck = Presentation(io.BytesIO(data))
        blocks = [
            block
            for number, slide in enumerate(deck.slides, start=1)
            if slide.element.get("show") != "0"
            for block in _slide(slide, number)
        ]
    except (PythonPptxError, KeyError, ValueError, AttributeError, SyntaxError) as error:
        raise DamagedFile("pptx 文件已损坏，请用演示软件打开并重新保存后再导入") from error
    return ParsedText(tuple(blocks))


def _slide(slide: Any, number: int) -> Iterator[Block]:
    title = slide.shapes.title
    text = " ".join(title.text_frame.text.split()) if title is not None else ""
    # The first slide's title is the deck's; the others are sections of it.
    yield Block(BlockKind.HEADING, text or f"第 {number} 张幻灯片", 1 if number == 1 else 2, number)
    identifier = title.shape_id if title is not None else None
    for shape in _in_reading_order(slide.shapes):
        if shape.shape_id != identifier:
            yield from _shape(shape, number)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        for line in slide.notes_slide.notes_text_frame.text.split("\n"):
            if line.strip():
                yield Block(BlockKind.PARAGRAPH, line.strip(), 0, number)


def _in_reading_order(shapes: Iterable[Any]) -> list[Any]:
    # Top to bottom in bands of about a centimetre, then left to right.
    return sorted(shapes, key=lambda shape: ((shape.top or 0) // 360_000, shape.left or 0))


def _shape(shape: Any, number: int) -> Iterator[Block]:
    if shape.shape_type == 6:  # MSO_SHAPE_TYPE.GROUP
        for child in _in_reading_order(shape.shapes):
            yield from _shape(child, number)
    elif getattr(shape, "has_table", False):
        rows = [[cell_text(cell.text) for cell in row.cells] for row in shape.table.rows]
        yield from faq_blocks(rows, number) or table_block(rows, number)
    elif shape.has_text_frame and not _is_furniture(shape):
        for paragraph in shape.text_frame.paragraphs:
            text = " ".join(paragraph.text.replace("\v", " ").split())
            if text:
                yield Block(BlockKind.LIST_ITEM, text, paragraph.level, number)


def _is_furniture(shape: Any) -> bool:
    """Date, footer and slide number placeholders."""
    return shape.is_placeholder and int(shape.placeholder_format.type or 0) in (13, 15, 16)
