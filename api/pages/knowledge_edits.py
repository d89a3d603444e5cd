"""草稿改动: how far CSRs edit what was drafted, and which of their answers may become FAQs."""

from collections.abc import Awaitable, Callable, Mapping

from nicegui import ui
from nicegui.element import Element

from api.pages.knowledge_parts import address
from api.pages.widgets import attributes, box, busy, button, failing, heading, only_failing, text
from api.pages.words import BACKENDS, ROLES, moment
from api.pages.work import Failed, away
from api.wiring import House
from assistant.edits.types import EditReport, KeptDraft, Spread
from assistant.gaps.types import Settled

_MOST = 20


class EditsSection:
    """What was sent instead of the drafts; `actor` says who is at the desk."""

    def __init__(self, house: House, actor: Callable[[], str]) -> None:
        self._house, self._actor = house, actor

    def build(self) -> None:
        self._problem = box("")
        self._place = attributes(box("edits"), data_testid="edits")
        with self._place:
            busy("正在统计草稿改动…")

    async def load(self) -> None:
        """Measure and show."""
        try:
            report = await away(self._house.sent.report)
        except Failed as failure:
            only_failing(self._place, str(failure))
            return
        self._place.clear()
        with self._place:
            self._draw(report)

    def _draw(self, report: EditReport) -> None:
        days = self._house.settings.assistant.gaps.days
        heading("草稿改动", f"最近 {days} 天发出 {report.total.count} 条")
        if not report.total.count:
            text("在来件分诊页复制或修改过的草稿，会在这里统计。", "quiet")
            return
        with box("card edits-tables"):
            label = self._house.label
            kinds = {label(code, "kinds"): spread for code, spread in report.kinds.items()}
            backends = {BACKENDS.get(b, b): spread for b, spread in report.backends.items()}
            for name, spreads in (("类型", kinds), ("措辞", backends)):
                _table(name, ("条数", "改动中位数", "原样发出"), _spread_rows(spreads))
            roles = {ROLES.get(role, role): spread for role, spread in report.roles.items()}
            rows = {
                name: (str(spread.count), f"{spread.touched:.0%}", f"{spread.mean:.0%}")
                for name, spread in roles.items()
            }
            _table("段落", ("条数", "改过", "平均改动"), rows)
        if report.candidates:
            heading("可以成为问答的答复", f"{len(report.candidates)} 条，改动大的在前")
            with box("gaps"):
                for candidate in report.candidates[:_MOST]:
                    self._candidate(candidate)

    def _candidate(self, candidate: KeptDraft) -> None:
        with attributes(box("card gap", "article"), data_candidate=candidate.number):
            with box("gap-head"):
                text(candidate.question, "gap-question", "h2")
                text(f"改动 {candidate.distance:.0%}", "gap-count", "span")
            lacked = "草稿没有查到事实 · " if candidate.has_fact is False else ""
            text(f"{lacked}{moment(candidate.at, self._house.now())}", "quiet")
            text(candidate.answer, "gap-line edits-answer")
            with box("gap-foot"):
                target = address("/edit", id=candidate.number)
                button("起草问答", lambda: ui.navigate.to(target), "main-button")
                for label, how in (("已处理", Settled.RESOLVED), ("忽略", Settled.DISMISSED)):
                    button(label, self._settling(candidate.number, how), "quiet-button")

    def _settling(self, number: int, how: Settled) -> Callable[[], Awaitable[None]]:
        async def settle() -> None:
            self._problem.clear()
            try:
                await away(self._house.sent.settle, number, how, self._actor())
            except Failed as failure:
                with self._problem:
                    failing(str(failure))
                return
            await self.load()

        return settle


def _spread_rows(spreads: Mapping[str, Spread]) -> dict[str, tuple[str, ...]]:
    return {
        name: (str(spread.count), f"{spread.median:.0%}", f"{spread.unchanged:.0%}")
        for name, spread in spreads.items()
    }


def _table(name: str, columns: tuple[str, ...], rows: Mapping[str, tuple[str, ...]]) -> Element:
    """A small table; its first column has the name of the groups."""
    with box("edits-table", "table") as table:
        with box("", "thead"), box("", "tr"):
            for column in (name, *columns):
                text(column, "quiet", "th")
        with box("", "tbody"):
            for group, cells in rows.items():
                with box("", "tr"):
                    for cell in (group, *cells):
                        text(cell, "", "td")
    return table
