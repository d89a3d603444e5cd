"""The source reader: a side panel with a whole document, open at the passage that was cited."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from nicegui import ui

from api.pages.marking import quoted
from api.pages.widgets import attributes, box, busy, button, failing, tag, text, trusted
from api.pages.words import TYPES
from api.pages.work import Failed, away
from api.wiring import House
from kb.types import Chunk, Document, DocumentType


@dataclass(frozen=True, slots=True)
class Opened:
    """A document as it is read, and the passage it is open at."""

    document: Document
    chunks: tuple[Chunk, ...]
    at: str | None


Read = Callable[[], Opened]


class SourceReader:
    """One panel per page, filled anew for each source."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._dialog = ui.dialog().props("position=right full-height").classes("reader-dialog")
        with self._dialog, box("reader") as panel:
            attributes(panel, role="document", aria_label="出处")
            self._panel = panel

    async def passage(
        self, document_id: str, chunk_id: str | None = None, quotes: Sequence[str] = ()
    ) -> None:
        """Open a document, at a passage with the quotes marked where they are given."""
        await self._open(lambda: _read(self._house, document_id, chunk_id), quotes)

    async def clause(self, source: str) -> None:
        """Open the clause that a rule or a case names, as `pol-fees 第四条`."""
        await self._open(lambda: _read_clause(self._house, source), ())

    async def _open(self, read: Read, quotes: Sequence[str]) -> None:
        self._fill_busy()
        self._dialog.open()
        try:
            opened = await away(read)
        except Failed as failure:
            self._head("出处")
            with self._panel:
                failing(str(failure))
            return
        self._head(opened.document.title)
        with self._panel:
            _facts(opened)
            trusted(body(opened.chunks, opened.at, quotes), "reader-body")
        ui.run_javascript("guanjia.showPassage()")

    def _fill_busy(self) -> None:
        self._head("出处")
        with self._panel:
            busy("正在打开…")

    def _head(self, title: str) -> None:
        self._panel.clear()
        with self._panel, box("reader-head"):
            text(title, "reader-title", "h2")
            close = button("", self._dialog.close, "icon-button", icon="close")
            attributes(close, aria_label="关闭", title="关闭 (Esc)")


def _read(house: House, document_id: str, chunk_id: str | None) -> Opened:
    document = house.document(document_id)
    return Opened(document, tuple(house.knowledge_base.chunks(document_id)), chunk_id)


def _read_clause(house: House, source: str) -> Opened:
    document_id, _, _ = source.partition(" ")
    found = house.clause(source)
    return _read(house, document_id, None if found is None else found.chunk_id)


def _facts(opened: Opened) -> None:
    document = opened.document
    facts = [f"版本 {document.version}"] if document.version else []
    if document.effective_from is not None:
        facts.append(f"{document.effective_from.isoformat()} 起施行")
    if document.effective_to is not None:
        facts.append(f"{document.effective_to.isoformat()} 止")
    with box("reader-facts"):
        tag(TYPES[document.type])
        text(" · ".join(facts) or document.source, "quiet", "span")


def body(chunks: Sequence[Chunk], at: str | None, quotes: Sequence[str]) -> str:
    """A document's passages as HTML under their headings, `at` standing out."""
    parts: list[str] = []
    path: tuple[str, ...] = ()
    for chunk in chunks:
        parts += _headings(path, chunk)
        path = chunk.section
        parts.append(_passage(chunk, chunk.id == at, quotes))
    return "".join(parts)


def _headings(before: tuple[str, ...], chunk: Chunk) -> list[str]:
    """The headings that are new at this chunk; a clause's own label repeats its text."""
    shared = 0
    for old, new in zip(before, chunk.section, strict=False):
        if old != new:
            break
        shared += 1
    return [
        f'<h3 class="reader-heading depth-{min(depth, 2)}">{escape(name)}</h3>'
        for depth, name in enumerate(chunk.section)
        if depth >= shared and not chunk.text.startswith(name.split(" ")[0])
    ]


def _passage(chunk: Chunk, is_open: bool, quotes: Sequence[str]) -> str:
    inner = quoted(chunk.text, quotes) if is_open else escape(chunk.text)
    wordings = ""
    if chunk.type is DocumentType.FAQ and len(chunk.questions) > 1:
        others = " / ".join(escape(question) for question in chunk.questions[1:])
        wordings = f'<div class="reader-wordings">也这样问：{others}</div>'
    page = f'<span class="reader-page">第 {chunk.page} 页</span>' if chunk.page else ""
    here = ' is-open" id="passage' if is_open else ""
    return f'<div class="passage{here}">{page}{wordings}<div class="prose">{inner}</div></div>'
