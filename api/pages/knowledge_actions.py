"""What a person can do with one document: replace, retire, reinstate, remove."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date

from nicegui import ui

from api import knowledge
from api.incoming import IncomingError, read_day
from api.pages.frame import Frame
from api.pages.knowledge_parts import HOME, address, by_citer, draw_citation
from api.pages.widgets import attributes, box, busy, button, failing, only_failing, text
from api.pages.work import Failed, away
from api.wiring import House
from kb.lint.citing import Citing
from kb.lint.types import Finding
from kb.versions import RETIRED, State, Version

# more would push the buttons out of the window
_CITING = 8


@dataclass(frozen=True, slots=True)
class CheckedUp:
    """What a check-up says of a document; `reasons` are the rule rows' by rule."""

    findings: tuple[Finding, ...]
    citing: tuple[Citing, ...]
    reasons: Mapping[str, str]


def checked_up(house: House, document_id: str) -> CheckedUp:
    """The findings about a document, and what stands on it."""
    tables = house.rulebook.tables.values()
    return CheckedUp(
        tuple(f for f in house.checkup.findings() if f.document_id == document_id),
        tuple(house.checkup.citing(document_id)),
        {row.rule: row.reason for table in tables for row in table.rows},
    )


def draw_actions(around: Frame, version: Version, changed: Callable[[], Awaitable[None]]) -> None:
    """The buttons; `changed` is awaited after the document is another."""
    DocumentActions(around, version, changed).build()


class DocumentActions:
    """The buttons of one document and what they ask before they do it."""

    def __init__(
        self, around: Frame, version: Version, changed: Callable[[], Awaitable[None]]
    ) -> None:
        self._house, self._duty = around.house, around.duty
        self._version, self._document = version, version.document
        self._changed = changed
        self._dialog = ui.dialog()
        with self._dialog:
            self._card = attributes(box("card asking"), role="document")

    def build(self) -> None:
        target = address("/replace", id=self._document.id)
        with attributes(box("actions"), role="group", aria_label="维护"):
            button("替换", lambda: ui.navigate.to(target), "quiet-button")
            if RETIRED in self._document.metadata:
                button("恢复使用", self._reinstate, "quiet-button")
            elif self._version.state is not State.EXPIRED:
                button("停用", self._ask_retire, "quiet-button")
            button("移除", self._ask_remove, "quiet-button danger")

    # -- retire

    def _ask_retire(self) -> None:
        self._card.clear()
        with self._card:
            text(f"停用《{self._document.title}》", "asking-title", "h2")
            text("从停用之日起不再用它回答；资料仍然保留，可以恢复。", "quiet")
            today = self._house.now().date().isoformat()
            self._since = ui.input("从哪一天起停用", value=today).props(
                'outlined dense type=date aria-label="从哪一天起停用" stack-label'
            )
            self._since.classes("asking-day")
            self._problem = box("")
            self._foot("停用", self._retire)
        self._dialog.open()

    async def _retire(self) -> None:
        try:
            first = read_day(self._since.value)
        except IncomingError as error:
            self._complain(str(error))
            return
        await self._do(knowledge.retire, first)

    async def _reinstate(self) -> None:
        self._card.clear()
        with self._card:
            self._problem = box("")
        await self._do(knowledge.reinstate)

    async def _do(self, work: Callable[..., Version], *values: date | None) -> None:
        try:
            await away(work, self._house, self._document.id, *values, self._duty.actor)
        except Failed as failure:
            self._complain(str(failure))
            self._dialog.open()
            return
        self._dialog.close()
        await self._changed()

    # -- remove

    async def _ask_remove(self) -> None:
        self._card.clear()
        with self._card:
            busy("正在看哪些内容引用了它…")
        self._dialog.open()
        try:
            found = await away(checked_up, self._house, self._document.id)
        except Failed as failure:
            only_failing(self._card, str(failure))
            return
        self._card.clear()
        with self._card:
            text(f"移除《{self._document.title}》？", "asking-title", "h2")
            text(f"编号 {self._document.id}。移除后搜不到也不能引用，不能撤销；", "", "span")
            text("只是不再使用的话，请用「停用」。", "", "span")
            self._cited(found)
            self._problem = box("")
            self._foot("移除", self._remove, "danger-button")

    def _cited(self, found: CheckedUp) -> None:
        if not found.citing:
            text("没有资料或规则引用它。", "quiet")
            return
        citers = by_citer(found.citing)
        text(f"有 {len(found.citing)} 处引用它，移除后会失去依据：", "warning asking-warning")
        with attributes(box("citing", "ul"), data_testid="asking-citing"):
            for items in citers[:_CITING]:
                draw_citation(items, found.reasons)
        if len(citers) > _CITING:
            text(f"……另有 {len(citers) - _CITING} 份", "quiet")

    async def _remove(self) -> None:
        try:
            await away(knowledge.remove, self._house, self._document.id, self._duty.actor)
        except Failed as failure:
            self._complain(str(failure))
            return
        self._dialog.close()
        ui.navigate.to(HOME)

    # -- the dialog

    def _foot(self, label: str, action: Callable[[], Awaitable[None]], kind: str = "") -> None:
        with box("asking-foot"):
            button("取消", self._dialog.close, "quiet-button")
            button(label, action, kind or "main-button")

    def _complain(self, line: str) -> None:
        self._problem.clear()
        with self._problem:
            failing(line)
