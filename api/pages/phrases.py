"""话术: search the library of wordings, narrow it by kind and situation, and copy."""

from nicegui import ui

from api.pages.frame import PATIENCE, Frame, frame
from api.pages.knowledge_parts import document_address, go
from api.pages.widgets import (
    attributes,
    box,
    button,
    copy_button,
    empty,
    on_submit_key,
    only_failing,
    tag,
    text,
)
from api.pages.words import clause_name
from api.pages.work import Failed, away
from api.phrases import count_of, find, kind_label, ready
from api.wiring import House
from assistant.phrase_types import SITUATIONS, Wording

_ALL = ""
_MOST = 24


def register(house: House) -> None:
    """Serve the page at `/ui/phrases`."""

    @ui.page("/phrases", response_timeout=PATIENCE)
    async def page(q: str = "", kind: str = "", situation: str = "") -> None:
        with frame(house, "/phrases", "reading") as around:
            library = PhrasesPage(around, kind, situation)
            library.build(q)
        await ui.context.client.connected()
        await library.search()


class PhrasesPage:
    """One screen's wordings."""

    def __init__(self, around: Frame, kind: str, situation: str) -> None:
        self._house = around.house
        kinds = around.house.rulebook.vocabulary.codes("kinds")
        self._kind = kind if kind in kinds else _ALL
        self._situation = situation if situation in SITUATIONS else _ALL
        self._found: list[Wording] = []
        self._titles: dict[str, str] = {}
        self._shown = _MOST

    def build(self, query: str) -> None:
        with box("page-head"):
            text("话术", "page-title", "h1")
            self._count = text("", "quiet", "span")
            attributes(self._count, role="status")
        with box("list-tools"):
            self._query = ui.input(value=query, placeholder="搜索话术，例如：道歉 多次反映").props(
                'outlined dense clearable autofocus maxlength=200 aria-label="搜索话术"'
            )
            self._query.classes("search-input")
            self._query.on("clear", self.search)
            on_submit_key(self._query, self._search_for, control=False)
            chosen = ui.select(
                {_ALL: "全部情形", **SITUATIONS},
                value=self._situation,
                on_change=lambda e: self._by_situation(e.value),
            )
            chosen.props('outlined dense options-dense aria-label="按情形筛选"')
            chosen.classes("list-select")
            button("搜索", self.search, "quiet-button")
        self._kinds = attributes(box("chips"), role="group", aria_label="按诉求类型筛选")
        self._list = box("gaps")

    async def _search_for(self, typed: str) -> None:
        self._query.set_value(typed)
        await self.search()

    async def _by_kind(self, kind: str) -> None:
        self._kind = _ALL if kind == self._kind else kind
        await self.search()

    async def _by_situation(self, situation: str) -> None:
        self._situation = situation or _ALL
        await self.search()

    async def search(self) -> None:
        """Find what matches and show the first of it, with how much there is."""
        words = (self._query.value or "").strip()
        self._draw_kinds()
        try:
            self._found = await away(find, self._house, words, self._kind, self._situation)
            self._titles = self._titles or await away(_titles, self._house)
        except Failed as failure:
            only_failing(self._list, str(failure))
            return
        self._shown = _MOST
        self._draw()

    def _draw_kinds(self) -> None:
        self._kinds.clear()
        with self._kinds:
            for kind in map(str, self._house.rulebook.vocabulary.codes("kinds")):
                pressed = kind == self._kind
                made = button(
                    self._house.label(kind, "kinds"),
                    lambda k=kind: self._by_kind(k),
                    "chip is-pressed" if pressed else "chip",
                )
                attributes(made, aria_pressed=str(pressed).lower())

    def _draw(self) -> None:
        self._count.set_text(count_of(self._found) if self._found else "")
        self._list.clear()
        with self._list:
            if not self._found:
                empty("没有找到话术", "换个词，或去掉类型和情形的筛选。")
            for wording in self._found[: self._shown]:
                self._entry(wording)
            if (left := len(self._found) - self._shown) > 0:
                button(f"显示其余 {left} 条", self._show_all, "quiet-button")

    def _show_all(self) -> None:
        self._shown = len(self._found)
        self._draw()

    def _entry(self, wording: Wording) -> None:
        with attributes(box("card gap", "article"), data_phrase=wording.id):
            with box("gap-head"):
                text(wording.title, "gap-question", "h2")
                with box("phrase-tags", "span"):
                    tag(kind_label(self._house, wording.kind))
                    tag(SITUATIONS[wording.situation], "tag-plain")
                    if wording.own:
                        tag("本公司", "tag-plain")
            for said in ready(self._house, wording):
                with box("phrase-text"):
                    text(said, "", "p")
                    copy_button(said)
            text(f"何时用：{wording.use}", "gap-line")
            text(f"注意：{wording.avoid}", "gap-line")
            self._source(wording)

    def _source(self, wording: Wording) -> None:
        document_id = wording.source.partition(" ")[0]
        if document_id in self._titles:
            with box("gap-line gap-nearest"):
                text("依据：", "", "span")
                go(clause_name(wording.source, self._titles), document_address(document_id))


def _titles(house: House) -> dict[str, str]:
    return {document.id: document.title for document in house.knowledge_base.documents()}
