"""The preview of what would be stored: facts, versions, passages, problems; 收录 or 取消."""

from collections.abc import Awaitable, Callable
from functools import partial

from nicegui import ui
from nicegui.element import Element

from api import knowledge
from api.knowledge import Looked, Proposed
from api.pages.frame import Frame
from api.pages.knowledge_difference import draw_difference, draw_fact_changes
from api.pages.knowledge_parts import (
    HOME,
    address,
    alike_apart,
    document_address,
    draw_alike,
    draw_findings,
    draw_version,
    go,
    passages_html,
    span_words,
    state_tag,
    titles_of,
    type_tag,
)
from api.pages.knowledge_quality import draw_quality, quality_tag
from api.pages.widgets import (
    attributes,
    box,
    busy,
    button,
    failing,
    heading,
    only_failing,
    pair,
    tag,
    text,
    trusted,
)
from api.pages.words import ACTIONS
from api.pages.work import Failed, away
from api.uploads import FOLDER
from ingest.report import Report
from kb.lint.types import Finding

# so many documents and passages are drawn; the rest is counted
_DOCUMENTS, _PASSAGES, _LINES = 100, 40, 20
# up to so many documents stand open
_OPEN = 2


class PreviewView:
    """One preview in the current place; `taken_in` is awaited once everything is stored."""

    def __init__(
        self,
        around: Frame,
        looked: Looked,
        *,
        cancelled: Callable[[], None],
        taken_in: Callable[[], Awaitable[None]],
    ) -> None:
        self._house, self._duty = around.house, around.duty
        self._looked, self._cancelled, self._taken_in = looked, cancelled, taken_in
        self._progress = (0, 1)

    def build(self) -> None:
        found = self._looked.preview
        self._place = attributes(box("preview"), data_testid="preview")
        with self._place:
            count = len(found.proposals)
            heading("预览", f"{count} 份可以收录，还没有保存" if count else "没有可以收录的")
            self._problems()
            for item in self._looked.documents[:_DOCUMENTS]:
                self._document(item, is_open=count <= _OPEN)
            if count > _DOCUMENTS:
                text(f"……另有 {count - _DOCUMENTS} 份，收录时一并处理", "quiet")
            self._checks = box("")
            self._foot = box("preview-foot")
            with self._foot:
                self._buttons(count)

    def _buttons(self, count: int) -> None:
        button("取消", self._cancelled, "quiet-button")
        if count:
            label = "替换" if self._is_replacing else "收录"
            button(f"{label} {count} 份" if count > 1 else label, self._take_in, "main-button")

    @property
    def _is_replacing(self) -> bool:
        (first, *others) = self._looked.documents or (None,)
        return not others and first is not None and first.difference is not None

    # -- what is wrong

    def _problems(self) -> None:
        found = self._looked.preview
        for failure in found.failures[:_LINES]:
            failing(f"未收录：{_plainly(failure.message)}")
        lines = [_plainly(f"跳过「{item.source}」：{item.reason}") for item in found.skipped]
        titles = titles_of(self._house.knowledge_base.documents()) if found.unchanged else {}
        lines += [
            f"《{titles.get(item.document_id, item.key)}》内容没有变化，无需再收录"
            for item in found.unchanged
        ]
        for line in lines[:_LINES]:
            text(line, "warning")
        more = max(0, len(found.failures) - _LINES) + max(0, len(lines) - _LINES)
        if more:
            text(f"……另有 {more} 条", "quiet")

    async def check(self) -> None:
        """Say what a check-up would find once these documents were in."""
        if not self._looked.preview.proposals:
            return
        with self._checks:
            busy("正在对照知识库检查…")
        try:
            findings = await away(knowledge.new_findings, self._house, self._looked)
        except Failed as failure:
            only_failing(self._checks, str(failure))
            return
        self._checks.clear()
        with self._checks:
            self._findings(findings)

    def _findings(self, findings: list[Finding]) -> None:
        note = f"收录后会多出 {len(findings)} 个问题" if findings else "没有发现新的问题"
        heading("检查", note)
        if findings:
            stored = titles_of(self._house.knowledge_base.documents())
            proposed = titles_of([item.document for item in self._looked.preview.proposals])
            draw_findings(findings[:_LINES], stored | proposed, absent=proposed.keys() - stored)
        if len(findings) > _LINES:
            text(f"……另有 {len(findings) - _LINES} 个", "quiet")

    # -- one document

    def _document(self, item: Proposed, *, is_open: bool) -> None:
        proposal = item.proposal
        fold = attributes(box("card proposal", "details"), data_proposal=proposal.document.id)
        if is_open:
            attributes(fold, open=True)
        with fold:
            with box("proposal-head", "summary"):
                tag(ACTIONS.get(proposal.summary.action, ""), "tag-plain")
                type_tag(proposal.document.type)
                text(proposal.document.title, "proposal-title", "span")
                text(f"{len(proposal.chunks)} 段", "quiet", "span")
                quality_tag(proposal.document)
            body = box("proposal-body")
        if is_open:
            self._fill(body, item)
        else:
            fold.on("toggle", partial(self._fill, body, item), args=[])

    def _fill(self, body: Element, item: Proposed) -> None:
        """What stands in a document, drawn when it is first unfolded."""
        if not body.default_slot.children:
            with body:
                self._body(item)

    def _body(self, item: Proposed) -> None:
        document = item.proposal.document
        for note in item.proposal.summary.notes:
            text(f"这份文件{note}", "warning")
        with box("pairs"):
            pair("编号", document.id)
            pair("版本", document.version or "")
            pair("有效期", span_words(item.version))
            pair("部门", self._house.label(document.department or "", "departments"))
        with box("proposal-state"):
            text("收录后的状态", "quiet", "span")
            state_tag(item.version.state)
        self._family(item)
        draw_quality(document.quality)
        if item.proposal.before is not None and item.difference is not None:
            draw_fact_changes(item.proposal.before, document)
            draw_difference(item.difference)
        else:
            self._passages(item)

    def _family(self, item: Proposed) -> None:
        for one in item.supersedes:
            since = f"从 {one.since} 起" if one.since else ""
            with attributes(box("warning"), data_testid="supersedes"):
                text(f"{since}取代", "", "span")
                go(f"《{one.document.title}》", document_address(one.document.id))
                text(f"（{one.document.id}）", "", "span")
        pairs = self._looked.preview.alike
        draw_alike(
            alike_apart(pairs, item.proposal.document.id, item.family), item.proposal.document.id
        )
        if len(item.family) > 1:
            heading("版本", "收录以后，旧的在前")
            with box("family", "ol"):
                for version in item.family:
                    draw_version(version, version.document.id == item.proposal.document.id)

    def _passages(self, item: Proposed) -> None:
        chunks = item.proposal.chunks
        heading("段落", f"{len(chunks)} 个，引用时就是这样")
        trusted(passages_html(chunks[:_PASSAGES]), "passages")
        if len(chunks) > _PASSAGES:
            text(f"……另有 {len(chunks) - _PASSAGES} 个", "quiet")

    # -- taking in

    async def _take_in(self) -> None:
        self._foot.clear()
        with self._foot:
            meter = self._meter()
        try:
            report = await away(
                knowledge.take_in, self._house, self._looked, self._duty.actor, self._note
            )
        except Failed as failure:
            only_failing(self._foot, str(failure))
            with self._foot:
                button("取消", self._cancelled, "quiet-button")
            return
        finally:
            meter.cancel()
        self._place.clear()
        with self._place:
            self._done(report)
        await self._taken_in()

    def _note(self, done: int, total: int) -> None:
        """Called on the thread that stores; the meter's timer draws it."""
        self._progress = (done, max(1, total))

    def _meter(self) -> ui.timer:
        with attributes(box("meter"), role="status", data_testid="progress"):
            words = text("正在收录…", "quiet")
            with box("bar"):
                fill = box("bar-fill").style("width: 0%")

        def show() -> None:
            done, total = self._progress
            share = min(1.0, done / total)
            words.set_text(f"正在收录… {share:.0%}")
            fill.style(f"width: {share:.0%}")

        return ui.timer(0.3, show)

    def _done(self, report: Report) -> None:
        for failure in report.failures[:_LINES]:
            failing(f"未收录：{_plainly(failure.message)}")
        with attributes(box("card taken-in"), role="status", data_testid="taken-in"):
            verb = "已替换" if self._is_replacing else "已收录"
            text(f"{verb} {len(report.ingested)} 份，段落 {report.chunks} 个。", "taken-in-title")
            with box("", "ul"):
                for item in report.ingested[:_LINES]:
                    with box("", "li"):
                        go(f"《{item.title}》", document_address(item.document_id))
            if len(report.ingested) > _LINES:
                text(f"……另有 {len(report.ingested) - _LINES} 份", "quiet")
            with box("card-foot"):
                go("继续添加", address("/add"))
                go("全部资料", HOME)


def _plainly(line: str) -> str:
    """A line that names a file as the person knows it, without the folder it came through."""
    return line.replace(f"「{FOLDER}/", "「")
