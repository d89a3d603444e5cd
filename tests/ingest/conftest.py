"""A store that keeps documents in memory, real file writers, and the real noisy documents."""

import io
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ingest.cleaning import clean
from ingest.documents import build_document, content_hash, derived_id
from ingest.parsers import parse
from ingest.putting import Item, Progress
from ingest.splitting import split
from kb.types import Chunk, Document


class MemoryStore:
    """Documents with their chunks, and the ids of every `put` and `remove`."""

    def __init__(self) -> None:
        self.stored: dict[str, tuple[Document, list[Chunk]]] = {}
        self.puts: list[list[str]] = []
        self.removals: list[list[str]] = []

    def documents(self) -> list[Document]:
        return [document for document, _ in self.stored.values()]

    def put(self, items: Sequence[Item], progress: Progress | None = None) -> None:
        self.puts.append([document.id for document, _ in items])
        for number, (document, chunks) in enumerate(items, start=1):
            self.stored[document.id] = (document, list(chunks))
            if progress is not None:
                progress(number, len(items))

    def remove(self, ids: Sequence[str]) -> None:
        self.removals.append(list(ids))
        for document_id in ids:
            del self.stored[document_id]

    def relocate(self, origins: Mapping[str, str]) -> None:
        for document_id, origin in origins.items():
            document, chunks = self.stored[document_id]
            self.stored[document_id] = (replace(document, origin=origin), chunks)


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


ChunksOf = Callable[[str, bytes | str], tuple[Document, list[Chunk]]]


def _chunks_of(name: str, data: bytes | str) -> tuple[Document, list[Chunk]]:
    raw = data.encode() if isinstance(data, str) else data
    parsed = parse(name, raw)
    blocks, _ = clean(parsed.blocks)
    identifier = parsed.front_matter.get("id") or derived_id(name)
    document = build_document(parsed, blocks, name, identifier, content_hash(raw))
    return document, split(document, blocks)


@pytest.fixture
def chunks_of() -> ChunksOf:
    """One file's document and chunks, through the whole pure pipeline."""
    return _chunks_of


@pytest.fixture
def cleaned() -> Callable[[str], tuple[list[str], dict[str, int]]]:
    """The cleaned lines of a plain text, and the characters dropped by reason."""

    def run(text: str) -> tuple[list[str], dict[str, int]]:
        blocks, report = clean(parse("text.txt", text.encode()).blocks)
        return [block.text for block in blocks], dict(report.dropped)

    return run


@pytest.fixture
def seed_chunks() -> Callable[[int], list[Chunk]]:
    """The chunks of one of the real documents, which are not part of the project."""
    data = os.environ.get("GUANJIA_EVAL_DATA")
    folder = Path(data).resolve().parent / "seeds" if data else None
    if folder is None or not folder.is_dir():
        pytest.skip("set GUANJIA_EVAL_DATA to a data folder that has ../seeds beside it")

    def read(number: int) -> list[Chunk]:
        path = next(folder.glob(f"{number:03d}_*.txt"))
        return _chunks_of(path.name, path.read_bytes())[1]

    return read


@pytest.fixture
def docx_bytes() -> Callable[[Callable[[Any], None]], bytes]:
    """A Word file made by python-docx from what the callback puts into it."""

    def write(fill: Callable[[Any], None]) -> bytes:
        import docx

        document = docx.Document()
        fill(document)
        buffer = io.BytesIO()
        document.save(buffer)
        return buffer.getvalue()

    return write


@pytest.fixture
def pdf_bytes() -> Callable[[Sequence[Sequence[str]]], bytes]:
    """A PDF made by reportlab: one page for each list of lines."""

    def write(pages: Sequence[Sequence[str]]) -> bytes:
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.cidfonts import UnicodeCIDFont
        from reportlab.pdfgen.canvas import Canvas

        pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
        buffer = io.BytesIO()
        canvas = Canvas(buffer)
        for lines in pages:
            canvas.setFont("STSong-Light", 12)
            for row, line in enumerate(lines):
                canvas.drawString(72, 760 - 18 * row, line)
            canvas.showPage()
        canvas.save()
        return buffer.getvalue()

    return write
