"""问知识库: a question, the answer with its sources, and further passages."""

from dataclasses import dataclass
from functools import partial

from nicegui import ui

from api.pages.feedback import draw_feedback
from api.pages.frame import PATIENCE, Frame, frame
from api.pages.marking import excerpt
from api.pages.reader import SourceReader
from api.pages.shelves import draw_shelves
from api.pages.widgets import (
    attributes,
    box,
    busy,
    button,
    cited,
    copy_button,
    heading,
    link,
    on_submit_key,
    only_failing,
    tag,
    text,
)
from api.pages.words import TYPES, took
from api.pages.work import Failed, away
from api.wiring import House
from assistant.gaps.types import Channel
from assistant.types import Answer, Citation, Segment
from kb.types import Document, Hit

EXAMPLES = (
    "物业费每月收多少？",
    "装修几点可以施工？",
    "报修后多久联系业主？",
    "物业费逾期45天怎么催缴？",
    "地下车位多少钱？",
)
_FURTHER = 8


@dataclass(frozen=True, slots=True)
class Found:
    """An answer and the search hits beside it."""

    answer: Answer
    hits: tuple[Hit, ...]


def register(house: House) -> None:
    """Serve the page at `/ui/`."""

    @ui.page("/", response_timeout=PATIENCE)
    async def page(q: str = "") -> None:
        with frame(house, "/", "narrow") as around:
            asking = AskPage(around)
            asking.build()
        await ui.context.client.connected()
        if q.strip():
            await asking.ask(q)
        else:
            await asking.show_shelves()


class AskPage:
    """One screen's question and answer."""

    def __init__(self, around: Frame) -> None:
        self._house, self._reader = around.house, around.reader
        self._asked = False

    def build(self) -> None:
        text("问知识库", "page-title", "h1")
        with box("card ask-card"):
            self._question = ui.textarea(
                placeholder="输入住户的问题，例如：装修什么时间可以施工？"
            ).props('outlined autogrow autofocus rows=1 aria-label="问题"')
            self._question.classes("ask-input")
            on_submit_key(self._question, self.ask, control=False)
            self._button = button("查询", self._submit, "main-button")
            attributes(self._button, title="Enter 提交，Shift + Enter 换行")
        self._chips()
        self._result = attributes(box("result"), aria_live="polite")
        with self._result:
            busy("正在读取资料目录…")

    def _chips(self) -> None:
        with attributes(box("chips"), aria_label="示例问题"):
            for example in EXAMPLES:
                link(example, lambda asked=example: self.ask(asked), "chip")

    async def show_shelves(self) -> None:
        """What stands there before anything was asked: the documents to choose from."""
        try:
            documents = await away(_documents, self._house)
        except Failed as failure:
            self._fail(failure)
            return
        if self._asked:
            return
        self._result.clear()
        with self._result:
            draw_shelves(documents, self._reader)

    async def _submit(self) -> None:
        await self.ask(self._question.value or "")

    async def ask(self, question: str) -> None:
        """Answer a question on this screen."""
        self._asked = True
        self._question.set_value(question)
        self._button.props("loading")
        self._show_busy()
        try:
            found = await away(_find, self._house, question)
        except Failed as failure:
            self._fail(failure)
        else:
            self._show(found)
        finally:
            self._button.props(remove="loading")

    def _fail(self, failure: Failed) -> None:
        only_failing(self._result, str(failure))

    def _show_busy(self) -> None:
        self._result.clear()
        with self._result:
            busy("正在查找…")

    def _show(self, found: Found) -> None:
        self._result.clear()
        with self._result:
            if found.answer.abstained:
                self._abstain(found)
            else:
                _answer(found.answer, self._reader, self._house)
            self._further(found)

    def _abstain(self, found: Found) -> None:
        with attributes(box("card abstained"), data_testid="abstained"):
            text("知识库没有说明这个问题", "abstained-title", "h2")
            text("不要凭印象答复；可以看看最接近的内容，或告诉住户核实后回复。", "quiet")
            if found.answer.nearest:
                with box("nearest", "ul"):
                    for title in found.answer.nearest:
                        self._nearest(title, found.hits)
            text(f"用时 {took(found.answer.took_ms)}", "quiet foot")

    def _nearest(self, title: str, hits: tuple[Hit, ...]) -> None:
        hit = next((h for h in hits if _is_titled(h, title)), None)
        with box("", "li"):
            if hit is None:
                link(title, lambda: self.ask(title))
            else:
                link(title, lambda: self._reader.passage(hit.document.id, hit.chunk.id))

    def _further(self, found: Found) -> None:
        cited = {citation.chunk_id for citation in found.answer.citations}
        near = found.answer.nearest
        hits = [
            hit
            for hit in found.hits
            if hit.chunk.id not in cited and not any(_is_titled(hit, title) for title in near)
        ][:_FURTHER]
        if not hits:
            return
        heading("更多相关段落", f"{len(hits)} 条")
        with box("hits"):
            for hit in hits:
                _hit(hit, self._reader)


