"""来件: open requests, the shortest time left first."""

from collections import Counter

from nicegui import ui

from api.pages.frame import PATIENCE, Frame, frame
from api.pages.marking import excerpt
from api.pages.request_detail import RequestDetail
from api.pages.widgets import (
    attributes,
    box,
    busy,
    button,
    countdown,
    empty,
    only_failing,
    text,
    tier_tag,
)
from api.pages.words import moment, number, place
from api.pages.work import Failed, away
from api.wiring import House
from desk.types import Request
from rules.types import Tier

# seconds between looks at the store; the countdowns tick in the browser meanwhile
_REFRESH = 5.0
_ALL = "all"


def register(house: House) -> None:
    """Serve the page at `/ui/requests`."""

    @ui.page("/requests", response_timeout=PATIENCE)
    async def page(id: str = "") -> None:
        with frame(house, "/requests", "wide") as around:
            listing = RequestsPage(around)
            listing.build()
        await ui.context.client.connected()
        await listing.refresh()
        if id:
            await listing.detail.open(id)


class RequestsPage:
    """One screen's list of open requests with its filters."""

    def __init__(self, around: Frame) -> None:
        self._house = around.house
        self.detail = RequestDetail(around, self.refresh)
        self._requests: list[Request] | None = None
        self._tier, self._department = _ALL, _ALL

    def build(self) -> None:
        with box("page-head"):
            text("来件", "page-title", "h1")
            self._count = text("", "quiet", "span")
            with box("filters"):
                self._filters()
        self._failure = box("")
        self._list = box("requests card table-card")
        with self._list:
            busy("正在读取…")
        ui.timer(_REFRESH, self.refresh, immediate=False)

    def _filters(self) -> None:
        self._tiers = attributes(box("segments"), role="group", aria_label="按紧急程度筛选")
        departments = self._house.rulebook.vocabulary.codes("departments")
        names = {str(code): self._house.label(code, "departments") for code in departments}
        chosen = ui.select(
            {_ALL: "全部部门", **names},
            value=_ALL,
            on_change=lambda e: self._by_department(e.value),
        )
        chosen.props('outlined dense options-dense aria-label="按部门筛选"')
        chosen.classes("department-filter")

    def _by_department(self, department: str) -> None:
        self._department = department
        self._draw()

    def _by_tier(self, tier: str) -> None:
        self._tier = tier
        self._draw()

    async def refresh(self) -> None:
        """Look at the store; draw again only when something changed."""
        try:
            found = await away(self._house.desk.open_requests)
        except Failed as failure:
            only_failing(self._failure, str(failure))
            return
        self._failure.clear()
        if found != self._requests:
            self._requests = found
            self._draw()

    def _draw(self) -> None:
        requests = self._requests or []
        self._draw_tiers(requests)
        shown = [request for request in requests if self._is_wanted(request)]
        self._count.set_text(f"{len(requests)} 件未办结，按剩余时间排列" if requests else "")
        self._list.clear()
        with self._list:
            if not requests:
                empty("没有未办结的来件", "在「来件分诊」里分诊过的消息会登记到这里。")
            elif not shown:
                empty("没有符合筛选条件的来件")
            else:
                self._columns()
                for request in shown:
                    self._row(request)

    def _is_wanted(self, request: Request) -> bool:
        return self._tier in (_ALL, request.tier) and self._department in (
            _ALL,
            request.department,
        )

    def _draw_tiers(self, requests: list[Request]) -> None:
        counts = Counter(request.tier for request in requests)
        self._tiers.clear()
        with self._tiers:
            self._tier_button(_ALL, "全部", len(requests))
            for tier in reversed(Tier):
                self._tier_button(tier, self._house.label(tier, "tiers"), counts[tier])

    def _tier_button(self, tier: str, label: str, count: int) -> None:
        pressed = self._tier == tier
        made = button(
            f"{label} {count}",
            lambda: self._by_tier(tier),
            f"segment-button dot-{tier}" + (" is-pressed" if pressed else ""),
        )
        attributes(made, aria_pressed=str(pressed).lower())

    def _columns(self) -> None:
        with attributes(box("request-row request-columns"), aria_hidden="true"):
            for name in ("紧急程度", "来件", "位置", "部门 / 状态", "下一节点", "剩余时间"):
                text(name, "", "span")

    def _row(self, request: Request) -> None:
        upcoming = request.next_deadline
        row = box(f"request-row request-{request.tier} follows-clock")
        attributes(row, role="button", tabindex="0", data_request=request.id)
        row.on("click", lambda: self.detail.open(request.id))
        with row:
            with box("cell-tier"):
                tier_tag(self._house, request.tier)
            with box("cell-text"):
                with box("cell-kind"):
                    text(self._house.label(request.kind, "kinds"), "kind", "span")
                    arrived = moment(request.received_at, self._house.now())
                    text(f"{arrived} · {number(request.id)}", "quiet", "span")
                text(excerpt(request.text, 90), "cell-excerpt")
            text(place(request.location) or "—", "cell-place")
            with box("cell-department"):
                text(self._house.label(request.department, "departments"))
                text(self._house.label(request.stage, "stages"), "quiet")
            with box("cell-next"):
                self._next(request)
            with box("cell-left"):
                countdown(upcoming.due_at if upcoming else None)

    def _next(self, request: Request) -> None:
        upcoming = request.next_deadline
        if upcoming is None or upcoming.due_at is None:
            text("—", "quiet")
            return
        text(self._house.label(upcoming.milestone, "milestones"))
        provisional = " · 暂定" if upcoming.provisional else ""
        text(moment(upcoming.due_at, self._house.now()) + provisional, "quiet")
