"""The cells of a draft, table by table: typed text is kept at once, mistakes stand at the cell."""

import asyncio
from collections.abc import Callable
from json import dumps
from typing import Any

from nicegui import ui
from nicegui.element import Element
from nicegui.events import GenericEventArguments

from api.pages.rules_grid import grid_html, marks_of
from api.pages.rules_parts import FILES
from api.pages.rules_table import draw_table_head
from api.pages.widgets import attributes, box, button, failing, only_failing, text, trusted
from api.pages.work import Failed, away
from api.wiring import House
from rules.drafts import Draft
from rules.grid_editing import ACTIONS, lines_of_row, with_cell
from rules.grids import Grid

_FILES = {f"{name}.yaml": label for name, label in FILES.items()}


class Editor:
    """Draws one table or file of a draft at a time; `changed` gets the draft after each change."""

    def __init__(self, house: House, draft: Draft, changed: Callable[[Draft], None]) -> None:
        self._house, self._draft, self._changed = house, draft, changed
        self._open = next(iter(draft.book.tables))
        # what was typed later is kept later
        self._turn = asyncio.Lock()

    def build(self) -> None:
        self._chips = attributes(box("chips rule-chips", "nav"), aria_label="各张表")
        self._place = box("editor")
        self._draw()

    async def settled(self) -> Draft:
        """The draft once everything that was typed so far is kept."""
        async with self._turn:
            return self._draft

    def take(self, draft: Draft) -> None:
        """Show a draft that was changed elsewhere."""
        self._draft = draft
        self._draw()

    def open(self, name: str) -> None:
        """Show a table, or a file by its name."""
        if name != self._open:
            self._open = name
            self._draw()

    def _draw(self) -> None:
        self._draw_chips()
        self._place.clear()
        with self._place:
            if self._open in _FILES:
                self._file(self._open)
            else:
                self._table(self._open)

    def _draw_chips(self) -> None:
        draft = self._draft
        self._chips.clear()
        with self._chips:
            for table_id, table in draft.book.tables.items():
                count = len(draft.problems.get(table_id, ())) + (table_id in draft.complaints)
                self._chip(table_id, table.title, count)
            for file, label in _FILES.items():
                if file in draft.book.texts:
                    self._chip(file, label, int(file in draft.complaints))

    def _chip(self, name: str, label: str, count: int) -> None:
        pressed = name == self._open
        made = button(label, lambda: self.open(name), "chip" + (" is-pressed" if pressed else ""))
        attributes(made, aria_pressed=str(pressed).lower(), data_open=name)
        if count:
            with made:
                text(count, "chip-count", "span")

    # -- a table

    def _table(self, table_id: str) -> None:
        draft = self._draft
        self._grid = draft.grid(table_id)
        table = draft.book.tables[table_id]
        draw_table_head(table)
        self._complaint = attributes(box(""), aria_live="polite")
        self._draw_complaint()
        html = trusted(grid_html(self._grid, draft.book), "card table-card rule-scroll")
        html.on("cell", self._typed, js_handler="(event) => emit(event.detail)")
        html.on("row", self._acted, js_handler="(event) => emit(event.detail)")
        self._html: Element = html
        self._mark("begin")

    def _draw_complaint(self) -> None:
        """What is wrong with the table as a whole, or with no cell in particular."""
        said = [self._draft.complaints.get(self._open, "")]
        problems = self._draft.problems.get(self._open, ())
        said += [f"{one.problem}；{one.remedy}" for one in problems if one.line < 0]
        self._complaint.clear()
        with self._complaint:
            for line in filter(None, said):
                failing(line)

    async def _typed(self, event: GenericEventArguments) -> None:
        given: dict[str, Any] = event.args
        line, key = int(given["line"]), str(given["key"])
        grid = with_cell(self._grid, line, key, str(given["text"]))
        # an id stands in all lines of its row; else nothing is drawn anew under a typing hand
        await self._keep(grid, redraw=key == "id" and lines_of_row(grid, line) > 1)

    async def _acted(self, event: GenericEventArguments) -> None:
        _, change = ACTIONS[str(event.args["action"])]
        await self._keep(change(self._grid, int(event.args["line"])), redraw=True)

    async def _keep(self, grid: Grid, *, redraw: bool) -> None:
        self._grid = grid
        async with self._turn:
            try:
                draft = await away(self._house.drafts.keep_grid, self._draft.name, grid)
            except Failed as failure:
                only_failing(self._complaint, str(failure))
                self._mark("mark", [])
                return
            self._draft = draft
            self._changed(draft)
            if grid is not self._grid:
                return  # typed into meanwhile: the next turn shows what there is
            shown = draft.grid(grid.table_id)
            if redraw or len(shown.lines) != len(grid.lines):
                self._draw()
                return
            self._grid = shown
            self._draw_chips()
            self._draw_complaint()
            self._mark("mark", _differing(grid, shown))

    def _mark(self, call: str, *more: list[dict[str, object]]) -> None:
        problems = marks_of(self._draft.problems.get(self._open, ()))
        said = ", ".join(dumps(part, ensure_ascii=False) for part in (self._open, problems, *more))
        ui.run_javascript(f"guanjiaRules.{call}({said})")

    # -- a file that holds no table

    def _file(self, file: str) -> None:
        with box("rule-head"):
            text(_FILES[file], "section-title", "h2")
            text(f"{file}：按原文修改，「#」后面是说明", "quiet", "span")
        self._complaint = attributes(box(""), aria_live="polite")
        self._draw_complaint()
        entry = ui.textarea(value=self._draft.text(file))
        entry.props(f'outlined autogrow spellcheck=false aria-label="{_FILES[file]}"')
        entry.classes("draft-editor code-editor")

        async def keep() -> None:
            await self._keep_text(file, entry.value or "")

        with box("form-foot"):
            text("保存后才算数；看不懂的写法会保留在这里。", "quiet", "span")
            button("保存", keep, "main-button")

    async def _keep_text(self, file: str, content: str) -> None:
        try:
            draft = await away(self._house.drafts.keep_text, self._draft.name, file, content)
        except Failed as failure:
            only_failing(self._complaint, str(failure))
            return
        self._draft = draft
        self._changed(draft)
        self._draw_chips()
        self._draw_complaint()


def _differing(typed: Grid, shown: Grid) -> list[dict[str, object]]:
    """Cells that are written otherwise than they were typed."""
    return [
        {"line": number, "key": column.key, "text": now}
        for number, (was, new) in enumerate(zip(typed.lines, shown.lines, strict=True))
        for column, before, now in zip(typed.columns, was, new, strict=True)
        if before != now
    ]
