"""判定经过: how a kept request, or facts entered by hand, go through the tables row by row."""

from dataclasses import dataclass
from typing import Any

from nicegui import ui

from api.incoming import read_moment
from api.pages.frame import PATIENCE, Frame, frame
from api.pages.rules_parts import HOME, TRACE, Sources, address, named, tabs, titles_of
from api.pages.rules_trace_view import TraceView
from api.pages.widgets import attributes, box, busy, button, empty, only_failing, text
from api.pages.words import number
from api.pages.work import Failed, away
from api.rulebooks import CURRENT, named_book
from api.wiring import House
from rules.explain import Explanation, explanation
from rules.records import facts_from_json
from rules.rulebook import Rulebook
from rules.types import Facts, Kind, Tier

_CHOICES = (
    ("category", "投诉类别", "categories"),
    ("department", "部门", "departments"),
    ("raised_tier", "建议不低于", "tiers"),
)


@dataclass(frozen=True, slots=True)
class Traced:
    """Facts and what a rulebook made of them; `titles` names every document by its id."""

    facts: Facts
    book: Rulebook
    explained: Explanation
    titles: dict[str, str]


def register(house: House) -> None:
    """Serve the form at `/ui/rules/trace`, a request's trace below it."""

    @ui.page(TRACE, response_timeout=PATIENCE)
    def by_hand() -> None:
        with frame(house, HOME) as around:
            tabs(TRACE)
            FactsPage(around).build()

    @ui.page(f"{TRACE}/{{request_id}}", response_timeout=PATIENCE)
    async def of_request(request_id: str, book: str = "") -> None:
        with frame(house, HOME, "reading") as around:
            tabs(TRACE)
            page = RequestTrace(around, request_id, book)
            page.build()
        await ui.context.client.connected()
        await page.load()


class RequestTrace:
    """One kept request's trace, by the rulebook that decided it or by `book`."""

    def __init__(self, around: Frame, request_id: str, book: str) -> None:
        self._house, self._reader = around.house, around.reader
        self._id, self._book = request_id, book

    def build(self) -> None:
        with box("page-head"):
            text(f"判定经过 · 来件 {number(self._id)}", "page-title", "h1")
            ui.link("看来件", address("/requests", id=self._id)).classes("link")
        self._note = box("")
        self._place = attributes(box("result"), aria_live="polite")
        with self._place:
            busy("正在重演判定…")

    async def load(self) -> None:
        """Judge the recorded facts again and draw how."""
        try:
            traced = await away(_of_request, self._house, self._id, self._book)
        except Failed as failure:
            only_failing(self._place, str(failure))
            return
        self._draw_note(traced.book)
        _show(self._house, self._place, self._reader, traced)

    def _draw_note(self, book: Rulebook) -> None:
        current = self._house.rulebook
        with self._note:
            if self._book:
                with box("warning"):
                    text("这是按现行规则重判的，不是当时的判定。", "", "span")
                    ui.link("看当时的", address(TRACE, self._id)).classes("link")
            elif book.digest != current.digest:
                with box("warning"):
                    name, digest = named(current.identity)
                    text(f"当时的规则已被取代，现行 {name}（{digest}）。", "", "span")
                    again = address(TRACE, self._id, book=CURRENT)
                    ui.link("按现行规则重判", again).classes("link")


