"""One click sets a field of a triage right, one click takes it back."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from nicegui import ui
from nicegui.element import Element

from api.desk_flow import correct_request, undo_correction
from api.pages.frame import Duty
from api.pages.rules_asking import Asked, Asking
from api.pages.widgets import attributes, box, button, failing, link, text
from api.pages.words import moment, place
from api.pages.work import Failed, away
from api.wiring import House
from desk.revision import PLACES, SIGNAL, current_value, field_name, in_force
from desk.types import Correction, Request
from rules.types import Kind, Tier

_IN_SCOPE = {True: "物业能办", False: "物业管不了"}
_FLOOR = (
    "点一下就能更正，随时可以撤销；更正会用来训练分类器。"
    "原话能证明的人身安全信号改为不成立，只记作训练，本件的紧急程度不因此降低。"
)


@dataclass(frozen=True, slots=True)
class Corrector:
    """Does what was clicked on one request; `changed` is awaited after, `failed` gets the line."""

    house: House
    duty: Duty
    request_id: str
    changed: Callable[[str], Awaitable[None]]
    failed: Callable[[str], None]

    async def correct(self, field: str, value: Any) -> None:
        """Set a field."""
        await self.correct_all({field: value})

    async def correct_all(self, values: Mapping[str, Any]) -> None:
        """Set several fields, one after the other."""
        actor = self.duty.actor

        def work() -> None:
            for field, value in values.items():
                correct_request(self.house, self.request_id, field, value, actor)

        await self._done(next(iter(values), ""), work)

    async def undo(self, field: str) -> None:
        """Take the field's newest correction back."""
        actor = self.duty.actor
        await self._done(field, lambda: undo_correction(self.house, self.request_id, field, actor))

    def reject(self, code: str) -> None:
        """Call a signal wrong; one of life safety only after a reason was given."""
        house, field = self.house, SIGNAL + code
        name = house.label(code, "signals")

        async def give_reason(reason: str) -> None:
            actor = self.duty.actor
            await away(correct_request, house, self.request_id, field, False, actor, reason)
            await self.changed(field)

        Asking(
            f"「{name}」不成立",
            "涉及人身安全，请写明为什么不成立。原话能证明的，本件的紧急程度不降低；"
            "这条更正用来训练。",
            [Asked("原因", placeholder="如：说的是演习")],
            "记为不成立",
        ).open(give_reason, danger=True)

    async def _done(self, field: str, work: Callable[[], object]) -> None:
        try:
            await away(work)
        except Failed as failure:
            self.failed(str(failure))
        else:
            await self.changed(field)


