"""An answer with its sources, or the honest abstention, and the passages beside it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from api.pages.feedback import draw_feedback
from api.pages.marking import excerpt
from api.pages.reader import SourceReader
from api.pages.widgets import attributes, box, cited, copy_button, heading, link, tag, text
from api.pages.words import TYPES, took
from api.wiring import House
from assistant.types import Answer, Citation, Possible, Segment
from kb.types import Hit

_FURTHER = 8


@dataclass(frozen=True, slots=True)
class Found:
    """An answer and the search hits beside it."""

    answer: Answer
    hits: tuple[Hit, ...]


def draw_answer(
    found: Found, house: House, reader: SourceReader, ask: Callable[[str], Awaitable[None]]
) -> None:
    """What was found for one question; `ask` asks the title of a passage that is not at hand."""
    if found.answer.abstained:
        _abstention(found, reader, ask)
    else:
        _answer(found.answer, reader, house)


def draw_further(found: Found, reader: SourceReader) -> None:
    """Passages that were found and are not shown already."""
    cited = {citation.chunk_id for citation in found.answer.citations}
    cited |= {one.citation.chunk_id for one in found.answer.possible}
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
            _hit(hit, reader)


def _abstention(found: Found, reader: SourceReader, ask: Callable[[str], Awaitable[None]]) -> None:
    with attributes(box("card abstained"), data_testid="abstained"):
        text("知识库没有说明这个问题", "abstained-title", "h2")
        text("不要凭印象答复；可以看看最接近的内容，或告诉住户核实后回复。", "quiet")
        if found.answer.possible:
            text("可能相关的句子，是否回答了问题请您对照原文判断：", "quiet")
            with attributes(box("possible", "ul"), data_testid="possible"):
                for one in found.answer.possible:
                    _possible(one, reader)
            text("最接近的内容：", "quiet")
        if found.answer.nearest:
            with box("nearest", "ul"):
                for title in found.answer.nearest:
                    _nearest(title, found.hits, reader, ask)
        text(f"用时 {took(found.answer.took_ms)}", "quiet foot")


def _possible(one: Possible, reader: SourceReader) -> None:
    citation = one.citation
    with box("", "li"):
        text(one.text, "", "span")
        link(
            named(citation),
            lambda: reader.passage(citation.document_id, citation.chunk_id, [one.text]),
            "quiet",
        )


def _nearest(
    title: str,
    hits: tuple[Hit, ...],
    reader: SourceReader,
    ask: Callable[[str], Awaitable[None]],
) -> None:
    hit = next((h for h in hits if _is_titled(h, title)), None)
    with box("", "li"):
        if hit is None:
            link(title, lambda: ask(title))
        else:
            link(title, lambda: reader.passage(hit.document.id, hit.chunk.id))


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
