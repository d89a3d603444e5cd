"""How a triaged message is shown: verdict, limits and the reasons."""

from collections.abc import Callable, Collection, Mapping

from nicegui import ui

from api.pages.marking import Mark, marked
from api.pages.reader import SourceReader
from api.pages.widgets import (
    attributes,
    box,
    copy_button,
    countdown,
    heading,
    link,
    pair,
    tag,
    text,
    tier_tag,
    trusted,
)
from api.pages.words import clause_name, moment, number, place
from api.wiring import House
from assistant.types import Location, Signal, Triage
from desk.types import Request
from rules.labels import signal_family
from rules.types import Deadline, FiredRow, Tier

# below this the label is a guess that a person should look at
_UNSURE = 0.6


class TriageView:
    """Draws the parts of a triage; sources open in `reader`."""

    def __init__(
        self,
        house: House,
        reader: SourceReader,
        titles: Mapping[str, str],
        set_by_person: Collection[str] = (),
    ) -> None:
        self._house, self._reader, self._titles = house, reader, titles
        self._set = set_by_person

    def kept(self, kept: Request) -> None:
        """Where the message was kept."""
        with attributes(box("kept"), role="status"):
            text("已登记为来件", "", "span")
            ui.link(number(kept.id), f"/requests?id={kept.id}").classes("link number")

    def verdict(self, triage: Triage, beside: Callable[[], None]) -> None:
        """Kind, department, tier, level and place at one glance; `beside` draws what doubts it."""
        tier = triage.decision.tier
        with attributes(box(f"card verdict verdict-{tier}"), data_testid="verdict"):
            with box("verdict-head"):
                tier_tag(self._house, tier, large=True)
                text(self._house.label(triage.kind, "kinds"), "verdict-kind", "span")
                text(self._level(triage), "verdict-level", "span")
                _confidence(None if "kind" in self._set else triage.kind_confidence)
            beside()
            if tier is Tier.CRITICAL:
                text("立即启动应急响应，先说安全提示，再问情况。", "verdict-alarm")
            with box("pairs"):
                pair("责任部门", self._house.label(triage.department, "departments"))
                if triage.category:
                    pair("投诉类别", self._house.label(triage.category, "categories"))
                pair("位置", _place(triage.location))
                pair("渠道", self._house.label(triage.message.channel, "channels"))
                pair("收到", moment(triage.message.received_at, self._house.now()))

    def _level(self, triage: Triage) -> str:
        return f"{self._house.label(triage.decision.level, 'levels')}处理"

    def original(self, triage: Triage) -> None:
        """The resident's words with the stretches that prove a signal."""
        said = [signal for signal in triage.signals if signal.evidence]
        heading("原文标注", f"{len(said)} 处依据" if said else "没有发现信号")
        marks = [Mark(s.start, s.end, self._family(s), self._tip(s)) for s in said]
        with attributes(box("card original"), data_testid="original"):
            trusted(marked(triage.message.text, marks), "message-text")
            if triage.signals:
                with box("legend"):
                    for signal in triage.signals:
                        family = self._family(signal)
                        tag(self._named(signal), f"sign-tag sign-{family}")

    def _family(self, signal: Signal) -> str:
        return signal_family(signal.code, self._house.rulebook) or "other"

    def _tip(self, signal: Signal) -> str:
        return f"{self._named(signal)} · {self._house.label(self._family(signal), 'families')}"

    def _named(self, signal: Signal) -> str:
        value = _said(signal)
        return self._house.label(signal.code, "signals") + (f" {value}" if value else "")

    def deadlines(self, triage: Triage) -> None:
        """Every limit with its moment, its clock and the time left."""
        heading("时限")
        with attributes(box("card table-card"), data_testid="deadlines"), box("limits"):
            for limit in triage.decision.deadlines:
                self._limit(limit)

    def _limit(self, limit: Deadline) -> None:
        now = self._house.now()
        with box("limit follows-clock"):
            text(self._house.label(limit.milestone, "milestones"), "limit-name")
            with box("limit-due"):
                text(moment(limit.due_at, now) if limit.due_at else limit.note, "", "span")
                if limit.provisional:
                    tag("暂定", "tag-provisional")
                if limit.due_at and limit.note:
                    text(limit.note, "quiet")
            text(f"{limit.limit} · {self._house.label(limit.clock, 'clocks')}", "quiet limit-clock")
            countdown(limit.due_at)

    def ask_next(self, triage: Triage) -> None:
        """What to ask the resident: answers that could raise the tier."""
        if not triage.ask_next:
            return
        heading("接着问清楚")
        with attributes(box("card asks", "ul"), data_testid="ask-next"):
            for question in triage.ask_next:
                text(question, "", "li")
            with box("asks-copy", "li"):
                copy_button("\n".join(triage.ask_next), "复制问题")

    def why(self, triage: Triage) -> None:
        """The rows that fired, each with the clause it stands on."""
        heading("为什么", triage.decision.rulebook.partition("+")[0])
        with attributes(box("card reasons"), data_testid="why"):
            for row in triage.decision.because:
                self.reason(row)

    def reason(self, row: FiredRow) -> None:
        """One row that fired."""
        with box("reason"):
            text(row.text, "reason-text")
            with box("reason-foot"):
                link(
                    clause_name(row.source, self._titles),
                    lambda: self._reader.clause(row.source),
                    "backing",
                )
                text(row.rule, "quiet code", "span")


def _confidence(value: float | None) -> None:
    """How sure the classifier is; None where a person said it."""
    if value is None:
        text("人工更正", "confidence", "span")
        return
    unsure = value < _UNSURE
    words = f"把握 {value:.0%}" + ("，请核对" if unsure else "")
    text(words, "confidence is-unsure" if unsure else "confidence", "span")


def _said(signal: Signal) -> str:
    if signal.value is None:
        return ""
    unit = {"repeat_report": "次", "unattended_days": "天", "anger": "级"}.get(signal.code, "")
    return f"{signal.value}{unit}"


def _place(location: Location) -> str:
    names = ("building", "unit", "floor", "room", "place")
    return place({name: getattr(location, name) for name in names})
