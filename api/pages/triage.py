"""来件分诊: paste a message, see how it is understood, set it right, and get a reply to send."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from nicegui import ui

from api.corrected_triage import corrected_triage
from api.desk_flow import (
    Belonging,
    belonging,
    keep_message,
    merge,
    related,
    split_request,
    unmerge,
)
from api.incoming import CHANNELS, message_from
from api.pages.correcting import CorrectionBoard, Corrector, show_failure
from api.pages.draft_card import DraftCard
from api.pages.frame import PATIENCE, Frame, frame
from api.pages.triage_matters import Matters
from api.pages.triage_view import TriageView
from api.pages.widgets import (
    attributes,
    box,
    busy,
    button,
    empty,
    on_submit_key,
    only_failing,
    text,
)
from api.pages.work import Failed, away, explain
from api.wiring import House
from assistant.types import Draft, Message, Triage
from desk.matching import Related
from desk.revision import in_force
from desk.types import WORKABLE, Correction, Request


@dataclass(frozen=True, slots=True)
class Understood:
    """A triaged message as it was kept, with its draft or the line that says why there is none.

    `first` is the triage as it was made, `triage` as it stands after the `corrections`; `around`
    and `related` are requests that belong to it, or may; `titles` names every document by its id.
    With `appended` the message became part of the request, whose triage this is.
    """

    first: Triage
    triage: Triage
    kept: Request
    draft: Draft | None
    failure: str
    titles: dict[str, str]
    corrections: list[Correction]
    appended: bool = False
    around: Belonging = field(default_factory=Belonging)
    related: tuple[Related, ...] = ()


def register(house: House) -> None:
    """Serve the page at `/ui/triage`."""

    @ui.page("/triage", response_timeout=PATIENCE)
    def page() -> None:
        with frame(house, "/triage", "split") as around:
            TriagePage(around).build()


class TriagePage:
    """One screen's message and its triage."""

    def __init__(self, around: Frame) -> None:
        self._house, self._around = around.house, around
        self._last: tuple[object, ...] = ()
        self._message_id = ""
        self._understood: Understood | None = None

    def build(self) -> None:
        with box("pane pane-form"):
            text("来件分诊", "page-title", "h1")
            with box("card"):
                self._form()
            self._original = box("")
        with box("pane pane-result"):
            self._problem = attributes(box(""), aria_live="polite")
            self._result = box("")
        self._welcome()

    def _form(self) -> None:
        self._text = ui.textarea(placeholder="粘贴住户的原话").props(
            'outlined autofocus rows=6 aria-label="来件原文"'
        )
        self._text.classes("message-input")
        on_submit_key(self._text, self._submit_text, control=True)
        with box("form-row"):
            channels = {code: self._house.label(code, "channels") for code in CHANNELS}
            self._channel = ui.select(channels, value="hotline", label="渠道").props(
                "outlined dense options-dense"
            )
            self._sender = ui.input("来件人").props("outlined dense maxlength=60")
            self._at = ui.input("收到时间", placeholder="现在").props(
                'outlined dense stack-label mask="####-##-## ##:##"'
            )
        with box("form-foot"):
            text("分诊后自动登记为来件", "quiet", "span")
            self._button = button("分诊", self._submit, "main-button")
            with self._button:
                text("Ctrl + Enter", "key", "span")

    def _welcome(self) -> None:
        with self._result:
            empty(
                "把住户的话原样粘贴进来",
                "系统判断种类、紧急程度和时限，标出依据的字句，并起草一份可以发送的回复。",
            )

    async def _submit_text(self, typed: str) -> None:
        self._text.set_value(typed)
        await self._submit()

    async def _submit(self) -> None:
        self._button.props("loading")
        self._result.clear()
        self._original.clear()
        self._problem.clear()
        with self._result:
            busy("正在分诊和起草…")
        try:
            understood = await away(
                _understand, self._house, self._values(), self._around.duty.actor
            )
        except Failed as failure:
            self._message_id = ""
            only_failing(self._result, str(failure))
        else:
            self._show(understood)
        finally:
            self._button.props(remove="loading")

    def _values(self) -> dict[str, str]:
        """What was typed; the same message submitted twice keeps its id, so it is kept once."""
        moment = (self._at.value or "").strip()
        typed = {
            "text": self._text.value or "",
            "channel": self._channel.value or "other",
            "sender": (self._sender.value or "").strip(),
            "received_at": moment.replace(" ", "T"),
        }
        if (content := tuple(typed.values())) != self._last or not self._message_id:
            self._last, self._message_id = content, uuid.uuid4().hex
        return {**typed, "id": self._message_id}

    def _show(self, understood: Understood) -> None:
        self._understood = understood
        self._result.clear()
        self._original.clear()
        self._problem.clear()
        house, triage, kept = self._house, understood.triage, understood.kept
        view = TriageView(
            house, self._around.reader, understood.titles, in_force(understood.corrections)
        )
        corrector = Corrector(
            house, self._around.duty, kept.id, self._corrected, show_failure(self._problem)
        )
        matters = Matters(house, corrector)
        with self._original:
            view.original(triage)
        with self._result:
            view.kept(kept)
            matters.appended(understood.appended)
            matters.merged(understood.around.merged_into, self._unmerge)
            matters.incident(understood.around.incident)
            view.verdict(triage, lambda: matters.second_opinions(triage))
            matters.scope(triage)
            CorrectionBoard(corrector, kept, understood.corrections).build()
            matters.suspicions(triage)
            matters.related(understood.related, self._merge)
            matters.parts(triage, understood.around.children, self._split)
            view.deadlines(triage)
            view.ask_next(triage)
            matters.details(triage)
            DraftCard(house, self._around.reader, understood.titles).build(
                understood.draft, understood.failure
            )
            view.why(triage)

    async def _corrected(self, field: str) -> None:
        """Show the request as it is judged now; the keyboard goes on where it was."""
        if self._understood is None:
            return
        try:
            self._show(await away(_again, self._house, self._understood))
        except Failed as failure:
            show_failure(self._problem)(str(failure))
            return
        with self._result:
            ui.run_javascript(f"document.querySelector('[data-field=\"{field}\"]')?.focus()")

    async def _split(self) -> None:
        actor = self._around.duty.actor
        await self._done(lambda request_id: split_request(self._house, request_id, actor))

    async def _merge(self, into: str) -> None:
        actor = self._around.duty.actor
        await self._done(lambda request_id: merge(self._house, into, request_id, actor=actor))

    async def _unmerge(self) -> None:
        actor = self._around.duty.actor
        await self._done(lambda request_id: unmerge(self._house, request_id, actor=actor))

    async def _done(self, work: Callable[[str], object]) -> None:
        """Do something with the request that is shown, and show it as it is then."""
        if self._understood is None:
            return
        try:
            await away(work, self._understood.kept.id)
            self._show(await away(_again, self._house, self._understood))
        except Failed as failure:
            show_failure(self._problem)(str(failure))


