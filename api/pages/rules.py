"""规则: the rulebook in force as tables, with who put it in force; and the pages below it."""

from dataclasses import dataclass

from nicegui import ui

from api.pages import rules_drafts, rules_edit, rules_trace, rules_versions
from api.pages.frame import PATIENCE, Frame, frame
from api.pages.rules_calendar import draw_calendar
from api.pages.rules_checks import check, draw_report
from api.pages.rules_drafts import NewDraft
from api.pages.rules_parts import (
    HOME,
    VERSIONS,
    Sources,
    file_titles,
    named,
    tabs,
    titles_of,
)
from api.pages.rules_table import draw_tables
from api.pages.widgets import attributes, box, busy, button, only_failing, pair, text
from api.pages.words import moment
from api.pages.work import Failed, away
from api.rulebooks import CURRENT, named_book
from api.wiring import House
from rules.archive import InForce
from rules.rulebook import Rulebook
from rules.sheets import xlsx_bytes
from rules.version_store import Activation


def register(house: House) -> None:
    """Serve the tables at `/ui/rules`, and the pages below it."""

    @ui.page(HOME, response_timeout=PATIENCE)
    async def page(version: str = "") -> None:
        with frame(house, HOME) as around:
            shown = RulesPage(around, version or CURRENT)
            shown.build()
        await ui.context.client.connected()
        await shown.load()

    for part in (rules_trace, rules_drafts, rules_edit, rules_versions):
        part.register(house)


@dataclass(frozen=True, slots=True)
class Opened:
    """A rulebook, what is known of the one in force, and every document's title by id."""

    book: Rulebook
    in_force: InForce
    titles: dict[str, str]


class RulesPage:
    """One screen's view of a version of the rulebook, `current` for the one in force."""

    def __init__(self, around: Frame, version: str) -> None:
        self._around, self._house, self._version = around, around.house, version

    def build(self) -> None:
        tabs(HOME)
        with box("page-head"):
            text("规则", "page-title", "h1")
            self._name = text("", "quiet", "span")
        self._place = box("")
        with self._place:
            busy("正在打开规则…")

    async def load(self) -> None:
        """Read the version and draw it."""
        try:
            opened = await away(_open, self._house, self._version)
        except Failed as failure:
            only_failing(self._place, str(failure))
            return
        self._opened = opened
        self._place.clear()
        with self._place:
            if opened.book.digest == opened.in_force.book.digest:
                self._draw_in_force(opened.in_force)
            else:
                self._draw_past(opened.book)
            self._result = attributes(box("result"), aria_live="polite")
            self._draw_book(opened)

    def _draw_in_force(self, found: InForce) -> None:
        name, digest = named(found.book.identity)
        last = found.version.activations[-1] if found.version else None
        with attributes(box("card in-force"), data_testid="in-force"):
            with box("in-force-main"):
                with box("in-force-name"):
                    text(name, "in-force-title", "span")
                    text(digest, "quiet code", "span")
                if last is not None:
                    self._activation(last)
            with attributes(box("actions"), role="group", aria_label="规则"):
                button("编辑副本", self._begin_draft, "main-button", icon="edit")
                button("检查", self._check, "quiet-button")
                button("导出表格", self._export, "quiet-button", icon="download")
                button("版本历史", lambda: ui.navigate.to(VERSIONS), "quiet-button")
            if found.notice:
                attributes(text(found.notice, "warning in-force-notice"), role="status")

    def _activation(self, last: Activation) -> None:
        with box("pairs in-force-facts"):
            pair("启用时间", moment(last.at, self._house.now()))
            pair("启用人", last.by)
            pair("原因", last.why)

    def _draw_past(self, book: Rulebook) -> None:
        name, digest = named(book.identity)
        with attributes(box("card in-force"), data_testid="past"):
            with box("in-force-main"):
                text(f"{name}（{digest}）", "in-force-title")
                text("这是存档的版本，不是现行规则。", "quiet")
            with box("actions"):
                button("看现行规则", lambda: ui.navigate.to(HOME), "quiet-button")
                button("导出表格", self._export, "quiet-button", icon="download")

    def _draw_book(self, opened: Opened) -> None:
        book = opened.book
        with box("rule-tools"):
            made = ui.input(placeholder="筛选各表的行，如：电梯").props(
                'outlined dense clearable aria-label="筛选各表的行"'
            )
            made.classes("rule-filter")
            made.on("update:model-value", js_handler="(value) => guanjiaRules.filter(value || '')")
            attributes(text("", "quiet rule-count", "span"), role="status")
        with attributes(box("chips rule-chips", "nav"), aria_label="各张表"):
            for table in book.tables.values():
                self._chip(table.id, table.title)
            self._chip("service_calendar", "服务日历")
        sources = Sources(self._around.reader, opened.titles)
        draw_tables(book, sources)
        draw_calendar(book, sources)

    def _chip(self, table_id: str, title: str) -> None:
        with attributes(box("chip", "a"), href=f"#table-{table_id}"):
            text(title, "", "span")

    def _begin_draft(self) -> None:
        NewDraft(self._around).ask()

    async def _check(self) -> None:
        self._result.clear()
        with self._result:
            busy("正在检查…")
        try:
            report = await away(check, self._house, self._opened.book.texts)
        except Failed as failure:
            only_failing(self._result, str(failure))
            return
        self._result.clear()
        with self._result:
            draw_report(report, file_titles(self._opened.book))

    async def _export(self) -> None:
        book = self._opened.book
        try:
            content = await away(xlsx_bytes, book)
        except Failed as failure:
            only_failing(self._result, str(failure))
            return
        ui.download.content(content, file_name(book))


def file_name(book: Rulebook) -> str:
    """What an exported rulebook is called."""
    name, digest = named(book.identity)
    return f"规则 {name} {digest}.xlsx"


def _open(house: House, version: str) -> Opened:
    return Opened(named_book(house, version), house.archive.in_force(), titles_of(house))