class CorrectionBoard:
    """The fields of a request as chips that open what they can be set to."""

    def __init__(self, corrector: Corrector, request: Request, rows: list[Correction]) -> None:
        self._do, self._house = corrector, corrector.house
        self._request, self._rows = request, rows
        self._book = self._house.rulebook

    def build(self) -> None:
        """Draw the chips, the signals and what was corrected so far."""
        with attributes(box("card fixes"), data_testid="corrections"):
            with attributes(box("chips fix-chips"), role="group", aria_label="更正分诊"):
                self._labels()
                self._tier()
                self._place()
                self._line("contact", "电话", "联系电话，如 13800000000")
                self._line("wish", "希望时间", "2026-11-20 15:00")
            with attributes(box("chips fix-chips"), role="group", aria_label="更正信号"):
                self._signals()
            self._done()
            text(_FLOOR, "quiet fix-note")

    def _value(self, field: str) -> Any:
        return current_value(self._request, field, self._rows)

    def _labels(self) -> None:
        self._choice("kind", "类型", self._options("kinds"))
        self._choice("department", "部门", self._options("departments"))
        if self._request.kind == Kind.COMPLAINT:
            self._choice("category", "类别", self._options("categories"))
        self._choice("in_scope", "范围", _IN_SCOPE)

    def _options(self, group: str) -> dict[Any, str]:
        codes = self._book.vocabulary.codes(group)
        return {str(code): self._house.label(code, group) for code in codes}

    def _tier(self) -> None:
        """Only upwards; at the top there is nothing to choose."""
        present = Tier(self._request.tier)
        higher = {t.value: self._house.label(t, "tiers") for t in Tier if t.rank > present.rank}
        self._choice("tier", "紧急程度", higher, shown=self._house.label(present, "tiers"))

    def _choice(
        self, field: str, name: str, options: Mapping[Any, str], shown: str | None = None
    ) -> None:
        value = self._value(field)
        with self._chip(field, name, shown or options.get(value) or "—", closed=not options):
            if not options:
                return
            with ui.menu().classes("fix-menu"):
                for code, label in options.items():
                    if code != value:
                        self._item(label, partial(self._do.correct, field, code))

    def _chip(self, field: str, name: str, shown: str, *, closed: bool = False) -> Element:
        made = button(f"{name} {shown}", None, "chip fix-chip")
        attributes(made, data_field=field, aria_label=f"更正{name}：{shown}")
        if closed:
            made.props("disable")
        return made

    def _item(self, label: str, action: Callable[[], Any]) -> None:
        ui.menu_item(label, action, auto_close=True).classes("fix-item")

    def _place(self) -> None:
        location = {name: self._value(name) for name in PLACES}
        with (
            self._chip("location", "位置", place(location) or "—"),
            ui.menu().props("no-focus").classes("fix-menu") as menu,
            box("fix-form"),
        ):
            entries = {name: self._entry(PLACES[name], location[name] or "") for name in PLACES}

            async def save() -> None:
                menu.close()
                typed = {name: (entry.value or "").strip() for name, entry in entries.items()}
                changed = {n: v for n, v in typed.items() if v != (location[n] or "")}
                await self._do.correct_all(changed)

            self._saving(list(entries.values()), save)

    def _line(self, field: str, name: str, placeholder: str) -> None:
        value = self._value(field)
        zone = self._house.zone
        said = value or ""
        if field == "wish" and value:
            said = f"{datetime.fromisoformat(value).astimezone(zone):%Y-%m-%d %H:%M}"
        with (
            self._chip(field, name, said or "—"),
            ui.menu().props("no-focus").classes("fix-menu") as menu,
            box("fix-form"),
        ):
            entry = self._entry(name, said, placeholder)

            async def save() -> None:
                menu.close()
                typed = (entry.value or "").strip()
                await self._do.correct(field, _with_zone(typed, zone) if field == "wish" else typed)

            self._saving([entry], save)

    def _entry(self, label: str, value: str, placeholder: str = "") -> ui.input:
        made = ui.input(label, value=value, placeholder=placeholder)
        made.props(f'outlined dense stack-label maxlength=40 aria-label="{label}"')
        return made

    def _saving(self, entries: list[ui.input], save: Callable[[], Awaitable[None]]) -> None:
        for entry in entries:
            entry.on("keydown.enter", save)
        button("保存", save, "main-button")

    # -- signals

    def _signals(self) -> None:
        signals = self._book.vocabulary.signals
        facts = self._request.facts or {}
        for code in facts.get("signals", ()):
            self._signal(code)
        with self._chip("signal", "信号", "＋"), ui.menu().classes("fix-menu"):
            for code, entry in signals.items():
                if code not in facts.get("signals", ()):
                    self._item(entry.label, partial(self._do.correct, SIGNAL + code, True))

    def _signal(self, code: str) -> None:
        field, name = SIGNAL + code, self._house.label(code, "signals")
        rejected = self._value(field) is False
        with self._chip(field, name, "（已记为误判）" if rejected else "", closed=rejected):
            if rejected:
                return
            danger = code in self._book.vocabulary.family("life_safety")
            with ui.menu().classes("fix-menu"):
                if danger:
                    self._item("不成立…", lambda: self._do.reject(code))
                else:
                    self._item("不成立", lambda: self._do.correct(field, False))

    # -- what was corrected

    def _done(self) -> None:
        standing = in_force(self._rows)
        if not standing:
            return
        with attributes(box("corrected", "ul"), data_testid="corrected"):
            for field, one in standing.items():
                with box("corrected-line", "li"):
                    name = field_name(field, self._book)
                    text(
                        f"{name}：{self._said(field, one.before)} → {self._said(field, one.after)}",
                        "",
                        "span",
                    )
                    if one.reason:
                        text(one.reason, "quiet", "span")
                    text(f"{one.actor} · {moment(one.at, self._house.now())}", "quiet", "span")
                    made = link("撤销", lambda f=field: self._do.undo(f))
                    attributes(made, aria_label=f"撤销更正：{name}")

    def _said(self, field: str, value: Any) -> str:
        if field.startswith(SIGNAL):
            return {True: "成立", False: "不成立", None: "怀疑"}[value]
        if field == "in_scope":
            return _IN_SCOPE[bool(value)]
        if field == "wish" and value:
            return moment(datetime.fromisoformat(value), self._house.now())
        group = {"kind": "kinds", "department": "departments", "tier": "tiers"}.get(field)
        group = "categories" if field == "category" else group
        return self._house.label(value, group) if value and group else value or "—"


def show_failure(place_for: Element) -> Callable[[str], None]:
    """What puts a line of what went wrong into a place, instead of what stands there."""

    def show(line: str) -> None:
        place_for.clear()
        with place_for:
            failing(line)

    return show


def _with_zone(typed: str, zone: Any) -> str:
    """A moment as typed (`2026-11-20 15:00`) in the estate's zone; unusable text as it is."""
    try:
        found = datetime.fromisoformat(typed)
    except ValueError:
        return typed
    return (found if found.tzinfo else found.replace(tzinfo=zone)).isoformat()
