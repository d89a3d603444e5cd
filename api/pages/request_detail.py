"""One kept request in a side panel: its words, its decision, its limits, its history."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from nicegui import ui

from api.desk_flow import Belonging, belonging, reach_milestone
from api.pages.correcting import CorrectionBoard, Corrector, show_failure
from api.pages.frame import Frame
from api.pages.marking import Mark, marked
from api.pages.rules_parts import TRACE, address
from api.pages.triage_matters import linked
from api.pages.widgets import (
    attributes,
    box,
    busy,
    button,
    countdown,
    failing,
    heading,
    link,
    pair,
    tag,
    text,
    tier_tag,
    trusted,
)
from api.pages.words import EVENTS, clause_name, moment, number, place
from api.pages.work import Failed, away
from desk.types import CLOSED, Correction, Event, KeptDeadline, Request, Stage
from rules.labels import signal_family
from rules.types import Milestone


@dataclass(frozen=True, slots=True)
class Opened:
    """A request with all that belongs to it, and the titles of all documents by id."""

    request: Request
    corrections: list[Correction]
    history: tuple[Event, ...]
    titles: dict[str, str]
    around: Belonging


class RequestDetail:
    """The panel; `changed` is awaited after a milestone was recorded."""

    def __init__(self, around: Frame, changed: Callable[[], Awaitable[None]]) -> None:
        self._house, self._reader, self._duty = around.house, around.reader, around.duty
        self._changed = changed
        self._dialog = ui.dialog().props("position=right full-height").classes("reader-dialog")
        with self._dialog:
            self._panel = attributes(box("reader detail"), role="document", aria_label="来件详情")

    async def open(self, request_id: str) -> None:
        """Show one request."""
        self._head(f"来件 {number(request_id)}")
        with self._panel:
            busy("正在打开…")
        self._dialog.open()
        await self._load(request_id)

    async def _load(self, request_id: str, failure: str = "") -> None:
        try:
            opened = await away(self._read, request_id)
        except Failed as failed:
            self._head(f"来件 {number(request_id)}")
            with self._panel:
                failing(str(failed))
            return
        self._head(f"来件 {number(request_id)}")
        with self._panel, box("reader-body"):
            if failure:
                failing(failure)
            self._draw(opened)

    def _read(self, request_id: str) -> Opened:
        desk = self._house.desk
        titles = {d.id: d.title for d in self._house.knowledge_base.documents()}
        rows = self._house.corrections.of(request_id)
        history, around = tuple(desk.history(request_id)), belonging(self._house, request_id)
        return Opened(desk.get(request_id), rows, history, titles, around)

    async def _reach(self, request_id: str, milestone: str) -> None:
        try:
            await away(reach_milestone, self._house, request_id, milestone, self._duty.actor)
        except Failed as failed:
            await self._load(request_id, str(failed))
        else:
            await self._load(request_id)
        await self._changed()

    def _head(self, title: str) -> None:
        self._panel.clear()
        with self._panel, box("reader-head"):
            text(title, "reader-title", "h2")
            close = button("", self._dialog.close, "icon-button", icon="close")
            attributes(close, aria_label="关闭", title="关闭 (Esc)")

    def _draw(self, opened: Opened) -> None:
        request = opened.request
        self._verdict(request)
        self._links(request.id, opened.around)
        self._steps(request)
        self._corrections(opened)
        heading("时限")
        with box("card table-card"), box("limits"):
            for limit in request.deadlines:
                self._limit(limit)
        heading("原文")
        with box("card original"):
            trusted(marked(request.text, self._marks(request.triage)), "message-text")
        self._why(request, opened.titles)
        self._history(opened.history)

    def _verdict(self, request: Request) -> None:
        label, now = self._house.label, self._house.now()
        with box("verdict-head"):
            tier_tag(self._house, request.tier, large=True)
            text(label(request.kind, "kinds"), "verdict-kind", "span")
            text(f"{label(request.level, 'levels')}处理", "verdict-level", "span")
            tag(label(request.stage, "stages"), "tag-stage")
        with box("pairs"):
            pair("责任部门", label(request.department, "departments"))
            if request.category:
                pair("投诉类别", label(request.category, "categories"))
            pair("位置", place(request.location))
            pair("渠道", label(request.channel, "channels"))
            if request.sender:
                pair("来件人", request.sender)
            pair("收到", moment(request.received_at, now))

    def _links(self, request_id: str, around: Belonging) -> None:
        """The other matters of the same message, and the other messages of the same matter."""
        incident = around.incident
        for words, ids in (
            ("同一条来件里的其他事", around.children),
            ("出自来件", tuple(filter(None, (around.parent,)))),
            ("已并入", tuple(filter(None, (around.merged_into,)))),
            ("并入本件的", around.merged),
        ):
            if ids:
                linked(words, ids)
        if incident is not None and incident.people > 1:
            others = [one for one in incident.requests if one != request_id]
            linked(f"{incident.about}：同一事件已有 {incident.people} 人报告", others)

    def _corrections(self, opened: Opened) -> None:
        request = opened.request
        if request.facts is None:
            return  # kept before facts were recorded: it cannot be judged again

        async def corrected(_field: str) -> None:
            await self._load(request.id)
            await self._changed()

        failure = attributes(box(""), aria_live="polite")
        corrector = Corrector(self._house, self._duty, request.id, corrected, show_failure(failure))
        CorrectionBoard(corrector, request, opened.corrections).build()

    def _steps(self, request: Request) -> None:
        steps = open_steps(request)
        if not steps:
            return
        with attributes(box("steps"), role="group", aria_label="记录节点"):
            for place_in_line, step in enumerate(steps):
                made = button(
                    self._house.label(step, "milestones"),
                    lambda s=step: self._reach(request.id, s),
                    "main-button" if place_in_line == 0 else "quiet-button",
                )
                attributes(made, title="记录为现在达成", data_milestone=str(step))

    def _limit(self, limit: KeptDeadline) -> None:
        now = self._house.now()
        with box("limit follows-clock"):
            text(self._house.label(limit.milestone, "milestones"), "limit-name")
            with box("limit-due"):
                text(moment(limit.due_at, now) if limit.due_at else limit.note, "", "span")
                if limit.provisional:
                    tag("暂定", "tag-provisional")
                if limit.met_at:
                    text(f"{moment(limit.met_at, now)} 达成", "quiet")
            text(f"{limit.limit} · {self._house.label(limit.clock, 'clocks')}", "quiet limit-clock")
            countdown(limit.due_at, met=limit.met_at)

    def _marks(self, triage: dict[str, Any]) -> list[Mark]:
        book = self._house.rulebook
        return [
            Mark(
                int(signal["start"]),
                int(signal["end"]),
                signal_family(signal["code"], book) or "other",
                self._house.label(signal["code"], "signals"),
            )
            for signal in triage.get("signals", ())
        ]

    def _why(self, request: Request, titles: dict[str, str]) -> None:
        heading("为什么", request.rulebook.partition("+")[0])
        decided = json.loads(request.decision) if request.decision else request.triage
        with box("card reasons"):
            for row in decided.get("because", ()):
                with box("reason"):
                    text(row["text"], "reason-text")
                    source = str(row["source"])
                    made = clause_name(source, titles)
                    link(made, lambda s=source: self._reader.clause(s), "backing")
        with box("trace-link"):
            ui.link("判定经过", address(TRACE, request.id)).classes("link")

    def _history(self, history: tuple[Event, ...]) -> None:
        heading("经过")
        now = self._house.now()
        with box("timeline", "ol"):
            for event in history:
                with box("", "li"):
                    text(moment(event.at, now), "timeline-at", "span")
                    done = EVENTS.get(event.type) or self._house.label(event.type, "milestones")
                    text(done, "timeline-what", "span")
                    text(event.actor, "quiet", "span")


def open_steps(request: Request) -> tuple[str, ...]:
    """The milestones that can be recorded now, in their order."""
    if request.stage in CLOSED or request.stage is Stage.RETURNED:
        return ()
    if request.stage is Stage.COMPLETED:
        return (Milestone.RETURN_VISIT,)
    unmet = {limit.milestone for limit in request.deadlines if limit.met_at is None}
    # completion can always be recorded, also where no limit was set for it
    wanted = (unmet | {Milestone.RESOLVE}) - {Milestone.RETURN_VISIT}
    return tuple(step for step in Milestone if step in wanted)
