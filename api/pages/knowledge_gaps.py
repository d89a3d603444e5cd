"""待补问题: what was asked and not answered; each is drafted and taken in, or put away.

Below them stands what CSRs sent instead of drafts; their answers are taken in the same way.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from nicegui import ui

from api import knowledge
from api.pages.frame import PATIENCE, Frame, frame
from api.pages.knowledge_edits import EditsSection
from api.pages.knowledge_parts import HOME, address, anchor, document_address, go, tabs
from api.pages.knowledge_preview import PreviewView
from api.pages.widgets import attributes, box, busy, button, empty, failing, only_failing, tag, text
from api.pages.words import moment
from api.pages.work import Failed, away
from api.uploads import Upload
from api.wiring import House
from assistant.gaps.faq import FaqDraft
from assistant.gaps.types import Gap, Settled
from kb.types import UNFINISHED, DocumentType

_MOST = 100
_WORDINGS = 5
_GAPS = address("/gaps")


def register(house: House) -> None:
    """Serve the pages at `/ui/knowledge/gaps`, `/ui/knowledge/gap` and `/ui/knowledge/edit`."""

    @ui.page(_GAPS, response_timeout=PATIENCE)
    async def gaps() -> None:
        with frame(house, HOME, "reading") as around:
            page = GapsPage(around)
            page.build()
        await ui.context.client.connected()
        await page.load()

    @ui.page(address("/gap"), response_timeout=PATIENCE)
    async def gap(id: int = 0) -> None:
        with frame(house, HOME, "reading") as around:
            page = DraftPage(around, id, house.asked.draft_faq, partial(knowledge.settle, house))
            page.build()
        await ui.context.client.connected()
        await page.load()

    @ui.page(address("/edit"), response_timeout=PATIENCE)
    async def edit(id: int = 0) -> None:
        with frame(house, HOME, "reading") as around:
            page = DraftPage(around, id, house.sent.draft_faq, house.sent.settle)
            page.build()
        await ui.context.client.connected()
        await page.load()


@dataclass(frozen=True, slots=True)
class Listed:
    """The gaps, and where a title or an FAQ's question leads."""

    gaps: tuple[Gap, ...] = ()
    targets: dict[str, str] = field(default_factory=dict)


class GapsPage:
    """One screen's gaps."""

    def __init__(self, around: Frame) -> None:
        self._house, self._duty = around.house, around.duty
        self._listed = Listed()
        self._edits = EditsSection(self._house, lambda: self._duty.actor)

    def build(self) -> None:
        tabs(_GAPS)
        with box("page-head"):
            text("待补问题", "page-title", "h1")
            self._count = text("", "quiet", "span")
        self._failure = box("")
        self._list = box("gaps")
        with self._list:
            busy("正在归并问过的问题…")
        self._edits.build()

    async def load(self) -> None:
        """Group what was asked and show it, the worst first."""
        try:
            self._listed = await away(_listed, self._house)
        except Failed as failure:
            only_failing(self._list, str(failure))
        else:
            self._draw()
        await self._edits.load()

    def _draw(self) -> None:
        gaps = self._listed.gaps
        days = self._house.settings.assistant.gaps.days
        self._count.set_text(f"最近 {days} 天 {len(gaps)} 组，最该补的在前" if gaps else "")
        self._list.clear()
        with self._list:
            if not gaps:
                empty("没有待补的问题", "问了没有答案，或答复被评为没用的问题，会归并在这里。")
            for gap in gaps[:_MOST]:
                self._gap(gap)
            if len(gaps) > _MOST:
                text(f"……另有 {len(gaps) - _MOST} 组", "quiet")

    def _gap(self, gap: Gap) -> None:
        with attributes(box("card gap", "article"), data_gap=gap.id):
            with box("gap-head"):
                text(gap.question, "gap-question", "h2")
                text(f"{gap.count} 次", "gap-count", "span")
            counts = (("没有答案", gap.abstained), ("评为没用", gap.poor))
            said = [f"{name} {count} 次" for name, count in counts if count]
            said.append(f"最近 {moment(gap.last_asked, self._house.now())}")
            with box("gap-facts"):
                text(" · ".join(said), "quiet", "span")
                if gap.returned:
                    tag("处理过，又有人问", "tag-plain")
            if gap.wordings:
                more = len(gap.wordings) - _WORDINGS
                shown = " / ".join(gap.wordings[:_WORDINGS]) + (
                    f" 等 {more} 种" if more > 0 else ""
                )
                text(f"也这样问：{shown}", "gap-line")
            for reason in gap.reasons[:_WORDINGS]:
                text(f"没用的原因：{reason}", "gap-line")
            self._nearest(gap)
            self._buttons(gap)

    def _nearest(self, gap: Gap) -> None:
        if not gap.nearest:
            return
        with box("gap-line gap-nearest"):
            text("最接近：", "", "span")
            for title in gap.nearest[:_WORDINGS]:
                targets = self._listed.targets
                found = targets.get(title) or targets.get(title.split(" · ")[0])
                if found:
                    go(title, found)
                else:
                    text(title, "", "span")

    def _buttons(self, gap: Gap) -> None:
        with box("gap-foot"):
            target = address("/gap", id=gap.id)
            button("起草问答", lambda: ui.navigate.to(target), "main-button")
            button("已处理", lambda: self._settle(gap, Settled.RESOLVED), "quiet-button")
            button("忽略", lambda: self._settle(gap, Settled.DISMISSED), "quiet-button")

    async def _settle(self, gap: Gap, how: Settled) -> None:
        self._failure.clear()
        try:
            await away(knowledge.settle, self._house, gap.id, how, self._duty.actor)
        except Failed as failure:
            with self._failure:
                failing(str(failure))
            return
        left = tuple(one for one in self._listed.gaps if one.id != gap.id)
        self._listed = Listed(left, self._listed.targets)
        self._draw()


