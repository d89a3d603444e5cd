"""编辑副本: a draft's tables, and what is done before it is put in force."""

from collections.abc import Callable

from nicegui import ui
from nicegui.events import UploadEventArguments

from api.pages.frame import PATIENCE, Frame, frame
from api.pages.rules_asking import Asked, Asking
from api.pages.rules_backtest import draw_trial
from api.pages.rules_changes import draw_changes
from api.pages.rules_checks import check, draw_report
from api.pages.rules_editor import Editor
from api.pages.rules_parts import DRAFTS, HOME, file_titles, named, tabs
from api.pages.widgets import (
    attributes,
    box,
    busy,
    button,
    failing,
    heading,
    link,
    only_failing,
    text,
)
from api.pages.words import moment
from api.pages.work import Failed, away
from api.rule_trials import activate_draft, import_sheet, try_out
from api.wiring import House
from rules.checking import Report, errors_of
from rules.difference import difference
from rules.drafts import Draft
from rules.sheets import xlsx_bytes


def register(house: House) -> None:
    """Serve a draft at `/ui/rules/drafts/<name>`."""

    @ui.page(f"{DRAFTS}/{{name}}", response_timeout=PATIENCE)
    async def page(name: str) -> None:
        with frame(house, HOME, "wide") as around:
            shown = DraftPage(around, name)
            shown.build()
        await ui.context.client.connected()
        await shown.load()