class FactsPage:
    """One screen's form for facts, and the trace of them."""

    def __init__(self, around: Frame) -> None:
        self._house, self._reader = around.house, around.reader

    def build(self) -> None:
        with box("split facts-split"):
            with box("pane pane-form"):
                text("判定经过", "page-title", "h1")
                with attributes(box("card facts-form"), data_testid="facts-form"):
                    self._form()
            self._place = attributes(box("pane pane-result"), aria_live="polite")
        with self._place:
            empty("填几件事实，看规则怎样一行一行判定", "也可以从来件的详情里点「判定经过」。")

    def _form(self) -> None:
        vocabulary = self._house.rulebook.vocabulary
        kinds = {str(kind): vocabulary.label(kind, "kinds") for kind in Kind}
        families = vocabulary.groups["families"]
        signals = {
            code: f"{entry.label}（{families[entry.family]}）"
            for code, entry in vocabulary.signals.items()
        }
        self._fields: dict[str, Any] = {"kind": _select(kinds, "诉求类型", Kind.REPAIR.value)}
        chosen = ui.select(signals, label="信号", multiple=True, with_input=True, value=[])
        chosen.props("outlined dense options-dense use-chips").classes("signals-select")
        self._fields["signals"] = chosen
        with box("form-row"):
            for name, label in (
                ("repeat_count", "已反映次数"),
                ("unattended_days", "无人处理天数"),
                ("incident_reports", "同一事件报告人数"),
                ("suspected_danger", "疑似危险把握（%）"),
            ):
                made = ui.number(label, value=0, min=0, max=9999, precision=0)
                self._fields[name] = made.props("outlined dense")
        with box("form-row"):
            for name, label, group in _CHOICES:
                codes = {str(c): vocabulary.label(c, group) for c in vocabulary.codes(group)}
                self._fields[name] = _select({"": "没有", **codes}, label, "")
        with box("form-row"):
            for name, label in (("wished_at", "约定时间"), ("received_at", "收到时间")):
                missing = "现在" if name == "received_at" else "没有"
                entry = ui.input(label, placeholder=missing)
                entry.props('outlined dense stack-label mask="####-##-## ##:##"')
                self._fields[name] = entry
        with box("form-foot"):
            text("不会登记来件", "quiet", "span")
            self._button = button("判定", self._submit, "main-button")

    async def _submit(self) -> None:
        self._button.props("loading")
        try:
            values = {name: made.value for name, made in self._fields.items()}
            traced = await away(_of_values, self._house, values)
        except Failed as failure:
            only_failing(self._place, str(failure))
        else:
            _show(self._house, self._place, self._reader, traced)
        finally:
            self._button.props(remove="loading")


def _select(options: dict[str, str], label: str, value: str) -> ui.select:
    return ui.select(options, label=label, value=value).props("outlined dense options-dense")


def _show(house: House, place: Any, reader: Any, traced: Traced) -> None:
    place.clear()
    with place:
        view = TraceView(house, Sources(reader, traced.titles), traced.book)
        view.draw(traced.facts, traced.explained)


def _of_request(house: House, request_id: str, book: str) -> Traced:
    record = house.desk.record(request_id)
    judging = named_book(house, book or record.rulebook)
    facts = facts_from_json(record.facts)
    explained = explanation(facts, judging, record.as_of)
    return Traced(facts, judging, explained, titles_of(house))


def _of_values(house: House, values: dict[str, Any]) -> Traced:
    facts, book = facts_of(values, house), house.rulebook
    return Traced(facts, book, explanation(facts, book), titles_of(house))


def facts_of(values: dict[str, Any], house: House) -> Facts:
    """The facts of the form. Raises IncomingError for a time that does not exist."""
    now = house.now()
    received = read_moment(_typed(values["received_at"]), now)
    wished = _typed(values["wished_at"])
    raised = values["raised_tier"]
    return Facts(
        kind=Kind(values["kind"]),
        received_at=received,
        signals=frozenset(values["signals"] or ()),
        category=values["category"] or None,
        department=values["department"] or None,
        repeat_count=int(values["repeat_count"] or 0),
        unattended_days=int(values["unattended_days"] or 0),
        incident_reports=int(values["incident_reports"] or 0),
        suspected_danger=int(values["suspected_danger"] or 0),
        wished_at=read_moment(wished, now) if wished else None,
        raised_tier=Tier(raised) if raised else None,
    )


def _typed(value: str | None) -> str | None:
    return (value or "").strip().replace(" ", "T") or None
