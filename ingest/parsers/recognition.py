"""Text recognition for scanned pages: rapidocr, an optional extra, on pages that pypdfium2 draws.

The PP-OCR models are part of the rapidocr package, so nothing is downloaded when this runs.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from typing import Any

from ingest.errors import DamagedFile

HOW_TO_INSTALL = "pip install 'guanjia[ocr]'"
_DOTS_PER_INCH = 200
_LARGEST_SIDE = 4000
_LOWEST_SCORE = 0.5


@dataclass(frozen=True, slots=True)
class Word:
    """A recognised run of characters with its box in pixels."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


def is_installed() -> bool:
    """Whether the extra `ocr` is there."""
    return all(find_spec(name) is not None for name in ("rapidocr", "pypdfium2"))


def recognise(data: bytes, pages: Sequence[int]) -> dict[int, list[str]]:
    """The lines of the given pages (1-based) of a PDF, from top to bottom.

    Raises `DamagedFile` when the file cannot be drawn.
    """
    import pypdfium2

    found = {}
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise DamagedFile("PDF 文件已损坏，请重新导出后再导入") from error
    try:
        for number in pages:
            page = document[number - 1]
            scale = min(_DOTS_PER_INCH / 72, _LARGEST_SIDE / max(page.get_size()))
            image = page.render(scale=scale).to_pil().convert("RGB")
            page.close()
            found[number] = lines_of(_words(image))
    finally:
        document.close()
    return found


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    return RapidOCR(params={"Global.log_level": "error"})


def _words(image: Any) -> list[Word]:
    import numpy

    result = _engine()(numpy.asarray(image)[:, :, ::-1])
    if result.boxes is None or result.txts is None:
        return []
    return [
        Word(text, *box.min(axis=0).tolist(), *box.max(axis=0).tolist())
        for box, text, score in zip(result.boxes, result.txts, result.scores, strict=True)
        if score >= _LOWEST_SCORE and text.strip()
    ]


def lines_of(words: Sequence[Word]) -> list[str]:
    """Words as lines: boxes whose middles lie within each other's height share a line."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (word.top + word.bottom) / 2):
        last = rows[-1][-1] if rows else None
        middle = (word.top + word.bottom) / 2
        if last is not None and last.top < middle < last.bottom:
            rows[-1].append(word)
        else:
            rows.append([word])
    return [_line(sorted(row, key=lambda word: word.left)) for row in rows]


def _line(row: Sequence[Word]) -> str:
    """One line; a gap wider than a character stays a space, as between columns."""
    text = row[0].text
    for first, second in pairwise(row):
        wide = second.left - first.right > 0.8 * (second.bottom - second.top)
        text += (" " if wide else "") + second.text
    return text
