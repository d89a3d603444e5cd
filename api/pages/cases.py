"""案例: browse and search past cases; open one and follow its time line and its clauses."""

from nicegui import ui

from api.pages.case_view import CaseRead, show_case
from api.pages.frame import PATIENCE, Frame, frame
from api.pages.marking import excerpt
from api.pages.widgets import (
    attributes,
    box,
    busy,
    button,
    empty,
    on_submit_key,
    only_failing,
    tag,
    text,
)
from api.pages.words import day
from api.pages.work import Failed, away
from api.wiring import House
from kb.types import Document, DocumentType

_MOST = 30


def register(house: House) -> None:
    """Serve the page at `/ui/cases`."""

    @ui.page("/cases", response_timeout=PATIENCE)
    async def page(id: str = "", q: str = "") -> None:
        with frame(house, "/cases", "shelf") as around:
            cases = CasesPage(around)
            cases.build(q)
        await ui.context.client.connected()
        if id:
            await cases.open(id)
        await cases.search()


class CasesPage:
    """One screen's list of cases and the case that is open."""

    def __init__(self, around: Frame) -> None:
        self._house, self._reader = around.house, around.reader
        self._cases: list[Document] = []
        self._kind, self._open = "", ""

    def build(self, query: str) -> None:
        self._shelf = box("shelf-panes")
        with self._shelf:
            with box("shelf-list"):
                text("案例", "page-title", "h1")
                self._search_box(query)
                self._kinds = attributes(box("chips"), role="group", aria_label="按种类筛选")
                self._list = box("case-list")
            self._case = attributes(box("shelf-case"), aria_live="polite")
        self._nothing_open()

    def _search_box(self, query: str) -> None:
        with box("search-row"):
            self._query = ui.input(value=query, placeholder="搜索案例，例如：电梯困人").props(
                'outlined dense clearable maxlength=200 aria-label="搜索案例"'
            )
            self._query.classes("search-input")
            self._query.on("clear", self._search_anew)
            on_submit_key(self._query, self._search_for, control=False)
            button("搜索", self._search_anew, "quiet-button")

    def _nothing_open(self) -> None:
        with self._case:
            empty("选一个案例", "看看来件原话、当时怎么处理、结果和教训。")

    async def _search_for(self, typed: str) -> None:
        self._query.set_value(typed)
        await self._search_anew()

    async def _search_anew(self) -> None:
        self._open = ""
        await self.search()

    async def search(self) -> None:
        """Fill the list: cases that match, or all of them, the latest first."""
        self._list.clear()
        with self._list:
            busy("正在查找…")
        try:
            self._cases = await away(_find, self._house, (self._query.value or "").strip())
        except Failed as failure:
            only_failing(self._list, str(failure))
            return
        self._kind = ""
        self._draw()
        if self._cases and not self._open:
            await self._show(self._cases[0].id)

    def _by_kind(self, kind: str) -> None:
        self._kind = "" if kind == self._kind else kind
        self._draw()

    def _draw(self) -> None:
        self._draw_kinds()
        shown = [c for c in self._cases if self._kind in ("", c.metadata.get("kind"))]
        self._list.clear()
        with self._list:
            if not shown:
                empty("没有找到案例", "换个说法，或清空搜索框看全部案例。")
            for case in shown:
                self._entry(case)

    def _draw_kinds(self) -> None:
        found = dict.fromkeys(case.metadata.get("kind", "") for case in self._cases)
        self._kinds.clear()
        with self._kinds:
            for kind in self._house.rulebook.vocabulary.codes("kinds"):
                if kind not in found:
                    continue
                pressed = kind == self._kind
                made = button(
                    self._house.label(kind, "kinds"),
                    lambda k=str(kind): self._by_kind(k),
                    "chip is-pressed" if pressed else "chip",
                )
                attributes(made, aria_pressed=str(pressed).lower())

    def _entry(self, case: Document) -> None:
        opened = " is-open" if case.id == self._open else ""
        row = attributes(box(f"case-row{opened}"), role="button", tabindex="0", data_case=case.id)
        row.on("click", lambda: self.open(case.id))
        with row:
            text(case.title, "case-title")
            with box("case-facts"):
                tag(self._house.label(case.metadata.get("kind", ""), "kinds"))
                if case.department:
                    text(self._house.label(case.department, "departments"), "quiet", "span")
                text(day(case.metadata.get("received_at")), "quiet", "span")
            text(excerpt(case.metadata.get("message", ""), 60), "case-excerpt")

    async def open(self, case_id: str) -> None:
        """Show one case beside the list (in its place on a narrow screen)."""
        self._shelf.classes("has-open")
        if self._open != case_id:
            await self._show(case_id)
        ui.run_javascript("window.scrollTo({top: 0})")

    async def _show(self, case_id: str) -> None:
        """Fill the pane; on a narrow screen it is seen only once a case was opened."""
        self._open = case_id
        self._draw()
        self._case.clear()
        with self._case:
            busy("正在打开…")
        try:
            found = await away(_read, self._house, case_id)
        except Failed as failure:
            self._open = ""
            only_failing(self._case, str(failure))
            return
        if self._open != case_id:
            return
        self._case.clear()
        with self._case:
            button("返回列表", self._back, "quiet-button back", icon="arrow_back")
            show_case(self._house, self._reader, found)

    def _back(self) -> None:
        self._shelf.classes(remove="has-open")


def _find(house: House, query: str) -> list[Document]:
    if not query:
        cases = [d for d in house.knowledge_base.documents() if d.type is DocumentType.CASE]
        cases.sort(key=lambda case: case.metadata.get("received_at", ""), reverse=True)
        return cases
    found: dict[str, Document] = {}
    for hit in house.knowledge_base.search(query, _MOST, types=[DocumentType.CASE]):
        found.setdefault(hit.document.id, hit.document)
    return list(found.values())


def _read(house: House, case_id: str) -> CaseRead:
    base = house.knowledge_base
    titles = {document.id: document.title for document in base.documents()}
    return CaseRead(house.document(case_id), tuple(base.chunks(case_id)), titles)