def _documents(house: House) -> list[Document]:
    return house.knowledge_base.documents()


def _find(house: House, question: str) -> Found:
    answer = house.ask(question, Channel.PAGE)
    return Found(answer, tuple(house.knowledge_base.search(question, 12)))


def _is_titled(hit: Hit, title: str) -> bool:
    chunk = hit.chunk
    return title in (*chunk.questions[:1], " · ".join((chunk.title, *chunk.section[-1:])))


def _answer(answer: Answer, reader: SourceReader, house: House) -> None:
    with attributes(box("card answer"), data_testid="answer"):
        with box("answer-text", "p"):
            for segment in answer.segments:
                cited(segment.text, partial(_marks, answer, segment, reader))
        for conflict in answer.conflicts:
            attributes(text(conflict.text, "warning"), data_testid="conflict")
        with box("sources", "ol"):
            for index in range(len(answer.citations)):
                _source(answer, index, reader)
        with box("card-foot"):
            text(f"用时 {took(answer.took_ms)}", "quiet", "span")
            copy_button(answer.answer, "复制答复")
        draw_feedback(house, answer)


def _quotes(answer: Answer, index: int) -> list[str]:
    return [segment.text for segment in answer.segments if index in segment.citations]


def _marks(answer: Answer, segment: Segment, reader: SourceReader) -> None:
    for index in segment.citations:
        _mark(answer, index, reader)


def _mark(answer: Answer, index: int, reader: SourceReader) -> None:
    citation = answer.citations[index]
    quotes = _quotes(answer, index)
    made = link(
        str(index + 1),
        lambda: reader.passage(citation.document_id, citation.chunk_id, quotes),
        "cite",
    )
    attributes(made, aria_label=f"出处 {index + 1}", title=named(citation))


def _source(answer: Answer, index: int, reader: SourceReader) -> None:
    citation = answer.citations[index]
    quotes = _quotes(answer, index)
    with box("source", "li"):
        text(str(index + 1), "source-number", "span")
        with box("source-main"):
            link(
                f"《{citation.title}》",
                lambda: reader.passage(citation.document_id, citation.chunk_id, quotes),
                "source-title",
            )
            path = " › ".join(citation.section)
            page = f"第 {citation.page} 页" if citation.page else ""
            text(" · ".join(part for part in (path, page) if part), "quiet")
            text(excerpt(citation.text, 110), "source-text")


def named(citation: Citation) -> str:
    """A citation in one line: title, heading path, page."""
    page = (f"第 {citation.page} 页",) if citation.page else ()
    return " · ".join((f"《{citation.title}》", *citation.section, *page))


def _hit(hit: Hit, reader: SourceReader) -> None:
    chunk = hit.chunk
    row = attributes(box("hit"), role="button", tabindex="0")
    row.on("click", lambda: reader.passage(hit.document.id, chunk.id))
    with row:
        with box("hit-head"):
            tag(TYPES[chunk.type])
            title = chunk.questions[0] if chunk.questions else chunk.title
            text(title, "hit-title", "span")
            path = chunk.title if chunk.questions else " › ".join(chunk.section)
            text(path, "quiet", "span")
        text(excerpt(chunk.text, 120), "hit-text")
