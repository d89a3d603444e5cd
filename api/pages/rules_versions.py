"""版本历史: which rulebook was put in force when, by whom and why; compared, put in force again."""

from collections.abc import Sequence
from dataclasses import dataclass

from nicegui import ui

from api.pages.frame import PATIENCE, Frame, frame
from api.pages.rules_asking import Asked, Asking
from api.pages.rules_changes import draw_changes
from api.pages.rules_parts import HOME, VERSIONS, address, file_titles, named, tabs
from api.pages.widgets import attributes, box, busy, button, only_failing, tag, text
from api.pages.words import moment
from api.pages.work import Failed, away
from api.rulebooks import named_book
from api.wiring import House
from rules.difference import Change, difference
from rules.version_store import Activation


@dataclass(frozen=True, slots=True)
class Kept:
    """All activations, the newest first, and the digest in force."""

    activations: tuple[Activation, ...]
    digest: str


def register(house: House) -> None:
    """Serve the page at `/ui/rules/versions`."""

    @ui.page(VERSIONS, response_timeout=PATIENCE)
    async def page() -> None:
        with frame(house, HOME, "reading") as around:
            versions = VersionsPage(around)
            versions.build()
        await ui.context.client.connected()
        await versions.load()


class VersionsPage:
    """One screen's list of activations, and the comparison of two of their versions."""

    def __init__(self, around: Frame) -> None:
        self._house, self._duty = around.house, around.duty

    def build(self) -> None:
        tabs(VERSIONS)
        with box("page-head"):
            text("版本历史", "page-title", "h1")
            self._count = text("", "quiet", "span")
        self._compare = box("compare-tools")
        self._result = attributes(box("result"), aria_live="polite")
        self._list = box("")
        with self._list:
            busy("正在读取…")

    async def load(self) -> None:
        """Read the log and list it."""
        try:
            kept = await away(_kept, self._house)
        except Failed as failure:
            only_failing(self._list, str(failure))
            return
        self._count.set_text(f"启用过 {len(kept.activations)} 次，新的在前")
        self._draw_compare(kept)
        self._list.clear()
        with self._list, box("card table-card"):
            for place, activation in enumerate(kept.activations):
                self._row(activation, kept, is_last=place == 0)

    def _draw_compare(self, kept: Kept) -> None:
        names = _names(kept.activations, self._house)
        self._compare.clear()
        if len(names) < 2:
            return
        newest, before = list(names)[:2]
        with self._compare:
            made = []
            for label, value in (("从", before), ("到", newest)):
                chosen = ui.select(names, value=value, label=label)
                made.append(chosen.props("outlined dense options-dense").classes("compare-select"))
            self._from, self._to = made
            button("比较", self._show_chosen, "quiet-button")

    def _row(self, activation: Activation, kept: Kept, *, is_last: bool) -> None:
        name, digest = named(activation.identity)
        in_force = activation.digest == kept.digest
        with attributes(box("version-row"), data_version=activation.digest[:12]):
            with box("version-when"):
                text(moment(activation.at, self._house.now()))
                text(activation.by, "quiet")
            with box("version-main"):
                with box("version-name"):
                    ui.link(name, address(HOME, version=activation.digest[:12])).classes("link")
                    text(digest, "quiet code", "span")
                    if in_force and is_last:
                        tag("现行", "state-current")
                text(activation.why, "version-why")
            with box("actions version-actions"):
                if activation.previous:
                    button("查看差异", lambda: self._show_of(activation), "quiet-button")
                if not in_force:
                    button("重新启用", lambda: self._ask(activation), "quiet-button")

    async def _show_of(self, activation: Activation) -> None:
        await self._show(activation.previous or "", activation.digest)

    async def _show_chosen(self) -> None:
        await self._show(str(self._from.value), str(self._to.value))

    async def _show(self, before: str, after: str) -> None:
        self._result.clear()
        with self._result:
            busy("正在比较…")
        try:
            compared = await away(_compared, self._house, before, after)
        except Failed as failure:
            only_failing(self._result, str(failure))
            return
        self._result.clear()
        with self._result:
            draw_changes(*compared)
        ui.run_javascript("window.scrollTo({top: 0, behavior: 'smooth'})")

    def _ask(self, activation: Activation) -> None:
        name, digest = named(activation.identity)
        asked = (
            Asked("姓名", self._duty.name, "谁启用", most=100),
            Asked("原因", "", "如：恢复原来的时限", most=500, long=True),
        )
        note = "从现在起，新的来件按这一版判定；已登记的来件不变。"

        async def activate(by: str, why: str) -> None:
            await away(_activate_again, self._house, activation.digest, by, why)
            await self.load()

        Asking(f"重新启用 {name}（{digest}）", note, asked, "启用").open(activate)


def _names(activations: Sequence[Activation], house: House) -> dict[str, str]:
    """Every version once, by digest, the newest first."""
    names: dict[str, str] = {}
    for one in activations:
        name, digest = named(one.identity)
        names.setdefault(one.digest, f"{name}（{digest}）{moment(one.at, house.now())}")
    return names


def _kept(house: House) -> Kept:
    return Kept(house.archive.activations()[::-1], house.rulebook.digest)


def _compared(
    house: House, before: str, after: str
) -> tuple[tuple[Change, ...], str, dict[str, str]]:
    """What differs, which versions were compared, and what the files are called."""
    old, new = named_book(house, before), named_book(house, after)
    shown = [f"{name}（{digest}）" for name, digest in map(named, (old.identity, new.identity))]
    titles = file_titles(old) | file_titles(new)
    return difference(old, new), f"{shown[0]} → {shown[1]}", titles


def _activate_again(house: House, digest: str, by: str, why: str) -> None:
    texts = house.archive.texts(house.archive.version(digest))
    house.archive.activate(texts, by, why)
