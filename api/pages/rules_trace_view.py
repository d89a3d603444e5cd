"""A decision as it was made: what was decided, every table row by row, what would change it."""

from collections.abc import Sequence
from itertools import groupby

from nicegui import ui
from nicegui.element import Element

from api.pages.rules_parts import POLICIES, Sources, named
from api.pages.widgets import (
    attributes,
    box,
    countdown,
    heading,
    pair,
    tag,
    text,
    tier_tag,
)
from api.pages.words import moment
from api.wiring import House
from rules.explain import Explanation
from rules.rulebook import Rulebook
from rules.tracing import Status, TracedRow
from rules.turning import Turn
from rules.types import Deadline, Facts

_SIGNS = {
    Status.DECIDED: "✓",
    Status.OVERRIDDEN: "↓",
    Status.UNMATCHED: "✕",
    Status.NOT_TRIED: "–",
}


class TraceView:
    """Draws an explanation by one rulebook; clauses open in `sources`."""

    def __init__(self, house: House, sources: Sources, book: Rulebook) -> None:
        self._house, self._sources, self._book = house, sources, book

    def draw(self, facts: Facts, explained: Explanation) -> None:
        """All of it, in the order in which one asks."""
        self._verdict(explained)
        self._facts(facts)
        self._deadlines(explained)
        self._tables(explained.trace)
        self._turns(explained)

    def _label(self, code: str | int, group: str) -> str:
        return self._book.vocabulary.label(code, group)

    def _verdict(self, explained: Explanation) -> None:
        decision = explained.decision
        name, digest = named(decision.rulebook)
        heading("判定", f"按规则 {name}（{digest}）")
        with attributes(box(f"card verdict verdict-{decision.tier}"), data_testid="trace-verdict"):
            with box("verdict-head"):
                tier_tag(self._house, decision.tier, large=True)
                text(f"{self._label(decision.level, 'levels')}处理", "verdict-kind", "span")
            with box("pairs"):
                pair("首责部门", self._label(decision.responsible, "departments"))
                pair("牵头部门", self._label(decision.leading, "departments"))

    def _facts(self, facts: Facts) -> None:
        now = self._house.now()
        heading("依据的事实")
        with attributes(box("card facts"), data_testid="trace-facts"), box("pairs"):
            pair("诉求类型", self._label(facts.kind, "kinds"))
            pair("收到", moment(facts.received_at, now))
            signals = [self._label(code, "signals") for code in sorted(facts.signals)]
            pair("信号", "、".join(signals) or "没有")
            for name, value in (
                ("投诉类别", facts.category and self._label(facts.category, "categories")),
                ("部门", facts.department and self._label(facts.department, "departments")),
                ("渠道", facts.channel and self._label(facts.channel, "channels")),
                ("项目", facts.estate),
                ("已反映", facts.repeat_count and f"{facts.repeat_count} 次"),
                ("无人处理", facts.unattended_days and f"{facts.unattended_days} 天"),
                ("同一事件", facts.incident_reports and f"{facts.incident_reports} 人反映"),
                ("疑似危险", facts.suspected_danger and f"把握 {facts.suspected_danger}%"),
                ("约定时间", facts.wished_at and moment(facts.wished_at, now)),
                ("建议不低于", facts.raised_tier and self._label(facts.raised_tier, "tiers")),
            ):
                if value:
                    pair(name, str(value))

    def _deadlines(self, explained: Explanation) -> None:
        heading("时限")
        with attributes(box("card table-card"), data_testid="trace-deadlines"), box("limits"):
            for limit in explained.decision.deadlines:
                self._limit(limit)

    def _limit(self, limit: Deadline) -> None:
        with box("limit follows-clock"):
            text(self._label(limit.milestone, "milestones"), "limit-name")
            with box("limit-due"):
                due = limit.due_at
                text(moment(due, self._house.now()) if due else limit.note, "", "span")
                if limit.provisional:
                    tag("暂定", "tag-provisional")
                if due and limit.note:
                    text(limit.note, "quiet")
            text(f"{limit.limit} · {self._label(limit.clock, 'clocks')}", "quiet limit-clock")
            countdown(limit.due_at)

    # -- the tables, row by row

    def _tables(self, traced: Sequence[TracedRow]) -> None:
        with box("trace-top"):
            heading("逐行核对", "每张表从上往下，一行一行")
            toggle = ui.switch("只看命中的行").props("dense")
        with box("trace") as made:
            toggle.on_value_change(lambda event: _only_matched(made, bool(event.value)))
            for name, rows in groupby(traced, key=lambda row: row.rule.partition("/")[0]):
                self._table(name, list(rows))

    def _table(self, name: str, rows: list[TracedRow]) -> None:
        table = self._book.tables[name]
        matched = sum(row.matched for row in rows)
        with attributes(box("card trace-table", "details"), data_trace=name, open=True):
            with box("trace-head", "summary"):
                text(table.title, "trace-title", "h3")
                text(POLICIES[table.hit], "quiet", "span")
                text(f"{len(rows)} 行，命中 {matched}", "quiet trace-count", "span")
            with box("trace-rows", "ol"):
                for row in rows:
                    self._row(row)

    def _row(self, row: TracedRow) -> None:
        made = box(f"trace-row trace-{row.status.replace('_', '-')}", "li")
        with attributes(made, data_rule=row.rule, data_status=row.status.value):
            with box("trace-status", "span"):
                attributes(text(_SIGNS[row.status], "trace-sign", "span"), aria_hidden="true")
                text(row.status.label, "", "span")
            with box("trace-main"):
                _words(row.words)
                if why := _why(row):
                    text(why, "trace-why")
                if row.matched:
                    text(row.text, "trace-reason")
            with box("trace-foot"):
                text(row.rule.partition("/")[2], "quiet code", "span")
                if row.matched:
                    self._sources.link(row.source)

    # -- what would lead elsewhere

    def _turns(self, explained: Explanation) -> None:
        heading("怎样会变")
        with attributes(box("card turns"), data_testid="turns"):
            for turn in explained.higher:
                self._turn(turn, "有下列情形之一，升为")
            for turn in explained.lower:
                self._turn(turn, "下列情形都不存在，才是")
            if not explained.higher and not explained.lower:
                text("多说一件或少说一件事，紧急程度都不变。", "quiet")
        if explained.ask_next:
            heading("建议追问")
            with attributes(box("card asks", "ul"), data_testid="trace-asks"):
                for question in explained.ask_next:
                    text(question, "", "li")

    def _turn(self, turn: Turn, lead: str) -> None:
        with box("turn"):
            with box("turn-lead"):
                text(lead, "", "span")
                tier_tag(self._house, turn.tier)
            with box("turn-words"):
                for words in turn.words:
                    tag(words, "tag-plain")


def _only_matched(made: Element, only: bool) -> None:
    made.classes(add="only-matched") if only else made.classes(remove="only-matched")


def _words(words: str) -> None:
    """A row's conditions, each alternative on a line of its own."""
    for place, part in enumerate(words.split("；或")):
        with box("trace-words"):
            if place:
                text("或", "trace-or", "span")
            text(part, "", "span")


def _why(row: TracedRow) -> str:
    """Why a row did not decide; its own conditions are not told twice."""
    if row.failed:
        return f"不符：{row.failed}" if row.failed != row.words else ""
    return row.policy
