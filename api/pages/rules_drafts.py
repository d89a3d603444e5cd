"""副本: the drafts of rulebooks that somebody is working on, and how one is begun."""

from dataclasses import dataclass

from nicegui import ui

from api.pages.frame import PATIENCE, Frame, frame
from api.pages.knowledge_parts import anchor
from api.pages.rules_asking import Asked, Asking
from api.pages.rules_parts import DRAFTS, HOME, address, named, tabs
from api.pages.widgets import attributes, box, busy, button, empty, only_failing, tag, text
from api.pages.words import moment
from api.pages.work import Failed, away
from api.wiring import House
from rules.drafts import Draft
from rules.errors import DraftMissing


@dataclass(frozen=True, slots=True)
class Listed:
    """Drafts by name; in place of one that cannot be read, the line that says so."""

    drafts: dict[str, Draft | str]
    digest: str


def register(house: House) -> None:
    """Serve the list at `/ui/rules/drafts`."""

    @ui.page(DRAFTS, response_timeout=PATIENCE)
    async def page() -> None:
        with frame(house, HOME, "reading") as around:
            listing = DraftsPage(around)
            listing.build()
        await ui.context.client.connected()
        await listing.load()


class NewDraft:
    """Asks for a draft's name and whose it is, begins it and opens it."""

    def __init__(self, around: Frame) -> None:
        self._house, self._duty = around.house, around.duty

    def ask(self) -> None:
        """Open the dialog."""
        today = self._house.now()
        asked = (
            Asked("副本名", f"{today.month}月{today.day}日修改", most=40),
            Asked("姓名", self._duty.name, "谁在改", most=20),
        )
        note = "从现行规则复制一份来改；启用之前，不影响任何判定。随时保存，关掉页面也不会丢。"
        Asking("编辑副本", note, asked, "建立副本").open(self._begin)

    async def _begin(self, name: str, by: str) -> None:
        draft = await away(self._house.drafts.begin, name, self._house.rulebook, by)
        ui.navigate.to(address(DRAFTS, draft.name))


class DraftsPage:
    """One screen's list of drafts."""

    def __init__(self, around: Frame) -> None:
        self._around, self._house = around, around.house

    def build(self) -> None:
        tabs(DRAFTS)
        with box("page-head"):
            text("副本", "page-title", "h1")
            text("正在修改、还没有启用的规则", "quiet", "span")
            with box("filters"):
                button("编辑副本", lambda: NewDraft(self._around).ask(), "main-button", icon="edit")
        self._list = box("card table-card")
        with self._list:
            busy("正在读取…")

    async def load(self) -> None:
        """Read all drafts and list them."""
        try:
            found = await away(_list, self._house)
        except Failed as failure:
            only_failing(self._list, str(failure))
            return
        self._list.clear()
        with self._list:
            if not found.drafts:
                empty("没有副本", "「编辑副本」从现行规则复制一份，改好、检查、回测后再启用。")
            for name, draft in found.drafts.items():
                self._row(name, draft, found.digest)

    def _row(self, name: str, draft: Draft | str, digest: str) -> None:
        made = anchor("draft-row", address(DRAFTS, name))
        with attributes(made, data_draft=name):
            with box("draft-main"):
                text(name, "draft-name")
                if isinstance(draft, str):
                    text(draft, "quiet")
                else:
                    since = moment(draft.since, self._house.now())
                    text(f"{draft.by} · {since} 起 · 原为 {named(draft.base)[0]}", "quiet")
            if isinstance(draft, Draft):
                _state(draft, digest)


def _state(draft: Draft, digest: str) -> None:
    count = len(list(draft.unfinished()))
    if count:
        tag(f"{count} 处待改", "severity-error")
    elif draft.book.digest == digest:
        tag("与现行相同", "tag-plain")
    else:
        tag("有改动", "tag-changed")


def _list(house: House) -> Listed:
    drafts: dict[str, Draft | str] = {}
    for name in house.drafts.names():
        try:
            drafts[name] = house.drafts.open(name)
        except DraftMissing as error:
            drafts[name] = str(error)
    return Listed(drafts, house.rulebook.digest)