class DraftPage:
    """The drafted FAQ of a gap, or of an answer that a CSR sent, in an editor.

    `draft` and `settle` take the number `of` which it is.
    """

    def __init__(
        self,
        around: Frame,
        of: int,
        draft: Callable[[int], FaqDraft],
        settle: Callable[[int, Settled, str], object],
    ) -> None:
        self._around, self._house, self._id = around, around.house, of
        self._draft, self._settle = draft, settle

    def build(self) -> None:
        tabs("")
        with anchor("link back-link", _GAPS):
            text("‹ 待补问题", "", "span")
        text("起草问答", "page-title", "h1")
        self._place = box("")
        with self._place:
            busy("正在从资料里找最接近的话…")

    async def load(self) -> None:
        """Draft the gap and show it to be finished."""
        try:
            draft = await away(self._draft, self._id)
        except Failed as failure:
            only_failing(self._place, str(failure))
            return
        self._place.clear()
        with self._place:
            text(
                f"把答案写在{UNFINISHED}那里，核对依据和问法，删去这一段，再预览收录。",
                "quiet explanation",
            )
            self._editor = ui.textarea(value=draft.markdown).props(
                'outlined autogrow aria-label="问答草稿"'
            )
            self._editor.classes("draft-editor")
            with box("form-foot"):
                button("下载", self._download, "quiet-button", icon="download")
                button("预览并收录", self._preview, "main-button")
            self._result = attributes(box("result"), aria_live="polite")

    @property
    def _name(self) -> str:
        return f"faq-gap-{self._id}.md"

    def _download(self) -> None:
        ui.download.content(self._editor.value or "", self._name)

    async def _preview(self) -> None:
        upload = Upload(self._name, (self._editor.value or "").encode())
        self._result.clear()
        with self._result:
            busy("正在预览…")
        try:
            looked = await away(knowledge.look, self._house, [upload])
        except Failed as failure:
            only_failing(self._result, str(failure))
            return
        self._result.clear()
        with self._result:
            view = PreviewView(self._around, looked, cancelled=self._cancel, taken_in=self._resolve)
            view.build()
        await view.check()

    def _cancel(self) -> None:
        self._result.clear()

    async def _resolve(self) -> None:
        try:
            actor = self._around.duty.actor
            await away(self._settle, self._id, Settled.RESOLVED, actor)
        except Failed as failure:
            with self._result:
                failing(str(failure))
            return
        with self._result:
            text("这组问题已标为已处理；再有人问而没有答案时会回来。", "quiet")


def _listed(house: House) -> Listed:
    base, targets = house.knowledge_base, {}
    for document in base.documents():
        targets[document.title] = document_address(document.id)
        if document.type is DocumentType.FAQ:
            for chunk in base.chunks(document.id):
                if chunk.questions:
                    targets[chunk.questions[0]] = document_address(document.id, chunk.id)
    return Listed(tuple(house.asked.gaps()), targets)