def _understand(house: House, values: dict[str, str], actor: str) -> Understood:
    message = message_from(values, house.now())
    (triage,) = house.triage([message])
    # kept before it is drafted: no message is lost for want of a reply
    kept = keep_message(house, triage, actor=actor)
    titles = {document.id: document.title for document in house.knowledge_base.documents()}
    known = Understood(triage, triage, kept.request, None, "", titles, [], kept.appended)
    known = _as_it_stands(house, known)
    try:
        draft = house.replies.composed(known.triage)
    except Exception as error:
        return replace(known, failure=f"没有起草成功：{explain(error)}")
    house.replies.record(draft)
    return replace(known, draft=draft)


def _whole(request: Request, last: Message) -> Message:
    """The message that the request is now, in the zone in which its last part came in."""
    received_at = request.received_at.astimezone(last.received_at.tzinfo)
    return Message(request.text, received_at, request.id, request.channel, request.sender)


def _again(house: House, before: Understood) -> Understood:
    """The same message after something was set right, drafted anew where that changes the reply."""
    now = _as_it_stands(house, before)
    if now.triage == before.triage:
        return now
    try:
        # the question of an inquiry was recorded when the message came in
        return replace(now, draft=house.replies.composed(now.triage), failure="")
    except Exception as error:
        return replace(now, draft=None, failure=f"没有起草成功：{explain(error)}")


def _as_it_stands(house: House, known: Understood) -> Understood:
    """With what is kept of the request now: a message submitted again may have been corrected."""
    kept, rows = house.desk.get(known.kept.id), house.corrections.of(known.kept.id)
    first, judged = known.first, house.triager.judged
    if kept.text != first.message.text:
        # it became part of another, or another part of it
        (first,) = house.triage([_whole(kept, first.message)])
    return replace(
        known,
        first=first,
        kept=kept,
        corrections=rows,
        triage=corrected_triage(first, kept, rows, judged),
        around=belonging(house, kept.id),
        related=related(house, kept.id) if kept.stage in WORKABLE else (),
    )