class DraftPage:
    """One screen's work on a draft."""

    def __init__(self, around: Frame, name: str) -> None:
        self._house, self._duty, self._name = around.house, around.duty, name

    def build(self) -> None:
        tabs("")
        ui.link("‹ 副本", DRAFTS).classes("link back-link")
        with box("page-head"):
            text(self._name, "page-title", "h1")
            self._state = text("", "quiet", "span")
            attributes(self._state, role="status")
        self._place = box("")
        with self._place:
            busy("正在打开副本…")

    async def load(self) -> None:
        """Open the draft and show it."""
        try:
            draft = await away(self._house.drafts.open, self._name)
        except Failed as failure:
            only_failing(self._place, str(failure))
            return
        self._place.clear()
        with self._place:
            self._draw_head(draft)
            self._result = attributes(box("result"), aria_live="polite")
            self._editor = Editor(self._house, draft, self._changed)
            self._editor.build()
        self._changed(draft)

    def _draw_head(self, draft: Draft) -> None:
        base, _ = named(draft.base)
        since = moment(draft.since, self._house.now())
        text(f"{draft.by} · {since} 建立 · 原为 {base}", "quiet draft-facts")
        if draft.base != self._house.rulebook.identity:
            now, digest = named(self._house.rulebook.identity)
            words = f"副本建立以后现行规则已换成 {now}（{digest}）：启用前请先比较。"
            text(words, "warning")
        with attributes(box("actions draft-actions"), role="group", aria_label="副本"):
            self._action("检查", self._check)
            self._action("比较", self._compare)
            self._action("回测", self._backtest)
            self._action("启用", self._ask_activate, "main-button")
            self._action("导出表格", self._export)
            self._action("导入表格", self._ask_import)
            self._action("放弃副本", self._ask_discard, "quiet-button danger")

    def _action(
        self, label: str, action: Callable[..., object], classes: str = "quiet-button"
    ) -> None:
        button(label, action, classes)

    def _changed(self, draft: Draft) -> None:
        self._draft = draft
        count = len(list(draft.unfinished()))
        self._state.set_text(f"已保存，{count} 处待改" if count else "已保存")

    async def _settled(self) -> Draft:
        """The draft with what was typed the moment before a button was pressed."""
        self._draft = await self._editor.settled()
        return self._draft

    # -- results

    def _begin(self, words: str) -> None:
        self._result.clear()
        with self._result:
            busy(words)

    def _fold(self) -> None:
        """A way to put the result away."""
        link("收起", self._result.clear, "fold")

    async def _unfinished(self) -> bool:
        """Say what was typed and is not part of the book yet; whether there is anything."""
        left = list((await self._settled()).unfinished())
        if not left:
            return False
        self._result.clear()
        with self._result:
            heading("先把这些格子填对", f"{len(left)} 处")
            for line in left:
                failing(line)
        return True

    async def _check(self) -> None:
        if not await self._unfinished():
            await self._checked()

    async def _checked(self) -> Report | None:
        self._begin("正在检查…")
        try:
            report = await away(check, self._house, (await self._settled()).book.texts)
        except Failed as failure:
            only_failing(self._result, str(failure))
            return None
        self._result.clear()
        with self._result:
            draw_report(report, file_titles(self._draft.book))
            self._fold()
        return report

    async def _compare(self) -> None:
        self._begin("正在比较…")
        before, after = self._house.rulebook, (await self._settled()).book
        try:
            changes = await away(difference, before, after)
        except Failed as failure:
            only_failing(self._result, str(failure))
            return
        self._result.clear()
        with self._result:
            note = f"与现行 {named(before.identity)[0]} 比"
            draw_changes(changes, note, file_titles(after))
            for line in self._draft.unfinished():
                text(f"没有计入：{line}", "warning")
            self._fold()

    async def _backtest(self) -> None:
        if not await self._unfinished():
            await self._try(sample=False)

    async def _try(self, *, sample: bool) -> None:
        self._begin("正在用历史来件回测…")
        try:
            trial = await away(try_out, self._house, self._draft.book, sample=sample)
        except Failed as failure:
            only_failing(self._result, str(failure))
            return
        self._result.clear()
        with self._result:
            if trial is None:
                heading("回测结果", "本台还没有登记过来件")
                button("用生成的来件试", lambda: self._try(sample=True), "quiet-button")
            else:
                draw_trial(trial, self._name)
            self._fold()

    # -- in force

    async def _ask_activate(self) -> None:
        if await self._unfinished():
            return
        report = await self._checked()
        if report is None:
            return
        if errors := errors_of(report):
            with self._result:
                failing(f"检查没有通过，不能启用：{len(errors)} 处错误要先改好。")
            return
        asked = (
            Asked("姓名", self._duty.name, "谁启用", most=100),
            Asked("原因", "", "为什么改", most=500, long=True),
        )
        note = "从启用起，新的来件按这一版判定；已登记的来件不变。随时可以重新启用以前的版本。"
        Asking(f"启用「{self._name}」", note, asked, "启用").open(self._activate)

    async def _activate(self, by: str, why: str) -> None:
        await away(activate_draft, self._house, self._name, by, why)
        ui.navigate.to(HOME)

    def _ask_discard(self) -> None:
        note = "里面的修改会全部删除，不能恢复。"
        asking = Asking(f"放弃「{self._name}」", note, (), "放弃副本")
        asking.open(self._discard, danger=True)

    async def _discard(self) -> None:
        await away(self._house.drafts.discard, self._name)
        ui.navigate.to(DRAFTS)

    # -- spreadsheets

    async def _export(self) -> None:
        if await self._unfinished():
            return
        try:
            content = await away(xlsx_bytes, self._draft.book)
        except Failed as failure:
            only_failing(self._result, str(failure))
            return
        ui.download.content(content, f"规则 {self._name}.xlsx")

    def _ask_import(self) -> None:
        self._result.clear()
        with self._result:
            heading("导入表格", "「导出表格」得到的 .xlsx，改好后再传回来")
            with box("card upload-card"):
                made = ui.upload(auto_upload=True, on_upload=self._received)
                made.props('accept=".xlsx" flat label="选择 .xlsx 文件"').classes("sheet-upload")
            self._import_problem = attributes(box(""), aria_live="polite")
            self._fold()

    async def _received(self, event: UploadEventArguments) -> None:
        self._import_problem.clear()
        try:
            content = await event.file.read()
            draft = await away(import_sheet, self._house, self._name, content)
        except Failed as failure:
            only_failing(self._import_problem, str(failure))
            return
        self._changed(draft)
        self._editor.take(draft)
        await self._compare()
