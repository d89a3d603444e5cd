"""One document of the knowledge base: what it is, what became of it, what stands on it."""

from collections.abc import Mapping
from dataclasses import dataclass

from nicegui import ui

from api.pages.frame import PATIENCE, Frame, frame
from api.pages.knowledge_actions import checked_up, draw_actions
from api.pages.knowledge_parts import (
    HOME,
    alike_apart,
    document_address,
    draw_alike,
    draw_citing,
    draw_family,
    draw_findings,
    go,
    more_button,
    passages_html,
    span_words,
    state_tag,
    tabs,
    titles_of,
    type_tag,
)
from api.pages.knowledge_quality import draw_quality
from api.pages.widgets import (
    attributes,
    box,
    busy,
    failing,
    heading,
    only_failing,
    pair,
    text,
    trusted,
)
from api.pages.work import Failed, away
from api.wiring import House
from ingest.likeness import Alike, alike
from kb.types import Chunk
from kb.versions import Version

# a law has a thousand passages and more
_PASSAGES = 100


def register(house: House) -> None:
    """Serve the page at `/ui/knowledge/document`."""

    @ui.page(f"{HOME}/document", response_timeout=PATIENCE)
    async def page(id: str = "", at: str = "") -> None:
        with frame(house, HOME) as around:
            shown = DocumentPage(around, id, at)
            shown.build()
        await ui.context.client.connected()
        await shown.load()


@dataclass(frozen=True, slots=True)
class Opened:
    """A document with its passages, its versions, and every document's title by id."""

    version: Version
    family: tuple[Version, ...]
    chunks: tuple[Chunk, ...]
    titles: Mapping[str, str]
    alike: tuple[Alike, ...]


class DocumentPage:
    """One screen's document."""

    def __init__(self, around: Frame, document_id: str, at: str) -> None:
        self._around, self._house = around, around.house
        self._id, self._at = document_id, at
        self._shown = _PASSAGES

    def build(self) -> None:
        tabs("")
        self._place = attributes(box("document"), data_testid="document")
        with self._place:
            busy("正在打开…")

    async def load(self) -> None:
        """Read the document and draw it, then what a check-up says of it."""
        try:
            opened = await away(_read, self._house, self._id)
        except Failed as failure:
            self._place.clear()
            with self._place:
                text("知识库", "page-title", "h1")
                failing(str(failure))
            return
        self._place.clear()
        with self._place:
            self._draw(opened)
        if self._at:
            ui.run_javascript("guanjia.showPassage()")
        await self._check(opened)

    def _draw(self, opened: Opened) -> None:
        version, document = opened.version, opened.version.document
        go("‹ 全部资料", HOME, "back-link")
        with box("page-head document-head"):
            with box("document-name"):
                text(document.title, "page-title", "h1")
                with box("document-tags"):
                    type_tag(document.type)
                    state_tag(version.state)
                    text(document.id, "quiet code", "span")
            draw_actions(self._around, opened.version, self.load)
        self._announce(opened)
        with box("split document-split"):
            with box("pane"):
                heading("基本信息")
                self._facts(opened)
                draw_family(opened.family, document.id)
                draw_quality(document.quality)
                self._checks = box("")
                with self._checks:
                    busy("正在检查…")
            with box("pane"):
                heading("段落", f"{len(opened.chunks)} 个，按引用时的样子")
                self._passages = box("")
                self._draw_passages(opened)

    def _announce(self, opened: Opened) -> None:
        """A line where another text answers in this one's place, or says nearly the same."""
        draw_alike(opened.alike, opened.version.document.id)
        span = opened.version.span
        if span.superseded_by is None:
            return
        since = f"{span.superseded_from} 起" if span.superseded_from else ""
        with box("warning"):
            text(f"{since}由新版取代：", "", "span")
            title = opened.titles.get(span.superseded_by, span.superseded_by)
            go(f"《{title}》", document_address(span.superseded_by))

    def _facts(self, opened: Opened) -> None:
        version, document = opened.version, opened.version.document
        with attributes(box("card facts"), data_testid="facts"), box("pairs"):
            pair("版本", document.version or "")
            pair("有效期", span_words(version))
            pair("部门", self._house.label(document.department or "", "departments"))
            pair("段落", str(len(opened.chunks)))
            pair("来源", document.source)
            if document.origin:
                pair("原文件", document.origin)
            if document.keywords:
                pair("关键词", "、".join(document.keywords))
            if document.metadata.get("audience") == "internal":
                pair("范围", "仅内部", "不写进给住户的回复")

    def _draw_passages(self, opened: Opened) -> None:
        chunks = opened.chunks
        place = next((n for n, c in enumerate(chunks, 1) if c.id == self._at), 0)
        self._shown = max(self._shown, place)
        self._passages.clear()
        with self._passages:
            with attributes(box("card passages"), data_testid="passages"):
                trusted(passages_html(chunks[: self._shown], self._at, opened.titles))
            left = len(chunks) - self._shown
            if left > 0:
                more_button(
                    f"再看 {min(left, _PASSAGES)} 个（还有 {left} 个）", lambda: self._more(opened)
                )

    def _more(self, opened: Opened) -> None:
        self._shown += _PASSAGES
        self._draw_passages(opened)

    async def _check(self, opened: Opened) -> None:
        try:
            found = await away(checked_up, self._house, self._id)
        except Failed as failure:
            only_failing(self._checks, str(failure))
            return
        self._checks.clear()
        with self._checks:
            draw_citing(found.citing, found.reasons)
            heading("检查", f"{len(found.findings)} 个问题" if found.findings else "没有发现问题")
            if found.findings:
                draw_findings(found.findings, opened.titles, named=False)


def _read(house: House, document_id: str) -> Opened:
    base = house.knowledge_base
    version = base.version(document_id)
    family, documents = base.versions_of(document_id), base.documents()
    return Opened(
        version,
        tuple(family),
        tuple(base.chunks(document_id)),
        titles_of(documents),
        tuple(alike_apart(alike(documents, {document_id}), document_id, family)),
    )
