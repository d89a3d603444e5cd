"""What a triage says beside its verdict: suspicions, scope, details, matters, duplicates."""

from collections.abc import Awaitable, Callable, Sequence

from nicegui import ui

from api.pages.correcting import Corrector
from api.pages.widgets import attributes, box, button, heading, pair, tag, text
from api.pages.words import moment, number
from api.wiring import House
from assistant.types import Triage
from desk.matching import Related
from desk.revision import SIGNAL
from desk.types import Incident


class Matters:
    """Draws these sections of one triage; each stays away where there is nothing to say."""

    def __init__(self, house: House, corrector: Corrector) -> None:
        self._house, self._do = house, corrector

    def second_opinions(self, triage: Triage) -> None:
        """The kind and department that are nearly as likely, one click each."""
        seconds = [
            (field, group, one)
            for field, group, opinions in (
                ("kind", "kinds", triage.kinds),
                ("department", "departments", triage.departments),
            )
            for one in opinions[1:2]
        ]
        if not seconds:
            return
        with attributes(box("seconds"), data_testid="second-opinions"):
            text("也可能是", "quiet", "span")
            for field, group, one in seconds:
                label = f"{self._house.label(one.code, group)} {one.confidence:.0%}"
                made = button(label, lambda f=field, o=one: self._do.correct(f, o.code), "chip")
                attributes(made, aria_label=f"改为{label}")

    def suspicions(self, triage: Triage) -> None:
        """What a model suspects and no words prove, apart from what is proved."""
        if not triage.suggested:
            return
        heading("模型怀疑", "原话没有证明，请问清楚")
        with attributes(box("card suspicions"), data_testid="suspicions"):
            for one in triage.suggested:
                with box("suspicion"):
                    tag("怀疑", "tag-suspected")
                    text(self._house.label(one.code, "signals"), "suspicion-name", "span")
                    text(f"{one.confidence:.0%}", "quiet", "span")
                    with box("suspicion-acts"):
                        confirm = button(
                            "属实",
                            lambda c=one.code: self._do.correct(SIGNAL + c, True),
                            "quiet-button",
                        )
                        attributes(confirm, data_confirm=one.code)
                        button("不是…", lambda c=one.code: self._do.reject(c), "quiet-button")

    def scope(self, triage: Triage) -> None:
        """Who acts on what a property company cannot act on."""
        if triage.in_scope:
            return
        with attributes(box("card scope"), data_testid="scope"):
            text("物业管不了", "scope-title")
            authority = triage.authority
            if authority is None:
                text("请告诉住户归哪个部门管；不清楚时可以拨打 12345 询问。", "quiet")
                return
            with box("pairs"):
                pair("归谁管", authority.label)
                pair("怎么联系", authority.contact)

    def incident(self, incident: Incident | None) -> None:
        """What happened, and how many people reported it."""
        if incident is not None and incident.people > 1:
            words = f"{incident.about}：同一事件已有 {incident.people} 人报告"
            attributes(text(words, "warning"), data_testid="incident")

    def appended(self, appended: bool) -> None:
        """That the message went on with one that the same person had just sent."""
        if appended:
            words = "这位住户刚发过消息，这一条已接在后面，合并判定；下面是整件来件。"
            attributes(text(words, "quiet"), data_testid="appended")

    def details(self, triage: Triage) -> None:
        """How to reach the resident, and when."""
        found = triage.details
        if not (found.contacts or found.plates or found.wish):
            return
        heading("联系和时间")
        with attributes(box("card"), data_testid="details"), box("pairs"):
            if found.contacts:
                pair("电话", "、".join(found.contacts))
            if found.plates:
                pair("车牌", "、".join(found.plates))
            if found.wish:
                now = self._house.now()
                wished = moment(found.wish.at, now)
                until = f" 至 {moment(found.wish.until, now)}" if found.wish.until else ""
                pair("希望的时间", f"{wished}{until}", _quoted(found.wish.text))

    def parts(
        self, triage: Triage, children: Sequence[str], split: Callable[[], Awaitable[None]]
    ) -> None:
        """Several matters, each with who acts on it; `children` are those registered already."""
        if len(triage.parts) < 2:
            return
        heading("不止一件事", f"{len(triage.parts)} 件")
        with attributes(box("card parts"), data_testid="parts"):
            for part in triage.parts:
                with box("part"):
                    text(part.text, "part-text")
                    kind = self._house.label(part.kind, "kinds")
                    department = self._house.label(part.department, "departments")
                    tag(f"{kind} · {department}", "tag-plain")
            with box("card-foot"):
                if children:
                    linked("已拆分，另外登记为", children)
                    return
                text("本件保留全文和最急的一件，其余各自登记。", "quiet", "span")
                button(f"拆成 {len(triage.parts)} 件", split, "quiet-button")

    def related(self, related: Sequence[Related], merge: Callable[[str], Awaitable[None]]) -> None:
        """Requests that may be about the same; `merge` gets the id of the one to merge with."""
        if not related:
            return
        heading("可能是同一件事", f"{len(related)} 件，并单后由那一件办理")
        with attributes(box("card related"), data_testid="related"):
            for one in related:
                with attributes(box("related-row"), data_related=one.request_id):
                    ui.link(number(one.request_id), f"/requests?id={one.request_id}").classes(
                        "link number"
                    )
                    text(f"{one.probability:.0%}", "related-sure", "span")
                    text("、".join(one.reasons), "quiet related-why", "span")
                    button("并单", lambda r=one.request_id: merge(r), "quiet-button")

    def merged(self, into: str | None, part: Callable[[], Awaitable[None]]) -> None:
        """The request that this one was merged into; `part` takes that back."""
        if into is None:
            return
        with attributes(box("card related"), data_testid="merged"), box("related-row"):
            linked("已并入，由那一件办理：", [into])
            button("取消并单", part, "quiet-button")


def linked(words: str, requests: Sequence[str]) -> None:
    """Requests that belong to the one shown."""
    with attributes(box("linked"), data_testid="linked"):
        text(words, "quiet", "span")
        for request_id in requests:
            ui.link(number(request_id), f"/requests?id={request_id}").classes("link number")


def _quoted(words: str) -> str:
    return f"“{words}”" if words else ""
