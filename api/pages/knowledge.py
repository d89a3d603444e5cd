"""知识库: the documents with their state and quality; searched, filtered, sorted, opened."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from nicegui import ui

from api.pages import knowledge_care, knowledge_document, knowledge_gaps, knowledge_upload
from api.pages.frame import MOUNT, PATIENCE, Frame, frame
from api.pages.knowledge_parts import (
    HOME,
    address,
    anchor,
    document_address,
    span_words,
    state_tag,
    tabs,
    type_tag,
)
from api.pages.knowledge_quality import quality_tag, score_of
from api.pages.widgets import attributes, box, busy, button, empty, only_failing, text
from api.pages.words import TYPES
from api.pages.work import Failed, away
from api.wiring import House
from kb.types import DocumentType
from kb.versions import State, Version

_ALL = "all"
# so many rows are drawn at once; 2,000 would make the browser crawl
_ROWS = 50
_ORDERS = {
    "title": "按标题",
    "worst": "质量低的在前",
    "best": "质量高的在前",
    "newest": "生效晚的在前",
    "longest": "段落多的在前",
}


def register(house: House) -> None:
    """Serve the list at `/ui/knowledge`, and the pages below it."""

    @ui.page(HOME, response_timeout=PATIENCE)
    async def page(q: str = "", type: str = "", state: str = "", order: str = "") -> None:
        with frame(house, HOME) as around:
            listing = KnowledgePage(around)
            listing.build(q, type, state, order)
        await ui.context.client.connected()
        await listing.load()

    for part in (knowledge_document, knowledge_upload, knowledge_care, knowledge_gaps):
        part.register(house)


@dataclass(frozen=True, slots=True)
class Entry:
    """A document as the list shows it."""

    version: Version
    passages: int


class KnowledgePage:
    """One screen's list of documents with its filters."""

    def __init__(self, around: Frame) -> None:
        self._house = around.house
        self._entries: list[Entry] = []
        self._type, self._page = _ALL, 0

    def build(self, query: str, kind: str, state: str, order: str) -> None:
        self._type = kind if kind in TYPES else _ALL
        tabs(HOME)
        with box("page-head"):
            text("资料", "page-title", "h1")
            self._count = text("", "quiet", "span")
        with box("list-tools"):
            self._query = ui.input(
                value=query, placeholder="按标题或编号查找", on_change=self._changed
            ).props('outlined dense clearable debounce=200 maxlength=100 aria-label="查找资料"')
            self._query.classes("search-input")
            self._types = attributes(box("segments"), role="group", aria_label="按类型筛选")
            states = {_ALL: "全部状态", **{str(one): str(one) for one in State}}
            self._state = self._select(states, state, "按状态筛选")
            names = self._house.rulebook.vocabulary.codes("departments")
            departments = {str(code): self._house.label(code, "departments") for code in names}
            self._department = self._select({_ALL: "全部部门", **departments}, "", "按部门筛选")
            self._order = self._select(_ORDERS, order, "排序")
        self._list = attributes(box("card table-card documents"), data_testid="documents")
        self._pager = attributes(box("pager", "nav"), aria_label="翻页")
        with self._list:
            busy("正在读取…")

    def _select(self, options: dict[str, str], value: str, label: str) -> ui.select:
        chosen = value if value in options else next(iter(options))
        made = ui.select(options, value=chosen, on_change=self._changed)
        made.props(f'outlined dense options-dense aria-label="{label}"')
        return made.classes("list-select")

    async def load(self) -> None:
        """Read the catalogue and draw the first rows."""
        try:
            self._entries = await away(_entries, self._house)
        except Failed as failure:
            only_failing(self._list, str(failure))
            return
        self._draw()

    def _changed(self, _event: Any = None) -> None:
        self._page = 0
        self._draw()
        ui.navigate.history.replace(MOUNT + self._address())

    def _address(self) -> str:
        """The address of the list as it is filtered now, to come back to."""
        values = {"q": self._words, "type": self._type, "state": self._state.value}
        order = {} if self._order.value == "title" else {"order": self._order.value}
        return address(**{n: v for n, v in values.items() if v != _ALL}, **order)

    def _by_type(self, kind: str) -> None:
        self._type = kind
        self._changed()

    @property
    def _words(self) -> str:
        return (self._query.value or "").strip()

    def _draw(self) -> None:
        found = [entry for entry in self._entries if self._is_wanted(entry)]
        shown = [e for e in found if self._type in (_ALL, e.version.document.type)]
        shown.sort(key=_order_key(self._order.value))
        self._draw_types(Counter(entry.version.document.type for entry in found))
        self._count.set_text(f"{len(self._entries)} 份资料" if self._entries else "")
        self._list.clear()
        with self._list:
            self._rows(shown)
        self._draw_pager(len(shown))

    def _is_wanted(self, entry: Entry) -> bool:
        document = entry.version.document
        words = self._words.lower()
        return (
            (words in document.title.lower() or words in document.id.lower())
            and self._state.value in (_ALL, entry.version.state)
            and self._department.value in (_ALL, document.department)
        )

    def _draw_types(self, counts: Counter[DocumentType]) -> None:
        self._types.clear()
        with self._types:
            for kind, label in ((_ALL, "全部"), *TYPES.items()):
                count = counts.total() if kind == _ALL else counts[DocumentType(kind)]
                pressed = self._type == kind
                made = button(
                    f"{label} {count}",
                    lambda k=kind: self._by_type(k),
                    "segment-button dot-all" + (" is-pressed" if pressed else ""),
                )
                attributes(made, aria_pressed=str(pressed).lower())

    def _rows(self, shown: Sequence[Entry]) -> None:
        if not self._entries:
            empty("知识库还是空的", "到「添加资料」上传制度、问答和案例。")
            return
        if not shown:
            empty("没有符合条件的资料", "换个说法，或去掉筛选条件。")
            return
        with attributes(box("document-row document-columns"), aria_hidden="true"):
            for name in ("类型", "标题", "部门", "版本 / 生效", "状态", "段落", "质量"):
                text(name, "", "span")
        for entry in shown[self._page * _ROWS : (self._page + 1) * _ROWS]:
            self._row(entry)

    def _row(self, entry: Entry) -> None:
        version, document = entry.version, entry.version.document
        row = attributes(
            anchor("document-row", document_address(document.id)), data_document=document.id
        )
        with row:
            with box("cell-type"):
                type_tag(document.type)
            with box("cell-title"):
                text(document.title, "document-title")
                text(document.id, "quiet code")
            department = self._house.label(document.department or "", "departments")
            text(department or "—", "cell-department")
            with box("cell-version"):
                text(document.version or "—")
                text(span_words(version), "quiet")
            with box("cell-state"):
                state_tag(version.state)
            text(entry.passages, "cell-number cell-passages")
            with box("cell-number cell-quality"):
                quality_tag(document)

    def _draw_pager(self, total: int) -> None:
        self._pager.clear()
        if total <= _ROWS:
            return
        first, last = self._page * _ROWS + 1, min(total, (self._page + 1) * _ROWS)
        with self._pager:
            text(f"第 {first}–{last} 份，共 {total} 份", "quiet", "span")
            for label, step, icon in (
                ("上一页", -1, "chevron_left"),
                ("下一页", 1, "chevron_right"),
            ):
                made = button(label, lambda s=step: self._turn(s), "quiet-button", icon=icon)
                made.set_enabled(first > 1 if step < 0 else last < total)

    def _turn(self, step: int) -> None:
        self._page += step
        self._draw()
        ui.run_javascript("window.scrollTo({top: 0})")


def _order_key(order: str) -> Callable[[Entry], tuple[Any, ...]]:
    def key(entry: Entry) -> tuple[Any, ...]:
        document = entry.version.document
        score = score_of(document)
        first: Any = ""
        if order in ("worst", "best"):
            # what has no quality comes last either way
            first = (score is None, (score or 0) * (1 if order == "worst" else -1))
        elif order == "newest":
            first = -(entry.version.span.begins or date.min).toordinal()
        elif order == "longest":
            first = -entry.passages
        return (first, document.title, document.id)

    return key


def _entries(house: House) -> list[Entry]:
    base = house.knowledge_base
    counts = base.passage_counts()
    return [
        Entry(base.version(document.id), counts.get(document.id, 0))
        for document in base.documents()
    ]
