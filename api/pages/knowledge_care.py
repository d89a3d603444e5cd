"""检查: what is wrong with the knowledge base, the worst first, each with its remedy."""

from collections import Counter
from dataclasses import dataclass

from nicegui import ui

from api.pages.frame import PATIENCE, Frame, frame
from api.pages.knowledge_parts import HOME, address, draw_findings, more_button, tabs, titles_of
from api.pages.widgets import attributes, box, busy, button, empty, only_failing, text
from api.pages.words import SEVERITIES
from api.pages.work import Failed, away
from api.wiring import House
from kb.lint.types import Finding

_ALL = "all"
_ROWS = 100


def register(house: House) -> None:
    """Serve the page at `/ui/knowledge/care`."""

    @ui.page(address("/care"), response_timeout=PATIENCE)
    async def page() -> None:
        with frame(house, HOME, "reading") as around:
            care = CarePage(around)
            care.build()
        await ui.context.client.connected()
        await care.load()


@dataclass(frozen=True, slots=True)
class Checked:
    """The findings, and every document's title by id."""

    findings: tuple[Finding, ...]
    titles: dict[str, str]


class CarePage:
    """One screen's findings."""

    def __init__(self, around: Frame) -> None:
        self._house = around.house
        self._checked = Checked((), {})
        self._severity, self._shown = _ALL, _ROWS

    def build(self) -> None:
        tabs(address("/care"))
        with box("page-head"):
            text("检查", "page-title", "h1")
            self._count = text("", "quiet", "span")
            self._filters = attributes(box("segments"), role="group", aria_label="按轻重筛选")
            self._filters.set_visibility(False)
        self._list = box("")
        with self._list:
            busy("正在检查全部资料和规则的依据…")

    async def load(self) -> None:
        """Check everything and show what was found."""
        try:
            self._checked = await away(_check, self._house)
        except Failed as failure:
            only_failing(self._list, str(failure))
            return
        self._draw()

    def _by_severity(self, severity: str) -> None:
        self._severity, self._shown = severity, _ROWS
        self._draw()

    def _more(self) -> None:
        self._shown += _ROWS
        self._draw()

    def _draw(self) -> None:
        findings = self._checked.findings
        self._draw_filters(Counter(str(finding.severity) for finding in findings))
        shown = [f for f in findings if self._severity in (_ALL, f.severity)]
        self._count.set_text(f"{len(self._checked.titles)} 份资料，{len(findings)} 个问题")
        self._list.clear()
        with self._list:
            if not shown:
                empty("没有发现问题", "失效、矛盾、重复、没有依据的内容会列在这里。")
                return
            draw_findings(shown[: self._shown], self._checked.titles)
            if len(shown) > self._shown:
                more_button(f"再看一些（还有 {len(shown) - self._shown} 个）", self._more)

    def _draw_filters(self, counts: Counter[str]) -> None:
        self._filters.set_visibility(counts.total() > 0)
        self._filters.clear()
        with self._filters:
            for severity, label in ((_ALL, "全部"), *SEVERITIES.items()):
                count = counts.total() if severity == _ALL else counts[severity]
                pressed = self._severity == severity
                made = button(
                    f"{label} {count}",
                    lambda s=severity: self._by_severity(s),
                    "segment-button dot-all" + (" is-pressed" if pressed else ""),
                )
                attributes(made, aria_pressed=str(pressed).lower())


def _check(house: House) -> Checked:
    titles = titles_of(house.knowledge_base.documents())
    return Checked(tuple(house.checkup.findings()), titles)
