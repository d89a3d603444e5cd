"""PDF: text with page numbers and tables. pypdf judges the file; `pdf_pages` reads it.

Pages without text that show a picture are scans: `ingest.parsers.recognition` reads those.
"""

import io
import logging
from collections.abc import Sequence

from ingest.errors import DamagedFile, EmptyFile, EncryptedFile
from ingest.parsers import recognition
from ingest.parsers.pdf_pages import Page, read_pages
from ingest.parsers.plain import join_wrapped, line_blocks
from ingest.types import Block, ParsedText

_NOISY = ("pypdf", "pdfminer")


def parse(data: bytes) -> ParsedText:
    """The lines of each page, wrapped lines joined; scanned pages as recognised.

    Raises `EmptyFile` when nothing can be read, `DamagedFile` or `EncryptedFile`.
    """
    for name in _NOISY:
        # Both libraries log every oddity of a file; what matters becomes an error here.
        logging.getLogger(name).setLevel(logging.CRITICAL)
    _check(data)
    pages = read_pages(data)
    scans = [page.number for page in pages if page.is_scan]
    if scans and not recognition.is_installed():
        return _without_scans(pages, scans)
    recognised = recognition.recognise(data, scans) if scans else {}
    blocks = [
        block
        for page in pages
        for block in (_recognised(recognised.get(page.number), page.number) or page.blocks())
    ]
    if not blocks:
        raise EmptyFile("PDF 里没有文字，扫描件也没有认出文字，请提供更清晰的扫描件或文字版")
    notes = (f"第 {_listed(scans)} 页由图片识别而来，请核对原件。",) if scans else ()
    return ParsedText(tuple(blocks), notes=notes)


def _without_scans(pages: Sequence[Page], scans: Sequence[int]) -> ParsedText:
    """What is text, with a note of the scanned pages; a file of scans only is refused."""
    blocks = [block for page in pages if not page.is_scan for block in page.blocks()]
    if not blocks:
        raise EmptyFile(
            f"PDF 里没有文字（扫描件），识别需要先安装：{recognition.HOW_TO_INSTALL}，或提供文字版"
        )
    note = (
        f"第 {_listed(scans)} 页是扫描页，没有收录；安装 {recognition.HOW_TO_INSTALL} 后重新导入。"
    )
    return ParsedText(tuple(blocks), notes=(note,))


def _recognised(lines: Sequence[str] | None, number: int) -> list[Block]:
    return line_blocks(join_wrapped(lines), number) if lines else []


def _listed(numbers: Sequence[int]) -> str:
    """Page numbers as people write them: 1–3、7."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return "、".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


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
