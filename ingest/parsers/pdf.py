"""PDF: text with page numbers. pypdf judges the file, pdfminer reads it (it knows CJK maps)."""

import io
import logging
from collections.abc import Iterator
from typing import Any

from ingest.errors import DamagedFile, EmptyFile, EncryptedFile
from ingest.parsers.plain import join_wrapped, line_blocks
from ingest.types import Block, ParsedText

_NOISY = ("pypdf", "pdfminer")


def parse(data: bytes) -> ParsedText:
    """The lines of each page, wrapped lines joined; scanned files raise `EmptyFile`."""
    for name in _NOISY:
        # Both libraries log every oddity of a file; what matters becomes an error here.
        logging.getLogger(name).setLevel(logging.CRITICAL)
    _check(data)
    blocks = [block for number, lines in _pages(data) for block in _page(lines, number)]
    if not blocks:
        raise EmptyFile("PDF 里没有文字（可能是扫描件），请先做文字识别或提供文字版")
    return ParsedText(tuple(blocks))


def _check(data: bytes) -> None:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise EncryptedFile("PDF 有密码，请去掉密码后再导入")
        pages = len(reader.pages)
    except EncryptedFile:
        raise
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DamagedFile("PDF 文件已损坏，请重新导出后再导入") from error
    except ModuleNotFoundError:
        raise
    if not pages:
        raise EmptyFile("PDF 没有页面，请检查文件")


def _pages(data: bytes) -> Iterator[tuple[int, list[str]]]:
    from pdfminer.high_level import extract_pages
    from pdfminer.layout import LTTextContainer
    from pdfminer.pdfexceptions import PDFException

    try:
        for number, page in enumerate(extract_pages(io.BytesIO(data)), start=1):
            boxes = [box for box in page if isinstance(box, LTTextContainer)]
            yield number, [line for box in boxes for line in _lines(box)]
    except (PDFException, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise DamagedFile("PDF 文件已损坏，请重新导出后再导入") from error


def _lines(box: Any) -> list[str]:
    return [line.rstrip() for line in box.get_text().split("\n") if line.strip()]


def _page(lines: list[str], number: int) -> list[Block]:
    return line_blocks(join_wrapped(lines), number)
